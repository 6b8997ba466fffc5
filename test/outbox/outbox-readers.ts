import { setTimeout as delay } from 'node:timers/promises';

import { NoAnswer, WireClient } from '../faults/wire-client.ts';
import { resourceEventList, tenantEventList } from './reads.ts';
import { StreamTail } from './stream-tail.ts';
import { ListTail } from './tail.ts';
import type { Tail } from './tail.ts';

/** A process whose answers somebody reads all the time. */
export interface ReadProcess {
  readonly name: string;
  readonly apiKey: string;
  /** Asked each time: a process that was started again has another address. */
  url(): string;
}

/** Long enough for others to get their turn on a small machine. The streams are read without a pause. */
const pauseMs = 1_500;

/** Reads both lists and the stream of events of each of several processes, from now on until it is stopped. */
export class OutboxReaders {
  readonly tails: readonly Tail[];
  readonly #done: Promise<readonly PromiseSettledResult<void>[]>;
  readonly #stop = new AbortController();

  constructor(processes: readonly ReadProcess[]) {
    const readers = processes.flatMap((process) => {
      const name = `a reader at ${process.name}`;
      const lists = [resourceEventList, tenantEventList].map((list) => new ListTail(list, name));
      const stream = new StreamTail(name);
      return [
        ...lists.map((tail) => ({ tail, read: () => tail.read(new WireClient(process.url(), process.apiKey)) })),
        { tail: stream, read: () => stream.follow(process.url(), process.apiKey, this.#stop.signal) },
      ];
    });
    this.tails = readers.map(({ tail }) => tail);
    this.#done = Promise.allSettled(readers.map(({ read }) => this.#readAlways(read)));
  }

  /** Resolves when nobody reads any more. Rejects if somebody was answered what no reader may be. */
  async stop(): Promise<void> {
    this.#stop.abort();
    for (const outcome of await this.#done) if (outcome.status === 'rejected') throw outcome.reason;
  }

  /** Who gets no answer looks again. */
  async #readAlways(read: () => Promise<void>): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await read();
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
      }
      await delay(pauseMs);
    }
  }
}
