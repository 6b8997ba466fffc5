import type { SeededRandom } from '../../faults/seeded-random.ts';
import type { Client } from '../../histories/family.ts';
import type { RecordedCall } from '../../histories/recording/history.ts';
import type { SimulatedFamily } from '../family.ts';
import type { Owner, Scheduler } from '../world/scheduler.ts';
import { requestTimeoutMs } from '../world/simulated-process.ts';
import type { Trace } from '../world/trace.ts';
import { isKeyConflict } from './key-journal.ts';
import type { KeyJournal } from './key-journal.ts';
import type { Network, ReceivedAnswer, SentRequest } from './network.ts';

interface ClientRunParts {
  readonly name: string;
  readonly number: number;
  readonly family: SimulatedFamily;
  readonly client: Client<unknown, unknown>;
  readonly requestCount: number;
  readonly random: SeededRandom;
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly keys: KeyJournal;
  readonly trace: Trace;
  readonly owner: Owner;
  readonly processCount: number;
  /** When the world began, in epoch milliseconds. */
  readonly beginsMs: number;
}

/** How long a client waits for an answer: longer than the server tries. */
export const patienceMs = requestTimeoutMs + 500;

/** One after the other, as the SDK does it, but longer. */
const mostTries = 40;

/**
 * How often a client sends two requests at once under one key, to two processes. If they are of the same operation, one
 * has no effect; so the key must hold also where both decide on different partitions.
 */
const shareOfPairs = 0.08;

/** How often a client makes a write without a key, and so only once. */
const shareWithoutKey = 0.1;

/** One client: it sends one request after the other, and most again, with the same key, until they are answered. */
export class ClientRun {
  readonly calls: RecordedCall[] = [];
  isDone = false;
  readonly #parts: ClientRunParts;

  constructor(parts: ClientRunParts) {
    this.#parts = parts;
  }

  async run(): Promise<void> {
    const { client, requestCount, scheduler, owner, random, name } = this.#parts;
    for (let drawn = 0; drawn < requestCount;) {
      const isTwice = drawn + 2 <= requestCount && random.chance(shareOfPairs);
      const draws = Array.from({ length: isTwice ? 2 : 1 }, () => client.draw(this.#now()));
      drawn += draws.length;
      await scheduler.sleep(Math.max(0, draws[0]!.sendAtMs - this.#now()), owner, 'draws a request');
      const commands = new Map(
        draws.map(({ command }) => [JSON.stringify(this.#parts.family.toRequest(command)), command]),
      );
      const calls = [...commands.values()].map((command, index) => this.#call(command, `${name}-${drawn}`, index));
      for (const call of await Promise.all(calls)) this.#take(call);
    }
    this.isDone = true;
  }

  /** What had no effect since its key was another request's is no part of the history. */
  #take(call: RecordedCall | 'keyConflict'): void {
    if (call === 'keyConflict') {
      this.#parts.trace.note('key conflict');
      return;
    }
    this.calls.push(call);
    if (call.answer !== undefined) this.#parts.client.learn(call.command, call.answer);
  }

  async #call(command: unknown, idempotencyKey: string, index: number): Promise<RecordedCall | 'keyConflict'> {
    const { family, number: client } = this.#parts;
    const { isWrite, keySpace, ...request } = family.toRequest(command);
    const hasKey = isWrite && !this.#parts.random.chance(shareWithoutKey);
    const key = keySpace === undefined ? idempotencyKey : `${keySpace}-${idempotencyKey}`;
    const sent: SentRequest = hasKey ? { ...request, idempotencyKey: key } : { ...request, isOnce: isWrite };
    const calledAtMs = this.#now();
    const answer = await this.#sendUntilAnswered(sent, client + index + this.#drawDetour());
    if (answer === undefined) return { client, command, calledAtMs };
    if (isKeyConflict(answer)) return 'keyConflict';
    return { client, command, answer: family.toAnswer(command, answer), calledAtMs, returnedAtMs: this.#now() };
  }

  /** What counts at once in the process that was asked for it may take a while in others. */
  #drawDetour(): number {
    const { family, random, processCount } = this.#parts;
    return family.access === undefined ? 0 : random.integer(processCount);
  }

  /** Undefined for a client that gives up after its first try. */
  async #sendUntilAnswered(sent: SentRequest, firstProcess: number): Promise<ReceivedAnswer | undefined> {
    const { random, scheduler, owner } = this.#parts;
    const isImpatient = random.chance(0.08);
    const givesUp = random.chance(0.3) || sent.isOnce === true;
    for (let tries = 1; ; tries += 1) {
      const timeoutMs = isImpatient && tries === 1 ? 0.5 + 3 * random.fraction() : patienceMs;
      const answer = await this.#send(sent, firstProcess + tries, timeoutMs);
      if (answer !== undefined || givesUp || tries === mostTries) return answer;
      await scheduler.sleep(Math.min(1_000, 20 * 2 ** tries) * random.fraction(), owner, 'tries again');
    }
  }

  /** Now and then to two processes at once. */
  async #send(sent: SentRequest, from: number, timeoutMs: number): Promise<ReceivedAnswer | undefined> {
    const { random, processCount } = this.#parts;
    const process = from % processCount;
    const first = this.#sendTo(process, sent, timeoutMs);
    if (sent.isOnce || !random.chance(0.1)) return first;
    this.#parts.trace.note('sent twice');
    const second = this.#sendTo((process + 1) % processCount, sent, timeoutMs);
    return (await Promise.race([first, second])) ?? (await first) ?? second;
  }

  async #sendTo(process: number, sent: SentRequest, timeoutMs: number): Promise<ReceivedAnswer | undefined> {
    this.#parts.keys.open(sent);
    const answer = await this.#parts.network.send(process, sent, timeoutMs);
    if (answer !== undefined) this.#parts.keys.note(sent, answer);
    return answer;
  }

  #now(): number {
    return this.#parts.beginsMs + this.#parts.scheduler.nowMs;
  }
}
