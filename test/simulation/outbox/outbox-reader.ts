import type { SeededRandom } from '../../faults/seeded-random.ts';
import { NoAnswer } from '../../faults/wire-client.ts';
import type { WireRequest } from '../../faults/wire-client.ts';
import { resourceEventList, tenantEventList } from '../../outbox/reads.ts';
import type { Reads } from '../../outbox/reads.ts';
import { ListTail } from '../../outbox/tail.ts';
import { patienceMs } from '../clients/client-run.ts';
import type { Network } from '../clients/network.ts';
import { createOwner } from '../world/scheduler.ts';
import type { Scheduler } from '../world/scheduler.ts';

export interface OutboxReaderParts {
  readonly apiKey: string;
  readonly network: Network;
  readonly scheduler: Scheduler;
  readonly random: SeededRandom;
  readonly processCount: number;
}

const mostRestMs = 400;

/** Reads what is new in both lists of an outbox, all the time, from whichever process comes next. */
export class OutboxReader {
  readonly apiKey: string;
  readonly tails: readonly ListTail[];
  readonly #parts: OutboxReaderParts;
  readonly #owner = createOwner('reader');

  constructor(parts: OutboxReaderParts) {
    this.#parts = parts;
    this.apiKey = parts.apiKey;
    this.tails = [resourceEventList, tenantEventList].map((list) => new ListTail(list, 'a reader'));
  }

  /** Resolves never: it reads until {@link stop}. Rejects if it is answered what no reader may be. */
  async run(): Promise<void> {
    const { scheduler, random, processCount } = this.#parts;
    await Promise.all(
      this.tails.map(async (tail) => {
        for (;;) {
          await scheduler.sleep(mostRestMs * random.fraction(), this.#owner, 'looks for events');
          await this.#read(tail, random.integer(processCount));
        }
      }),
    );
  }

  stop(): void {
    this.#owner.isDead = true;
  }

  async #read(tail: ListTail, process: number): Promise<void> {
    const reads: Reads = {
      read: async <Result>(request: Omit<WireRequest, 'body'>) =>
        JSON.parse(await this.#ask(process, request)) as Result,
    };
    try {
      await tail.read(reads);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
    }
  }

  async #ask(process: number, request: WireRequest): Promise<string> {
    const { network, apiKey } = this.#parts;
    const answer = await network.send(process, { apiKey, request }, patienceMs);
    if (answer === undefined || answer.status === 503) throw new NoAnswer(`${request.operationId} got no answer.`);
    if (answer.status !== 200) throw new Error(`${request.operationId} got ${answer.status}: ${answer.body}`);
    return answer.body;
  }
}
