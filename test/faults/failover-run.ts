import type { TestMongo } from '@holdfast/store-mongodb/testing';

import { startServerProcess } from '../processes/server-process.ts';
import type { ServerProcess } from '../processes/server-process.ts';
import { AnswerCount } from './answer-count.ts';
import type { BrokenPromise } from './family.ts';
import { inTime } from './in-time.ts';
import { Journal } from './journal.ts';
import { Load } from './load.ts';
import { promiseBroken } from './promise-broken.ts';
import { SeededRandom } from './seeded-random.ts';
import { WatchedOutbox } from './watched-outbox.ts';
import { WireClient } from './wire-client.ts';

const apiKey = `hf_live_${'f'.repeat(43)}`;
const serverCount = 3;

/** How many requests a server answers until it counts as recovered: more than were under way when something broke. */
const answersOfRecovery = 30;

/** The driver asks once more by itself, so that only every other failure reaches the store. */
const commitsInDoubt = 12;

/** How much of a server's log shows why it doesn't answer. */
const logLinesShown = 5;

/** What can go wrong around three servers. */
export const disturbances = [
  'primary killed',
  'primary stepped down',
  'server killed',
  'commits in doubt, done',
  'commits in doubt, undone',
] as const;
export type Disturbance = (typeof disturbances)[number];

/** Three servers on one replica set, and the journal of their clients. */
export class FailoverRun {
  readonly journal: Journal;
  readonly #mongo: TestMongo;
  readonly #random: SeededRandom;
  readonly #servers: ServerProcess[] = [];
  readonly #happened: string[] = [];
  readonly #replay: string;
  #outbox: WatchedOutbox | undefined;

  constructor(mongo: TestMongo, { seed, timesEach }: { readonly seed: number; readonly timesEach: number }) {
    this.#mongo = mongo;
    this.#replay = `FAILOVER_SEED=${seed} FAILOVERS=${timesEach} pnpm vitest run test/faults/failover.test.ts`;
    this.#random = new SeededRandom(seed);
    this.journal = new Journal(this.#random);
  }

  async start(): Promise<void> {
    for (let server = 0; server < serverCount; server += 1) this.#servers.push(await this.#startServer());
    await this.journal.prepare(this.#client(0));
    this.#outbox = new WatchedOutbox(
      this.#servers.map((_, server) => ({ name: `server ${server}`, apiKey, url: () => this.#servers[server]!.url })),
    );
  }

  /** Breaks something under load, waits until the service is itself again, mends it, and looks at everything. */
  async disturb(disturbance: Disturbance): Promise<void> {
    this.#happened.push(disturbance);
    let answers = this.#countAnswers();
    const clientOf = (worker: number, failures: number) => this.#client((worker + failures) % serverCount);
    const onAnswer = (worker: number, failures: number) => answers[(worker + failures) % serverCount]?.add();
    const load = new Load({ journal: this.journal, clientOf, onAnswer });
    await this.#inTime(reachEach(answers, [0], 1 + this.#random.integer(150)), `answers before ${disturbance}`);
    const { mend, alive } = await this.#break(disturbance);
    answers = this.#countAnswers();
    const isRecovered = reachEach(answers, alive, answersOfRecovery);
    await this.#inTime(isRecovered, `each server to answer again after ${disturbance}`);
    await mend();
    await load.stop();
    await this.#expectPromisesKept({ all: false });
  }

  /** Looks at everything for the last time. */
  async finish(): Promise<void> {
    await this.#expectPromisesKept({ all: true });
    this.#expectNone((await this.#outbox?.findBrokenPromises(this.#client(0), this.journal)) ?? []);
    const exitCodes = await Promise.all(this.#servers.map((server) => server.end('SIGKILL')));
    if (exitCodes.some((code) => code !== null)) throw new Error(`A server ended by itself: ${exitCodes.join()}.`);
  }

  async end(): Promise<void> {
    await this.#outbox?.end();
    await Promise.all(this.#servers.map((server) => server.end('SIGKILL')));
  }

  async #break(disturbance: Disturbance): Promise<{ readonly alive: readonly number[]; mend(): Promise<void> }> {
    const all = this.#servers.map((_, server) => server);
    if (disturbance === 'primary stepped down') {
      await this.#mongo.stepDown();
      return { alive: all, mend: async () => {} };
    }
    if (disturbance === 'commits in doubt, done' || disturbance === 'commits in doubt, undone') {
      await this.#mongo.doubtCommits(disturbance === 'commits in doubt, done' ? 'done' : 'undone', commitsInDoubt);
      return { alive: all, mend: async () => {} };
    }
    if (disturbance === 'primary killed') {
      const member = await this.#mongo.killPrimary();
      return { alive: all, mend: () => member.restart() };
    }
    const victim = this.#random.integer(serverCount);
    await this.#servers[victim]?.end('SIGKILL');
    const mend = async () => {
      this.#servers[victim] = await this.#startServer();
    };
    return { alive: all.filter((server) => server !== victim), mend };
  }

  #startServer(): Promise<ServerProcess> {
    const env = { MONGODB_URI: this.#mongo.uri, MONGODB_DATABASE: 'failover', HOLDFAST_BOOTSTRAP_API_KEY: apiKey };
    return startServerProcess({ env });
  }

  #client(server: number): WireClient {
    return new WireClient(this.#servers[server]?.url ?? '', apiKey);
  }

  #countAnswers(): readonly AnswerCount[] {
    return this.#servers.map(() => new AnswerCount());
  }

  async #inTime(work: Promise<unknown>, what: string): Promise<void> {
    try {
      await inTime(work, what);
    } catch (error) {
      const logs = this.#servers.flatMap(({ url, log }) => [`${url}:`, ...log().slice(-logLinesShown)]);
      throw new Error([`${String(error)} After: ${this.#happened.join(', ')}.`, ...logs].join('\n'), { cause: error });
    }
  }

  async #expectPromisesKept({ all }: { readonly all: boolean }): Promise<void> {
    const client = this.#client(this.#random.integer(serverCount));
    await this.journal.settle(client);
    this.#expectNone(await this.journal.findBrokenPromises(client, { all }));
  }

  #expectNone(broken: readonly BrokenPromise[]): void {
    if (broken.length === 0) return;
    throw promiseBroken(broken, `After: ${this.#happened.join(', ')}.\nReplay: ${this.#replay}`);
  }
}

/** Resolves when each of the servers named has given so many answers. */
async function reachEach(answers: readonly AnswerCount[], servers: readonly number[], goal: number): Promise<void> {
  await Promise.all(servers.map((server) => answers[server]?.reach(goal)));
}
