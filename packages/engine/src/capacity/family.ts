import { defineFamily } from '../family.ts';
import { getCapacityLimits } from './administration/read-operations.ts';
import { updateCapacityLimits } from './administration/write-operations.ts';
import {
  findCapacityWindows,
  getCapacityCalendar,
  getCapacityReservation,
  listCapacityReservations,
  quoteCapacity,
} from './bookings/read-operations.ts';
import { reserveCapacity } from './bookings/write-operations.ts';
import { createContext } from './context.ts';
import { capacityKinds } from './records.ts';
import { getCapacityUsage } from './usage/read-operations.ts';
import { recordCapacityUsage } from './usage/write-operations.ts';

export const capacity = defineFamily({
  kinds: capacityKinds,
  createContext,
  writes: { reserveCapacity, recordCapacityUsage, updateCapacityLimits },
  reads: {
    quoteCapacity,
    getCapacityReservation,
    listCapacityReservations,
    getCapacityCalendar,
    findCapacityWindows,
    getCapacityUsage,
    getCapacityLimits,
  },
  scans: {},
  sweeps: () => [],
  settles: () => [],
});
