import { isDeepStrictEqual } from 'node:util';

import type {
  CapacityInterval,
  CapacityLimits,
  CapacityNotAvailableProblem,
  CapacityReservation,
  RecordedCapacityUsage,
  RecordCapacityUsageRequest,
  UpdateCapacityLimitsRequest,
} from '@holdfast/contract';

import { CapacityDraws, isOwn, ownQuarters, preparations } from './capacity-draws.ts';
import { KnownCapacity, quarterOf } from './capacity-known.ts';
import { findBrokenCapacity, rangeGbAt } from './capacity-promises.ts';
import { describeEntry } from './family.ts';
import type { Account, AnsweredEntry, BrokenPromise, Family } from './family.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { WireClient, Write } from './wire-client.ts';

/** Intervals that all workers want more of than there is, and some that each has to itself, limits and usage too. */
export const capacity: Family = { name: 'capacity', open: (random) => new CapacityAccount(random) };

class CapacityAccount implements Account {
  readonly #draws: CapacityDraws;
  readonly #known = new KnownCapacity();
  readonly #broken: BrokenPromise[] = [];

  constructor(random: SeededRandom) {
    this.#draws = new CapacityDraws(random);
  }

  prepare(): readonly Write[] {
    return preparations();
  }

  draw(worker: number): Write {
    return this.#draws.draw(worker);
  }

  learn(entry: AnsweredEntry): void {
    const { write, answer } = entry;
    this.#known.entries.push(entry);
    const isRefused = answer.status === 409 && write.operationId === 'reserveCapacity';
    if (answer.status !== 200 && !isRefused) return this.#break('Nothing is refused but for lack of capacity.', entry);
    const body: unknown = JSON.parse(answer.body);
    if (isRefused) return this.#learnShortfall(entry, body as CapacityNotAvailableProblem);
    if (write.operationId === 'reserveCapacity') this.#learnReservation(entry, body as CapacityReservation);
    if (write.operationId === 'updateCapacityLimits') this.#learnLimits(entry, body as CapacityLimits);
    if (write.operationId === 'recordCapacityUsage') this.#learnUsage(entry, body as RecordedCapacityUsage);
  }

  async findBrokenPromises(client: WireClient): Promise<readonly BrokenPromise[]> {
    if (this.#broken.length > 0) return this.#broken;
    return findBrokenCapacity(this.#known, this.#draws.drawn(), client);
  }

  #learnReservation(entry: AnsweredEntry, reservation: CapacityReservation): void {
    const { reservationId, intervals } = reservation;
    const known = this.#known;
    if (known.reservations.has(reservationId)) this.#break('A reservation has an id of its own.', entry);
    if (!isDeepStrictEqual(intervals, wantedBy(entry))) this.#break('What is reserved is what was asked for.', entry);
    known.add(reservation);
    // What nobody was told of yet can only be more.
    const quarters = intervals.map(({ startsAt }) => quarterOf(startsAt));
    const isBeyond = quarters.some((quarter) => known.reservedAt(quarter) > known.capacityAt(quarter));
    if (isBeyond) this.#break('Nothing is reserved beyond what there is.', entry);
  }

  #learnShortfall(entry: AnsweredEntry, { error, intervals: failing }: CapacityNotAvailableProblem): void {
    const wanted = wantedBy(entry);
    const isShort = failing.every(({ startsAt, requestedGb, reservableGb }) => {
      const isWanted = wanted.some((each) => each.startsAt === startsAt && each.capacityGb === requestedGb);
      return isWanted && reservableGb >= 0 && reservableGb < requestedGb;
    });
    if (error !== 'capacity_not_available' || failing.length === 0 || !isShort) {
      this.#break('A refusal names intervals in which less is left than was asked for.', entry);
    }
    const { leastLeftGb } = this.#known;
    for (const { startsAt, reservableGb } of failing) {
      const quarter = quarterOf(startsAt);
      if (isOwn(quarter)) continue;
      leastLeftGb.set(quarter, Math.min(reservableGb, leastLeftGb.get(quarter) ?? Infinity));
    }
    if (wanted.every(({ startsAt }) => isOwn(quarterOf(startsAt)))) this.#checkOwnShortfall(entry, failing);
  }

  /** Nobody else has made a reservation there, so that it is known what must be left. */
  #checkOwnShortfall(entry: AnsweredEntry, failing: CapacityNotAvailableProblem['intervals']): void {
    const expected = wantedBy(entry).flatMap(({ startsAt, capacityGb: requestedGb }) => {
      const reservableGb = this.#known.leftAt(quarterOf(startsAt));
      return reservableGb < requestedGb ? [{ startsAt, requestedGb, reservableGb }] : [];
    });
    const answered = failing.map(({ startsAt, requestedGb, reservableGb }) => ({
      startsAt,
      requestedGb,
      reservableGb,
    }));
    if (isDeepStrictEqual(answered, expected)) return;
    this.#break('A refusal names the intervals that fail, and what is left of them.', entry, JSON.stringify(expected));
  }

  #learnLimits(entry: AnsweredEntry, { ranges }: CapacityLimits): void {
    const body = entry.write.body as UpdateCapacityLimitsRequest;
    const { platform_capacity_gb: platformGb, org_cap_gb: capGb, tenant_id: tenantId } = body;
    const { from, to } = ownQuarters(entry.worker);
    for (let quarter = from; quarter < to; quarter += 1) {
      const before = this.#known.limitsAt(quarter);
      const orgs = tenantId === undefined ? { orgsGb: capGb ?? null } : { orgGb: capGb ?? null };
      const changed = { ...(capGb === undefined ? {} : orgs), ...(platformGb === undefined ? {} : { platformGb }) };
      this.#known.limits.set(quarter, { ...before, ...changed });
      const isAnswered =
        (platformGb === undefined || rangeGbAt(ranges, quarter, 'platform_capacity_gb') === platformGb) &&
        (capGb === undefined || rangeGbAt(ranges, quarter, 'org_cap_gb') === capGb);
      if (!isAnswered) return this.#break('A limit is answered as it was set.', entry);
    }
  }

  #learnUsage(entry: AnsweredEntry, { accepted, duplicates }: RecordedCapacityUsage): void {
    const { samples } = entry.write.body as RecordCapacityUsageRequest;
    const firsts = samples.filter(({ workloadId, at, memoryGb }) => {
      return this.#known.addSample(workloadId, Date.parse(at), memoryGb);
    });
    const isRight = accepted === firsts.length && duplicates === samples.length - firsts.length;
    if (!isRight) this.#break('A sample is accepted once for its workload and time.', entry);
  }

  #break(promise: string, entry: AnsweredEntry, ...details: readonly string[]): void {
    const startsAt = entry.write.operationId === 'reserveCapacity' ? wantedBy(entry)[0]?.startsAt : undefined;
    const about = startsAt === undefined ? [] : this.#known.journalOf(startsAt);
    this.#broken.push({ promise, evidence: [describeEntry(entry), ...details, ...about] });
  }
}

function wantedBy({ write }: AnsweredEntry): readonly CapacityInterval[] {
  return (write.body as { readonly intervals: readonly CapacityInterval[] }).intervals;
}
