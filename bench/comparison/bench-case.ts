import type { BenchRun } from './bench-run.ts';

/** One thing to find out. Each is run by itself, on servers of its own. */
export interface BenchCase {
  /** Chosen by its beginning: `--only sqlite-echo` runs `sqlite-echo-1`, `sqlite-echo-16` and `sqlite-echo-64`. */
  readonly name: string;
  readonly title: string;
  run(run: BenchRun): Promise<Findings>;
}

/** Values of one measure, one for each round. */
export type Rounds = readonly (number | null)[];

/** One contender's measures, by name with the unit: `pairs/s`, `p99 ms`. */
export interface Row {
  readonly contender: string;
  readonly measures: Readonly<Record<string, Rounds>>;
}

/** How one contender's measure compares with another's, round by round. */
export interface Ratio {
  readonly of: string;
  readonly to: string;
  readonly measure: string;
  readonly rounds: readonly number[];
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** What was set out to be reached. */
export interface Aim {
  readonly text: string;
  readonly measured: number;
  readonly isMet: boolean;
}

export interface LeftOut {
  readonly contender: string;
  readonly reason: string;
}

export interface Findings {
  readonly rows: readonly Row[];
  readonly ratios: readonly Ratio[];
  readonly aims: readonly Aim[];
  readonly leftOut: readonly LeftOut[];
  /** Answers that weren't what they had to be. With any, the figures don't count. */
  readonly wrongAnswers: readonly string[];
  readonly notes: readonly string[];
}

/** What came of a case. */
export interface CaseResult extends Findings {
  readonly name: string;
  readonly title: string;
  readonly isValid: boolean;
  readonly seconds: number;
}

/** The cases of one family of operations. */
export interface BenchFamily {
  readonly name: string;
  readonly cases: readonly BenchCase[];
}

export const noFindings: Findings = { rows: [], ratios: [], aims: [], leftOut: [], wrongAnswers: [], notes: [] };

/** What a case finds where what it is about isn't there. */
export function nothingBut(leftOut: LeftOut): Findings {
  return { ...noFindings, leftOut: [leftOut] };
}
