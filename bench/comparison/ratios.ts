import type { Ratio, Rounds, Row } from './bench-case.ts';

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Least, middle and greatest of some values; of an even number, the middle is the mean of the two in the middle. */
export function spreadOf(values: Rounds): Spread {
  const sorted = values.filter((value) => value !== null).sort((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  const at = (index: number) => sorted[index] ?? Number.NaN;
  return { min: at(0), median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2, max: at(sorted.length - 1) };
}

/** Compares two contenders round by round, since what disturbs one of a round tends to disturb the other as well. */
export function ratioOf(of: Row, to: Row, measure: string): Ratio {
  const divisors = to.measures[measure] ?? [];
  const dividends = of.measures[measure] ?? [];
  const rounds = dividends.map((value, round) => (value ?? Number.NaN) / (divisors[round] ?? Number.NaN));
  return { of: of.contender, to: to.contender, measure, rounds, ...spreadOf(rounds) };
}
