import type { SamplePlan } from '../load/driver.ts';
import type { Sample } from '../load/tally.ts';
import { noFindings } from './bench-case.ts';
import type { Aim, Findings, LeftOut, Ratio, Row } from './bench-case.ts';
import type { BenchRun } from './bench-run.ts';
import { ratioOf } from './ratios.ts';

/** One side of a comparison. What it measures besides the sample itself goes into `extra`, by name with the unit. */
export interface Contender {
  readonly name: string;
  sample(plan: SamplePlan): Promise<Sample & { readonly extra?: Readonly<Record<string, number>> }>;
}

export interface WantedRatio {
  readonly of: string;
  readonly to: string;
  readonly measure: string;
  /** The least that its median should be. */
  readonly atLeast?: number | undefined;
}

export interface Comparison {
  /** Those that are there, and those that aren't. */
  readonly contenders: readonly (Contender | LeftOut)[];
  readonly ratios: readonly WantedRatio[];
  /** What a unit of work is called, in the plural. */
  readonly units: string;
}

type Samples = Awaited<ReturnType<Contender['sample']>>[];

/**
 * Measures contenders in turns, each round in the opposite order of the one before (A B, B A, A B, …), so that what
 * changes with time on the machine, or in the order, is the same for all of them.
 */
export async function compare(run: Pick<BenchRun, 'rounds' | 'plan'>, comparison: Comparison): Promise<Findings> {
  const contenders = comparison.contenders.filter((each) => 'sample' in each);
  const samples = new Map<string, Samples>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < run.rounds; round += 1) {
    const order = round % 2 === 0 ? contenders : contenders.toReversed();
    for (const contender of order) samples.get(contender.name)?.push(await contender.sample(run.plan));
  }
  const rows = contenders.map(({ name }) => toRow(name, samples.get(name) ?? [], comparison.units));
  return {
    ...noFindings,
    rows,
    ...judge(rows, comparison.ratios),
    leftOut: comparison.contenders.filter((each) => 'reason' in each),
    wrongAnswers: [...samples].flatMap(([name, each]) => wrongAnswersIn(name, each)),
  };
}

function toRow(contender: string, samples: Samples, units: string): Row {
  const extraNames = new Set(samples.flatMap(({ extra = {} }) => Object.keys(extra)));
  return {
    contender,
    measures: {
      'requests/s': samples.map(({ requests, seconds }) => requests / seconds),
      [`${units}/s`]: samples.map((sample) => sample.units / sample.seconds),
      'p50 ms': samples.map(({ latencyMs }) => latencyMs.p50),
      'p99 ms': samples.map(({ latencyMs }) => latencyMs.p99),
      'max ms': samples.map(({ latencyMs }) => latencyMs.max),
      'load cores': samples.map(({ loadCores }) => loadCores),
      ...Object.fromEntries([...extraNames].map((name) => [name, samples.map(({ extra }) => extra?.[name] ?? null)])),
    },
  };
}

/** The ratios between contenders that are there, and whether the aims among them are met. */
function judge(rows: readonly Row[], wanted: readonly WantedRatio[]): { ratios: Ratio[]; aims: Aim[] } {
  const ratios: Ratio[] = [];
  const aims: Aim[] = [];
  for (const { of, to, measure, atLeast } of wanted) {
    const [one, other] = [of, to].map((name) => rows.find(({ contender }) => contender === name));
    if (one === undefined || other === undefined) continue;
    const ratio = ratioOf(one, other, measure);
    ratios.push(ratio);
    if (atLeast === undefined) continue;
    const text = `${of} ≥ ${atLeast} × ${to} (${measure}, median)`;
    aims.push({ text, measured: ratio.median, isMet: ratio.median >= atLeast });
  }
  return { ratios, aims };
}

function wrongAnswersIn(name: string, samples: Samples): readonly string[] {
  return samples
    .filter(({ wrongAnswers }) => wrongAnswers > 0)
    .map((sample) => `${name}: ${sample.wrongAnswers} wrong answers, first ${sample.firstWrongAnswer}`);
}
