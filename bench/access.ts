import { limited } from './access/cases/limited.ts';
import { refusals } from './access/cases/refusals.ts';
import type { BenchFamily } from './comparison/bench-case.ts';

/** Access: what limits and the refusal of keys cost. */
export const administration: BenchFamily = { name: 'access', cases: [...limited, ...refusals] };
