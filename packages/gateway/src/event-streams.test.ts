import type { EndOfStream, EventStream, SequencedEvent } from '@holdfast/engine';
import { expect, test } from 'vitest';

import { EventStreams } from './event-streams.ts';

/** Events of an outbox as a test hands them out. */
class FakeEvents implements EventStream {
  passed: number;
  ended: EndOfStream | undefined;
  #answer: ((events: readonly SequencedEvent[] | undefined) => void) | undefined;

  constructor(after: number) {
    this.passed = after;
  }

  next(): Promise<readonly SequencedEvent[] | undefined> {
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  end(reason: EndOfStream): void {
    this.ended ??= reason;
    this.#answer?.(undefined);
  }

  give(number: number): void {
    this.#answer?.([{ number, type: 'RESERVED', family: 'resources', content: { type: 'RESERVED' } }]);
  }
}

/** Opens a stream; reads it piece by piece. */
function open(after: number) {
  const events = new FakeEvents(after);
  const streams = new EventStreams();
  const reader = streams.open(events, () => Promise.resolve(true)).getReader();
  return { events, streams, read: async () => new TextDecoder().decode((await reader.read()).value) };
}

test('a stream says where it begins, so that nothing is lost if it breaks before its first event', async () => {
  const { events, read } = open(41);
  expect(await read()).toBe(': connected\nid: 41\n\n');
  events.give(42);
  expect(await read()).toMatch(/^id: 42\nevent: RESERVED\ndata: /u);
});

test('a silent stream says how far it is, although nothing that is wanted has come', async () => {
  const { events, streams, read } = open(41);
  await read();
  await streams.tend(0);
  events.passed = 100;
  await streams.tend(14_999);
  await streams.tend(15_000);
  expect(await read()).toBe(': still here\nid: 100\n\n');
});

test('a silent stream never goes back behind what it has written', async () => {
  const { events, streams, read } = open(41);
  await read();
  events.give(42);
  await read();
  await streams.tend(0);
  await streams.tend(15_000);
  expect(await read()).toBe(': still here\nid: 42\n\n');
});
