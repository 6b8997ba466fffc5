import type { SeededRandom } from '../faults/seeded-random.ts';
import type { RunCount } from '../run-count.ts';
import type { Call, SequentialSpec } from './checker/sequential-spec.ts';
import type { Server } from './server.ts';

/** What recorder and checker have to know of a family of operations. Commands and answers are plain JSON. */
export interface Family<Command, Answer, State> {
  readonly name: string;
  /** How many histories are recorded unless it is said how many: fewer where one takes longer. */
  readonly usualHistoryCount: RunCount;
  /** Registers what the histories of this scope are about. A scope is a prefix of names that no other history uses. */
  prepare(server: Server, scope: string, options: SendOptions): Promise<void>;
  /** One of the clients of a history. */
  createClient(options: ClientOptions): Client<Command, Answer>;
  /**
   * Makes the request. A refusal that says what became of it is an answer too. Rejects with the SDK's `ConnectionError` or
   * with `NoAnswer` if nobody can tell.
   */
  send(server: Server, command: Command, options: SendOptions): Promise<Answer>;
  /** What can be looked at apart, by a key for each part: a lock, say, or all that commands may take together. */
  split(command: Command, answer: Answer | undefined): readonly Part<Command, Answer>[];
  /** Narrows the times of a key's calls without an answer by what other answers tell of them. */
  placeUnanswered(calls: readonly Call<Command, Answer>[], clockToleranceMs: number): readonly Call<Command, Answer>[];
  /** What a key does when one client at a time uses it. */
  specOf(key: string, clockToleranceMs: number): SequentialSpec<State, Command, Answer>;
  /** One line for people; times are given from `originMs` on. */
  describe(call: Call<Command, Answer>, originMs: number): string;
  /** What the histories of a run must cover to prove anything: words such as the statuses of results. */
  readonly expectedCoverage: readonly string[];
  coverageOf(command: Command, answer: Answer): readonly string[];
}

export interface SendOptions {
  readonly timeoutMs: number;
  readonly idempotencyKey?: string;
}

export interface ClientOptions {
  readonly random: SeededRandom;
  readonly scope: string;
  /** Of this client, from 0. */
  readonly number: number;
  readonly requestCount: number;
}

/** Draws commands at random, with what it has learnt from answers. */
export interface Client<Command, Answer> {
  draw(nowMs: number): Draw<Command>;
  learn(command: Command, answer: Answer): void;
}

export interface Draw<Command> {
  readonly command: Command;
  /** By the clock; it is to be sent at this time, or at once if that is past. */
  readonly sendAtMs: number;
}

export interface Part<Command, Answer> {
  readonly key: string;
  readonly operation: Command;
  readonly answer: Answer | undefined;
}

/** A family whose own types are nobody else's business. */
export type AnyFamily = Family<unknown, unknown, unknown>;

export function asFamily<Command, Answer, State>(family: Family<Command, Answer, State>): AnyFamily {
  // Whoever holds an `AnyFamily` gives it nothing but commands and answers that came from it.
  return family as unknown as AnyFamily;
}
