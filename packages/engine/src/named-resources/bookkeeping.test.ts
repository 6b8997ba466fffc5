import fc from 'fast-check';
import { expect, test } from 'vitest';

import { LoadedRecords } from '../testing/loaded-records.ts';
import { isLive } from './claims.ts';
import { definitionKind, eventKind, heldBelowKind, lockKind, slotChunkKind, slotHolderKind, slotSummaryKind } from './records.ts';
import type { Lock } from './records.ts';
import { deleteDefinition, register } from './registration.ts';
import { expire, renew, reserve, reserveTransaction, unreserve } from './rules.ts';
import { neverMs } from './slots.ts';
import { ResourceState } from './state.ts';

/*
 * Whatever happens, what is kept twice says the same: a lock's claims and its slot's free time, its ancestors and what
 * those know to be held below them. And nobody ever holds what is in the way of what somebody else holds.
 */

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
  { weight: 2, arbitrary: fc.record({ type: fc.constant('transaction' as const), requester, names: fc.array(name, { minLength: 1, maxLength: 4 }), ttlMs }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('register' as const), definition: fc.constantFrom(...definitions) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('delete' as const), name }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('expire' as const), name }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('wait' as const), milliseconds: fc.integer({ min: 1, max: 15 }) }) },
);

type Step = typeof steps extends fc.Arbitrary<infer Each> ? Each : never;

function claimOf(who: string, resource: string, ttl: number | null) {
  const fixed = { resourceType: 'UserDefined', metadataJson: null, apiKeyLabel: 'key' };
  return { requester: who, resource, ttlMs: ttl, releaseToken: `token of ${who}`, ...fixed };
}

class World {
  readonly records = new LoadedRecords();
  readonly state = new ResourceState(this.records, 'tenant', { requireRegistration: false, eventHistoryMs: 1_000 });
  nowMs = 1;

  constructor() {
    for (const definition of definitions.slice(0, 5)) register(this.state, [definition], this.nowMs);
  }

  take(step: Step): void {
    const { state, nowMs } = this;
    switch (step.type) {
      case 'reserve':
        return void reserve(state, claimOf(step.requester, step.name, step.ttlMs), nowMs);
      case 'unreserve':
        return void unreserve(state, { requester: step.requester, resource: step.name, releaseToken: `token of ${step.requester}` }, nowMs);
      case 'renew':
        return void renew(state, { requester: step.requester, resource: step.name, releaseToken: `token of ${step.requester}`, ttlMs: 10 }, nowMs);
      case 'transaction':
        return void reserveTransaction(state, step.names.map((each) => claimOf(step.requester, each, step.ttlMs)), 'ALL_OR_NONE', nowMs);
      case 'register':
        return void register(state, [step.definition], nowMs);
      case 'delete':
        return void deleteDefinition(state, step.name, nowMs);
      case 'expire':
        return expire(state, step.name, nowMs);
      case 'wait':
        this.nowMs += step.milliseconds;
    }
  }

  locks(): readonly Lock[] {
    return this.records.all(lockKind).map((row) => row.value);
  }

  held(): readonly Lock[] {
    return this.locks().filter((lock) => lock.claims.some((claim) => isLive(claim, this.nowMs)));
  }
}

function checkLocks(world: World): void {
  const below = world.records.all(heldBelowKind).map((row) => row.id);
  const locks = new Map(world.locks().map((lock) => [lock.resource, lock]));
  const expected = [...locks.values()].flatMap((lock) => lock.ancestors.map((upper) => `${upper}\u001f${lock.resource}`));
  expect(below.toSorted()).toEqual(expected.toSorted());
  for (const lock of locks.values()) {
    expect(lock.heldBelow).toBe(below.filter((id) => id.startsWith(`${lock.resource}\u001f`)).length);
    expect(lock.claims.length > 0).toBe(lock.requester !== null);
    for (const claim of lock.claims) {
      const root = locks.get(claim.root)?.claims.find((candidate) => candidate.root === claim.root);
      expect(root?.expiresAtMs).toBe(claim.expiresAtMs);
      expect([claim.root, ...(root?.blockers ?? [])]).toContain(lock.resource);
    }
  }
}

function checkSlots(world: World): void {
  const summaries = new Map(world.records.all(slotSummaryKind).map((row) => [row.id, row.value.freeAtMs]));
  const chunks = new Map(world.records.all(slotChunkKind).map((row) => [row.id, row.value.freeAtMs]));
  for (const [id, times] of chunks) {
    const [pool = '', chunk] = id.split('\u001f');
    expect(summaries.get(pool)?.[Number(chunk)]).toBe(Math.min(...times));
  }
  for (const lock of world.locks().filter((candidate) => candidate.slot !== null && candidate.claims.length > 0)) {
    const { pool, number } = lock.slot ?? { pool: '', number: 0 };
    const ends = lock.claims.map((claim) => claim.expiresAtMs ?? neverMs);
    expect(chunks.get(`${pool}\u001f0`)?.[number]).toBe(Math.max(...ends));
  }
  const occupied = [...chunks].flatMap(([id, times]) => times.flatMap((time, number) => (time > 0 ? [`${id.split('\u001f')[0]}_${number}`] : [])));
  const locked = new Set(world.locks().filter((lock) => lock.slot !== null && lock.claims.length > 0).map((lock) => lock.resource));
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
  const ids = world.records.all(eventKind).map((row) => row.id);
  expect(ids).toEqual(ids.toSorted());
  const open = new Map<string, number>();
  for (const { value } of world.records.all(eventKind)) {
    if (value.type === 'RESERVED') {
      expect(open.has(value.resource)).toBe(false);
      open.set(value.resource, value.fencingToken);
    } else if (value.type !== 'RENEWED') {
      expect(open.delete(value.resource)).toBe(true);
    }
  }
  expect([...open.keys()].toSorted()).toEqual(world.locks().filter((lock) => lock.requester !== null).map((lock) => lock.resource).toSorted());
}

test('what is kept twice says the same after any history', () => {
  fc.assert(
    fc.property(fc.array(steps, { minLength: 10, maxLength: 60 }), (history) => {
      const world = new World();
      for (const each of history) {
        world.take(each);
        checkLocks(world);
        checkSlots(world);
        checkExclusion(world);
        checkEvents(world);
      }
      expect(world.records.all(definitionKind).every(({ id, value }) => id === value.name)).toBe(true);
    }),
    { numRuns: 300 },
  );
});
