import { setTimeout as delay } from 'node:timers/promises';

import { NoAnswer } from '../faults/wire-client.ts';
import { resourceEventList, tenantEventList } from './reads.ts';
import type { Reads } from './reads.ts';
import { ListTail } from './tail.ts';

/** A process whose answers somebody reads all the time. */
export interface ReadProcess {
  readonly name: string;
  /** Asked before each read: a process that was started again has another address. */
  reads(): Reads;
}

/** Long enough for others to get their turn on a small machine. */
const pauseMs = 25;

/** Reads both lists of events from each of several processes, from now on until it is stopped. */
export class OutboxReaders {
  readonly tails: readonly ListTail[];
  readonly #done: Promise<readonly PromiseSettledResult<void>[]>;
  #isStopped = false;

  constructor(processes: readonly ReadProcess[]) {
    const readers = processes.flatMap(({ name, reads }) =>
      [resourceEventList, tenantEventList].map((list) => ({ tail: new ListTail(list, `a reader at ${name}`), reads })),
    );
    this.tails = readers.map(({ tail }) => tail);
    this.#done = Promise.allSettled(readers.map(({ tail, reads }) => this.#read(tail, reads)));
  }

  /** Resolves when nobody reads any more. Rejects if somebody was answered what no reader may be. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const outcomes = await this.#done;
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  /** Who gets no answer looks again. */
  async #read(tail: ListTail, reads: () => Reads): Promise<void> {
    while (!this.#isStopped) {
      try {
        await tail.read(reads());
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
      }
      await delay(pauseMs);
    }
  }
}
