import type { SweepReport } from '@holdfast/engine';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { Sweeper } from './sweeper.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const done: SweepReport = { isMore: false, failures: [] };
const more: SweepReport = { isMore: true, failures: [] };

function createSweeper(sweep: () => Promise<SweepReport>, lagMs = () => 0) {
  const lines: string[] = [];
  const logger = pino(
    { base: null, timestamp: false },
    { write: (line: string) => void lines.push(JSON.parse(line).msg) },
  );
  const metrics = { succeeded: vi.fn(), failed: vi.fn() };
  return { lines, metrics, sweeper: new Sweeper({ sweep, lagMs, logger, metrics, random: () => 0.5 }) };
}

test('sweeps every half second until nothing more is due', async () => {
  const sweep = vi
    .fn(async () => done)
    .mockResolvedValueOnce(more)
    .mockResolvedValueOnce(more);
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
    return done;
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
  const sweep = vi.fn(async () => done);
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

test('goes on with the rest when some of it fails, and says so', async () => {
  const sweep = vi.fn(async () => done).mockResolvedValueOnce({ isMore: true, failures: [new Error('it is cursed')] });
  const { sweeper, lines } = createSweeper(sweep);
  await expect(sweeper.sweep()).rejects.toThrow('it is cursed');
  expect(sweep).toHaveBeenCalledTimes(2);
  expect(lines).toEqual([]);
});

test('says how far it is behind, again for each doubling, and when it has caught up', async () => {
  let lagMs = 4_999;
  const { sweeper, lines } = createSweeper(
    async () => done,
    () => lagMs,
  );
  sweeper.start();
  const notes: (string | undefined)[] = [];
  for (const lag of [4_999, 5_000, 9_999, 10_000, 600_000, 20]) {
    lagMs = lag;
    await vi.advanceTimersByTimeAsync(500);
    notes.push(sweeper.note());
  }
  const behind = (seconds: number) =>
    `the sweep is ${seconds} s behind: what has expired is free, and is announced late`;
  expect(notes).toEqual([undefined, behind(5), behind(9), behind(10), behind(600), undefined]);
  expect(lines).toEqual([behind(5), behind(10), behind(600), 'the sweep has caught up']);
  await sweeper.stop();
});

test('stops in the middle of much to do, and for good', async () => {
  const sweep = vi.fn(async () => more);
  const { sweeper } = createSweeper(sweep);
  sweeper.start();
  sweep.mockImplementationOnce(async () => {
    void sweeper.stop();
    return more;
  });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(sweep).toHaveBeenCalledTimes(1);
});
