import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { keyOfDigest, keyOfUuid, uuidOf } from './numbered-ids.ts';

const keys = fc.stringMatching(/^[0-9a-f]{16}$/u);

describe('an id', () => {
  test('is a UUID of version 8 that says whose it is', () => {
    fc.assert(
      fc.property(keys, fc.maxSafeNat(), (key, sequence) => {
        const id = uuidOf(key, sequence);
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
        expect([keyOfUuid(id), keyOfUuid(id.toUpperCase())]).toEqual([key, key]);
      }),
    );
  });

  test('comes after those that were given out before it', () => {
    fc.assert(
      fc.property(keys, fc.maxSafeNat(), fc.maxSafeNat(), (key, left, right) => {
        expect(uuidOf(key, left) < uuidOf(key, right)).toBe(left < right);
      }),
    );
  });

  test.each([
    '',
    'order-42',
    '00000000-0000-4000-8000-000000000000',
    'a743b41f-a980-82eb-9f00-00000000000',
    '../a743b41f-a980-82eb-9f00-000000000000',
  ])('is not %j', (text) => {
    expect(keyOfUuid(text)).toBeUndefined();
  });
});

test('the key of a digest has 16 digits, also of a digest that is shorter', () => {
  expect([keyOfDigest('0123456789abcdef0123456789abcdef'), keyOfDigest('ff')]).toEqual([
    '0123456789abcdef',
    '00000000000000ff',
  ]);
});
