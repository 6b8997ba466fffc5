import { describe, expect, test } from 'vitest';

import { byResource, createWorld, failing, ok, WebhookWorld } from '../testing/webhook-world.ts';

const second = 1_000;
const hour = 3_600 * second;

describe('dead and past events', () => {
  test('a dead delivery is attempted again ten times; one that waits comes when its resource is through', async () => {
    const world = await createWorld();
    world.answer = () => failing;
    await world.happen('room');
    await world.passAndSend(300 * hour);
    await world.retry('a', 1);
    await world.passAndSend(300 * hour);
    expect(world.received).toHaveLength(20);
    world.answer = () => ok;
    await world.retry('a', 1);
    await world.passAndSend(hour);
    expect(world.numbersAt('a')).toHaveLength(21);
    expect(await world.deliveries('a')).toMatchObject([{ status: 'delivered' }]);
    expect((await world.deliveries('a'))[0]?.attempts).toHaveLength(10);
  });

  test('a retry makes what waits for its next step due at once', async () => {
    const world = await createWorld();
    world.answer = () => failing;
    await world.happen('room');
    await world.passAndSend(hour);
    const before = world.received.length;
    world.answer = () => ok;
    await world.retry('a', 1);
    await world.settle();
    expect(world.received).toHaveLength(before + 1);
  });

  test('are sent again in order, each once, however large the log is; those that are pending are not', async () => {
    const world = await createWorld();
    for (let count = 0; count < 100; count += 1) await world.happen('x', 'y', 'z', 'x', 'y', 'z', 'x');
    await world.settle();
    world.received.length = 0;
    world.answer = () => failing;
    await world.happen('down');
    await world.settle();
    world.answer = () => ok;
    expect(await world.replay('a', { after: 350 })).toBe(350);
    world.received.length = 0;
    await world.settle();
    const numbers = [...byResource(world.received).values()];
    for (const each of numbers) expect(each).toEqual(each.toSorted((left, right) => left - right));
    const all = numbers.flat().toSorted((left, right) => left - right);
    expect(all).toEqual(Array.from({ length: 350 }, (_, index) => 351 + index));
  });

  test('what an endpoint has not come to yet is left to come, once', async () => {
    const world = new WebhookWorld();
    await world.create('a');
    await world.happen('room', 'room');
    expect(await world.replay('a', { after: 0 })).toBe(0);
    world.start();
    await world.settle();
    expect(world.numbersAt('a')).toEqual([1, 2]);
    expect(await world.replay('a', { after: 1 })).toBe(1);
  });

  test('of a time, or only those that are dead', async () => {
    const world = await createWorld();
    world.answer = ({ number }) => (number % 2 === 0 ? failing : ok);
    const times: number[] = [];
    for (let count = 1; count <= 6; count += 1) {
      times.push(world.environment.nowMs);
      await world.happen(`room-${count}`);
      await world.passAndSend(second);
    }
    await world.passAndSend(300 * hour);
    world.answer = () => ok;
    world.received.length = 0;
    expect(await world.replay('a', { fromMs: times[2]!, toMs: times[4]! })).toBe(2);
    await world.settle();
    expect(world.numbersAt('a').toSorted()).toEqual([3, 4]);
    world.received.length = 0;
    expect(await world.replay('a', { onlyDead: true })).toBe(2);
    await world.settle();
    expect(world.numbersAt('a').toSorted()).toEqual([2, 6]);
  });
});
