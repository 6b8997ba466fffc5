import type { Caller } from '../../caller.ts';
import type { Changes } from '../../kernel/record-access.ts';
import { announceTenantEvent } from '../../shared/events.ts';
import type { Booking } from '../records.ts';
import { toGridTime } from '../wire.ts';

/** For whom something is booked, and where that is decided. */
interface Booker {
  readonly caller: Caller;
  readonly partition: string;
  /** How long the org can read of it, in milliseconds. */
  readonly keptMs: number;
}

/** Tells an org what was booked for it: a booking may have thousands of intervals, so only its bounds. */
export function announceBooking(changes: Changes, booker: Booker, { reservationId, createdAtMs, runs }: Booking): void {
  const { caller, partition, keptMs } = booker;
  const from = Math.min(...runs.map(({ interval }) => interval));
  const to = Math.max(...runs.map(({ interval, count }) => interval + count));
  const data = {
    reservation_id: reservationId,
    from: toGridTime(from),
    to: toGridTime(to),
    gb: Math.max(...runs.map(({ capacityGb }) => capacityGb)),
  };
  const { apiKeyLabel } = caller;
  const whose = { apiKeyLabel, customerId: null, externalCustomerId: null };
  announceTenantEvent(
    changes,
    { partition, place: caller, keptMs },
    { type: 'capacity.reserved', atMs: createdAtMs, ...whose, data },
  );
}
