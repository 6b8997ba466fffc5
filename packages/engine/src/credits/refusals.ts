import { invalidRequest, refused } from '../shared/outcomes.ts';
import type { Refused } from '../shared/outcomes.ts';

export const unknownCustomer = refused({ code: 'not_found', message: 'There is no such customer.' });

export const unknownHold = refused({ code: 'not_found', message: 'There is no such reservation.' });

export const insufficientForHold = refused({
  code: 'insufficient_credits',
  message: 'Insufficient credits for reservation.',
});

export const insufficient = refused({ code: 'insufficient_credits', message: 'Insufficient credits.' });

export const holdExpired = refused({ code: 'reservation_expired', message: 'The reservation has expired.' });

export function holdNotActive(status: string): Refused {
  return refused({ code: 'reservation_not_active', message: `The reservation is ${status} already.` });
}

export function paymentAlreadyCredited(paymentId: string): Refused {
  const message = `The payment ${paymentId} was credited to this customer before, with other content.`;
  return refused({ code: 'payment_already_credited', message });
}

export function eventIdConflict(eventId: string): Refused {
  const message = `The event ${eventId} was recorded before, with another metric or other units.`;
  return refused({ code: 'event_id_conflict', message });
}

export function unknownMetric(key: string): Refused {
  return refused({ code: 'not_found', message: `No billable metric has the key ${key}.` });
}

export function noMeteringRule(metricKey: string): Refused {
  return refused({
    code: 'no_metering_rule',
    message: `The billable metric ${metricKey} has no active metering rule.`,
  });
}

/** Amounts stay below 2^53, so that every client can read them. */
export function beyondLargestAmount(field: string, what: string): Refused {
  return invalidRequest({ field, rule: 'maximum', message: `takes ${what} beyond 9007199254740991 millicredits` });
}
