import { refused } from '../shared/outcomes.ts';
import type { Refused } from '../shared/outcomes.ts';
import type { Shortfall } from './bookings/rules.ts';
import { toShortfall } from './wire.ts';

export const unknownReservation = refused({ code: 'not_found', message: 'There is no such reservation.' });

export function notAvailable(shortfalls: readonly Shortfall[]): Refused {
  const message = `${shortfalls.length} of the intervals can't be reserved.`;
  return refused({ code: 'capacity_not_available', message, intervals: shortfalls.map(toShortfall) });
}
