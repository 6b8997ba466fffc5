import { WrongReleaseTokenError } from '@holdfast/sdk';
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
import { rejectionOf } from '../rejection.ts';
import { wireTime } from '../wire-time.ts';
import { acquire, renewOne, statesOf, statusesOf, unreserveOne } from './one-item.ts';

const path = '/api/v1/Reservation/renew';
const request = {
  method: 'POST',
  path,
  body: [{ requester: 'worker-1', resource: 'renew-anything', releaseToken: 'rt', ttlSeconds: 60 }],
};

describeTargets('renew', (scenario) => {
  const { holdfast, clock, sweep, send, unique } = scenario;

  describe('200', () => {
    test('lets a hold live for so long from now, with the same tokens', async () => {
      const held = await acquire(holdfast, { requester: 'worker-1', resource: unique('job'), ttlSeconds: 60 });
      await clock.advance({ seconds: 50 });
      expect(await renewOne(holdfast, held, 30)).toEqual({
        resource: held.resource,
        requester: 'worker-1',
        status: 'RENEWED',
        explanation: expect.any(String),
        releaseToken: held.releaseToken,
        fencingToken: held.fencingToken,
        expiresAt: wireTime(clock, 30),
      });
      await clock.advance({ milliseconds: 29_999 });
      expect(await statusesOf(holdfast, held.resource, ['worker-2'])).toEqual(['ALREADY_HELD']);
      await clock.advance({ milliseconds: 1 });
      expect(await statusesOf(holdfast, held.resource, ['worker-2'])).toEqual(['ACQUIRED']);
    });

    test('can shorten a hold', async () => {
      const held = await acquire(holdfast, { requester: 'worker-1', resource: unique('job'), ttlSeconds: 600 });
      await renewOne(holdfast, held, 10);
      await clock.advance({ seconds: 10 });
      expect(await statesOf(holdfast, held.resource)).toEqual(['FREE']);
    });

    test('gives an end to a hold that had none', async () => {
      const held = await acquire(holdfast, { requester: 'worker-1', resource: unique('job') });
      expect(await renewOne(holdfast, held, 10)).toMatchObject({ status: 'RENEWED', expiresAt: wireTime(clock, 10) });
      await clock.advance({ seconds: 10 });
      expect(await statesOf(holdfast, held.resource)).toEqual(['FREE']);
    });

    test('never brings a hold back that has lapsed, from that very moment on', async () => {
      const held = await acquire(holdfast, { requester: 'worker-1', resource: unique('job'), ttlSeconds: 60 });
      await clock.advance({ seconds: 60 });
      const nothing = { status: 'NOT_RESERVED', releaseToken: null, fencingToken: null, expiresAt: null };
      expect(await renewOne(holdfast, held, 60)).toMatchObject(nothing);
      await sweep();
      expect(await renewOne(holdfast, held, 60)).toMatchObject(nothing);
      expect(await statesOf(holdfast, held.resource)).toEqual(['FREE']);
    });

    test('leaves alone what another requester holds, and shows none of its tokens', async () => {
      const resource = unique('job');
      const late = await acquire(holdfast, { requester: 'worker-1', resource, ttlSeconds: 1 });
      await clock.advance({ seconds: 1 });
      const holder = await acquire(holdfast, { requester: 'worker-2', resource, ttlSeconds: 60 });
      expect(await renewOne(holdfast, late, 600)).toMatchObject({
        status: 'DOESNT_OWN_RESERVATION',
        releaseToken: null,
        fencingToken: null,
        expiresAt: null,
      });
      expect(await renewOne(holdfast, { ...late, releaseToken: holder.releaseToken }, 600)).toMatchObject({
        status: 'DOESNT_OWN_RESERVATION',
      });
      expect(await holdfast.resources.get(resource)).toMatchObject({
        requester: 'worker-2',
        expiresAt: wireTime(clock, 60),
      });
    });

    test('finds nothing to renew in what was given up', async () => {
      const held = await acquire(holdfast, { requester: 'worker-1', resource: unique('job') });
      await unreserveOne(holdfast, held);
      expect(await renewOne(holdfast, held, 60)).toMatchObject({ status: 'NOT_RESERVED' });
    });

    test('renews a slot by the name of its pool, and by its own', async () => {
      const pool = unique('Printer');
      await holdfast.resources.register([{ name: pool, capacity: 2 }]);
      const held = await acquire(holdfast, { requester: 'a', resource: pool, ttlSeconds: 10 });
      await acquire(holdfast, { requester: 'b', resource: pool });
      expect(await renewOne(holdfast, held, 20)).toMatchObject({ status: 'RENEWED', resource: pool });
      expect(await renewOne(holdfast, { ...held, resource: `${pool}_0` }, 30)).toMatchObject({ status: 'RENEWED' });
      await clock.advance({ milliseconds: 29_999 });
      expect(await statusesOf(holdfast, pool, ['c'])).toEqual(['NOT_AVAILABLE']);
      await clock.advance({ milliseconds: 1 });
      expect(await statusesOf(holdfast, pool, ['c'])).toEqual(['ACQUIRED']);
    });

    test('renews blockers together with their resource', async () => {
      const [crossing, lane] = [unique('crossing'), unique('lane')];
      await holdfast.resources.register([{ name: crossing, blocks: [lane] }]);
      const held = await acquire(holdfast, { requester: 'car-1', resource: crossing, ttlSeconds: 10 });
      await renewOne(holdfast, held, 60);
      await clock.advance({ seconds: 59 });
      expect(await statesOf(holdfast, crossing, lane)).toEqual(['HELD', 'HELD']);
      await clock.advance({ seconds: 1 });
      expect(await statesOf(holdfast, crossing, lane)).toEqual(['FREE', 'FREE']);
    });

    test('keeps a tree closed for as long', async () => {
      const [root, shelf] = [unique('Warehouse'), unique('Shelf')];
      await holdfast.resources.register([{ name: shelf, treePath: root }]);
      const held = await acquire(holdfast, { requester: 'a', resource: shelf, ttlSeconds: 10 });
      await renewOne(holdfast, held, 60);
      await clock.advance({ seconds: 59 });
      expect(await statusesOf(holdfast, root, ['b'])).toEqual(['ALREADY_HELD']);
      await clock.advance({ seconds: 1 });
      expect(await statusesOf(holdfast, root, ['b'])).toEqual(['ACQUIRED']);
    });

    test('decides each item by itself, in order', async () => {
      const mine = await acquire(holdfast, { requester: 'worker-1', resource: unique('job') });
      const theirs = await acquire(holdfast, { requester: 'worker-2', resource: unique('job') });
      const { requester, releaseToken } = mine;
      const resources = [mine.resource, theirs.resource, unique('job'), mine.resource];
      const results = await holdfast.resources.renew(
        resources.map((resource) => ({ requester, resource, releaseToken, ttlSeconds: 60 })),
      );
      expect(results.map(({ status }) => status)).toEqual([
        'RENEWED',
        'DOESNT_OWN_RESERVATION',
        'NOT_RESERVED',
        'RENEWED',
      ]);
    });

    testReplay(scenario, request);

    test('does not renew a second time for the same idempotency key', async () => {
      const idempotencyKey = unique('key');
      const { requester, resource, releaseToken } = await acquire(holdfast, {
        requester: 'worker-1',
        resource: unique('job'),
        ttlSeconds: 60,
      });
      const items = [{ requester, resource, releaseToken, ttlSeconds: 60 }];
      const first = await holdfast.resources.renew(items, { idempotencyKey });
      await clock.advance({ seconds: 30 });
      expect(await holdfast.resources.renew(items, { idempotencyKey })).toEqual(first);
      expect(await holdfast.resources.get(resource)).toMatchObject({ expiresAt: wireTime(clock, 30) });
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
    test('refuses an item without ttlSeconds', () => refuse('[{"requester": "a", "resource": "r"}]', '/0/ttlSeconds'));
    test('refuses an unknown field', () =>
      refuse('[{"requester": "a", "resource": "r", "ttlSeconds": 1, "metadata": {}}]', '/0/metadata'));
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, request));

  describe('403', () => {
    test.each([undefined, 'wrong'])(
      'refuses its holder with the token %j, and renews the other items',
      async (wrong) => {
        const [one, two] = [
          await acquire(holdfast, { requester: 'worker-1', resource: unique('job'), ttlSeconds: 60 }),
          await acquire(holdfast, { requester: 'worker-1', resource: unique('job'), ttlSeconds: 60 }),
        ];
        const items = [
          { requester: 'worker-1', resource: one.resource, ttlSeconds: 90, ...(wrong && { releaseToken: wrong }) },
          { requester: 'worker-1', resource: two.resource, ttlSeconds: 90, releaseToken: two.releaseToken },
        ];
        const error = await rejectionOf(WrongReleaseTokenError, holdfast.resources.renew(items));
        expect(error).toMatchObject({
          status: 403,
          code: 'wrong_release_token',
          results: [
            {
              status: 'DOESNT_OWN_RESERVATION',
              explanation: expect.stringContaining('releaseToken'),
              releaseToken: null,
              expiresAt: null,
            },
            { status: 'RENEWED', releaseToken: two.releaseToken, expiresAt: wireTime(clock, 90) },
          ],
        });
        expect(await holdfast.resources.get(one.resource)).toMatchObject({ expiresAt: wireTime(clock, 60) });
      },
    );

    test('is given again for the same idempotency key', async () => {
      const held = await acquire(holdfast, { requester: 'worker-1', resource: unique('job') });
      const idempotencyKey = unique('key');
      const items = [{ requester: held.requester, resource: held.resource, ttlSeconds: 60 }];
      const first = await rejectionOf(WrongReleaseTokenError, holdfast.resources.renew(items, { idempotencyKey }));
      await unreserveOne(holdfast, held);
      const again = await rejectionOf(WrongReleaseTokenError, holdfast.resources.renew(items, { idempotencyKey }));
      expect(again).toMatchObject({ status: 403, results: first.results });
      expect(again.headers.get('Idempotent-Replayed')).toBe('true');
    });
  });

  describe('409', () =>
    testIdempotencyKeyConflict(scenario, request, { ...request, body: [{ ...request.body[0], ttlSeconds: 61 }] }));

  scenario.describeGateway('413', () => testBodyTooLarge(scenario, request));

  scenario.describeGateway('415', () => testUnsupportedMediaType(scenario, request));
});
