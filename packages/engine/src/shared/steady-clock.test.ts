import { beforeEach, expect, test } from 'vitest';

import { SteadyClock } from './steady-clock.ts';

const hourMs = 3_600_000;
const startMs = 1_800_000_000_000;

const machine = {
  aheadMs: 0,
  passedMs: 0,
  systemMs: () => startMs + machine.passedMs + machine.aheadMs,
  elapsedMs: () => machine.passedMs,
};

beforeEach(() => {
  Object.assign(machine, { aheadMs: 0, passedMs: 0 });
});

const steadyClock = () => new SteadyClock(machine, machine.systemMs());

/** Lets time pass, with a look at the clock every so often. */
function pass(clock: SteadyClock, milliseconds: number, everyMs = 500): number {
  for (let left = milliseconds; left > 0; left -= everyMs) {
    machine.passedMs += Math.min(everyMs, left);
    clock.now();
  }
  return clock.now();
}

test('is the time of day, for as long as nobody sets that', () => {
  const clock = steadyClock();
  expect(clock.now()).toBe(startMs);
  expect(pass(clock, 10 * hourMs, 60_000)).toBe(startMs + 10 * hourMs);
});

test.each([hourMs, -hourMs, 400 * 24 * hourMs])(
  'goes on at its own pace when the time of day is set by %i ms',
  (stepMs) => {
    const clock = steadyClock();
    pass(clock, 1_000);
    machine.aheadMs = stepMs;
    expect(clock.now()).toBe(startMs + 1_000);
    expect(Math.abs(pass(clock, 500) - startMs - 1_500)).toBeLessThanOrEqual(1);
    machine.aheadMs = 0;
    expect(Math.abs(pass(clock, 2_000) - startMs - 3_500)).toBeLessThanOrEqual(1);
  },
);

test('comes back to the time of day at half a millisecond a second', () => {
  const clock = steadyClock();
  machine.aheadMs = 10_000;
  expect(pass(clock, hourMs)).toBe(startMs + hourMs + 1_800);
  expect(pass(clock, 9 * hourMs)).toBe(startMs + 10 * hourMs + 10_000);
  machine.aheadMs = 9_000;
  expect(pass(clock, hourMs)).toBe(startMs + 11 * hourMs + 9_000);
});

test('is drawn no further by a time of day that is looked at after a long silence', () => {
  const clock = steadyClock();
  machine.aheadMs = hourMs;
  expect(pass(clock, 10 * hourMs, 10 * hourMs)).toBe(startMs + 10 * hourMs);
});

test('never runs backwards', () => {
  const clock = steadyClock();
  let latestMs = 0;
  for (const [passedMs, aheadMs] of [
    [1, 0],
    [-5, 3],
    [3, -hourMs],
    [0, hourMs],
    [1, -7],
  ] as const) {
    machine.passedMs += passedMs;
    machine.aheadMs = aheadMs;
    const nowMs = clock.now();
    expect(nowMs).toBeGreaterThanOrEqual(latestMs);
    latestMs = nowMs;
  }
});
