import type {
  RenewResult,
  ReserveItem,
  ReserveResult,
  TransactionItemResult,
  TransactionResult,
  UnreserveResult,
} from '@holdfast/contract';

import { describeEntry } from './family.ts';
import type { Account, AnsweredEntry, BrokenPromise, Family } from './family.ts';
import { findBrokenClaims } from './named-resources-promises.ts';
import type { KnownClaim } from './named-resources-promises.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { WireClient, Write } from './wire-client.ts';

/** Locks and pools that workers fight for, and locks that a worker takes for itself and keeps. */
export const namedResources: Family = { name: 'named resources', open: (random) => new ResourceAccount(random) };

const jobs = Array.from({ length: 12 }, (_, number) => `job/${number}`);
const pool = { name: 'Printer', capacity: 6 };
const briefTtlSeconds = 1;

/** With this much beside it, a claim fills some pages of the log, so that a checkpoint is due before long. */
const padding = { padding: 'x'.repeat(3_000) };

/** How far the server may be ahead of these clients in taking a claim to have lapsed. */
const clockToleranceMs = 500;

class ResourceAccount implements Account {
  readonly #random: SeededRandom;
  readonly #claims = new Map<string, KnownClaim>();
  readonly #broken: BrokenPromise[] = [];
  #ownNames = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  prepare(): readonly Write[] {
    return [{ operationId: 'registerResources', body: [pool] }];
  }

  draw(worker: number): Write {
    const random = this.#random;
    const held = this.#shared(worker);
    if (held.length > 0 && random.chance(0.2)) return renewal(random.pick(held));
    if (held.length > 0 && random.chance(held.length / 4)) return release(random.sample(held, 1 + random.integer(2)));
    if (random.chance(0.15)) return this.#transaction(worker);
    const count = random.chance(0.2) ? 3 : 1;
    return { operationId: 'reserve', body: Array.from({ length: count }, () => this.#wish(worker)) };
  }

  learn(entry: AnsweredEntry): void {
    const { write, answer } = entry;
    if (answer.status !== 200) return this.#break('A write of a holder who says its token is not refused.', entry);
    const body: unknown = JSON.parse(answer.body);
    if (write.operationId === 'reserve') this.#learnClaims(entry, body as ReserveResult[]);
    if (write.operationId === 'reserveTransaction') this.#learnClaims(entry, (body as TransactionResult).results);
    if (write.operationId === 'unreserve') this.#learnReleases(entry, body as UnreserveResult[]);
    if (write.operationId === 'renew') this.#learnRenewals(entry, body as RenewResult[]);
  }

  async findBrokenPromises(client: WireClient): Promise<readonly BrokenPromise[]> {
    if (this.#broken.length > 0) return this.#broken;
    return findBrokenClaims([...this.#claims.values()], pool, client);
  }

  /** What a worker holds of what others want, as far as it knows. */
  #shared(worker: number): readonly KnownClaim[] {
    const own = [...this.#claims.values()].filter(({ requester }) => requester === requesterOf(worker));
    return own.filter(({ resource, end }) => end === undefined && !resource.startsWith('own/'));
  }

  #wish(worker: number): ReserveItem {
    const random = this.#random;
    const requester = requesterOf(worker);
    const metadata = random.chance(0.3) ? { metadata: padding } : {};
    if (random.chance(0.1)) return { requester, resource: this.#ownName(worker), ...metadata };
    if (random.chance(0.2)) return { requester, resource: pool.name, ttlSeconds: 3_600, ...metadata };
    const ttlSeconds = random.chance(0.2) ? briefTtlSeconds : 3_600;
    return { requester, resource: random.pick(jobs), ttlSeconds, ...metadata };
  }

  #transaction(worker: number): Write {
    const random = this.#random;
    const names = [...random.sample(jobs, 1 + random.integer(3)), this.#ownName(worker)];
    const items = names.map((resource) => ({ resource, ttlSeconds: 3_600 }));
    const method = random.pick(['ALL_OR_NONE', 'AS_MANY_AS_POSSIBLE', 'FIRST']);
    return { operationId: 'reserveTransaction', body: { requester: requesterOf(worker), items, method } };
  }

  #ownName(worker: number): string {
    this.#ownNames += 1;
    return `own/${worker}/${this.#ownNames}`;
  }

  #learnClaims(entry: AnsweredEntry, results: readonly TransactionItemResult[]): void {
    for (const result of results) {
      if (result.status === 'ACQUIRED') this.#learnClaim(entry, result);
      if (result.status === 'ALREADY_HAD') this.#compare(entry, result);
    }
  }

  #learnClaim(entry: AnsweredEntry, result: TransactionItemResult): void {
    const { requester, resource, acquiredSlots, releaseToken, fencingToken, expiresAt } = result;
    if (releaseToken === null || fencingToken === null) return this.#break('A claim comes with its tokens.', entry);
    if (this.#claims.has(releaseToken)) return this.#break('A claim has a release token of its own.', entry);
    const physical = Object.values(acquiredSlots ?? {})[0] ?? resource;
    this.#endEarlierClaims(entry, requester, physical);
    const granted = { resource: physical, requester, releaseToken, fencingToken, expiresAt };
    this.#claims.set(releaseToken, { ...granted, renewals: 0, entries: [entry] });
  }

  /** What a requester gets anew, it had lost. */
  #endEarlierClaims(entry: AnsweredEntry, requester: string, resource: string): void {
    for (const claim of this.#claims.values()) {
      if (claim.requester !== requester || claim.resource !== resource || claim.end !== undefined) continue;
      if (!hasLapsed(claim)) this.#break('A holder that has not lapsed still holds.', entry, claim);
      claim.end = 'lapsed';
    }
  }

  #compare(entry: AnsweredEntry, { releaseToken, fencingToken, expiresAt }: TransactionItemResult): void {
    const claim = this.#claims.get(releaseToken ?? '');
    claim?.entries.push(entry);
    const isSame = claim?.fencingToken === fencingToken && claim?.expiresAt === expiresAt && claim?.end === undefined;
    if (!isSame) this.#break('Who has a claim already is told its tokens and its expiry.', entry, claim);
  }

  #learnReleases(entry: AnsweredEntry, results: readonly UnreserveResult[]): void {
    for (const [index, { status, released }] of results.entries()) {
      const claim = this.#claimOf(entry, index);
      if (claim === undefined) continue;
      const isReleased = status === 'RELINQUISHED' && released?.join() === claim.resource;
      if (!isReleased && !hasLapsed(claim)) this.#break('A holder that has not lapsed can release.', entry, claim);
      claim.end = isReleased ? 'released' : 'lapsed';
    }
  }

  #learnRenewals(entry: AnsweredEntry, results: readonly RenewResult[]): void {
    for (const [index, { status, expiresAt }] of results.entries()) {
      const claim = this.#claimOf(entry, index);
      if (claim === undefined) continue;
      if (status === 'RENEWED') {
        claim.renewals += 1;
        claim.expiresAt = expiresAt;
      } else {
        if (!hasLapsed(claim)) this.#break('A holder that has not lapsed can renew.', entry, claim);
        claim.end = 'lapsed';
      }
    }
  }

  /** The claim whose token an item of a request shows. */
  #claimOf(entry: AnsweredEntry, index: number): KnownClaim | undefined {
    const items = entry.write.body as readonly { readonly releaseToken: string }[];
    const claim = this.#claims.get(items[index]?.releaseToken ?? '');
    claim?.entries.push(entry);
    return claim;
  }

  #break(promise: string, entry: AnsweredEntry, claim?: KnownClaim): void {
    this.#broken.push({ promise, evidence: (claim?.entries ?? [entry]).map(describeEntry) });
  }
}

function requesterOf(worker: number): string {
  return `worker-${worker}`;
}

function renewal({ requester, resource, releaseToken }: KnownClaim): Write {
  return { operationId: 'renew', body: [{ requester, resource, releaseToken, ttlSeconds: 7_200 }] };
}

function release(claims: readonly KnownClaim[]): Write {
  const items = claims.map(({ requester, resource, releaseToken }) => ({ requester, resource, releaseToken }));
  return { operationId: 'unreserve', body: items };
}

function hasLapsed({ expiresAt }: KnownClaim): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= Date.now() + clockToleranceMs;
}
