import type { EventQuery } from '@holdfast/sdk';
import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { fieldsOf, testUnauthorized } from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';
import { acquire, renewOne, reserveOne, unreserveOne } from './one-item.ts';

const path = '/api/v1/events/history';
const millisecondsPerDay = 24 * 60 * 60 * 1_000;

describeTargets('listEventHistory', (scenario) => {
  const { holdfast, clock, sweep, send, unique } = scenario;

  /** Type and resource of each event, newest first. */
  async function historyOf(query: EventQuery): Promise<string[]> {
    const events: string[] = [];
    for await (const { type, resource } of holdfast.resources.eventHistory(query)) events.push(`${type} ${resource}`);
    return events;
  }

  async function typesOf(resource: string): Promise<string[]> {
    return (await historyOf({ resource })).map((event) => event.split(' ')[0]!);
  }

  describe('200', () => {
    test('tells what happened to a resource, newest first, and never a release token', async () => {
      const resource = unique('job');
      const metadata = { purpose: 'import' };
      const since = wireTime(clock);
      const held = await acquire(holdfast, {
        requester: 'worker-1',
        resource,
        ttlSeconds: 60,
        resourceType: 'Order',
        metadata,
      });
      await clock.advance({ seconds: 10 });
      await renewOne(holdfast, held, 60);
      await clock.advance({ seconds: 10 });
      await unreserveOne(holdfast, held);
      const common = {
        id: expect.stringMatching(/^\d+$/u),
        number: expect.any(Number),
        resource,
        requester: 'worker-1',
        resourceType: 'Order',
        apiKeyLabel: expect.stringMatching(/./u),
        fencingToken: held.fencingToken,
        metadata,
      };
      const answer = await send('GET', `${path}?resource=${resource}`);
      expect(answer.json).toEqual({
        events: [
          { ...common, type: 'UNRESERVED', at: wireTime(clock) },
          { ...common, type: 'RENEWED', at: wireTime(clock, -10) },
          { ...common, type: 'RESERVED', at: since },
        ],
        nextCursor: null,
      });
      expect(answer.text).not.toContain(held.releaseToken);
    });

    test('has numbers that go down by one where nothing else happened, and are the ids', async () => {
      const word = unique('job');
      await holdfast.resources.reserve(
        Array.from({ length: 100 }, (_, index) => ({ requester: 'a', resource: `${word}/${index}` })),
      );
      await clock.advance({ seconds: 1 });
      await holdfast.resources.reserve([{ requester: 'a', resource: `${word}/last` }]);
      const { events } = await holdfast.resources.eventHistory({ limit: 101 });
      const newest = events[0]!.number;
      expect(events.map(({ number }) => number)).toEqual(Array.from({ length: 101 }, (_, index) => newest - index));
      expect(events.map(({ id }) => id)).toEqual(events.map(({ number }) => String(number)));
      const { events: some } = await holdfast.resources.eventHistory({ resource: `${word}/7`, type: 'RESERVED' });
      expect(some).toEqual([events.find(({ resource }) => resource === `${word}/7`)]);
    });

    test('has ids that are all different', async () => {
      const word = unique('job');
      await holdfast.resources.reserve(
        Array.from({ length: 100 }, (_, index) => ({ requester: 'a', resource: `${word}/${index}` })),
      );
      const { events } = await holdfast.resources.eventHistory({ from: wireTime(clock), limit: 1_000 });
      expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
      expect(events.length).toBeGreaterThanOrEqual(100);
    });

    test('keeps events of one moment in the order in which they happened', async () => {
      await clock.advance({ seconds: 1 });
      const from = wireTime(clock);
      const names = Array.from({ length: 30 }, (_, index) => `${unique('job')}/${index}`);
      await holdfast.resources.reserve(names.map((resource) => ({ requester: 'a', resource })));
      expect(await historyOf({ from, limit: 7 })).toEqual(names.map((name) => `RESERVED ${name}`).reverse());
    });

    test('has no event for what changed nothing', async () => {
      const resource = unique('job');
      const held = await acquire(holdfast, { requester: 'a', resource });
      await reserveOne(holdfast, { requester: 'a', resource });
      await reserveOne(holdfast, { requester: 'b', resource });
      await unreserveOne(holdfast, { requester: 'b', resource });
      await unreserveOne(holdfast, held);
      await unreserveOne(holdfast, held);
      expect(await typesOf(resource)).toEqual(['UNRESERVED', 'RESERVED']);
    });

    test('tells of each slot and each blocker by its physical name', async () => {
      const [pool, crossing, lane] = [unique('Printer'), unique('crossing'), unique('lane')];
      await holdfast.resources.register([
        { name: pool, capacity: 2 },
        { name: crossing, blocks: [lane] },
      ]);
      const slot = await acquire(holdfast, { requester: 'a', resource: pool });
      const both = await acquire(holdfast, { requester: 'a', resource: crossing, ttlSeconds: 60 });
      await unreserveOne(holdfast, slot);
      await renewOne(holdfast, both, 60);
      await clock.advance({ seconds: 60 });
      await sweep();
      expect(await typesOf(`${pool}_0`)).toEqual(['UNRESERVED', 'RESERVED']);
      expect(await typesOf(pool)).toEqual([]);
      for (const name of [crossing, lane])
        expect(await typesOf(name)).toEqual(['RESERVATION_EXPIRED', 'RENEWED', 'RESERVED']);
    });

    test('has one event for a replayed request', async () => {
      const resource = unique('job');
      const idempotencyKey = unique('key');
      for (const _ of [1, 2, 3]) await holdfast.resources.reserve([{ requester: 'a', resource }], { idempotencyKey });
      expect(await typesOf(resource)).toEqual(['RESERVED']);
    });
  });

  describe('200, expiries', () => {
    test('are announced once, however often anybody looks for them', async () => {
      const resource = unique('job');
      const held = await acquire(holdfast, { requester: 'a', resource, ttlSeconds: 60, metadata: { n: 1 } });
      await clock.advance({ milliseconds: 59_999 });
      await sweep();
      expect(await typesOf(resource)).toEqual(['RESERVED']);
      await clock.advance({ milliseconds: 1 });
      for (const _ of [1, 2, 3]) await sweep();
      await reserveOne(holdfast, { requester: 'b', resource });
      const { events } = await holdfast.resources.eventHistory({ resource });
      expect(events).toMatchObject([
        { type: 'RESERVED', requester: 'b' },
        { type: 'RESERVATION_EXPIRED', requester: 'a', fencingToken: held.fencingToken, metadata: { n: 1 } },
        { type: 'RESERVED', requester: 'a' },
      ]);
    });

    test('are announced once if the next claim comes before anybody has looked for them', async () => {
      const resource = unique('job');
      await acquire(holdfast, { requester: 'a', resource, ttlSeconds: 60 });
      await clock.advance({ seconds: 60 });
      await acquire(holdfast, { requester: 'b', resource });
      await sweep();
      expect(await typesOf(resource)).toEqual(['RESERVED', 'RESERVATION_EXPIRED', 'RESERVED']);
    });

    test('are announced at the new time after a renewal, and not at the old one', async () => {
      const resource = unique('job');
      const held = await acquire(holdfast, { requester: 'a', resource, ttlSeconds: 60 });
      await renewOne(holdfast, held, 120);
      await clock.advance({ seconds: 60 });
      await sweep();
      expect(await typesOf(resource)).toEqual(['RENEWED', 'RESERVED']);
      await clock.advance({ seconds: 60 });
      await sweep();
      expect(await typesOf(resource)).toEqual(['RESERVATION_EXPIRED', 'RENEWED', 'RESERVED']);
    });

    test('are not announced of what was given up in time', async () => {
      const resource = unique('job');
      await unreserveOne(holdfast, await acquire(holdfast, { requester: 'a', resource, ttlSeconds: 60 }));
      await clock.advance({ seconds: 120 });
      await sweep();
      expect(await typesOf(resource)).toEqual(['UNRESERVED', 'RESERVED']);
    });

    test('are all announced, also of 250 at once', async () => {
      const word = unique('job');
      const names = Array.from({ length: 250 }, (_, index) => `${word}/${index}`);
      for (let first = 0; first < names.length; first += 50) {
        await holdfast.resources.reserve(
          names.slice(first, first + 50).map((resource) => ({ requester: 'a', resource, ttlSeconds: 60 })),
        );
      }
      await clock.advance({ seconds: 60 });
      const from = wireTime(clock);
      await sweep();
      const expired = await historyOf({ from, type: 'RESERVATION_EXPIRED' });
      expect(expired.toSorted()).toEqual(names.map((name) => `RESERVATION_EXPIRED ${name}`).sort());
    });

    test('are in the history at a time between the lapse and their announcement', async () => {
      const resource = unique('job');
      await acquire(holdfast, { requester: 'a', resource, ttlSeconds: 60 });
      const expiresAt = wireTime(clock, 60);
      await clock.advance({ milliseconds: 61_500 });
      await sweep();
      const { events } = await holdfast.resources.eventHistory({ resource, type: 'RESERVATION_EXPIRED' });
      expect(events).toHaveLength(1);
      expect(Date.parse(events[0]?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(expiresAt));
      expect(Date.parse(events[0]?.at ?? '')).toBeLessThanOrEqual(clock.now());
    });
  });

  describe('200, filters', () => {
    test('choose by time, from inclusive, to exclusive, in either way of writing UTC', async () => {
      const word = unique('job');
      await clock.advance({ seconds: 1 });
      const times: string[] = [];
      for (const end of ['1', '2', '3']) {
        times.push(wireTime(clock));
        await acquire(holdfast, { requester: 'a', resource: `${word}${end}` });
        await clock.advance({ milliseconds: 1 });
      }
      const [one, two, three] = times as [string, string, string];
      expect(await historyOf({ from: two })).toEqual([`RESERVED ${word}3`, `RESERVED ${word}2`]);
      expect(await historyOf({ from: one, to: three })).toEqual([`RESERVED ${word}2`, `RESERVED ${word}1`]);
      expect(await historyOf({ from: one.replace('Z', '+00:00'), to: two.replace('Z', '+00:00') })).toEqual([
        `RESERVED ${word}1`,
      ]);
      expect(await historyOf({ from: one.replace('Z', '000000Z'), to: two })).toEqual([`RESERVED ${word}1`]);
      expect(await historyOf({ from: wireTime(clock) })).toEqual([]);
    });

    test('choose by resource, by type, and by all of it', async () => {
      const [one, two] = [unique('job'), unique('job')];
      await clock.advance({ seconds: 1 });
      const from = wireTime(clock);
      const held = await acquire(holdfast, { requester: 'a', resource: one });
      await acquire(holdfast, { requester: 'a', resource: two, ttlSeconds: 60 });
      await renewOne(holdfast, held, 600);
      await unreserveOne(holdfast, held);
      await clock.advance({ seconds: 60 });
      await sweep();
      expect(await historyOf({ resource: one })).toEqual([`UNRESERVED ${one}`, `RENEWED ${one}`, `RESERVED ${one}`]);
      expect(await historyOf({ from, type: 'RESERVED' })).toEqual([`RESERVED ${two}`, `RESERVED ${one}`]);
      expect(await historyOf({ from, type: 'RENEWED' })).toEqual([`RENEWED ${one}`]);
      expect(await historyOf({ from, type: 'RESERVATION_EXPIRED' })).toEqual([`RESERVATION_EXPIRED ${two}`]);
      expect(await historyOf({ from, to: wireTime(clock), resource: one, type: 'UNRESERVED', limit: 1 })).toEqual([
        `UNRESERVED ${one}`,
      ]);
      expect(await historyOf({ resource: one.slice(0, -1) })).toEqual([]);
    });
  });

  describe('200, pages', () => {
    test('hold 100 events unless told', async () => {
      const word = unique('job');
      await clock.advance({ seconds: 1 });
      const from = wireTime(clock);
      for (const half of [1, 2]) {
        await holdfast.resources.reserve(
          Array.from({ length: 75 }, (_, index) => ({ requester: 'a', resource: `${word}/${half}/${index}` })),
        );
      }
      const first = await holdfast.resources.eventHistory({ from });
      expect(first.events).toHaveLength(100);
      expect(await holdfast.resources.eventHistory({ from, cursor: first.nextCursor! })).toMatchObject({
        events: { length: 50 },
        nextCursor: null,
      });
    });

    test('neither skip nor repeat an event while new ones happen', async () => {
      const resource = unique('job');
      for (let round = 0; round < 10; round++) {
        await unreserveOne(holdfast, await acquire(holdfast, { requester: `worker-${round}`, resource }));
      }
      const expected = (await holdfast.resources.eventHistory({ resource })).events;
      const seen = [];
      for await (const event of holdfast.resources.eventHistory({ resource, limit: 3 })) {
        seen.push(event);
        await unreserveOne(holdfast, await acquire(holdfast, { requester: 'another', resource }));
        if (seen.length % 4 === 0) await clock.advance({ milliseconds: 1 });
      }
      expect(seen).toEqual(expected);
    });
  });

  describe('200, the history window', () => {
    test('shows what is less than 90 days old, and nothing older, whether or not it has been deleted', async () => {
      const resource = unique('job');
      await acquire(holdfast, { requester: 'a', resource });
      await clock.advance({ milliseconds: 90 * millisecondsPerDay - 1 });
      await sweep();
      expect(await typesOf(resource)).toEqual(['RESERVED']);
      await clock.advance({ milliseconds: 1 });
      expect(await typesOf(resource)).toEqual([]);
      expect(await historyOf({ resource, from: wireTime(clock, -100 * 24 * 60 * 60) })).toEqual([]);
      await sweep();
      expect(await typesOf(resource)).toEqual([]);
      expect(await holdfast.resources.get(resource)).toMatchObject({ status: 'HELD' });
    });
  });

  scenario.describeGateway('400', () => {
    const refuse = async (query: Readonly<Record<string, string>>, ...fields: readonly string[]) => {
      const answer = await send('GET', `${path}?${new URLSearchParams(query).toString()}`);
      expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_request' } });
      expect(fieldsOf(answer)).toEqual(fields);
    };

    test.each([
      '2026-11-21',
      '2026-11-21T09:00:00',
      '2026-11-21T09:00:00+01:00',
      '2026-11-21T09:00:00-00:00',
      '2026-11-21 09:00:00Z',
      '2026-11-21t09:00:00z',
      '2026-02-30T09:00:00Z',
      '2026-13-01T09:00:00Z',
      '2026-11-21T24:00:00Z',
      '2026-11-21T09:00:60Z',
      '+002026-11-21T09:00:00Z',
      'yesterday',
      '1795253670000',
      '',
    ])('refuses the time %j', async (time) => {
      await refuse({ from: time }, 'query.from');
      await refuse({ to: time }, 'query.to');
    });

    test('refuses an empty span of time', async () => {
      const time = '2026-11-21T09:00:00Z';
      await refuse({ from: time, to: time }, 'query.to');
      await refuse({ from: time, to: '2026-11-21T08:59:59.999Z' }, 'query.to');
    });

    test.each(['reserved', 'EXPIRED', ''])('refuses the type %j', (type) => refuse({ type }, 'query.type'));
    test.each(['', 'a\nb', 'n'.repeat(257)])('refuses the resource %j', (resource) =>
      refuse({ resource }, 'query.resource'),
    );

    test('refuses the cursor of other filters', async () => {
      const resource = unique('job');
      await unreserveOne(holdfast, await acquire(holdfast, { requester: 'a', resource }));
      const { nextCursor } = await holdfast.resources.eventHistory({ resource, limit: 1 });
      await refuse({ cursor: nextCursor! }, 'query.cursor');
      await refuse({ resource, type: 'RESERVED', cursor: nextCursor! }, 'query.cursor');
    });
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path }));
});
