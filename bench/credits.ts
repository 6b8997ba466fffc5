import type { BenchFamily } from './comparison/bench-case.ts';
import { dueHolds } from './credits/cases/due-holds.ts';
import { fewAndMany } from './credits/cases/few-and-many.ts';
import { keys } from './credits/cases/keys.ts';
import { pairs } from './credits/cases/pairs.ts';

/** Credits: what is held of a customer's and committed. */
export const credits: BenchFamily = { name: 'credits', cases: [...pairs, ...keys, ...fewAndMany, ...dueHolds] };
