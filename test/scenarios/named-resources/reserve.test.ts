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
import { unusualNames } from '../unusual-names.ts';
import { wireTime } from '../wire-time.ts';
import { acquire, reserveOne, statesOf, statusesOf } from './one-item.ts';

const path = '/api/v1/Reservation/reserve';
const request = { method: 'POST', path, body: [{ requester: 'worker-1', resource: 'reserve-anything' }] };

const secondsPerDay = 24 * 60 * 60;

describeTargets('reserve', (scenario) => {
  const { holdfast, others, clock, sweep, send, unique } = scenario;

  describe('200', () => {
    test('grants a free name, which need not be registered', async () => {
      const resource = unique('job');
      const result = await reserveOne(holdfast, { requester: 'worker-1', resource, ttlSeconds: 60 });
      expect(result).toEqual({
        resource,
        requester: 'worker-1',
        status: 'ACQUIRED',
        explanation: expect.stringMatching(/\.$/u),
        releaseToken: expect.stringMatching(/^.{22,}$/u),
        fencingToken: expect.any(Number),
        expiresAt: wireTime(clock, 60),
        acquiredSlots: null,
        acquiredBlockers: null,
        reservedAtPath: null,
        heldBy: null,
        retryAfterSeconds: null,
      });
    });

    test('refuses what another requester holds, and says who, since when, until when and what for', async () => {
      const resource = unique('job');
      const metadata = { purpose: 'nightly import', tickets: [4_711], deep: { er: null } };
      const since = wireTime(clock);
      const held = await acquire(holdfast, { requester: 'worker-1', resource, ttlSeconds: 60, metadata });
      const expiresAt = wireTime(clock, 60);
      await clock.advance({ seconds: 10 });
      const result = await reserveOne(holdfast, { requester: 'worker-2', resource });
      expect(result).toEqual({
        resource,
        requester: 'worker-2',
        status: 'ALREADY_HELD',
        explanation: expect.stringContaining('worker-1'),
        releaseToken: null,
        fencingToken: null,
        expiresAt: null,
        acquiredSlots: null,
        acquiredBlockers: null,
        reservedAtPath: null,
        heldBy: { requester: 'worker-1', metadata, since, expiresAt },
        retryAfterSeconds: 50,
      });
      expect(JSON.stringify(result)).not.toContain(held.releaseToken);
    });

    test('gives its holder the same tokens and expiry again, and changes nothing', async () => {
      const resource = unique('job');
      const first = await reserveOne(holdfast, { requester: 'worker-1', resource, ttlSeconds: 60, metadata: { n: 1 } });
      await clock.advance({ seconds: 30 });
      const again = await reserveOne(holdfast, {
        requester: 'worker-1',
        resource,
        ttlSeconds: 600,
        metadata: { n: 2 },
      });
      expect(again).toEqual({ ...first, status: 'ALREADY_HAD', explanation: expect.any(String) });
      const refusal = await reserveOne(holdfast, { requester: 'worker-2', resource });
      expect(refusal).toMatchObject({ heldBy: { metadata: { n: 1 } }, retryAfterSeconds: 30 });
    });

    test('frees a name the moment that its time is over, and not a millisecond before', async () => {
      const resource = unique('job');
      await acquire(holdfast, { requester: 'worker-1', resource, ttlSeconds: 60 });
      await clock.advance({ milliseconds: 59_999 });
      const refusal = await reserveOne(holdfast, { requester: 'worker-2', resource });
      expect(refusal).toMatchObject({ status: 'ALREADY_HELD', retryAfterSeconds: 1 });
      await clock.advance({ milliseconds: 1 });
      expect(await reserveOne(holdfast, { requester: 'worker-2', resource })).toMatchObject({ status: 'ACQUIRED' });
      expect(await holdfast.resources.get(resource)).toMatchObject({ requester: 'worker-2', expiresAt: null });
    });

    test('grants a name anew to whom it had lapsed for', async () => {
      const resource = unique('job');
      const first = await acquire(holdfast, { requester: 'worker-1', resource, ttlSeconds: 1 });
      await clock.advance({ seconds: 1 });
      const second = await acquire(holdfast, { requester: 'worker-1', resource });
      expect(second.releaseToken).not.toBe(first.releaseToken);
    });

    test('keeps for as long as a year', async () => {
      const result = await reserveOne(holdfast, {
        requester: 'worker-1',
        resource: unique('job'),
        ttlSeconds: 365 * secondsPerDay,
      });
      expect(result).toMatchObject({ status: 'ACQUIRED', expiresAt: wireTime(clock, 365 * secondsPerDay) });
    });

    test('keeps for ever without a TTL', async () => {
      const resource = unique('job');
      const result = await reserveOne(holdfast, { requester: 'worker-1', resource });
      expect(result).toMatchObject({ status: 'ACQUIRED', expiresAt: null });
      await clock.advance({ seconds: 1_000 * secondsPerDay });
      await sweep();
      const refusal = await reserveOne(holdfast, { requester: 'worker-2', resource });
      expect(refusal).toMatchObject({ status: 'ALREADY_HELD', heldBy: { expiresAt: null }, retryAfterSeconds: null });
    });

    test('decides each item by itself, in order, and sees what the items before it did', async () => {
      const [one, two, three] = [unique('job'), unique('job'), unique('job')];
      await acquire(holdfast, { requester: 'worker-0', resource: two });
      const results = await holdfast.resources.reserve([
        { requester: 'worker-1', resource: one },
        { requester: 'worker-1', resource: two },
        { requester: 'worker-2', resource: one },
        { requester: 'worker-1', resource: three },
        { requester: 'worker-1', resource: one },
      ]);
      expect(results.map(({ resource, status }) => [resource, status])).toEqual([
        [one, 'ACQUIRED'],
        [two, 'ALREADY_HELD'],
        [one, 'ALREADY_HELD'],
        [three, 'ACQUIRED'],
        [one, 'ALREADY_HAD'],
      ]);
    });

    test('takes 100 items', async () => {
      const resource = unique('job');
      const items = Array.from({ length: 100 }, (_, index) => ({
        requester: 'worker-1',
        resource: `${resource}/${index}`,
      }));
      const results = await holdfast.resources.reserve(items);
      expect(results.map((result) => result.resource)).toEqual(items.map((item) => item.resource));
      expect(new Set(results.map(({ fencingToken }) => fencingToken)).size).toBe(100);
    });

    test.each(unusualNames)('holds a resource called %j, and a requester', async (name) => {
      const resource = unique('for');
      expect(await reserveOne(others.otherTenant, { requester: name, resource: name })).toMatchObject({
        status: 'ACQUIRED',
      });
      const refusal = await reserveOne(others.otherTenant, { requester: resource, resource: name });
      expect(refusal).toMatchObject({ status: 'ALREADY_HELD', resource: name, heldBy: { requester: name } });
    });

    test.each([
      ['case', 'Job', 'job'],
      ['composition', '\u00e9', 'e\u0301'],
      ['width', 'Ａ', 'A'],
      ['space at the end', 'x ', 'x'],
    ])('tells names and requesters apart that differ only in their %s', async (_difference, one, other) => {
      const resource = unique('like');
      const first = await holdfast.resources.reserve(
        [`${resource}${one}`, `${resource}${other}`].map((name) => ({ requester: one, resource: name })),
      );
      expect(first.map(({ status }) => status)).toEqual(['ACQUIRED', 'ACQUIRED']);
      expect(await statusesOf(holdfast, `${resource}${one}`, [other])).toEqual(['ALREADY_HELD']);
    });

    test('has the type UserDefined unless another one is given', async () => {
      const resource = unique('job');
      await holdfast.resources.reserve([
        { requester: 'worker-1', resource: `${resource}/1` },
        { requester: 'worker-1', resource: `${resource}/2`, resourceType: 'Order' },
      ]);
      const { reservations } = await holdfast.resources.list({ resourcePrefix: resource });
      expect(reservations.map(({ resourceType }) => resourceType)).toEqual(['UserDefined', 'Order']);
    });

    test('gives metadata back as it was, inner members and all', async () => {
      const resource = unique('job');
      const metadata = '{"inner":{"where$":"1","a-b":[2,{"ne":null}],"toString":{"x":1}," ":0},"é😀":"\\u0000"}';
      const claim = `[{"requester":"worker-1","resource":"${resource}","metadata":${metadata}}]`;
      expect(await send('POST', path, { body: claim })).toMatchObject({ json: [{ status: 'ACQUIRED' }] });
      const refusal = await send('POST', path, { body: claim.replace('worker-1', 'worker-2') });
      expect(refusal.text).toContain(`"metadata":${metadata}`);
    });

    testReplay(scenario, {
      ...request,
      body: [{ requester: 'worker-2', resource: 'reserve-replayed', metadata: { a: 1, b: 2 } }],
    });

    test('takes 4 KiB of metadata', async () => {
      const metadata = { text: 'x'.repeat(4_096 - '{"text":""}'.length) };
      expect(await reserveOne(holdfast, { requester: 'worker-1', resource: unique('job'), metadata })).toMatchObject({
        status: 'ACQUIRED',
      });
    });
  });

  scenario.describeGateway('400', () => {
    const refuse = async (body: string, ...fields: readonly string[]) => {
      const answer = await send('POST', path, { body });
      expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_request' } });
      expect(fieldsOf(answer)).toEqual(fields);
    };

    test('refuses an empty array', () => refuse('[]', 'body'));
    test('refuses 101 items', () => refuse(JSON.stringify(Array(101).fill(request.body[0])), 'body'));
    test('refuses an item that is no object', () => refuse('[null]', '/0'));
    test('refuses an item without a requester', () => refuse('[{"resource": "r"}]', '/0/requester'));
    test('refuses an item without a resource', () => refuse('[{"requester": "a"}]', '/0/resource'));
    test('refuses an unknown field', () => refuse('[{"requester": "a", "resource": "r", "ttl": 1}]', '/0/ttl'));
    test('refuses __proto__ as a field', () =>
      refuse('[{"requester": "a", "resource": "r", "__proto__": {}}]', '/0/__proto__'));

    test('has no effect, also for the items that are right', async () => {
      const resource = unique('job');
      await refuse(`[{"requester": "a", "resource": "${resource}"}, {"requester": "a"}]`, '/1/resource');
      expect(await statesOf(holdfast, resource)).toEqual(['FREE']);
    });

    test('says everything that is wrong at once', () =>
      refuse(
        '[{"requester": "", "resource": "r"}, {"requester": "a", "resource": "r", "ttlSeconds": 0}]',
        '/0/requester',
        '/1/ttlSeconds',
      ));
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, request));

  describe('409', () =>
    testIdempotencyKeyConflict(scenario, request, {
      ...request,
      body: [{ requester: 'worker-9', resource: 'other' }],
    }));

  scenario.describeGateway('413', () => testBodyTooLarge(scenario, request));

  scenario.describeGateway('415', () => testUnsupportedMediaType(scenario, request));
});
