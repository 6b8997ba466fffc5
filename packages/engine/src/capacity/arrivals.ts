import type { Booking } from './records.ts';

/** The moment at which a request arrived. */
export interface Arrival {
  readonly atMs: number;
  /** Whether the request could have known of a booking: it was committed before the request arrived. */
  sawBefore(booking: Booking): boolean;
}

/**
 * Tells what had been booked when a request arrived. Within this process that is exact, because bookings are numbered
 * and it knows the last one that it committed; what other processes did goes by the clock that they share, and counts
 * as before only if it was in an earlier millisecond.
 */
export class Arrivals {
  readonly #lastCommitted = new Map<string, number>();

  /** A request that arrives now. */
  begin(partition: string, atMs: number): Arrival {
    const last = this.#lastCommitted.get(partition);
    const isBeforeStart = ({ createdAtMs }: Booking) => createdAtMs <= atMs;
    const isKnown = ({ createdAtMs, sequence }: Booking) => createdAtMs < atMs || sequence <= (last ?? 0);
    return { atMs, sawBefore: last === undefined ? isBeforeStart : isKnown };
  }

  /** A booking that this process made has been committed. */
  committed(partition: string, sequence: number): void {
    this.#lastCommitted.set(partition, Math.max(sequence, this.#lastCommitted.get(partition) ?? 0));
  }
}
