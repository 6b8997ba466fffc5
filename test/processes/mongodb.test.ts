import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import type { Holdfast, ReserveItem, ReserveResult } from '@holdfast/sdk';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';

import { dropDatabase, dumpDatabase, loadDatabase } from '../carry-over/databases.ts';
import { runCommand } from './run-command.ts';
import { clientOf, startServerProcess, untilSwept } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';

const millisecondsPerHour = 3_600_000;

/** Each process reckons the database's time from how long it takes to ask for it, on a busy machine. */
const clockToleranceMs = 500;

const uri = inject('mongodbUri');

// Without a mongod it is left out, which `npm test` says loudly; in CI that is a failure.
describe.skipIf(uri === undefined).each([
  ['two', [-millisecondsPerHour, millisecondsPerHour]],
  ['three', [-millisecondsPerHour, 0, millisecondsPerHour]],
])('%s processes on one MongoDB, with clocks an hour apart', (_count, clockShiftsMs) => {
  let servers: readonly ServerProcess[] = [];
  let clients: readonly Holdfast[] = [];

  beforeAll(async () => {
    const database = `processes-${randomUUID().slice(0, 13)}`;
    const env = { MONGODB_URI: (uri ?? '').replace('/?', `/${database}?`) };
    servers = await Promise.all(clockShiftsMs.map((clockShiftMs) => startServerProcess({ env, clockShiftMs })));
    const apiKey = servers.flatMap(({ printedApiKey }) => printedApiKey ?? [])[0] ?? '';
    clients = servers.map((server) => clientOf(server, apiKey));
  });

  afterAll(() => Promise.all(servers.map((server) => server.end('SIGKILL'))));

  test('really have such clocks', () => {
    const shifts = servers.map(({ startedAtMs }) => Math.round((startedAtMs - Date.now()) / millisecondsPerHour));
    expect(shifts.map((hours) => hours * millisecondsPerHour + 0)).toEqual(clockShiftsMs);
  });

  test('print one first API key between them, and it is good for all of them', async () => {
    expect(servers.filter(({ printedApiKey }) => printedApiKey !== undefined)).toHaveLength(1);
    for (const client of clients) await client.resources.list();
  });

  // First of all writes: what the slowest clock has granted must not look lapsed to the others.
  test('do not grant what the one with the slowest clock has granted for less than an hour', async () => {
    const [slowest, ...others] = clients;
    const granted = await claim(slowest!, { requester: 'first', resource: 'slow', ttlSeconds: 1_800 });
    const refused = await Promise.all(others.map((client) => claim(client, { requester: 'second', resource: 'slow' })));
    expect(granted).toMatchObject({ status: 'ACQUIRED' });
    expect(refused).toMatchObject(
      others.map(() => ({ status: 'ALREADY_HELD', heldBy: { expiresAt: granted.expiresAt } })),
    );
  });

  test('never grant one lock twice, also for less than an hour', async () => {
    const names = numbers(20).map((number) => `once/${number}`);
    const results = await Promise.all(
      names.map((resource) =>
        Promise.all(
          clients.flatMap((client, index) =>
            ['a', 'b'].map((end) => claim(client, { requester: `${index}${end}`, resource, ttlSeconds: 1_800 })),
          ),
        ),
      ),
    );
    expect(results.map((claims) => claims.filter(({ status }) => status === 'ACQUIRED').length)).toEqual(
      names.map(() => 1),
    );
    for (const [index, resource] of names.entries()) {
      const holder = results[index]?.find(({ status }) => status === 'ACQUIRED')?.requester;
      const states = await Promise.all(clients.map((client) => client.resources.get(resource)));
      expect(states.map(({ requester }) => requester)).toEqual(clients.map(() => holder));
    }
  });

  test('never hand out one slot twice', async () => {
    await clients[0]!.resources.register([{ name: 'Printer', capacity: 10 }]);
    const results = await Promise.all(
      numbers(30).map((number) =>
        claim(clients[number % clients.length]!, { requester: `${number}`, resource: 'Printer', ttlSeconds: 1_800 }),
      ),
    );
    const slots = results.flatMap(({ acquiredSlots }) => (acquiredSlots === null ? [] : Object.values(acquiredSlots)));
    expect(slots.toSorted()).toEqual(numbers(10).map((number) => `Printer_${number}`));
  });

  test('neither shorten nor lengthen the time of a lock that another process gave', async () => {
    const ttlMs = 2_000;
    await Promise.all(
      clients.map(async (client, index) => {
        const resource = `lease-of-${index}`;
        const sentAtMs = Date.now();
        const { expiresAt } = await claim(client, { requester: 'first', resource, ttlSeconds: ttlMs / 1_000 });
        const answeredAtMs = Date.now();
        expect(Date.parse(expiresAt!)).toBeGreaterThan(sentAtMs + ttlMs - clockToleranceMs);
        expect(Date.parse(expiresAt!)).toBeLessThan(answeredAtMs + ttlMs + clockToleranceMs);

        const next = clients[(index + 1) % clients.length]!;
        await expect
          .poll(() => claim(next, { requester: 'next', resource }), { interval: 20 })
          .toMatchObject({ status: 'ACQUIRED' });
        expect(Date.now()).toBeGreaterThan(sentAtMs + ttlMs - clockToleranceMs);
      }),
    );
  });

  test('give fencing tokens that rise from one to the other', async () => {
    const tokens: number[] = [];
    for (const number of numbers(6)) {
      const client = clients[number % clients.length]!;
      const { fencingToken, releaseToken } = await claim(client, { requester: 'a', resource: 'ledger' });
      tokens.push(fencingToken!);
      await clients[(number + 1) % clients.length]!.resources.unreserve([
        { requester: 'a', resource: 'ledger', releaseToken: releaseToken! },
      ]);
    }
    expect(tokens).toEqual([...new Set(tokens)].sort((one, other) => one - other));
  });

  test('announce each expiry when they next sweep, and once between them', async () => {
    const items = numbers(30).map((number) => ({ requester: 'a', resource: `brief/${number}`, ttlSeconds: 1 }));
    const claims = await Promise.all(items.map((item, index) => claim(clients[index % clients.length]!, item)));
    await untilPast(claims.map(({ expiresAt }) => expiresAt!));
    await untilSwept(servers);
    expect(await expiries()).toEqual(expect.arrayContaining(items.map(({ resource }) => resource)));

    // Whatever was due is behind every sweeper once it has announced what came later.
    const later = numbers(6).map((number) => ({ requester: 'a', resource: `later/${number}`, ttlSeconds: 1 }));
    await clients[0]!.resources.reserve(later);
    await untilExpired(later.map(({ resource }) => resource));
    const announced = (await expiries()).filter((resource) => resource.startsWith('brief/'));
    expect(announced.toSorted()).toEqual(items.map(({ resource }) => resource).sort());
  });

  test('give requests with one idempotency key one effect and one answer', async () => {
    const call = (client: Holdfast) =>
      client.resources.reserve([{ requester: 'a', resource: 'idempotent' }], { idempotencyKey: 'one' }).withResponse();
    const answers = await Promise.all(numbers(4).flatMap(() => clients.map(call)));
    expect(new Set(answers.map(({ data }) => JSON.stringify(data))).size).toBe(1);
    expect(answers[0]?.data).toMatchObject([{ status: 'ACQUIRED' }]);
    expect(answers.filter(({ response }) => response.headers.get('Idempotent-Replayed') === null)).toHaveLength(1);
    expect(await clients[0]!.resources.eventHistory({ resource: 'idempotent' })).toMatchObject({
      events: [{ type: 'RESERVED' }],
    });
  });

  test('finish transactions over two names in opposite orders, each with both names or none', async () => {
    const outcomes = await Promise.all(
      numbers(18).map(async (number) => {
        const items = (number % 2 === 0 ? ['left', 'right'] : ['right', 'left']).map((resource) => ({
          resource,
          ttlSeconds: 1_800,
        }));
        const client = clients[number % clients.length]!;
        const { outcome, results } = await client.resources.transaction({ requester: `${number}`, items });
        const held = results.flatMap(({ resource, requester, releaseToken }) =>
          releaseToken === null ? [] : [{ resource, requester, releaseToken }],
        );
        expect(held).toHaveLength(outcome === 'COMMITTED' ? 2 : 0);
        if (held.length > 0) await client.resources.unreserve(held);
        return outcome;
      }),
    );
    expect(outcomes).toContain('COMMITTED');
    expect(await clients[0]!.resources.get('left')).toMatchObject({ status: 'FREE' });
  });

  test('hold credits that are enough for one hold once: of 200 callers, all others get a 402', async () => {
    const metric = await createMetric(clients[0]!, 1_000);
    await clients.at(-1)!.credits.topUp({ customer: 'acme', credits: 10_000 });
    const hold = { customer: 'acme', billable_metric_key: metric, estimated_units: 8, ttl_seconds: 1_800 };
    const outcomes = await Promise.allSettled(
      numbers(200).map((number) => clients[number % clients.length]!.credits.hold(hold)),
    );
    const held = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(held).toHaveLength(1);
    expect(refused).toMatchObject(Array(199).fill({ status: 402, code: 'insufficient_credits' }));
    for (const { credits } of clients) {
      expect(await credits.account('acme')).toMatchObject({ balance: 10_000, reserved_balance: 8_000 });
    }
    const { id } = held[0]!;
    const commits = await Promise.allSettled(
      numbers(30).map((number) => clients[number % clients.length]!.credits.commit(id, { actual_units: 7 })),
    );
    expect(commits.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await clients[0]!.credits.audit('acme')).toMatchObject({
      consistent: true,
      balance: 3_000,
      reserved_balance: 0,
      transactions: 3,
    });
  });

  test('give the credits of holds back when they next sweep, and announce each once between them', async () => {
    const metric = await createMetric(clients[0]!, 10);
    await clients[0]!.credits.updateSettings({ emit_reservation_expired: true });
    await clients[0]!.credits.topUp({ customer: 'brief', credits: 10_000 });
    const hold = { customer: 'brief', billable_metric_key: metric, estimated_units: 100, ttl_seconds: 1 };
    const held = await Promise.all(numbers(9).map((number) => clients[number % clients.length]!.credits.hold(hold)));
    await untilPast(held.map(({ expires_at: at }) => at));
    await untilSwept(servers);
    // Every request sees what has lapsed as if it had been swept, but it is the sweeper that announces it.
    const announced = async () => {
      const { data } = await clients.at(-1)!.credits.events({ type: 'reservation.expired' });
      return data.flatMap((event) => (event.type === 'reservation.expired' ? [event.data.reservation_id] : []));
    };
    expect((await announced()).toSorted()).toEqual(held.map(({ id }) => id).toSorted());
    expect(await clients[0]!.credits.audit('brief')).toMatchObject({
      consistent: true,
      balance: 10_000,
      reserved_balance: 0,
      transactions: 19,
    });
  });

  test('go on with the locks of one that is killed', async () => {
    await claim(clients[0]!, { requester: 'a', resource: 'orphan', ttlSeconds: 1 });
    await claim(clients[0]!, { requester: 'a', resource: 'kept', ttlSeconds: 1_800 });
    await servers[0]!.end('SIGKILL');
    const survivor = clients.at(-1)!;
    expect(await claim(survivor, { requester: 'b', resource: 'kept' })).toMatchObject({ status: 'ALREADY_HELD' });
    await untilExpired(['orphan']);
    expect(await claim(survivor, { requester: 'b', resource: 'orphan' })).toMatchObject({ status: 'ACQUIRED' });
  });

  /** What has been announced as expired, as the last process sees it. */
  async function expiries(): Promise<string[]> {
    const resources: string[] = [];
    const history = clients.at(-1)!.resources.eventHistory({ type: 'RESERVATION_EXPIRED', limit: 1_000 });
    for await (const { resource } of history) resources.push(resource);
    return resources;
  }

  async function untilExpired(resources: readonly string[]): Promise<void> {
    await expect.poll(expiries).toEqual(expect.arrayContaining([...resources]));
  }
});

describe.skipIf(uri === undefined)('a MongoDB that was restored from a backup', () => {
  test('gives out greater fencing tokens than ever before, once it has been told, also for names that the backup lacks', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-mongodump-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const database = `restored-${randomUUID().slice(0, 13)}`;
    const env = {
      MONGODB_URI: (uri ?? '').replace('/?', `/${database}?`),
      HOLDFAST_BOOTSTRAP_API_KEY: `hf_live_${'r'.repeat(43)}`,
    };
    const run = async (work: (client: Holdfast) => Promise<void>) => {
      const server = await startServerProcess({ env });
      try {
        await work(clientOf(server, env.HOLDFAST_BOOTSTRAP_API_KEY));
      } finally {
        await server.end('SIGTERM');
      }
    };
    const tokens: number[] = [];
    const take = async (client: Holdfast, count: number) => {
      for (let number = 0; number < count; number += 1) {
        const { fencingToken } = await claim(client, { requester: 'a', resource: `job-${tokens.length}` });
        tokens.push(fencingToken!);
      }
    };
    const dump = join(folder, 'dump.gz');
    await run((client) => take(client, 3));
    await dumpDatabase(uri!, database, dump);
    await run((client) => take(client, 20));
    for (let restore = 0; restore < 2; restore += 1) {
      const highest = Math.max(...tokens);
      await dropDatabase(uri!, database);
      await loadDatabase(uri!, database, dump);
      const result = await runCommand('restore', ['--mongodb'], { env });
      expect(result).toMatchObject({
        code: 0,
        errors: '',
        output: expect.stringContaining('fencing tokens go on above'),
      });
      await run(async (client) => {
        const { fencingToken } = await claim(client, { requester: 'b', resource: 'job-10' });
        expect(fencingToken).toBeGreaterThan(highest);
        await take(client, 20);
      });
    }
  });
});

/** A metric of its own, each unit of which costs that much. */
async function createMetric({ credits }: Holdfast, unitCost: number): Promise<string> {
  const { key } = await credits.metrics.create({ key: `metric-${unitCost}` });
  await credits.rules.create({ billable_metric_key: key, cost_type: 'per_unit', unit_cost: unitCost });
  return key;
}

async function claim(client: Holdfast, item: ReserveItem): Promise<ReserveResult> {
  return (await client.resources.reserve([item]))[0]!;
}

/** Waits until all of these times are past by everybody's reckoning. */
async function untilPast(times: readonly string[]): Promise<void> {
  await delay(Math.max(...times.map((time) => Date.parse(time))) + clockToleranceMs - Date.now());
}

function numbers(count: number): readonly number[] {
  return [...Array(count).keys()];
}
