/**
 * The id of an event: time, then number, both of fixed width, so that ids in code point order are events in the order
 * in which they happened, and a time is a bound for ids.
 */
export function eventId(atMs: number, sequence: number): string {
  return `${eventIdBound(atMs)}-${String(sequence).padStart(16, '0')}`;
}

/** Comes before the ids of all events at or after `atMs`, and after those of all earlier ones. */
export function eventIdBound(atMs: number): string {
  return String(Math.max(0, atMs)).padStart(15, '0');
}
