import { beforeEach, describe, expect, test } from 'vitest';

import { blockerClaimKind } from './records.ts';
import { expire, expireBlockerClaim, reserve, reserveTransaction } from './rules.ts';
import { claim, takenName, TestResources } from './testing/test-resources.ts';

let resources: TestResources;

beforeEach(() => {
  resources = new TestResources();
});

describe('a name', () => {
  test('belongs to the first who claims it', () => {
    expect(resources.take('a', 'x')).toMatchObject({ status: 'ACQUIRED' });
    expect(resources.take('b', 'x')).toMatchObject({ status: 'ALREADY_HELD', obstacle: { where: 'here' } });
  });

  test('keeps token and expiry when its holder claims it again', () => {
    const first = reserve(resources.state, claim('a', 'x', { ttlMs: 1_000, releaseToken: 'one' }), 0);
    const again = reserve(resources.state, claim('a', 'x', { ttlMs: 9_000, releaseToken: 'two' }), 500);
    expect(first).toMatchObject({ held: { claim: { releaseToken: 'one', expiresAtMs: 1_000, fencingToken: 1 } } });
    expect(again).toMatchObject({
      status: 'ALREADY_HAD',
      held: { claim: { releaseToken: 'one', expiresAtMs: 1_000, fencingToken: 1 } },
    });
  });

  test('is free the moment that its expiry is reached, and not a millisecond before', () => {
    resources.take('a', 'x', 0, 1_000);
    expect(resources.take('b', 'x', 999)).toMatchObject({ status: 'ALREADY_HELD' });
    expect(resources.take('b', 'x', 1_000)).toMatchObject({ status: 'ACQUIRED' });
  });

  test('gets a greater fencing token each time, also after a release and after an expiry', () => {
    const tokens = [resources.take('a', 'x', 0, 10), resources.take('b', 'x', 10)].map((outcome) =>
      'held' in outcome ? outcome.held.claim.fencingToken : 0,
    );
    resources.release('b', 'x', 20);
    const last = resources.take('c', 'x', 30);
    expect('held' in last && last.held.claim.fencingToken).toBeGreaterThan(Math.max(...tokens));
    expect(tokens[1]).toBeGreaterThan(tokens[0] ?? 0);
  });

  test('announces an expiry once, whether the sweeper or the next claim comes upon it', () => {
    resources.take('a', 'x', 0, 10);
    resources.take('b', 'x', 10);
    expire(resources.state, 'x', 11);
    expect(resources.eventTypes()).toEqual(['RESERVED x', 'RESERVATION_EXPIRED x', 'RESERVED x']);
  });

  test('can be claimed only if it is registered, where that is required', () => {
    resources = new TestResources({ requireRegistration: true });
    resources.define('known');
    resources.define('Printer', { capacity: 2 });
    expect(resources.take('a', 'unknown')).toMatchObject({ status: 'NOT_VALID', reason: 'notRegistered' });
    expect(['known', 'Printer', 'Printer_1'].map((name) => resources.take(name, name).status)).toEqual(
      Array(3).fill('ACQUIRED'),
    );
  });
});

describe('a release', () => {
  test('frees the name', () => {
    resources.take('a', 'x');
    expect(resources.release('a', 'x')).toEqual({ status: 'RELINQUISHED', root: 'x', released: ['x'] });
    expect(resources.take('b', 'x')).toMatchObject({ status: 'ACQUIRED' });
  });

  test('of what nobody holds, or holds no more, finds nothing', () => {
    resources.take('a', 'x', 0, 10);
    expect([resources.release('a', 'x', 10), resources.release('a', 'y')]).toEqual([
      { status: 'NOT_RESERVED' },
      { status: 'NOT_RESERVED' },
    ]);
  });

  test('by another requester changes nothing', () => {
    resources.take('a', 'x');
    expect(resources.release('b', 'x')).toEqual({ status: 'DOESNT_OWN_RESERVATION' });
    expect(resources.take('b', 'x')).toMatchObject({ status: 'ALREADY_HELD' });
  });

  test.each(['', 'token of a for ', 'token of a for x ', 'token of a for y'])(
    'with the token %j changes nothing',
    (token) => {
      resources.take('a', 'x');
      expect(resources.release('a', 'x', 0, token)).toEqual({ status: 'WRONG_TOKEN' });
      expect(resources.take('b', 'x')).toMatchObject({ status: 'ALREADY_HELD' });
    },
  );
});

describe('a renewal', () => {
  test('and a release name the key that did it, as every event does', () => {
    resources.take('a', 'x', 0, 1_000);
    resources.renew('a', 'x', 1_000, 10);
    resources.release('a', 'x', 20);
    resources.take('a', 'x', 30, 1_000);
    expire(resources.state, 'x', 1_030);
    expect(resources.events().map(({ type, apiKeyLabel }) => [type, apiKeyLabel])).toEqual([
      ['RESERVED', 'key'],
      ['RENEWED', 'renewing key'],
      ['UNRESERVED', 'releasing key'],
      ['RESERVED', 'key'],
      ['RESERVATION_EXPIRED', 'key'],
    ]);
  });

  test('moves the expiry and leaves the tokens', () => {
    resources.take('a', 'x', 0, 1_000);
    expect(resources.renew('a', 'x', 1_000, 999)).toMatchObject({
      status: 'RENEWED',
      claim: { expiresAtMs: 1_999, fencingToken: 1 },
    });
    expect(resources.take('b', 'x', 1_998)).toMatchObject({ status: 'ALREADY_HELD' });
  });

  test('never brings back what has lapsed', () => {
    resources.take('a', 'x', 0, 1_000);
    expect(resources.renew('a', 'x', 1_000, 1_000)).toEqual({ status: 'NOT_RESERVED' });
  });

  test('of a slot keeps others off for as long', () => {
    resources.define('Printer', { capacity: 2 });
    resources.take('a', 'Printer', 0, 1_000);
    expect(resources.renew('a', 'Printer', 5_000, 500)).toMatchObject({ status: 'RENEWED' });
    expect(['b', 'c'].map((requester) => takenName(resources.take(requester, 'Printer', 2_000)))).toEqual([
      'Printer_1',
      'NOT_AVAILABLE',
    ]);
  });
});

describe('a pool', () => {
  beforeEach(() => resources.define('Printer', { capacity: 3 }));

  test('hands out its lowest free slot', () => {
    expect(['a', 'b', 'c', 'd'].map((requester) => takenName(resources.take(requester, 'Printer')))).toEqual([
      'Printer_0',
      'Printer_1',
      'Printer_2',
      'NOT_AVAILABLE',
    ]);
    resources.release('b', 'Printer');
    expect(takenName(resources.take('d', 'Printer'))).toBe('Printer_1');
  });

  test('gives one requester one slot, by whatever name it asks', () => {
    resources.take('a', 'Printer_1');
    expect(['Printer', 'Printer_0', 'Printer_1'].map((name) => takenName(resources.take('a', name)))).toEqual(
      Array(3).fill('Printer_1'),
    );
  });

  test('has no slot beyond its capacity, and none with a number that is written otherwise', () => {
    expect(resources.take('a', 'Printer_3')).toMatchObject({ status: 'NOT_VALID', reason: 'beyondCapacity' });
    expect(takenName(resources.take('a', 'Printer_01'))).toBe('Printer_01');
  });

  test('takes over the slot of a lock that has lapsed, and says when the next one will', () => {
    ['a', 'b', 'c'].forEach((requester, index) => resources.take(requester, 'Printer', 0, 1_000 + index));
    expect(resources.take('d', 'Printer', 999)).toMatchObject({ status: 'NOT_AVAILABLE', freeAtMs: 1_000 });
    expect(takenName(resources.take('d', 'Printer', 1_001))).toBe('Printer_0');
    expect(takenName(resources.take('e', 'Printer', 1_001))).toBe('Printer_1');
    expect(resources.eventTypes().filter((type) => type.startsWith('RESERVATION_EXPIRED'))).toHaveLength(2);
  });

  test('that shrinks leaves live holds alone and hands their slots out no more', () => {
    resources.take('a', 'Printer_2');
    resources.define('Printer', { capacity: 1 });
    expect(takenName(resources.take('a', 'Printer'))).toBe('Printer_2');
    expect(['b', 'c'].map((requester) => takenName(resources.take(requester, 'Printer')))).toEqual([
      'Printer_0',
      'NOT_AVAILABLE',
    ]);
    expect(resources.release('a', 'Printer_2')).toEqual({
      status: 'RELINQUISHED',
      root: 'Printer_2',
      released: ['Printer_2'],
    });
    expect(resources.take('a', 'Printer_2')).toMatchObject({ status: 'NOT_VALID' });
  });

  test('of 10,000 slots is handed out in order across chunks', () => {
    resources.define('Plate', { capacity: 250 });
    const names = Array.from({ length: 251 }, (_, index) => takenName(resources.take(`r${index}`, 'Plate')));
    expect(names).toEqual([...Array.from({ length: 250 }, (_, index) => `Plate_${index}`), 'NOT_AVAILABLE']);
  });

  test('counts names that were held before it was one', () => {
    resources.take('a', 'Desk_0');
    resources.take('b', 'Desk_2');
    resources.define('Desk', { capacity: 3 });
    expect(['c', 'd'].map((requester) => takenName(resources.take(requester, 'Desk')))).toEqual([
      'Desk_1',
      'NOT_AVAILABLE',
    ]);
    resources.release('a', 'Desk_0');
    expect(takenName(resources.take('d', 'Desk'))).toBe('Desk_0');
  });
});

describe('blockers', () => {
  beforeEach(() => resources.define('north', { blocks: ['crossing', 'lights'] }));

  test('are taken together with the resource and freed with it', () => {
    expect(resources.take('a', 'north')).toMatchObject({ held: { claim: { blockers: ['crossing', 'lights'] } } });
    expect(resources.take('b', 'lights')).toMatchObject({ status: 'ALREADY_HELD' });
    expect(resources.release('a', 'north')).toEqual({
      status: 'RELINQUISHED',
      root: 'north',
      released: ['north', 'crossing', 'lights'],
    });
    expect(resources.take('b', 'lights')).toMatchObject({ status: 'ACQUIRED' });
  });

  test('that somebody else holds refuse the claim, and nothing is taken', () => {
    resources.take('b', 'lights');
    expect(resources.take('a', 'north')).toMatchObject({ status: 'ALREADY_HELD', blocker: 'lights' });
    expect(['north', 'crossing'].map((name) => resources.take('c', name).status)).toEqual(['ALREADY_HELD', 'ACQUIRED']);
  });

  test('stay held until the last of the requester’s holds on them ends', () => {
    resources.define('south', { blocks: ['crossing'] });
    resources.take('a', 'north');
    resources.take('a', 'south');
    expect(resources.release('a', 'north')).toEqual({
      status: 'RELINQUISHED',
      root: 'north',
      released: ['north', 'lights'],
    });
    expect(resources.take('b', 'crossing')).toMatchObject({ status: 'ALREADY_HELD' });
    expect(resources.release('a', 'south')).toEqual({
      status: 'RELINQUISHED',
      root: 'south',
      released: ['south', 'crossing'],
    });
    expect(resources.eventTypes().filter((type) => type.endsWith(' crossing'))).toEqual([
      'RESERVED crossing',
      'UNRESERVED crossing',
    ]);
  });

  test('are free with the last live hold on them, though lapsed ones are left', () => {
    for (const door of ['south', 'east']) resources.define(door, { blocks: ['crossing'] });
    resources.take('a', 'crossing');
    resources.take('a', 'south', 0, 500);
    resources.take('a', 'east', 0, 1_000);
    expect(resources.release('a', 'crossing', 1_000)).toMatchObject({ released: ['crossing'] });
    resources.take('a', 'south', 2_000, 500);
    resources.take('a', 'east', 2_000, 1_000);
    resources.renew('a', 'south', 2_000, 2_000);
    expect(resources.release('a', 'south', 3_000)).toMatchObject({ released: ['south', 'crossing'] });
    const released = resources.eventTypes().filter((type) => type === 'UNRESERVED crossing');
    expect(released).toHaveLength(2);
  });

  test('lapse with the resource, each announced once', () => {
    resources.take('a', 'north', 0, 1_000);
    expect(resources.take('b', 'crossing', 999)).toMatchObject({ status: 'ALREADY_HELD' });
    expect(resources.take('b', 'crossing', 1_000)).toMatchObject({ status: 'ACQUIRED' });
    for (const name of ['north', 'crossing', 'lights', 'north', 'lights']) expire(resources.state, name, 1_000);
    expect(resources.eventTypes().filter((type) => type.startsWith('RESERVATION_EXPIRED'))).toEqual([
      'RESERVATION_EXPIRED crossing',
      'RESERVATION_EXPIRED north',
      'RESERVATION_EXPIRED lights',
    ]);
  });

  test('show the claim that keeps them longest, and each can be given back by its token', () => {
    const doors = ['north', 'south', 'east', 'west'];
    for (const door of doors) resources.define(door, { blocks: ['crossing'] });
    for (const [index, door] of doors.entries()) resources.take('a', door, 0, 1_000 * ((index % 2) + 1) + index);
    expect(resources.take('b', 'crossing', 10)).toMatchObject({
      obstacle: { held: { claim: { root: 'west', expiresAtMs: 2_003 } } },
    });
    expect(resources.release('a', 'crossing', 10, 'token of a for west')).toMatchObject({
      root: 'west',
      released: ['west'],
    });
    expect(resources.take('b', 'crossing', 10)).toMatchObject({
      obstacle: { held: { claim: { root: 'south', expiresAtMs: 2_001 } } },
    });
    expect(resources.renew('a', 'crossing', 5_000, 10, 'token of a for north')).toMatchObject({ status: 'RENEWED' });
    expect(resources.take('b', 'crossing', 5_009)).toMatchObject({
      obstacle: { held: { claim: { root: 'north', expiresAtMs: 5_010 } } },
    });
    expect(resources.take('b', 'crossing', 5_010)).toMatchObject({ status: 'ACQUIRED' });
    for (const { id } of resources.records.all(blockerClaimKind)) expireBlockerClaim(resources.state, id, 5_010);
    expect(resources.records.all(blockerClaimKind)).toEqual([]);
    expect(resources.eventTypes().filter((type) => type.endsWith(' crossing') && !type.startsWith('RENEWED'))).toEqual([
      'RESERVED crossing',
      'RESERVATION_EXPIRED crossing',
      'RESERVED crossing',
    ]);
  });

  test('may be pools, of which a slot is taken', () => {
    resources.define('License', { capacity: 1 });
    resources.define('License', { capacity: 2 });
    resources.define('render', { blocks: ['License'] });
    resources.define('bake', { blocks: ['License'] });
    expect(resources.take('a', 'render')).toMatchObject({ held: { claim: { blockers: ['License_0'] } } });
    expect(resources.take('b', 'bake')).toMatchObject({ held: { claim: { blockers: ['License_1'] } } });
    expect(takenName(resources.take('c', 'License'))).toBe('NOT_AVAILABLE');
  });
});

describe('a tree', () => {
  beforeEach(() => {
    resources.define('room', { ancestors: ['building', 'floor'] });
    resources.define('hall', { ancestors: ['building', 'floor'] });
    resources.define('floor', { ancestors: ['building'] });
  });

  test('keeps others off the ancestors of what is held', () => {
    resources.take('a', 'room');
    expect(resources.take('b', 'floor')).toMatchObject({ status: 'ALREADY_HELD', obstacle: { where: 'below' } });
    expect(resources.take('b', 'building')).toMatchObject({ status: 'ALREADY_HELD', obstacle: { where: 'below' } });
    resources.release('a', 'room');
    expect(resources.take('b', 'building')).toMatchObject({ status: 'ACQUIRED' });
  });

  test('keeps others off the descendants of what is held', () => {
    resources.take('a', 'building');
    expect(resources.take('b', 'room')).toMatchObject({ status: 'ALREADY_HELD', obstacle: { where: 'above' } });
  });

  test('keeps others off a slot below which something is held: the pool hands out the next one', () => {
    resources.define('Rack', { capacity: 2 });
    resources.define('shelf', { ancestors: ['Rack_0'] });
    resources.take('a', 'shelf');
    expect(takenName(resources.take('b', 'Rack'))).toBe('Rack_1');
  });

  test('leaves siblings in peace, and the requester itself', () => {
    resources.take('a', 'room');
    expect(resources.take('b', 'hall')).toMatchObject({ status: 'ACQUIRED' });
    expect(resources.take('a', 'floor')).toMatchObject({ status: 'ALREADY_HELD' });
    resources.release('b', 'hall');
    expect(resources.take('a', 'floor')).toMatchObject({ status: 'ACQUIRED' });
  });

  test('frees an ancestor the moment that the last hold below it lapses', () => {
    resources.take('a', 'room', 0, 1_000);
    expect(resources.take('b', 'building', 999)).toMatchObject({ status: 'ALREADY_HELD' });
    expect(resources.take('b', 'building', 1_000)).toMatchObject({ status: 'ACQUIRED' });
  });
});

describe('a transaction', () => {
  const transact = (
    requester: string,
    names: readonly string[],
    method: 'ALL_OR_NONE' | 'AS_MANY_AS_POSSIBLE' | 'FIRST',
  ) => {
    const { outcome, results } = reserveTransaction(
      resources.state,
      names.map((name) => claim(requester, name)),
      method,
      0,
    );
    return [outcome, ...results.map((result) => result.status)];
  };

  test('takes all or none', () => {
    resources.take('b', 'y');
    expect(transact('a', ['x', 'y', 'z'], 'ALL_OR_NONE')).toEqual([
      'REFUSED',
      'NOT_TAKEN',
      'ALREADY_HELD',
      'NOT_TAKEN',
    ]);
    expect(transact('c', ['x', 'z'], 'ALL_OR_NONE')).toEqual(['COMMITTED', 'ACQUIRED', 'ACQUIRED']);
  });

  test('takes as many as possible', () => {
    resources.take('b', 'y');
    expect(transact('a', ['x', 'y', 'z'], 'AS_MANY_AS_POSSIBLE')).toEqual([
      'COMMITTED',
      'ACQUIRED',
      'ALREADY_HELD',
      'ACQUIRED',
    ]);
    expect(transact('c', ['x', 'y'], 'AS_MANY_AS_POSSIBLE')).toEqual(['REFUSED', 'ALREADY_HELD', 'ALREADY_HELD']);
  });

  test('takes the first that is free', () => {
    resources.take('b', 'x');
    expect(transact('a', ['x', 'y', 'z'], 'FIRST')).toEqual(['COMMITTED', 'ALREADY_HELD', 'ACQUIRED', 'NOT_TAKEN']);
    expect(transact('c', ['x', 'y'], 'FIRST')).toEqual(['REFUSED', 'ALREADY_HELD', 'ALREADY_HELD']);
  });

  test('that is refused leaves no event behind', () => {
    resources.take('b', 'y');
    transact('a', ['x', 'y'], 'ALL_OR_NONE');
    expect(resources.eventTypes()).toEqual(['RESERVED y']);
  });
});
