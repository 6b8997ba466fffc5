import { describe, expect, test } from 'vitest';

import { createHoldfastMock } from '../src/index.ts';
import { baseUrl, Client, reservePath } from './client.ts';

const mock = createHoldfastMock({ baseUrl });
const client = new Client(mock.fetch);
const claim = [{ requester: 'alice', resource: 'strict' }];

describe('the mock refuses what the server refuses', () => {
  test('a missing API key', async () => {
    const answer = await client.send('POST', reservePath, { body: claim, headers: { 'X-API-Key': '' } });
    expect(answer).toMatchObject({ status: 401, json: { error: 'unauthorized' } });
  });

  test('a wrong API key, when there are right ones', async () => {
    const guarded = new Client(createHoldfastMock({ baseUrl, apiKeys: ['right'] }).fetch);
    expect(await guarded.send('GET', '/api/v1/Reservation')).toMatchObject({ status: 401 });
    expect(await guarded.send('GET', '/api/v1/Reservation', { headers: { 'X-API-Key': 'right' } })).toMatchObject({
      status: 200,
    });
    const beside = { 'X-API-Key': 'wrong', Authorization: 'Bearer right' };
    expect(await guarded.send('GET', '/api/v1/Reservation', { headers: beside })).toMatchObject({ status: 401 });
  });

  test('no empty API key beside a bearer token that is right', async () => {
    const guarded = new Client(createHoldfastMock({ baseUrl, apiKeys: ['right'] }).fetch);
    const ask = (token: string) => {
      const headers = { 'X-API-Key': '', Authorization: `Bearer ${token}` };
      return guarded.send('GET', '/api/v1/Reservation', { headers });
    };
    expect(await ask('right')).toMatchObject({ status: 200 });
    expect(await ask('wrong')).toMatchObject({ status: 401 });
  });

  test('another media type, or none', async () => {
    const text = { body: JSON.stringify(claim), headers: { 'Content-Type': 'text/plain' } };
    expect(await client.send('POST', reservePath, text)).toMatchObject({
      status: 415,
      json: { error: 'unsupported_media_type' },
    });
    const bytes = new TextEncoder().encode(JSON.stringify(claim));
    const response = await mock.fetch(`${baseUrl}${reservePath}`, {
      method: 'POST',
      body: bytes,
      headers: { 'X-API-Key': 'any' },
    });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({
      message: 'header.Content-Type must be application/json, but is missing.',
    });
  });

  test('a compressed body', async () => {
    const headers = { 'Content-Encoding': 'gzip', 'Content-Type': 'application/json; charset=utf-8' };
    const answer = await client.send('POST', reservePath, { body: claim, headers });
    expect(answer).toMatchObject({ status: 415, json: { error: 'unsupported_media_type' } });
    expect(answer.text).toContain('header.Content-Encoding must be absent');
  });

  test('a body that is not UTF-8, and one that is not JSON', async () => {
    const broken = await client.send('POST', reservePath, { body: Uint8Array.of(0x22, 0xff, 0x22) });
    const details = [{ field: 'body', rule: 'encoding', message: 'must be UTF-8' }];
    expect(broken).toMatchObject({
      status: 400,
      json: { error: 'invalid_request', message: 'body must be UTF-8.', details },
    });
    expect(await client.send('POST', reservePath, { body: '[{' })).toMatchObject({
      status: 400,
      json: { details: [{ rule: 'json' }] },
    });
  });

  test('a body of more than a mebibyte', async () => {
    const body = `[${' '.repeat(1_048_576)}]`;
    expect(await client.send('POST', reservePath, { body })).toMatchObject({
      status: 413,
      json: { error: 'body_too_large' },
    });
  });

  test('an unknown field, a missing one and a wrong value, each by its name', async () => {
    const body = [{ requester: 'alice', ttlSeconds: 0, colour: 'red' }];
    const { status, json } = await client.send('POST', reservePath, { body });
    expect(status).toBe(400);
    const details = (json as { details: { field: string; rule: string }[] }).details.map(
      ({ field, rule }) => `${field} ${rule}`,
    );
    expect(details.sort()).toEqual(['/0/colour additionalProperties', '/0/resource required', '/0/ttlSeconds minimum']);
  });

  test('a wrong method, with those that are right', async () => {
    const answer = await client.send('PUT', reservePath, { body: claim });
    expect(answer).toMatchObject({ status: 405, json: { error: 'method_not_allowed' }, headers: { allow: 'POST' } });
  });

  test('an unknown path', async () => {
    expect(await client.send('GET', `${reservePath}/`)).toMatchObject({ status: 404, json: { error: 'not_found' } });
  });

  test('what is below /v1, as problems', async () => {
    const json = { 'Content-Type': 'application/json' };
    const problems = [
      await client.send('GET', '/v1/nowhere'),
      await client.send('PUT', '/v1/reserve'),
      await client.send('GET', '/v1/reserve/any', { headers: { 'X-API-Key': '' } }),
      await client.send('POST', '/v1/reserve', { body: '{' }),
      await client.send('POST', '/v1/reserve', { body: Uint8Array.of(0xff), headers: json }),
      await client.send('POST', '/v1/reserve', { body: '{}', headers: { 'Content-Type': 'text/plain' } }),
      await client.send('POST', '/v1/reserve', { body: '{}', headers: { ...json, 'Content-Encoding': 'br' } }),
      await client.send('POST', '/v1/reserve', { body: ' '.repeat(1_048_577) }),
    ];
    const [notFound, wrongMethod, unauthorized, ...others] = problems.map(({ json: problem }) => {
      const { type, status } = problem as { type: string; status: number };
      return [status, type.slice('https://api.quotastack.io/errors/'.length)];
    });
    expect([notFound, wrongMethod, unauthorized]).toEqual([
      [404, 'not-found'],
      [405, 'method-not-allowed'],
      [401, 'unauthorized'],
    ]);
    expect(others).toEqual([
      [400, 'validation-failed'],
      [400, 'validation-failed'],
      [415, 'unsupported-media-type'],
      [415, 'unsupported-media-type'],
      [413, 'body-too-large'],
    ]);
    expect(
      problems.map(({ status, json: problem }) => status === (problem as { status: number }).status),
    ).not.toContain(false);
    expect(new Set(problems.map(({ headers }) => headers['content-type']))).toEqual(
      new Set(['application/problem+json']),
    );
  });

  test('what is below /api/capacity, as a sentence or as JSON', async () => {
    const path = '/api/capacity/reservations';
    const malformed = await client.send('POST', path, { body: { intervals: [{ capacityGb: 5 }] } });
    expect([malformed.status, malformed.headers['content-type'], malformed.text]).toEqual([
      400,
      'text/plain; charset=utf-8',
      'intervals[0].startsAt is missing: must be given',
    ]);
    const others = [
      await client.send('GET', '/api/capacity/nowhere'),
      await client.send('DELETE', path),
      await client.send('POST', path, { body: '{}', headers: { 'X-API-Key': '' } }),
      await client.send('POST', path, { body: '{}', headers: { 'Content-Type': 'text/plain' } }),
      await client.send('POST', path, { body: ' '.repeat(1_048_577) }),
    ];
    expect(others.map(({ status, json }) => [status, (json as { error: string }).error])).toEqual([
      [404, 'not_found'],
      [405, 'method_not_allowed'],
      [401, 'unauthorized'],
      [415, 'unsupported_media_type'],
      [413, 'body_too_large'],
    ]);
  });

  test('an unknown query parameter', async () => {
    expect(await client.send('GET', '/api/v1/Reservation?color=red')).toMatchObject({ status: 400 });
  });

  test('a wrong release token', async () => {
    await client.reserve({ requester: 'alice', resource: 'token' });
    const body = [{ requester: 'alice', resource: 'token', releaseToken: 'wrong' }];
    const answer = await client.send('POST', '/api/v1/Reservation/unreserve', { body });
    expect(answer).toMatchObject({
      status: 403,
      json: { error: 'wrong_release_token', results: [{ released: null }] },
    });
  });

  test('names that are not registered, if it is told to', async () => {
    const strict = new Client(createHoldfastMock({ baseUrl, requireRegistration: true }).fetch);
    expect(await strict.reserve({ requester: 'alice', resource: 'nowhere' })).toMatchObject({ status: 'NOT_VALID' });
  });
});

describe('tenants and environments', () => {
  const apiKeys = ['hf_live_a', 'hf_test_a', { key: 'b', tenant: 'other', label: 'key of b' }];
  const shared = createHoldfastMock({ baseUrl, apiKeys });
  const as = async (key: string) => {
    const { json } = await new Client(shared.fetch).send('GET', '/api/v1/Reservation', {
      headers: { 'X-API-Key': key },
    });
    return (json as { reservations: unknown[] }).reservations.length;
  };

  test('see nothing of one another; the first key owns the seed', async () => {
    await shared.seed({ reservations: [{ requester: 'alice', resource: 'room' }] });
    expect([await as('hf_live_a'), await as('hf_test_a'), await as('b')]).toEqual([1, 0, 0]);
  });

  test('are named in events by the label of their key', async () => {
    const headers = { 'X-API-Key': 'b' };
    const client = new Client(shared.fetch);
    await client.reserve({ requester: 'bob', resource: 'room' }, headers);
    const { json } = await client.send('GET', '/api/v1/events/history', { headers });
    expect(json).toMatchObject({ events: [{ apiKeyLabel: 'key of b' }] });
  });
});

describe('the fetch of the mock', () => {
  test('has no answer for other addresses', async () => {
    await expect(mock.fetch('http://other.test/api/v1/Reservation')).rejects.toThrow('http://holdfast.test');
  });

  test('works on its own, and with a Request', async () => {
    const { fetch } = mock;
    const request = new Request(`${baseUrl}/api/v1/Reservation`, {
      headers: { 'X-API-Key': 'any', 'X-Request-Id': 'mine' },
    });
    const response = await fetch(request);
    expect([response.status, response.headers.get('X-Request-Id')]).toEqual([200, 'mine']);
  });

  test('does nothing for a signal that has aborted', async () => {
    const signal = AbortSignal.abort(new Error('too late'));
    const body = [{ requester: 'alice', resource: 'aborted' }];
    await expect(client.send('POST', reservePath, { body, signal })).rejects.toThrow('too late');
    expect(await client.reserve({ requester: 'bob', resource: 'aborted' })).toMatchObject({ status: 'ACQUIRED' });
  });
});

test.each([
  [{ platformCapacityGb: -4 }, 'platformCapacityGb must be a whole number from 0 to 1000000000, not -4.'],
  [{ orgCapGb: 0.5 }, 'orgCapGb'],
  [{ reservedMicrosPerGbHour: Number.NaN }, 'reservedMicrosPerGbHour'],
  [{ onDemandMicrosPerGbHour: 1_000_000_001 }, 'onDemandMicrosPerGbHour'],
  [
    { onDemandMicrosPerGbHour: 1_000_000_000 },
    'come to 8400000000000000000 micro-dollars, more than 9007199254740991.',
  ],
])('%j are no options', (options, message) => {
  expect(() => createHoldfastMock({ baseUrl, ...options })).toThrow(message);
});

test.each(['ftp://x', 'x', 'http://x?y=1'])('the base URL %s is refused', (address) => {
  expect(() => createHoldfastMock({ baseUrl: address })).toThrow(TypeError);
});
