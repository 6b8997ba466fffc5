import { expect, test, vi } from 'vitest';

import { rememberCallers } from './authenticate.ts';

const caller = { tenantId: 'default', environment: 'live', apiKeyLabel: 'first key', isAdmin: true } as const;

function createCache(capacity = 10) {
  const clock = { elapsedMs: 0 };
  const ask = vi.fn(async (apiKey: string) => (apiKey.startsWith('known') ? caller : undefined));
  const environment = { sha256: (text: string) => `hash of ${text}`, elapsedMs: () => clock.elapsedMs };
  return { clock, ask, authenticate: rememberCallers(ask, { environment, maxAgeMs: 5_000, capacity }) };
}

test('asks once in five seconds for a key that somebody holds', async () => {
  const { clock, ask, authenticate } = createCache();
  expect(await authenticate('known')).toEqual(caller);
  clock.elapsedMs = 4_999;
  expect(await authenticate('known')).toEqual(caller);
  expect(ask).toHaveBeenCalledTimes(1);
  clock.elapsedMs = 5_000;
  await authenticate('known');
  expect(ask).toHaveBeenCalledTimes(2);
});

test('asks every time for a key that nobody holds: it may be given out in a moment', async () => {
  const { ask, authenticate } = createCache();
  expect(await authenticate('guess')).toBeUndefined();
  expect(await authenticate('guess')).toBeUndefined();
  expect(ask).toHaveBeenCalledTimes(2);
});

test('forgets the oldest key when it knows too many', async () => {
  const { ask, authenticate } = createCache(2);
  for (const key of ['known 1', 'known 2', 'known 3', 'known 3', 'known 2']) await authenticate(key);
  expect(ask).toHaveBeenCalledTimes(3);
  await authenticate('known 1');
  expect(ask).toHaveBeenCalledTimes(4);
});

test('does not remember a failure', async () => {
  const { ask, authenticate } = createCache();
  ask.mockRejectedValueOnce(new Error('down'));
  await expect(authenticate('known')).rejects.toThrow('down');
  expect(await authenticate('known')).toEqual(caller);
});
