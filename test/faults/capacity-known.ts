import type { CapacityReservation } from '@holdfast/contract';

import { describeEntry } from './family.ts';
import type { AnsweredEntry } from './family.ts';

/** Intervals are numbered in quarters of an hour since 1970. */
const quarterMs = 15 * 60 * 1_000;
export const quartersPerDay = 96;

/** The org of the first API key, whose cap is a fresh server's. */
export const tenantId = 'default';
const orgCapGb = 1_024;

/** Less than the org's cap, so that what is left tells what all orgs have together. */
export const platformCapacityGb = 896;

/** The last lines of a journal tell what is wrong. */
const mostLines = 12;

export function timeOf(quarter: number): string {
  return new Date(quarter * quarterMs).toISOString().replace('.000Z', 'Z');
}

export function quarterOf(time: string): number {
  return Date.parse(time) / quarterMs;
}

/** How much may be reserved in an interval: null where nothing was set for it. */
export interface KnownLimits {
  readonly platformGb: number | null;
  /** For all orgs. */
  readonly orgsGb: number | null;
  readonly orgGb: number | null;
}

const noLimits: KnownLimits = { platformGb: null, orgsGb: null, orgGb: null };

/** What has been answered about one org's capacity. */
export class KnownCapacity {
  /** By id, in the order of the answers. */
  readonly reservations = new Map<string, CapacityReservation>();
  /** What each interval's reservations add up to. */
  readonly reservedGb = new Map<number, number>();
  /** The least that a refusal has said of an interval to be left. */
  readonly leastLeftGb = new Map<number, number>();
  /** Of the intervals for which limits were set. */
  readonly limits = new Map<number, KnownLimits>();
  /** By workload and time in epoch milliseconds. */
  readonly samples = new Map<string, Map<number, number>>();
  /** Whatever was answered. */
  readonly entries: AnsweredEntry[] = [];

  reservedAt(quarter: number): number {
    return this.reservedGb.get(quarter) ?? 0;
  }

  limitsAt(quarter: number): KnownLimits {
    return this.limits.get(quarter) ?? noLimits;
  }

  orgCapAt(quarter: number): number {
    const { orgsGb, orgGb } = this.limitsAt(quarter);
    return orgGb ?? orgsGb ?? orgCapGb;
  }

  /** There is one org, so that it has all that the platform has. */
  capacityAt(quarter: number): number {
    return Math.min(this.orgCapAt(quarter), this.limitsAt(quarter).platformGb ?? platformCapacityGb);
  }

  /** What can still be reserved. */
  leftAt(quarter: number): number {
    return Math.max(0, this.capacityAt(quarter) - this.reservedAt(quarter));
  }

  add(reservation: CapacityReservation): void {
    this.reservations.set(reservation.reservationId, reservation);
    for (const { startsAt, capacityGb } of reservation.intervals) {
      const quarter = quarterOf(startsAt);
      this.reservedGb.set(quarter, this.reservedAt(quarter) + capacityGb);
    }
  }

  /** Returns whether it is the first one of its workload and time, which is the one that counts. */
  addSample(workloadId: string, atMs: number, memoryGb: number): boolean {
    const samples = this.samples.get(workloadId) ?? new Map<number, number>();
    this.samples.set(workloadId, samples);
    if (samples.has(atMs)) return false;
    samples.set(atMs, memoryGb);
    return true;
  }

  /** The last lines of the journal that have a text in them. */
  journalOf(text: string): readonly string[] {
    const about = this.entries.map(describeEntry).filter((line) => line.includes(text));
    return about.slice(-mostLines);
  }
}
