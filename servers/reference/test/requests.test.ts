import { gzipSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import { apiKey, compileContractFirst, sendRaw, startTestServer } from './test-server.ts';

compileContractFirst();

const items = [{ requester: 'alice', resource: 'demo', ttlSeconds: 60 }];
const reservePath = '/api/v1/Reservation/reserve';
const jsonType = { 'Content-Type': 'application/json' };

describe('the contract over HTTP', () => {
  test('reserves, and refuses another requester', async () => {
    const server = await startTestServer({ checkContract: true });
    const first = await server.reserve(items);
    expect([first.status, await first.json()]).toMatchObject([200, [{ status: 'ACQUIRED', resource: 'demo' }]]);
    const second = await server.reserve([{ requester: 'bob', resource: 'demo' }]);
    expect([second.status, await second.json()]).toMatchObject([200, [{ status: 'ALREADY_HELD' }]]);
  });

  test('replays an idempotent request', async () => {
    const server = await startTestServer({ checkContract: true });
    const answers = [
      await server.reserve(items, { 'Idempotency-Key': 'k' }),
      await server.reserve(items, { 'Idempotency-Key': 'k' }),
    ];
    for (const name of ['Idempotent-Replayed', 'X-Idempotent-Replayed']) {
      expect(answers.map((answer) => answer.headers.get(name))).toEqual([null, 'true']);
    }
    expect(await answers[0]?.text()).toBe(await answers[1]?.text());
  });

  test.each([
    ['GET', '/api/v1/nothing', 404, 'not_found'],
    ['GET', '/API/v1/Reservation', 404, 'not_found'],
    ['GET', '/api/v1/Reservation/', 404, 'not_found'],
    ['PUT', '/api/v1/Reservation', 405, 'method_not_allowed'],
    ['OPTIONS', '/api/v1/Reservation', 405, 'method_not_allowed'],
    ['POST', '/healthz', 405, 'method_not_allowed'],
    ['GET', '/api/v1/Reservation?limit=0', 400, 'invalid_request'],
    ['GET', '/api/v1/Reservation/%ff', 400, 'invalid_request'],
  ])('answers %s %s with %i %s', async (method, path, status, error) => {
    const server = await startTestServer({ checkContract: true });
    const answer = await server.ask(path, { method });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error, requestId: answer.headers.get('X-Request-Id') });
    if (status === 405) expect(answer.headers.get('Allow')).toContain('GET');
  });

  test('HEAD has the headers of GET and no body', async () => {
    const server = await startTestServer({ checkContract: true });
    const answer = await server.ask('/api/v1/Reservation', { method: 'HEAD' });
    expect(answer.status).toBe(200);
    expect(Number(answer.headers.get('Content-Length'))).toBeGreaterThan(10);
    expect(await answer.text()).toBe('');
  });

  test('204 has neither a body nor a length', async () => {
    const server = await startTestServer({ checkContract: true });
    const body = JSON.stringify([{ name: 'Printer', capacity: 2 }]);
    await server.ask('/api/v1/Resource/register', { method: 'POST', headers: jsonType, body });
    const answer = await server.ask('/api/v1/Resource/definitions/Printer', { method: 'DELETE' });
    expect([answer.status, answer.headers.get('Content-Length'), await answer.text()]).toEqual([204, null, '']);
  });

  // Clients tidy such paths up before they send them; who writes them to a socket doesn't.
  test.each([
    ['/api/v1/Reservation/..', '"resource":".."'],
    ['/api/v1/Reservation/%2e%2e', '"resource":".."'],
    ['/api/v1/Reservation/..%2f..%2fetc', '"resource":"../../etc"'],
    [
      '/api/v1/Resource/definitions/../../Reservation',
      'There is nothing at /api/v1/Resource/definitions/../../Reservation.',
    ],
    ['/docs/../api/v1/Reservation', 'There is nothing at /docs/../api/v1/Reservation.'],
    ['/api/v1/Reservation/%zz', '"rule":"percentEncoding"'],
  ])('follows no dots: %s', async (target, part) => {
    const { url } = await startTestServer({ checkContract: true });
    const head = `GET ${target} HTTP/1.1\r\nHost: x\r\nX-API-Key: hf_test_${'k'.repeat(43)}\r\nConnection: close\r\n\r\n`;
    expect(await sendRaw(url, head)).toContain(part);
  });

  test('takes a target that is a whole URL, as proxies send it', async () => {
    const { url } = await startTestServer();
    const answer = await sendRaw(url, `GET ${url}/api/v1/nothing?a=b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer).toContain('There is nothing at /api/v1/nothing.');
  });
});

describe('a body', () => {
  test.each([
    ['of another type', '[]', { 'Content-Type': 'text/plain' }, 415, 'unsupported_media_type'],
    ['without a type', Buffer.from('[]'), {}, 415, 'unsupported_media_type'],
    ['that is compressed', gzipSync('[]'), { ...jsonType, 'Content-Encoding': 'gzip' }, 415, 'unsupported_media_type'],
    ['that is not UTF-8', Buffer.from('["\xff"]', 'latin1'), jsonType, 400, 'invalid_request'],
    ['that is not JSON', '[{', jsonType, 400, 'invalid_request'],
    ['that is missing', undefined, jsonType, 400, 'invalid_request'],
    ['that is too long', `["${'a'.repeat(2_048)}"]`, jsonType, 413, 'body_too_large'],
  ])('%s is refused', async (_, body, headers, status, error) => {
    const server = await startTestServer({ maxBodyBytes: 1_024 });
    const answer = await server.ask(reservePath, { method: 'POST', headers, ...(body !== undefined && { body }) });
    expect([answer.status, await answer.json()]).toMatchObject([status, { error }]);
  });

  test('that says what is wrong with its encoding', async () => {
    const server = await startTestServer();
    const answer = await server.ask(reservePath, {
      method: 'POST',
      headers: jsonType,
      body: Buffer.from([0xc3, 0x28]),
    });
    expect(await answer.json()).toMatchObject({
      message: 'body must be UTF-8.',
      details: [{ field: 'body', rule: 'encoding', message: 'must be UTF-8' }],
    });
  });

  test('of unknown length is cut off at the limit, and the connection can go on', async () => {
    const { url } = await startTestServer({ maxBodyBytes: 1_024 });
    const head = `POST ${reservePath} HTTP/1.1\r\nHost: x\r\nX-API-Key: hf_test_${'k'.repeat(43)}\r\nContent-Type: application/json\r\n`;
    // None of its pieces is too long by itself.
    const chunk = `300\r\n${'a'.repeat(0x3_00)}\r\n`;
    const next = 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    const answer = await sendRaw(url, `${head}Transfer-Encoding: chunked\r\n\r\n`, chunk, chunk, '0\r\n\r\n', next);
    expect(answer).toMatch(/^HTTP\/1\.1 413 .*HTTP\/1\.1 200 OK.*ok\n$/su);
  });

  test('in several pieces is put together, in the middle of a character, too', async () => {
    const { url } = await startTestServer();
    const body = Buffer.from(JSON.stringify([{ requester: 'alice', resource: '€' }]));
    const head = `POST ${reservePath} HTTP/1.1\r\nHost: x\r\nX-API-Key: hf_test_${'k'.repeat(43)}\r\nContent-Type: application/json\r\n`;
    const cut = body.indexOf('€') + 1;
    const chunks = [body.subarray(0, cut), body.subarray(cut)].flatMap((part) => [
      `${part.length.toString(16)}\r\n`,
      part,
      '\r\n',
    ]);
    const answer = await sendRaw(
      url,
      `${head}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n`,
      ...chunks,
      '0\r\n\r\n',
    );
    expect(answer).toContain('€ is yours now.');
  });

  test('whose client goes away in the middle does no harm', async () => {
    const server = await startTestServer();
    const { hostname, port } = new URL(server.url);
    const { connect } = await import('node:net');
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST ${reservePath} HTTP/1.1\r\nHost: x\r\nX-API-Key: ${apiKey}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n[{`,
    );
    const inFlight = async () => /requests_in_flight (\d+)/u.exec(await (await server.ask('/metrics')).text())?.[1];
    await expect.poll(inFlight).toBe('2');
    socket.destroy();
    await expect.poll(inFlight).toBe('1');
    expect((await server.reserve(items)).status).toBe(200);
  });
});

describe('below /v1', () => {
  const bytes = Buffer.from('["\xff"]', 'latin1');

  test.each<[string, RequestInit & { readonly path?: string }, number, string]>([
    ['an unknown path', { path: '/v1/nothing' }, 404, 'not-found'],
    ['a wrong method', { method: 'DELETE' }, 405, 'method-not-allowed'],
    ['a wrong key', { method: 'POST', headers: { 'X-API-Key': 'wrong' } }, 401, 'unauthorized'],
    ['another type', { method: 'POST', body: 'text' }, 415, 'unsupported-media-type'],
    [
      'a compressed body',
      { method: 'POST', headers: { ...jsonType, 'Content-Encoding': 'gzip' }, body: gzipSync('{}') },
      415,
      'unsupported-media-type',
    ],
    ['a body that is not UTF-8', { method: 'POST', headers: jsonType, body: bytes }, 400, 'validation-failed'],
    ['a body that is not JSON', { method: 'POST', headers: jsonType, body: '{' }, 400, 'validation-failed'],
    ['a body that is too long', { method: 'POST', headers: jsonType, body: ' '.repeat(1_025) }, 413, 'body-too-large'],
  ])('%s is a problem', async (_, { path = '/v1/reserve', ...init }, status, slug) => {
    const base = 'https://errors.example.com/';
    const server = await startTestServer({ checkContract: true, maxBodyBytes: 1_024, problemTypeBase: base });
    const answer = await server.ask(path, init);
    expect([answer.status, answer.headers.get('Content-Type')]).toEqual([status, 'application/problem+json']);
    expect(await answer.json()).toMatchObject({ type: base + slug, status, detail: expect.stringMatching(/\.$/u) });
    expect(answer.headers.get('Allow')).toBe(status === 405 ? 'POST' : null);
    expect(answer.headers.get('X-Request-Id')).toMatch(/./u);
  });
});

describe('below /api/capacity', () => {
  const path = '/api/capacity/reservations';
  const bytes = Buffer.from('["\xff"]', 'latin1');

  test.each<[string, RequestInit & { readonly path?: string }, number, string]>([
    ['an unknown path', { path: '/api/capacity/nothing' }, 404, 'not_found'],
    ['a wrong method', { path: `${path}/any`, method: 'DELETE' }, 405, 'method_not_allowed'],
    ['a wrong key', { method: 'POST', headers: { 'X-API-Key': 'wrong' } }, 401, 'unauthorized'],
    ['another type', { method: 'POST', body: 'text' }, 415, 'unsupported_media_type'],
    ['a body that is too long', { method: 'POST', headers: jsonType, body: ' '.repeat(1_025) }, 413, 'body_too_large'],
  ])('%s is JSON', async (_, { path: address = path, ...init }, status, error) => {
    const server = await startTestServer({ checkContract: true, maxBodyBytes: 1_024 });
    const answer = await server.ask(address, init);
    expect([answer.status, await answer.json()]).toMatchObject([status, { error, message: expect.any(String) }]);
    expect(answer.headers.get('Allow')).toBe(status === 405 ? 'GET, HEAD' : null);
  });

  test.each<[string, RequestInit & { readonly path?: string }, string]>([
    ['a body that is not UTF-8', { method: 'POST', headers: jsonType, body: bytes }, 'body must be UTF-8'],
    ['a body that is not JSON', { method: 'POST', headers: jsonType, body: '{' }, 'body must be JSON: '],
    ['a wrong body', { method: 'POST', headers: jsonType, body: '{"intervals":[]}' }, 'intervals is []: must NOT have'],
    ['a query without what it needs', { path: '/api/capacity/calendar' }, 'query.from is missing: must be given'],
  ])('%s is a sentence', async (_, { path: address = path, ...init }, beginning) => {
    const server = await startTestServer({ checkContract: true });
    const answer = await server.ask(address, init);
    expect([answer.status, answer.headers.get('Content-Type')]).toEqual([400, 'text/plain; charset=utf-8']);
    expect(answer.headers.get('X-Request-Id')).toMatch(/./u);
    expect((await answer.text()).slice(0, beginning.length)).toBe(beginning);
  });

  test('a month of intervals is no body that is too long', async () => {
    const startSlot = Math.ceil(Date.now() / 900_000) + 4;
    const at = (index: number) => new Date((startSlot + index) * 900_000).toISOString();
    const intervals = Array.from({ length: 3_000 }, (_, index) => {
      return { startsAt: at(index), endsAt: at(index + 1), capacityGb: 1_024 };
    });
    const body = JSON.stringify({ intervals }, null, 2);
    expect(body.length).toBeGreaterThan(380_000);
    const server = await startTestServer();
    const answer = await server.ask(path, { method: 'POST', headers: jsonType, body });
    expect([answer.status, await answer.json()]).toMatchObject([200, { intervals }]);
  });
});

describe('a request id', () => {
  test.each(['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs', '/', '/api/v1/Reservation', '/nothing'])(
    'is on the answer of %s',
    async (path) => {
      const server = await startTestServer();
      expect((await server.ask(path)).headers.get('X-Request-Id')).toMatch(/^[\w-]{20,64}$/u);
      const own = await server.ask(path, { headers: { 'X-Request-Id': 'my-id.7' } });
      expect(own.headers.get('X-Request-Id')).toBe('my-id.7');
      const wild = await server.ask(path, { headers: { 'X-Request-Id': 'a b<c>' } });
      expect(wild.headers.get('X-Request-Id')).toMatch(/^[\w-]{20,64}$/u);
    },
  );
});

describe('a header that is given twice', () => {
  const body = JSON.stringify(items);
  const ask = (url: string, path: string, lines: readonly string[]) => {
    const all = ['Host: x', 'Connection: close', `Content-Length: ${body.length}`, ...lines];
    return sendRaw(url, `POST ${path} HTTP/1.1\r\n${all.join('\r\n')}\r\n\r\n${body}`);
  };
  const json = 'Content-Type: application/json';
  const key = `X-API-Key: ${apiKey}`;

  test.each([
    ['X-API-Key', [json, key, 'x-api-key: another']],
    ['Authorization', [json, `Authorization: Bearer ${apiKey}`, 'authorization: Basic YTpi']],
    ['Idempotency-Key', [json, key, 'Idempotency-Key: a', 'idempotency-key: b']],
    ['Idempotency-Key', [json, key, 'Idempotency-Key: a', 'Idempotency-Key: a']],
    ['Content-Type', [key, json, 'content-type: text/plain']],
  ])('is refused in the shape of its family, and named: %s', async (name, lines) => {
    const server = await startTestServer();
    const answer = await ask(server.url, reservePath, lines);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /u);
    expect(answer).toContain(
      `"details":[{"field":"header.${name}","rule":"uniqueItems","message":"must be given once"}]`,
    );
    expect(await ask(server.url, '/v1/reserve', lines)).toContain(`"errors":[{"pointer":"header.${name}"`);
    expect(
      await ask(
        server.url,
        '/api/capacity/quotes',
        lines.filter((line) => !line.startsWith('Idempotency')),
      ),
    ).toMatch(/^HTTP\/1\.1 400 .*Content-Type: text\/plain/su);
  });

  test.each([
    ['a key', [json, key, key]],
    ['a key beside an empty one', [json, 'X-API-Key:', key]],
    ['a bearer token beside an empty key', [json, 'X-API-Key: ', `Authorization: Bearer ${apiKey}`]],
    ['a key beside what a proxy wants', [json, key, 'Authorization: Basic YTpi']],
    ['a media type', [key, json, json]],
  ])('may say the same again: %s', async (_what, lines) => {
    const server = await startTestServer();
    expect(await ask(server.url, reservePath, lines)).toMatch(/^HTTP\/1\.1 200 /u);
  });
});

test('of 100 requests that are sent at once, 64 are answered, and then the connection ends', async () => {
  const server = await startTestServer();
  const answers = await sendRaw(
    server.url,
    `GET /api/v1/Reservation HTTP/1.1\r\nHost: x\r\nX-API-Key: ${apiKey}\r\n\r\n`.repeat(100),
  );
  expect(answers.match(/HTTP\/1\.1 200 OK\r\n/gu)).toHaveLength(64);
  expect(answers.match(/Connection: close\r\n/gu)).toHaveLength(1);
  expect(answers.lastIndexOf('Connection: close')).toBeGreaterThan(answers.lastIndexOf('HTTP/1.1'));
});

describe('pages of other origins', () => {
  const origin = 'https://app.example.com';
  const preflight = { Origin: origin, 'Access-Control-Request-Method': 'POST' };

  test('may not call unless it is configured', async () => {
    const server = await startTestServer();
    const answer = await server.ask('/api/v1/Reservation', { headers: { Origin: origin } });
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBeNull();
    expect((await server.ask(reservePath, { method: 'OPTIONS', headers: preflight })).status).toBe(405);
  });

  test('may call if they are named', async () => {
    const server = await startTestServer({ corsOrigins: [origin] });
    const asked = await server.ask(reservePath, { method: 'OPTIONS', headers: preflight });
    expect([asked.status, asked.headers.get('Access-Control-Allow-Origin')]).toEqual([204, origin]);
    expect(asked.headers.get('Access-Control-Allow-Headers')).toMatch(/Idempotency-Key, Last-Event-ID/u);
    const answer = await server.reserve(items, { Origin: origin });
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(origin);
    const readable = ['X-Request-Id', 'Idempotent-Replayed', 'X-Idempotent-Replayed', 'Retry-After', 'Allow'];
    for (const name of [...readable, 'RateLimit', 'RateLimit-Policy']) {
      expect(answer.headers.get('Access-Control-Expose-Headers')?.split(', ')).toContain(name);
    }
    const other = await server.reserve(items, { Origin: 'https://evil.example.com' });
    expect([other.headers.get('Access-Control-Allow-Origin'), other.headers.get('Vary')]).toEqual([null, 'Origin']);
  });

  test('may all call with *', async () => {
    const server = await startTestServer({ corsOrigins: ['*'] });
    const answer = await server.reserve(items, { Origin: 'https://any.example.com' });
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('*');
  });
});
