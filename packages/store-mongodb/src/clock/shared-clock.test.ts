import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import type { AgreedTime, SeenTime } from './clock-record.ts';
import { SharedClock } from './shared-clock.ts';
import type { SharedClockOptions } from './shared-clock.ts';

const hourMs = 3_600_000;
const startMs = 1_700_000_000_000;

/** The right time, and the one database with its clock. */
const world = { rightMs: 0, databaseAheadMs: 0, roundTripMs: 2, answeredAfter: 0.5, isAway: false, latestHeadMs: 0 };
let agreed: (AgreedTime & { readonly revision: number }) | undefined;
let clocks: SharedClock[];

const databaseNow = () => world.rightMs + world.databaseAheadMs;

async function roundTrip<T>(work: () => T): Promise<T> {
  if (world.isAway) throw new Error('away');
  world.rightMs += world.roundTripMs * world.answeredAfter;
  const answer = work();
  world.rightMs += world.roundTripMs * (1 - world.answeredAfter);
  return answer;
}

/** What the database does, each in one step. */
const record: SharedClockOptions['record'] = {
  look: (process, nowMs) =>
    roundTrip((): SeenTime | undefined => {
      if (agreed === undefined) return undefined;
      const processes = [...new Set([...agreed.processes, process])];
      agreed = { ...agreed, processes, toldMs: Math.max(agreed.toldMs, nowMs ?? 0) };
      return { ...agreed, databaseMs: databaseNow() };
    }),
  create: (first) => roundTrip(() => void (agreed ??= { ...first, revision: 0 })),
  correct: (revision, changed) =>
    roundTrip(() => {
      if (agreed?.revision !== revision) return false;
      const toldMs = Math.max(agreed.toldMs, changed.toldMs ?? 0);
      agreed = { ...agreed, ...changed, toldMs, revision: revision + 1 };
      return true;
    }),
  leave: (process) =>
    roundTrip(() => {
      if (agreed) agreed = { ...agreed, processes: agreed.processes.filter((each) => each !== process) };
    }),
  latestHead: () => roundTrip(() => world.latestHeadMs),
  databaseNow: () => roundTrip(databaseNow),
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearInterval', 'Date'] });
  Object.assign(world, {
    rightMs: startMs,
    databaseAheadMs: 0,
    roundTripMs: 2,
    answeredAfter: 0.5,
    isAway: false,
    latestHeadMs: 0,
  });
  agreed = undefined;
  clocks = [];
});

afterEach(() => {
  vi.useRealTimers();
});

/** Time passes, for the database and for all processes. */
async function pass(milliseconds: number): Promise<void> {
  for (const endMs = world.rightMs + milliseconds; world.rightMs < endMs;) {
    world.rightMs += 10;
    await vi.advanceTimersByTimeAsync(10);
  }
}

/** A process, whose own clock counts from some moment and misses what passes while its machine is halted. */
async function start({ takesSystemTime = false } = {}) {
  const own = { missedMs: Math.random() * hourMs };
  const clock = new SharedClock({
    record,
    machine: { elapsedMs: () => world.rightMs - own.missedMs },
    takesSystemTime,
  });
  const started = clock.start();
  started.then(
    () => clocks.push(clock),
    () => undefined,
  );
  for (let count = 0; count < 400 && !clocks.includes(clock); count += 1) {
    await pass(10);
    if (world.isAway) break;
  }
  await started;
  return Object.assign(clock, {
    halt(milliseconds: number) {
      world.rightMs += milliseconds;
      own.missedMs += milliseconds;
    },
  });
}

/** Ends all processes, as SIGKILL does. */
function killAll(): void {
  vi.clearAllTimers();
  clocks = [];
}

/** By how much the processes' time is ahead of the right one. */
const ahead = () => clocks.map((clock) => clock.now() - world.rightMs);

/** But for what measuring is wrong by, and what the time has been slewed meanwhile. */
function expectAhead(...expectedMs: readonly number[]): void {
  const differences = ahead().map((aheadMs, index) => Math.abs(aheadMs - expectedMs[index]!));
  expect(Math.max(...differences)).toBeLessThanOrEqual(20);
  expect(differences).toHaveLength(expectedMs.length);
}

describe('the time that processes share', () => {
  test("is the database's, whatever this machine takes the time to be", async () => {
    vi.setSystemTime(startMs + hourMs);
    const clock = await start();
    await start();
    await pass(60_000);
    expectAhead(0, 0);
    expect(Math.abs(clock.databaseNow() - databaseNow())).toBeLessThanOrEqual(2);
  });

  test.each([hourMs, -hourMs])(
    'goes on at its own pace when the database’s clock is set by %i ms, in all processes',
    async (stepMs) => {
      const [first, second] = [await start(), await start()];
      await pass(3_000);
      world.databaseAheadMs = stepMs;
      expectAhead(0, 0);
      for (let count = 0; count < 30; count += 1) {
        await pass(100);
        expectAhead(0, 0);
      }
      for (const clock of [first, second]) expect(Math.abs(clock.databaseNow() - databaseNow())).toBeLessThanOrEqual(5);
      world.databaseAheadMs = 0;
      await pass(3_000);
      expectAhead(0, 0);
    },
  );

  test.each([100, 500, 1_500])(
    'is the same for a process that starts %i ms after the clock was set',
    async (afterMs) => {
      await start();
      await pass(3_000);
      world.databaseAheadMs = hourMs;
      await pass(afterMs);
      await start();
      expectAhead(0, 0);
      world.databaseAheadMs = -hourMs;
      await pass(afterMs);
      await start();
      expectAhead(0, 0, 0);
      await pass(10_000);
      expectAhead(0, 0, 0);
    },
  );

  test('goes on through a restart of all, whether they were stopped or killed', async () => {
    const clock = await start();
    await pass(3_000);
    world.databaseAheadMs = hourMs;
    await pass(3_000);
    await clock.stop();
    killAll();
    await pass(20_000);
    await start();
    expectAhead(0);
    await pass(3_000);
    killAll();
    await pass(20_000);
    await Promise.all([start(), start()]);
    expectAhead(0, 0);
    killAll();
    world.databaseAheadMs = -hourMs;
    await start();
    expect(ahead()[0]).toBeLessThanOrEqual(0);
    expect(ahead()[0]).toBeGreaterThan(-6_000);
  });

  test('comes back to the database’s by half a millisecond a second, in all processes at once', async () => {
    await start();
    await start();
    await pass(3_000);
    world.databaseAheadMs = 10_000;
    await pass(2_000);
    expectAhead(0, 0);
    await pass(1_000_000);
    const [one = 0, other = 0] = ahead();
    expect(Math.abs(one - other)).toBeLessThanOrEqual(10);
    expect(one).toBeGreaterThan(400);
    expect(one).toBeLessThanOrEqual(510);
  });

  test('is that of the others for a process whose machine was halted', async () => {
    await start();
    const halted = await start();
    await pass(3_000);
    halted.halt(600_000);
    expect(ahead()[1]).toBeLessThan(-599_000);
    await pass(2_500);
    expectAhead(0, 0);
  });

  test('is later rather than earlier after the only process was halted', async () => {
    const halted = await start();
    await pass(3_000);
    halted.halt(60_000);
    await pass(10_000);
    expectAhead(-60_000);
  });

  test('goes on while the database is away, and on another primary with another clock', async () => {
    const clock = await start();
    await start();
    await pass(3_000);
    world.isAway = true;
    await pass(30_000);
    expectAhead(0, 0);
    Object.assign(world, { isAway: false, databaseAheadMs: 5_000 });
    clock.restart();
    await pass(1_500);
    expectAhead(0, 0);
    expect(Math.abs(clock.databaseNow() - databaseNow())).toBeLessThanOrEqual(60);
  });

  test('is measured by the quickest round trip', async () => {
    await start();
    Object.assign(world, { roundTripMs: 900, answeredAfter: 0.1 });
    await pass(20_000);
    expectAhead(0);
  });

  test('of a database from before there was an agreement goes on from the latest time of any partition', async () => {
    world.latestHeadMs = startMs + hourMs;
    await Promise.all([start(), start()]);
    const [one = 0, other = 0] = ahead();
    expect(Math.abs(one - hourMs)).toBeLessThanOrEqual(100);
    expect(Math.abs(one - other)).toBeLessThanOrEqual(20);
  });

  test('is the database’s again for all, when an operator wants that of one process', async () => {
    await start();
    await pass(3_000);
    world.databaseAheadMs = hourMs;
    await pass(3_000);
    expectAhead(0);
    await start({ takesSystemTime: true });
    await pass(2_500);
    expectAhead(hourMs, hourMs);
    world.databaseAheadMs = 0;
    await pass(2_500);
    const before = ahead();
    await start({ takesSystemTime: true });
    await pass(2_500);
    expectAhead(...before, hourMs);
  });

  test('never runs backwards', async () => {
    const clock = await start();
    let latestMs = 0;
    for (const aheadMs of [40, -40, 80, 0, -hourMs, 60, hourMs, -90]) {
      world.databaseAheadMs = aheadMs;
      for (let count = 0; count < 15; count += 1) {
        await pass(100);
        expect(clock.now()).toBeGreaterThanOrEqual(latestMs);
        latestMs = clock.now();
      }
    }
  });

  test('cannot be started without a database, and stops', async () => {
    world.isAway = true;
    await expect(start()).rejects.toThrow('away');
    world.isAway = false;
    const clock = await start();
    await clock.stop();
    expect(vi.getTimerCount()).toBe(0);
    expect(agreed?.processes).toEqual([]);
  });
});
