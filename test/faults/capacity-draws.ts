import type { CapacityInterval } from '@holdfast/contract';

import { platformCapacityGb, quartersPerDay, tenantId, timeOf } from './capacity-known.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Write } from './wire-client.ts';

/** Midnight comes soon after them, so that reservations are of two days. */
const firstShared = (Math.floor(Date.now() / 86_400_000) + 3) * quartersPerDay - 4;

/** So many neighbouring intervals are fought for at a time. */
const sharedCount = 8;

/** Reservations that are so long fill some pages of the log, so that a checkpoint is due before long. */
const longCount = 2 * quartersPerDay;

/** Far beyond those that are fought for. */
const firstOwn = firstShared + 300 * quartersPerDay;

/** No divisor of a day. */
const ownCount = 10;

/** When workloads have used something: late samples are taken for a day, and a run is over long before. */
const usageFromMs = Math.floor(Date.now() / 900_000) * 900_000 - 4 * 3_600_000;
const usageMs = 3 * 3_600_000;
export const usageFrom = new Date(usageFromMs).toISOString();
export const usageTo = new Date(usageFromMs + usageMs).toISOString();

/** Intervals from one to before another. */
export interface Quarters {
  readonly from: number;
  readonly to: number;
}

/** What is to be there before the load begins. */
export function preparations(): readonly Write[] {
  return [{ operationId: 'updateCapacityLimits', body: { platform_capacity_gb: platformCapacityGb } }];
}

/** The intervals that only this worker reserves, and sets limits for: it knows how each request must end. */
export function ownQuarters(worker: number): Quarters {
  const from = firstOwn + worker * ownCount;
  return { from, to: from + ownCount };
}

export function isOwn(quarter: number): boolean {
  return quarter >= firstOwn;
}

/** Writes at random. */
export class CapacityDraws {
  readonly #random: SeededRandom;
  readonly #sampleTimes = new Map<string, number[]>();
  #shared = firstShared;
  #workers = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** All intervals that a write has named. */
  drawn(): readonly Quarters[] {
    const own = { from: firstOwn, to: firstOwn + this.#workers * ownCount };
    return [{ from: firstShared, to: this.#shared + sharedCount + longCount }, own];
  }

  draw(worker: number): Write {
    const random = this.#random;
    this.#workers = Math.max(this.#workers, worker + 1);
    const kind = random.fraction();
    if (kind < 0.45) return this.#sharedReservation();
    if (kind < 0.48) return this.#longReservation();
    if (kind < 0.68) return this.#ownReservation(worker);
    if (kind < 0.8) return this.#limits(worker);
    return { operationId: 'recordCapacityUsage', body: { samples: this.#samples(`workload/${worker}`) } };
  }

  /** In any order. They move on, some time after they are full. */
  #sharedReservation(): Write {
    const random = this.#random;
    if (random.chance(0.15)) this.#shared += 1;
    const wanted = random.sample(range(this.#shared, sharedCount), 1 + random.integer(5));
    return reservation(wanted.map((quarter) => interval(quarter, this.#amountGb(60))));
  }

  #longReservation(): Write {
    const wanted = range(this.#shared + sharedCount, longCount);
    return reservation(wanted.map((quarter) => interval(quarter, quarter % 2 === 0 ? 4 : 8)));
  }

  #ownReservation(worker: number): Write {
    const wanted = this.#random.sample(range(ownQuarters(worker).from, ownCount), 1 + this.#random.integer(4));
    return reservation(wanted.map((quarter) => interval(quarter, this.#amountGb(20))));
  }

  #limits(worker: number): Write {
    const random = this.#random;
    const { from, to } = ownQuarters(worker);
    const gb = () => (random.chance(0.2) ? null : random.integer(1_200));
    const limits = random.pick([
      () => ({ platform_capacity_gb: gb() }),
      () => ({ org_cap_gb: gb() }),
      () => ({ platform_capacity_gb: gb(), org_cap_gb: gb() }),
      () => ({ org_cap_gb: gb(), tenant_id: tenantId }),
    ]);
    return { operationId: 'updateCapacityLimits', body: { ...limits(), from: timeOf(from), to: timeOf(to) } };
  }

  /** In any order, and some of them again, with another amount. */
  #samples(worker: string) {
    return Array.from({ length: 1 + this.#random.integer(5) }, () => {
      const random = this.#random;
      const workloadId = `${worker}/${random.pick(['a', 'b'])}`;
      const times = this.#sampleTimes.get(workloadId) ?? [];
      this.#sampleTimes.set(workloadId, times);
      if (times.length === 0 || random.chance(0.85)) times.push(usageFromMs + random.integer(usageMs));
      else times.push(random.pick(times));
      return { workloadId, at: new Date(times.at(-1) ?? 0).toISOString(), memoryGb: random.integer(100) };
    });
  }

  #amountGb(most: number): number {
    return 4 * (1 + this.#random.integer(most));
  }
}

function range(from: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

function interval(quarter: number, capacityGb: number): CapacityInterval {
  return { startsAt: timeOf(quarter), endsAt: timeOf(quarter + 1), capacityGb };
}

function reservation(intervals: readonly CapacityInterval[]): Write {
  return { operationId: 'reserveCapacity', body: { intervals } };
}
