import { expect, test, vi } from 'vitest';

import { createCaller } from '../../caller.ts';
import type { KnownCaller } from '../find-caller.ts';
import { CallerCache } from './caller-cache.ts';

const known: KnownCaller = {
  caller: createCaller({ tenantId: 't', environment: 'live', apiKeyLabel: 'key' }),
  isSuspended: false,
  allowedCidrs: null,
};

function createCache() {
  const world = { elapsedMs: 0, generation: 1 };
  const readGeneration = vi.fn(async () => world.generation);
  const cache = new CallerCache({ elapsedMs: () => world.elapsedMs, readGeneration });
  return { world, readGeneration, cache, load: () => cache.load('hash', async () => known) };
}

test('keeps a caller for as long as it hears that nothing has changed', async () => {
  const { world, cache, load } = createCache();
  await cache.refresh();
  await load();
  for (; world.elapsedMs < 60_000; world.elapsedMs += 1_000) {
    await cache.refresh();
    expect(cache.get('hash')).toBe(known);
  }
});

test('forgets callers once another process has changed anything', async () => {
  const { world, cache, load } = createCache();
  await cache.refresh();
  await load();
  world.generation += 1;
  world.elapsedMs = 1_000;
  await cache.refresh();
  expect(cache.get('hash')).toBeUndefined();
});

test('serves nobody 5 seconds after it last heard that nothing has changed', async () => {
  const { world, readGeneration, cache, load } = createCache();
  await cache.refresh();
  await load();
  readGeneration.mockRejectedValue(new Error('down'));
  for (; world.elapsedMs < 5_000; world.elapsedMs += 250) await cache.refresh().catch(() => undefined);
  expect(cache.get('hash')).toBeUndefined();
});

test('does not keep what was read before a change and arrives after it', async () => {
  const { cache } = createCache();
  await cache.load('hash', async () => {
    cache.forget();
    return known;
  });
  expect(cache.get('hash')).toBeUndefined();
});

test('forgets one tenant for what changes there, and keeps the others: nobody can empty it for all', async () => {
  const { cache, load } = createCache();
  await load();
  cache.forget('another');
  expect(cache.get('hash')).toBe(known);
  cache.forget('t');
  expect(cache.get('hash')).toBeUndefined();
  await load();
  expect(cache.get('hash')).toBe(known);
});

test('asks every time for a key that nobody holds: it may be created in a moment', async () => {
  const { cache } = createCache();
  expect(await cache.load('hash', async () => undefined)).toBeUndefined();
  expect(cache.get('hash')).toBeUndefined();
});

test('does not remember a failure', async () => {
  const { cache, load } = createCache();
  await expect(cache.load('hash', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
  expect(await load()).toBe(known);
});
