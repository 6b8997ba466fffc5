import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import {
  fieldsOf,
  testBodyTooLarge,
  testIdempotencyKeyConflict,
  testReplay,
  testUnauthorized,
  testUnsupportedMediaType,
} from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';
import { acquire, reserveOne, statesOf, unreserveOne } from './one-item.ts';

const path = '/api/v1/Reservation/transaction';
const request = {
  method: 'POST',
  path,
  body: { requester: 'worker-1', items: [{ resource: 'transaction-anything' }] },
};

describeTargets('reserveTransaction', (scenario) => {
  const { holdfast, clock, send, unique } = scenario;

  const nothingTaken = {
    releaseToken: null,
    fencingToken: null,
    expiresAt: null,
    heldBy: null,
    retryAfterSeconds: null,
  };

  describe('200, ALL_OR_NONE', () => {
    test('takes every item, and is the default', async () => {
      const [one, two] = [unique('account'), unique('account')];
      const items = [
        { resource: one, ttlSeconds: 10 },
        { resource: two, resourceType: 'Account', metadata: { why: 'payout' } },
      ];
      const result = await holdfast.resources.transaction({ requester: 'transfer-1', items });
      expect(result).toMatchObject({
        outcome: 'COMMITTED',
        results: [
          { resource: one, requester: 'transfer-1', status: 'ACQUIRED', expiresAt: wireTime(clock, 10) },
          { resource: two, requester: 'transfer-1', status: 'ACQUIRED', expiresAt: null },
        ],
      });
      expect(new Set(result.results.map(({ releaseToken }) => releaseToken)).size).toBe(2);
      expect(await holdfast.resources.get(two)).toMatchObject({ resourceType: 'Account', metadata: { why: 'payout' } });
    });

    test('takes nothing if one item is refused, says which one, and leaves no trace', async () => {
      const [one, two, three] = [unique('account'), unique('account'), unique('account')];
      await acquire(holdfast, { requester: 'transfer-2', resource: two, ttlSeconds: 30 });
      const items = [one, two, three].map((resource) => ({ resource }));
      expect(
        await holdfast.resources.transaction({ requester: 'transfer-1', items, method: 'ALL_OR_NONE' }),
      ).toMatchObject({
        outcome: 'REFUSED',
        results: [
          {
            resource: one,
            requester: 'transfer-1',
            status: 'NOT_TAKEN',
            explanation: expect.any(String),
            ...nothingTaken,
          },
          {
            resource: two,
            status: 'ALREADY_HELD',
            releaseToken: null,
            heldBy: { requester: 'transfer-2' },
            retryAfterSeconds: 30,
          },
          { resource: three, status: 'NOT_TAKEN', ...nothingTaken },
        ],
      });
      expect(await statesOf(holdfast, one, three)).toEqual(['FREE', 'FREE']);
      for (const resource of [one, three])
        expect(await holdfast.resources.eventHistory({ resource })).toMatchObject({ events: [] });
      expect(await reserveOne(holdfast, { requester: 'transfer-3', resource: one })).toMatchObject({
        status: 'ACQUIRED',
      });
    });

    test('says of a name that is asked for twice that it was not taken, if the transaction was refused', async () => {
      const [one, two] = [unique('account'), unique('account')];
      await acquire(holdfast, { requester: 'transfer-2', resource: two });
      const items = [one, one, two].map((resource) => ({ resource }));
      const { results } = await holdfast.resources.transaction({ requester: 'transfer-1', items });
      expect(results).toMatchObject([
        { status: 'NOT_TAKEN', ...nothingTaken },
        { status: 'NOT_TAKEN', ...nothingTaken },
        { status: 'ALREADY_HELD' },
      ]);
    });

    test('says of a blocker that is asked for as well that it was not taken, if the transaction was refused', async () => {
      const [crossing, lane, other] = [unique('crossing'), unique('lane'), unique('lane')];
      await holdfast.resources.register([{ name: crossing, blocks: [lane] }]);
      await acquire(holdfast, { requester: 'car-2', resource: other });
      const items = [crossing, lane, other].map((resource) => ({ resource }));
      const { results } = await holdfast.resources.transaction({ requester: 'car-1', items });
      expect(results.map(({ status }) => status)).toEqual(['NOT_TAKEN', 'NOT_TAKEN', 'ALREADY_HELD']);
    });

    test('gives the token that counts, if an item would have taken along what the requester holds, and was refused', async () => {
      const [crossing, lane, other] = [unique('crossing'), unique('lane'), unique('lane')];
      await holdfast.resources.register([{ name: crossing, blocks: [lane] }]);
      const held = await acquire(holdfast, { requester: 'car-1', resource: lane, ttlSeconds: 60 });
      await acquire(holdfast, { requester: 'car-2', resource: other });
      const items = [crossing, lane, other].map((resource) => ({ resource }));
      const { results } = await holdfast.resources.transaction({ requester: 'car-1', items });
      expect(results).toMatchObject([
        { status: 'NOT_TAKEN' },
        { status: 'ALREADY_HAD', releaseToken: held.releaseToken, expiresAt: wireTime(clock, 60) },
        { status: 'ALREADY_HELD' },
      ]);
      expect(await unreserveOne(holdfast, held)).toMatchObject({ status: 'RELINQUISHED' });
    });

    test('counts what the requester holds already as had', async () => {
      const [mine, free] = [unique('account'), unique('account')];
      const held = await acquire(holdfast, { requester: 'transfer-1', resource: mine });
      const items = [mine, free].map((resource) => ({ resource }));
      expect(await holdfast.resources.transaction({ requester: 'transfer-1', items })).toMatchObject({
        outcome: 'COMMITTED',
        results: [
          { status: 'ALREADY_HAD', releaseToken: held.releaseToken, fencingToken: held.fencingToken },
          { status: 'ACQUIRED' },
        ],
      });
    });

    test('leaves alone what the requester held before, when it is refused', async () => {
      const [mine, theirs] = [unique('account'), unique('account')];
      const held = await acquire(holdfast, { requester: 'transfer-1', resource: mine });
      await acquire(holdfast, { requester: 'transfer-2', resource: theirs });
      const items = [mine, theirs].map((resource) => ({ resource }));
      expect(await holdfast.resources.transaction({ requester: 'transfer-1', items })).toMatchObject({
        outcome: 'REFUSED',
        results: [{ status: 'ALREADY_HAD', releaseToken: held.releaseToken }, { status: 'ALREADY_HELD' }],
      });
      expect(await statesOf(holdfast, mine)).toEqual(['HELD']);
    });

    test('takes slots and blockers as a single claim does', async () => {
      const [pool, crossing, lane] = [unique('Printer'), unique('crossing'), unique('lane')];
      await holdfast.resources.register([
        { name: pool, capacity: 2 },
        { name: crossing, blocks: [lane] },
      ]);
      const items = [pool, crossing, `${pool}_1`].map((resource) => ({ resource }));
      expect(await holdfast.resources.transaction({ requester: 'worker-1', items })).toMatchObject({
        outcome: 'COMMITTED',
        results: [
          { status: 'ACQUIRED', acquiredSlots: { [pool]: `${pool}_0` } },
          { status: 'ACQUIRED', acquiredBlockers: [lane] },
          { status: 'ALREADY_HAD', acquiredSlots: { [pool]: `${pool}_0` } },
        ],
      });
    });

    test('gives slots back when it is refused', async () => {
      const [pool, theirs] = [unique('Printer'), unique('account')];
      await holdfast.resources.register([{ name: pool, capacity: 2 }]);
      await acquire(holdfast, { requester: 'worker-2', resource: theirs });
      const items = [pool, theirs, `${pool}_7`].map((resource) => ({ resource }));
      const { results } = await holdfast.resources.transaction({ requester: 'worker-1', items });
      expect(results.map(({ status }) => status)).not.toContain('ACQUIRED');
      expect(await holdfast.resources.get(pool)).toMatchObject({ free: 2 });
      expect(await reserveOne(holdfast, { requester: 'worker-1', resource: pool })).toMatchObject({
        status: 'ACQUIRED',
      });
    });

    test('lapses item by item', async () => {
      const [one, two] = [unique('account'), unique('account')];
      const items = [
        { resource: one, ttlSeconds: 10 },
        { resource: two, ttlSeconds: 20 },
      ];
      await holdfast.resources.transaction({ requester: 'transfer-1', items });
      await clock.advance({ seconds: 10 });
      expect(await statesOf(holdfast, one, two)).toEqual(['FREE', 'HELD']);
    });

    test('takes 100 items, or none of them', async () => {
      const resource = unique('account');
      const items = Array.from({ length: 100 }, (_, index) => ({ resource: `${resource}/${index}` }));
      expect(await holdfast.resources.transaction({ requester: 'transfer-1', items })).toMatchObject({
        outcome: 'COMMITTED',
      });
      const others = items.map((item, index) => ({
        resource: index === 99 ? item.resource : `${item.resource}/other`,
      }));
      const { outcome, results } = await holdfast.resources.transaction({ requester: 'transfer-2', items: others });
      expect([outcome, ...new Set(results.map(({ status }) => status))]).toEqual([
        'REFUSED',
        'NOT_TAKEN',
        'ALREADY_HELD',
      ]);
      expect(await holdfast.resources.list({ resourcePrefix: resource, limit: 1_000 })).toMatchObject({
        reservations: { length: 100 },
      });
    });
  });

  describe('200, AS_MANY_AS_POSSIBLE', () => {
    test('takes what it can get', async () => {
      const [one, two, three] = [unique('seat'), unique('seat'), unique('seat')];
      await acquire(holdfast, { requester: 'guest-2', resource: two });
      const items = [one, two, three].map((resource) => ({ resource }));
      const { outcome, results } = await holdfast.resources.transaction({
        requester: 'guest-1',
        items,
        method: 'AS_MANY_AS_POSSIBLE',
      });
      expect([outcome, ...results.map(({ status }) => status)]).toEqual([
        'COMMITTED',
        'ACQUIRED',
        'ALREADY_HELD',
        'ACQUIRED',
      ]);
      expect(await holdfast.resources.get(three)).toMatchObject({ requester: 'guest-1' });
    });

    test('is refused if there is nothing to get', async () => {
      const [one, two] = [unique('seat'), unique('seat')];
      for (const resource of [one, two]) await acquire(holdfast, { requester: 'guest-2', resource });
      const items = [one, two].map((resource) => ({ resource }));
      const { outcome, results } = await holdfast.resources.transaction({
        requester: 'guest-1',
        items,
        method: 'AS_MANY_AS_POSSIBLE',
      });
      expect([outcome, ...results.map(({ status }) => status)]).toEqual(['REFUSED', 'ALREADY_HELD', 'ALREADY_HELD']);
    });
  });

  describe('200, FIRST', () => {
    test('takes the first item that it can get, and no other', async () => {
      const [one, two, three] = [unique('room'), unique('room'), unique('room')];
      await acquire(holdfast, { requester: 'guest-2', resource: one });
      const items = [one, two, three].map((resource) => ({ resource }));
      const { outcome, results } = await holdfast.resources.transaction({
        requester: 'guest-1',
        items,
        method: 'FIRST',
      });
      expect([outcome, ...results.map(({ status }) => status)]).toEqual([
        'COMMITTED',
        'ALREADY_HELD',
        'ACQUIRED',
        'NOT_TAKEN',
      ]);
      expect(await statesOf(holdfast, two, three)).toEqual(['HELD', 'FREE']);
    });

    test('takes no other if the requester has one already', async () => {
      const [one, two] = [unique('room'), unique('room')];
      await acquire(holdfast, { requester: 'guest-1', resource: one });
      const items = [one, two].map((resource) => ({ resource }));
      const { outcome, results } = await holdfast.resources.transaction({
        requester: 'guest-1',
        items,
        method: 'FIRST',
      });
      expect([outcome, ...results.map(({ status }) => status)]).toEqual(['COMMITTED', 'ALREADY_HAD', 'NOT_TAKEN']);
      expect(await statesOf(holdfast, two)).toEqual(['FREE']);
    });

    test('is refused if it can get none', async () => {
      const [one, pool] = [unique('room'), unique('Room')];
      await holdfast.resources.register([{ name: pool, capacity: 2 }]);
      await acquire(holdfast, { requester: 'guest-2', resource: one });
      const items = [one, `${pool}_2`].map((resource) => ({ resource }));
      const { outcome, results } = await holdfast.resources.transaction({
        requester: 'guest-1',
        items,
        method: 'FIRST',
      });
      expect([outcome, ...results.map(({ status }) => status)]).toEqual(['REFUSED', 'ALREADY_HELD', 'NOT_VALID']);
    });
  });

  describe('200, idempotency keys', () => {
    testReplay(scenario, request);

    test('take nothing a second time', async () => {
      const resource = unique('account');
      const idempotencyKey = unique('key');
      const transaction = { requester: 'transfer-1', items: [{ resource }] };
      const first = await holdfast.resources.transaction(transaction, { idempotencyKey });
      const releaseToken = first.results[0]!.releaseToken!;
      await unreserveOne(holdfast, { requester: 'transfer-1', resource, releaseToken });
      expect(await holdfast.resources.transaction(transaction, { idempotencyKey })).toEqual(first);
      expect(await statesOf(holdfast, resource)).toEqual(['FREE']);
    });

    test('replay a refused transaction too', async () => {
      const held = await acquire(holdfast, { requester: 'transfer-2', resource: unique('account') });
      const idempotencyKey = unique('key');
      const transaction = { requester: 'transfer-1', items: [{ resource: held.resource }] };
      const first = await holdfast.resources.transaction(transaction, { idempotencyKey });
      await unreserveOne(holdfast, held);
      expect(await holdfast.resources.transaction(transaction, { idempotencyKey })).toEqual(first);
      expect(first.outcome).toBe('REFUSED');
    });
  });

  scenario.describeGateway('400', () => {
    const refuse = async (body: string, ...fields: readonly string[]) => {
      const answer = await send('POST', path, { body });
      expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_request' } });
      expect(fieldsOf(answer)).toEqual(fields);
    };
    const withItem = (members: string) => `{"requester": "a", "items": [{${members}}]}`;

    test('refuses a transaction without a requester', () => refuse('{"items": [{"resource": "r"}]}', '/requester'));
    test('refuses a transaction without items', () => refuse('{"requester": "a"}', '/items'));
    test('refuses an empty array of items', () => refuse('{"requester": "a", "items": []}', '/items'));
    test('refuses 101 items', () =>
      refuse(JSON.stringify({ requester: 'a', items: Array(101).fill({ resource: 'r' }) }), '/items'));
    test('refuses an unknown field', () =>
      refuse('{"requester": "a", "items": [{"resource": "r"}], "mode": 1}', '/mode'));
    test('refuses a requester of its own for an item', () =>
      refuse(withItem('"resource": "r", "requester": "b"'), '/items/0/requester'));
    test('refuses an item without a resource', () => refuse(withItem('"ttlSeconds": 1'), '/items/0/resource'));
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, request));

  describe('409', () =>
    testIdempotencyKeyConflict(scenario, request, { ...request, body: { ...request.body, method: 'FIRST' } }));

  scenario.describeGateway('413', () => testBodyTooLarge(scenario, request));

  scenario.describeGateway('415', () => testUnsupportedMediaType(scenario, request));
});
