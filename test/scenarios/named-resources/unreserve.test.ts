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
import { unusualNames } from '../unusual-names.ts';
import { acquire, statesOf, statusesOf, unreserveOne } from './one-item.ts';

const path = '/api/v1/Reservation/unreserve';
const request = {
  method: 'POST',
  path,
  body: [{ requester: 'worker-1', resource: 'unreserve-anything', releaseToken: 'rt' }],
};

describeTargets('unreserve', (scenario) => {
  const { holdfast, clock, sweep, send, unique } = scenario;

  describe('200', () => {
    test('frees what its holder gives up', async () => {
      const resource = unique('job');
      const held = await acquire(holdfast, { requester: 'worker-1', resource });
      expect(await unreserveOne(holdfast, held)).toEqual({
        resource,
        requester: 'worker-1',
        status: 'RELINQUISHED',
        explanation: expect.stringMatching(/\.$/u),
        released: [resource],
      });
      expect(await statusesOf(holdfast, resource, ['worker-2'])).toEqual(['ACQUIRED']);
    });

    test('succeeds for what nobody holds', async () => {
      const resource = unique('job');
      expect(await unreserveOne(holdfast, { requester: 'worker-1', resource })).toEqual({
        resource,
        requester: 'worker-1',
        status: 'NOT_RESERVED',
        explanation: expect.any(String),
        released: null,
      });
    });

    test('succeeds for what was given up before', async () => {
      const held = await acquire(holdfast, { requester: 'worker-1', resource: unique('job') });
      await unreserveOne(holdfast, held);
      expect(await unreserveOne(holdfast, held)).toMatchObject({ status: 'NOT_RESERVED', released: null });
    });

    test('succeeds for what has lapsed, from that very moment on', async () => {
      const held = await acquire(holdfast, { requester: 'worker-1', resource: unique('job'), ttlSeconds: 60 });
      const other = await acquire(holdfast, { requester: 'worker-1', resource: unique('job'), ttlSeconds: 60 });
      await clock.advance({ milliseconds: 59_999 });
      expect(await unreserveOne(holdfast, other)).toMatchObject({ status: 'RELINQUISHED' });
      await clock.advance({ milliseconds: 1 });
      expect(await unreserveOne(holdfast, held)).toMatchObject({ status: 'NOT_RESERVED' });
      await sweep();
      expect(await unreserveOne(holdfast, held)).toMatchObject({ status: 'NOT_RESERVED' });
    });

    test('leaves alone what another requester holds, also with its token', async () => {
      const resource = unique('job');
      const { releaseToken } = await acquire(holdfast, { requester: 'worker-1', resource });
      for (const item of [
        { requester: 'worker-2', resource },
        { requester: 'worker-2', resource, releaseToken },
      ]) {
        expect(await unreserveOne(holdfast, item)).toEqual({
          resource,
          requester: 'worker-2',
          status: 'DOESNT_OWN_RESERVATION',
          explanation: expect.any(String),
          released: null,
        });
      }
      expect(await holdfast.resources.get(resource)).toMatchObject({ status: 'HELD', requester: 'worker-1' });
    });

    test('leaves alone what lapsed and was taken by another requester since', async () => {
      const resource = unique('job');
      const late = await acquire(holdfast, { requester: 'worker-1', resource, ttlSeconds: 1 });
      await clock.advance({ seconds: 1 });
      await acquire(holdfast, { requester: 'worker-2', resource });
      expect(await unreserveOne(holdfast, late)).toMatchObject({ status: 'DOESNT_OWN_RESERVATION' });
      expect(await holdfast.resources.get(resource)).toMatchObject({ requester: 'worker-2' });
    });

    test('decides each item by itself, in order', async () => {
      const [one, two, three] = [unique('job'), unique('job'), unique('job')];
      const first = await acquire(holdfast, { requester: 'worker-1', resource: one });
      await acquire(holdfast, { requester: 'worker-2', resource: two });
      const item = { requester: 'worker-1', resource: one, releaseToken: first.releaseToken };
      const results = await holdfast.resources.unreserve([
        item,
        { ...item, resource: two },
        { ...item, resource: three },
        item,
      ]);
      expect(results.map(({ resource, status }) => [resource, status])).toEqual([
        [one, 'RELINQUISHED'],
        [two, 'DOESNT_OWN_RESERVATION'],
        [three, 'NOT_RESERVED'],
        [one, 'NOT_RESERVED'],
      ]);
    });

    test("frees a pool's slot by the name of the pool, and by its own", async () => {
      const pool = unique('Printer');
      await holdfast.resources.register([{ name: pool, capacity: 2 }]);
      const [a, b] = [
        await acquire(holdfast, { requester: 'a', resource: pool }),
        await acquire(holdfast, { requester: 'b', resource: pool }),
      ];
      expect(await unreserveOne(holdfast, a)).toMatchObject({
        status: 'RELINQUISHED',
        resource: pool,
        released: [`${pool}_0`],
      });
      expect(await unreserveOne(holdfast, { ...b, resource: `${pool}_1` })).toMatchObject({
        status: 'RELINQUISHED',
        released: [`${pool}_1`],
      });
      expect(await holdfast.resources.get(pool)).toMatchObject({ free: 2 });
    });

    test('finds nothing to free in a pool of which the requester holds no slot', async () => {
      const pool = unique('Printer');
      await holdfast.resources.register([{ name: pool, capacity: 2 }]);
      await acquire(holdfast, { requester: 'a', resource: pool });
      expect(await unreserveOne(holdfast, { requester: 'b', resource: pool })).toMatchObject({
        status: 'NOT_RESERVED',
      });
      expect(await unreserveOne(holdfast, { requester: 'b', resource: `${pool}_0` })).toMatchObject({
        status: 'DOESNT_OWN_RESERVATION',
      });
      expect(await holdfast.resources.get(pool)).toMatchObject({ free: 1 });
    });

    test('frees blockers together with their resource, and names them all', async () => {
      const [crossing, north, east] = [unique('crossing'), unique('lane'), unique('lane')];
      await holdfast.resources.register([{ name: crossing, blocks: [north, east] }]);
      const held = await acquire(holdfast, { requester: 'car-1', resource: crossing });
      expect(await unreserveOne(holdfast, held)).toMatchObject({
        status: 'RELINQUISHED',
        released: [crossing, north, east],
      });
      expect(await statesOf(holdfast, crossing, north, east)).toEqual(['FREE', 'FREE', 'FREE']);
    });

    test('frees the blockers that were taken, also if the definition has changed since', async () => {
      const [crossing, north, east] = [unique('crossing'), unique('lane'), unique('lane')];
      await holdfast.resources.register([{ name: crossing, blocks: [north] }]);
      const held = await acquire(holdfast, { requester: 'car-1', resource: crossing });
      await holdfast.resources.register([{ name: crossing, blocks: [east] }]);
      expect(await unreserveOne(holdfast, held)).toMatchObject({ released: [crossing, north] });
      expect(await statesOf(holdfast, crossing, north, east)).toEqual(['FREE', 'FREE', 'FREE']);
    });

    test('frees nothing, and says so, while another claim of the same requester keeps the resource', async () => {
      const [crossing, north] = [unique('crossing'), unique('lane')];
      await holdfast.resources.register([{ name: crossing, blocks: [north] }]);
      const lane = await acquire(holdfast, { requester: 'car-1', resource: north });
      await acquire(holdfast, { requester: 'car-1', resource: crossing });
      const explanation = `car-1 gave up this claim, and still holds ${north} together with another resource.`;
      expect(await unreserveOne(holdfast, lane)).toMatchObject({ status: 'RELINQUISHED', explanation, released: null });
      expect(await statesOf(holdfast, crossing, north)).toEqual(['HELD', 'HELD']);
    });

    test.each(unusualNames)('frees a resource called %j', async (name) => {
      const held = await acquire(holdfast, { requester: name, resource: name });
      expect(await unreserveOne(holdfast, held)).toMatchObject({ status: 'RELINQUISHED', released: [name] });
    });

    testReplay(scenario, request);

    test('frees nothing a second time for the same idempotency key', async () => {
      const idempotencyKey = unique('key');
      const { requester, resource, releaseToken } = await acquire(holdfast, {
        requester: 'worker-1',
        resource: unique('job'),
      });
      const items = [{ requester, resource, releaseToken }];
      const first = await holdfast.resources.unreserve(items, { idempotencyKey });
      await acquire(holdfast, { requester: 'worker-1', resource });
      expect(await holdfast.resources.unreserve(items, { idempotencyKey })).toEqual(first);
      expect(first).toMatchObject([{ status: 'RELINQUISHED' }]);
      expect(await statesOf(holdfast, resource)).toEqual(['HELD']);
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
    test('refuses an item without a requester', () => refuse('[{"resource": "r"}]', '/0/requester'));
    test('refuses an item without a resource', () => refuse('[{"requester": "a"}]', '/0/resource'));
    test('refuses an unknown field', () => refuse('[{"requester": "a", "resource": "r", "force": true}]', '/0/force'));

    test('has no effect, also for the items that are right', async () => {
      const { requester, resource, releaseToken } = await acquire(holdfast, {
        requester: 'worker-1',
        resource: unique('job'),
      });
      await refuse(JSON.stringify([{ requester, resource, releaseToken }, { requester }]), '/1/resource');
      expect(await statesOf(holdfast, resource)).toEqual(['HELD']);
    });
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, request));

  describe('403', () => {
    test.each([
      ['no token', () => undefined],
      ['a made-up token', () => 'rt_made-up'],
      ['the beginning of the token', (token: string) => token.slice(0, -1)],
      ['the token and more', (token: string) => `${token}x`],
      [
        'the token in other letters',
        (token: string) => token.replace(/[a-z]/iu, (letter) => (letter === 'q' ? 'Q' : 'q')),
      ],
    ])('refuses its holder with %s', async (_name, change) => {
      const { requester, resource, releaseToken } = await acquire(holdfast, {
        requester: 'worker-1',
        resource: unique('job'),
      });
      const wrong = change(releaseToken);
      const error = await rejectionOf(
        WrongReleaseTokenError,
        holdfast.resources.unreserve([{ requester, resource, ...(wrong && { releaseToken: wrong }) }]),
      );
      expect(error).toMatchObject({
        status: 403,
        code: 'wrong_release_token',
        results: [
          {
            requester,
            resource,
            status: 'DOESNT_OWN_RESERVATION',
            explanation: expect.stringContaining('releaseToken'),
            released: null,
          },
        ],
      });
      expect(await statesOf(holdfast, resource)).toEqual(['HELD']);
    });

    test('refuses the token of an earlier hold', async () => {
      const resource = unique('job');
      const earlier = await acquire(holdfast, { requester: 'worker-1', resource });
      await unreserveOne(holdfast, earlier);
      await acquire(holdfast, { requester: 'worker-1', resource });
      expect(await rejectionOf(WrongReleaseTokenError, unreserveOne(holdfast, earlier))).toMatchObject({ status: 403 });
    });

    test("refuses the token of another of the requester's holds", async () => {
      const other = await acquire(holdfast, { requester: 'worker-1', resource: unique('job') });
      const { resource } = await acquire(holdfast, { requester: 'worker-1', resource: unique('job') });
      expect(await rejectionOf(WrongReleaseTokenError, unreserveOne(holdfast, { ...other, resource }))).toMatchObject({
        status: 403,
      });
      expect(await statesOf(holdfast, resource, other.resource)).toEqual(['HELD', 'HELD']);
    });

    test('frees the other items', async () => {
      const held = [];
      for (const _ of [1, 2, 3]) held.push(await acquire(holdfast, { requester: 'worker-1', resource: unique('job') }));
      const items = held.map(({ requester, resource, releaseToken }, index) => ({
        requester,
        resource,
        releaseToken: index === 1 ? 'wrong' : releaseToken,
      }));
      const error = await rejectionOf(WrongReleaseTokenError, holdfast.resources.unreserve(items));
      expect(error.results.map(({ status }) => status)).toEqual([
        'RELINQUISHED',
        'DOESNT_OWN_RESERVATION',
        'RELINQUISHED',
      ]);
      expect(await statesOf(holdfast, ...held.map(({ resource }) => resource))).toEqual(['FREE', 'HELD', 'FREE']);
    });

    test('is given again for the same idempotency key, also when there is nothing to refuse any more', async () => {
      const held = await acquire(holdfast, { requester: 'worker-1', resource: unique('job') });
      const idempotencyKey = unique('key');
      const items = [{ requester: held.requester, resource: held.resource, releaseToken: 'wrong' }];
      const first = await rejectionOf(WrongReleaseTokenError, holdfast.resources.unreserve(items, { idempotencyKey }));
      await unreserveOne(holdfast, held);
      const again = await rejectionOf(WrongReleaseTokenError, holdfast.resources.unreserve(items, { idempotencyKey }));
      expect(again).toMatchObject({ status: 403, results: first.results });
      expect([first, again].map((error) => error.headers.get('Idempotent-Replayed'))).toEqual([null, 'true']);
    });
  });

  describe('409', () =>
    testIdempotencyKeyConflict(scenario, request, {
      ...request,
      body: [{ requester: 'worker-9', resource: 'other' }],
    }));

  scenario.describeGateway('413', () => testBodyTooLarge(scenario, request));

  scenario.describeGateway('415', () => testUnsupportedMediaType(scenario, request));
});
