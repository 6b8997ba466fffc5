import { beforeEach, describe, expect, test } from 'vitest';

import { LoadedRecords } from '../testing/loaded-records.ts';
import { blockerClaimKind, eventKind } from './records.ts';
import { deleteDefinition, register } from './registration.ts';
import type { DefinitionCommand } from './registration.ts';
import { expire, expireBlockerClaim, renew, reserve, reserveTransaction, unreserve } from './rules.ts';
import type { ClaimCommand, ClaimOutcome } from './rules.ts';
import { ResourceState } from './state.ts';

const settings = { requireRegistration: false, eventHistoryMs: 60_000 };

let records: LoadedRecords;
let state: ResourceState;

beforeEach(() => {
  records = new LoadedRecords();
  state = new ResourceState(records, 'tenant', settings);
});

function claim(requester: string, resource: string, more: Partial<ClaimCommand> = {}): ClaimCommand {
  return {
    requester,
    resource,
    ttlMs: null,
    resourceType: 'UserDefined',
    metadataJson: null,
    apiKeyLabel: 'key',
    releaseToken: `token of ${requester} for ${resource}`,
    ...more,
  };
}

function define(name: string, more: Partial<DefinitionCommand> = {}): void {
  const command = { name, capacity: 1, blocks: [], ancestors: [], labels: {}, ...more };
  expect(register(state, [command], 0)).toMatchObject({ status: 'REGISTERED' });
}

function take(requester: string, resource: string, nowMs = 0, ttlMs: number | null = null): ClaimOutcome {
  return reserve(state, claim(requester, resource, { ttlMs }), nowMs);
}

function takenName(outcome: ClaimOutcome): string {
  return 'held' in outcome ? outcome.held.lock.resource : outcome.status;
}

function release(
  requester: string,
  resource: string,
  nowMs = 0,
  releaseToken = `token of ${requester} for ${resource}`,
) {
  return unreserve(state, { requester, resource, releaseToken }, nowMs);
}

function eventTypes(): readonly string[] {
  return records.all(eventKind).map(({ value }) => `${value.type} ${value.resource}`);
}

describe('a name', () => {
  test('belongs to the first who claims it', () => {
    expect(take('a', 'x')).toMatchObject({ status: 'ACQUIRED' });
    expect(take('b', 'x')).toMatchObject({ status: 'ALREADY_HELD', obstacle: { where: 'here' } });
  });

  test('keeps token and expiry when its holder claims it again', () => {
    const first = reserve(state, claim('a', 'x', { ttlMs: 1_000, releaseToken: 'one' }), 0);
    const again = reserve(state, claim('a', 'x', { ttlMs: 9_000, releaseToken: 'two' }), 500);
    expect(first).toMatchObject({ held: { claim: { releaseToken: 'one', expiresAtMs: 1_000, fencingToken: 1 } } });
    expect(again).toMatchObject({
      status: 'ALREADY_HAD',
      held: { claim: { releaseToken: 'one', expiresAtMs: 1_000, fencingToken: 1 } },
    });
  });

  test('is free the moment that its expiry is reached, and not a millisecond before', () => {
    take('a', 'x', 0, 1_000);
    expect(take('b', 'x', 999)).toMatchObject({ status: 'ALREADY_HELD' });
    expect(take('b', 'x', 1_000)).toMatchObject({ status: 'ACQUIRED' });
  });

  test('gets a greater fencing token each time, also after a release and after an expiry', () => {
    const tokens = [take('a', 'x', 0, 10), take('b', 'x', 10)].map((outcome) =>
      'held' in outcome ? outcome.held.claim.fencingToken : 0,
    );
    release('b', 'x', 20);
    const last = take('c', 'x', 30);
    expect('held' in last && last.held.claim.fencingToken).toBeGreaterThan(Math.max(...tokens));
    expect(tokens[1]).toBeGreaterThan(tokens[0] ?? 0);
  });

  test('announces an expiry once, whether the sweeper or the next claim comes upon it', () => {
    take('a', 'x', 0, 10);
    take('b', 'x', 10);
    expire(state, 'x', 11);
    expect(eventTypes()).toEqual(['RESERVED x', 'RESERVATION_EXPIRED x', 'RESERVED x']);
  });

  test('can be claimed only if it is registered, where that is required', () => {
    state = new ResourceState(records, 'tenant', { ...settings, requireRegistration: true });
    define('known');
    define('Printer', { capacity: 2 });
    expect(take('a', 'unknown')).toMatchObject({ status: 'NOT_VALID', reason: 'notRegistered' });
    expect(['known', 'Printer', 'Printer_1'].map((name) => take(name, name).status)).toEqual(Array(3).fill('ACQUIRED'));
  });
});

describe('a release', () => {
  test('frees the name', () => {
    take('a', 'x');
    expect(release('a', 'x')).toEqual({ status: 'RELINQUISHED', root: 'x', released: ['x'] });
    expect(take('b', 'x')).toMatchObject({ status: 'ACQUIRED' });
  });

  test('of what nobody holds, or holds no more, finds nothing', () => {
    take('a', 'x', 0, 10);
    expect([release('a', 'x', 10), release('a', 'y')]).toEqual([
      { status: 'NOT_RESERVED' },
      { status: 'NOT_RESERVED' },
    ]);
  });

  test('by another requester changes nothing', () => {
    take('a', 'x');
    expect(release('b', 'x')).toEqual({ status: 'DOESNT_OWN_RESERVATION' });
    expect(take('b', 'x')).toMatchObject({ status: 'ALREADY_HELD' });
  });

  test.each(['', 'token of a for ', 'token of a for x ', 'token of a for y'])(
    'with the token %j changes nothing',
    (token) => {
      take('a', 'x');
      expect(release('a', 'x', 0, token)).toEqual({ status: 'WRONG_TOKEN' });
      expect(take('b', 'x')).toMatchObject({ status: 'ALREADY_HELD' });
    },
  );
});

describe('a renewal', () => {
  test('moves the expiry and leaves the tokens', () => {
    take('a', 'x', 0, 1_000);
    const command = { requester: 'a', resource: 'x', releaseToken: 'token of a for x', ttlMs: 1_000 };
    expect(renew(state, command, 999)).toMatchObject({
      status: 'RENEWED',
      claim: { expiresAtMs: 1_999, fencingToken: 1 },
    });
    expect(take('b', 'x', 1_998)).toMatchObject({ status: 'ALREADY_HELD' });
  });

  test('never brings back what has lapsed', () => {
    take('a', 'x', 0, 1_000);
    const command = { requester: 'a', resource: 'x', releaseToken: 'token of a for x', ttlMs: 1_000 };
    expect(renew(state, command, 1_000)).toEqual({ status: 'NOT_RESERVED' });
  });

  test('of a slot keeps others off for as long', () => {
    define('Printer', { capacity: 2 });
    take('a', 'Printer', 0, 1_000);
    const command = { requester: 'a', resource: 'Printer', releaseToken: 'token of a for Printer', ttlMs: 5_000 };
    expect(renew(state, command, 500)).toMatchObject({ status: 'RENEWED' });
    expect(['b', 'c'].map((requester) => takenName(take(requester, 'Printer', 2_000)))).toEqual([
      'Printer_1',
      'NOT_AVAILABLE',
    ]);
  });
});

describe('a pool', () => {
  beforeEach(() => define('Printer', { capacity: 3 }));

  test('hands out its lowest free slot', () => {
    expect(['a', 'b', 'c', 'd'].map((requester) => takenName(take(requester, 'Printer')))).toEqual([
      'Printer_0',
      'Printer_1',
      'Printer_2',
      'NOT_AVAILABLE',
    ]);
    unreserve(state, { requester: 'b', resource: 'Printer', releaseToken: 'token of b for Printer' }, 0);
    expect(takenName(take('d', 'Printer'))).toBe('Printer_1');
  });

  test('gives one requester one slot, by whatever name it asks', () => {
    take('a', 'Printer_1');
    expect(['Printer', 'Printer_0', 'Printer_1'].map((name) => takenName(take('a', name)))).toEqual(
      Array(3).fill('Printer_1'),
    );
  });

  test('has no slot beyond its capacity, and none with a number that is written otherwise', () => {
    expect(take('a', 'Printer_3')).toMatchObject({ status: 'NOT_VALID', reason: 'beyondCapacity' });
    expect(takenName(take('a', 'Printer_01'))).toBe('Printer_01');
  });

  test('takes over the slot of a lock that has lapsed, and says when the next one will', () => {
    ['a', 'b', 'c'].forEach((requester, index) => take(requester, 'Printer', 0, 1_000 + index));
    expect(take('d', 'Printer', 999)).toMatchObject({ status: 'NOT_AVAILABLE', freeAtMs: 1_000 });
    expect(takenName(take('d', 'Printer', 1_001))).toBe('Printer_0');
    expect(takenName(take('e', 'Printer', 1_001))).toBe('Printer_1');
    expect(eventTypes().filter((type) => type.startsWith('RESERVATION_EXPIRED'))).toHaveLength(2);
  });

  test('that shrinks leaves live holds alone and hands their slots out no more', () => {
    take('a', 'Printer_2');
    define('Printer', { capacity: 1 });
    expect(takenName(take('a', 'Printer'))).toBe('Printer_2');
    expect(['b', 'c'].map((requester) => takenName(take(requester, 'Printer')))).toEqual([
      'Printer_0',
      'NOT_AVAILABLE',
    ]);
    expect(release('a', 'Printer_2')).toEqual({ status: 'RELINQUISHED', root: 'Printer_2', released: ['Printer_2'] });
    expect(take('a', 'Printer_2')).toMatchObject({ status: 'NOT_VALID' });
  });

  test('of 10,000 slots is handed out in order across chunks', () => {
    define('Plate', { capacity: 250 });
    const names = Array.from({ length: 251 }, (_, index) => takenName(take(`r${index}`, 'Plate')));
    expect(names).toEqual([...Array.from({ length: 250 }, (_, index) => `Plate_${index}`), 'NOT_AVAILABLE']);
  });

  test('counts names that were held before it was one', () => {
    take('a', 'Desk_0');
    take('b', 'Desk_2');
    define('Desk', { capacity: 3 });
    expect(['c', 'd'].map((requester) => takenName(take(requester, 'Desk')))).toEqual(['Desk_1', 'NOT_AVAILABLE']);
    release('a', 'Desk_0');
    expect(takenName(take('d', 'Desk'))).toBe('Desk_0');
  });

  test('cannot be made of a name that somebody holds', () => {
    take('a', 'Desk');
    const command = { name: 'Desk', capacity: 2, blocks: [], ancestors: [], labels: {} };
    expect(register(state, [command], 0)).toEqual({ status: 'HELD', name: 'Desk' });
  });
});

describe('blockers', () => {
  beforeEach(() => define('north', { blocks: ['crossing', 'lights'] }));

  test('are taken together with the resource and freed with it', () => {
    expect(take('a', 'north')).toMatchObject({ held: { claim: { blockers: ['crossing', 'lights'] } } });
    expect(take('b', 'lights')).toMatchObject({ status: 'ALREADY_HELD' });
    expect(release('a', 'north')).toEqual({
      status: 'RELINQUISHED',
      root: 'north',
      released: ['north', 'crossing', 'lights'],
    });
    expect(take('b', 'lights')).toMatchObject({ status: 'ACQUIRED' });
  });

  test('that somebody else holds refuse the claim, and nothing is taken', () => {
    take('b', 'lights');
    expect(take('a', 'north')).toMatchObject({ status: 'ALREADY_HELD', blocker: 'lights' });
    expect(['north', 'crossing'].map((name) => take('c', name).status)).toEqual(['ALREADY_HELD', 'ACQUIRED']);
  });

  test('stay held until the last of the requester’s holds on them ends', () => {
    define('south', { blocks: ['crossing'] });
    take('a', 'north');
    take('a', 'south');
    expect(release('a', 'north')).toEqual({ status: 'RELINQUISHED', root: 'north', released: ['north', 'lights'] });
    expect(take('b', 'crossing')).toMatchObject({ status: 'ALREADY_HELD' });
    expect(release('a', 'south')).toEqual({ status: 'RELINQUISHED', root: 'south', released: ['south', 'crossing'] });
    expect(eventTypes().filter((type) => type.endsWith(' crossing'))).toEqual([
      'RESERVED crossing',
      'UNRESERVED crossing',
    ]);
  });

  test('lapse with the resource, each announced once', () => {
    take('a', 'north', 0, 1_000);
    expect(take('b', 'crossing', 999)).toMatchObject({ status: 'ALREADY_HELD' });
    expect(take('b', 'crossing', 1_000)).toMatchObject({ status: 'ACQUIRED' });
    for (const name of ['north', 'crossing', 'lights', 'north', 'lights']) expire(state, name, 1_000);
    expect(eventTypes().filter((type) => type.startsWith('RESERVATION_EXPIRED'))).toEqual([
      'RESERVATION_EXPIRED crossing',
      'RESERVATION_EXPIRED north',
      'RESERVATION_EXPIRED lights',
    ]);
  });

  test('show the claim that keeps them longest, and each can be given back by its token', () => {
    const doors = ['north', 'south', 'east', 'west'];
    for (const door of doors) define(door, { blocks: ['crossing'] });
    for (const [index, door] of doors.entries()) take('a', door, 0, 1_000 * ((index % 2) + 1) + index);
    expect(take('b', 'crossing', 10)).toMatchObject({
      obstacle: { held: { claim: { root: 'west', expiresAtMs: 2_003 } } },
    });
    expect(release('a', 'crossing', 10, 'token of a for west')).toMatchObject({ root: 'west', released: ['west'] });
    expect(take('b', 'crossing', 10)).toMatchObject({
      obstacle: { held: { claim: { root: 'south', expiresAtMs: 2_001 } } },
    });
    expect(
      renew(state, { requester: 'a', resource: 'crossing', releaseToken: 'token of a for north', ttlMs: 5_000 }, 10),
    ).toMatchObject({ status: 'RENEWED' });
    expect(take('b', 'crossing', 5_009)).toMatchObject({
      obstacle: { held: { claim: { root: 'north', expiresAtMs: 5_010 } } },
    });
    expect(take('b', 'crossing', 5_010)).toMatchObject({ status: 'ACQUIRED' });
    for (const { id } of records.all(blockerClaimKind)) expireBlockerClaim(state, id, 5_010);
    expect(records.all(blockerClaimKind)).toEqual([]);
    expect(eventTypes().filter((type) => type.endsWith(' crossing') && !type.startsWith('RENEWED'))).toEqual([
      'RESERVED crossing',
      'RESERVATION_EXPIRED crossing',
      'RESERVED crossing',
    ]);
  });

  test('may be pools, of which a slot is taken', () => {
    define('License', { capacity: 1 });
    define('License', { capacity: 2 });
    define('render', { blocks: ['License'] });
    define('bake', { blocks: ['License'] });
    expect(take('a', 'render')).toMatchObject({ held: { claim: { blockers: ['License_0'] } } });
    expect(take('b', 'bake')).toMatchObject({ held: { claim: { blockers: ['License_1'] } } });
    expect(takenName(take('c', 'License'))).toBe('NOT_AVAILABLE');
  });
});

describe('a tree', () => {
  beforeEach(() => {
    define('room', { ancestors: ['building', 'floor'] });
    define('hall', { ancestors: ['building', 'floor'] });
    define('floor', { ancestors: ['building'] });
  });

  test('keeps others off the ancestors of what is held', () => {
    take('a', 'room');
    expect(take('b', 'floor')).toMatchObject({ status: 'ALREADY_HELD', obstacle: { where: 'below' } });
    expect(take('b', 'building')).toMatchObject({ status: 'ALREADY_HELD', obstacle: { where: 'below' } });
    release('a', 'room');
    expect(take('b', 'building')).toMatchObject({ status: 'ACQUIRED' });
  });

  test('keeps others off the descendants of what is held', () => {
    take('a', 'building');
    expect(take('b', 'room')).toMatchObject({ status: 'ALREADY_HELD', obstacle: { where: 'above' } });
  });

  test('keeps others off a slot below which something is held: the pool hands out the next one', () => {
    define('Rack', { capacity: 2 });
    define('shelf', { ancestors: ['Rack_0'] });
    take('a', 'shelf');
    expect(takenName(take('b', 'Rack'))).toBe('Rack_1');
  });

  test('leaves siblings in peace, and the requester itself', () => {
    take('a', 'room');
    expect(take('b', 'hall')).toMatchObject({ status: 'ACQUIRED' });
    expect(take('a', 'floor')).toMatchObject({ status: 'ALREADY_HELD' });
    release('b', 'hall');
    expect(take('a', 'floor')).toMatchObject({ status: 'ACQUIRED' });
  });

  test('frees an ancestor the moment that the last hold below it lapses', () => {
    take('a', 'room', 0, 1_000);
    expect(take('b', 'building', 999)).toMatchObject({ status: 'ALREADY_HELD' });
    expect(take('b', 'building', 1_000)).toMatchObject({ status: 'ACQUIRED' });
  });
});

describe('a transaction', () => {
  const transact = (
    requester: string,
    names: readonly string[],
    method: 'ALL_OR_NONE' | 'AS_MANY_AS_POSSIBLE' | 'FIRST',
  ) => {
    const { outcome, results } = reserveTransaction(
      state,
      names.map((name) => claim(requester, name)),
      method,
      0,
    );
    return [outcome, ...results.map((result) => result.status)];
  };

  test('takes all or none', () => {
    take('b', 'y');
    expect(transact('a', ['x', 'y', 'z'], 'ALL_OR_NONE')).toEqual([
      'REFUSED',
      'NOT_TAKEN',
      'ALREADY_HELD',
      'NOT_TAKEN',
    ]);
    expect(transact('c', ['x', 'z'], 'ALL_OR_NONE')).toEqual(['COMMITTED', 'ACQUIRED', 'ACQUIRED']);
  });

  test('takes as many as possible', () => {
    take('b', 'y');
    expect(transact('a', ['x', 'y', 'z'], 'AS_MANY_AS_POSSIBLE')).toEqual([
      'COMMITTED',
      'ACQUIRED',
      'ALREADY_HELD',
      'ACQUIRED',
    ]);
    expect(transact('c', ['x', 'y'], 'AS_MANY_AS_POSSIBLE')).toEqual(['REFUSED', 'ALREADY_HELD', 'ALREADY_HELD']);
  });

  test('takes the first that is free', () => {
    take('b', 'x');
    expect(transact('a', ['x', 'y', 'z'], 'FIRST')).toEqual(['COMMITTED', 'ALREADY_HELD', 'ACQUIRED', 'NOT_TAKEN']);
    expect(transact('c', ['x', 'y'], 'FIRST')).toEqual(['REFUSED', 'ALREADY_HELD', 'ALREADY_HELD']);
  });

  test('that is refused leaves no event behind', () => {
    take('b', 'y');
    transact('a', ['x', 'y'], 'ALL_OR_NONE');
    expect(eventTypes()).toEqual(['RESERVED y']);
  });
});

describe('a definition', () => {
  test('can be deleted unless the name, or a slot of it, is held', () => {
    define('x');
    define('Printer', { capacity: 3 });
    take('a', 'x', 0, 1_000);
    take('a', 'Printer_2', 0, 1_000);
    expect([deleteDefinition(state, 'x', 999), deleteDefinition(state, 'Printer', 999)]).toEqual(['HELD', 'HELD']);
    expect([deleteDefinition(state, 'x', 1_000), deleteDefinition(state, 'Printer', 1_000)]).toEqual([
      'DELETED',
      'DELETED',
    ]);
    expect(deleteDefinition(state, 'x', 1_000)).toBe('UNKNOWN');
    expect(takenName(take('b', 'Printer', 1_000))).toBe('Printer');
  });
});
