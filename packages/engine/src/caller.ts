import type { CallerLimits } from './access/limits/caller-limits.ts';
import { expandScopes, scopes } from './access/scopes.ts';
import type { Scope } from './access/scopes.ts';
import type { Place } from './place.ts';

/** Who asks, and what he may do. */
export interface Caller extends Place {
  /** The name of the API key that was used, for the event history. */
  readonly apiKeyLabel: string;
  /** The API key's id; null for an exchanged token. */
  readonly keyId: string | null;
  /** With all that they include. */
  readonly scopes: ReadonlySet<Scope>;
  readonly limits: CallerLimits;
  /** Whether the tenant's claims are for registered names only; undefined: as the server's settings say. */
  readonly requireRegistration: boolean | undefined;
  /** How long the tenant's events are kept, in milliseconds; undefined: as the server's settings say. */
  readonly eventHistoryMs: number | undefined;
  /** Whether the tenant's tier lets it exchange JWTs. */
  readonly mayExchangeTokens: boolean;
  /** Whether the tenant's tier has webhooks. */
  readonly mayUseWebhooks: boolean;
  /** The trust in an issuer that somebody without an API key is let in by; else null. */
  readonly trustId: string | null;
  /** The person who has signed in; else null. */
  readonly personId: string | null;
  /** When what he showed expires, in epoch milliseconds; null: never. */
  readonly expiresAtMs: number | null;
}

const unlimited: CallerLimits = {
  tier: 'unlimited',
  enforce: true,
  opsPerMinute: null,
  opsPerDay: null,
  concurrentLocks: null,
  apiKeys: null,
  keyOpsPerMinute: null,
};

const everyScope = expandScopes(scopes);

/** A caller without limits who may do everything, for what a server does itself, for mocks and for tests. */
export function createCaller(caller: Place & Pick<Caller, 'apiKeyLabel'> & Partial<Caller>): Caller {
  return {
    keyId: null,
    scopes: everyScope,
    limits: unlimited,
    requireRegistration: undefined,
    eventHistoryMs: undefined,
    mayExchangeTokens: true,
    mayUseWebhooks: true,
    trustId: null,
    personId: null,
    expiresAtMs: null,
    ...caller,
  };
}
