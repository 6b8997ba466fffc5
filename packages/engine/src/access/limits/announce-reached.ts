import type { Changes } from '../../kernel/record-access.ts';
import { announceTenantEvent } from '../../shared/events.ts';
import { toWireTime } from '../../shared/times.ts';
import type { LimitedCaller } from './caller-limits.ts';
import type { Policy, WindowPlace } from './policies.ts';

/** A request that waits for a unit, and of which limit. */
export interface Asker {
  readonly caller: LimitedCaller;
  readonly policy: Policy;
  readonly limit: number;
  /** How long the tenant can read of it, in milliseconds. */
  readonly keptMs: number;
}

/** Tells the tenant that a request has found nothing left of a limit. */
export function announceReached(changes: Changes, window: WindowPlace, asker: Asker, nowMs: number): void {
  const { caller, policy, limit, keptMs } = asker;
  announceTenantEvent(
    changes,
    { partition: window.partition, place: caller, keptMs },
    {
      type: 'limit.reached',
      atMs: nowMs,
      apiKeyLabel: caller.apiKeyLabel,
      customerId: null,
      externalCustomerId: null,
      data: {
        limit_type: policy.limitType,
        limit,
        resets_at: toWireTime(window.endMs),
        tier: caller.limits.tier,
        api_key_id: policy.name === 'key' ? caller.keyId : null,
      },
    },
  );
}
