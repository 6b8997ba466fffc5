import { familiesFor } from '../test/families.ts';
import type { BenchFamily } from './comparison/bench-case.ts';
import { stalls } from './stalls.ts';

/** What can be benchmarked, as `pnpm bench <name>`: the families, and the stalls of all of them. */
export const families: readonly BenchFamily[] = [...(await familiesFor('bench')), stalls];
