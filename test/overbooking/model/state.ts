import { settings } from '../program/intervals.ts';
import type { LimitChange, Demand } from './request.ts';

/** An org's booking of an interval. */
interface Booked extends Demand {
  readonly org: string;
}

/**
 * What has been booked and how the limits were set, as lists of all that happened; written from the reference. Limits
 * are never worked into one another: whoever asks for one looks for the last setting that is about it.
 */
export class State {
  readonly #booked: readonly Booked[];
  readonly #changes: readonly LimitChange[];

  constructor(booked: readonly Booked[] = [], changes: readonly LimitChange[] = []) {
    this.#booked = booked;
    this.#changes = changes;
  }

  book(org: string, demands: readonly Demand[]): State {
    return new State([...this.#booked, ...demands.map((wish) => ({ org, ...wish }))], this.#changes);
  }

  change(change: LimitChange): State {
    return new State(this.#booked, [...this.#changes, change]);
  }

  /** The limits as they are here, with what was booked there. */
  withBookingsOf(other: State): State {
    return new State(other.#booked, this.#changes);
  }

  reservedGb(org: string, interval: number): number {
    return sum(this.#booked.filter((booked) => booked.org === org && booked.interval === interval));
  }

  reservedByAllGb(interval: number): number {
    return sum(this.#booked.filter((booked) => booked.interval === interval));
  }

  platformGb(interval: number): number {
    const ofPlatform = this.#changes.map(({ platformGb, range }) => ({ gb: platformGb, range }));
    return lastFor(interval, ofPlatform) ?? lastForAlways(ofPlatform) ?? settings.platformCapacityGb;
  }

  /** The more specific setting wins. */
  capGb(org: string, interval: number): number {
    const ofOrg = this.#changes.filter(({ tenant }) => tenant === org).map(toOrgSetting);
    const ofAll = this.#changes.filter(({ tenant }) => tenant === undefined).map(toOrgSetting);
    return (
      lastFor(interval, ofOrg) ??
      lastForAlways(ofOrg) ??
      lastFor(interval, ofAll) ??
      lastForAlways(ofAll) ??
      settings.orgCapGb
    );
  }

  reservableGb(org: string, interval: number): number {
    const leftOfPlatform = this.platformGb(interval) - this.reservedByAllGb(interval);
    return Math.max(0, Math.min(leftOfPlatform, this.capGb(org, interval) - this.reservedGb(org, interval)));
  }
}

interface Setting {
  readonly gb: number | null | undefined;
  readonly range: LimitChange['range'];
}

function toOrgSetting({ orgGb, range }: LimitChange): Setting {
  return { gb: orgGb, range };
}

/** What was set last for a range with this interval in it; null if that was taken back. */
function lastFor(interval: number, all: readonly Setting[]): number | null | undefined {
  return all.findLast(({ gb, range }) => {
    return gb !== undefined && range !== undefined && range.fromInterval <= interval && interval < range.toInterval;
  })?.gb;
}

function lastForAlways(all: readonly Setting[]): number | null | undefined {
  return all.findLast(({ gb, range }) => gb !== undefined && range === undefined)?.gb;
}

function sum(booked: readonly Booked[]): number {
  return booked.reduce((total, { capacityGb }) => total + capacityGb, 0);
}
