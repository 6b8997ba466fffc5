import { invalidRequest, refused } from '../shared/outcomes.ts';
import type { Refused } from '../shared/outcomes.ts';
import { toWireTime } from '../shared/times.ts';

export const unknownCustomer = refused({ code: 'not_found', message: 'There is no such customer.' });

export function customerExists(externalId: string): Refused {
  return refused({ code: 'conflict', message: `There is a customer with the external id ${externalId} already.` });
}

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

export const holdMetadataTooLarge = invalidRequest({
  field: '/metadata',
  rule: 'maxBytes',
  message: 'makes the metadata of the reservation larger than 4096 bytes as JSON',
});

export function paymentAlreadyCredited(paymentId: string): Refused {
  const message = `The payment ${paymentId} was credited to this customer before, with other content.`;
  return refused({ code: 'payment_already_credited', message });
}

export function mustExpireLater(nowMs: number): Refused {
  const message = `must be later than now, which is ${toWireTime(nowMs)}`;
  return invalidRequest({ field: '/expires_at', rule: 'future', message });
}

export function eventIdConflict(eventId: string): Refused {
  const message = `The event ${eventId} was recorded before, with another metric or other units.`;
  return refused({ code: 'event_id_conflict', message });
}

export function unknownMetric(key: string): Refused {
  return refused({ code: 'not_found', message: `No billable metric has the key ${key}.` });
}

export function metricExists(key: string): Refused {
  return refused({ code: 'conflict', message: `There is a billable metric with the key ${key} already.` });
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
