import type { SeededRandom } from './seeded-random.ts';
import type { Answer, WireClient, Write } from './wire-client.ts';

/**
 * What a family of reservations brings to the fault tests, which otherwise know nothing of it: the writes of its
 * clients, and the promises that it keeps whatever breaks.
 */
export interface Family {
  readonly name: string;
  /** For a database with nothing in it. */
  open(random: SeededRandom): Account;
}

/** What the clients of one family have been told in one run, and so what they may rely on. */
export interface Account {
  /** What is to be there before the load begins. */
  prepare(): readonly Write[];
  /** The next write of a worker. It has been answered to all of its earlier ones. */
  draw(worker: number): Write;
  /** Takes in the first answer to a write. Called once for each, in the order in which a worker was answered. */
  learn(entry: AnsweredEntry): void;
  /** Looks at everything that the server has, when no write is unanswered. */
  findBrokenPromises(client: WireClient): Promise<readonly BrokenPromise[]>;
}

/** A write and what became of it. */
export interface Entry {
  readonly number: number;
  readonly worker: number;
  readonly idempotencyKey: string;
  readonly write: Write;
  /** How often it was sent until it was answered. */
  attempts: number;
  answer?: Answer;
}

export type AnsweredEntry = Entry & { readonly answer: Answer };

export interface BrokenPromise {
  readonly promise: string;
  /** What the journal and the server have to say about whatever it is that it was broken on. */
  readonly evidence: readonly string[];
}

/** An entry in a line. */
export function describeEntry({ number, worker, idempotencyKey, write, attempts, answer }: Entry): string {
  const outcome = answer === undefined ? 'no answer' : describeAnswer(answer);
  const { operationId, path = {}, body } = write;
  const request = [operationId, ...Object.values(path), JSON.stringify(body) ?? ''].join(' ').trimEnd();
  return shorten(`#${number} worker ${worker}, key ${idempotencyKey}, sent ${attempts}×: ${request} → ${outcome}`);
}

export function describeAnswer({ status, isReplayed, body }: Answer): string {
  return `${status}${isReplayed ? ' (replayed)' : ''} ${body}`;
}

/** Without the padding that only fills the disk. */
function shorten(line: string): string {
  return line.replaceAll(/(.)\1{50,}/gu, '$1…');
}
