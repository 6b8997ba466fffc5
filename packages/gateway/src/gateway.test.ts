import { StoreUnavailable } from '@holdfast/engine';
import { describe, expect, test } from 'vitest';

import { headerValuesIn } from './input/header-values.ts';
import { put } from './testing/put-request.ts';
import type { Setup } from './testing/put-request.ts';

const reserve = '/api/v1/Reservation/reserve';

async function faultsOf(request: Setup['request']): Promise<readonly string[]> {
  const { answer, asked } = await put({ request });
  expect([answer.status, asked]).toEqual([400, []]);
  const body = JSON.parse(answer.body) as { details: { field: string; rule: string }[] };
  return body.details.map(({ field, rule }) => `${field} ${rule}`);
}

describe('a path', () => {
  test.each([
    ['/api/v1/Reservation/activeReservations', 'listActiveReservations'],
    ['/api/v1/Reservation/activeReservation', 'getReservation'],
    ['/api/v1/Reservation', 'listReservations'],
  ])('%s is asked of %s', async (path, operationId) => {
    expect((await put({ request: { path } })).asked).toMatchObject([{ operationId }]);
  });

  test.each([
    ['a%2Fb', 'a/b'],
    ['%F0%9F%98%80', '\u{1f600}'],
    ['a+b', 'a+b'],
    ['..', '..'],
  ])('with %s names %j', async (encoded, resource) => {
    expect((await put({ request: { path: `/api/v1/Reservation/${encoded}` } })).asked).toMatchObject([
      { input: { path: { resource } } },
    ]);
  });

  test.each(['/api/v1/reservation', '/api/v1/Reservation/', '/api/v1/Reservation/a/b', '/', '/constructor'])(
    '%s leads nowhere',
    async (path) => {
      expect((await put({ request: { path } })).answer.status).toBe(404);
    },
  );

  test('that is not UTF-8 is a fault of its parameter', async () => {
    expect(await faultsOf({ path: '/api/v1/Reservation/%ff' })).toEqual(['path.resource percentEncoding']);
  });

  test('asked with another method says which ones there are', async () => {
    const { answer } = await put({ request: { method: 'PATCH', path: reserve } });
    expect([answer.status, answer.headers['Allow']]).toEqual([405, 'POST']);
  });
});

describe('an answer', () => {
  test.each([
    ['of an operation that decided', {}, 'listReservations', true],
    ['to a key that nobody gave out', { headers: { 'x-api-key': 'wrong' } }, 'listReservations', false],
    ['to a query that is wrong', { query: 'limit=0' }, 'listReservations', false],
    ['to a path that leads nowhere', { path: '/api/v1/Nothing' }, undefined, false],
    ['to a method that the path doesn’t have', { method: 'PATCH' }, undefined, false],
  ])('%s says so', async (_, request, operationId, isDecided) => {
    expect(await put({ request })).toMatchObject({ operationId, isDecided });
  });

  test('of the rules’ refusal is decided, and one that failed isn’t', async () => {
    const outcome = { ok: false, code: 'not_found', message: 'No.' } as const;
    const refused = await put({ request: {}, call: () => Promise.resolve({ outcome, isReplayed: false }) });
    const failed = await put({ request: {}, call: () => Promise.reject(new StoreUnavailable('disk full')) });
    expect([refused, failed]).toMatchObject([
      { operationId: 'listReservations', isDecided: true },
      { operationId: 'listReservations', isDecided: false },
    ]);
  });

  test('that streams is handed on as it is, as events', async () => {
    const value = new ReadableStream<Uint8Array>();
    const call = () => Promise.resolve({ outcome: { ok: true as const, value }, isReplayed: false });
    const { answer, stream } = await put({ request: {}, call });
    expect([answer.status, answer.headers['Content-Type'], stream]).toEqual([200, 'text/event-stream', value]);
  });
});

describe('a query', () => {
  test('is converted to the types of its parameters', async () => {
    const { asked } = await put({ request: { query: 'limit=7&resourcePrefix=a+b%2B' } });
    expect(asked).toMatchObject([{ input: { query: { limit: 7, resourcePrefix: 'a b+' } } }]);
  });

  test.each([
    ['limit=0', 'query.limit minimum'],
    ['limit=1e3', 'query.limit type'],
    ['limit=1&limit=2', 'query.limit uniqueItems'],
    ['Limit=1', 'query.Limit additionalProperties'],
    ['resourcePrefix=%ff', 'query.resourcePrefix percentEncoding'],
    ['__proto__=1', 'query.__proto__ additionalProperties'],
  ])('%s is refused as %s', async (query, fault) => {
    expect(await faultsOf({ query })).toEqual([fault]);
  });
});

describe('a body', () => {
  const post = (body: string) => ({ method: 'POST', path: reserve, body });

  test.each([
    ['', 'body json'],
    ['[', 'body json'],
    ['[]', 'body minItems'],
    ['{}', 'body type'],
    [`${'['.repeat(50_000)}${']'.repeat(50_000)}`, 'body maxDepth'],
    ['[{"requester":"a"}]', '/0/resource required'],
    ['[{"requester":"a","resource":"x","extra/~":1}]', '/0/extra~1~0 additionalProperties'],
    ['[{"requester":"a","resource":"x","ttlSeconds":1e400}]', '/0/ttlSeconds type'],
    ['[{"requester":"a","resource":"x","ttlSeconds":60.00000000000000000001}]', '/0/ttlSeconds exact'],
    ['[{"requester":"a","resource":"x","metadata":{"a":[9007199254740993]}}]', '/0/metadata/a/0 exact'],
    ['[{"requester":"a","resource":"x","metadata":{"a":"\\ud800"}}]', '/0/metadata/a unicode'],
    ['[{"requester":"a","resource":"x","resource":"y"}]', '/0/resource uniqueNames'],
    [
      `[{"requester":"a","resource":"x","metadata":{"a":[${Array(9_000).fill('1').join()}]}}]`,
      '/0/metadata/a maxBytes',
    ],
    [`[${Array(9_000).fill('{}').join()}]`, 'body maxItems'],
    ['\ufeff[]', 'body json'],
  ])('%j is refused as %s', async (body, fault) => {
    expect((await faultsOf(post(body)))[0]?.slice(0, 40)).toBe(fault);
  });

  test('with more faults than one answer should hold names the first of them', async () => {
    const item = `{${Array.from({ length: 500 }, (_, index) => `"unknown${index}":1`).join()}}`;
    const { answer } = await put({ request: post(`[${item}]`) });
    const { details, message } = JSON.parse(answer.body) as { details: unknown[]; message: string };
    expect(details).toHaveLength(20);
    expect(message).toMatch(/; and more faults\.$/u);
  });

  test('with members without end is not told that those are missing which come after them', async () => {
    const members = Array.from({ length: 9_000 }, (_, index) => `"u${index}":1`).join();
    expect((await faultsOf(post(`[{${members},"requester":"a","resource":"x"}]`)))[0]).toBe(
      '/0/u0 additionalProperties',
    );
    const rule = { ...post(`{${members},"cost_type":"flat"}`), path: '/v1/metering-rules' };
    const { answer } = await put({ request: rule });
    expect(JSON.parse(answer.body)).toMatchObject({ errors: [{ pointer: 'body', rule: 'maxProperties' }] });
    const metadata = { ...post(`{"external_id":"a","metadata":{"deep":{${members}}}}`), path: '/v1/customers' };
    expect(JSON.parse((await put({ request: metadata })).answer.body)).toMatchObject({
      errors: [{ pointer: '/metadata/deep', rule: 'maxBytes' }],
    });
  });

  test('tells of each field once: what its schema has against it comes before what its text has', async () => {
    const body = '[{"requester":"\\ud800","resource":"x","ttlSeconds":9007199254740993,"metadata":{"a":1e400,"a":1}}]';
    expect(await faultsOf(post(body))).toEqual([
      '/0/requester pattern',
      '/0/ttlSeconds maximum',
      '/0/metadata/a exact',
      '/0/metadata/a uniqueNames',
    ]);
  });

  test('that begins with a byte-order mark is told so', async () => {
    const { answer } = await put({ request: post('\ufeff[]') });
    expect(answer.body).toContain('body must be JSON: it begins with a byte-order mark');
  });

  test('lets all others have a turn after each step, if it is large', async () => {
    const turnsOf = async (body: string) => {
      let turns = 0;
      await put({ request: post(body), nextTurn: async () => void (turns += 1) });
      return turns;
    };
    expect([await turnsOf('[]'), await turnsOf(`[${' '.repeat(100_000)}]`)]).toEqual([0, 2]);
    expect(await turnsOf(`[{"requester":"a","resource":"x"${' '.repeat(100_000)}}]`)).toBe(3);
  });

  test('repeats no more of a field’s name than it takes to find it', async () => {
    const { answer } = await put({ request: post(`[{"requester":"a","resource":"x","${'y'.repeat(100_000)}":1}]`) });
    expect(answer.body.length).toBeLessThan(2_000);
    expect(JSON.parse(answer.body)).toMatchObject({ details: [{ field: `/0/${'y'.repeat(509)}…` }] });
  });

  test('may have more faults than a function can have arguments', async () => {
    const labels = Array.from({ length: 90_000 }, (_, index) => `"$${index}":1`).join();
    const answer = await put({
      request: { ...post(`[{"name":"a","labels":{${labels}}}]`), path: '/api/v1/Resource/register' },
    });
    expect(answer).toMatchObject({ answer: { status: 400 }, errors: [] });
  });

  // To look for the end of such a string from each of its quotation marks anew would take minutes.
  test('may be a string of quotation marks that never ends', async () => {
    expect(await faultsOf(post(`"${'\\"'.repeat(500_000)}`))).toEqual(['body json']);
  });

  test('may hold brackets in strings, however many', async () => {
    const { asked } = await put({ request: post(JSON.stringify([{ requester: '[{'.repeat(60), resource: '"\\"[' }])) });
    expect(asked).toHaveLength(1);
  });

  test.each([
    [{ 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
    [{ 'content-type': '' }, 415, 'unsupported_media_type'],
    [{ 'content-type': 'application/json; charset=utf-8' }, 200, undefined],
  ])('with %j is answered with %i', async (headers, status, error) => {
    const { answer } = await put({ request: { ...post('[{"requester":"a","resource":"x"}]'), headers } });
    expect([answer.status, (JSON.parse(answer.body) as { error?: string }).error]).toEqual([status, error]);
  });

  test.each([
    ['tooLarge', 413, 'body_too_large'],
    ['compressed', 415, 'unsupported_media_type'],
    ['notUtf8', 400, 'invalid_request'],
  ] as const)('that the transport has not read (%s) is answered with %i', async (unread, status, error) => {
    const { answer } = await put({ request: { ...post(''), body: { unread } } });
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([status, { error }]);
  });

  test.each(['', 'text/plain'])('is no fault where none is needed, whatever it is, as %j', async (type) => {
    const path = '/v1/reserve/h-1/release';
    for (const body of ['', 'what?', { unread: 'tooLarge' }, { unread: 'notUtf8' }] as const) {
      const { answer, asked } = await put({
        request: { method: 'POST', path, body, headers: { 'content-type': type } },
      });
      expect([answer.status, asked]).toMatchObject([
        200,
        [{ operationId: 'releaseHold', input: { path: { id: 'h-1' } } }],
      ]);
      expect(asked[0]?.input.body).toBeUndefined();
    }
  });
});

describe('a key', () => {
  test.each([
    [{ 'x-api-key': 'key' }, 200],
    [{ 'x-api-key': '', authorization: 'Bearer key' }, 200],
    [{ 'x-api-key': '', authorization: 'Bearer wrong' }, 401],
    [{ 'x-api-key': 'wrong', authorization: 'Bearer key' }, 401],
    [{ 'x-api-key': 'key', authorization: 'Bearer wrong' }, 200],
    [{ 'x-api-key': 'wrong' }, 401],
    [{ 'x-api-key': '' }, 401],
  ])('given as %j is answered with %i', async (headers, status) => {
    expect((await put({ request: { headers } })).answer.status).toBe(status);
  });

  test.each(['Bearer key', 'bearer  key'])('may come as %j', async (authorization) => {
    const { answer } = await put({ request: { headers: { authorization, 'x-api-key': undefined } } });
    expect(answer.status).toBe(200);
  });
});

describe('a header that is given twice', () => {
  const body = '[{"requester":"a","resource":"x"}]';
  const post = (name: string, values: readonly string[]) =>
    put({ request: { method: 'POST', path: reserve, body, twice: { [name.toLowerCase()]: values } } });

  test.each([
    ['X-API-Key', ['key', 'other']],
    ['X-API-Key', ['other', '', 'key']],
    ['Authorization', ['Bearer key', 'Basic abc']],
    ['Idempotency-Key', ['a', 'b']],
    ['Idempotency-Key', ['a', 'a']],
    ['Content-Type', ['application/json', 'text/plain']],
  ])('is refused: %s as %j', async (name, values) => {
    const { answer, asked } = await post(name, values);
    expect([answer.status, asked]).toEqual([400, []]);
    expect(JSON.parse(answer.body)).toMatchObject({ details: [{ field: `header.${name}`, rule: 'uniqueItems' }] });
  });

  test.each([
    ['X-API-Key', ['key', 'key']],
    ['X-API-Key', ['', 'key']],
    ['Content-Type', ['application/json', 'application/json']],
  ])('may say the same again: %s as %j', async (name, values) => {
    expect((await post(name, values)).answer.status).toBe(200);
  });

  test('is told apart in the headers as Node has them', () => {
    const raw = ['Host', 'a', 'X-API-Key', 'k', 'x-api-key', '', 'Accept', '*/*', 'X-Api-Key'];
    expect([headerValuesIn(raw, 'X-API-Key'), headerValuesIn(raw, 'host'), headerValuesIn(raw, 'Expect')]).toEqual([
      ['k', '', ''],
      ['a'],
      [],
    ]);
  });
});

describe('an idempotency key', () => {
  const post = (body: string, key: string) => ({
    method: 'POST',
    path: reserve,
    body,
    headers: { 'idempotency-key': key },
  });

  test('comes with the same fingerprint for the same JSON, however it is written', async () => {
    const bodies = [
      '[{"requester":"a","resource":"x"}]',
      '[ {"resource":"\\u0078", "requester":"a"} ]',
      '[{"requester":"a","resource":"y"}]',
    ];
    const asked = await Promise.all(bodies.map((body) => put({ request: post(body, 'k') })));
    const fingerprints = asked.map((each) => each.asked[0]?.idempotency?.fingerprint);
    expect([fingerprints[0] === fingerprints[1], fingerprints[0] === fingerprints[2]]).toEqual([true, false]);
  });

  test('comes with a fingerprint that nobody makes before it is asked for', async () => {
    const { asked } = await put({ request: post('[{"requester":"a","resource":"x"}]', 'k') });
    expect(Object.getOwnPropertyDescriptor(asked[0]?.idempotency, 'fingerprint')?.get).toBeDefined();
  });

  test.each(['', 'x'.repeat(256), 'ü'])('that is %j is a fault of its header', async (key) => {
    expect((await faultsOf(post('[{"requester":"a","resource":"x"}]', key)))[0]).toMatch(/^header\.Idempotency-Key /u);
  });

  test('gets a refusal of the rules again to the letter, and is told that it was given before', async () => {
    const outcome = { ok: false, code: 'resource_held', message: 'x is held.' } as const;
    const call = () => Promise.resolve({ outcome, isReplayed: true });
    const { answer } = await put({ request: post('[{"requester":"a","resource":"x"}]', 'k'), call });
    expect([answer.status, answer.body]).toEqual([409, '{"error":"resource_held","message":"x is held."}']);
    expect(answer.headers).toMatchObject({ 'Idempotent-Replayed': 'true', 'X-Idempotent-Replayed': 'true' });
  });

  test('that was answered before is said to be', async () => {
    const call = () => Promise.resolve({ outcome: { ok: true as const, value: [] }, isReplayed: true });
    const { answer } = await put({ request: post('[{"requester":"a","resource":"x"}]', 'k'), call });
    expect(answer.headers).toMatchObject({ 'Idempotent-Replayed': 'true', 'X-Idempotent-Replayed': 'true' });
  });
});

test('a refusal of the rules with more faults than one answer should hold names the first of them', async () => {
  const details = Array.from({ length: 30 }, (_, index) => ({
    field: `/${index}`,
    rule: 'not',
    message: 'must not be',
  }));
  const outcome = { ok: false, code: 'invalid_request', message: 'No.', details } as const;
  const { answer } = await put({ request: {}, call: () => Promise.resolve({ outcome, isReplayed: false }) });
  const body = JSON.parse(answer.body) as { details: unknown[]; message: string };
  expect(body.details).toHaveLength(20);
  expect(body.message).toMatch(/^\/0 must not be; .*\/19 must not be; and more faults\.$/u);
});

describe('a failure', () => {
  test('of the store asks to try again', async () => {
    const { answer } = await put({ request: {}, call: () => Promise.reject(new StoreUnavailable('disk full')) });
    expect([answer.status, answer.headers['Retry-After']]).toEqual([503, '1']);
  });

  test('that nobody foresaw tells the client the request id and nothing else', async () => {
    const { answer, errors } = await put({ request: {}, call: () => Promise.reject(new Error('secret detail')) });
    expect(answer.status).toBe(500);
    expect(answer.body).not.toContain('secret');
    expect(JSON.parse(answer.body)).toMatchObject({
      error: 'internal_error',
      requestId: answer.headers['X-Request-Id'],
    });
    expect(errors).toHaveLength(1);
  });
});

test('a request id of the client is kept if it is harmless', async () => {
  const idOf = async (id: string) =>
    (await put({ request: { headers: { 'x-request-id': id } } })).answer.headers['X-Request-Id'];
  expect([await idOf('trace-1.2'), await idOf('two words'), await idOf('x'.repeat(65))]).toEqual([
    'trace-1.2',
    'new-request-id',
    'new-request-id',
  ]);
});
