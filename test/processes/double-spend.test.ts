import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Account } from '@holdfast/contract';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

import { inParallel } from '../faults/in-parallel.ts';
import { WireClient } from '../faults/wire-client.ts';
import { startServerProcess } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';

const apiKey = `hf_live_${'2'.repeat(43)}`;
const mongodbUri = inject('mongodbUri');

const places = [
  { place: 'a process on SQLite', processes: 1, isMongodb: false },
  ...(mongodbUri === undefined ? [] : [{ place: 'three processes on MongoDB', processes: 3, isMongodb: true }]),
];

const callerCount = 200;
const unitCost = 1_000;
const [credits, cost] = [10_000, 8_000];

/** Each with customers that nobody has used. */
const rounds = 4;

describe.each(places)('credits that are enough for one hold, on $place', ({ processes, isMongodb }) => {
  let folder: string;
  let servers: readonly ServerProcess[] = [];
  let clients: readonly WireClient[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-double-spend-'));
    const mongodb = { MONGODB_URI: mongodbUri ?? '', MONGODB_DATABASE: `double-spend-${randomUUID().slice(0, 13)}` };
    const store = isMongodb ? mongodb : { HOLDFAST_DATA_DIR: folder };
    const env = { ...store, HOLDFAST_BOOTSTRAP_API_KEY: apiKey };
    servers = await Promise.all(Array.from({ length: processes }, () => startServerProcess({ env })));
    clients = servers.map(({ url }) => new WireClient(url, apiKey));
    await clients[0]?.write({ operationId: 'createMetric', body: { key: 'image' } });
    const rule = { billable_metric_key: 'image', cost_type: 'per_unit', unit_cost: unitCost };
    await clients[0]?.write({ operationId: 'createMeteringRule', body: rule });
  });

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.end('SIGKILL')));
    await rm(folder, { recursive: true, force: true });
  });

  test.each([
    { who: 'two callers of each of 100 customers', customerCount: 100 },
    { who: '200 callers of one customer', customerCount: 1 },
  ])('are held once by $who, all at the same time', async ({ customerCount }) => {
    const expected = [201, ...Array<number>(callerCount / customerCount - 1).fill(402)];
    for (let round = 0; round < rounds; round += 1) {
      const customers = Array.from({ length: customerCount }, () => randomUUID());
      await inParallel(customers, async (customer) => {
        const body = { external_customer_id: customer, credits };
        expect((await clients[0]?.write({ operationId: 'topUp', body }))?.status).toBe(201);
      });

      const callers = Array.from({ length: callerCount }, (_, caller) => caller);
      const statuses = await Promise.all(
        callers.map((caller) => hold(caller, customers[caller % customerCount] ?? '')),
      );
      for (const [index] of customers.entries()) {
        expect(statuses.filter((_, caller) => caller % customerCount === index).toSorted()).toEqual(expected);
      }
      await inParallel(customers, async (customer) => {
        const account = await clients
          .at(-1)
          ?.read<Account>({ operationId: 'getAccountByExternalId', path: { external_id: customer } });
        expect(account).toMatchObject({ balance: credits, reserved_balance: cost, effective_balance: credits - cost });
      });
    }
  });

  test('are bought once, by 60 callers who each send the same payment under another idempotency key', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const customer = randomUUID();
      const body = { external_customer_id: customer, credits, external_payment_id: 'pay_8Kd2' };
      const answers = await Promise.all(
        Array.from({ length: 60 }, (_, caller) =>
          clients[caller % processes]!.write({ operationId: 'topUp', body }, randomUUID()),
        ),
      );
      expect(new Set(answers.map(({ status, body: text }) => `${status} ${text}`)).size).toBe(1);
      expect(answers.filter(({ isReplayed }) => !isReplayed)).toHaveLength(1);
      const path = { external_id: customer };
      const account = await clients.at(-1)?.read<Account>({ operationId: 'getAccountByExternalId', path });
      expect(account).toMatchObject({ balance: credits, version: 1 });
    }
  });

  /** Callers of one customer ask different processes. */
  async function hold(caller: number, customer: string): Promise<number | undefined> {
    const body = { external_customer_id: customer, billable_metric_key: 'image', estimated_units: cost / unitCost };
    const client = clients[Math.floor((caller * processes) / callerCount)];
    return (await client?.write({ operationId: 'createHold', body }, randomUUID()))?.status;
  }
});
