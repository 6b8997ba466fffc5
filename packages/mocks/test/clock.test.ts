import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { createHoldfastMock } from '../src/index.ts';
import { baseUrl, Client } from './client.ts';

const start = Date.parse('2026-01-01T00:00:00.000Z');

describe('a manual clock', () => {
  const mock = createHoldfastMock({ baseUrl });
  const client = new Client(mock.fetch);

  beforeEach(() => mock.reset());

  test('stands still, and moves by what it is told', async () => {
    expect(mock.clock.now()).toBe(start);
    await mock.clock.advance(1);
    await mock.clock.advance({ milliseconds: 10 });
    await mock.clock.advance({ seconds: 1, milliseconds: 100 });
    expect(mock.clock.now()).toBe(start + 1_111);
    await mock.clock.set('2026-01-02T00:00:00Z');
    await mock.clock.set(new Date('2026-01-03T00:00:00Z'));
    await mock.clock.set(Date.parse('2026-01-04T00:00:00Z'));
    expect(new Date(mock.clock.now()).toISOString()).toBe('2026-01-04T00:00:00.000Z');
  });

  test('starts when it is told to', async () => {
    const later = createHoldfastMock({ baseUrl, startAt: '2030-06-01T12:00:00Z' });
    expect(
      await new Client(later.fetch).reserve({ requester: 'alice', resource: 'room', ttlSeconds: 1 }),
    ).toMatchObject({
      expiresAt: '2030-06-01T12:00:01.000Z',
    });
  });

  test('never runs backwards', async () => {
    await expect(mock.clock.set(start - 1)).rejects.toThrow(RangeError);
    await mock.clock.set(start);
  });

  test.each([-1, Number.NaN, 0.5, { seconds: -1 }, { minutes: 1 } as never])(
    'refuses %j as a length of time',
    async (by) => {
      await expect(mock.clock.advance(by)).rejects.toThrow(TypeError);
      expect(mock.clock.now()).toBe(start);
    },
  );

  test.each(['yesterday', Number.NaN, -1])('refuses %j as a time', async (to) => {
    await expect(mock.clock.set(to)).rejects.toThrow(TypeError);
    expect(() => createHoldfastMock({ startAt: to })).toThrow(TypeError);
  });

  test('keeps a lock until the very moment of its expiry, and no longer', async () => {
    await client.reserve({ requester: 'alice', resource: 'room', ttlSeconds: 60 });
    await mock.clock.advance(59_999);
    expect(await client.reserve({ requester: 'bob', resource: 'room' })).toMatchObject({ status: 'ALREADY_HELD' });
    await mock.clock.advance(1);
    expect(await client.reserve({ requester: 'bob', resource: 'room' })).toMatchObject({ status: 'ACQUIRED' });
  });

  test('announces what lapses, each at its own time, once', async () => {
    await client.reserve({ requester: 'alice', resource: 'short', ttlSeconds: 10 });
    await client.reserve({ requester: 'alice', resource: 'long', ttlSeconds: 30 });
    await client.reserve({ requester: 'alice', resource: 'also-short', ttlSeconds: 10 });
    await client.reserve({ requester: 'alice', resource: 'for-ever' });
    await mock.clock.advance({ seconds: 3_600 });
    await mock.clock.advance({ seconds: 3_600 });
    expect((await client.events()).filter((event) => event.startsWith('RESERVATION_EXPIRED')).sort()).toEqual([
      'RESERVATION_EXPIRED also-short 2026-01-01T00:00:10.000Z',
      'RESERVATION_EXPIRED long 2026-01-01T00:00:30.000Z',
      'RESERVATION_EXPIRED short 2026-01-01T00:00:10.000Z',
    ]);
  });

  test('announces an expiry at the moment itself', async () => {
    await client.reserve({ requester: 'alice', resource: 'room', ttlSeconds: 10 });
    await mock.clock.advance(9_999);
    expect(await client.events()).toHaveLength(1);
    await mock.clock.advance(1);
    expect(await client.events()).toContain('RESERVATION_EXPIRED room 2026-01-01T00:00:10.000Z');
  });

  test('announces thousands of expiries on the way', async () => {
    const reservations = Array.from({ length: 2_500 }, (_, index) => ({
      requester: 'alice',
      resource: `room-${index}`,
      ttlSeconds: 1 + (index % 2),
    }));
    await mock.seed({ reservations });
    await mock.clock.advance({ seconds: 2 });
    const free = await client.send('GET', '/api/v1/Reservation?limit=1000');
    expect(free.json).toEqual({ reservations: [], nextCursor: null });
    const { json } = await client.send('GET', '/api/v1/events/history?type=RESERVATION_EXPIRED&limit=1000');
    expect((json as { events: unknown[] }).events).toHaveLength(1_000);
  });
});

describe('the system clock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: start });
  });
  afterEach(() => vi.useRealTimers());

  test('passes by itself, and announces what lapsed at its time', async () => {
    const mock = createHoldfastMock({ baseUrl, clock: 'system' });
    const client = new Client(mock.fetch);
    await client.reserve({ requester: 'alice', resource: 'room', ttlSeconds: 10 });
    vi.setSystemTime(start + 60_000);
    expect(mock.clock.now()).toBe(start + 60_000);
    expect(await client.reserve({ requester: 'bob', resource: 'room' })).toMatchObject({ status: 'ACQUIRED' });
    expect(await client.events()).toEqual([
      'RESERVED room 2026-01-01T00:00:00.000Z',
      'RESERVATION_EXPIRED room 2026-01-01T00:00:10.000Z',
      'RESERVED room 2026-01-01T00:01:00.000Z',
    ]);
  });

  test('can be advanced as well, until the mock is reset', async () => {
    const mock = createHoldfastMock({ baseUrl, clock: 'system' });
    await mock.clock.advance({ seconds: 60 });
    expect(mock.clock.now()).toBe(start + 60_000);
    await mock.reset();
    expect(mock.clock.now()).toBe(start);
  });

  test('can be set back without harm', async () => {
    const mock = createHoldfastMock({ baseUrl, clock: 'system' });
    const client = new Client(mock.fetch);
    vi.setSystemTime(start + 5_000);
    await client.reserve({ requester: 'alice', resource: 'one' });
    vi.setSystemTime(start);
    await client.reserve({ requester: 'alice', resource: 'two' });
    expect(await client.events()).toEqual([
      'RESERVED one 2026-01-01T00:00:05.000Z',
      'RESERVED two 2026-01-01T00:00:05.000Z',
    ]);
  });

  test('starts now, and not when one likes', () => {
    expect(() => createHoldfastMock({ clock: 'system', startAt: 0 })).toThrow('manual');
    expect(() => createHoldfastMock({ clock: 'sundial' as never })).toThrow('sundial');
  });
});
