/**
 * The id of an event: time, then number, both of fixed width, so that ids sort like events and a time is a bound of
 * ids.
 */
export function eventId(atMs: number, sequence: number): string {
  return `${eventIdBound(atMs)}-${String(sequence).padStart(16, '0')}`;
}

/** The lower bound of ids of events at or after `atMs`. */
export function eventIdBound(atMs: number): string {
  return String(Math.max(0, atMs)).padStart(15, '0');
}
