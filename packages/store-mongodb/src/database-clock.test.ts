import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DatabaseClock } from './database-clock.ts';

const hourMs = 3_600_000;

/** A database whose clock and distance a test sets, and a monotonic clock that goes on only when a test says so. */
const world = { monotonicMs: 0, databaseAheadMs: 0, roundTripMs: 2, isAway: false };

async function askTime(): Promise<number> {
  if (world.isAway) throw new Error('away');
  world.monotonicMs += world.roundTripMs / 2;
  const answer = world.monotonicMs + world.databaseAheadMs;
  world.monotonicMs += world.roundTripMs / 2;
  return answer;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  vi.spyOn(performance, 'now').mockImplementation(() => world.monotonicMs);
  Object.assign(world, { monotonicMs: 1_000, databaseAheadMs: 1_700_000_000_000, roundTripMs: 2, isAway: false });
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

async function startedClock(): Promise<DatabaseClock> {
  const clock = new DatabaseClock(askTime);
  await clock.start();
  return clock;
}

const databaseNow = (): number => world.monotonicMs + world.databaseAheadMs;

describe('the database clock', () => {
  test("is the database's, whatever this machine takes the time to be", async () => {
    vi.setSystemTime(1_700_000_000_000 + hourMs);
    const clock = await startedClock();
    expect(clock.now()).toBe(databaseNow());
    vi.setSystemTime(1_700_000_000_000 - hourMs);
    world.monotonicMs += 250;
    expect(clock.now()).toBe(databaseNow());
  });

  test('is measured in the middle of the round trip, and by the quickest one', async () => {
    const clock = await startedClock();
    world.roundTripMs = 900;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(clock.now()).toBe(databaseNow());
  });

  test('follows a clock that is set, within seconds, and one that drifts', async () => {
    const clock = await startedClock();
    world.databaseAheadMs += hourMs;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(clock.now()).toBe(databaseNow());
    for (let round = 0; round < 100; round += 1) {
      world.databaseAheadMs -= 1;
      world.monotonicMs += 5_000;
      await vi.advanceTimersByTimeAsync(5_000);
      expect(Math.abs(clock.now() - databaseNow())).toBeLessThanOrEqual(2);
    }
  });

  test('goes on while the database is away, and asks the new primary as soon as there is one', async () => {
    const clock = await startedClock();
    const before = databaseNow();
    world.isAway = true;
    world.monotonicMs += 60_000;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(clock.now()).toBe(before + 60_000);

    world.isAway = false;
    world.roundTripMs = 40;
    world.databaseAheadMs += 7;
    clock.restart();
    await vi.advanceTimersByTimeAsync(0);
    expect(clock.now()).toBe(databaseNow());
  });

  test('cannot be started without a database, and stops', async () => {
    world.isAway = true;
    await expect(new DatabaseClock(askTime).start()).rejects.toThrow('away');
    world.isAway = false;
    const clock = await startedClock();
    clock.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
