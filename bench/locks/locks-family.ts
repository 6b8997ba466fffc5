import type { BenchFamily } from '../bench-case.ts';
import { arrays } from './cases/arrays.ts';
import { dueLocks } from './cases/due-locks.ts';
import { echo } from './cases/echo.ts';
import { liveLocks } from './cases/live-locks.ts';
import { peers } from './cases/peers.ts';
import { processes } from './cases/processes.ts';
import { tenants } from './cases/tenants.ts';

/** Named resources: locks that are taken and given back. */
export const locksFamily: BenchFamily = {
  name: 'locks',
  cases: [...echo, ...peers, ...arrays, ...tenants, ...processes, ...liveLocks, ...dueLocks],
};
