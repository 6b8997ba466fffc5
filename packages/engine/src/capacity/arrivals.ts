import type { Booking } from './records.ts';

/** The moment at which a request arrived. */
export interface Arrival {
  readonly atMs: number;
  /** Whether the request could have known of a booking: it was committed before the request arrived. */
  sawBefore(booking: Booking): boolean;
}

/**
 * Tells what had been booked when a request arrived. Within this process that is exact, because bookings are numbered
 * and it knows the last one that it committed; what other processes did goes by the clock that they share: in the same
 * millisecond it counts as after.
 */
export class Arrivals {
  readonly #lastCommitted = new Map<string, number>();
  readonly #firstDecided = new Map<string, number>();

  /** A request that arrives now. */
  begin(partition: string, atMs: number): Arrival {
    const last = this.#lastCommitted.get(partition);
    const isKnown = ({ sequence }: Booking) => sequence <= (last ?? 0);
    // Nothing was committed here before it arrived: what is there was made by others, or since.
    const isOthers = ({ createdAtMs, sequence }: Booking) =>
      createdAtMs === atMs && sequence < (this.#firstDecided.get(partition) ?? Infinity);
    const isBefore = last === undefined ? isOthers : isKnown;
    return { atMs, sawBefore: (booking) => booking.createdAtMs < atMs || isBefore(booking) };
  }

  /** This process makes a booking, which may come to nothing yet. */
  decided(partition: string, sequence: number): void {
    if (!this.#firstDecided.has(partition)) this.#firstDecided.set(partition, sequence);
  }

  /** A booking that this process made has been committed. */
  committed(partition: string, sequence: number): void {
    this.#lastCommitted.set(partition, Math.max(sequence, this.#lastCommitted.get(partition) ?? 0));
  }
}
