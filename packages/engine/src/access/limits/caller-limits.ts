import type { Place } from '../../place.ts';

/** What a caller may use. Null: no limit. */
export interface CallerLimits {
  /** The name of the tenant's tier. */
  readonly tier: string;
  /** Whether what exceeds a limit is refused. Otherwise it is only counted. */
  readonly enforce: boolean;
  readonly opsPerMinute: number | null;
  readonly opsPerDay: number | null;
  /** The most locks at a time: each slot and each blocker is one. */
  readonly concurrentLocks: number | null;
  /** The most API keys that are neither revoked nor expired. */
  readonly apiKeys: number | null;
  /** The key's own limit, besides its tenant's. */
  readonly keyOpsPerMinute: number | null;
}

/** What the limiter knows a caller by. */
export interface LimitedCaller extends Place {
  /** The API key's id, by which its own limit is counted; null for an exchanged token. */
  readonly keyId: string | null;
  readonly apiKeyLabel: string;
  /** How long the tenant's events are kept, in milliseconds; undefined: as the server's settings say. */
  readonly eventHistoryMs: number | undefined;
  readonly limits: CallerLimits;
}
