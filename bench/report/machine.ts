import { statfsSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGiB: number;
  readonly node: string;
  /** Of the last minute, when the run began: what else was going on. */
  readonly loadAverage: number;
  /** Whether the databases lie in memory, where durable costs nothing. */
  readonly scratchIsInMemory: boolean;
}

const tmpfsType = 0x01_02_19_94;

export function describeMachine(scratchParent: string): Machine {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    loadAverage: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    scratchIsInMemory: statfsSync(scratchParent).type === tmpfsType,
  };
}
