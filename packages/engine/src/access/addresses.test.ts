import { expect, test } from 'vitest';

import { isCidr, isWithin } from './addresses.ts';

test.each([
  ['127.0.0.1', '127.0.0.0/8'],
  ['::ffff:127.0.0.1', '127.0.0.0/8'],
  ['203.0.113.7', '203.0.113.7'],
  ['2001:db8::1', '2001:db8::/32'],
  ['2001:DB8:0:0::1', '2001:db8::1'],
])('%s is within %s', (address, cidr) => {
  expect(isWithin(address, ['198.51.100.0/24', cidr])).toBe(true);
});

test.each([
  ['203.0.113.7', '203.0.113.8'],
  ['203.0.114.1', '203.0.113.0/24'],
  ['2001:db8::1', '203.0.113.0/24'],
  ['203.0.113.7', '2001:db8::/32'],
  ['somewhere', '0.0.0.0/0'],
  [undefined, '0.0.0.0/0'],
])('%s is not within %s', (address, cidr) => {
  expect(isWithin(address, [cidr])).toBe(false);
});

test.each(['203.0.113.0/24', '203.0.113.7', '::/0', '2001:db8::1'])('%s can be allowed', (text) => {
  expect(isCidr(text)).toBe(true);
});

test.each([
  '',
  '/24',
  'example.com',
  '203.0.113.0/33',
  '203.0.113',
  '203.0.113/24',
  '127/8',
  '::ffff:203.0.113.7',
  '::ffff:203.0.113.0/120',
  '127.1',
  '0x7f000001',
  '203.0.113.0/-1',
  '::/129',
])('%j is no range', (text) => {
  expect(isCidr(text)).toBe(false);
});
