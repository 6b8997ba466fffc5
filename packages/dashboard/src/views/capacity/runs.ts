import type { CapacityInterval, CapacityShortfall } from '@holdfast/sdk';

import { quarterMs } from './weeks.ts';

/** A stretch of time in which figures are the same. */
export type Run<Figures> = Figures & { readonly fromMs: number; readonly toMs: number };

/** A booking's intervals, as few lines as they take. */
export function bookedRuns(intervals: readonly CapacityInterval[]): readonly Run<{ readonly gb: number }>[] {
  return joinRuns(
    intervals.map(({ startsAt, endsAt, capacityGb }) => {
      return { fromMs: Date.parse(startsAt), toMs: Date.parse(endsAt), gb: capacityGb };
    }),
  );
}

/** What a refusal says, as few lines as it takes. */
export function shortfallRuns(
  shortfalls: readonly CapacityShortfall[],
): readonly Run<{ readonly requestedGb: number; readonly reservableGb: number }>[] {
  return joinRuns(
    shortfalls.map(({ startsAt, requestedGb, reservableGb }) => {
      const fromMs = Date.parse(startsAt);
      return { fromMs, toMs: fromMs + quarterMs, requestedGb, reservableGb };
    }),
  );
}

function joinRuns<Figures extends Readonly<Record<string, number>>>(
  runs: readonly Run<Figures>[],
): readonly Run<Figures>[] {
  const joined: Run<Figures>[] = [];
  for (const run of runs.toSorted((left, right) => left.fromMs - right.fromMs)) {
    const last = joined.at(-1);
    if (last?.toMs === run.fromMs && haveEqualFigures(last, run))
      joined[joined.length - 1] = { ...last, toMs: run.toMs };
    else joined.push(run);
  }
  return joined;
}

function haveEqualFigures<Figures>(left: Run<Figures>, right: Run<Figures>): boolean {
  const figures = (run: Run<Figures>) => JSON.stringify({ ...run, fromMs: 0, toMs: 0 });
  return figures(left) === figures(right);
}
