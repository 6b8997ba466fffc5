import { describe, expect, test } from 'vitest';

import { byResource, createAnswer, createWorld, failing, ok, WebhookWorld } from '../testing/webhook-world.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

describe('a delivery', () => {
  test('is the event with its number, at once, under an id that no other environment uses', async () => {
    const world = await createWorld();
    await world.happen('room');
    await world.settle();
    expect(world.received).toMatchObject([{ id: 't.live.1', url: 'https://a.example', request: { live: true } }]);
    const { body } = world.received[0]!.request;
    expect(JSON.parse(body)).toEqual({ id: '1', number: 1, type: 'RESERVED', resource: 'room' });
    await world.passAndSend(100 * hour);
    expect(world.received).toHaveLength(1);
  });

  test('is attempted by the schedule, and dead after the tenth time', async () => {
    const world = await createWorld();
    world.answer = () => failing;
    const beginMs = world.environment.nowMs;
    await world.happen('room');
    await world.passAndSend(300 * hour);
    const waits = world.received.map(({ atMs }, index) => atMs - (world.received[index - 1]?.atMs ?? beginMs));
    expect(waits).toEqual([
      0,
      5 * second,
      5 * minute,
      30 * minute,
      2 * hour,
      5 * hour,
      10 * hour,
      14 * hour,
      20 * hour,
      24 * hour,
    ]);
    expect(new Set(world.received.map(({ id }) => id))).toEqual(new Set(['t.live.1']));
    const [delivery] = await world.deliveries('a');
    expect(delivery).toMatchObject({ status: 'dead', dueAtMs: null });
    expect(delivery?.attempts.map(({ status, body }) => [status, body])).toEqual(
      Array.from({ length: 10 }, () => [500, 'broken']),
    );
  });

  test.each([
    ['seconds', '3600', hour],
    ['a time', 'Thu, 01 Jan 2026 01:00:00 GMT', hour],
    ['less than the schedule has', '1', 5 * second],
    ['more than a day', '9999999', 24 * hour],
    ['nonsense', 'soon', 5 * second],
  ])('heeds Retry-After: %s', async (_what, retryAfter, expectedMs) => {
    const world = await createWorld();
    world.answer = () => (world.received.length === 1 ? { status: 503, body: '', retryAfter } : ok);
    const beginMs = world.environment.nowMs;
    await world.happen('room');
    await world.passAndSend(48 * hour);
    expect(world.received.map(({ atMs }) => atMs - beginMs)).toEqual([0, expectedMs]);
  });

  test('that gets no answer is attempted again, and says why', async () => {
    const world = await createWorld();
    world.answer = () => {
      throw new Error('connect ECONNREFUSED');
    };
    await world.happen('room');
    await world.settle();
    const [delivery] = await world.deliveries('a');
    expect(delivery).toMatchObject({ status: 'pending', failures: 1 });
    expect(delivery?.attempts).toMatchObject([{ status: null, body: null, error: expect.stringContaining('REFUSED') }]);
  });
});

describe('the order', () => {
  test('is that of the events for each resource; others do not wait', async () => {
    const world = await createWorld();
    world.answer = ({ request }) => (request.body.includes('stuck') && world.environment.nowMs < endMs ? failing : ok);
    const endMs = world.environment.nowMs + 12 * hour;
    for (let round = 0; round < 5; round += 1) await world.happen('stuck', 'free', 'stuck');
    await world.settle();
    const { received } = world;
    expect(byResource(received).get('free')).toEqual([2, 5, 8, 11, 14]);
    await world.passAndSend(11 * hour);
    // One attempt a step for the resource, and not for each of its events.
    expect(byResource(received).get('stuck')).toEqual([1, 1, 1, 1, 1, 1]);
    await world.passAndSend(24 * hour);
    expect(byResource(received).get('stuck')?.slice(6)).toEqual([1, 3, 4, 6, 7, 9, 10, 12, 13, 15]);
  });

  test('goes on behind what is dead', async () => {
    const world = await createWorld();
    world.answer = ({ number }) => (number === 1 ? failing : ok);
    await world.happen('room', 'room');
    await world.passAndSend(300 * hour);
    expect(world.numbersAt('a')).toEqual([...Array.from({ length: 10 }, () => 1), 2]);
  });

  test('holds for what is about nobody, which waits for nobody', async () => {
    const world = await createWorld();
    world.answer = ({ number }) => (number === 1 ? failing : ok);
    await world.happened([
      { type: 'key.created', customer_id: null },
      { type: 'key.revoked', customer_id: null },
    ]);
    await world.settle();
    expect(world.numbersAt('a')).toEqual([1, 2]);
  });

  test('a receiver that is down for a day loses nothing, and what is slow or down delays no other endpoint', async () => {
    const world = await createWorld();
    await world.create('b');
    const endMs = world.environment.nowMs + 24 * hour;
    world.answer = ({ url, atMs }) => (url.includes('//a.') && atMs < endMs ? failing : ok);
    const resources = ['x', 'y', 'z'];
    for (let round = 0; round < 24; round += 1) {
      await world.happen(...resources);
      await world.settle();
      expect(world.numbersAt('b').length).toBe(3 * (round + 1));
      await world.passAndSend(hour);
    }
    const attempts = world.received.filter(({ url }) => url.includes('//a.'));
    // By the schedule there are seven attempts within 17.6 hours, and the eighth comes after 31.6.
    expect(attempts).toHaveLength(7 * resources.length);
    await world.passAndSend(24 * hour);
    const delivered = byResource(world.received.filter(({ url, atMs }) => url.includes('//a.') && atMs >= endMs));
    resources.forEach((resource, index) => {
      expect(delivered.get(resource)).toEqual(Array.from({ length: 24 }, (_, round) => 3 * round + index + 1));
    });
  });

  test('an endpoint that does not answer takes four attempts of a process, and no other endpoint waits for it', async () => {
    const world = await createWorld();
    await world.create('b');
    const hanging = createAnswer();
    world.answer = ({ url }) => (url.includes('//a.') ? hanging.answer : ok);
    for (let count = 0; count < 20; count += 1) {
      await world.happen(`room-${count}`);
      await world.processes[0]?.sender.tend();
    }
    await world.until(() => world.numbersAt('b').length === 20);
    expect(world.numbersAt('a')).toHaveLength(4);
    hanging.give(ok);
    await world.settle();
    expect(world.numbersAt('a')).toHaveLength(20);
  });

  test('endpoints that fail share their part of a process, in turn, and the others have theirs', async () => {
    const world = new WebhookWorld();
    world.start();
    const ids = Array.from({ length: 16 }, (_, index) => `slow-${index}`);
    for (const id of ids) await world.create(id);
    await world.create('swift');
    world.answer = ({ url }) => (url.includes('slow') ? failing : ok);
    await world.happen('first');
    await world.settle();
    const hanging = createAnswer();
    world.answer = ({ url }) => (url.includes('slow') ? hanging.answer : ok);
    world.received.length = 0;
    await world.happen(...Array.from({ length: 20 }, (_, index) => `room-${index}`));
    await world.until(() => world.numbersAt('swift').length === 20);
    expect(world.received.filter(({ url }) => url.includes('slow'))).toHaveLength(32);
    hanging.give(ok);
    await world.settle();
    for (const id of ids) expect(world.numbersAt(id)).toHaveLength(20);
  });
});

test('with 100,000 events undelivered, a step reads a bounded part of them', async () => {
  const world = await createWorld();
  await world.keepUndelivered('a', 100_000);
  world.rowsRead = 0;
  world.answer = () => failing;
  await world.happen('one more');
  await world.processes[0]?.sender.tend();
  await world.processes[0]?.sender.idle();
  expect(world.received).toHaveLength(1);
  // Two steps, to take it and to write down what came of it.
  expect(world.rowsRead).toBeLessThan(200);
});
