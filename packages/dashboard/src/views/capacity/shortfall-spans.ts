import type { CapacityShortfall } from '@holdfast/sdk';

import { shortfallRuns } from './runs.ts';
import type { Span } from './selection.ts';
import { daysOfWeek, quarterMs, quartersOfDay } from './weeks.ts';

/** Where in a week there is less than was asked for. */
export interface ShortSpan extends Span {
  readonly requestedGb: number;
  readonly reservableGb: number;
}

/** A refusal's figures as spans of the week that is shown, a day each. */
export function shortSpansOf(shortfalls: readonly CapacityShortfall[], weekMs: number): readonly ShortSpan[] {
  return shortfallRuns(shortfalls).flatMap(({ fromMs, toMs, requestedGb, reservableGb }) => {
    const [from, to] = [(fromMs - weekMs) / quarterMs, (toMs - weekMs) / quarterMs];
    return Array.from({ length: daysOfWeek }, (_, day) => {
      const midnight = day * quartersOfDay;
      return {
        day,
        fromQuarter: Math.max(from - midnight, 0),
        toQuarter: Math.min(to - midnight, quartersOfDay),
        requestedGb,
        reservableGb,
      };
    }).filter(({ fromQuarter, toQuarter }) => fromQuarter < toQuarter);
  });
}
