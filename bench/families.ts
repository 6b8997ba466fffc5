import type { BenchFamily } from './bench-case.ts';
import { capacityFamily } from './capacity/capacity-family.ts';
import { creditsFamily } from './credits/credits-family.ts';
import { locksFamily } from './locks/locks-family.ts';
import { stallsFamily } from './stalls/stalls-family.ts';

/** What can be benchmarked: `pnpm bench <name>`. */
export const families: readonly BenchFamily[] = [locksFamily, creditsFamily, capacityFamily, stallsFamily];
