import type { Changes, Range, Records } from '../kernel/record-access.ts';
import { recordKey } from '../kernel/record-access.ts';
import { eventIdBound } from '../shared/event-id.ts';
import type { RecordKey } from '../store.ts';
import { dayOf, daysOf, intervalInDay, intervalsPerDay } from './intervals.ts';
import type { IntervalRange } from './intervals.ts';
import { noLimit, orgCapAt, platformCapacityAt } from './limits.ts';
import type { OrgLimits } from './limits.ts';
import { ratesToCome, readSettings, settingsKeyOf } from './platform-settings.ts';
import { bookingId, bookingKind, dayKind, limitKind } from './records.ts';
import type { Booking, Day, Limit, PlatformSettings } from './records.ts';
import type { CapacityRates, CapacityServiceSettings } from './settings.ts';

/** What an org can still book in an interval, and why. GB. */
export interface Room {
  readonly reservationLimitGb: number;
  readonly reservedGb: number;
  /** What all orgs together have booked. */
  readonly platformReservedGb: number;
  readonly platformCapacityGb: number;
}

/** Keeps day numbers positive for every four-digit year, also before 1970. */
const dayOffset = 1_000_000;

/** Later than every day that has a record. */
const lastDay = 8_999_999;

/** The most bookings read to find those made while a request waited. */
const mostRecent = 1_000;

const emptyDay: readonly number[] = Array.from({ length: intervalsPerDay }, () => 0);

const platformOwner = 'platform';

export const limitIds = { platform: 'platform', orgs: 'orgs', org: (tenantId: string) => `org/${tenantId}` };

/** What is booked of the platform, as one org sees it, to read and to change. */
export class PlatformState {
  readonly #changes: Changes;
  readonly #partition: string;
  readonly #tenantId: string;
  readonly #settings: PlatformSettings;
  readonly #limits: OrgLimits;
  readonly #days = new Map<string, readonly number[]>();

  /** @param seed - Used until the platform is seeded. */
  constructor(changes: Changes, partition: string, tenantId: string, seed: CapacityServiceSettings) {
    this.#changes = changes;
    this.#partition = partition;
    this.#tenantId = tenantId;
    this.#settings = readSettings(changes, partition, seed);
    const read = (id: string): Limit => changes.get(limitKind, partition, id) ?? noLimit;
    this.#limits = { platform: read(limitIds.platform), orgs: read(limitIds.orgs), org: read(limitIds.org(tenantId)) };
  }

  /** The records behind these intervals; without intervals, those of the limits. */
  static reads(partition: string, tenantId: string, intervals: Iterable<number>): readonly RecordKey[] {
    const days = new Set(Array.from(intervals, dayOf));
    return [
      settingsKeyOf(partition),
      ...[limitIds.platform, limitIds.orgs, limitIds.org(tenantId)].map((id) => recordKey(limitKind, partition, id)),
      ...[...days].flatMap((day) =>
        ownersOf(tenantId).map((owner) => recordKey(dayKind, partition, dayId(owner, day))),
      ),
    ];
  }

  /** Prefetches the days of a range. */
  loadRange(range: IntervalRange): void {
    this.#changes.forEach(ownersOf(this.#tenantId), (owner) => {
      for (const [id, reservedGb] of readDays(this.#changes, this.#partition, owner, range))
        this.#days.set(id, reservedGb);
    });
  }

  /** The rates of intervals that can still be booked. */
  get rates(): CapacityRates {
    return ratesToCome(this.#settings);
  }

  roomAt(interval: number): Room {
    return {
      reservationLimitGb: orgCapAt(interval, this.#limits, this.#settings.seed),
      reservedGb: this.#reservedBy(ownerOf(this.#tenantId), interval),
      platformReservedGb: this.#reservedBy(platformOwner, interval),
      platformCapacityGb: platformCapacityAt(interval, this.#limits, this.#settings.seed),
    };
  }

  /** Adds a booking to the totals of its intervals, for the org and for all orgs. */
  reserve(demands: readonly { readonly interval: number; readonly capacityGb: number }[]): void {
    const changed = new Map<string, number[]>();
    for (const { interval, capacityGb } of demands) {
      for (const owner of ownersOf(this.#tenantId)) {
        const id = dayId(owner, dayOf(interval));
        const totals = changed.get(id) ?? [...this.#day(id)];
        changed.set(id, totals);
        totals[intervalInDay(interval)] = (totals[intervalInDay(interval)] ?? 0) + capacityGb;
      }
    }
    for (const [id, reservedGb] of changed) {
      this.#days.set(id, reservedGb);
      this.#changes.put(dayKind, this.#partition, id, { reservedGb });
    }
  }

  /** Numbers a booking of this org and stores it. */
  keepBooking(booking: Omit<Booking, 'tenantId' | 'sequence'>): Booking {
    const sequence = this.#changes.nextSequence(this.#partition);
    const kept = { ...booking, tenantId: this.#tenantId, sequence };
    this.#changes.insert(bookingKind, this.#partition, bookingId(kept), kept);
    return kept;
  }

  isOwn(booking: Booking): boolean {
    return booking.tenantId === this.#tenantId;
  }

  /** The bookings that were made at that time or after it, newest first. */
  bookingsFrom(atMs: number): readonly Booking[] {
    const from = eventIdBound(atMs);
    const rows = this.#changes.range({
      kind: bookingKind,
      partition: this.#partition,
      from,
      descending: true,
      limit: mostRecent,
    });
    return rows.map(({ value }) => value);
  }

  #reservedBy(owner: string, interval: number): number {
    return this.#day(dayId(owner, dayOf(interval)))[intervalInDay(interval)] ?? 0;
  }

  #day(id: string): readonly number[] {
    const known = this.#days.get(id);
    if (known !== undefined) return known;
    const day = this.#changes.get(dayKind, this.#partition, id)?.reservedGb ?? emptyDay;
    this.#days.set(id, day);
    return day;
  }
}

/** What an org has booked in the intervals of a range, without limits. */
export function readReserved(
  records: Records,
  partition: string,
  tenantId: string,
  range: IntervalRange,
): (interval: number) => number {
  const owner = ownerOf(tenantId);
  const days = readDays(records, partition, owner, range);
  return (interval) => days.get(dayId(owner, dayOf(interval)))?.[intervalInDay(interval)] ?? 0;
}

/** All days of a range, by id; those without a record too. */
function readDays(
  records: Records,
  partition: string,
  owner: string,
  range: IntervalRange,
): ReadonlyMap<string, readonly number[]> {
  const days = daysOf(range);
  const [first = 0, limit] = [days[0], days.length];
  const [from, to] = [dayId(owner, first), dayId(owner, first + limit)];
  const rows = records.range({ kind: dayKind, partition, from, to, limit });
  const empty = days.map((day) => [dayId(owner, day), emptyDay] as const);
  return new Map([...empty, ...rows.map(({ id, value }) => [id, value.reservedGb] as const)]);
}

/** The days on which anything is booked, by whichever org. */
export function platformDaysOf(partition: string): Omit<Range<Day>, 'limit'> {
  return { kind: dayKind, partition, from: dayId(platformOwner, 0), to: dayId(platformOwner, lastDay) };
}

function ownersOf(tenantId: string): readonly string[] {
  return [ownerOf(tenantId), platformOwner];
}

/** The platform's name is no tenant id. */
function ownerOf(tenantId: string): string {
  return `org/${tenantId}`;
}

function dayId(owner: string, day: number): string {
  return `${owner}\u001f${String(day + dayOffset).padStart(7, '0')}`;
}
