import type { HoldfastStore } from '../holdfast/holdfast-server.ts';
import type { SamplePlan } from '../load/driver.ts';
import { LoadProcess } from '../load/load-process.ts';
import type { BenchRun } from './bench-run.ts';
import type { Contender } from './compare.ts';
import { measureProcessorTime } from './measure-processor-time.ts';
import { measureStoreWork } from './measure-store-work.ts';

export interface LoadOptions {
  /** The processes whose work is measured. */
  readonly pids: readonly number[];
  /** Where they keep what they are told, if that is to be measured as well. */
  readonly store?: HoldfastStore | undefined;
  /** URL of the module that makes the load, and what it is told. */
  readonly driver: string;
  readonly options: object;
}

/** Something that is loaded by a load process of its own, with what that cost it in processor time, and what its store had to do. */
export function loadContender(run: BenchRun, name: string, { pids, store, driver, options }: LoadOptions): Contender {
  const load = run.use(new LoadProcess());
  const sample = (plan: SamplePlan) => measureProcessorTime(pids, () => load.sample(driver, options, plan));
  return { name, sample: (plan) => (store === undefined ? sample(plan) : measureStoreWork(store, () => sample(plan))) };
}
