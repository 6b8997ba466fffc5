/** What a booking wants in one interval. */
export interface Demand {
  readonly interval: number;
  readonly capacityGb: number;
  /** How its times were written; absent: `…:00Z`. */
  readonly form?: TimeForm;
}

/** How an interval's times end after the minutes: `:00Z`, or `:00.000Z`. */
export interface TimeForm {
  readonly startsAt: string;
  readonly endsAt: string;
}

/** Equal demands for consecutive intervals: a month of them is one run. */
export interface Run extends Demand {
  readonly count: number;
}

/** Demands as runs, in the same order. */
export function toRuns(demands: readonly Demand[]): readonly Run[] {
  const runs: Run[] = [];
  for (const demand of demands) {
    const last = runs.at(-1);
    if (last !== undefined && continues(last, demand)) runs[runs.length - 1] = { ...last, count: last.count + 1 };
    else runs.push({ ...demand, count: 1 });
  }
  return runs;
}

/** The demands that {@link toRuns} was given. */
export function toDemands(runs: readonly Run[]): readonly Demand[] {
  return runs.flatMap(({ count, ...first }) =>
    Array.from({ length: count }, (_, index) => ({ ...first, interval: first.interval + index })),
  );
}

function continues(run: Run, { interval, capacityGb, form }: Demand): boolean {
  if (interval !== run.interval + run.count || capacityGb !== run.capacityGb) return false;
  return form?.startsAt === run.form?.startsAt && form?.endsAt === run.form?.endsAt;
}
