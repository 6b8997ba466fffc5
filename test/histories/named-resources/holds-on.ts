import { physicalNames } from './objects.ts';
import type { Target } from './objects.ts';
import { blockedBy, namesInTheWay } from './related-names.ts';
import { holdAt } from './spec-state.ts';
import type { Hold, Moment } from './spec-state.ts';

/** A hold as it is on one of its names. */
export interface HoldOn {
  readonly name: string;
  /** The name that it was made on, perhaps another, which took this one along. */
  readonly root: string;
  readonly hold: Hold;
}

const never = Number.POSITIVE_INFINITY;

/** All live holds on a name: of one requester, who may have several. */
export function holdsOn(moment: Moment, name: string): readonly HoldOn[] {
  return [name, ...blockedBy(name)].flatMap((root) => {
    const hold = holdAt(moment, root);
    return hold === null ? [] : [{ name, root, hold }];
  });
}

/** The holds that a requester has on the name, or on another slot of its pool. */
export function findOwn(moment: Moment, target: Target, requester: string): readonly HoldOn[] {
  for (const name of physicalNames(target)) {
    const holds = holdsOn(moment, name);
    if (holds[0]?.hold.requester === requester) return holds;
  }
  return [];
}

/** What keeps a requester off a name that it doesn't hold: of each name that is in the way, the hold that lasts. */
export function holdsInTheWay(moment: Moment, name: string, requester: string): readonly HoldOn[] {
  return namesInTheWay(name).flatMap((each) => {
    const holds = holdsOn(moment, each);
    return holds[0]?.hold.requester === requester ? [] : lastingOf(holds);
  });
}

/** Of all holds on a name, the one that answers are about, as it keeps the name longest; several if nobody knows. */
export function lastingOf(holds: readonly HoldOn[]): readonly HoldOn[] {
  if (holds.length < 2) return holds;
  const latestMs = Math.max(...holds.map(({ hold: { expires } }) => expires?.fromMs ?? never));
  return holds.filter(({ hold: { expires } }) => (expires?.toMs ?? never) >= latestMs);
}

export function canTake(moment: Moment, name: string, requester: string): boolean {
  return holdsInTheWay(moment, name, requester).length === 0;
}
