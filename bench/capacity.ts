import { calendar } from './capacity/cases/calendar.ts';
import { list } from './capacity/cases/list.ts';
import { requests } from './capacity/cases/requests.ts';
import type { BenchFamily } from './comparison/bench-case.ts';

/** Capacity: intervals of memory that are booked, and what one sees of them. */
export const capacity: BenchFamily = { name: 'capacity', cases: [...requests, ...calendar, ...list] };
