import type { ReservationEvent } from '@holdfast/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { namedResourcePartition } from '../partitions.ts';
import { compareCodePoints } from '../shared/code-points.ts';
import { beginCounting, countLocks, lockCountKey } from '../shared/lock-counts.ts';
import { LoadedRecords } from '../testing/loaded-records.ts';
import { endOf, isLive } from './claims.ts';
import { findHolder, forceRelease } from './force-release.ts';
import { beginSettlement, endSettlement, goOnCounting } from './lock-count.ts';
import { endOfLock } from './locks.ts';
import { findHeldLock, findOwnLock, findTarget } from './placement.ts';
import {
  blockerClaimKind,
  definitionKind,
  lockKind,
  nameBelowKind,
  slotChunkKind,
  slotHolderKind,
  slotSummaryKind,
} from './records.ts';
import type { Claim, Lock } from './records.ts';
import { deleteDefinition, register } from './registration.ts';
import { expire, expireBlockerClaim, renew, reserve, reserveTransaction, unreserve } from './rules.ts';
import { ResourceState } from './state.ts';

/*
 * Whatever happens, what is kept twice says the same: a lock's claims and its slot's free time, its ancestors and what
 * those know to be held below them, and how many locks there are. And nobody ever holds what is in the way of what somebody else holds.
 */

const place = { tenantId: 'tenant', environment: 'live' } as const;
const partition = namedResourcePartition(place);
const requesters = ['a', 'b', 'c'];
const names = ['P', 'P_0', 'P_1', 'P_2', 'Q', 'Q_0', 'root', 'mid', 'leaf', 'leaf2', 'gate', 'x'];

const definitions = [
  { name: 'P', capacity: 3, blocks: [], ancestors: [], labels: {} },
  { name: 'Q', capacity: 2, blocks: ['gate'], ancestors: ['root', 'mid'], labels: {} },
  { name: 'leaf', capacity: 1, blocks: ['gate', 'x'], ancestors: ['root', 'mid'], labels: {} },
  { name: 'leaf2', capacity: 1, blocks: ['P'], ancestors: ['root', 'mid'], labels: {} },
  { name: 'leaf2', capacity: 1, blocks: [], ancestors: [], labels: {} },
  { name: 'mid', capacity: 1, blocks: [], ancestors: ['root'], labels: {} },
  { name: 'P', capacity: 1, blocks: ['x'], ancestors: ['root'], labels: {} },
  { name: 'x', capacity: 2, blocks: [], ancestors: ['mid'], labels: {} },
];

const requester = fc.constantFrom(...requesters);
const name = fc.constantFrom(...names);
const ttlMs = fc.option(fc.integer({ min: 1, max: 20 }));
const steps = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('reserve' as const), requester, name, ttlMs }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('unreserve' as const), requester, name }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('renew' as const), requester, name }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('transaction' as const),
      requester,
      names: fc.array(name, { minLength: 1, maxLength: 4 }),
      ttlMs,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('register' as const), definition: fc.constantFrom(...definitions) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('delete' as const), name }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('expire' as const), name }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('expireBlockerClaims' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('force' as const), name }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('forgetCount' as const) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('count' as const), limit: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('beginSettlement' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('endSettlement' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('wait' as const), milliseconds: fc.integer({ min: 1, max: 15 }) }),
  },
);

type Step = typeof steps extends fc.Arbitrary<infer Each> ? Each : never;

class World {
  readonly records = new LoadedRecords();
  readonly state = new ResourceState(this.records, partition, { requireRegistration: false, eventHistoryMs: 1_000 });
  nowMs = 1;
  #tokens = 0;
  /** Settlements, and what the store showed to be due next after each had begun. */
  readonly #settlements: [number, number][] = [];

  constructor() {
    for (const definition of definitions.slice(0, 5)) register(this.state, [definition], this.nowMs);
  }

  take(step: Step): void {
    const { state, nowMs } = this;
    switch (step.type) {
      case 'reserve':
        return void reserve(state, this.#claimOf(step.requester, step.name, step.ttlMs), nowMs);
      case 'unreserve':
        return void unreserve(state, this.#holderOf(step.requester, step.name), nowMs);
      case 'renew':
        return void renew(state, { ...this.#holderOf(step.requester, step.name), ttlMs: 10 }, nowMs);
      case 'transaction':
        return void reserveTransaction(
          state,
          step.names.map((each) => this.#claimOf(step.requester, each, step.ttlMs)),
          'ALL_OR_NONE',
          nowMs,
        );
      case 'register':
        return void register(state, [step.definition], nowMs);
      case 'delete':
        return void deleteDefinition(state, step.name, nowMs);
      case 'expire':
        return expire(state, step.name, nowMs);
      case 'expireBlockerClaims':
        return this.records.all(blockerClaimKind).forEach(({ id }) => expireBlockerClaim(state, id, nowMs));
      case 'force':
        return this.#force(step.name);
      case 'forgetCount': {
        const { kind, id } = lockCountKey(partition);
        this.records.delete(kind, partition, id);
        return beginCounting(this.records, place, nowMs);
      }
      case 'count':
        return goOnCounting(state, step.limit, nowMs);
      case 'beginSettlement':
        this.#settlements.push([beginSettlement(state), Math.min(nowMs + 10, ...this.dueTimes())]);
        return;
      case 'endSettlement':
        return void this.#settlements
          .splice(0, 1)
          .forEach(([number, dueAtMs]) => endSettlement(state, number, dueAtMs));
      case 'wait':
        this.nowMs += step.milliseconds;
    }
  }

  #force(resource: string): void {
    const holder = findHolder(this.state, resource, 1_000, this.nowMs);
    if (holder !== undefined) forceRelease(this.state, holder, { apiKeyLabel: 'admin' }, this.nowMs);
    expect(findHeldLock(this.state, resource, this.nowMs)).toBeUndefined();
  }

  #claimOf(requester: string, resource: string, ttl: number | null) {
    const fixed = { resourceType: 'UserDefined', metadataJson: null, apiKeyLabel: 'key' };
    this.#tokens += 1;
    return { requester, resource, ttlMs: ttl, releaseToken: `token ${this.#tokens}`, ...fixed };
  }

  /** With the token of one of the claims that the requester has on the name. */
  #holderOf(requester: string, resource: string) {
    const own = findOwnLock(this.state, findTarget(this.state, resource), requester, this.nowMs);
    const claims = own === undefined ? [] : claimsOn(this, own.lock);
    return {
      requester,
      resource,
      releaseToken: claims[this.#tokens % claims.length]?.releaseToken,
      apiKeyLabel: 'key',
    };
  }

  locks(): readonly Lock[] {
    return this.records.all(lockKind).map((row) => row.value);
  }

  /** When claims lapse, those that have and aren't ended yet included. */
  dueTimes(): readonly number[] {
    const rows = [...this.records.all(lockKind), ...this.records.all(blockerClaimKind)];
    return rows.flatMap(({ value: { dueAtMs } }) => dueAtMs ?? []);
  }

  held(): readonly Lock[] {
    return this.locks().filter((lock) => claimsOn(this, lock).some((claim) => isLive(claim, this.nowMs)));
  }
}

type AnyClaim = Pick<Claim, 'root' | 'releaseToken' | 'fencingToken' | 'expiresAtMs'>;

/** All claims on a name by its present holder, wherever they are kept. */
function claimsOn(world: World, { resource, claims, heldSince }: Lock): readonly AnyClaim[] {
  const others = world.records.all(blockerClaimKind).map((row) => row.value);
  return [...claims, ...others.filter((claim) => claim.resource === resource && claim.heldSince === heldSince)];
}

function checkLocks(world: World): void {
  const below = world.records.all(nameBelowKind).map((row) => row.value);
  const locks = new Map(world.locks().map((lock) => [lock.resource, lock]));
  const expected = [...locks.values()].flatMap((lock) =>
    lock.ancestors.map((upper) => ({
      upper,
      resource: lock.resource,
      requester: lock.requester,
      untilMs: endOfLock(lock),
    })),
  );
  const inOrder = (left: { upper: string; resource: string }, right: typeof left) =>
    left.upper.localeCompare(right.upper) || left.resource.localeCompare(right.resource);
  expect(below.toSorted(inOrder)).toEqual(expected.toSorted(inOrder));
  for (const lock of locks.values()) {
    const claims = claimsOn(world, lock);
    expect(lock.heldBelow).toBe(below.filter(({ upper }) => upper === lock.resource).length);
    expect(claims.length > 0).toBe(lock.requester !== null);
    expect(claims.length - lock.claims.length).toBe(lock.others?.count ?? 0);
    expect(lock.claims.filter((claim) => claim.root !== lock.resource).length).toBeLessThanOrEqual(1);
    checkClaims(world, lock, claims, locks);
  }
}

/** While a claim lives, so does that of its root; and what holds a name is the claim that lasts longest. */
function checkClaims(world: World, lock: Lock, claims: readonly AnyClaim[], locks: ReadonlyMap<string, Lock>): void {
  const live = claims.filter((claim) => isLive(claim, world.nowMs));
  for (const claim of live) {
    const root = locks.get(claim.root)?.claims.find(({ releaseToken }) => releaseToken === claim.releaseToken);
    expect(root?.expiresAtMs).toBe(claim.expiresAtMs);
    expect([claim.root, ...(root?.blockers ?? [])]).toContain(lock.resource);
  }
  const held = findHeldLock(world.state, lock.resource, world.nowMs);
  expect(held && endOf(held.claim)).toBe(live.length === 0 ? undefined : Math.max(...live.map(endOf)));
  if (live.length > 0) expect(endOfLock(lock)).toBeGreaterThanOrEqual(Math.max(...live.map(endOf)));
}

function checkCount(world: World): void {
  const { countedTo, nextDueAtMs, settlement } = world.state.lockCount();
  const taken = world.locks().filter((lock) => lock.requester !== null);
  const counted = taken.filter((lock) => countedTo === undefined || compareCodePoints(lock.resource, countedTo) < 0);
  expect(countLocks(world.records, partition)).toBe(counted.length);
  if (settlement === undefined) {
    for (const dueAtMs of world.dueTimes()) expect(nextDueAtMs ?? Infinity).toBeLessThanOrEqual(dueAtMs);
  }
}

function checkSlots(world: World): void {
  const summaries = new Map(world.records.all(slotSummaryKind).map((row) => [row.id, row.value.freeAtMs]));
  const chunks = new Map(world.records.all(slotChunkKind).map((row) => [row.id, row.value.freeAtMs]));
  for (const [id, times] of chunks) {
    const [pool = '', chunk] = id.split('\u001f');
    expect(summaries.get(pool)?.[Number(chunk)]).toBe(Math.min(...times));
  }
  const inPools = world
    .locks()
    .filter(({ slot, requester: holder }) => holder !== null && slot !== null && summaries.has(slot.pool));
  for (const lock of inPools) {
    const { pool, number } = lock.slot ?? { pool: '', number: 0 };
    const lastEndMs = Math.max(...claimsOn(world, lock).map(endOf));
    const freeAtMs = chunks.get(`${pool}\u001f0`)?.[number] ?? 0;
    // What has lapsed on a slot is forgotten with its pool.
    if (freeAtMs > 0 || lastEndMs > world.nowMs) expect(freeAtMs).toBe(lastEndMs);
  }
  const occupied = [...chunks].flatMap(([id, times]) =>
    times.flatMap((time, number) => (time > 0 ? [`${id.split('\u001f')[0]}_${number}`] : [])),
  );
  const locked = new Set(
    world
      .locks()
      .filter((lock) => lock.slot !== null && lock.requester !== null)
      .map((lock) => lock.resource),
  );
  expect(occupied.filter((slot) => !locked.has(slot))).toEqual([]);
  for (const { id, value } of world.records.all(slotHolderKind)) {
    const [pool, who] = id.split('\u001f');
    expect(world.locks().find((lock) => lock.resource === `${pool}_${value.slot}`)?.requester).toBe(who);
  }
}

function checkExclusion(world: World): void {
  const held = world.held();
  for (const lock of held) {
    for (const upper of lock.ancestors) {
      const above = held.find((candidate) => candidate.resource === upper);
      if (above !== undefined) expect(above.requester).toBe(lock.requester);
    }
  }
}

function checkEvents(world: World): void {
  const open = new Map<string, number>();
  for (const { text } of world.records.announcements) {
    const { type, resource, fencingToken } = JSON.parse(text) as ReservationEvent;
    if (type === 'RESERVED') {
      expect(open.has(resource)).toBe(false);
      open.set(resource, fencingToken);
    } else if (type !== 'RENEWED') {
      expect(open.delete(resource)).toBe(true);
    }
  }
  expect([...open.keys()].toSorted()).toEqual(
    world
      .locks()
      .filter((lock) => lock.requester !== null)
      .map((lock) => lock.resource)
      .toSorted(),
  );
}

test('what is kept twice says the same after any history', () => {
  fc.assert(
    fc.property(fc.array(steps, { minLength: 10, maxLength: 60 }), (history) => {
      const world = new World();
      for (const each of history) {
        world.take(each);
        checkLocks(world);
        checkCount(world);
        checkSlots(world);
        checkExclusion(world);
        checkEvents(world);
      }
      expect(world.records.all(definitionKind).every(({ id, value }) => id === value.name)).toBe(true);
    }),
    { numRuns: 300 },
  );
});
