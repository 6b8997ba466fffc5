import { beforeEach, describe, expect, test } from 'vitest';

import { createOwner, Scheduler } from './scheduler.ts';
import { Trace } from './trace.ts';

let scheduler: Scheduler;
let happened: string[];

beforeEach(() => {
  scheduler = new Scheduler(new Trace(false));
  happened = [];
});

const runAll = () => scheduler.runUntil(() => false, Number.POSITIVE_INFINITY);
const happens = (what: string) => () => void happened.push(what);

describe('what is to happen', () => {
  test('happens in the order of its times, and nothing at the same time', async () => {
    const owner = createOwner('somebody');
    const times: number[] = [];
    for (const delayMs of [30, 10, 20, 10, 0, 25, 5, 10]) {
      scheduler.after(delayMs, owner, 'something', () => {
        happened.push(String(delayMs));
        times.push(scheduler.nowMs);
      });
    }
    await runAll();
    expect(happened).toEqual(['0', '5', '10', '10', '10', '20', '25', '30']);
    expect(new Set(times).size).toBe(8);
  });

  test('happens when all promises of what went before have settled, however many follow from one another', async () => {
    const owner = createOwner('somebody');
    const chain = async () => {
      for (let step = 0; step < 100; step += 1) await Promise.resolve();
      happened.push('the end of the first');
    };
    scheduler.after(0, owner, 'first', () => void chain());
    scheduler.after(0, owner, 'second', happens('second'));
    await runAll();
    expect(happened).toEqual(['the end of the first', 'second']);
  });

  test('does not happen to the dead, and waits for whoever is busy', async () => {
    const dead = createOwner('dead');
    const busy = createOwner('busy');
    const other = createOwner('other');
    scheduler.after(10, dead, 'never', happens('never'));
    scheduler.after(10, busy, 'late', happens('late'));
    scheduler.after(20, other, 'in time', happens('in time'));
    dead.isDead = true;
    busy.busyUntilMs = 50;
    await runAll();
    expect(happened).toEqual(['in time', 'late']);
    expect(scheduler.nowMs).toBe(50);
  });

  test('can be called off', async () => {
    const cancel = scheduler.after(10, createOwner('somebody'), 'never', happens('never'));
    cancel();
    await runAll();
    expect(happened).toEqual([]);
  });

  test('is left when it is done, or too late', async () => {
    const owner = createOwner('somebody');
    for (const delayMs of [10, 20, 30]) scheduler.after(delayMs, owner, 'something', happens(String(delayMs)));
    expect(await scheduler.runUntil(() => happened.length === 1, Number.POSITIVE_INFINITY)).toBe(true);
    expect(await scheduler.runUntil(() => false, 25)).toBe(false);
    expect(happened).toEqual(['10', '20']);
  });
});
