import { StoreUnavailable } from '@holdfast/engine';
import type { StoreFault } from '@holdfast/engine';
import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';

import { Readiness } from './readiness.ts';
import type { ReadinessOptions } from './readiness.ts';

afterEach(() => {
  vi.useRealTimers();
});

function createReadiness(checkWritable: () => Promise<void>) {
  const state: { elapsedMs: number; phase: ReturnType<ReadinessOptions['phase']> } = { elapsedMs: 0, phase: 'running' };
  const readiness = new Readiness({
    store: { checkWritable },
    logger: pino({ level: 'silent' }),
    elapsedMs: () => state.elapsedMs,
    phase: () => state.phase,
  });
  return { state, readiness };
}

test('asks the store once a second at most', async () => {
  const checkWritable = vi.fn(async () => undefined);
  const { state, readiness } = createReadiness(checkWritable);
  expect(await Promise.all([readiness.whyNotReady(), readiness.whyNotReady()])).toEqual([undefined, undefined]);
  state.elapsedMs = 999;
  await readiness.whyNotReady();
  expect(checkWritable).toHaveBeenCalledTimes(1);
  state.elapsedMs = 1_000;
  checkWritable.mockRejectedValueOnce(new Error('The disk is full.'));
  expect(await readiness.whyNotReady()).toBe("the store can't be written now; the server's log says why");
  state.elapsedMs = 2_000;
  expect(await readiness.whyNotReady()).toBeUndefined();
});

test('asks anew when a request was refused because of the store', async () => {
  const { readiness } = createReadiness(
    vi
      .fn(async () => undefined)
      .mockResolvedValueOnce(undefined)
      .mockRejectedValueOnce(new StoreUnavailable('', { fault: 'damaged' })),
  );
  expect(await readiness.whyNotReady()).toBeUndefined();
  readiness.askAgain();
  expect(await readiness.whyNotReady()).toContain('damaged');
});

test('is not ready before the start is over and once the server stops', async () => {
  const { state, readiness } = createReadiness(async () => undefined);
  for (const phase of ['starting', 'stopping'] as const) {
    state.phase = phase;
    expect(await readiness.whyNotReady()).toBe(`the server is ${phase}`);
  }
});

test.each<[StoreFault, string]>([
  ['diskFull', 'disk is full'],
  ['damaged', 'file is damaged'],
  ['readOnly', 'read-only'],
])('says what the operator has to mend, and nothing of where the store is: %s', async (fault, words) => {
  const { readiness } = createReadiness(() => Promise.reject(new StoreUnavailable('at /secret/path', { fault })));
  expect(await readiness.whyNotReady()).toContain(words);
  expect(await readiness.whyNotReady()).not.toContain('secret');
});

test('is not ready when the store says nothing for two seconds', async () => {
  vi.useFakeTimers();
  const { readiness } = createReadiness(() => new Promise(() => undefined));
  const answer = readiness.whyNotReady();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await answer).toContain("can't be written");
});

test('has a line for each note that has something to say at that moment', async () => {
  const { readiness } = createReadiness(async () => undefined);
  const sweep: { note?: string } = {};
  readiness.addNote(() => sweep.note);
  readiness.addNote(() => 'time: 2.0 s ahead');
  expect(readiness.notes()).toEqual(['time: 2.0 s ahead']);
  sweep.note = 'sweep: late';
  expect(readiness.notes()).toEqual(['sweep: late', 'time: 2.0 s ahead']);
  expect(await readiness.whyNotReady()).toBeUndefined();
});
