import { startServerProcess } from '../processes/server-process.ts';
import type { ServerProcess } from '../processes/server-process.ts';
import { AnswerCount } from './answer-count.ts';
import { drawCrashMoments, untilCrashMoment } from './crash-moments.ts';
import type { CrashMoment } from './crash-moments.ts';
import type { BrokenPromise } from './family.ts';
import { inTime } from './in-time.ts';
import { Journal } from './journal.ts';
import { Load } from './load.ts';
import { promiseBroken } from './promise-broken.ts';
import { SeededRandom } from './seeded-random.ts';
import { WatchedOutbox } from './watched-outbox.ts';
import { WireClient } from './wire-client.ts';

const apiKey = `hf_live_${'c'.repeat(43)}`;

/** For the first start, which makes the file; later ones are timed. */
const usualStartMs = 400;

export interface CrashRunOptions {
  readonly seed: number;
  readonly crashes: number;
  /** Where the server keeps its data; empty at first. */
  readonly folder: string;
}

/** A server on one SQLite file through its lives, and the journal of its clients. */
export class CrashRun {
  readonly journal: Journal;
  readonly #folder: string;
  readonly #replay: string;
  readonly #moments: readonly CrashMoment[];
  #crashes = 0;
  #server: ServerProcess | undefined;
  #startMs = usualStartMs;
  #isPrepared = false;
  readonly #outbox = new WatchedOutbox([{ name: 'the server', apiKey, url: () => this.#server?.url ?? '' }]);

  constructor({ seed, crashes, folder }: CrashRunOptions) {
    const random = new SeededRandom(seed);
    this.#folder = folder;
    this.#replay = `CRASH_SEED=${seed} CRASHES=${crashes} pnpm vitest run test/faults/crash.test.ts`;
    this.#moments = drawCrashMoments(random, crashes);
    this.journal = new Journal(random);
  }

  /** Lets the server live and be killed as often as asked for, and then once more without a crash. */
  async run(): Promise<void> {
    for (const moment of this.#moments) await this.#liveUntil(moment);
    const client = await this.#start();
    await this.#expectPromisesKept(client, { all: true });
    this.#expectNone(await this.#outbox.findBrokenPromises(client, this.journal));
  }

  async end(): Promise<void> {
    await this.#outbox.end();
    await this.#server?.end('SIGKILL');
  }

  async #liveUntil(moment: CrashMoment): Promise<void> {
    this.#crashes += 1;
    if (moment.when === 'starting') return this.#crashWhileStarting(moment.part);
    const client = await this.#start();
    if (moment.when !== 'recovering') await this.#expectPromisesKept(client, { all: false });
    await this.#crashUnderLoad(moment, client);
  }

  async #start(signal?: AbortSignal): Promise<WireClient> {
    const startedAtMs = performance.now();
    const env = { HOLDFAST_DATA_DIR: this.#folder, HOLDFAST_BOOTSTRAP_API_KEY: apiKey };
    this.#server = await startServerProcess({ env, ...(signal === undefined ? {} : { signal }) });
    this.#startMs = performance.now() - startedAtMs;
    const client = new WireClient(this.#server.url, apiKey);
    if (!this.#isPrepared) await this.journal.prepare(client);
    this.#isPrepared = true;
    return client;
  }

  async #crashWhileStarting(part: number): Promise<void> {
    const usualMs = this.#startMs;
    const killer = new AbortController();
    const timer = setTimeout(() => killer.abort(), usualMs * part);
    try {
      await this.#start(killer.signal);
    } catch (error) {
      if (!killer.signal.aborted) throw error;
    }
    clearTimeout(timer);
    this.#startMs = usualMs;
    await this.#server?.end('SIGKILL');
  }

  async #crashUnderLoad(moment: CrashMoment, client: WireClient): Promise<void> {
    const answers = new AnswerCount();
    const load = new Load({ journal: this.journal, clientOf: () => client, onAnswer: () => answers.add() });
    const isReached = untilCrashMoment(moment, this.#folder, answers);
    await inTime(isReached, `a server under load until ${JSON.stringify(moment)}`);
    const killed = this.#server?.end('SIGKILL');
    await load.stop();
    const exitCode = await killed;
    if (exitCode !== null) throw new Error(`The server ended by itself, with ${exitCode}.`);
  }

  async #expectPromisesKept(client: WireClient, { all }: { readonly all: boolean }): Promise<void> {
    await this.journal.settle(client);
    this.#expectNone(await this.journal.findBrokenPromises(client, { all }));
  }

  #expectNone(broken: readonly BrokenPromise[]): void {
    if (broken.length === 0) return;
    const crashes = this.#moments.slice(0, this.#crashes).map((moment) => JSON.stringify(moment));
    throw promiseBroken(broken, `Replay: ${this.#replay}\nAfter ${crashes.length} crashes:\n  ${crashes.join('\n  ')}`);
  }
}
