import { describe, expect, test, vi } from 'vitest';

import { ConnectionError, Holdfast, RateLimitError, TimeoutError } from '../../src/index.ts';
import type { Hooks } from '../../src/index.ts';
import {
  answers,
  breaks,
  breaksOffInBody,
  hangs,
  idempotencyKeys,
  late,
  refuses,
  scriptedFetch,
} from '../fakes/fake-fetch.ts';
import type { Answer } from '../fakes/fake-fetch.ts';
import { settle, useFakeTime } from '../fakes/fake-time.ts';

const fine = answers([{ status: 'ACQUIRED' }]);
const item = { requester: 'worker-1', resource: 'job-42' };

useFakeTime();

function client(script: Answer[], hooks: Hooks = {}) {
  const { fetch, sent } = scriptedFetch(...script);
  return { holdfast: new Holdfast({ baseUrl: 'https://holdfast.test', apiKey: 'key', fetch, hooks }), sent };
}

function pausesMs(sent: { sentAtMs: number }[]): number[] {
  return sent.slice(1).map(({ sentAtMs }, index) => sentAtMs - sent[index]!.sentAtMs);
}

/** What is left of an answer with JSON, by a proxy that states this part's length. */
function cutShort(body: string, status: number, type = 'application/json; charset=utf-8'): Answer {
  return () => new Response(body, { status, headers: { 'Content-Type': type } });
}

describe('what is tried again', () => {
  test.each<[string, Answer]>([
    ['no connection', breaks],
    ['an answer that breaks off', breaksOffInBody],
    ['a 2xx that is not JSON', () => new Response('<html>', { status: 200 })],
    ['a 2xx that was cut short', () => new Response('[{"status":"ACQU', { status: 200 })],
    ['a 2xx without a body', () => new Response('', { status: 200 })],
    ['a refusal that was cut short', cutShort('{"error":"wrong_release_to', 403)],
    ['a problem that was cut short', cutShort('{"type":"https://api.quo', 402, 'application/problem+json')],
    ...[408, 429, 500, 502, 503, 504, 524].map((status): [string, Answer] => [String(status), refuses(status, 'x')]),
  ])('%s', async (_, failure) => {
    const { holdfast, sent } = client([failure, failure, fine]);
    const { value } = await settle(holdfast.resources.reserve([item]));
    expect(value).toEqual([{ status: 'ACQUIRED' }]);
    expect(sent).toHaveLength(3);
  });

  test.each([400, 401, 403, 404, 405, 409, 413, 415, 501])('not %i', async (status) => {
    const { holdfast, sent } = client([refuses(status, 'x'), fine]);
    const { error } = await settle(holdfast.resources.reserve([item]));
    expect(error).toMatchObject({ status, retryable: false, outcomeUnknown: false });
    expect(sent).toHaveLength(1);
  });
});

describe('how often', () => {
  test.each<[string, object, number]>([
    ['three times after the first attempt', {}, 4],
    ['as often as the call says', { maxRetries: 1 }, 2],
    ['never, if the call says so', { maxRetries: 0 }, 1],
    ['ten times, however many the call asks for', { maxRetries: Infinity }, 11],
    ['never, if the call says nonsense', { maxRetries: NaN }, 1],
  ])('%s', async (_, options, requests) => {
    const { holdfast, sent } = client([breaks]);
    const { error } = await settle(holdfast.resources.reserve([item], options));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ retryable: true, cause: { message: 'fetch failed' } });
    expect(sent).toHaveLength(requests);
  });

  test('with the same idempotency key and body on every attempt', async () => {
    const { holdfast, sent } = client([breaks]);
    await settle(holdfast.resources.reserve([item]));
    expect(idempotencyKeys(sent).size).toBe(1);
    expect(sent.every(({ body }) => body[0].resource === 'job-42')).toBe(true);
  });
});

describe('when', () => {
  test('after random pauses whose limit doubles, up to eight seconds', async () => {
    const { holdfast, sent } = client([breaks]);
    await settle(holdfast.resources.reserve([item], { maxRetries: 6 }));
    expect(pausesMs(sent)).toEqual([250, 500, 1_000, 2_000, 4_000, 4_000]);
  });

  test('not before Retry-After in seconds', async () => {
    const { holdfast, sent } = client([refuses(503, 'unavailable', { 'Retry-After': '7' }), fine]);
    await settle(holdfast.resources.reserve([item]));
    expect(pausesMs(sent)).toEqual([7_250]);
  });

  test("not before Retry-After as a date, by the server's clock", async () => {
    const date = 'Wed, 21 Oct 2015 07:28:00 GMT';
    const headers = { Date: date, 'Retry-After': 'Wed, 21 Oct 2015 07:28:09 GMT' };
    const { holdfast, sent } = client([refuses(429, 'rate_limited', headers), fine]);
    await settle(holdfast.resources.reserve([item]));
    expect(pausesMs(sent)).toEqual([9_250]);
  });

  test('never if API keys are the limit: no time makes room for another', async () => {
    const limit = { error: 'rate_limited', limitType: 'apiKeys' };
    const { holdfast, sent } = client([answers(limit, 429, { 'Retry-After': '1' })]);
    const { error } = await settle(holdfast.admin.apiKeys.create({ environment: 'live', label: 'One more' }));
    expect(error).toMatchObject({ limitType: 'apiKeys', retryable: false, outcomeUnknown: false });
    expect(sent).toHaveLength(1);
  });

  test('not before the retryAfter of a body whose header may not be read', async () => {
    const limit = { tier: 'free', limit: 500, limitType: 'concurrentLocks', retryAfter: 2, upgradeRequired: true };
    const { holdfast, sent } = client([answers({ error: 'rate_limited', message: 'No.', ...limit }, 429), fine]);
    await settle(holdfast.resources.reserve([item]));
    expect(pausesMs(sent)).toEqual([2_250]);
  });

  test('never if Retry-After is more than a minute: the caller hears of it at once', async () => {
    const { holdfast, sent } = client([refuses(429, 'rate_limited', { 'Retry-After': '3600' })]);
    const { error } = await settle(holdfast.resources.reserve([item]));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ retryAfterSeconds: 3_600 });
    expect(sent).toHaveLength(1);
  });
});

describe('time', () => {
  test('each attempt has its own', async () => {
    const { holdfast, sent } = client([hangs]);
    const { error } = await settle(holdfast.resources.reserve([item], { maxRetries: 2 }));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(pausesMs(sent)).toEqual([10_250, 10_500]);
    expect(sent.every(({ signal }) => signal.aborted)).toBe(true);
  });

  test('counts for the body too, and for a fetch that does not heed its signal', async () => {
    const { holdfast, sent } = client([() => new Response(new ReadableStream()), () => new Promise(() => {}), fine]);
    const { value } = await settle(holdfast.resources.reserve([item], { timeoutMs: 100 }));
    expect(value).toEqual([{ status: 'ACQUIRED' }]);
    expect(pausesMs(sent)).toEqual([350, 600]);
  });

  test('may be without end', async () => {
    const { holdfast, sent } = client([late(3_600_000, fine)]);
    const { value } = await settle(holdfast.resources.reserve([item], { timeoutMs: Infinity }));
    expect(value).toEqual([{ status: 'ACQUIRED' }]);
    expect(sent).toHaveLength(1);
  });
});

describe('an unknown outcome', () => {
  test.each<[string, Answer[]]>([
    ['no answer', [hangs]],
    ['a broken connection', [breaks]],
    ['a gateway that gave up', [refuses(504, 'x')]],
    ['a clear refusal after an attempt without an answer', [breaks, refuses(429, 'x', { 'Retry-After': '999' })]],
  ])('is told after %s', async (_, script) => {
    const { holdfast } = client(script);
    const { error } = await settle(holdfast.resources.reserve([item]));
    expect(error).toMatchObject({ outcomeUnknown: true });
  });

  test('is not told when every attempt was refused', async () => {
    const { holdfast } = client([refuses(429, 'x')]);
    const { error } = await settle(holdfast.resources.reserve([item]));
    expect(error).toMatchObject({ outcomeUnknown: false });
  });

  test('is nothing that reads have', async () => {
    const { holdfast } = client([breaks]);
    const { error } = await settle(holdfast.resources.get('job-42'));
    expect(error).toMatchObject({ name: 'ConnectionError', outcomeUnknown: false });
  });
});

describe("the caller's signal", () => {
  const reason = new Error('the user left');

  test('sends nothing when it has aborted already', async () => {
    const { holdfast, sent } = client([fine]);
    const { error } = await settle(holdfast.resources.reserve([item], { signal: AbortSignal.abort(reason) }));
    expect(error).toBe(reason);
    expect(sent).toEqual([]);
  });

  test('ends a request at once, for good', async () => {
    const controller = new AbortController();
    const { holdfast, sent } = client([hangs]);
    const call = holdfast.resources.reserve([item], { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 1_000);
    const { error, afterMs } = await settle(call);
    expect(error).toBe(reason);
    expect(afterMs).toBe(1_000);
    expect(sent.map(({ signal }) => signal.aborted)).toEqual([true]);
  });

  test('ends a pause at once', async () => {
    const controller = new AbortController();
    const { holdfast, sent } = client([refuses(503, 'unavailable', { 'Retry-After': '30' })]);
    const call = holdfast.resources.reserve([item], { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 1_000);
    const { error, afterMs } = await settle(call);
    expect(error).toBe(reason);
    expect(afterMs).toBe(1_000);
    expect(sent).toHaveLength(1);
  });

  test('is neither retried nor changed when its reason is an error that would be', async () => {
    const controller = new AbortController();
    const onRetry = vi.fn();
    const { holdfast, sent } = client([hangs], { onRetry });
    const call = holdfast.resources.reserve([item], { signal: controller.signal });
    setTimeout(() => controller.abort(new TimeoutError('elsewhere')), 1_000);
    const { error } = await settle(call);
    expect(error).toMatchObject({ message: 'elsewhere', outcomeUnknown: false });
    expect(sent).toHaveLength(1);
    expect(onRetry).not.toHaveBeenCalled();
  });

  test('ends the call also when a hook aborts it', async () => {
    const controller = new AbortController();
    const { holdfast, sent } = client([breaks, fine], { onRetry: () => controller.abort(reason) });
    const { error, afterMs } = await settle(holdfast.resources.reserve([item], { signal: controller.signal }));
    expect(error).toBe(reason);
    expect(afterMs).toBe(0);
    expect(sent).toHaveLength(1);
  });

  test('is left without listeners', async () => {
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, 'addEventListener');
    const remove = vi.spyOn(signal, 'removeEventListener');
    const { holdfast } = client([breaks, fine]);
    await settle(holdfast.resources.reserve([item], { signal }));
    expect(add).toHaveBeenCalledTimes(3);
    expect(remove.mock.calls).toEqual(add.mock.calls);
  });
});

describe('hooks', () => {
  test('see each attempt, answer and retry', async () => {
    const seen: unknown[] = [];
    const { holdfast } = client([refuses(503, 'unavailable', { 'X-Request-Id': 'req-1' }), fine], {
      onRequest: ({ operationId, method, attempt }) => seen.push(['request', operationId, method, attempt]),
      onResponse: ({ status, requestId, attempt }) => seen.push(['response', status, requestId, attempt]),
      onRetry: ({ error, delayMs, attempt }) => seen.push(['retry', error.name, delayMs, attempt]),
    });
    await settle(holdfast.resources.reserve([item]));
    expect(seen).toEqual([
      ['request', 'reserve', 'POST', 1],
      ['response', 503, 'req-1', 1],
      ['retry', 'UnavailableError', 250, 1],
      ['request', 'reserve', 'POST', 2],
      ['response', 200, null, 2],
    ]);
  });

  test('may add headers', async () => {
    const { holdfast, sent } = client([fine], { onRequest: ({ headers }) => headers.set('traceparent', '00-1') });
    await settle(holdfast.resources.reserve([item]));
    expect(sent[0]!.headers.get('traceparent')).toBe('00-1');
  });

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('broken logger');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken logger'))],
  ])('disturb nothing when one %s', async (_, hook) => {
    const { holdfast } = client([breaks, fine], { onRequest: hook, onResponse: hook, onRetry: hook });
    const { value } = await settle(holdfast.resources.reserve([item]));
    expect(value).toEqual([{ status: 'ACQUIRED' }]);
  });
});
