import { defineKind } from '../kernel/record-access.ts';
import type { Kind } from '../kernel/record-access.ts';
import { eventId } from '../shared/event-id.ts';
import type { Run } from './bookings/runs.ts';
import type { CapacityRates, CapacityServiceSettings } from './settings.ts';

/** What is booked on one day, by one org or by all together. GB. */
export interface Day {
  /** Of each of the day's intervals. */
  readonly reservedGb: readonly number[];
}

/** A promise of capacity. None is ever changed or deleted. */
export interface Booking {
  readonly reservationId: string;
  readonly tenantId: string;
  /** Its number on the platform, which tells bookings of one millisecond apart. */
  readonly sequence: number;
  readonly createdAtMs: number;
  readonly runs: readonly Run[];
}

/** How much may be booked. Ranges override the default. */
export interface Limit {
  /** Null: nothing is set. */
  readonly gb: number | null;
  /** By time, without overlaps. */
  readonly ranges: readonly LimitRange[];
}

export interface LimitRange {
  readonly fromInterval: number;
  readonly toInterval: number;
  readonly gb: number;
}

/** A platform's settings besides its limits. */
export interface PlatformSettings {
  /** What the store was seeded with: the default. */
  readonly seed: CapacityServiceSettings;
  /** Rate changes since, by time. */
  readonly rateChanges: readonly RateChange[];
  /** The highest that each setting ever was, for any org and time: what was booked under it stays. */
  readonly most: CapacityServiceSettings;
}

/** Rates from an interval on, until the next change. */
interface RateChange extends CapacityRates {
  readonly fromInterval: number;
}

/** What a workload uses from a time on. */
export interface Sample {
  readonly memoryGb: number;
  /** What it used until then. */
  readonly memoryGbBefore: number;
  readonly purgeAtMs: number;
}

/** The last sample of a workload. */
export interface Workload {
  readonly lastAtMs: number;
  readonly memoryGb: number;
  /** Null while it uses anything. */
  readonly purgeAtMs: number | null;
}

/** How an org's memory use changes within an interval. Without a record it stays as the interval before ended. */
export interface UsageInterval {
  readonly startLevelGb: number;
  /** By time; each second once. */
  readonly steps: readonly Step[];
}

/** A change of the level, from a second on. */
export interface Step {
  /** Seconds since 1970. */
  readonly second: number;
  readonly changeGb: number;
}

/** By owner and day, in the platform's partition. */
export const dayKind: Kind<Day> = defineKind({ name: 'capacity-days', indexes: {} });

/** By time and number, in the platform's partition. */
export const bookingKind: Kind<Booking> = defineKind({
  name: 'capacity-bookings',
  indexes: { tenant: ['tenantId'], reservation: ['tenantId', 'reservationId'] },
});

export function bookingId({ createdAtMs, sequence }: Pick<Booking, 'createdAtMs' | 'sequence'>): string {
  return eventId(createdAtMs, sequence);
}

/** In the platform's partition, by what they limit. */
export const limitKind: Kind<Limit> = defineKind({ name: 'capacity-limits', indexes: {} });

/** One record, in the platform's partition. */
export const platformSettingsKind: Kind<PlatformSettings> = defineKind({ name: 'capacity-settings', indexes: {} });

/** By workload and time, in an org's partition. */
export const sampleKind: Kind<Sample> = defineKind({
  name: 'capacity-samples',
  indexes: {},
  purgeField: 'purgeAtMs',
});

/** By the org's id of it, in an org's partition. */
export const workloadKind: Kind<Workload> = defineKind({
  name: 'capacity-workloads',
  indexes: {},
  purgeField: 'purgeAtMs',
});

/** By number, in an org's partition. */
export const usageIntervalKind: Kind<UsageInterval> = defineKind({ name: 'capacity-usage-intervals', indexes: {} });

/** Every kind of the family. */
export const capacityKinds = [
  dayKind,
  bookingKind,
  limitKind,
  platformSettingsKind,
  sampleKind,
  workloadKind,
  usageIntervalKind,
];
