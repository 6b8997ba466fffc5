import { setTimeout as delay } from 'node:timers/promises';

import { familiesFor } from '../families.ts';
import { describeAnswer, describeEntry } from './family.ts';
import type { Account, AnsweredEntry, BrokenPromise, Entry } from './family.ts';
import { inParallel } from './in-parallel.ts';
import type { SeededRandom } from './seeded-random.ts';
import { NoAnswer } from './wire-client.ts';
import type { Answer, WireClient } from './wire-client.ts';

const families = await familiesFor('faults');

/** How many keys that were found in order before are asked again each time, besides all new ones. */
const oldKeysChecked = 100;

/** How long a question may go unanswered while the server is said to be well. */
const patienceMs = 200_000;

/**
 * What the clients of a server have sent it and were told, across crashes. A write that isn't answered is *open*: its
 * worker sends it again, under the same idempotency key, before anything else.
 */
export class Journal {
  readonly #random: SeededRandom;
  readonly #accounts: readonly Account[];
  readonly #accountOf = new Map<Entry, Account>();
  readonly #open = new Map<number, Entry>();
  readonly #answered: AnsweredEntry[] = [];
  readonly #broken: BrokenPromise[] = [];
  #entries = 0;
  #checkedKeys = 0;
  /** Answers that got lost although the write had taken effect: found out when it was sent again. */
  #tookEffectUnheard = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
    this.#accounts = families.map((family) => family.open(random));
  }

  /** Sends what is to be there before the load. */
  async prepare(client: WireClient): Promise<void> {
    for (const account of this.#accounts) {
      for (const write of account.prepare()) {
        const { status, body } = await client.write(write);
        if (status >= 300) throw new Error(`The preparation was answered with ${status}: ${body}`);
      }
    }
  }

  /** What a worker has to send: the write that it has no answer to, or a new one. */
  next(worker: number): Entry {
    const entry = this.#open.get(worker) ?? this.#begin(worker);
    entry.attempts += 1;
    return entry;
  }

  record(entry: Entry, answer: Answer): void {
    const answered = Object.assign(entry, { answer });
    this.#open.delete(entry.worker);
    this.#answered.push(answered);
    const isFirst = entry.attempts === 1;
    if (answer.isReplayed && !isFirst) this.#tookEffectUnheard += 1;
    const isTooSoon = answer.isReplayed && isFirst && entry.write.mayBeKnown !== true;
    if (answer.status >= 500) this.#break(`No write is answered with ${answer.status}.`, entry);
    else if (isTooSoon) this.#break('A key that is sent for the first time has no answer yet.', entry);
    else this.#accountOf.get(entry)?.learn(answered);
  }

  get answered(): readonly AnsweredEntry[] {
    return this.#answered;
  }

  get openCount(): number {
    return this.#open.size;
  }

  get answeredCount(): number {
    return this.#answered.length;
  }

  /** Writes that were cut off: answered only when they were sent again. */
  get cutOffCount(): number {
    return this.#answered.filter(({ attempts }) => attempts > 1).length;
  }

  /** The run in figures. */
  summary(): string {
    const unheard = `${this.#tookEffectUnheard} of them after they took effect`;
    return `${this.answeredCount} writes, ${this.cutOffCount} cut off, ${unheard}`;
  }

  /** Gets an answer to every open write. Rejects if that takes too long. */
  async settle(client: WireClient): Promise<void> {
    const workers = [...this.#open.keys()];
    await inParallel(workers, (worker) => {
      return untilAnswered(async () => {
        const entry = this.next(worker);
        this.record(entry, await client.write(entry.write, entry.idempotencyKey));
      });
    });
  }

  /** What the server doesn't keep of what it said; to be asked when nothing is open. `all`: of every key. */
  async findBrokenPromises(client: WireClient, { all }: { readonly all: boolean }): Promise<readonly BrokenPromise[]> {
    const broken = [...this.#broken];
    for (const account of this.#accounts) {
      broken.push(...(await untilAnswered(() => account.findBrokenPromises(client))));
    }
    // A retry could put right what is missing, so it comes after everything else.
    return broken.length > 0 ? broken : this.#findForgottenKeys(client, all);
  }

  async #findForgottenKeys(client: WireClient, all: boolean): Promise<readonly BrokenPromise[]> {
    const checked = this.#answered.slice(0, this.#checkedKeys);
    const old = all ? checked : this.#random.sample(checked, oldKeysChecked);
    const entries = [...old, ...this.#answered.slice(this.#checkedKeys)];
    this.#checkedKeys = this.#answered.length;
    const broken: BrokenPromise[] = [];
    await inParallel(entries, async (entry) => {
      const again = await untilAnswered(() => client.write(entry.write, entry.idempotencyKey));
      const { status, body } = entry.answer;
      if (again.isReplayed && again.status === status && again.body === withoutValue(body)) return;
      const evidence = [describeEntry(entry), `Sent again: ${describeAnswer(again)}`];
      broken.push({ promise: 'A key that was answered answers the same, byte for byte, as a replay.', evidence });
    });
    return broken;
  }

  #begin(worker: number): Entry {
    const account = this.#random.pick(this.#accounts);
    this.#entries += 1;
    const number = this.#entries;
    const entry: Entry = { number, worker, idempotencyKey: `key-${number}`, write: account.draw(worker), attempts: 0 };
    this.#open.set(worker, entry);
    this.#accountOf.set(entry, account);
    return entry;
  }

  #break(promise: string, entry: Entry): void {
    this.#broken.push({ promise, evidence: [describeEntry(entry)] });
  }
}

/** As a replay has it: the value of a new API key is shown once, and so is the secret of an endpoint. */
function withoutValue(body: string): string {
  return body.replace(/"(api_key|secret)":"[\w+/=]+"/u, '"$1":null');
}

/** Asks until there is an answer: a server may be up and yet unable to answer for a moment. */
async function untilAnswered<Result>(ask: () => Promise<Result>): Promise<Result> {
  const endsAtMs = performance.now() + patienceMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof NoAnswer) || performance.now() > endsAtMs) throw error;
      await delay(20);
    }
  }
}
