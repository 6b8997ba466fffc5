import type { WireRequest } from '../../faults/wire-client.ts';
import type { ReceivedAnswer } from '../clients/network.ts';
import { get, write } from '../family.ts';
import type { FamilyRequest } from '../family.ts';
import { platformKey } from './objects.ts';
import type { TenantId } from './objects.ts';

/** One request. */
export type Command = UseCommand | LockCommand | AdministrationCommand;

/** Of whoever shows a key. */
interface UseCommand {
  readonly type: 'reserve' | 'look';
  /** Whose key it is. */
  readonly tenant: TenantId;
  readonly apiKey: string;
  readonly name: string;
}

/** Of whoever takes locks of the tenant whose locks are counted. */
type LockCommand =
  | (Locker & { readonly type: 'hold'; readonly names: readonly string[]; readonly ttlSeconds: number })
  | (Locker & { readonly type: 'release'; readonly name: string; readonly releaseToken: string });

interface Locker {
  readonly apiKey: string;
  readonly requester: string;
}

/** Of the platform. */
type AdministrationCommand =
  | { readonly type: 'create'; readonly tenant: TenantId; readonly label: string; readonly mayOnlyRead: boolean }
  | { readonly type: 'rotate'; readonly id: string; readonly overlapSeconds: number }
  | { readonly type: 'narrow'; readonly id: string; readonly mayOnlyRead: boolean }
  | { readonly type: 'revoke'; readonly id: string }
  | { readonly type: 'suspend'; readonly tenant: TenantId; readonly suspended: boolean };

export interface Answer {
  readonly status: number;
  /** As JSON. */
  readonly body: unknown;
}

export interface IssuedKey {
  readonly id: string;
  readonly api_key: string | null;
}

export function isUse(command: Command): command is UseCommand | LockCommand {
  return 'apiKey' in command;
}

export function toRequest(command: Command): FamilyRequest {
  if (!isUse(command)) return write(platformKey, toAdministration(command));
  if (command.type === 'hold' || command.type === 'release') return toLocking(command);
  const { apiKey, tenant, name: resource } = command;
  return command.type === 'look'
    ? get(apiKey, { operationId: 'getReservation', path: { resource } })
    : {
        ...write(apiKey, { operationId: 'reserve', body: [{ resource, requester: 'anybody', ttlSeconds: 1 }] }),
        keySpace: tenant,
      };
}

function toLocking(command: LockCommand): FamilyRequest {
  const { apiKey, requester } = command;
  if (command.type === 'release') {
    const body = [{ resource: command.name, requester, releaseToken: command.releaseToken }];
    return write(apiKey, { operationId: 'unreserve', body });
  }
  const { ttlSeconds } = command;
  const body = command.names.map((resource) => ({ resource, requester, ttlSeconds }));
  return write(apiKey, { operationId: 'reserve', body });
}

const narrow = ['resources:read'];

function toAdministration(command: AdministrationCommand): WireRequest {
  switch (command.type) {
    case 'create': {
      const { tenant, label, mayOnlyRead } = command;
      const scopes = mayOnlyRead ? { scopes: narrow } : {};
      return { operationId: 'createApiKey', body: { tenant_id: tenant, environment: 'live', label, ...scopes } };
    }
    case 'suspend': {
      const { tenant: tenant_id, suspended } = command;
      return { operationId: 'updateTenant', path: { tenant_id }, body: { suspended } };
    }
    case 'rotate': {
      const body = { overlap_seconds: command.overlapSeconds };
      return { operationId: 'rotateApiKey', path: { api_key_id: command.id }, body };
    }
    case 'narrow': {
      const body = { scopes: command.mayOnlyRead ? narrow : null };
      return { operationId: 'updateApiKey', path: { api_key_id: command.id }, body };
    }
    case 'revoke':
      return { operationId: 'revokeApiKey', path: { api_key_id: command.id } };
  }
}

const expected: Readonly<Record<Command['type'], readonly number[]>> = {
  create: [201],
  rotate: [200, 409],
  narrow: [200, 409],
  revoke: [200],
  suspend: [200],
  hold: [200, 429],
  release: [200, 403],
  reserve: [200, 401, 403, 429],
  look: [200, 401, 403, 429],
};

/** A key that is revoked can't be changed any more. */
export function toAnswer({ type }: Command, { status, body }: ReceivedAnswer): Answer {
  if (!expected[type].includes(status)) throw new Error(`${type} got ${status}: ${body}`);
  return { status, body: JSON.parse(body) as unknown };
}
