import type { CapacityCalendarInterval } from '@holdfast/sdk';

import { formatNumber } from '../../ui/format.ts';

/** What is booked, and what can be, in words. */
export function amountsOf({ reservedGb, reservationLimitGb, reservableGb }: CapacityCalendarInterval): string {
  const booked = `${formatNumber(reservedGb)} of ${formatNumber(reservationLimitGb)} GB booked`;
  return `${booked}, ${formatNumber(reservableGb)} GB can be had`;
}
