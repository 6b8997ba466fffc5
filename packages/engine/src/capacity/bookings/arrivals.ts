import type { Booking } from '../records.ts';

/** The moment at which a request arrived. */
export interface Arrival {
  readonly atMs: number;
  /** Whether the booking was committed before the request arrived. */
  sawBefore(booking: Booking): boolean;
}

/**
 * Tells what had been booked when a request arrived. For this process that is exact: bookings are numbered, and it
 * knows the last one it committed. For other processes the shared clock decides: the same millisecond counts as after.
 */
export class Arrivals {
  readonly #lastCommitted = new Map<string, number>();
  readonly #firstDecided = new Map<string, number>();

  /** A request that arrives now. */
  begin(partition: string, atMs: number): Arrival {
    const last = this.#lastCommitted.get(partition);
    const isKnown = ({ sequence }: Booking) => sequence <= (last ?? 0);
    // This process had committed nothing before: what is there was made by others, or since.
    const isOthers = ({ createdAtMs, sequence }: Booking) =>
      createdAtMs === atMs && sequence < (this.#firstDecided.get(partition) ?? Infinity);
    const isBefore = last === undefined ? isOthers : isKnown;
    return { atMs, sawBefore: (booking) => booking.createdAtMs < atMs || isBefore(booking) };
  }

  /** This process decides a booking, which may not be committed. */
  decided(partition: string, sequence: number): void {
    if (!this.#firstDecided.has(partition)) this.#firstDecided.set(partition, sequence);
  }

  /** A booking of this process was committed. */
  committed(partition: string, sequence: number): void {
    this.#lastCommitted.set(partition, Math.max(sequence, this.#lastCommitted.get(partition) ?? 0));
  }
}
