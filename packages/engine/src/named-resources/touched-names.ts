import { invalidRequest } from '../shared/outcomes.ts';
import type { FieldFault, Refused } from '../shared/outcomes.ts';
import { namesClaimedBy } from './holding.ts';
import { findOwnLock, findTarget } from './placement.ts';
import type { Claim } from './records.ts';
import type { ClaimCommand, HolderCommand } from './rules.ts';
import type { ResourceView } from './state.ts';

/**
 * The most distinct names that one request may touch: its items', their slots and blockers, and the names above all of
 * these. It bounds how long others wait.
 */
export const mostNames = 1_000;

/** The most pairs of a name and its blocker, or a name above it; names that items share count for each. */
const mostPairs = 10_000;

/** Beyond this many names, those above blockers aren't counted: they would have to be loaded first. */
const mostCounted = 2_000;

type HeldName = Pick<HolderCommand, 'requester' | 'resource'> & { readonly releaseToken?: string | undefined };

/** What a request would touch. */
interface Touched {
  readonly names: number;
  readonly pairs: number;
  /** Whether names above weren't counted because there were too many already. */
  readonly isLeast: boolean;
}

/** What claims would touch. Counting also prefetches what they need, in a few round trips. */
export function countClaimed(view: ResourceView, commands: readonly ClaimCommand[]): Touched {
  const tally = new Tally();
  const blockers = new Set<string>();
  view.forEach(commands, ({ requester, resource }) => {
    const target = findTarget(view, resource);
    if (target.type === 'pool') tally.addSlot(resource, requester);
    else tally.add(resource);
    tally.addAll(target.definition?.ancestors ?? []);
    tally.addAll(target.definition?.blocks ?? []);
    for (const blocker of target.definition?.blocks ?? []) blockers.add(blocker);
  });
  const distinct = [...blockers];
  if (distinct.length > mostCounted) return tally.result(true);

  if (!tally.isExceeded) view.expectLocks(distinct);
  view.expectDefinitions(distinct);
  view.forEach(distinct, (blocker) => tally.addAll(findTarget(view, blocker).definition?.ancestors ?? []));
  if (!tally.isExceeded) view.expectLocks(tally.names);
  return tally.result(false);
}

/** What releasing or renewing would touch. */
export function countHeld(view: ResourceView, commands: readonly HeldName[], nowMs: number): Touched {
  const tally = new Tally();
  const names: string[] = [];
  view.forEach(commands, ({ requester, resource, releaseToken }) => {
    const lock = findOwnLock(view, findTarget(view, resource), requester, nowMs)?.lock;
    if (lock === undefined) return;
    tally.add(lock.resource);
    const claim = lock.claims.find((each) => each.releaseToken === releaseToken);
    const root = claim?.root ?? view.blockerClaim(lock.resource, releaseToken ?? '')?.root ?? lock.resource;
    const blockers = view.lock(root)?.claims.find((each) => each.releaseToken === releaseToken)?.blockers ?? [];
    tally.addAll(blockers);
    names.push(root, ...blockers);
  });
  return countAbove(view, tally, names);
}

/** What taking a name from its holder would touch, with all these claims. */
export function countForced(view: ResourceView, claims: readonly Claim[]): Touched {
  const tally = new Tally();
  const names: string[] = [];
  view.forEach(claims, (claim) => {
    const claimed = namesClaimedBy(view, claim);
    tally.addAll(claimed);
    names.push(...claimed);
  });
  return countAbove(view, tally, names);
}

function countAbove(view: ResourceView, tally: Tally, names: readonly string[]): Touched {
  const distinct = [...new Set(names)];
  if (distinct.length > mostCounted) return tally.result(true);

  view.expectLocks(distinct);
  view.forEach(distinct, (name) => tally.addAll(view.lock(name)?.ancestors ?? []));
  if (!tally.isExceeded) view.expectLocks(tally.names);
  return tally.result(false);
}

/** An upper bound of the locks that claims take. Two requesters take two slots of a blocker that is a pool. */
export function mostTaken({ names, pairs }: Touched): number {
  return names + pairs;
}

/** Why a request that touches so much is refused. */
export function findExcess({ names, pairs, isLeast }: Touched, field: string): Refused | undefined {
  const least = isLeast ? 'at least ' : '';
  if (names > mostNames) {
    const message = `would touch ${least}${names} names (its own, slots, blockers, and those above them), and a request may touch ${mostNames}`;
    return invalidRequest({ field, rule: 'maxNames', message });
  }
  if (pairs <= mostPairs) return undefined;
  const message = `would touch ${least}${pairs} pairs of a name and a blocker or a name above it, and a request may touch ${mostPairs}`;
  return invalidRequest({ field, rule: 'maxPairs', message });
}

/** Why a pool can't be taken from its holder. */
export function poolInsteadOfSlot(field: string, pool: string): FieldFault {
  return {
    field,
    rule: 'physicalName',
    message: `is the name of a pool, which nobody holds: name a slot, such as ${pool}_0`,
  };
}

/** Why a name can't become a pool. */
export function tooManySlots(field: string): FieldFault {
  const message = `can't become a pool while more than ${mostNames} names that begin with it, _ and a digit are held`;
  return { field, rule: 'maxNames', message };
}

class Tally {
  readonly #names = new Set<string>();
  readonly #slots = new Set<string>();
  #pairs = 0;

  get names(): Iterable<string> {
    return this.#names;
  }

  get isExceeded(): boolean {
    return this.#names.size + this.#slots.size > mostNames || this.#pairs > mostPairs;
  }

  add(name: string): void {
    this.#names.add(name);
  }

  /** A slot that isn't chosen yet; each requester takes one. */
  addSlot(pool: string, requester: string): void {
    this.#slots.add(`${pool}\u001f${requester}`);
  }

  /** Names that go with one that was added. */
  addAll(names: readonly string[]): void {
    for (const name of names) this.#names.add(name);
    this.#pairs += names.length;
  }

  result(isLeast: boolean): Touched {
    return { names: this.#names.size + this.#slots.size, pairs: this.#pairs, isLeast };
  }
}
