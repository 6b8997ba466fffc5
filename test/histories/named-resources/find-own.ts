import { physicalNames } from './objects.ts';
import type { Target } from './objects.ts';
import { holdAt } from './spec-state.ts';
import type { Hold, Moment } from './spec-state.ts';

export interface OwnHold {
  readonly name: string;
  readonly hold: Hold;
}

/** The hold that a requester has on the name, or on another slot of its pool. */
export function findOwn(moment: Moment, target: Target, requester: string): OwnHold | undefined {
  for (const name of physicalNames(target)) {
    const hold = holdAt(moment, name);
    if (hold?.requester === requester) return { name, hold };
  }
  return undefined;
}
