import { readMetric } from '../holdfast/server-metrics.ts';
import type { Contender } from './compare.ts';

export const memoryUnderLoad = 'memory MB';

/** Adds to a contender's samples how much memory its server, which must be a Holdfast server, has at their end. */
export function measureMemory(contender: Contender, url: string): Contender {
  return {
    name: contender.name,
    sample: async (plan) => {
      const sample = await contender.sample(plan);
      const bytes = await readMetric(url, 'process_resident_memory_bytes');
      return { ...sample, extra: { ...sample.extra, [memoryUnderLoad]: bytes / 1_000_000 } };
    },
  };
}
