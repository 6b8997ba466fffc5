import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import type { IssuedApiKey } from '@holdfast/contract';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

import { NoAnswer, WireClient } from '../faults/wire-client.ts';
import { ask, createNewKey, createNewTenant } from './new-tenant.ts';
import { startServerProcess } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';

const adminKey = `hf_live_${'4'.repeat(43)}`;
const uri = inject('mongodbUri');

/** How long after its acknowledgement a change may go unheeded by other processes. */
const heededMs = 5_000;

/** Somebody's last request, the change after which it is refused, and the status of the refusal. */
interface Change {
  readonly what: string;
  readonly apiKey: string;
  readonly refusal: number;
  make(admin: WireClient): Promise<unknown>;
}

// Without a mongod it is left out, which `npm test` says loudly; in CI that is a failure.
describe.skipIf(uri === undefined)('three processes on one MongoDB', () => {
  let servers: readonly ServerProcess[] = [];

  beforeAll(async () => {
    const database = `access-${randomUUID().slice(0, 13)}`;
    const env = { MONGODB_URI: uri ?? '', MONGODB_DATABASE: database, HOLDFAST_BOOTSTRAP_API_KEY: adminKey };
    servers = await Promise.all([1, 2, 3].map(() => startServerProcess({ env })));
  });

  afterAll(async () => {
    for (const { pid } of servers) process.kill(pid, 'SIGCONT');
    await Promise.all(servers.map((server) => server.end('SIGKILL')));
  });

  test('let a new key in at once, whichever of them made it, and a new value of one that is rotated', async () => {
    const { tenantId } = await createNewTenant(adminOf(servers[0]));
    for (const maker of servers) {
      const { id, api_key: apiKey } = await createNewKey(adminOf(maker), tenantId);
      for (const server of servers) expect(await use(server, apiKey)).toBe(200);
      const rotated = await ask<IssuedApiKey>(adminOf(maker), {
        operationId: 'rotateApiKey',
        path: { api_key_id: id },
        body: {},
      });
      for (const server of servers) expect(await use(server, rotated.api_key)).toBe(200);
      expect(await use(maker, apiKey)).toBe(401);
    }
  });

  test('refuse what is no longer allowed: at once where it was changed, and elsewhere within 5 s, also in one that stood still meanwhile', async () => {
    const [maker, other, sleeper] = servers as [ServerProcess, ServerProcess, ServerProcess];
    const changes = await prepareChanges(adminOf(maker));
    for (const { apiKey } of changes) {
      for (const server of servers) expect(await use(server, apiKey)).toBe(200);
    }
    process.kill(sleeper.pid, 'SIGSTOP');
    await Promise.all(
      changes.map(async ({ make, ...change }) => {
        await make(adminOf(maker));
        const acknowledgedAtMs = performance.now();
        expect(await use(maker, change.apiKey), change.what).toBe(change.refusal);
        await expectHeeded(other, change, acknowledgedAtMs + heededMs);
        await delay(acknowledgedAtMs + heededMs - performance.now());
      }),
    );
    // They are there when the sleeper wakes up, before anything else that it has to do.
    const asked = changes.map(({ apiKey }) => use(sleeper, apiKey));
    await delay(100);
    process.kill(sleeper.pid, 'SIGCONT');
    expect(await Promise.all(asked)).toEqual(changes.map(({ refusal }) => refusal));
  });
});

function adminOf(server: ServerProcess | undefined): WireClient {
  return new WireClient(server?.url ?? '', adminKey);
}

/** Reads something with a key. */
async function use({ url }: ServerProcess, apiKey: string | null): Promise<number> {
  for (;;) {
    try {
      return (await new WireClient(url, apiKey ?? '').send({ operationId: 'listReservations' })).status;
    } catch (error) {
      // A process that has just woken up may need a moment to reach its database.
      if (!(error instanceof NoAnswer)) throw error;
    }
  }
}

/** Until the change is heeded. Whoever asks later than that must be refused. */
async function expectHeeded(server: ServerProcess, change: Omit<Change, 'make'>, endsAtMs: number): Promise<void> {
  for (;;) {
    const askedAtMs = performance.now();
    const status = await use(server, change.apiKey);
    if (askedAtMs >= endsAtMs || status !== 200) return expect(status, change.what).toBe(change.refusal);
    await delay(20);
  }
}

/** Each with a key of its own. */
async function prepareChanges(admin: WireClient): Promise<readonly Change[]> {
  const { tenantId } = await createNewTenant(admin);
  const suspended = await createNewTenant(admin);
  const change = async (
    what: string,
    refusal: number,
    makes: (path: { api_key_id: string }) => Parameters<typeof ask>[1],
  ) => {
    const { id, api_key: apiKey } = await createNewKey(admin, tenantId);
    return { what, refusal, apiKey: apiKey ?? '', make: (by: WireClient) => ask(by, makes({ api_key_id: id })) };
  };
  return [
    await change('a revoked key', 401, (path) => ({ operationId: 'revokeApiKey', path })),
    await change('the old value of a rotated key', 401, (path) => ({ operationId: 'rotateApiKey', path, body: {} })),
    await change('a key without the scope', 403, (path) => {
      return { operationId: 'updateApiKey', path, body: { scopes: ['credits:read'] } };
    }),
    await change('a key for another address', 403, (path) => {
      return { operationId: 'updateApiKey', path, body: { allowed_cidrs: ['203.0.113.0/24'] } };
    }),
    {
      what: 'a key of a suspended tenant',
      refusal: 403,
      apiKey: suspended.apiKey,
      make: (by) => {
        const path = { tenant_id: suspended.tenantId };
        return ask(by, { operationId: 'updateTenant', path, body: { suspended: true } });
      },
    },
  ];
}
