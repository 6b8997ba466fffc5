/** Guarantees that hold for every operation, or for every write, as tests that an operation's file takes in. */
import { expect, test } from 'vitest';

import type { Scenario, WireAnswer, WireRequest } from '../targets/describe-targets.ts';
import { readProblem } from './read-problem.ts';

/** A valid request. */
export interface ValidRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

/** The same each time, or made anew for each test: for requests that succeed only once, or need something to be there. */
export type RequestSource = ValidRequest | (() => Promise<ValidRequest>);

const unknownKey = `hf_live_${'z'.repeat(43)}`;

/** The most that a body may have, in bytes. */
const largestBody = 1_048_576;

/** A 401 comes before everything else, so the request need not be one that would succeed. */
export function testUnauthorized({ send }: Scenario, { method, path, body }: ValidRequest): void {
  const withoutKey: Readonly<Record<string, WireRequest>> = {
    'no key': { apiKey: null },
    'an empty key': { apiKey: '' },
    'a key that nobody gave out': { apiKey: unknownKey },
    'a bearer token that nobody gave out': { apiKey: null, headers: { Authorization: `Bearer ${unknownKey}` } },
    'a key in the wrong scheme': { apiKey: null, headers: { Authorization: `Basic ${unknownKey}` } },
  };

  test.each(Object.keys(withoutKey))('refuses %s', async (name) => {
    const answer = await send(method, path, { body, ...withoutKey[name] });
    expect(readProblem(answer)).toMatchObject({ status: 401, code: 'unauthorized' });
  });

  test('says nothing about a request before it knows who asks', async () => {
    const answer = await send(method, `${path}?unknown=1`, { body: body && '{', apiKey: null });
    expect(readProblem(answer)).toMatchObject({ status: 401, code: 'unauthorized' });
  });
}

export function testIdempotencyKeyConflict(
  { send, unique }: Scenario,
  one: RequestSource,
  another: RequestSource,
): void {
  test('refuses an idempotency key that was used for something else', async () => {
    const headers = { 'Idempotency-Key': unique('key') };
    const [first, other] = [await toRequest(one), await toRequest(another)];
    await send(first.method, first.path, { body: first.body, headers });
    const answer = await send(other.method, other.path, { body: other.body, headers });
    expect(readProblem(answer)).toMatchObject({ status: 409, code: 'idempotency_key_conflict' });
    expect(answer.headers.get('Idempotent-Replayed')).toBe(null);
  });
}

export function testReplay({ send, unique }: Scenario, source: RequestSource): void {
  test('answers the same idempotency key as it did the first time, however the JSON is written', async () => {
    const { method, path, body } = await toRequest(source);
    const headers = { 'Idempotency-Key': unique('key') };
    const first = await send(method, path, { body, headers });
    const again = await send(method, path, { body: body && rewritten(body), headers });
    for (const name of ['Idempotent-Replayed', 'X-Idempotent-Replayed']) {
      expect([first.headers.get(name), again.headers.get(name)]).toEqual([null, 'true']);
    }
    expect(again).toMatchObject({ status: first.status, text: first.text });
  });

  test('takes an idempotency key of any 255 printable characters', async () => {
    const { method, path, body } = await toRequest(source);
    const key = `${unique('key')} !"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~`.padEnd(255, 'k');
    const first = await send(method, path, { body, headers: { 'Idempotency-Key': key } });
    const again = await send(method, path, { body, headers: { 'Idempotency-Key': key } });
    expect(again).toMatchObject({ status: first.status, text: first.text });
    for (const name of ['Idempotent-Replayed', 'X-Idempotent-Replayed']) expect(again.headers.get(name)).toBe('true');
  });
}

export function testBodyTooLarge({ send }: Scenario, source: RequestSource): void {
  test('refuses a body of more than 1 MiB', async () => {
    const { method, path, body } = await toRequest(source);
    const answer = await send(method, path, { body: paddedTo(largestBody + 1, body) });
    expect(readProblem(answer)).toMatchObject({ status: 413, code: 'body_too_large' });
  });

  test('takes a body of 1 MiB', async () => {
    const { method, path, body } = await toRequest(source);
    expectSuccess(await send(method, path, { body: paddedTo(largestBody, body) }));
  });
}

export function testUnsupportedMediaType({ send }: Scenario, source: RequestSource): void {
  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'json', ''])(
    'refuses a body of the type %j',
    async (mediaType) => {
      const { method, path, body } = await toRequest(source);
      const answer = await send(method, path, { body, headers: { 'Content-Type': mediaType } });
      expect(readProblem(answer)).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    },
  );

  test.each(['application/json; charset=utf-8', 'Application/JSON'])(
    'takes a body of the type %j',
    async (mediaType) => {
      const { method, path, body } = await toRequest(source);
      expectSuccess(await send(method, path, { body, headers: { 'Content-Type': mediaType } }));
    },
  );
}

/** The fields that a 400 finds fault with, each once although it may break several rules. */
export function fieldsOf(answer: WireAnswer): readonly string[] {
  return [...new Set(readProblem(answer).faults.map(({ field }) => field))];
}

async function toRequest(source: RequestSource): Promise<ValidRequest> {
  return typeof source === 'function' ? source() : source;
}

/** Which of the successes, the contract check of each answer sees to. */
function expectSuccess({ status, text }: WireAnswer): void {
  expect(status, text.slice(0, 1_000)).toBeLessThan(300);
}

function paddedTo(bytes: number, body: unknown): string {
  return JSON.stringify(body).padEnd(bytes, ' ');
}

/** The same JSON with its members in the opposite order, and white space. */
function rewritten(body: unknown): string {
  return JSON.stringify(body, (_name, value: unknown) => (isRecord(value) ? reversed(value) : value), 2);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function reversed(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).reverse());
}
