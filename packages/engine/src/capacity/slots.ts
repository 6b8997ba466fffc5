/**
 * Time in this family is cut into slots of 15 minutes, numbered from 1970 on, in UTC: no slot is ever longer or shorter
 * than another, whatever clocks on walls do.
 */
export const slotMs = 15 * 60 * 1_000;

export const slotSeconds = slotMs / 1_000;

export const slotsPerDay = 96;

/** How long before its start an interval can be booked at the latest. Exactly that long is early enough. */
export const leadTimeMs = 30 * 60 * 1_000;

/** The most days that one answer shows. */
export const mostDaysShown = 35;

/** The slots from one to before another. */
export interface SlotRange {
  readonly fromSlot: number;
  readonly toSlot: number;
}

export function startOf(slot: number): number {
  return slot * slotMs;
}

/** Whether a booking may still be made for the slot. */
export function isBookable(slot: number, nowMs: number): boolean {
  return startOf(slot) >= nowMs + leadTimeMs;
}

export function dayOf(slot: number): number {
  return Math.floor(slot / slotsPerDay);
}

/** Which of its day's slots it is. */
export function slotInDay(slot: number): number {
  return slot - dayOf(slot) * slotsPerDay;
}

/** The days of a range, first to last. */
export function daysOf({ fromSlot, toSlot }: SlotRange): readonly number[] {
  const first = dayOf(fromSlot);
  return Array.from({ length: dayOf(toSlot - 1) - first + 1 }, (_, index) => first + index);
}

export function slotsOf({ fromSlot, toSlot }: SlotRange): readonly number[] {
  return Array.from({ length: toSlot - fromSlot }, (_, index) => fromSlot + index);
}
