import fc from 'fast-check';

import { onceIn, pick, pickLatest } from '../choices.ts';
import type { Journal } from '../family.ts';
import { holdsIn } from './known.ts';

/** A hold that should be active, if there is one, or any. */
export interface WhichHold {
  readonly pick: number;
  readonly isActive: boolean;
  readonly any: string | undefined;
}

/** A hold's id in form, but not one of this tenant; and what can't be one. */
const otherIds = ['00000000-0000-8000-9000-000000000001', 'nothing', 'a_b'];

export const whichHold: fc.Arbitrary<WhichHold> = fc.record({
  pick,
  isActive: fc.constantFrom(true, true, true, true, true, false),
  any: onceIn(40, fc.constantFrom(...otherIds)),
});

export function toHoldId({ pick: picked, isActive, any }: WhichHold, journal: Journal): string {
  const { all, active } = holdsIn(journal);
  const known = isActive && active.length > 0 ? active : all;
  return any ?? pickLatest(known, picked) ?? '00000000-0000-8000-9000-000000000001';
}
