import { describe, expect, test } from 'vitest';

import { Holdfast, HoldfastError } from '../../src/index.ts';
import { answers, scriptedFetch } from '../fakes/fake-fetch.ts';
import type { Answer } from '../fakes/fake-fetch.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function client(answer: Answer = answers({}), baseUrl = 'https://holdfast.test') {
  const { fetch, sent } = scriptedFetch(answer);
  return { holdfast: new Holdfast({ baseUrl, apiKey: 'hf_live_key', fetch }), sent };
}

describe('headers', () => {
  test('every request carries the API key, and one with a body its type', async () => {
    const { holdfast, sent } = client();
    await holdfast.resources.reserve([]);
    await holdfast.resources.get('job-42');
    expect(sent.map(({ headers }) => headers.get('x-api-key'))).toEqual(['hf_live_key', 'hf_live_key']);
    expect(sent.map(({ headers }) => headers.get('content-type'))).toEqual(['application/json', null]);
  });

  test('every write carries an idempotency key of its own, and a read none', async () => {
    const { holdfast, sent } = client();
    await holdfast.resources.reserve([]);
    await holdfast.resources.deleteDefinition('Printer');
    await holdfast.resources.get('job-42');
    const [first, second, third] = sent.map(({ headers }) => headers.get('idempotency-key'));
    expect(first).toMatch(uuid);
    expect(second).toMatch(uuid);
    expect(second).not.toBe(first);
    expect(third).toBeNull();
  });

  test("the caller's idempotency key is used", async () => {
    const { holdfast, sent } = client();
    await holdfast.resources.reserve([], { idempotencyKey: 'order-7' });
    expect(sent[0]!.headers.get('idempotency-key')).toBe('order-7');
  });

  test("the call's headers win over the client's, and both over the library's", async () => {
    const { fetch, sent } = scriptedFetch(answers([]));
    const headers = { Accept: 'text/plain', 'X-Trace': 'client' };
    const holdfast = new Holdfast({ baseUrl: 'https://holdfast.test', apiKey: 'key', fetch, headers });
    await holdfast.resources.reserve([], { headers: { 'X-Trace': 'call' } });
    expect(sent[0]!.headers.get('accept')).toBe('text/plain');
    expect(sent[0]!.headers.get('x-trace')).toBe('call');
  });
});

describe('the URL', () => {
  test.each(['https://holdfast.test/base', 'https://holdfast.test/base/'])('keeps the path of %s', async (baseUrl) => {
    const { holdfast, sent } = client(answers({}), baseUrl);
    await holdfast.resources.get('x');
    expect(sent[0]!.path).toBe('/base/api/v1/Reservation/x');
  });

  test('holds the query, without what is undefined', async () => {
    const { holdfast, sent } = client(answers({ reservations: [], nextCursor: null }));
    await holdfast.resources.list({ resourcePrefix: 'a&b', limit: 5, ...({ requester: undefined } as object) });
    expect(sent[0]!.path).toBe('/api/v1/Reservation/activeReservations?resourcePrefix=a%26b&limit=5');
  });

  test.each(['', '.', '..'])('cannot hold the name %j, which would ask for something else', async (name) => {
    const { holdfast, sent } = client();
    await expect(holdfast.resources.get(name)).rejects.toBeInstanceOf(HoldfastError);
    expect(sent).toEqual([]);
  });

  test('is refused at once when it is none', () => {
    expect(() => new Holdfast({ baseUrl: 'holdfast', apiKey: 'key' })).toThrow(TypeError);
  });
});

describe('answers', () => {
  test('withResponse() hands out the raw response of the same request', async () => {
    const { holdfast, sent } = client(answers({ status: 'FREE' }, 200, { 'X-Request-Id': 'req-1' }));
    const promise = holdfast.resources.get('job-42');
    const { data, response, requestId } = await promise.withResponse();
    expect(data).toEqual({ status: 'FREE' });
    expect(response.status).toBe(200);
    expect(requestId).toBe('req-1');
    expect(await promise).toBe(data);
    expect(sent).toHaveLength(1);
  });

  test('204 answers with nothing', async () => {
    const { holdfast } = client(() => new Response(null, { status: 204 }));
    await expect(holdfast.resources.deleteDefinition('Printer')).resolves.toBeUndefined();
  });

  test('the promise can be caught and has a finally', async () => {
    const { holdfast } = client(answers({ error: 'not_found', message: 'No.' }, 404));
    const seen: unknown[] = [];
    await holdfast.resources
      .deleteDefinition('Printer')
      .finally(() => seen.push('finally'))
      .catch((error) => seen.push(error.code));
    expect(seen).toEqual(['finally', 'not_found']);
  });

  test('a redirect is not followed, so that the API key stays here', async () => {
    const headers = { location: 'https://elsewhere.test' };
    const { fetch } = scriptedFetch(() => new Response(null, { status: 302, headers }));
    const modes: unknown[] = [];
    const holdfast = new Holdfast({
      baseUrl: 'https://holdfast.test',
      apiKey: 'key',
      fetch: (url, init) => (modes.push(init?.redirect), fetch(url, init)),
    });
    await expect(holdfast.resources.get('x')).rejects.toMatchObject({ status: 302, code: 'http_302' });
    expect(modes).toEqual(['manual']);
  });

  test('without a fetch of its own, a client uses the global one of the moment', async () => {
    const { fetch, sent } = scriptedFetch(answers({}));
    const holdfast = new Holdfast({ baseUrl: 'https://holdfast.test', apiKey: 'key' });
    const original = globalThis.fetch;
    globalThis.fetch = fetch;
    try {
      await holdfast.resources.get('x');
    } finally {
      globalThis.fetch = original;
    }
    expect(sent).toHaveLength(1);
  });
});
