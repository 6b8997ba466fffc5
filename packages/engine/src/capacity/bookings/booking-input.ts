import type { CapacityInterval } from '@holdfast/contract';

import type { Caller } from '../../caller.ts';
import type { Changes } from '../../kernel/record-access.ts';
import { platformPartition } from '../../partitions.ts';
import { isRefused } from '../../shared/outcomes.ts';
import type { Refused } from '../../shared/outcomes.ts';
import type { RecordKey } from '../../store.ts';
import { parseIntervals, refuseTooSoon } from '../interval-input.ts';
import type { CapacityServiceSettings } from '../settings.ts';
import { PlatformState } from '../state.ts';
import type { Demand } from './runs.ts';

/** What a caller wants to book, and where that is decided. */
export interface BookingRequest {
  readonly partition: string;
  readonly demands: readonly Demand[];
  readonly reads: readonly RecordKey[];
  /** Refuses intervals that start too soon by then. */
  openState(changes: Changes, nowMs: number): PlatformState | Refused;
}

export function parseBookingRequest(
  { tenantId, environment }: Caller,
  intervals: readonly CapacityInterval[],
  seed: CapacityServiceSettings,
): BookingRequest | Refused {
  const demands = parseIntervals(intervals);
  if (isRefused(demands)) return demands;
  const partition = platformPartition(environment);
  return {
    partition,
    demands,
    reads: PlatformState.reads(
      partition,
      tenantId,
      demands.map(({ interval }) => interval),
    ),
    openState(changes, nowMs) {
      return refuseTooSoon(intervals, demands, nowMs) ?? new PlatformState(changes, partition, tenantId, seed);
    },
  };
}
