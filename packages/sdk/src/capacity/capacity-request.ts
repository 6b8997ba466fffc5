import type { CapacityIntervalItem } from '@holdfast/contract/types';

import type { WithTimes } from '../transport/time.ts';

/** What to reserve: 1 to 3,000 intervals, contiguous or not, in any order, none of them twice. */
export interface CapacityRequest {
  readonly intervals: readonly WithTimes<CapacityIntervalItem, 'startsAt' | 'endsAt'>[];
}
