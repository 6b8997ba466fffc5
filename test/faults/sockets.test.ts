import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { startServerProcess } from '../processes/server-process.ts';
import { AnswerCount } from './answer-count.ts';
import { Journal } from './journal.ts';
import { Load } from './load.ts';
import { promiseBroken } from './promise-broken.ts';
import { RawConnection } from './raw-connection.ts';
import { SeededRandom } from './seeded-random.ts';
import { WireClient } from './wire-client.ts';

const apiKey = `hf_live_${'a'.repeat(43)}`;

const attackers = 2_500;

/** So few connections are the other clients'. */
const mostOtherConnections = 100;

/** What a client gives a request before it takes it for lost: nobody is kept waiting so long on any machine. */
const requestTimeoutMs = 120_000;

/** What an attack may cost: 256 MB for answers that nobody fetches, and what Node keeps for connections and requests. */
const mostExtraMegabytes = 600;

/** `SOCKETS_SEED` repeats what the other clients draw. */
const seed = Number(process.env['SOCKETS_SEED'] || 5);

async function startServer(env: Readonly<Record<string, string>> = {}): Promise<string> {
  const server = await startServerProcess({
    env: { HOLDFAST_STORE: 'memory', HOLDFAST_BOOTSTRAP_API_KEY: apiKey, ...env },
  });
  onTestFinished(async () => void (await server.end('SIGKILL')));
  return server.url;
}

/** Resolves to how many connections it has, when all are open. */
async function attack(url: string): Promise<number> {
  const execArgv = ['--disable-warning=ExperimentalWarning'];
  const attacker = fork(join(import.meta.dirname, 'sockets-attack.ts'), [url], { execArgv });
  onTestFinished(() => void attacker.kill('SIGKILL'));
  const [opened] = (await once(attacker, 'message')) as [number];
  return opened;
}

/** Asks over a connection of its own, as somebody does who comes while the attack is on. */
async function askAnew(url: string, path: string): Promise<string> {
  const headers = { Connection: 'close' };
  const answer = await fetch(url + path, { headers, signal: AbortSignal.timeout(requestTimeoutMs) });
  if (answer.status !== 200) throw new Error(`${path} was answered with ${answer.status}.`);
  return answer.text();
}

interface Observation {
  readonly connections: number;
  /** Connections that were not taken in, so far. */
  readonly refused: number;
  readonly megabytes: number;
}

async function observe(url: string): Promise<Observation> {
  const text = await askAnew(url, '/metrics');
  const valueOf = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'mu').exec(text)?.[1]);
  return {
    connections: valueOf('holdfast_http_connections'),
    refused: valueOf('holdfast_http_connections_refused_total'),
    megabytes: valueOf('process_resident_memory_bytes') / 1_048_576,
  };
}

describe('sockets that are held open', () => {
  test('2,000 half-open ones and 500 slow readers: others are served, the attackers go, memory stays bounded', async () => {
    const url = await startServer();
    const journal = new Journal(new SeededRandom(seed));
    const client = new WireClient(url, apiKey);
    await journal.prepare(client);
    const before = await observe(url);

    const answersUnderAttack = new AnswerCount();
    let opened = 0;
    let failures = 0;
    const clientOf = (_worker: number, failed: number) => {
      if (failed > 0) failures += 1;
      return client;
    };
    const load = new Load({ journal, clientOf, onAnswer: () => opened > 0 && answersUnderAttack.add() });
    void attack(url).then((count) => (opened = count));
    const loaded = answersUnderAttack.reach(1_000).then(() => load.stop());

    const observations: Observation[] = [];
    for (let hasGone = false; !hasGone;) {
      // Connections are taken in in turn: an answer to a later one shows that the server has had all of them.
      const hasCome = opened > 0;
      expect(await askAnew(url, '/readyz')).toBe('ready\n');
      const observation = await observe(url);
      observations.push(observation);
      hasGone = hasCome && observation.connections < mostOtherConnections;
    }
    await loaded;
    expect({ opened, refused: observations.at(-1)?.refused }).toEqual({ opened: attackers, refused: 0 });
    expect(Math.max(...observations.map(({ megabytes }) => megabytes)) - before.megabytes).toBeLessThan(
      mostExtraMegabytes,
    );
    expect({ failures, unanswered: journal.openCount }).toEqual({ failures: 0, unanswered: 0 });
    const broken = await journal.findBrokenPromises(client, { all: true });
    if (broken.length > 0) throw promiseBroken(broken, `After an attack (SOCKETS_SEED=${seed})`);
  });

  test('as many as HOLDFAST_MAX_CONNECTIONS: further ones are refused, who is connected is served, and they go', async () => {
    const url = await startServer({ HOLDFAST_MAX_CONNECTIONS: '50' });
    const bodies: string[] = [];
    const connected = new RawConnection(url, ({ body }) => bodies.push(body));
    const askAgain = async (path: string) => {
      const count = bodies.length;
      connected.send(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      await expect.poll(() => bodies.length).toBe(count + 1);
      return bodies.at(-1);
    };
    expect(await askAgain('/readyz')).toBe('ready\n');
    const sockets = await Promise.all(Array.from({ length: 80 }, () => openSilent(url)));
    onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
    expect(await askAgain('/readyz')).toBe('ready\n');
    expect(await askAgain('/metrics')).toMatch(/^holdfast_http_connections_refused_total 31$/mu);
    await expect.poll(() => askAnew(url, '/readyz').catch(() => 'refused')).toBe('ready\n');
  });
});

function openSilent(url: string): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => resolve(socket));
    socket.on('error', () => resolve(socket));
    socket.resume();
  });
}
