import { expect, test } from 'vitest';

import { exchangeToken } from '../src/index.ts';
import { answers, refuses, scriptedFetch } from './fakes/fake-fetch.ts';

const baseUrl = 'https://holdfast.test/base';
const exchanged = { token: 'hf_live_token', expiresAt: '2026-11-21T09:49:30.000Z' };

test('a JWT is exchanged without an API key, and with the options of a client and of a call', async () => {
  const { fetch, sent } = scriptedFetch(refuses(503, 'unavailable', { 'Retry-After': '0' }), answers(exchanged));
  const headers = { 'X-Trace': 'client' };
  const exchange = exchangeToken({ baseUrl, jwt: 'a.b.c', fetch, headers }, { headers: { 'X-Call': '1' } });
  expect(await exchange).toEqual(exchanged);
  expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual(Array(2).fill('POST /base/api/v1/auth/token'));
  expect(sent[1]!.body).toEqual({ jwt: 'a.b.c' });
  const names = ['x-api-key', 'idempotency-key', 'content-type', 'x-trace', 'x-call'];
  const values = names.map((name) => sent[1]!.headers.get(name));
  expect(values).toEqual([null, null, 'application/json', 'client', '1']);
});

test('a JWT that is refused is an AuthenticationError, which says why', async () => {
  const body = { error: 'unauthorized', message: "The JWT's `aud` is another one." };
  const { fetch, sent } = scriptedFetch(answers(body, 401));
  const message = "401 unauthorized: The JWT's `aud` is another one.";
  await expect(exchangeToken({ baseUrl, jwt: 'a.b.c', fetch })).rejects.toMatchObject({
    name: 'AuthenticationError',
    message,
  });
  expect(sent).toHaveLength(1);
});
