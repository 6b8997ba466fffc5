import type { CapacityCalendarInterval } from '@holdfast/sdk';

/** By level: the more is booked, the stronger. */
export const levelFills = [
  'fill-hover',
  'fill-accent/20',
  'fill-accent/40',
  'fill-accent/60',
  'fill-accent/80',
  'fill-accent',
] as const;

/** How much of the limit is booked, in five steps; 0 is nothing. */
export function levelOf({ reservedGb, reservationLimitGb }: CapacityCalendarInterval): number {
  if (reservedGb === 0) return 0;
  if (reservedGb >= reservationLimitGb) return 5;
  return 1 + Math.floor((reservedGb / reservationLimitGb) * 4);
}
