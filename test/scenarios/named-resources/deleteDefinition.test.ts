import { ConflictError, HoldfastError, IdempotencyKeyConflictError, NotFoundError } from '@holdfast/sdk';
import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { fieldsOf, testUnauthorized } from '../every-operation.ts';
import { rejectionOf } from '../rejection.ts';
import { unusualNames } from '../unusual-names.ts';
import { acquire, reserveOne, statusesOf, unreserveOne } from './one-item.ts';

const root = '/api/v1/Resource/definitions';

describeTargets('deleteDefinition', (scenario) => {
  const { holdfast, clock, sweep, send, unique } = scenario;

  describe('204', () => {
    test('makes a plain lock of a name again', async () => {
      const [pool, crossing, lane, shelf, root] = [
        unique('Printer'),
        unique('crossing'),
        unique('lane'),
        unique('Shelf'),
        unique('Warehouse'),
      ];
      await holdfast.resources.register([
        { name: pool, capacity: 3 },
        { name: crossing, blocks: [lane] },
        { name: shelf, treePath: root },
      ]);
      for (const name of [pool, crossing, shelf]) await holdfast.resources.deleteDefinition(name);
      expect(await reserveOne(holdfast, { requester: 'a', resource: pool })).toMatchObject({
        status: 'ACQUIRED',
        acquiredSlots: null,
      });
      expect(await reserveOne(holdfast, { requester: 'a', resource: crossing })).toMatchObject({
        acquiredBlockers: null,
      });
      expect(await reserveOne(holdfast, { requester: 'a', resource: shelf })).toMatchObject({ reservedAtPath: null });
      expect(await statusesOf(holdfast, `${pool}_7`, ['b'])).toEqual(['ACQUIRED']);
    });

    test('has no body', async () => {
      const name = unique('machine');
      await holdfast.resources.register([{ name }]);
      expect(await send('DELETE', `${root}/${name}`)).toMatchObject({ status: 204, text: '' });
    });

    test('works the moment that the last slot lapses, and forgets what lapsed', async () => {
      const pool = unique('Printer');
      await holdfast.resources.register([{ name: pool, capacity: 2 }]);
      await acquire(holdfast, { requester: 'a', resource: pool, ttlSeconds: 60 });
      await clock.advance({ milliseconds: 59_999 });
      await rejectionOf(ConflictError, holdfast.resources.deleteDefinition(pool));
      await clock.advance({ milliseconds: 1 });
      await holdfast.resources.deleteDefinition(pool);
      await holdfast.resources.register([{ name: pool, capacity: 2 }]);
      expect(await holdfast.resources.get(pool)).toMatchObject({ free: 2 });
      await sweep();
      const { events } = await holdfast.resources.eventHistory({ resource: `${pool}_0`, type: 'RESERVATION_EXPIRED' });
      expect(events).toHaveLength(1);
    });

    test('leaves alone what was taken together with the resource before, and lets it be freed together', async () => {
      const [crossing, lane] = [unique('crossing'), unique('lane')];
      await holdfast.resources.register([{ name: crossing, blocks: [lane] }, { name: lane }]);
      await holdfast.resources.deleteDefinition(lane);
      const held = await acquire(holdfast, { requester: 'car-1', resource: crossing });
      expect(await unreserveOne(holdfast, held)).toMatchObject({ released: [crossing, lane] });
    });

    test.each(unusualNames.filter((name) => !/^\.\.?$/u.test(name)))(
      'deletes %j by its percent-encoded name',
      async (name) => {
        await holdfast.resources.register([{ name }]);
        await holdfast.resources.deleteDefinition(name);
        await rejectionOf(NotFoundError, holdfast.resources.deleteDefinition(name));
      },
    );

    test('answers the same idempotency key again, although the name was registered anew', async () => {
      const name = unique('machine');
      const idempotencyKey = unique('key');
      await holdfast.resources.register([{ name }]);
      const first = await holdfast.resources.deleteDefinition(name, { idempotencyKey }).withResponse();
      await holdfast.resources.register([{ name }]);
      const again = await holdfast.resources.deleteDefinition(name, { idempotencyKey }).withResponse();
      expect([first, again].map(({ response }) => response.headers.get('Idempotent-Replayed'))).toEqual([null, 'true']);
      expect([first, again].map(({ response }) => response.status)).toEqual([204, 204]);
      expect(await holdfast.resources.definitions({ namePrefix: name })).toMatchObject({ definitions: [{ name }] });
    });
  });

  scenario.describeGateway('400', () => {
    test.each(['%', '%zz', '%ff', 'a%00b', '%0a', 'n'.repeat(257)])('refuses the name %s', async (encoded) => {
      const answer = await send('DELETE', `${root}/${encoded}`);
      expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_request' } });
      expect(fieldsOf(answer)).toEqual(['path.name']);
    });

    test.each(['.', '..'])('is not even asked for %j, which no URL can hold', async (name) => {
      await rejectionOf(HoldfastError, new Promise((resolve) => resolve(holdfast.resources.deleteDefinition(name))));
    });
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'DELETE', path: `${root}/machine` }));

  describe('404', () => {
    test('is the answer for a name that is not registered, whether or not it is held', async () => {
      const resource = unique('job');
      await rejectionOf(NotFoundError, holdfast.resources.deleteDefinition(resource));
      await acquire(holdfast, { requester: 'a', resource });
      expect(await rejectionOf(NotFoundError, holdfast.resources.deleteDefinition(resource))).toMatchObject({
        status: 404,
        code: 'not_found',
      });
    });

    test('is the answer for a slot, which has no definition of its own', async () => {
      const pool = unique('Printer');
      await holdfast.resources.register([{ name: pool, capacity: 2 }]);
      await rejectionOf(NotFoundError, holdfast.resources.deleteDefinition(`${pool}_0`));
    });

    test('is given again for the same idempotency key, although the name was registered since', async () => {
      const name = unique('machine');
      const idempotencyKey = unique('key');
      await rejectionOf(NotFoundError, holdfast.resources.deleteDefinition(name, { idempotencyKey }));
      await holdfast.resources.register([{ name }]);
      const again = await rejectionOf(NotFoundError, holdfast.resources.deleteDefinition(name, { idempotencyKey }));
      expect(again.headers.get('Idempotent-Replayed')).toBe('true');
    });
  });

  describe('409', () => {
    test.each([
      ['the resource', ''],
      ['a slot of the pool', '_0'],
    ])('refuses while %s is held', async (_what, end) => {
      const name = unique('Printer');
      await holdfast.resources.register([{ name, capacity: end === '' ? 1 : 2 }]);
      const held = await acquire(holdfast, { requester: 'a', resource: `${name}${end}` });
      const error = await rejectionOf(ConflictError, holdfast.resources.deleteDefinition(name));
      expect(error).toMatchObject({ status: 409, code: 'resource_held' });
      expect(await holdfast.resources.definitions({ namePrefix: name })).toMatchObject({ definitions: [{ name }] });
      await unreserveOne(holdfast, held);
      await holdfast.resources.deleteDefinition(name);
      expect(await holdfast.resources.definitions({ namePrefix: name })).toMatchObject({ definitions: [] });
    });

    test('refuses while a removed slot of the pool is held', async () => {
      const pool = unique('Printer');
      await holdfast.resources.register([{ name: pool, capacity: 3 }]);
      await acquire(holdfast, { requester: 'a', resource: `${pool}_2` });
      await holdfast.resources.register([{ name: pool, capacity: 1 }]);
      await rejectionOf(ConflictError, holdfast.resources.deleteDefinition(pool));
    });

    test('is given again for the same idempotency key, although nothing is held any more', async () => {
      const name = unique('machine');
      const idempotencyKey = unique('key');
      await holdfast.resources.register([{ name }]);
      const held = await acquire(holdfast, { requester: 'a', resource: name });
      await rejectionOf(ConflictError, holdfast.resources.deleteDefinition(name, { idempotencyKey }));
      await unreserveOne(holdfast, held);
      const again = await rejectionOf(ConflictError, holdfast.resources.deleteDefinition(name, { idempotencyKey }));
      expect(again).toMatchObject({ code: 'resource_held' });
      expect(again.headers.get('Idempotent-Replayed')).toBe('true');
    });

    test('refuses an idempotency key that was used for another name', async () => {
      const [one, other] = [unique('machine'), unique('machine')];
      const idempotencyKey = unique('key');
      await holdfast.resources.register([{ name: one }, { name: other }]);
      await holdfast.resources.deleteDefinition(one, { idempotencyKey });
      const error = await rejectionOf(
        IdempotencyKeyConflictError,
        holdfast.resources.deleteDefinition(other, { idempotencyKey }),
      );
      expect(error).toMatchObject({ status: 409, code: 'idempotency_key_conflict' });
      expect(await holdfast.resources.definitions({ namePrefix: other })).toMatchObject({
        definitions: [{ name: other }],
      });
    });
  });
});
