import { HoldfastError } from '@holdfast/sdk';
import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { fieldsOf, testUnauthorized } from '../every-operation.ts';
import { rejectionOf } from '../rejection.ts';
import { unusualNames } from '../unusual-names.ts';
import { wireTime } from '../wire-time.ts';
import { acquire, unreserveOne } from './one-item.ts';

const root = '/api/v1/Reservation';

const freeName = {
  status: 'FREE',
  requester: null,
  resourceType: null,
  reservedAt: null,
  expiresAt: null,
  fencingToken: null,
  metadata: null,
};
const noPool = { capacity: null, free: null, slots: null };

describeTargets('getReservation', (scenario) => {
  const { holdfast, clock, sweep, send, unique } = scenario;

  describe('200', () => {
    test('shows a name that was never used as free', async () => {
      const resource = unique('job');
      expect(await holdfast.resources.get(resource)).toEqual({ resource, ...freeName, ...noPool });
    });

    test('shows who holds a name, since when, until when and what for, and never the release token', async () => {
      const resource = unique('job');
      const reservedAt = wireTime(clock);
      const expiresAt = wireTime(clock, 60);
      const metadata = { purpose: 'import' };
      const held = await acquire(holdfast, {
        requester: 'worker-1',
        resource,
        ttlSeconds: 60,
        resourceType: 'Order',
        metadata,
      });
      await clock.advance({ seconds: 5 });
      expect(await holdfast.resources.get(resource)).toEqual({
        resource,
        status: 'HELD',
        requester: 'worker-1',
        resourceType: 'Order',
        reservedAt,
        expiresAt,
        fencingToken: held.fencingToken,
        metadata,
        ...noPool,
      });
    });

    test('shows a name as free once it is given up, and the moment that it lapses', async () => {
      const [one, two] = [unique('job'), unique('job')];
      await unreserveOne(holdfast, await acquire(holdfast, { requester: 'worker-1', resource: one }));
      await acquire(holdfast, { requester: 'worker-1', resource: two, ttlSeconds: 60 });
      expect(await holdfast.resources.get(one)).toEqual({ resource: one, ...freeName, ...noPool });
      await clock.advance({ milliseconds: 59_999 });
      expect(await holdfast.resources.get(two)).toMatchObject({ status: 'HELD' });
      await clock.advance({ milliseconds: 1 });
      expect(await holdfast.resources.get(two)).toEqual({ resource: two, ...freeName, ...noPool });
    });

    test('sees what was acknowledged before', async () => {
      const resource = unique('job');
      for (let round = 0; round < 20; round++) {
        const held = await acquire(holdfast, { requester: `worker-${round}`, resource });
        expect(await holdfast.resources.get(resource)).toMatchObject({ requester: `worker-${round}` });
        await unreserveOne(holdfast, held);
        expect(await holdfast.resources.get(resource)).toMatchObject({ status: 'FREE' });
      }
    });

    test('shows a pool with every slot', async () => {
      const pool = unique('Printer');
      await holdfast.resources.register([{ name: pool, capacity: 3 }]);
      const held = await acquire(holdfast, { requester: 'a', resource: `${pool}_1`, metadata: { pages: 3 } });
      const slot = (number: number) => ({ resource: `${pool}_${number}`, ...freeName });
      expect(await holdfast.resources.get(pool)).toEqual({
        resource: pool,
        ...freeName,
        capacity: 3,
        free: 2,
        slots: [
          slot(0),
          {
            resource: `${pool}_1`,
            status: 'HELD',
            requester: 'a',
            resourceType: 'UserDefined',
            reservedAt: wireTime(clock),
            expiresAt: null,
            fencingToken: held.fencingToken,
            metadata: { pages: 3 },
          },
          slot(2),
        ],
      });
    });

    test('shows a pool as held when no slot is free, and as free when one lapses', async () => {
      const pool = unique('Printer');
      await holdfast.resources.register([{ name: pool, capacity: 2 }]);
      await acquire(holdfast, { requester: 'a', resource: pool });
      await acquire(holdfast, { requester: 'b', resource: pool, ttlSeconds: 60 });
      expect(await holdfast.resources.get(pool)).toMatchObject({
        status: 'HELD',
        requester: null,
        capacity: 2,
        free: 0,
      });
      await clock.advance({ seconds: 60 });
      expect(await holdfast.resources.get(pool)).toMatchObject({
        status: 'FREE',
        free: 1,
        slots: [{ status: 'HELD' }, { status: 'FREE' }],
      });
      await sweep();
      expect(await holdfast.resources.get(pool)).toMatchObject({
        status: 'FREE',
        free: 1,
        slots: [{ status: 'HELD' }, { status: 'FREE' }],
      });
    });

    test('shows removed slots of a pool for as long as they are held, and counts them as none of its free ones', async () => {
      const pool = unique('Printer');
      await holdfast.resources.register([{ name: pool, capacity: 4 }]);
      for (const number of [1, 3])
        await acquire(holdfast, { requester: `${number}`, resource: `${pool}_${number}`, ttlSeconds: 60 });
      await holdfast.resources.register([{ name: pool, capacity: 2 }]);
      const shrunk = await holdfast.resources.get(pool);
      expect(shrunk).toMatchObject({ status: 'FREE', capacity: 2, free: 1 });
      expect(shrunk.slots?.map(({ resource, status }) => [resource, status])).toEqual([
        [`${pool}_0`, 'FREE'],
        [`${pool}_1`, 'HELD'],
        [`${pool}_3`, 'HELD'],
      ]);
      await clock.advance({ seconds: 60 });
      expect(await holdfast.resources.get(pool)).toMatchObject({ free: 2, slots: { length: 2 } });
    });

    test('shows a pool of 10,000 slots', async () => {
      const pool = unique('Printer');
      await holdfast.resources.register([{ name: pool, capacity: 10_000 }]);
      await acquire(holdfast, { requester: 'a', resource: `${pool}_9999` });
      const state = await holdfast.resources.get(pool);
      expect(state).toMatchObject({ status: 'FREE', capacity: 10_000, free: 9_999 });
      expect(state.slots?.map(({ resource }) => resource)).toEqual(
        Array.from({ length: 10_000 }, (_, number) => `${pool}_${number}`),
      );
      expect(state.slots?.filter(({ status }) => status === 'HELD').map(({ resource }) => resource)).toEqual([
        `${pool}_9999`,
      ]);
    });

    test('shows as much metadata of slots as 256 KiB hold, and the rest by name', async () => {
      const pool = unique('Printer');
      const metadata = { note: 'x'.repeat(4_000) };
      await holdfast.resources.register([{ name: pool, capacity: 70 }]);
      await holdfast.resources.reserve(
        Array.from({ length: 70 }, (_, index) => ({ requester: `r-${index}`, resource: pool, metadata })),
      );
      const { slots = [] } = await holdfast.resources.get(pool);
      const shown = Math.floor(262_144 / JSON.stringify(metadata).length);
      expect(slots?.map((slot) => slot.metadata)).toEqual([
        ...Array(shown).fill(metadata),
        ...Array(70 - shown).fill(null),
      ]);
      expect(await holdfast.resources.get(`${pool}_69`)).toMatchObject({ status: 'HELD', metadata });
    });

    test('shows a slot by its own name', async () => {
      const pool = unique('Printer');
      await holdfast.resources.register([{ name: pool, capacity: 2 }]);
      await acquire(holdfast, { requester: 'a', resource: pool });
      expect(await holdfast.resources.get(`${pool}_0`)).toMatchObject({ status: 'HELD', requester: 'a', ...noPool });
      expect(await holdfast.resources.get(`${pool}_1`)).toEqual({ resource: `${pool}_1`, ...freeName, ...noPool });
    });

    test('shows a registered resource that is no pool like any other', async () => {
      const resource = unique('machine');
      await holdfast.resources.register([{ name: resource, capacity: 1, labels: { os: 'ios' } }]);
      expect(await holdfast.resources.get(resource)).toEqual({ resource, ...freeName, ...noPool });
    });

    test.each(unusualNames.filter((name) => !/^\.\.?$/u.test(name)))(
      'finds %j by its percent-encoded name',
      async (name) => {
        await acquire(holdfast, { requester: 'worker-1', resource: name });
        expect(await holdfast.resources.get(name)).toMatchObject({ resource: name, status: 'HELD' });
        const everyByte = [...new TextEncoder().encode(name)]
          .map((byte) => `%${byte.toString(16).padStart(2, '0')}`)
          .join('');
        expect(await send('GET', `${root}/${everyByte}`)).toMatchObject({
          status: 200,
          json: { resource: name, status: 'HELD' },
        });
      },
    );

    test.each(['.', '..'])('can not be asked for %j by path, which the SDK says; the list has it', async (name) => {
      await acquire(holdfast, { requester: 'worker-1', resource: name });
      await rejectionOf(HoldfastError, new Promise((resolve) => resolve(holdfast.resources.get(name))));
      const { reservations } = await holdfast.resources.list({ resourcePrefix: name, limit: 1 });
      expect(reservations).toMatchObject([{ resource: name }]);
    });

    test('is no way to ask for a resource whose name is a path of its own', async () => {
      await acquire(holdfast, { requester: 'worker-1', resource: 'activeReservations' });
      const answer = await send('GET', `${root}/activeReservations`);
      expect(answer.json).toHaveProperty('reservations');
      expect((await send('GET', `${root}/reserve`)).status).toBe(405);
      expect(await send('GET', `${root}/activereservations`)).toMatchObject({
        json: { resource: 'activereservations', status: 'FREE' },
      });
    });

    test('is there for HEAD too, without a body', async () => {
      expect(await send('HEAD', `${root}/${unique('job')}`)).toMatchObject({ status: 200, text: '' });
    });
  });

  scenario.describeGateway('400', () => {
    test.each([
      ['is no percent-encoding', '%'],
      ['is no hexadecimal number', '%zz'],
      ['is no UTF-8', '%ff'],
      ['is half a surrogate pair in UTF-8', '%ed%a0%80'],
      ['is an overlong form', '%c0%af'],
      ['holds a NUL', 'a%00b'],
      ['holds a line break', 'a%0ab'],
      ['holds a DEL', '%7f'],
      ['has 257 characters', 'n'.repeat(257)],
    ])('refuses a name that %s', async (_reason, encoded) => {
      const answer = await send('GET', `${root}/${encoded}`);
      expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_request' } });
      expect(fieldsOf(answer)).toEqual(['path.resource']);
    });
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path: `${root}/job` }));
});
