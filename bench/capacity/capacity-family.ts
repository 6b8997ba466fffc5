import type { BenchFamily } from '../bench-case.ts';
import { calendar } from './cases/calendar.ts';
import { list } from './cases/list.ts';
import { requests } from './cases/requests.ts';

/** Capacity: intervals of memory that are booked, and what one sees of them. */
export const capacityFamily: BenchFamily = { name: 'capacity', cases: [...requests, ...calendar, ...list] };
