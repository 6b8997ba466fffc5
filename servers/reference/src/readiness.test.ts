import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';

import { Readiness } from './readiness.ts';

afterEach(() => {
  vi.useRealTimers();
});

function createReadiness(checkWritable: () => Promise<void>) {
  const state = { elapsedMs: 0, isRunning: true };
  const readiness = new Readiness({
    store: { checkWritable },
    logger: pino({ level: 'silent' }),
    elapsedMs: () => state.elapsedMs,
    isRunning: () => state.isRunning,
  });
  return { state, readiness };
}

test('asks the store once a second at most', async () => {
  const checkWritable = vi.fn(async () => undefined);
  const { state, readiness } = createReadiness(checkWritable);
  expect(await Promise.all([readiness.isReady(), readiness.isReady()])).toEqual([true, true]);
  state.elapsedMs = 999;
  await readiness.isReady();
  expect(checkWritable).toHaveBeenCalledTimes(1);
  state.elapsedMs = 1_000;
  checkWritable.mockRejectedValueOnce(new Error('The disk is full.'));
  expect(await readiness.isReady()).toBe(false);
  state.elapsedMs = 2_000;
  expect(await readiness.isReady()).toBe(true);
});

test('is not ready before the start is over and once the server stops', async () => {
  const { state, readiness } = createReadiness(async () => undefined);
  state.isRunning = false;
  expect(await readiness.isReady()).toBe(false);
});

test('is not ready when the store says nothing for two seconds', async () => {
  vi.useFakeTimers();
  const { readiness } = createReadiness(() => new Promise(() => undefined));
  const answer = readiness.isReady();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await answer).toBe(false);
});
