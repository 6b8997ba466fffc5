import type { ReservationEvent } from '@holdfast/contract';

import { namedResourcePartition } from '../../partitions.ts';
import { LoadedRecords } from '../../testing/loaded-records.ts';
import { register } from '../registration.ts';
import type { DefinitionCommand, RegisterOutcome } from '../registration.ts';
import { renew, reserve, unreserve } from '../rules.ts';
import type { ClaimCommand, ClaimOutcome, ReleaseOutcome, RenewOutcome } from '../rules.ts';
import type { NamedResourceSettings } from '../settings.ts';
import { ResourceState } from '../state.ts';

/** A tenant's named resources, for tests that run rules without an executor. */
export class TestResources {
  readonly records = new LoadedRecords();
  readonly state: ResourceState;

  constructor(settings: Partial<NamedResourceSettings> = {}) {
    this.state = new ResourceState(this.records, namedResourcePartition({ tenantId: 'tenant', environment: 'live' }), {
      requireRegistration: false,
      eventHistoryMs: 60_000,
      ...settings,
    });
  }

  /** Registers a name, which must not be refused. */
  define(name: string, more: Partial<DefinitionCommand> = {}): void {
    const { status } = this.register(name, more);
    if (status !== 'REGISTERED') throw new Error(`${name} was not registered: ${status}.`);
  }

  register(name: string, more: Partial<DefinitionCommand> = {}): RegisterOutcome {
    return register(this.state, [{ name, capacity: 1, blocks: [], ancestors: [], labels: {}, ...more }], 0);
  }

  take(requester: string, resource: string, nowMs = 0, ttlMs: number | null = null): ClaimOutcome {
    return reserve(this.state, claim(requester, resource, { ttlMs }), nowMs);
  }

  release(
    requester: string,
    resource: string,
    nowMs = 0,
    releaseToken = `token of ${requester} for ${resource}`,
  ): ReleaseOutcome {
    return unreserve(this.state, { requester, resource, releaseToken, apiKeyLabel: 'releasing key' }, nowMs);
  }

  renew(
    requester: string,
    resource: string,
    ttlMs: number,
    nowMs: number,
    releaseToken = `token of ${requester} for ${resource}`,
  ): RenewOutcome {
    const command = { requester, resource, releaseToken, ttlMs, apiKeyLabel: 'renewing key' };
    return renew(this.state, command, nowMs);
  }

  events(): readonly ReservationEvent[] {
    return this.records.announcements.map(({ text }) => JSON.parse(text) as ReservationEvent);
  }

  eventTypes(): readonly string[] {
    return this.events().map(({ type, resource }) => `${type} ${resource}`);
  }
}

export function claim(requester: string, resource: string, more: Partial<ClaimCommand> = {}): ClaimCommand {
  return {
    requester,
    resource,
    ttlMs: null,
    resourceType: 'UserDefined',
    metadataJson: null,
    apiKeyLabel: 'key',
    releaseToken: `token of ${requester} for ${resource}`,
    ...more,
  };
}

export function takenName(outcome: ClaimOutcome): string {
  return 'held' in outcome ? outcome.held.lock.resource : outcome.status;
}
