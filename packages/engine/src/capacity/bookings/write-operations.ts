import type { WriteOperation } from '../../operation.ts';
import { accepted, isRefused } from '../../shared/outcomes.ts';
import type { CapacityContext } from '../context.ts';
import type { Booking } from '../records.ts';
import { notAvailable } from '../refusals.ts';
import { toReservation } from '../wire.ts';
import { book } from './rules.ts';
import { parseWish } from './wish-input.ts';

export const reserveCapacity: WriteOperation<'reserveCapacity', CapacityContext, Booking> = (
  caller,
  { body: { intervals } },
  { environment, settings, arrivals },
) => {
  const wish = parseWish(caller, intervals, settings);
  if (isRefused(wish)) return wish;
  const { partition, demands } = wish;
  const arrival = arrivals.begin(partition, environment.now());
  const command = { reservationId: environment.newUuid(), demands, arrival };
  return {
    partitions: [partition],
    reads: wish.reads,
    run(changes, nowMs) {
      const state = wish.openState(changes, nowMs);
      if (isRefused(state)) return state;
      const booked = book(state, command, nowMs);
      return 'shortfalls' in booked ? notAvailable(booked.shortfalls) : accepted(booked.booking);
    },
    decided(outcome) {
      if (outcome.ok) arrivals.decided(partition, outcome.value.sequence);
    },
    answer(booking) {
      arrivals.committed(partition, booking.sequence);
      return toReservation(booking);
    },
  };
};
