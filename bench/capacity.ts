import type { BenchFamily } from './bench-case.ts';
import { calendar } from './capacity/cases/calendar.ts';
import { list } from './capacity/cases/list.ts';
import { requests } from './capacity/cases/requests.ts';

/** Capacity: intervals of memory that are booked, and what one sees of them. */
export const capacity: BenchFamily = { name: 'capacity', cases: [...requests, ...calendar, ...list] };
