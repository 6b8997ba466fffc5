import { randomInt } from 'node:crypto';
import { join } from 'node:path';

import { startMongo } from '@holdfast/store-mongodb/testing';
import type { TestMongo } from '@holdfast/store-mongodb/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

import { AnswerCount } from '../faults/answer-count.ts';
import { inTime } from '../faults/in-time.ts';
import { Journal } from '../faults/journal.ts';
import { Load } from '../faults/load.ts';
import { SeededRandom } from '../faults/seeded-random.ts';
import { WatchedOutbox } from '../faults/watched-outbox.ts';
import { WireClient } from '../faults/wire-client.ts';
import { readLog } from '../outbox/read-log.ts';
import { startServerProcess } from './server-process.ts';
import type { ServerProcess, ServerProcessOptions } from './server-process.ts';

const apiKey = `hf_live_${'e'.repeat(43)}`;
const hourMs = 3_600_000;
const script = join(import.meta.dirname, 'server-that-numbers-nothing.ts');

/** Repeats what is drawn. */
const seed = Number(process.env['EVENTS_SEED'] || randomInt(1_000_000));

// Without a mongod it is left out, which `npm test` says loudly; in CI that is a failure.
describe.skipIf(inject('mongodbUri') === undefined)('processes on one MongoDB, with clocks hours apart', () => {
  const journal = new Journal(new SeededRandom(seed));
  let mongo: TestMongo;
  let servers: readonly ServerProcess[] = [];

  const start = (options: Omit<ServerProcessOptions, 'env'>) =>
    startServerProcess({ ...options, env: { MONGODB_URI: mongo.uri, HOLDFAST_BOOTSTRAP_API_KEY: apiKey } });

  beforeAll(async () => {
    mongo = await startMongo();
    servers = [await start({ clockShiftMs: -hourMs }), await start({ clockShiftMs: hourMs })];
    await journal.prepare(clientAt(servers[0]!));
  });

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.end('SIGKILL')));
    await mongo?.stop();
  });

  /** Has clients write at these servers until one of them has answered so often. */
  async function writeAt(chosen: readonly ServerProcess[], answersOfFirst: number): Promise<void> {
    const answers = new AnswerCount();
    const load = new Load({
      journal,
      clientOf: (worker, failures) => clientAt(chosen[(worker + failures) % chosen.length]!),
      onAnswer: (worker, failures) => (worker + failures) % chosen.length === 0 && answers.add(),
    });
    await inTime(answers.reach(answersOfFirst), 'answers of a server that numbers nothing');
    await chosen[0]!.end('SIGKILL');
    await load.stop();
  }

  test(`have a number for each event of one that is killed before it numbers any (EVENTS_SEED=${seed})`, async () => {
    const before = await readLog(clientAt(servers[0]!));
    const doomed = await start({ script });
    await writeAt([doomed], 40);
    const outbox = new WatchedOutbox(servers.map((server) => ({ name: server.url, apiKey, url: () => server.url })));
    await journal.settle(clientAt(servers[1]!));
    expect(await outbox.findBrokenPromises(clientAt(servers[0]!), journal)).toEqual([]);
    expect((await readLog(clientAt(servers[1]!))).length).toBeGreaterThan(before.length + 20);
  });

  test(`tell all in order while they write and one is killed before it numbers anything (EVENTS_SEED=${seed})`, async () => {
    const outbox = new WatchedOutbox(servers.map((server) => ({ name: server.url, apiKey, url: () => server.url })));
    await writeAt([await start({ script }), ...servers], 12);
    await journal.settle(clientAt(servers[0]!));
    expect(await outbox.findBrokenPromises(clientAt(servers[0]!), journal)).toEqual([]);
  });
});

function clientAt({ url }: ServerProcess): WireClient {
  return new WireClient(url, apiKey);
}
