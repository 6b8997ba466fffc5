import { randomUUID } from 'node:crypto';

import type { EventPage } from '@holdfast/contract';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

import { NoAnswer, WireClient } from '../faults/wire-client.ts';
import { ask, createNewKey, createNewTenant } from '../processes/new-tenant.ts';
import { startServerProcess } from '../processes/server-process.ts';
import type { ServerProcess } from '../processes/server-process.ts';
import { openStream } from './open-stream.ts';

const adminKey = `hf_live_${'5'.repeat(43)}`;
const uri = inject('mongodbUri');

/** How long after its acknowledgement a revoked key's stream may go on. */
const heededMs = 5_000;

// Without a mongod it is left out, which `npm test` says loudly; in CI that is a failure.
describe.skipIf(uri === undefined)('streams of three processes on one MongoDB', () => {
  let servers: readonly ServerProcess[] = [];
  let env: Readonly<Record<string, string>> = {};

  beforeAll(async () => {
    const database = `streams-${randomUUID().slice(0, 13)}`;
    env = { MONGODB_URI: uri ?? '', MONGODB_DATABASE: database, HOLDFAST_BOOTSTRAP_API_KEY: adminKey };
    servers = await Promise.all([1, 2, 3].map(() => startServerProcess({ env })));
  });

  afterAll(() => Promise.all(servers.map((server) => server.end('SIGKILL'))));

  test('have what any of them did, all in one order', async () => {
    const { apiKey } = await createNewTenant(adminOf(servers[0]!));
    const streams = await Promise.all(servers.map(({ url }) => openStream({ url, apiKey })));
    for (const [index, { url }] of servers.entries()) {
      await reserve(new WireClient(url, apiKey), `alone/${index}`);
      const events = await Promise.all(streams.map((stream) => stream.next()));
      expect(events.map((event) => event?.json)).toMatchObject(streams.map(() => ({ resource: `alone/${index}` })));
    }
    const rounds = Array.from({ length: 20 }, (_, round) => round);
    await Promise.all(
      servers.map(async ({ url }, index) => {
        for (const round of rounds) await reserve(new WireClient(url, apiKey), `${index}/${round}`);
      }),
    );
    const [first = [], ...others] = await Promise.all(streams.map((stream) => stream.take(60)));
    const before = 5; // The tenant, its key, and what each did alone.
    expect(first.map(({ json }) => json.number)).toEqual(numbersFrom(before + 1, before + 60));
    for (const other of others) expect(other).toEqual(first);
  });

  test('end for a revoked key within 5 s, whichever of them was asked, and say why', async () => {
    const admin = adminOf(servers[0]!);
    const { tenantId } = await createNewTenant(admin);
    const { id, api_key: apiKey } = await createNewKey(admin, tenantId);
    const streams = await Promise.all(servers.map(({ url }) => openStream({ url, apiKey: apiKey! })));
    await ask(admin, { operationId: 'revokeApiKey', path: { api_key_id: id } });
    const revokedAtMs = performance.now();
    await Promise.all(streams.map((stream) => stream.rest()));
    expect(performance.now() - revokedAtMs).toBeLessThan(heededMs);
    expect(streams.map(({ comments }) => comments.at(-1))).toEqual(streams.map(() => 'the key is no longer valid'));
  });

  test('lose nothing for a reader who goes from one to the next, while one is killed and another stops', async () => {
    const { apiKey } = await createNewTenant(adminOf(servers[0]!));
    const [killed, stopped] = await Promise.all([1, 2].map(() => startServerProcess({ env })));
    let isOver = false;
    let acknowledged = 0;
    const writeToTheEnd = async ({ url }: ServerProcess, index: number) => {
      const client = new WireClient(url, apiKey);
      for (let round = 0; !isOver; round += 1) {
        try {
          await reserve(client, `${index}/${round}`);
          acknowledged += 1;
        } catch (error) {
          if (!(error instanceof NoAnswer)) throw error;
          return;
        }
      }
    };
    const writing = [...servers, killed!, stopped!].map(writeToTheEnd);
    const numbers: number[] = [];
    /** If the server goes meanwhile, what has come by then is all that there is of it. */
    const read = async ({ url }: ServerProcess, count: number) => {
      const query = { families: 'resources,access', after: '0' };
      try {
        const stream = await openStream({ url, apiKey, query, lastEventId: numbers.at(-1)?.toString() });
        for (let left = count; left > 0; left -= 1) {
          const event = await stream.next();
          if (event === undefined) break;
          numbers.push(event.json.number);
        }
        await stream.close();
      } catch (error) {
        if (count !== Infinity) throw error;
      }
    };
    const readWhileItEnds = async (server: ServerProcess, signal: 'SIGKILL' | 'SIGTERM') => {
      await read(server, 3);
      await Promise.all([read(server, Infinity), server.end(signal)]);
    };
    for (const server of servers) await read(server, 7);
    await readWhileItEnds(killed!, 'SIGKILL');
    for (const server of servers) await read(server, 7);
    await readWhileItEnds(stopped!, 'SIGTERM');
    for (const server of servers) await read(server, 7);
    isOver = true;
    await Promise.all(writing);
    const { events } = await new WireClient(servers[0]!.url, apiKey).read<EventPage>({
      operationId: 'listEventHistory',
      query: { limit: '1' },
    });
    const last = events[0]!.number;
    expect(last).toBeGreaterThanOrEqual(acknowledged);
    await read(servers[1]!, last - numbers.at(-1)!);
    expect(numbers).toEqual(numbersFrom(1, last));
  });
});

function adminOf({ url }: ServerProcess): WireClient {
  return new WireClient(url, adminKey);
}

async function reserve(client: WireClient, resource: string): Promise<void> {
  await ask(client, { operationId: 'reserve', body: [{ requester: 'worker-1', resource }] });
}

function numbersFrom(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
