import type { BenchFamily } from '../bench-case.ts';
import { dueHolds } from './cases/due-holds.ts';
import { fewAndMany } from './cases/few-and-many.ts';
import { pairs } from './cases/pairs.ts';

/** Credits: what is held of a customer's and committed. */
export const creditsFamily: BenchFamily = { name: 'credits', cases: [...pairs, ...fewAndMany, ...dueHolds] };
