import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, onTestFinished, test } from 'vitest';

import { startServerProcess } from '../processes/server-process.ts';
import type { ServerProcess } from '../processes/server-process.ts';
import { AnswerCount } from './answer-count.ts';
import { Journal } from './journal.ts';
import { promiseBroken } from './promise-broken.ts';
import { RawConnection, toRequest } from './raw-connection.ts';
import type { ConnectionEnd } from './raw-connection.ts';
import { SeededRandom } from './seeded-random.ts';
import { writeUntilClosed } from './shutdown-load.ts';
import { WireClient } from './wire-client.ts';

const apiKey = `hf_live_${'s'.repeat(43)}`;

/** `SHUTDOWN_SEED` repeats what the clients draw. */
const seed = Number(process.env['SHUTDOWN_SEED'] || randomInt(1_000_000));

const rounds = 3;
const connectionCount = 32;
const closedInGoodOrder = { halfAnswer: '', error: undefined };

/** As many as a client may send ahead, for pages of 200 KB: more than the system buffers for a connection. */
const pageRequests = 'GET /docs HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(60);

/** More than the one that asks. */
const areRequestsHeld = /^holdfast_http_requests_in_flight (?!1$)/mu;

class ShutdownRun {
  readonly journal: Journal;
  readonly #folder: string;
  readonly #env: Readonly<Record<string, string>>;
  #server: ServerProcess | undefined;

  constructor(folder: string, env: Readonly<Record<string, string>>) {
    this.#folder = folder;
    this.#env = env;
    this.journal = new Journal(new SeededRandom(seed));
  }

  get url(): string {
    return this.#server?.url ?? '';
  }

  get pid(): number {
    return this.#server?.pid ?? 0;
  }

  async start(): Promise<WireClient> {
    const isFirst = this.#server === undefined;
    const env = { HOLDFAST_DATA_DIR: this.#folder, HOLDFAST_BOOTSTRAP_API_KEY: apiKey, ...this.#env };
    this.#server = await startServerProcess({ env });
    const client = new WireClient(this.url, apiKey);
    if (isFirst) await this.journal.prepare(client);
    return client;
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null | undefined> {
    return this.#server?.end(signal);
  }

  log(): string {
    return this.#server?.log().join('\n') ?? '';
  }

  async expectPromisesKept(client: WireClient): Promise<void> {
    await this.journal.settle(client);
    const broken = await this.journal.findBrokenPromises(client, { all: true });
    if (broken.length > 0) throw promiseBroken(broken, `After SIGTERM and a start (SHUTDOWN_SEED=${seed})`);
  }
}

async function createRun(env: Readonly<Record<string, string>> = {}): Promise<ShutdownRun> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-shutdown-'));
  const run = new ShutdownRun(folder, env);
  onTestFinished(async () => {
    await run.end('SIGKILL');
    await rm(folder, { recursive: true });
  });
  return run;
}

/**
 * A quarter of the clients have four requests under way, a quarter never pause, half are idle most of the time. Resolves
 * when each of them has been answered a few times: what waits to be accepted is reset when a server stops to listen.
 */
async function loadAll(run: ShutdownRun): Promise<{ readonly ends: Promise<readonly ConnectionEnd[]> }> {
  const options = { url: run.url, apiKey, journal: run.journal };
  const reached: Promise<void>[] = [];
  const ends = Array.from({ length: connectionCount }, (_, index) => {
    const workers = index % 4 === 0 ? [0, 1, 2, 3].map((slot) => index * 4 + slot) : [index * 4];
    const thinkMs = () => (index % 2 === 0 ? 0 : Math.random() * 20);
    const answers = new AnswerCount();
    reached.push(answers.reach(3));
    return writeUntilClosed({ ...options, workers, thinkMs, onAnswer: () => answers.add() });
  });
  await Promise.all(reached);
  return { ends: Promise.all(ends) };
}

describe('a server on SIGTERM', () => {
  test(`under load: resets no connection, breaks off no answer, and keeps what it has answered (SHUTDOWN_SEED=${seed})`, async () => {
    const run = await createRun();
    for (let round = 0; round < rounds; round += 1) {
      await run.start();
      const { ends } = await loadAll(run);
      expect(await run.end('SIGTERM')).toBe(0);
      expect((await ends).filter(({ halfAnswer, error }) => halfAnswer !== '' || error !== undefined)).toEqual([]);
    }
    await run.expectPromisesKept(await run.start());
  });

  test('takes no more connections, and waits for requests and answers that are half-way', async () => {
    const run = await createRun();
    await run.start();
    const [slowReader, slowWriter, silent] = [0, 1, 2].map(() => new RawConnection(run.url)) as [
      RawConnection,
      RawConnection,
      RawConnection,
    ];
    slowReader.stopReading();
    slowReader.send(pageRequests);
    const { write, idempotencyKey } = run.journal.next(0);
    const request = toRequest(write, apiKey, idempotencyKey);
    slowWriter.send(request.slice(0, -10));
    silent.send(request.slice(0, 50));
    await untilMetric(run.url, /^holdfast_http_connections [4-9]$/mu);
    await untilMetric(run.url, areRequestsHeld);

    const exited = run.end('SIGTERM');
    await expect.poll(() => run.log()).toContain('stopping');
    await expect(fetch(`${run.url}/healthz`)).rejects.toThrow();
    slowWriter.send(request.slice(-10));
    expect(await slowWriter.ended).toEqual({ ...closedInGoodOrder, answers: 1 });
    slowReader.goOnReading();
    expect(await exited).toBe(0);
    const end = await slowReader.ended;
    expect(end).toMatchObject(closedInGoodOrder);
    expect(end.answers).toBeGreaterThan(0);
    expect(await silent.ended).toMatchObject(closedInGoodOrder);
    await run.expectPromisesKept(await run.start());
  });

  test('with a client that never reads: cuts it off in the end, says so, and ends in good order', async () => {
    const run = await createRun({ HOLDFAST_SHUTDOWN_TIMEOUT_MS: '500' });
    await run.start();
    await holdUp(run);
    expect(await run.end('SIGTERM')).toBe(0);
    expect(run.log()).toContain("requests were cut off: they weren't answered within 500 ms");
    await run.expectPromisesKept(await run.start());
  });

  test('twice: ends at once, with what it has answered in the store', async () => {
    const run = await createRun();
    await run.start();
    await holdUp(run);
    const { ends } = await loadAll(run);
    const exited = run.end('SIGTERM');
    await expect.poll(() => run.log()).toContain('stopping');
    // It waits for the client that doesn't read.
    await delay(50);
    process.kill(run.pid, 'SIGTERM');
    expect(await exited).toBe(1);
    await ends;
    await run.expectPromisesKept(await run.start());
  });
});

/** A client that has asked for more than the system buffers, and doesn't read it. */
async function holdUp(run: ShutdownRun): Promise<void> {
  const connection = new RawConnection(run.url);
  onTestFinished(() => connection.destroy());
  connection.stopReading();
  connection.send(pageRequests);
  await untilMetric(run.url, areRequestsHeld);
}

async function untilMetric(url: string, expected: RegExp): Promise<void> {
  await expect.poll(async () => (await fetch(`${url}/metrics`)).text()).toMatch(expected);
}
