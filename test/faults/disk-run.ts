import { readFileSync } from 'node:fs';

import { operations } from '@holdfast/contract';
import { vi } from 'vitest';

import { startServerProcess } from '../processes/server-process.ts';
import type { ServerProcess } from '../processes/server-process.ts';
import { AnswerCount } from './answer-count.ts';
import { Journal } from './journal.ts';
import { Load } from './load.ts';
import { promiseBroken } from './promise-broken.ts';
import { SeededRandom } from './seeded-random.ts';
import { initOf, targetOf, WireClient } from './wire-client.ts';

const apiKey = `hf_live_${'d'.repeat(43)}`;

/** A probe counts for a second, and it may take long to fill a log with a load. */
const noticeTimeoutMs = 240_000;

/** What lists want to be told, those that have such parameters. */
const queryValues: Readonly<Record<string, string>> = {
  from: '2030-01-01T00:00:00Z',
  to: '2030-01-02T00:00:00Z',
  durationMinutes: '15',
  capacityGb: '4',
};

export interface DiskRunOptions {
  readonly seed: number;
  /** Where the server keeps its data. */
  readonly folder: string;
  readonly launcher?: readonly string[];
}

/** What `/readyz` says. */
export interface Readiness {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}

/** A server on one SQLite file whose disk fails now and then, and the journal of its clients. */
export class DiskRun {
  readonly journal: Journal;
  readonly #options: DiskRunOptions;
  #server: ServerProcess | undefined;

  constructor(options: DiskRunOptions) {
    this.#options = options;
    this.journal = new Journal(new SeededRandom(options.seed));
  }

  get server(): ServerProcess {
    if (this.#server === undefined) throw new Error('The server has not been started.');
    return this.#server;
  }

  /** Rejects with what the server said if it can't start. */
  async start(): Promise<void> {
    const { folder, launcher = [] } = this.#options;
    const isFirst = this.#server === undefined;
    const env = { HOLDFAST_DATA_DIR: folder, HOLDFAST_BOOTSTRAP_API_KEY: apiKey };
    this.#server = await startServerProcess({ env, launcher });
    if (isFirst) await this.journal.prepare(this.#client);
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null | undefined> {
    return this.#server?.end(signal);
  }

  /** Loads the server until so many writes have been answered. */
  async load(answerCount: number): Promise<void> {
    const answers = new AnswerCount();
    const load = this.beginLoad(() => answers.add());
    await answers.reach(answerCount);
    await load.stop();
  }

  beginLoad(onAnswer: () => void = () => undefined): Load {
    const client = this.#client;
    return new Load({ journal: this.journal, clientOf: () => client, onAnswer });
  }

  async readiness(): Promise<Readiness> {
    const answer = await fetch(`${this.server.url}/readyz`);
    return { status: answer.status, type: answer.headers.get('Content-Type'), text: await answer.text() };
  }

  /** Resolves once `/readyz` answers with this status. */
  async untilReadiness(status: number): Promise<Readiness> {
    const isSo = async () => {
      const readiness = await this.readiness();
      if (readiness.status !== status) throw new Error(`/readyz still says ${readiness.status}: ${readiness.text}`);
      return readiness;
    };
    return vi.waitFor(isSo, { timeout: noticeTimeoutMs, interval: 50 });
  }

  /** How a new write is answered: its status, and what an answer of that status must carry. */
  async writeOnce(): Promise<{ readonly status: number; readonly retryAfter: string | null; readonly error: unknown }> {
    const { write, idempotencyKey } = this.journal.next(0);
    const answer = await fetch(this.server.url + targetOf(write), initOf(write, apiKey, idempotencyKey));
    const { error, type } = (await answer.json()) as { error?: string; type?: string };
    return {
      status: answer.status,
      retryAfter: answer.headers.get('Retry-After'),
      error: error ?? type?.split('/').at(-1),
    };
  }

  /** How `/healthz` and everything that lists what there is are answered, but for what is answered with 200. */
  async failedReads(): Promise<readonly string[]> {
    const lists = Object.values(operations).filter(({ method, path }) => method === 'GET' && !path.includes('{'));
    const targets = lists.map(({ operationId, queryParameters }) => {
      const given = queryParameters.flatMap(({ name }) => [[name, queryValues[name]]].filter(([, value]) => value));
      return targetOf({ operationId, query: Object.fromEntries(given) });
    });
    const paths = ['/healthz', ...targets];
    const headers = { 'X-API-Key': apiKey };
    const failures = paths.map(async (path) => {
      const answer = await fetch(this.server.url + path, { headers });
      return answer.status === 200 ? [] : [`${path}: ${answer.status} ${await answer.text()}`];
    });
    return (await Promise.all(failures)).flat();
  }

  /** That a refused write had no effect is sure on a full disk, so it isn't sent again before this is asked. */
  async expectPromisesKept(circumstances: string): Promise<void> {
    const broken = await this.journal.findBrokenPromises(this.#client, { all: true });
    if (broken.length > 0) throw promiseBroken(broken, `${circumstances} (DISK_SEED=${this.#options.seed})`);
  }

  async settle(): Promise<void> {
    await this.journal.settle(this.#client);
  }

  /** How many lines of the log say this. */
  countLog(text: string): number {
    return this.server.log().filter((line) => line.includes(text)).length;
  }

  /** The processor time that the server has used up to now, in milliseconds. */
  processorTimeMs(): number {
    const fields = readFileSync(`/proc/${this.server.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    // In ticks of a hundredth of a second, on every Linux that Node runs on.
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  get #client(): WireClient {
    return new WireClient(this.server.url, apiKey);
  }
}
