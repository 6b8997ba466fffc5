import { existsSync } from 'node:fs';

import { beforeEach, expect, test } from 'vitest';

import { createMachineClock } from './machine-clock.ts';
import type { ClockSources } from './machine-clock.ts';

const hourMs = 3_600_000;
const world = { monotonicMs: 0, suspendedMs: 0, setAheadMs: 0, containerMs: 0, bootId: 'one' as string | undefined };

const sources: ClockSources = {
  systemMs: () => 1_800_000_000_000 + world.monotonicMs + world.suspendedMs + world.setAheadMs,
  monotonicMs: () => world.monotonicMs,
  uptimeMs: () => 10_000 + world.monotonicMs + world.suspendedMs - world.containerMs,
  uptimeAtStartMs: () => 10_000 + world.monotonicMs + world.suspendedMs,
  bootId: () => world.bootId,
};

beforeEach(() => {
  Object.assign(world, { monotonicMs: 0, suspendedMs: 0, setAheadMs: 0, containerMs: 0, bootId: 'one' });
});

test('counts from the start of the machine, in this process and in the next', () => {
  const clock = createMachineClock(sources);
  world.monotonicMs += 5_000;
  expect([clock.bootId, clock.elapsedMs()]).toEqual(['one', 15_000]);
  expect(createMachineClock(sources).elapsedMs()).toBe(15_000);
});

test('counts what the machine was suspended, at the first look after it', () => {
  const clock = createMachineClock(sources);
  world.monotonicMs += 100;
  world.suspendedMs = hourMs;
  expect(clock.elapsedMs()).toBe(10_100 + hourMs);
});

test('heeds neither a time of day that is set nor a monotonic clock that somebody sets after all', () => {
  const clock = createMachineClock(sources);
  world.setAheadMs = hourMs;
  expect(clock.elapsedMs()).toBe(10_000);
  const { uptimeMs } = sources;
  const faked = { ...sources, uptimeMs: () => uptimeMs()! - (world.monotonicMs > hourMs ? hourMs : 0) };
  const other = createMachineClock(faked);
  world.monotonicMs += hourMs + 100;
  expect(other.elapsedMs()).toBe(10_100);
});

test('counts from the start of the machine also in a container that shows its own', () => {
  world.containerMs = 9_000;
  world.monotonicMs = 7_000;
  const clock = createMachineClock(sources);
  world.suspendedMs = hourMs;
  expect(clock.elapsedMs()).toBe(17_000 + hourMs);
});

test('names no start of the machine where it can’t tell how long ago that was', () => {
  expect(createMachineClock({ ...sources, uptimeMs: () => undefined }).bootId).toBeUndefined();
  expect(createMachineClock({ ...sources, uptimeAtStartMs: () => undefined }).bootId).toBeUndefined();
  world.bootId = undefined;
  const clock = createMachineClock(sources);
  world.monotonicMs += 5;
  expect([clock.bootId, clock.elapsedMs()]).toEqual([undefined, 5]);
});

test('counts real time here, on Linux from the start of the machine', () => {
  const clock = createMachineClock();
  expect(clock.bootId !== undefined).toBe(
    existsSync('/proc/self/stat') && existsSync('/proc/sys/kernel/random/boot_id'),
  );
  const [before, after] = [clock.elapsedMs(), clock.elapsedMs()];
  expect(after).toBeGreaterThanOrEqual(before);
  if (clock.bootId !== undefined) expect(after).toBeGreaterThan(performance.now());
});
