import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { Upkeep } from './upkeep.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function createUpkeep() {
  const lines: string[] = [];
  const logger = pino(
    { level: 'info' },
    { write: (line) => void lines.push((JSON.parse(line) as { msg: string }).msg) },
  );
  const tended = { tend: vi.fn(async () => {}), end: vi.fn(async () => {}) };
  return { upkeep: new Upkeep({ of: 'webhooks', tended, logger }), tended, lines };
}

test('what is looked after is so four times a second, and ended once', async () => {
  const { upkeep, tended, lines } = createUpkeep();
  upkeep.start();
  await vi.advanceTimersByTimeAsync(1_000);
  expect([tended.tend.mock.calls.length, tended.end.mock.calls.length]).toEqual([4, 0]);
  await upkeep.stop();
  await vi.advanceTimersByTimeAsync(1_000);
  expect([tended.tend.mock.calls.length, tended.end.mock.calls.length, lines]).toEqual([4, 1, []]);
});

test('a failure is said when it begins and when it is over, and noted meanwhile', async () => {
  const { upkeep, tended, lines } = createUpkeep();
  tended.tend.mockRejectedValue(new Error('the store is away'));
  upkeep.start();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(lines).toEqual(["webhooks can't be looked after, and are tried again: the store is away"]);
  expect(upkeep.note()).toBe("webhooks can't be looked after now; the server's log says why");
  tended.tend.mockResolvedValue();
  await vi.advanceTimersByTimeAsync(1_000);
  expect([upkeep.note(), lines.slice(1)]).toEqual([undefined, ['webhooks are looked after again']]);
  tended.end.mockRejectedValue(new Error('the store is away'));
  await upkeep.stop();
});

test('a stop waits for what is under way', async () => {
  const { upkeep, tended } = createUpkeep();
  const { promise, resolve } = Promise.withResolvers<void>();
  tended.tend.mockReturnValue(promise);
  upkeep.start();
  await vi.advanceTimersByTimeAsync(250);
  const stopped = upkeep.stop();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(tended.end).not.toHaveBeenCalled();
  resolve();
  await stopped;
  expect(tended.end).toHaveBeenCalledOnce();
});
