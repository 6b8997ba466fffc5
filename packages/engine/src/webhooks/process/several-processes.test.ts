import { describe, expect, test } from 'vitest';

import { byResource, createAnswer, createWorld, failing, ok, WebhookWorld } from '../testing/webhook-world.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

describe('several processes', () => {
  test('never make one attempt twice, nor two of a resource at the same time, and keep the order', async () => {
    const world = new WebhookWorld();
    for (let count = 0; count < 3; count += 1) world.start();
    await world.create('a');
    const underWay = new Set<string>();
    const overlaps: string[] = [];
    let seed = 1;
    const draw = (below: number) => (seed = (seed * 7_919) % 104_729) % below;
    world.turnsOfCommit = () => draw(40);
    world.answer = async ({ request }) => {
      const { resource } = JSON.parse(request.body) as { resource: string };
      if (underWay.has(resource)) overlaps.push(resource);
      underWay.add(resource);
      for (let turns = draw(50); turns > 0; turns -= 1) await undefined;
      underWay.delete(resource);
      return draw(5) === 0 ? failing : ok;
    };
    for (let round = 0; round < 40; round += 1) {
      await world.happen(...Array.from({ length: 5 }, (_, index) => `room-${(round + index) % 7}`));
      // So long that another process may look after the endpoint, and one of them tends first.
      if (round % 4 === 0) await world.passAndSend(6 * second);
      if (round % 4 === 0) world.processes.push(world.processes.shift()!);
    }
    await world.passAndSend(300 * hour);
    expect(overlaps).toEqual([]);
    const deliveries = await world.deliveries('a');
    expect(deliveries.map(({ status }) => status)).toEqual(Array.from({ length: 200 }, () => 'delivered'));
    // As often as the records say, so none was made and lost.
    expect(world.received).toHaveLength(deliveries.flatMap(({ attempts }) => attempts).length);
    for (const numbers of byResource(world.received).values()) {
      expect(numbers).toEqual(numbers.toSorted((left, right) => left - right));
    }
    const shares = world.processes.map((_, index) => world.received.filter(({ process }) => process === index).length);
    expect(Math.min(...shares)).toBeGreaterThan(10);
  });

  test('a crash between a delivery and its record leads to a second one, with the same id, when the lease is over', async () => {
    const world = await createWorld();
    const beginMs = world.environment.nowMs;
    const [first] = world.processes;
    world.answer = () => {
      if (world.received.length === 1) first?.kill();
      return ok;
    };
    await world.happen('room', 'room');
    await world.settle();
    world.processes.splice(0, 1);
    world.start();
    await world.passAndSend(59 * second);
    expect(world.received).toHaveLength(1);
    await world.passAndSend(10 * second);
    expect(world.received.map(({ id, atMs }) => [id, atMs - beginMs])).toEqual([
      ['t.live.1', 0],
      ['t.live.1', 60 * second],
      ['t.live.2', 60 * second],
    ]);
  });

  test('do not make an attempt that another has under way before its lease is over; what comes later is dropped', async () => {
    const world = new WebhookWorld();
    const [one, other] = [world.start(), world.start()];
    await world.create('a');
    const hanging = createAnswer();
    world.answer = () => (world.received.length === 1 ? hanging.answer : ok);
    await world.happen('room');
    await world.until(() => world.received.length === 1);
    const [another] = world.received[0]?.process === 0 ? [other] : [one];
    const tendAfter = async (milliseconds: number) => {
      world.pass(milliseconds);
      await another?.sender.tend();
      await another?.sender.idle();
    };
    await tendAfter(6 * second);
    await tendAfter(53 * second);
    expect(world.received).toHaveLength(1);
    await tendAfter(2 * second);
    expect(world.received.map(({ id }) => id)).toEqual(['t.live.1', 't.live.1']);
    hanging.give(failing);
    await world.settle();
    const [delivery] = await world.deliveries('a');
    expect(delivery).toMatchObject({ status: 'delivered', attempts: [{ status: 204 }] });
  });

  test('one of them looks after an endpoint, and another does within seconds when that one dies', async () => {
    const world = new WebhookWorld();
    const processes = [world.start(), world.start()];
    await world.create('a');
    for (let count = 0; count < 5; count += 1) {
      await world.happen('room');
      await world.passAndSend(second);
    }
    const [keeper, ...others] = new Set(world.received.map(({ process }) => process));
    expect(others).toEqual([]);
    processes[keeper!]?.kill();
    world.processes.splice(keeper!, 1);
    await world.happen('room');
    await world.passAndSend(3 * second);
    expect(world.numbersAt('a')).toEqual([1, 2, 3, 4, 5]);
    await world.passAndSend(5 * second);
    expect(world.numbersAt('a')).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('what a process could not write down for a moment it writes down later, and nothing is sent twice', async () => {
    const world = await createWorld();
    world.answer = () => {
      world.isAway = true;
      return ok;
    };
    await world.happen('room');
    await world.settle();
    world.isAway = false;
    world.answer = () => ok;
    await world.passAndSend(hour);
    expect(world.received).toHaveLength(1);
    expect(await world.deliveries('a')).toMatchObject([{ status: 'delivered' }]);
  });

  test('a process that stood still while it took something does not send it any more', async () => {
    const world = await createWorld();
    const [first] = world.processes;
    world.afterCommit = () => world.pass(50 * second);
    await world.happen('room');
    await first?.sender.idle();
    expect(world.received).toEqual([]);
    world.afterCommit = () => {};
    await world.passAndSend(minute);
    expect(world.received).toHaveLength(1);
  });

  test('a process that ends finishes what is under way, writes it down and begins nothing', async () => {
    const world = await createWorld();
    const hanging = createAnswer();
    world.answer = () => hanging.answer;
    await world.happen('room', 'room');
    await world.until(() => world.received.length === 1);
    const ended = world.processes[0]?.sender.end();
    hanging.give(ok);
    await ended;
    await world.happen('other');
    await world.settle();
    expect(world.received).toHaveLength(1);
    expect((await world.deliveries('a')).map(({ status }) => status)).toEqual(['delivered', 'pending']);
  });
});
