import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { TimeWatch } from './time-watch.ts';

const world = { nowMs: 0, systemMs: 0, databaseMs: 0 };

beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(world, { nowMs: 1_000_000, systemMs: 1_000_000, databaseMs: 1_000_000 });
});

afterEach(() => {
  vi.useRealTimers();
});

function watch() {
  const lines: { level: number; msg: string }[] = [];
  const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as never) });
  const clocks = [
    { owner: 'system', now: () => world.systemMs },
    { owner: 'database', now: () => world.databaseMs },
  ] as const;
  return { lines, watched: new TimeWatch({ now: () => world.nowMs, clocks, logger }) };
}

test('has a note for each clock that is more than a second away', () => {
  const { watched } = watch();
  const notes = () => watched.notes.map((note) => note());
  world.systemMs += 1_000;
  expect(notes()).toEqual([undefined, undefined]);
  world.systemMs += 1;
  world.databaseMs -= 3_600_000;
  expect(notes()).toEqual(["time: 1.0 s behind the system's clock", "time: 3600.0 s ahead of the database's clock"]);
});

test('logs what appears, what changes and what is over, each once', () => {
  const { lines, watched } = watch();
  watched.start();
  const messages = () => {
    vi.advanceTimersByTime(1_000);
    return lines.splice(0).map(({ level, msg }) => `${level} ${msg}`);
  };
  expect(messages()).toEqual([]);
  world.systemMs -= 200_000;
  expect(messages()).toEqual(["40 the time is 200.0 s ahead of the system's clock: it goes on at its own pace"]);
  world.systemMs += 1_900;
  expect(messages()).toEqual([]);
  world.systemMs += 8_100;
  expect(messages()).toEqual(["40 the time is 190.0 s ahead of the system's clock: it goes on at its own pace"]);
  world.systemMs += 189_500;
  expect(messages()).toEqual(["30 the time is 0.5 s ahead of the system's clock"]);
  expect(messages()).toEqual([]);
  watched.stop();
  expect(vi.getTimerCount()).toBe(0);
});
