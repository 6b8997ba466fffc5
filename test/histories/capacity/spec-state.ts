import { intervalCount, orgs, usualLimits } from './objects.ts';
import type { Limits, Org } from './objects.ts';

/** Something that was reserved. */
export interface Booking {
  readonly org: Org;
  /** GB of each of the group's intervals. */
  readonly gb: readonly number[];
  /** When, as it was answered; null if no answer came. */
  readonly createdMs: number | null;
}

/** What is to be known about a group at one point of an order of calls. */
export interface State {
  readonly limits: Limits;
  readonly bookings: readonly Booking[];
}

export const initialState: State = { limits: usualLimits, bookings: [] };

/** What an org can have of an interval, and has. */
export interface Room {
  readonly reservationLimitGb: number;
  readonly reservedGb: number;
  readonly reservableGb: number;
}

export function roomIn({ limits, bookings }: State, org: Org, interval: number): Room {
  const [reservedGb, othersGb] = orgs
    .toSorted((one) => (one === org ? -1 : 1))
    .map((each) => sum(bookings.filter((booking) => booking.org === each).map(({ gb }) => gb[interval] ?? 0)));
  const platformLeftGb = limits.platformGb - (reservedGb ?? 0) - (othersGb ?? 0);
  const orgLeftGb = limits.orgGb - (reservedGb ?? 0);
  return {
    reservationLimitGb: limits.orgGb,
    reservedGb: reservedGb ?? 0,
    reservableGb: Math.max(0, Math.min(platformLeftGb, orgLeftGb)),
  };
}

/** Sorted, so that it is the same state in whatever order they were made. */
export function withBooking(state: State, booking: Booking): State {
  const toText = (each: Booking) => JSON.stringify(each);
  const bookings = [...state.bookings, booking].toSorted((one, other) => (toText(one) < toText(other) ? -1 : 1));
  return { ...state, bookings };
}

export const intervals = Array.from({ length: intervalCount }, (_, interval) => interval);

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
