import { StoreUnavailable } from '@holdfast/engine';
import type { FieldFault, Refusal } from '@holdfast/engine';
import { describe, expect, test } from 'vitest';

import { put } from '../testing/put-request.ts';
import type { Setup } from '../testing/put-request.ts';
import { describeFault } from './fault-sentence.ts';

const first = { startsAt: '2026-11-21T22:00:00Z', endsAt: '2026-11-21T22:15:00Z', capacityGb: 64 };
const second = { startsAt: '2026-11-21T22:15:00Z', endsAt: '2026-11-21T22:30:00Z', capacityGb: 64 };

function reserving(intervals: unknown): Setup['request'] {
  return { method: 'POST', path: '/api/capacity/reservations', body: JSON.stringify({ intervals }) };
}

const reserve = reserving([first, second]);

function refusing(refusal: Refusal, isReplayed = false): NonNullable<Setup['call']> {
  return () => Promise.resolve({ outcome: { ok: false, ...refusal }, isReplayed });
}

/** The one sentence of a 400, which must be one by its Content-Type, too. */
async function sentenceOf(request: Setup['request'], call?: Setup['call']): Promise<string> {
  const { answer, errors } = await put({ request, ...(call && { call }) });
  expect([answer.status, answer.headers['Content-Type'], errors]).toEqual([400, 'text/plain; charset=utf-8', []]);
  expect(answer.headers['X-Request-Id']).toBe('new-request-id');
  return answer.body;
}

describe('a malformed request of capacity is told its first fault in a sentence', () => {
  const time = 'must be a time in UTC (RFC 3339 with Z or +00:00)';

  test.each<[string, unknown, string]>([
    ['of the first interval', [{ ...first, capacityGb: 5 }], 'intervals[0].capacityGb is 5: must be a multiple of 4'],
    ['of a later one', [first, { ...second, capacityGb: 0 }], 'intervals[1].capacityGb is 0: must be >= 4'],
    ['of text for a number', [{ ...first, capacityGb: '64' }], 'intervals[0].capacityGb is "64": must be integer'],
    ['of null', [{ ...first, capacityGb: null }], 'intervals[0].capacityGb is null: must be integer'],
    [
      'of another zone',
      [{ ...first, endsAt: '2026-11-21T22:15:00+01:00' }],
      `intervals[0].endsAt is "2026-11-21T22:15:00+01:00": ${time}`,
    ],
    [
      'of a day that never was',
      [{ ...first, startsAt: '2026-02-30T22:15:00Z' }],
      `intervals[0].startsAt is "2026-02-30T22:15:00Z": ${time}`,
    ],
    ['of a missing member', [{ ...first, capacityGb: undefined }], 'intervals[0].capacityGb is missing: must be given'],
    [
      'of an unknown member',
      [{ ...first, color: 'red' }],
      'intervals[0].color is not a member that the contract knows',
    ],
    ['of an interval that is none', [first, 7], 'intervals[1] is 7: must be object'],
    ['of no intervals', [], 'intervals is []: must NOT have fewer than 1 items'],
    ['of no list', {}, 'intervals is {}: must be array'],
    ['of nothing', undefined, 'intervals is missing: must be given'],
  ])('%s', async (_, intervals, sentence) => {
    expect(await sentenceOf(reserving(intervals))).toBe(sentence);
  });

  test('which is the first in the order of the request', async () => {
    const wrong = [first, { ...second, capacityGb: 6 }, { ...first, startsAt: 'now' }, { ...first, capacityGb: 5 }];
    expect(await sentenceOf(reserving(wrong))).toMatch(/^intervals\[1\]\.capacityGb is 6: /u);
  });

  const calendar = '/api/capacity/calendar';
  const wholeDay = 'from=2026-11-21T00:00:00Z&to=2026-11-22T00:00:00Z';

  test.each<[string, Setup['request'], string]>([
    ['a body that is none', { ...reserve, body: '7' }, 'body is 7: must be object'],
    ['malformed JSON', { ...reserve, body: '{"intervals":[\n1,\n' }, 'body must be JSON: '],
    ['bytes that are no text', { ...reserve, body: { unread: 'notUtf8' } }, 'body must be UTF-8'],
    ['an empty key', { ...reserve, headers: { 'idempotency-key': '' } }, 'header.Idempotency-Key is "": '],
    ['an unknown parameter', { ...reserve, query: 'dry=1' }, 'query.dry is not a parameter of this operation'],
    [
      'a limit out of bounds',
      { path: '/api/capacity/reservations', query: `${wholeDay}&limit=0` },
      'query.limit is 0: must be >= 1',
    ],
    [
      'a parameter that is missing',
      { path: calendar, query: 'to=2026-11-22T00:00:00Z' },
      'query.from is missing: must be given',
    ],
    [
      'a plus that became a space',
      { path: calendar, query: 'from=2026-11-21T22:00:00+00:00&to=x' },
      'query.from is "2026-11-21T22:00:00 00:00": must be a time',
    ],
    [
      'a wrong percent-encoding',
      { path: '/api/capacity/reservations/%ff' },
      'path.reservationId must be UTF-8 in percent-encoding',
    ],
  ])('%s', async (_, request, beginning) => {
    const sentence = await sentenceOf(request);
    expect(sentence.slice(0, beginning.length)).toBe(beginning);
    expect(sentence).not.toMatch(/\p{Cc}/u);
  });

  test('also where a rule found it, in words that need no value', async () => {
    const message = 'must be at least 30 minutes ahead';
    const details: FieldFault[] = [
      { field: '/intervals/1/startsAt', rule: 'leadTime', message, value: '2026-11-21T22:15:00Z' },
      { field: '/intervals/2/startsAt', rule: 'leadTime', message, value: 'x' },
    ];
    const call = refusing({ code: 'invalid_request', message: 'Twice wrong.', details });
    expect(await sentenceOf(reserve, call)).toBe(`intervals[1].startsAt is "2026-11-21T22:15:00Z": ${message}`);
  });

  test('which repeats no more of a value than it takes to see it', async () => {
    const sentence = await sentenceOf(reserving('🙂'.repeat(1_000)));
    expect(sentence).toBe(`intervals is "${'🙂'.repeat(49)}…: must be array`);
  });
});

describe('a sentence', () => {
  test.each<[Partial<FieldFault>, string]>([
    [{ field: 'body' }, 'body must not be so'],
    [{ field: '/a~1b/c~0d', value: true }, '["a/b"]["c~d"] is true: must not be so'],
    [{ field: '/samples/12/work load\n', value: '\n' }, 'samples[12]["work load\\n"] is "\\n": must not be so'],
    [{ field: 'query.a b', value: Infinity }, 'query["a b"] is Infinity: must not be so'],
    [{ field: 'header.Host', rule: 'required' }, 'header.Host is missing: must not be so'],
  ])('about %j', (fault, sentence) => {
    expect(describeFault({ field: '', rule: 'so', message: 'must not be so', ...fault })).toBe(sentence);
  });
});

describe('what rules of capacity refuse is JSON', () => {
  const shortfall = { startsAt: first.startsAt, requestedGb: 64, reservableGb: 48, reason: 'insufficient_capacity' };

  test.each<[string, Refusal, string]>([
    [
      'a shortfall has exactly its code and its intervals',
      { code: 'capacity_not_available', message: 'Why.', intervals: [shortfall] },
      JSON.stringify({ error: 'capacity_not_available', intervals: [shortfall] }),
    ],
    [
      'a conflict of keys has exactly its code',
      { code: 'idempotency_key_conflict', message: 'Why.' },
      '{"error":"idempotency_key_conflict"}',
    ],
  ])('%s', async (_, refusal, body) => {
    const { answer } = await put({ request: reserve, call: refusing(refusal) });
    const mediaType = 'application/json; charset=utf-8';
    expect([answer.status, answer.headers['Content-Type'], answer.body]).toEqual([409, mediaType, body]);
  });

  test('to the letter when its idempotency key asks again', async () => {
    const call = refusing({ code: 'capacity_not_available', message: 'Why.', intervals: [shortfall] }, true);
    const { answer } = await put({ request: { ...reserve, headers: { 'idempotency-key': 'k' } }, call });
    expect([answer.status, answer.headers['Idempotent-Replayed']]).toEqual([409, 'true']);
  });

  test('and says what is not there', async () => {
    const request = { path: '/api/capacity/reservations/0192f3a9-3a91-7d6a-b816-8192a3b4c5d6' };
    const { answer } = await put({ request, call: refusing({ code: 'not_found', message: 'Why.' }) });
    expect([answer.status, answer.body]).toEqual([404, '{"error":"not_found","message":"Why."}']);
  });
});

describe('what never gets as far as a rule is JSON below /api/capacity', () => {
  test.each<[string, Setup['request'], number, string]>([
    ['a wrong key', { ...reserve, headers: { 'x-api-key': 'wrong' } }, 401, 'unauthorized'],
    ['an unknown path', { path: '/api/capacity/nowhere' }, 404, 'not_found'],
    ['the root', { path: '/api/capacity' }, 404, 'not_found'],
    ['a cancellation', { method: 'DELETE', path: '/api/capacity/reservations/7' }, 405, 'method_not_allowed'],
    ['a change', { method: 'PATCH', path: '/api/capacity/reservations/7' }, 405, 'method_not_allowed'],
    ['a body that is too large', { ...reserve, body: { unread: 'tooLarge' } }, 413, 'body_too_large'],
    ['another media type', { ...reserve, headers: { 'content-type': 'text/plain' } }, 415, 'unsupported_media_type'],
  ])('%s', async (_, request, status, error) => {
    const { answer, asked } = await put({ request });
    expect([answer.status, asked]).toEqual([status, []]);
    expect(JSON.parse(answer.body)).toEqual({ error, message: expect.any(String), requestId: 'new-request-id' });
    expect(answer.headers['Allow']).toBe(status === 405 ? 'GET, HEAD' : undefined);
  });

  test('a store that is out of reach', async () => {
    const { answer } = await put({ request: reserve, call: () => Promise.reject(new StoreUnavailable('down')) });
    expect([answer.status, answer.headers['Retry-After']]).toEqual([503, '1']);
    expect(JSON.parse(answer.body)).toMatchObject({ error: 'unavailable', requestId: 'new-request-id' });
  });
});

test('the other families show no value that was sent', async () => {
  const body = '[{"requester":"a","resource":"x","ttlSeconds":0}]';
  const named = { method: 'POST', path: '/api/v1/Reservation/reserve', body };
  const credits = { method: 'POST', path: '/v1/customers', body: '{"external_id":7}' };
  for (const request of [named, credits]) {
    const { answer } = await put({ request });
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([400, {}]);
    expect(answer.body).not.toContain('"value"');
  }
});
