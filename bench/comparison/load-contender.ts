import { LoadProcess } from '../load/load-process.ts';
import type { BenchRun } from './bench-run.ts';
import type { Contender } from './compare.ts';
import { measureProcessorTime } from './measure-processor-time.ts';

export interface LoadOptions {
  /** The processes whose work is measured. */
  readonly pids: readonly number[];
  /** URL of the module that makes the load, and what it is told. */
  readonly driver: string;
  readonly options: object;
}

/** Something that is loaded by a load process of its own, with what that cost it in processor time. */
export function loadContender(run: BenchRun, name: string, { pids, driver, options }: LoadOptions): Contender {
  const load = run.use(new LoadProcess());
  return { name, sample: (plan) => measureProcessorTime(pids, () => load.sample(driver, options, plan)) };
}
