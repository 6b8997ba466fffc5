import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { ApiError, ConnectionError, UnavailableError } from '@holdfast/sdk';

import { SeededRandom } from '../../faults/seeded-random.ts';
import { NoAnswer } from '../../faults/wire-client.ts';
import type { Client, AnyFamily, SendOptions } from '../family.ts';
import type { Server } from '../server.ts';
import type { History, RecordedCall } from './history.ts';

export interface RecordingOptions {
  readonly family: AnyFamily;
  /** One for each server process. */
  readonly servers: readonly Server[];
  readonly target: string;
  readonly seed: number;
  readonly clockToleranceMs: number;
}

const clientCount = 16;
const requestCount = 8;

const patienceMs = 30_000;
const mostImpatienceMs = 25;

/** Lets clients loose on names that nobody else uses, and writes down what they send and get. */
export async function recordHistory(options: RecordingOptions): Promise<History> {
  const { family, servers, target, seed, clockToleranceMs } = options;
  const scope = `h${seed}`;
  await family.prepare(servers[0]!, scope, { timeoutMs: patienceMs });
  const recorder = new Recorder(options);
  const clients = Array.from({ length: clientCount }, (_, number) => {
    const random = new SeededRandom(seed * clientCount + number);
    return recorder.run(number, family.createClient({ random, scope, number, requestCount }), random);
  });
  await Promise.all(clients);
  return { family: family.name, target, seed, clockToleranceMs, calls: recorder.calls };
}

class Recorder {
  readonly calls: RecordedCall[] = [];
  readonly #family: AnyFamily;
  readonly #servers: readonly Server[];
  /** The time of day, which never runs backwards while a history is recorded. */
  readonly #originMs = Date.now() - performance.now();

  constructor({ family, servers }: RecordingOptions) {
    this.#family = family;
    this.#servers = servers;
  }

  async run(number: number, client: Client<unknown, unknown>, random: SeededRandom): Promise<void> {
    for (let request = 0; request < requestCount; request += 1) {
      const { command, sendAtMs } = client.draw(this.#now());
      const waitMs = sendAtMs - this.#now();
      if (waitMs > 0) await delay(waitMs);
      const call = await this.#call(number, command, random);
      this.calls.push(call);
      if (call.answer !== undefined) client.learn(command, call.answer);
    }
  }

  /**
   * Sends a command. One in eight clients gives up after a short while and closes the connection; most of those ask
   * again with the same idempotency key, at the next process, and so find out after all what became of it.
   */
  async #call(client: number, command: unknown, random: SeededRandom): Promise<RecordedCall> {
    const isPatient = random.chance(7 / 8);
    const timeoutMs = isPatient ? patienceMs : 1 + random.integer(mostImpatienceMs);
    const asksAgain = random.chance(0.6);
    const idempotencyKey = randomUUID();
    const calledAtMs = this.#now();
    let answer = await this.#send(client, command, { timeoutMs, idempotencyKey });
    if (answer === undefined && asksAgain) {
      answer = await this.#send(client + 1, command, { timeoutMs: patienceMs, idempotencyKey });
    }
    if (answer === undefined) return { client, command, calledAtMs };
    return { client, command, answer, calledAtMs, returnedAtMs: this.#now() };
  }

  /** Undefined if nobody can tell what became of it. What else goes wrong is a fault. */
  async #send(client: number, command: unknown, options: SendOptions): Promise<unknown> {
    try {
      return await this.#family.send(this.#servers[client % this.#servers.length]!, command, options);
    } catch (error) {
      if (error instanceof NoAnswer || error instanceof ConnectionError) return undefined;
      if (error instanceof UnavailableError || isTooSlow(error)) return undefined;
      throw error;
    }
  }

  #now(): number {
    return this.#originMs + performance.now();
  }
}

/** The machine is so busy that the request came in too slowly for the server. */
function isTooSlow(error: unknown): boolean {
  return error instanceof ApiError && error.status === 408;
}
