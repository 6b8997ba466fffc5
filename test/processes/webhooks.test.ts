import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { IssuedWebhookEndpoint, WebhookDeliveryPage } from '@holdfast/contract';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';

import { WireClient } from '../faults/wire-client.ts';
import { expectSigned, Inbox } from '../receivers/inbox.ts';
import type { Received } from '../receivers/inbox.ts';
import { startLoopbackReceiver } from '../receivers/loopback-receiver.ts';
import type { LoopbackReceiver } from '../receivers/loopback-receiver.ts';
import { createMovableTime } from './movable-time.ts';
import type { MovableTime } from './movable-time.ts';
import { ask } from './new-tenant.ts';
import { startServerProcess } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';

const adminKey = `hf_live_${'6'.repeat(43)}`;
const uri = inject('mongodbUri');

/** Far ahead, because MongoDB deletes by its own clock what is past its purge time. */
const startMs = Date.parse('2100-01-01T00:00:00Z');

/** For how long a process has an endpoint to itself, unless it goes on. */
const keptMs = 5_000;

/** For how long a process has a delivery to itself, and how long after its first attempt the second one is due at most. */
const [leaseMs, retryMs] = [60_000, 6_000];

let folder: string;
let time: MovableTime;
let inbox: Inbox;
let receiver: LoopbackReceiver;
let env: Readonly<Record<string, string>>;
const servers: ServerProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-webhooks-'));
  time = createMovableTime(folder, startMs);
  receiver = await startLoopbackReceiver((request) => inbox.receive(request));
  inbox = new Inbox(`${receiver.url}/inbox`);
  env = { HOLDFAST_BOOTSTRAP_API_KEY: adminKey, HOLDFAST_WEBHOOK_ALLOW: '127.0.0.0/8' };
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.end('SIGKILL')));
  await receiver.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<ServerProcess> {
  const server = await startServerProcess({ env, timeFile: time.timeFile });
  servers.push(server);
  return server;
}

const clientOf = ({ url }: ServerProcess) => new WireClient(url, adminKey);

function createEndpoint(server: ServerProcess): Promise<IssuedWebhookEndpoint> {
  return ask(clientOf(server), { operationId: 'createWebhookEndpoint', body: { url: inbox.url } });
}

/** Somebody holds it from now on: an event. */
function reserve(
  server: ServerProcess,
  resource: string,
  { requester = 'worker-1', ttlSeconds = 1 } = {},
): Promise<unknown> {
  return ask(clientOf(server), { operationId: 'reserve', body: [{ resource, requester, ttlSeconds }] });
}

async function countDeliveries(server: ServerProcess, { id }: IssuedWebhookEndpoint, status: string): Promise<number> {
  let count = 0;
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = { status, limit: '100', ...(cursor && { cursor }) };
    const request = { operationId: 'listWebhookDeliveries', path: { id }, query } as const;
    const page: WebhookDeliveryPage = await ask(clientOf(server), request);
    count += page.data.length;
    cursor = page.pagination.next_cursor;
  }
  return count;
}

const idOf = ({ headers }: Received) => headers.get('webhook-id');
const resourceOf = ({ event }: Received) => (event as { readonly resource: string }).resource;

const stores = [
  {
    store: 'SQLite',
    toEnv: (): Readonly<Record<string, string>> => ({ HOLDFAST_STORE: 'sqlite', HOLDFAST_DATA_DIR: folder }),
  },
  ...(uri === undefined
    ? []
    : [
        {
          store: 'MongoDB',
          toEnv: () => ({ MONGODB_URI: uri, MONGODB_DATABASE: `webhooks-${randomUUID().slice(0, 13)}` }),
        },
      ]),
];

describe.each(stores)('on $store', ({ toEnv }) => {
  beforeEach(() => {
    env = { ...env, ...toEnv() };
  });

  test('what a process was delivering when it was killed is delivered again, with the same webhook-id, and nothing else twice', async () => {
    const killed = await start();
    const endpoint = await createEndpoint(killed);
    const ttlSeconds = 3_600;
    await reserve(killed, 'before', { ttlSeconds });
    await inbox.take();
    await expect.poll(() => countDeliveries(killed, endpoint, 'delivered')).toBe(1);
    // Whoever takes it never says so.
    inbox.answer(() => new Promise<Response>(() => {}));
    await reserve(killed, 'job', { ttlSeconds });
    const first = await inbox.take();
    await killed.end('SIGKILL');
    inbox.answer(204);

    const next = await start();
    await reserve(next, 'other', { ttlSeconds });
    time.nowMs += keptMs;
    expect(resourceOf(await inbox.take())).toBe('other');
    time.nowMs += leaseMs;
    const again = await inbox.take();
    expect([idOf(again), again.text]).toEqual([idOf(first), first.text]);
    expectSigned(again, endpoint.secret!);
    await expect.poll(() => countDeliveries(next, endpoint, 'delivered')).toBe(inbox.all.length - 1);
    const resources = inbox.all.map(resourceOf).filter((resource) => resource !== 'other');
    expect(resources.slice(0, 3)).toEqual(['before', 'job', 'job']);
  });

  test('what was done just before a process was killed is delivered by the next one', async () => {
    const killed = await start();
    await createEndpoint(killed);
    await Promise.all(Array.from({ length: 20 }, (_, index) => reserve(killed, `job-${index}`)));
    await killed.end('SIGKILL');
    await start();
    time.nowMs += leaseMs;
    const missing = new Set(Array.from({ length: 20 }, (_, index) => `job-${index}`));
    while (missing.size > 0) missing.delete(resourceOf(await inbox.take()));
  });

  test('a process that is asked to stop ends in order, whoever doesn’t answer', async () => {
    const server = await start();
    await createEndpoint(server);
    inbox.answer(() => new Promise<Response>(() => {}));
    await reserve(server, 'job');
    await inbox.take();
    expect(await server.end('SIGTERM')).toBe(0);
  });
});

// Without a mongod it is left out, which `npm test` says loudly; in CI that is a failure.
describe.skipIf(uri === undefined)('three processes on one MongoDB', () => {
  test('never make one attempt twice at the same time, and keep the order of each resource', async () => {
    env = { ...env, MONGODB_URI: uri ?? '', MONGODB_DATABASE: `webhooks-${randomUUID().slice(0, 13)}` };
    const [one, two, three] = [await start(), await start(), await start()];
    const endpoint = await createEndpoint(one);
    const traffic = new Traffic();
    inbox.answer((received) => traffic.take(received));
    const names = Array.from({ length: 12 }, (_, index) => `job-${index}`);
    const rounds = 8;
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all(names.map((name, index) => reserve([one, two, three][(index + round) % 3]!, name)));
      // What is held lapses.
      time.nowMs += 2_000;
    }
    time.nowMs += retryMs;
    const reserved = () => [...traffic.delivered.values()].flat().filter(({ event }) => event.type === 'RESERVED');
    await expect.poll(() => reserved().length).toBe(rounds * names.length);
    await expect.poll(() => countDeliveries(two, endpoint, 'pending')).toBe(0);
    expect(traffic.violations).toEqual([]);
    for (const events of traffic.delivered.values()) {
      const numbers = events.map(({ event }) => event.number);
      expect(numbers).toEqual(numbers.toSorted((left, right) => left - right));
    }
  });
});

/** What a receiver sees of several processes at once. It refuses the first thing that it hears of each resource, once. */
class Traffic {
  readonly violations: string[] = [];
  /** What was taken, by resource. */
  readonly delivered = new Map<string, Received[]>();
  readonly #underWay = new Set<string>();
  readonly #heardOf = new Set<string>();
  readonly #taken = new Set<string>();

  async take(received: Received): Promise<Response> {
    const [id, resource] = [idOf(received) ?? '', resourceOf(received)];
    if (this.#underWay.has(resource))
      this.violations.push(`${id} came while another one of ${resource} was under way.`);
    this.#underWay.add(resource);
    const isRefused = !this.#heardOf.has(resource);
    this.#heardOf.add(resource);
    if (this.#taken.has(id)) this.violations.push(`${id} came again after it was taken.`);
    if (!isRefused) this.#taken.add(id);
    // Long enough for whoever would send it at the same time.
    await new Promise((resolve) => void setTimeout(resolve, 10));
    this.#underWay.delete(resource);
    if (!isRefused) this.delivered.set(resource, [...(this.delivered.get(resource) ?? []), received]);
    return new Response(null, { status: isRefused ? 503 : 204 });
  }
}
