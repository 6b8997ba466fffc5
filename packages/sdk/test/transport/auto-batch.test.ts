import { describe, expect, test, vi } from 'vitest';

import { BadRequestError, Holdfast, RateLimitError, TimeoutError, WrongReleaseTokenError } from '../../src/index.ts';
import type { HoldfastOptions } from '../../src/index.ts';
import { answers, breaks, hangs, idempotencyKeys, refuses, scriptedFetch } from '../fakes/fake-fetch.ts';
import type { Answer, RequestItem, SentRequest } from '../fakes/fake-fetch.ts';
import { settle, useFakeTime } from '../fakes/fake-time.ts';

useFakeTime();

const itemsOf = ({ body }: SentRequest) => body as readonly RequestItem[];
const resourcesOf = (request: SentRequest) => itemsOf(request).map(({ resource }) => resource);
const wants = (resource: string) => ({ requester: 'worker-1', resource, ttlSeconds: 5 });
const holds = (resource: string) => ({ ...wants(resource), releaseToken: 'token' });
const invalid = { error: 'invalid_request', message: 'A sentence.' };

/** Echoes each item; as a server does, it refuses all of a request for one bad item of it. */
const echoes: Answer = (request) => {
  const items = itemsOf(request);
  const bad = items.findIndex(({ ttlSeconds }) => ttlSeconds <= 0);
  if (bad >= 0) {
    const details = [{ field: `/${bad}/ttlSeconds`, rule: 'minimum', message: 'too little' }];
    return answers({ ...invalid, details }, 400)(request);
  }
  if (items.length > 1 && items.some(({ resource }) => resource === 'huge')) return refuses(413, 'too_large')(request);
  if (items.some(({ resource }) => resource === 'one-too-many')) {
    return answers({ error: 'rate_limited', limitType: 'concurrentLocks' }, 429, { 'Retry-After': '20' })(request);
  }
  const isHeld = (resource: string) => ['held', 'wrong'].includes(resource);
  const results = items.map(({ resource }) => ({
    resource,
    status: isHeld(resource) ? 'DOESNT_OWN_RESERVATION' : 'RELINQUISHED',
  }));
  const isWrong = items.some(({ resource }) => resource === 'wrong');
  return isWrong
    ? answers({ error: 'wrong_release_token', results }, 403, { 'X-Request-Id': 'request-1' })(request)
    : answers(results, 200, { 'X-Request-Id': 'request-1' })(request);
};

function client(script: Answer[] = [echoes], options: Partial<HoldfastOptions> = {}) {
  const { fetch, sent } = scriptedFetch(...script);
  const holdfast = new Holdfast({
    baseUrl: 'https://holdfast.test',
    apiKey: 'key',
    fetch,
    autoBatch: true,
    ...options,
  });
  return { resources: holdfast.resources, sent };
}

const results = (...names: string[]) => names.map((resource) => expect.objectContaining({ resource }));

describe('calls of one tick', () => {
  test('go out as one request for each operation, in their order, and each has its own results', async () => {
    const { resources, sent } = client();
    const calls = [
      resources.reserve([wants('a')]),
      resources.unreserve([holds('d')]),
      resources.reserve([wants('b'), wants('c')]),
      resources.renew([holds('e')]),
      Promise.resolve().then(() => resources.unreserve([holds('f')])),
    ];
    const whole = resources.reserve([wants('g')]).withResponse();
    const { value } = await settle(Promise.all(calls));
    expect(value).toEqual([results('a'), results('d'), results('b', 'c'), results('e'), results('f')]);
    expect(sent.map(({ path }) => path.split('/').at(-1))).toEqual(['reserve', 'unreserve', 'renew']);
    expect(sent.map(resourcesOf)).toEqual([['a', 'b', 'c', 'g'], ['d', 'f'], ['e']]);
    expect(idempotencyKeys(sent).size).toBe(3);
    const { data, response, requestId } = await whole;
    expect([data, response.status, requestId]).toEqual([results('g'), 200, 'request-1']);
  });

  test('go out together, whichever event of the turn they come of, and without any timer', async () => {
    vi.useRealTimers();
    const { resources, sent } = client();
    const { setImmediate } = globalThis as unknown as { setImmediate: (run: () => void) => void };
    const call = (resource: string) => resources.reserve([wants(resource)]);
    const inEvent = (resource: string) => new Promise((resolve) => setImmediate(() => resolve(call(resource))));
    expect(await Promise.all(['a', 'b'].map(inEvent))).toEqual([results('a'), results('b')]);
    expect(sent.map(resourcesOf)).toEqual([['a', 'b']]);
    vi.useFakeTimers();
    vi.stubGlobal('setImmediate', undefined);
    await Promise.all([call('c'), Promise.resolve().then(() => call('d'))]);
    vi.unstubAllGlobals();
    expect(sent.slice(1).map(resourcesOf)).toEqual([['c', 'd']]);
  });

  test('are spread over as many requests as it takes for no more than maxItems each, none of them torn', async () => {
    const { resources, sent } = client([echoes], { autoBatch: { maxItems: 3 } });
    const names = [['a'], ['b'], ['c', 'd'], ['e', 'f', 'g', 'h'], ['i'], ['j']];
    const calls = names.map((each) => resources.reserve(each.map(wants)));
    const { value } = await settle(Promise.all(calls));
    expect(value).toEqual(names.map((each) => results(...each)));
    expect(sent.map(resourcesOf).toSorted()).toEqual([['a', 'b'], ['c', 'd', 'i'], ['e', 'f', 'g', 'h'], ['j']]);
    for (const maxItems of [0, 101, 1.5]) expect(() => client([], { autoBatch: { maxItems } })).toThrow(RangeError);
  });

  test('go alone with a key, headers or retries of their own, and where one refusal would tell of several items', async () => {
    const { resources, sent } = client();
    const calls = [
      resources.unreserve([holds('a')]),
      resources.unreserve([holds('b')], { idempotencyKey: 'mine' }),
      resources.unreserve([holds('c')], { headers: { 'X-Trace': 'mine' } }),
      resources.unreserve([holds('d')], { maxRetries: 1 }),
      resources.unreserve([holds('e')], { timeoutMs: 500 }),
      resources.unreserve([holds('f'), holds('g')]),
      resources.unreserve([]),
      resources.unreserve([holds('h')]),
    ];
    await settle(Promise.all(calls));
    expect(sent.map(resourcesOf).toSorted()).toEqual([[], ['a', 'h'], ['b'], ['c'], ['d'], ['e'], ['f', 'g']]);
    const mine = sent.find((request) => resourcesOf(request)[0] === 'b')!;
    expect(mine.headers.get('idempotency-key')).toBe('mine');
  });

  test.each([undefined, false])('are left as they are with autoBatch: %s', async (autoBatch) => {
    const { resources, sent } = client([echoes], { autoBatch });
    await settle(Promise.all([resources.reserve([wants('a')]), resources.reserve([wants('b')])]));
    expect(sent.map(resourcesOf)).toEqual([['a'], ['b']]);
  });

  test('send what they were given, whatever becomes of it, and what has no JSON fails alone', async () => {
    const { resources, sent } = client();
    const item = wants('a');
    const first = resources.reserve([item]);
    const second = resources.reserve([{ ...wants('b'), metadata: { size: Infinity } }]);
    const third = resources.reserve([wants('c')]);
    item.resource = 'changed';
    const { value } = await settle(Promise.allSettled([first, second, third]));
    expect(value).toMatchObject([{ status: 'fulfilled' }, { reason: { name: 'RangeError' } }, { status: 'fulfilled' }]);
    expect(sent.map(resourcesOf)).toEqual([['a', 'c']]);
  });
});

describe('the signal of one caller', () => {
  test('ends only his own call, and all of theirs the request', async () => {
    const { resources, sent } = client([hangs]);
    const [one, other, early] = [new AbortController(), new AbortController(), new AbortController()];
    const call = (name: string, { signal }: AbortController) =>
      resources.reserve([wants(name)], { signal }).catch((reason: unknown) => reason);
    const calls = [call('a', one), call('b', other), call('c', early)];
    early.abort('before it was sent');
    setTimeout(() => one.abort('after 1 s'), 1_000);
    setTimeout(() => other.abort('after 2 s'), 2_000);
    const first = await settle(calls[0]!.then((reason) => [reason, sent[0]!.signal.aborted]));
    expect(first.value).toEqual(['after 1 s', false]);
    expect(await Promise.all(calls)).toEqual(['after 1 s', 'after 2 s', 'before it was sent']);
    expect(sent.map(resourcesOf)).toEqual([['a', 'b']]);
    expect(sent[0]!.signal.aborted).toBe(true);
  });

  test('takes his items out of what is asked again, while nothing can have been done', async () => {
    const { resources, sent } = client([refuses(429, 'rate_limited', { 'Retry-After': '3' }), breaks, echoes]);
    const [gone, late] = [new AbortController(), new AbortController()];
    const calls = [
      resources.reserve([wants('a')], { signal: gone.signal }),
      resources.reserve([wants('b'), wants('c')]),
      resources.reserve([wants('d')], { signal: late.signal }),
    ];
    setTimeout(() => gone.abort('gone'), 1_000);
    setTimeout(() => late.abort('late'), 3_300);
    const { value } = await settle(Promise.allSettled(calls));
    expect(value).toMatchObject([
      { reason: 'gone' },
      { value: [{ resource: 'b' }, { resource: 'c' }] },
      { reason: 'late' },
    ]);
    expect(sent.map(resourcesOf)).toEqual([
      ['a', 'b', 'c', 'd'],
      ['b', 'c', 'd'],
      ['b', 'c', 'd'],
    ]);
    expect(idempotencyKeys(sent).size).toBe(1);
  });

  test('is left without listeners', async () => {
    const { resources } = client();
    const { signal } = new AbortController();
    const listeners = new Set<unknown>();
    signal.addEventListener = (_: string, listener: unknown) => void listeners.add(listener);
    signal.removeEventListener = (_: string, listener: unknown) => void listeners.delete(listener);
    await settle(Promise.all([resources.reserve([wants('a')], { signal }), resources.reserve([wants('b')])]));
    expect(listeners.size).toBe(0);
  });
});

describe('a failure', () => {
  test('of the request reaches each caller, after retries under the same key', async () => {
    const { resources, sent } = client([hangs], { timeoutMs: 100, maxRetries: 2 });
    const calls = [resources.renew([holds('a')]), resources.renew([holds('b')])];
    const { value } = await settle(Promise.allSettled(calls));
    for (const outcome of value!) {
      const { reason } = outcome as PromiseRejectedResult;
      expect(reason).toBeInstanceOf(TimeoutError);
      expect(reason).toMatchObject({ outcomeUnknown: true, retryable: true });
    }
    expect(sent.map(resourcesOf)).toEqual([
      ['a', 'b'],
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(idempotencyKeys(sent).size).toBe(1);
  });

  test.each([
    ['is invalid', { ...wants('bad'), ttlSeconds: 0 }, BadRequestError],
    ['takes more locks than the tier allows', wants('one-too-many'), RateLimitError],
  ])(
    'of one item that %s is his alone, as if it had been sent alone, and no other waits for it',
    async (_, bad, type) => {
      const { resources, sent } = client([echoes], { maxRetries: 1 });
      const others = Promise.all([resources.reserve([wants('a')]), resources.reserve([wants('b')])]);
      const failed = resources.reserve([bad]).catch((error: unknown) => error);
      const { value, afterMs } = await settle(others);
      expect(value).toEqual([results('a'), results('b')]);
      expect(afterMs).toBe(0);
      const alone = client([echoes], { maxRetries: 0, autoBatch: false }).resources.reserve([bad]);
      const asAlone = (await settle(alone.catch((error: unknown) => error))).value as BadRequestError;
      const { message, details, outcomeUnknown } = asAlone;
      expect(asAlone).toBeInstanceOf(type);
      expect(await failed).toMatchObject({ message, details, outcomeUnknown });
      expect(sent.slice(0, 4).map(resourcesOf)).toEqual([['a', 'b', bad.resource], ['a'], ['b'], [bad.resource]]);
      expect(idempotencyKeys(sent).size).toBe(4);
    },
  );

  test('for want of room for all is none for each', async () => {
    const { resources, sent } = client();
    const { value } = await settle(Promise.all([resources.reserve([wants('huge')]), resources.reserve([wants('a')])]));
    expect(value).toEqual([results('huge'), results('a')]);
    expect(sent.map(resourcesOf)).toEqual([['huge', 'a'], ['huge'], ['a']]);
  });

  test('for a wrong release token is his whose token it is; the others are told what took effect', async () => {
    const { resources, sent } = client();
    const names = ['a', 'wrong', 'held', 'b'];
    const calls = names.map((name) => resources.unreserve([holds(name)]));
    const whole = resources.unreserve([holds('c')]).withResponse();
    const { value } = await settle(Promise.allSettled(calls));
    expect(value).toMatchObject([
      { value: [{ resource: 'a', status: 'RELINQUISHED' }] },
      { reason: { status: 403, results: [{ resource: 'wrong' }] } },
      { value: [{ resource: 'held', status: 'DOESNT_OWN_RESERVATION' }] },
      { value: [{ resource: 'b', status: 'RELINQUISHED' }] },
    ]);
    expect((value![1] as PromiseRejectedResult).reason).toBeInstanceOf(WrongReleaseTokenError);
    expect(sent.map(resourcesOf)).toEqual([[...names, 'c'], ['wrong'], ['held']]);
    const { response, requestId } = await whole;
    expect([response.status, requestId]).toEqual([200, 'request-1']);
  });
});
