import type { BenchFamily } from './comparison/bench-case.ts';
import { arrays } from './locks/cases/arrays.ts';
import { dueLocks } from './locks/cases/due-locks.ts';
import { echo } from './locks/cases/echo.ts';
import { liveLocks } from './locks/cases/live-locks.ts';
import { peers } from './locks/cases/peers.ts';
import { processes } from './locks/cases/processes.ts';
import { tenants } from './locks/cases/tenants.ts';

/** Named resources: locks that are taken and given back. */
export const namedResources: BenchFamily = {
  name: 'locks',
  cases: [...echo, ...peers, ...arrays, ...tenants, ...processes, ...liveLocks, ...dueLocks],
};
