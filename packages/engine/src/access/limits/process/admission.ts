import type { RateLimited } from '../../../shared/outcomes.ts';
import type { LimitedCaller } from '../caller-limits.ts';
import type { PolicyName } from '../policies.ts';
import type { Lease } from './lease.ts';

/** Whether a request may go on, and how much its caller has left. */
export interface Admission {
  readonly refusal: RateLimited | undefined;
  /** A window of each limit that applies, in the order of the headers. */
  readonly windows: readonly LimitWindow[];
}

/** How much of a limit is left. */
export interface LimitWindow {
  readonly policy: PolicyName;
  readonly limit: number;
  readonly windowSeconds: number;
  /** What no process has used or has in hand, and what this one has in hand. */
  readonly remaining: number;
  /** Until the window ends; rounded up. */
  readonly resetSeconds: number;
}

/** For whoever has no limit. */
export const unlimitedAdmission: Admission = { refusal: undefined, windows: [] };

export function windowOf({ policy, limit, remaining, endMs }: Lease, nowMs: number): LimitWindow {
  return {
    policy: policy.name,
    limit,
    windowSeconds: policy.windowMs / 1_000,
    remaining,
    resetSeconds: secondsUntil(endMs, nowMs),
  };
}

/** Refuses by the window that ends last, since nothing is to be had before; the tier's before the key's. */
export function rateLimited(exhausted: readonly Lease[], { limits }: LimitedCaller, nowMs: number): RateLimited {
  const { policy, limit, endMs } = exhausted.reduce((last, lease) => (lease.endMs > last.endMs ? lease : last));
  const isOfTier = policy.name !== 'key';
  const owner = isOfTier ? `the tier ${limits.tier}` : 'this API key';
  const retryAfterSeconds = secondsUntil(endMs, nowMs);
  return {
    code: 'rate_limited',
    message: `The limit of ${limit} ${policy.counted} of ${owner} is reached. Try again in ${retryAfterSeconds} s.`,
    tier: limits.tier,
    limit,
    limitType: policy.limitType,
    retryAfterSeconds,
    upgradeRequired: isOfTier,
  };
}

/** At least 1: a window that isn't over has some time left. */
function secondsUntil(endMs: number, nowMs: number): number {
  return Math.ceil((endMs - nowMs) / 1_000);
}
