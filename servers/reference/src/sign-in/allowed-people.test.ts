import { expect, test } from 'vitest';

import { isAllowed } from './allowed-people.ts';

const allowed = ['example.com', 'ada@example.org'];

test.each([
  ['Grace@Example.com', true],
  ['ada@example.org', true],
  ['grace@example.org', false],
  ['grace@sub.example.com', false],
  ['grace@example.com.evil.org', false],
  ['"a@example.com"@evil.org', false],
])('whether %s may sign in without an invitation: %s', (email, expected) => {
  expect(isAllowed(allowed, { issuer: 'https://login.example.net', email, hostedDomain: undefined })).toBe(expected);
});

test('nobody may, unless the operator says so', () => {
  const ada = { issuer: 'https://login.example.net', email: 'ada@example.org', hostedDomain: undefined };
  expect(isAllowed([], ada)).toBe(false);
});

test.each([
  ['grace@example.com', 'example.com', true],
  ['grace@example.com', undefined, false],
  ['grace@example.com', 'example.net', false],
  ['ada@example.org', undefined, true],
])('at Google a domain is whose `hd` it is: %s of %s: %s', (email, hostedDomain, expected) => {
  expect(isAllowed(allowed, { issuer: 'https://accounts.google.com', email, hostedDomain })).toBe(expected);
});
