import { expect, test } from 'vitest';

import { shortenDigest } from './short-digest.ts';

test.each([
  ['ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 'ungWv48Bz-pBQUDeXa4iI7'],
  ['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '47DEQpj8HBSa-_TImW-5JC'],
  ['0'.repeat(64), 'A'.repeat(22)],
  ['f'.repeat(64), '_'.repeat(22)],
])('%s begins with %s in base64url', (digest, short) => {
  expect(shortenDigest(digest)).toBe(short);
});

test.each(['', 'same', 'F'.repeat(64), 'f'.repeat(63), `${'f'.repeat(63)}g`])(
  '%j is no digest, and left alone',
  (text) => {
    expect(shortenDigest(text)).toBe(text);
  },
);
