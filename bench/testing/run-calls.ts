import type { Driver } from '../load/driver.ts';
import { runCallers } from '../load/run-callers.ts';
import type { Sample } from '../load/tally.ts';

/** How often each caller does its work: a load that time ends would depend on how fast the machine is. */
const callsPerCaller = 8;

/** What a load counts in a few calls of each of its callers. */
export function runCalls({ callers, close }: Driver): Promise<Sample> {
  const counted = callers.map((caller) => {
    let left = callsPerCaller;
    return async (...args: Parameters<typeof caller>) => (await caller(...args)) && (left -= 1) > 0;
  });
  return runCallers({ callers: counted, close }, { warmUpMs: 0 });
}
