import { familiesFor } from '../test/families.ts';
import { choices } from './choices.ts';
import type { BenchFamily } from './comparison/bench-case.ts';
import { stalls } from './stalls.ts';

/**
 * What can be benchmarked, as `pnpm bench <name>`: the families, the stalls of all of them, and what one would pick
 * instead.
 */
export const families: readonly BenchFamily[] = [...(await familiesFor('bench')), choices, stalls];
