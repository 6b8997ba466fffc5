import type { Findings } from './bench-case.ts';
import type { BenchRun } from './bench-run.ts';
import { compare } from './compare.ts';
import type { Contender } from './compare.ts';

const leastRatio = 0.9;

/** What there is few or many of, and how to measure with so many of it. */
export interface FewAndMany {
  /** In the plural: `live locks`. */
  readonly what: string;
  create(name: string, count: number): Promise<Contender>;
}

/** Whether much of something that merely lies there makes pairs slower. */
export async function compareFewAndMany(run: BenchRun, { what, create }: FewAndMany): Promise<Findings> {
  const counts = run.isQuick ? ([100, 2_000] as const) : ([1_000, 1_000_000] as const);
  const [to, of] = counts.map((count) => `${count.toLocaleString('en')} ${what}`) as [string, string];
  const contenders = [await create(to, counts[0]), await create(of, counts[1])];
  const ratios = [{ of, to, measure: 'pairs/s', atLeast: leastRatio }];
  return compare(run, { contenders, units: 'pairs', ratios });
}
