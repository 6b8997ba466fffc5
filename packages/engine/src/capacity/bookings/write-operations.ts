import type { WriteOperation } from '../../operation.ts';
import { accepted, isRefused } from '../../shared/outcomes.ts';
import type { CapacityContext } from '../context.ts';
import type { Booking } from '../records.ts';
import { notAvailable } from '../refusals.ts';
import { toReservation } from '../wire.ts';
import { announceBooking } from './announce-booking.ts';
import { parseBookingRequest } from './booking-input.ts';
import { book } from './rules.ts';

export const reserveCapacity: WriteOperation<'reserveCapacity', CapacityContext, Booking> = (
  caller,
  { body: { intervals } },
  { environment, settings, arrivals },
) => {
  const request = parseBookingRequest(caller, intervals, settings);
  if (isRefused(request)) return request;
  const { partition, demands } = request;
  const keptMs = caller.eventHistoryMs ?? settings.eventHistoryMs;
  const arrival = arrivals.begin(partition, environment.now());
  const command = { reservationId: environment.newUuid(), demands, arrival };
  return {
    partitions: [partition],
    reads: request.reads,
    run(changes, nowMs) {
      const state = request.openState(changes, nowMs);
      if (isRefused(state)) return state;
      const booked = book(state, command, nowMs);
      if ('shortfalls' in booked) return notAvailable(booked.shortfalls);
      announceBooking(changes, { caller, partition, keptMs }, booked.booking);
      return accepted(booked.booking);
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
