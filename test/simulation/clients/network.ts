import { operations } from '@holdfast/contract';

import type { SeededRandom } from '../../faults/seeded-random.ts';
import { targetOf } from '../../faults/wire-client.ts';
import type { WireRequest } from '../../faults/wire-client.ts';
import type { Faults } from '../world/faults.ts';
import type { Owner, Scheduler } from '../world/scheduler.ts';
import type { SimulatedProcess } from '../world/simulated-process.ts';
import type { Trace } from '../world/trace.ts';

/** A request, and by whom. */
export interface SentRequest {
  readonly apiKey: string;
  readonly request: WireRequest;
  /** Absent: the operation is no write, or the write has none. */
  readonly idempotencyKey?: string;
  /** Whether it mustn't be sent again: a write without a key. */
  readonly isOnce?: boolean;
}

export interface ReceivedAnswer {
  readonly status: number;
  readonly body: string;
}

/** What a process did with one request. Times are the world's. */
export interface Exchange {
  readonly process: Owner;
  readonly sent: SentRequest;
  readonly answer: ReceivedAnswer;
  /** Whether it says that it was given before. */
  readonly isReplayed: boolean;
  readonly arrivedAtMs: number;
  readonly answeredAtMs: number;
}

interface NetworkParts {
  readonly scheduler: Scheduler;
  readonly random: SeededRandom;
  readonly faults: Faults;
  readonly cables: Owner;
  readonly trace: Trace;
  /** The one that has this number now; undefined if it is down. */
  processAt(number: number): SimulatedProcess | undefined;
  /** Told of every answer, when it is given. */
  onAnswer?(exchange: Exchange): void;
}

const lostShare = 0.3;

/** Carries requests to processes and answers back: late, and sometimes not at all. */
export class Network {
  readonly #parts: NetworkParts;

  constructor(parts: NetworkParts) {
    this.#parts = parts;
  }

  /** Undefined if there is no answer in time: nobody can tell what became of it then. */
  send(number: number, sent: SentRequest, timeoutMs: number): Promise<ReceivedAnswer | undefined> {
    const { scheduler, cables } = this.#parts;
    return new Promise((resolve) => {
      const cancel = scheduler.after(timeoutMs, cables, 'no answer', () => resolve(undefined));
      const end = (answer: ReceivedAnswer | undefined) => {
        cancel();
        resolve(answer);
      };
      if (this.#isLost()) return;
      scheduler.after(this.#drawDelay(), cables, `${sent.request.operationId} arrives at p${number}`, () => {
        this.#deliver(number, sent, end);
      });
    });
  }

  #deliver(number: number, sent: SentRequest, end: (answer: ReceivedAnswer | undefined) => void): void {
    const { scheduler, cables, processAt, trace, onAnswer } = this.#parts;
    const process = processAt(number);
    if (process === undefined) {
      trace.note('connection refused');
      scheduler.after(this.#drawDelay(), cables, 'connection refused', () => end(undefined));
      return;
    }
    const { owner } = process;
    scheduler.after(0, owner, 'takes a request', () => {
      const arrivedAtMs = scheduler.nowMs;
      void process.answer(toWire(sent)).then(({ status, body, headers }) => {
        const isReplayed = headers['Idempotent-Replayed'] === 'true';
        if (isReplayed) trace.note('replayed');
        const answer = { status, body: String(body) };
        onAnswer?.({ process: owner, sent, answer, isReplayed, arrivedAtMs, answeredAtMs: scheduler.nowMs });
        if (this.#isLost()) return;
        const aheadMs = Math.max(0, owner.busyUntilMs - scheduler.nowMs);
        scheduler.after(aheadMs + this.#drawDelay(), cables, `answer ${status}: ${String(body)}`, () => {
          // A process that has died closes its connections, but what it had sent arrives.
          end(status === 503 ? undefined : answer);
        });
      });
    });
  }

  #isLost(): boolean {
    const { scheduler, random, faults, trace } = this.#parts;
    const isLost = faults.at('lostMessages', scheduler.nowMs) !== undefined && random.chance(lostShare);
    if (isLost) trace.note('message lost');
    return isLost;
  }

  #drawDelay(): number {
    const { random } = this.#parts;
    return (random.chance(0.95) ? 0.3 : 10) * random.fraction();
  }
}

function toWire({ apiKey, request, idempotencyKey }: SentRequest) {
  const [path = '', query = ''] = targetOf(request).split('?');
  const headers: Readonly<Record<string, string | undefined>> = {
    'x-api-key': apiKey,
    'content-type': request.body === undefined ? undefined : 'application/json',
    'idempotency-key': idempotencyKey,
  };
  return {
    method: operations[request.operationId].method,
    path,
    query,
    header: (name: string) => headers[name.toLowerCase()],
    body: request.body === undefined ? '' : JSON.stringify(request.body),
  };
}
