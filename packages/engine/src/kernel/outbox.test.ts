import { createMemoryStore } from '@holdfast/store-memory';
import { beforeEach, describe, expect, test } from 'vitest';

import { eventPartition } from '../partitions.ts';
import { logRowsAfter, readEvents } from '../shared/event-log.ts';
import type { SequencedEvent } from '../shared/event-log.ts';
import { StoreUnavailable } from '../store.ts';
import type { Store } from '../store.ts';
import { add, counterKind } from '../testing/counters.ts';
import { TestEnvironment } from '../testing/test-environment.ts';
import type { Command } from './command.ts';
import { Executor } from './executor.ts';
import { eventLogKind, pendingEventsKind } from './outbox.ts';
import { PendingEventsSweep, Sequencer } from './sequencer.ts';
import type { Numbering } from './working-set.ts';

const timeoutMs = 1_000;
const place = { tenantId: 't', environment: 'live' } as const;
const outbox = eventPartition(place);

interface Counted {
  readonly type: string;
  readonly count: number;
}

let environment: TestEnvironment;
let store: Store;

beforeEach(() => {
  environment = new TestEnvironment();
  store = createMemoryStore({ kinds: [counterKind, eventLogKind, pendingEventsKind] });
});

/** A process. Its sequencer may be dead. */
function createProcess(numbering: Numbering, { isDead = false } = {}) {
  const sequencer = new Sequencer({ store, environment, timeoutMs, onNumbered: () => {} });
  const executor = new Executor(store, environment, {
    numbering,
    onAnnounced: (outboxes) => {
      if (numbering === 'afterwards' && !isDead) for (const each of outboxes) void sequencer.number(each);
    },
  });
  return { executor, sequencer, sweep: new PendingEventsSweep({ store, sequencer }) };
}

/** Counts in a partition, and announces the new count. */
function count(partition: string, { keptMs = 60_000, padding = '', times = 1 } = {}): Command<number> {
  return {
    partitions: [partition],
    reads: [],
    run(changes) {
      let reached = 0;
      for (let time = 0; time < times; time += 1) {
        reached = add(changes, partition, 'counter', 1);
        const text = JSON.stringify({ type: partition, count: reached, padding });
        changes.announce({ partition, place, keptMs, text });
      }
      return reached;
    },
  };
}

async function readAfter(number: number): Promise<readonly SequencedEvent[]> {
  const executor = new Executor(store, environment);
  const rows = await executor.query(
    { partitions: [], reads: [], run: (records) => logRowsAfter(records, outbox, number, 1_000) },
    timeoutMs,
  );
  return rows.flatMap(({ value }) => readEvents(value)).filter((event) => event.number > number);
}

function countsOf(events: readonly SequencedEvent[], partition: string): readonly number[] {
  const contents = events.map(({ content }) => content as unknown as Counted);
  return contents.flatMap(({ type, count: reached }) => (type === partition ? reached : []));
}

function numbersUpTo(last: number): readonly number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

describe.each(['inCommit', 'afterwards'] as const)('events numbered %s', (numbering) => {
  test('have numbers without gaps, in the order of each partition, and none comes behind one that was seen', async () => {
    const processes = [1, 2, 3].map((number) => createProcess(numbering, { isDead: number === 3 }));
    const partitions = ['p', 'q', 'r', 's'];
    const seen: SequencedEvent[] = [];
    for (let round = 0; round < 50; round += 1) {
      environment.nowMs += round % 3 === 0 ? 1 : 0;
      const commands = partitions.map((partition, index) => {
        return processes[(round + index) % 3]?.executor.execute(count(partition), timeoutMs);
      });
      seen.push(...(await readAfter(seen.at(-1)?.number ?? 0)));
      await Promise.all(commands);
    }
    await Promise.all(processes.map(({ sequencer }) => sequencer.number(outbox)));
    seen.push(...(await readAfter(seen.at(-1)?.number ?? 0)));

    expect(seen.map((event) => event.number)).toEqual(numbersUpTo(200));
    for (const partition of partitions) expect(countsOf(seen, partition)).toEqual(numbersUpTo(50));
    expect(await readAfter(0)).toEqual(seen);
  });

  test('are in rows of at most 64 events and 64 KiB', async () => {
    const { executor, sequencer } = createProcess(numbering);
    await executor.execute(count('p', { times: 150 }), timeoutMs);
    await executor.execute(count('p', { times: 10, padding: 'x'.repeat(30_000) }), timeoutMs);
    await sequencer.number(outbox);
    const rows = await executor.query(
      { partitions: [], reads: [], run: (records) => logRowsAfter(records, outbox, 0, 100) },
      timeoutMs,
    );
    expect(rows.map(({ value }) => value.count)).toEqual([64, 64, 22, 2, 2, 2, 2, 2]);
    expect(countsOf(await readAfter(0), 'p')).toEqual(numbersUpTo(160));
  });

  test('of one command that tells of several partitions are numbered by partition', async () => {
    const { executor, sequencer } = createProcess(numbering);
    const parts = ['q', 'p', 'q', 'p'].map((partition) => count(partition));
    const run: Command<void>['run'] = (changes, nowMs) => parts.forEach((part) => part.run(changes, nowMs));
    await executor.execute({ partitions: ['q', 'p'], reads: [], run }, timeoutMs);
    await sequencer.number(outbox);
    const contents = (await readAfter(0)).map(({ content }) => content as unknown as Counted);
    expect(contents.map(({ type, count: reached }) => `${type}${reached}`)).toEqual(['p1', 'p2', 'q1', 'q2']);
  });

  test('of a tenant without a history are not written', async () => {
    const { executor, sequencer } = createProcess(numbering);
    expect(await executor.execute(count('p', { keptMs: 0 }), timeoutMs)).toBe(1);
    await sequencer.number(outbox);
    expect(await readAfter(0)).toEqual([]);
  });
});

test('what a process that died has not numbered, the sweep numbers', async () => {
  const dead = createProcess('afterwards', { isDead: true });
  await dead.executor.execute(count('p'), timeoutMs);
  const { sweep } = createProcess('afterwards');
  expect(await sweep.run(environment.nowMs)).toBe(false);
  expect(await readAfter(0)).toEqual([]);
  environment.nowMs += 1_000;
  expect(await sweep.run(environment.nowMs)).toBe(true);
  expect(countsOf(await readAfter(0), 'p')).toEqual([1]);
});

test.each(['done', 'undone'])(
  'events whose numbering is in doubt, and was %s, have their numbers once',
  async (fate) => {
    const { executor } = createProcess('afterwards', { isDead: true });
    await executor.execute(count('p', { times: 3 }), timeoutMs);
    let doubts = 2;
    const doubtful: Pick<Store, 'openSnapshot' | 'commit' | 'due'> = {
      openSnapshot: () => store.openSnapshot(),
      due: (...request) => store.due(...request),
      async commit(...request) {
        if (fate === 'done' || doubts === 0) await store.commit(...request);
        if (doubts > 0) {
          doubts -= 1;
          throw new StoreUnavailable('gone', { outcomeUnknown: true });
        }
        return { status: 'committed' };
      },
    };
    await new Sequencer({ store: doubtful, environment, timeoutMs, onNumbered: () => {} }).number(outbox);
    expect((await readAfter(0)).map((event) => event.number)).toEqual([1, 2, 3]);
  },
);

test('events that others number all the time are given up in the end', async () => {
  const { executor } = createProcess('afterwards', { isDead: true });
  await executor.execute(count('p'), timeoutMs);
  const overtaken: Pick<Store, 'openSnapshot' | 'commit' | 'due'> = {
    openSnapshot: () => store.openSnapshot(),
    due: (...request) => store.due(...request),
    async commit() {
      environment.elapsed += timeoutMs / 3;
      return { status: 'moved', partitions: [outbox] };
    },
  };
  const sequencer = new Sequencer({ store: overtaken, environment, timeoutMs, onNumbered: () => {} });
  await expect(sequencer.number(outbox)).rejects.toThrow(StoreUnavailable);
});

test('a command that rewinds announces nothing', async () => {
  const { executor } = createProcess('inCommit');
  await executor.execute(
    { partitions: ['p'], reads: [], run: (changes) => changes.attempt(() => (count('p').run(changes, 0), false)) },
    timeoutMs,
  );
  expect(await readAfter(0)).toEqual([]);
});
