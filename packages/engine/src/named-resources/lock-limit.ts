import type { Caller } from '../caller.ts';
import { SettleFirst } from '../kernel/settle-first.ts';
import { lockCountKind } from '../shared/lock-counts.ts';
import type { LockCount } from '../shared/lock-counts.ts';
import { refused } from '../shared/outcomes.ts';
import type { Outcome, Refused } from '../shared/outcomes.ts';
import { mayHaveLapsed } from './lock-count.ts';
import type { ResourceState } from './state.ts';

/** After how many seconds to try again: at least, at most, and where nothing is known to lapse. */
const retry = { least: 1, most: 3_600, unknown: 60 };

/**
 * Carries out a request, unless it would take locks that leave more than its caller may have: then it is refused as a
 * whole, and nothing is taken.
 *
 * @param most - An upper bound of the locks that it takes.
 * @throws SettleFirst if locks that are counted may have lapsed.
 */
export function withinLimit<Value>(
  state: ResourceState,
  { limits }: Pick<Caller, 'limits'>,
  most: number,
  nowMs: number,
  take: () => Outcome<Value>,
): Outcome<Value> {
  const { tier, enforce, concurrentLocks: limit } = limits;
  if (limit === null || !enforce) return take();
  const before = state.lockCount();
  if (before.countedTo !== undefined || before.count + most <= limit) return take();
  const isSettled = !mayHaveLapsed(before, nowMs);

  let outcome: Outcome<Value> | undefined;
  let leaves = 0;
  const isWithin = state.attempt(() => {
    outcome = take();
    leaves = state.lockCount().count;
    return leaves <= limit || (isSettled && leaves <= before.count);
  });
  if (isWithin && outcome !== undefined) return outcome;
  if (!isSettled) throw new SettleFirst(lockCountKind, [state.partition]);
  return tooManyLocks(tier, limit, leaves, before, nowMs);
}

function tooManyLocks(tier: string, limit: number, leaves: number, { nextDueAtMs }: LockCount, nowMs: number): Refused {
  const seconds = nextDueAtMs === null ? retry.unknown : Math.ceil((nextDueAtMs - nowMs) / 1_000);
  return refused({
    code: 'rate_limited',
    message: `The tier ${tier} allows ${limit} locks at a time, and this request would leave ${leaves}.`,
    tier,
    limit,
    limitType: 'concurrentLocks',
    retryAfterSeconds: Math.min(retry.most, Math.max(retry.least, seconds)),
    upgradeRequired: true,
  });
}
