import { expect, test } from 'vitest';

import { isRefused } from '../shared/outcomes.ts';
import { findSecretFaults, findUrlFaults, parseSettings, reachOf } from './endpoint-input.ts';

const live = { tenantId: 't', environment: 'live' } as const;
const reach = reachOf(live, {});
const openReach = reachOf(live, {
  webhooks: { allows: (address) => address === '127.0.0.1', send: () => Promise.reject(new Error('unused')) },
});

test.each([
  'https://example.com',
  'https://example.com:443/hook?to=me',
  'https://example.com:8443/',
  'https://8.8.8.8/',
  'https://[2606:4700::1111]/',
])('takes %s', (url) => {
  expect(findUrlFaults(url, '/url', reach)).toEqual([]);
});

test.each([
  ['https://', 'format'],
  ['ftp://example.com/', 'scheme'],
  ['http://example.com/', 'scheme'],
  ['https://user@example.com/', 'credentials'],
  ['https://:password@example.com/', 'credentials'],
  ['https://example.com/#part', 'fragment'],
  ['https://example.com:22/', 'port'],
  ['https://example.com:1023/', 'port'],
  ['https://localhost/', 'address'],
  ['https://api.localhost:4000/', 'address'],
  ['https://127.0.0.1/', 'address'],
  ['https://2130706433/', 'address'],
  ['https://0x7f.1/', 'address'],
  ['https://0177.0.0.1/', 'address'],
  ['https://10.0.0.1/', 'address'],
  ['https://169.254.169.254/', 'address'],
  ['https://[::1]/', 'address'],
  ['https://[::ffff:127.0.0.1]/', 'address'],
  ['https://[fd00::1]/', 'address'],
])('refuses %s by the rule %s', (url, rule) => {
  expect(findUrlFaults(url, '/url', reach)).toMatchObject([{ field: '/url', rule, value: url }]);
});

test('takes plain http for the environment test, and to what the operator allows', () => {
  const testReach = reachOf({ ...live, environment: 'test' }, {});
  expect(findUrlFaults('http://example.com/', '/url', testReach)).toEqual([]);
  expect(findUrlFaults('http://127.0.0.1:9000/', '/url', openReach)).toEqual([]);
  expect(findUrlFaults('http://localhost:9000/', '/url', openReach)).toEqual([]);
  expect(findUrlFaults('http://10.0.0.1:9000/', '/url', openReach)).toMatchObject([{ rule: 'address' }]);
  expect(findUrlFaults('http://example.com/', '/url', openReach)).toMatchObject([{ rule: 'scheme' }]);
});

test.each(['webhook-id', 'Webhook-Signature', 'Content-Type', 'content-length', 'HOST', 'Connection', 'Proxy-Foo'])(
  "refuses a header %s of the client's own",
  (name) => {
    const refusal = parseSettings({ headers: { 'X-Team': 'billing', [name]: 'x' } }, reach);
    expect(refusal).toMatchObject({ code: 'invalid_request', details: [{ field: `/headers/${name}`, rule: 'not' }] });
  },
);

test('refuses one header in two spellings, and takes others as they are', () => {
  expect(isRefused(parseSettings({ headers: { 'X-Team': 'a', 'x-team': 'b' } }, reach))).toBe(true);
  expect(parseSettings({ headers: { Authorization: 'Basic eA==' } }, reach)).toEqual({
    headersJson: '{"Authorization":"Basic eA=="}',
  });
});

test.each([
  ['24 bytes', `whsec_${btoa('a'.repeat(24))}`, true],
  ['64 bytes', `whsec_${btoa('a'.repeat(64))}`, true],
  ['23 bytes', `whsec_${btoa('a'.repeat(23))}`, false],
  ['65 bytes', `whsec_${btoa('a'.repeat(65))}`, false],
  ['no prefix', btoa('a'.repeat(24)), false],
  ['base64 for URLs', `whsec_${'-_'.repeat(16)}`, false],
  ['no padding', `whsec_${btoa('a'.repeat(25)).replaceAll('=', '')}`, false],
  ['bits beyond the last byte', `whsec_${btoa('a'.repeat(25)).replace('Q==', 'R==')}`, false],
])('of a secret with %s it says whether it is one', (_what, secret, isRight) => {
  expect(findSecretFaults(secret, '/webhook_secret')).toHaveLength(isRight ? 0 : 1);
});
