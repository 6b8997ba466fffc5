import type { BenchFamily } from './comparison/bench-case.ts';
import { arrays } from './named-resources/cases/arrays.ts';
import { dueLocks } from './named-resources/cases/due-locks.ts';
import { echo } from './named-resources/cases/echo.ts';
import { keys } from './named-resources/cases/keys.ts';
import { liveLocks } from './named-resources/cases/live-locks.ts';
import { peers } from './named-resources/cases/peers.ts';
import { processes } from './named-resources/cases/processes.ts';
import { restarts } from './named-resources/cases/restarts.ts';
import { sdk } from './named-resources/cases/sdk.ts';
import { tenants } from './named-resources/cases/tenants.ts';

/** Named resources: locks that are taken and given back. */
export const namedResources: BenchFamily = {
  name: 'locks',
  cases: [
    ...echo,
    ...peers,
    ...arrays,
    ...sdk,
    ...keys,
    ...tenants,
    ...processes,
    ...liveLocks,
    ...restarts,
    ...dueLocks,
  ],
};
