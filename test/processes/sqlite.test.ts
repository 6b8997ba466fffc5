import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { clientOf, startServerProcess } from './server-process.ts';
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
    expect(await client().resources.reserve([item])).toMatchObject([{ status: 'ALREADY_HAD', releaseToken, fencingToken, expiresAt }]);
    await client().resources.unreserve([{ requester: 'worker-1', resource: 'job', releaseToken: releaseToken! }]);
    const [next] = await client().resources.reserve([{ requester: 'worker-2', resource: 'job' }]);
    expect(next!.fencingToken).toBeGreaterThan(fencingToken!);
    expect(await client().resources.get('for-ever')).toMatchObject({ status: 'HELD' });
  });

  test('answers what it took in when it is told to stop', async () => {
    const calls = Array.from({ length: 20 }, (_, number) => client().resources.reserve([{ requester: 'worker-1', resource: `job/${number}` }]));
    const outcomes = Promise.allSettled(calls);
    await calls[0];
    expect(await latest().end('SIGTERM')).toBe(0);
    const answered = (await outcomes).flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
    await start();
    for (const { resource } of answered) expect(await client().resources.get(resource)).toMatchObject({ status: 'HELD' });
    expect(answered).not.toEqual([]);
  });

  test('refuses a second process on its folder, which says why, and is not disturbed by it', async () => {
    await expect(start()).rejects.toThrow(/ended with 1 before it listened:.*in use by another Holdfast process/su);
    expect(await client().resources.reserve([{ requester: 'worker-1', resource: 'job' }])).toMatchObject([{ status: 'ACQUIRED' }]);
  });
});
