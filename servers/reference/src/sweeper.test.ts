import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { Sweeper } from './sweeper.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function createSweeper(sweep: () => Promise<boolean>) {
  const lines: string[] = [];
  const logger = pino(
    { base: null, timestamp: false },
    { write: (line: string) => void lines.push(JSON.parse(line).msg) },
  );
  const metrics = { succeeded: vi.fn(), failed: vi.fn() };
  return { lines, metrics, sweeper: new Sweeper({ sweep, logger, metrics, random: () => 0.5 }) };
}

test('sweeps every half second until nothing more is due', async () => {
  const sweep = vi
    .fn(async () => false)
    .mockResolvedValueOnce(true)
    .mockResolvedValueOnce(true);
  const { sweeper, metrics } = createSweeper(sweep);
  sweeper.start();
  await vi.advanceTimersByTimeAsync(499);
  expect(sweep).toHaveBeenCalledTimes(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(sweep).toHaveBeenCalledTimes(3);
  await vi.advanceTimersByTimeAsync(500);
  expect(sweep).toHaveBeenCalledTimes(4);
  expect(metrics.succeeded).toHaveBeenCalledTimes(2);
  await sweeper.stop();
});

test('never sweeps twice at the same time', async () => {
  let running = 0;
  let most = 0;
  const { sweeper } = createSweeper(async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    running -= 1;
    return false;
  });
  sweeper.start();
  const asked = [sweeper.sweep(), sweeper.sweep()];
  await vi.advanceTimersByTimeAsync(12_000);
  await Promise.all(asked);
  expect(most).toBe(1);
  const stopped = sweeper.stop();
  await vi.advanceTimersByTimeAsync(3_000);
  await stopped;
});

test('goes on after an outage, less often and at most 2 s late, and logs its beginning and its end', async () => {
  const sweep = vi.fn(async () => false);
  for (let failure = 0; failure < 5; failure += 1) sweep.mockRejectedValueOnce(new Error('the disk is full'));
  const { sweeper, lines, metrics } = createSweeper(sweep);
  sweeper.start();
  await vi.advanceTimersByTimeAsync(500 + 1_000 + 2_000 + 2_000 + 2_000);
  expect(sweep).toHaveBeenCalledTimes(5);
  expect(metrics.failed).toHaveBeenCalledTimes(5);
  await vi.advanceTimersByTimeAsync(2_000 + 500);
  expect(sweep).toHaveBeenCalledTimes(7);
  expect(lines).toEqual(['the sweeper failed and goes on trying: the disk is full', 'the sweeper works again']);
  await sweeper.stop();
});

test('tells whoever asked for a sweep that it failed', async () => {
  const { sweeper } = createSweeper(async () => Promise.reject(new Error('the disk is full')));
  await expect(sweeper.sweep()).rejects.toThrow('the disk is full');
});

test('stops in the middle of much to do, and for good', async () => {
  const sweep = vi.fn(async () => true);
  const { sweeper } = createSweeper(sweep);
  sweeper.start();
  sweep.mockImplementationOnce(async () => {
    void sweeper.stop();
    return true;
  });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(sweep).toHaveBeenCalledTimes(1);
});
