import { setTimeout as delay } from 'node:timers/promises';

import type { Entry } from './family.ts';
import type { Journal } from './journal.ts';
import { RawConnection, toRequest } from './raw-connection.ts';
import type { ConnectionEnd } from './raw-connection.ts';

export interface KeepAliveOptions {
  readonly url: string;
  readonly apiKey: string;
  readonly journal: Journal;
  /** One for each request that may be under way at a time. */
  readonly workers: readonly number[];
  /** How long it waits before the next request. */
  thinkMs(): number;
  onAnswer?(): void;
}

/** Writes over one connection, again and again, until the server closes it. What has no answer by then stays open. */
export function writeUntilClosed(options: KeepAliveOptions): Promise<ConnectionEnd> {
  const { url, apiKey, journal, workers, thinkMs, onAnswer } = options;
  const sent: Entry[] = [];
  let isOver = false;
  const send = (worker: number) => {
    const entry = journal.next(worker);
    sent.push(entry);
    connection.send(toRequest(entry.write, apiKey, entry.idempotencyKey));
  };
  const sendLater = async (worker: number) => {
    const waitMs = thinkMs();
    if (waitMs > 0) await delay(waitMs);
    if (!isOver && connection.isOpen) send(worker);
  };
  const connection = new RawConnection(url, (answer) => {
    const entry = sent.shift();
    if (entry === undefined) throw new Error(`An answer came that nobody asked for: ${answer.body}`);
    isOver ||= answer.isLast;
    // By the contract, nobody can tell whether such a write took effect.
    if (answer.status !== 503) journal.record(entry, answer);
    onAnswer?.();
    void sendLater(entry.worker);
  });
  for (const worker of workers) send(worker);
  return connection.ended;
}
