import fc from 'fast-check';

import { pickLatest } from './choices.ts';
import type { Journal } from './family.ts';

/** A time at which something was asked, or a millisecond beside it. */
interface Moment {
  readonly pick: number;
  readonly offsetMs: number;
}

const moment: fc.Arbitrary<Moment> = fc.record({ pick: fc.nat({ max: 30 }), offsetMs: fc.constantFrom(0, -1, 1) });

/** The beginning and the end of a part of a list. */
export const moments = fc.tuple(moment, moment);

interface Window {
  readonly from?: string;
  readonly to?: string;
}

/** The times that two moments stand for, the earlier one first; of none, nothing. */
export function toWindow(wanted: readonly Moment[], journal: Journal): Window {
  const [from, to] = wanted.map((each) => toTime(each, journal)).sort();
  return from === undefined || to === undefined ? {} : { from, to };
}

function toTime({ pick, offsetMs }: Moment, { exchanges, nowMs }: Journal): string {
  const times = exchanges.map(({ atMs }) => atMs);
  return new Date((pickLatest(times, pick) ?? nowMs) + offsetMs).toISOString();
}
