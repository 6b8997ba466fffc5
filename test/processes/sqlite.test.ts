import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { clientOf, startServerProcess, untilSwept } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';

describe('a process on a SQLite file', () => {
  let folder: string;
  let apiKey: string;
  const started: ServerProcess[] = [];

  const start = async () => {
    const server = await startServerProcess({ env: { HOLDFAST_DATA_DIR: folder } });
    started.push(server);
    return server;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-processes-'));
    const first = await start();
    apiKey = first.printedApiKey ?? '';
  });

  afterEach(async () => {
    await Promise.all(started.splice(0).map((server) => server.end('SIGKILL')));
    await rm(folder, { recursive: true, force: true });
  });

  const latest = () => started.at(-1)!;
  const client = () => clientOf(latest(), apiKey);
  const createMetric = async () => {
    await client().credits.metrics.create({ key: 'image' });
    await client().credits.rules.create({ billable_metric_key: 'image', cost_type: 'per_unit', unit_cost: 1_000 });
  };
  const killAndRestart = async () => {
    expect(await latest().end('SIGKILL')).toBe(null);
    return start();
  };

  test('prints its first API key once, and no secret later', async () => {
    expect(apiKey).toMatch(/^hf_live_/u);
    const again = await killAndRestart();
    expect(again.printedApiKey).toBe(undefined);
    expect(again.output).not.toContain(apiKey);
    expect(await client().resources.list()).toMatchObject({ reservations: [] });
  });

  test('still holds its locks after a kill -9, and goes on with greater fencing tokens', async () => {
    const item = { requester: 'worker-1', resource: 'job', ttlSeconds: 3_600, metadata: { n: 1 } };
    const [before] = await client().resources.reserve([item, { requester: 'worker-1', resource: 'for-ever' }]);
    await killAndRestart();

    expect(await client().resources.reserve([{ requester: 'worker-2', resource: 'job' }])).toMatchObject([
      { status: 'ALREADY_HELD', heldBy: { requester: 'worker-1', metadata: { n: 1 }, expiresAt: before!.expiresAt } },
    ]);
    const { releaseToken, fencingToken, expiresAt } = before!;
    expect(await client().resources.reserve([item])).toMatchObject([
      { status: 'ALREADY_HAD', releaseToken, fencingToken, expiresAt },
    ]);
    await client().resources.unreserve([{ requester: 'worker-1', resource: 'job', releaseToken: releaseToken! }]);
    const [next] = await client().resources.reserve([{ requester: 'worker-2', resource: 'job' }]);
    expect(next!.fencingToken).toBeGreaterThan(fencingToken!);
    expect(await client().resources.get('for-ever')).toMatchObject({ status: 'HELD' });
  });

  test('gives the credits of a hold back when it next sweeps', async () => {
    const { credits } = client();
    await createMetric();
    await credits.updateSettings({ emit_reservation_expired: true });
    await credits.topUp({ customer: 'acme', credits: 10_000 });
    const held = await credits.hold({
      customer: 'acme',
      billable_metric_key: 'image',
      estimated_units: 8,
      ttl_seconds: 1,
    });
    // Every request sees what has lapsed as if it had been swept, but it is the sweeper that announces it.
    await delay(Date.parse(held.expires_at) - Date.now());
    await untilSwept([latest()]);
    const { data } = await credits.events({ type: 'reservation.expired' });
    expect(data).toMatchObject([{ data: { reservation_id: held.id, released: 8_000 } }]);
    expect(await credits.audit('acme')).toMatchObject({ consistent: true, balance: 10_000, reserved_balance: 0 });
  });

  test('still has its credits, holds and prices after a kill -9', async () => {
    await createMetric();
    await client().credits.topUp({ customer: 'acme', credits: 10_000 });
    const held = await client().credits.hold({ customer: 'acme', billable_metric_key: 'image', estimated_units: 8 });
    await killAndRestart();

    const { credits } = client();
    expect(await credits.getHold(held.id)).toMatchObject({
      status: 'active',
      account: { balance: 10_000, reserved_balance: 8_000 },
    });
    await expect(
      credits.hold({ customer: 'acme', billable_metric_key: 'image', estimated_units: 3 }),
    ).rejects.toMatchObject({ status: 402 });
    expect(await credits.commit(held.id, { actual_units: 7 })).toMatchObject({ actual_cost: 7_000, released: 1_000 });
    expect(await credits.audit('acme')).toMatchObject({ consistent: true, balance: 3_000, transactions: 3 });
  });

  test('answers what it took in when it is told to stop', async () => {
    const calls = Array.from({ length: 20 }, (_, number) =>
      client().resources.reserve([{ requester: 'worker-1', resource: `job/${number}` }]),
    );
    const outcomes = Promise.allSettled(calls);
    await calls[0];
    expect(await latest().end('SIGTERM')).toBe(0);
    const answered = (await outcomes).flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
    await start();
    for (const { resource } of answered)
      expect(await client().resources.get(resource)).toMatchObject({ status: 'HELD' });
    expect(answered).not.toEqual([]);
  });

  test('refuses a second process on its folder, which says why, and is not disturbed by it', async () => {
    await expect(start()).rejects.toThrow(/ended with 1 before it listened:.*in use by another Holdfast process/su);
    expect(await client().resources.reserve([{ requester: 'worker-1', resource: 'job' }])).toMatchObject([
      { status: 'ACQUIRED' },
    ]);
  });
});
