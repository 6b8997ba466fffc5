import { expect, test } from 'vitest';

import { keyForms, newIdempotencyKey } from './idempotency-keys.ts';

test.each(keyForms)('makes UUIDs, never one twice: %s', (form) => {
  const keys = Array.from({ length: 1_000 }, () => newIdempotencyKey(form));
  expect(new Set(keys).size).toBe(keys.length);
  const version = form === 'random' ? 4 : 7;
  const uuid = new RegExp(`^[0-9a-f]{8}-[0-9a-f]{4}-${version}[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, 'u');
  for (const key of keys) expect(key).toMatch(uuid);
});

test('begins keys with the time, where it is told to', () => {
  const before = Date.now();
  const times = Array.from({ length: 10 }, () => newIdempotencyKey('uuidv7').replace('-', '').slice(0, 12));
  for (const time of times.map((text) => Number.parseInt(text, 16))) {
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now());
  }
});
