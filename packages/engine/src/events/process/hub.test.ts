import { beforeEach, expect, test } from 'vitest';

import type { EventLogRow } from '../../kernel/outbox.ts';
import { emptyHead } from '../../store.ts';
import { TestEnvironment } from '../../testing/test-environment.ts';
import type { EventStream } from './event-stream.ts';
import { EventHub } from './hub.ts';

const outbox = 't/live/events';

let environment: TestEnvironment;
let rows: EventLogRow[];
let reads: number;
let hub: EventHub;

beforeEach(() => {
  environment = new TestEnvironment();
  rows = [];
  reads = 0;
  hub = createHub();
});

function createHub(): EventHub {
  return new EventHub({
    environment,
    store: {
      read: ({ heads = [] }) =>
        Promise.resolve({ heads: heads.map(() => ({ ...emptyHead, sequence: last() })), records: [], ranges: [] }),
    },
    readRows: async (_outbox, after, limit) => {
      reads += 1;
      return rows.filter((row) => row.first + row.count - 1 > after).slice(0, limit);
    },
  });
}

function last(): number {
  const row = rows.at(-1);
  return row === undefined ? 0 : row.first + row.count - 1;
}

/** Writes a row with one event of each type. */
function write(...types: readonly string[]): void {
  const eventsJson = JSON.stringify(types.map((type) => ({ type, padding: 'x'.repeat(1_000) })));
  rows.push({ first: last() + 1, count: types.length, eventsJson, numberedAtMs: 0, purgeAtMs: 1 });
}

function open(after = last(), types?: readonly string[]): EventStream {
  return hub.open(outbox, { after, last: last(), accepts: ({ type }) => types === undefined || types.includes(type) });
}

async function numbersOf(stream: EventStream): Promise<readonly number[] | undefined> {
  return (await stream.next())?.map(({ number }) => number);
}

test('a stream has what happens, in order, and waits for more', async () => {
  const stream = open();
  write('a', 'b');
  hub.bell([outbox]);
  expect(await numbersOf(stream)).toEqual([1, 2]);
  const next = numbersOf(stream);
  write('c');
  hub.bell([outbox]);
  expect(await next).toEqual([3]);
});

test('a stream that begins earlier reads the log, and then goes on with what happens', async () => {
  for (let row = 0; row < 100; row += 1) write('a', 'b');
  const stream = open(5);
  const numbers: number[] = [];
  while (numbers.at(-1) !== 200) numbers.push(...((await numbersOf(stream)) ?? []));
  expect(numbers).toEqual(Array.from({ length: 195 }, (_, index) => index + 6));
  const next = numbersOf(stream);
  write('c');
  hub.bell([outbox]);
  expect(await next).toEqual([201]);
});

test('a stream has only what it asked for', async () => {
  const stream = open(0, ['b']);
  write('a');
  write('a', 'b');
  hub.bell([outbox]);
  expect(await numbersOf(stream)).toEqual([3]);
});

test('a thousand streams share one read of what is new', async () => {
  const streams = Array.from({ length: 1_000 }, () => open());
  const next = streams.map(numbersOf);
  await Promise.resolve();
  reads = 0;
  write('a');
  hub.bell([outbox]);
  expect(new Set((await Promise.all(next)).flat())).toEqual(new Set([1]));
  expect(reads).toBeLessThanOrEqual(2);
});

test('a reader who takes nothing is given up, and one who is slow is not', async () => {
  const [blocked, slow] = [open(), open()];
  const numbers: number[] = [];
  for (let round = 0; round < 300; round += 1) {
    write('a');
    hub.bell([outbox]);
    numbers.push(...((await numbersOf(slow)) ?? []));
  }
  expect(numbers).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
  expect([blocked.ended, slow.ended]).toEqual(['behind', undefined]);
  expect(await blocked.next()).toBeUndefined();
});

test('a reader is given no more than 64 KiB at once, from the log as from memory, and misses nothing', async () => {
  for (let row = 0; row < 100; row += 1) write(...Array.from({ length: 20 }, () => 'a'));
  const numbers: number[] = [];
  const sizes: number[] = [];
  const stream = open(0);
  const read = async () => {
    const some = (await numbersOf(stream)) ?? [];
    numbers.push(...some);
    sizes.push(some.length);
  };
  while (numbers.at(-1) !== 2_000) await read();
  for (let row = 0; row < 200; row += 1) write('a');
  hub.bell([outbox]);
  while (numbers.at(-1) !== 2_200) await read();
  expect(numbers).toEqual(Array.from({ length: 2_200 }, (_, index) => index + 1));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(64);
});

test('a reader who looks for what is rare in a long log is not given up, however much happens meanwhile', async () => {
  for (let row = 0; row < 20_000; row += 1) write('a');
  const stream = open(0, ['b']);
  const next = numbersOf(stream);
  for (let round = 0; round < 600; round += 1) {
    write('a');
    hub.bell([outbox]);
    await Promise.resolve();
  }
  write('b');
  hub.bell([outbox]);
  expect(await next).toEqual([20_601]);
});

test('a reader who is behind the history is given up', async () => {
  for (let row = 0; row < 2_000; row += 1) write('a');
  const stream = open(5);
  rows = [];
  expect(await stream.next()).toBeUndefined();
  expect(stream.ended).toBe('behind');
});

test('what another process has written is found by polling', async () => {
  const stream = open();
  const heard: string[] = [];
  hub.watch(outbox, () => heard.push('rung'));
  const next = numbersOf(stream);
  write('a');
  environment.elapsed += 1_000;
  await hub.tend();
  expect(await next).toEqual([1]);
  expect(heard).toEqual(['rung']);
});

test('at the end every stream ends, and those that are opened later', async () => {
  const next = open().next();
  await hub.end('stopping');
  expect(await next).toBeUndefined();
  expect(open().ended).toBe('stopping');
  expect(hub.streamCount).toBe(0);
});
