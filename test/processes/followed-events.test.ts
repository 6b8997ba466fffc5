import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { AuthenticationError, Holdfast } from '@holdfast/sdk';
import type { FollowOptions } from '@holdfast/sdk';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { clientOf, startServerProcess } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';

const baseUrl = 'http://holdfast.test';

describe('whoever follows events with the SDK', () => {
  let folder: string;
  let server: ServerProcess;
  let apiKey: string;
  /** Requests of who follows wait for this. */
  let network: Promise<void>;

  const start = async () => {
    server = await startServerProcess({ env: { HOLDFAST_DATA_DIR: folder } });
  };
  const takeAndGiveBack = async (resource: string) => {
    const { resources } = clientOf(server, apiKey);
    const [claim] = await resources.reserve([{ requester: 'worker', resource }]);
    await resources.unreserve([{ requester: 'worker', resource, releaseToken: claim!.releaseToken! }]);
  };

  /** Follows events at whatever address the server has. */
  const follow = (options: FollowOptions, key = apiKey) => {
    const opened = Promise.withResolvers<void>();
    const redirected: typeof fetch = async (url, init) => {
      await network;
      const { body, ...answer } = toParts(await fetch(String(url).replace(baseUrl, server.url), init));
      return new Response(body?.pipeThrough(onFirstPiece(opened.resolve)) ?? null, answer);
    };
    const events = new Holdfast({ baseUrl, apiKey: key, fetch: redirected }).events(options);
    return { events, next: events.next(), opened: opened.promise };
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-followed-events-'));
    network = Promise.resolve();
    await start();
    apiKey = server.printedApiKey ?? '';
  });

  afterEach(async () => {
    await server.end('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  test.each(['SIGKILL', 'SIGTERM'] as const)('misses nothing from the first moment on, over a %s', async (signal) => {
    const { events, next, opened } = follow({ types: ['UNRESERVED'] });
    await opened;
    const { promise, resolve: restoreNetwork } = Promise.withResolvers<void>();
    network = promise;
    await server.end(signal);
    await start();
    await takeAndGiveBack('meanwhile');
    restoreNetwork();
    expect(await next).toMatchObject({ value: { type: 'UNRESERVED', resource: 'meanwhile' } });
    await events.return();
  });

  test('gets each event once, in the order of their numbers, over three kills', async () => {
    const { events, next } = follow({ after: 0 });
    const seen = [await startWith(takeAndGiveBack('0'), next)];
    for (let round = 1; round <= 3; round++) {
      const write = (index: number) => takeAndGiveBack(`${round}/${index}`).catch(() => undefined);
      const writing = Promise.all(Array.from({ length: 20 }, (_, index) => write(index)));
      while (seen.length < round * 10) seen.push((await events.next()).value!.number);
      await server.end('SIGKILL');
      await writing;
      await start();
    }
    await takeAndGiveBack('last');
    const { events: history } = await clientOf(server, apiKey).resources.eventHistory({ limit: 1_000 });
    const [last] = history;
    while (seen.at(-1)! < last!.number) seen.push((await events.next()).value!.number);
    await events.return();
    expect(seen).toEqual(history.map(({ number }) => number).toReversed());
  });

  test('is told when the API key is revoked', async () => {
    const { admin } = clientOf(server, apiKey);
    const { id, api_key: key } = await admin.apiKeys.create({ environment: 'live', label: 'Follower' });
    const { next, opened } = follow({}, key!);
    await opened;
    await admin.apiKeys.revoke(id);
    await expect(next).rejects.toBeInstanceOf(AuthenticationError);
  });
});

async function startWith(done: Promise<void>, next: Promise<IteratorResult<{ number: number }, void>>) {
  await done;
  return (await next).value!.number;
}

function toParts({ body, status, headers }: Response) {
  return { body, status, headers };
}

function onFirstPiece(listener: () => void): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream({
    transform(piece, controller) {
      controller.enqueue(piece);
      listener();
    },
  });
}
