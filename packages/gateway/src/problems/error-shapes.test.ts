import { operations } from '@holdfast/contract';
import type { OperationDescription, OperationId } from '@holdfast/contract';
import { responseValidator } from '@holdfast/contract/responses';
import { StoreUnavailable } from '@holdfast/engine';
import type { Refusal } from '@holdfast/engine';
import { describe, expect, test } from 'vitest';

import { familyAt, familyRoots } from '../families.ts';
import { put } from '../testing/put-request.ts';
import type { Setup } from '../testing/put-request.ts';
import type { TextAnswer } from '../wire.ts';
import { isProblemTypeBase } from './problem-json.ts';

const hold = { external_customer_id: 'c-1', billable_metric_key: 'images', estimated_units: 8 };
const createHold = { method: 'POST', path: '/v1/reserve', body: JSON.stringify(hold) };

function refusing(refusal: Refusal, isReplayed = false): NonNullable<Setup['call']> {
  return () => Promise.resolve({ outcome: { ok: false, ...refusal }, isReplayed });
}

/** The parsed problem, which must be one by its Content-Type and its status, too. */
function problemOf({ status, headers, body }: TextAnswer): Readonly<Record<string, unknown>> {
  const problem = JSON.parse(body) as { status: number };
  expect([headers['Content-Type'], problem.status]).toEqual(['application/problem+json', status]);
  return { ...problem };
}

describe('what rules refuse is application/problem+json for credits', () => {
  test('with exactly its type, title, status and detail', async () => {
    const call = refusing({ code: 'insufficient_credits', message: 'Insufficient credits for reservation.' });
    const { answer } = await put({ request: createHold, call });
    expect(answer).toEqual({
      status: 402,
      headers: {
        'X-Request-Id': 'new-request-id',
        'Cache-Control': 'no-store',
        'Content-Type': 'application/problem+json',
      },
      body:
        '{"type":"https://api.quotastack.io/errors/insufficient-credits","title":"Insufficient Credits","status":402,' +
        '"detail":"Insufficient credits for reservation."}',
    });
  });

  test.each([
    ['not_found', 404, 'not-found', 'Not Found'],
    ['reservation_not_active', 409, 'reservation-not-active', 'Reservation Not Active'],
    ['reservation_expired', 409, 'reservation-expired', 'Reservation Expired'],
    ['idempotency_key_conflict', 409, 'idempotency-key-conflict', 'Idempotency Key Conflict'],
    ['conflict', 409, 'conflict', 'Conflict'],
    ['no_metering_rule', 422, 'no-metering-rule', 'No Metering Rule'],
  ] as const)('%s is %i', async (code, status, slug, title) => {
    const { answer } = await put({ request: createHold, call: refusing({ code, message: 'Why.' }) });
    const type = `https://api.quotastack.io/errors/${slug}`;
    expect(problemOf(answer)).toEqual({ type, title, status, detail: 'Why.' });
  });

  test('with the base of its type that the gateway was given', async () => {
    const call = refusing({ code: 'not_found', message: 'No.' });
    const { answer } = await put({ request: createHold, call, problemTypeBase: 'https://x.test/#' });
    expect(problemOf(answer)['type']).toBe('https://x.test/#not-found');
  });

  test('and says when it was refused before', async () => {
    const call = refusing({ code: 'insufficient_credits', message: 'Insufficient credits for reservation.' }, true);
    const { answer } = await put({ request: { ...createHold, headers: { 'idempotency-key': 'k' } }, call });
    expect([answer.status, answer.headers['Idempotent-Replayed']]).toEqual([402, 'true']);
  });

  test('with every fault of a request', async () => {
    const faults = [
      { field: '/customer_id', rule: 'oneOf', message: 'must be given, or external_customer_id' },
      { field: 'query.limit', rule: 'minimum', message: 'must be at least 1' },
    ];
    const call = refusing({ code: 'invalid_request', message: 'Twice wrong.', details: faults });
    const { answer } = await put({ request: createHold, call });
    expect(problemOf(answer)).toEqual({
      type: 'https://api.quotastack.io/errors/validation-failed',
      title: 'Validation Failed',
      status: 400,
      detail: 'Twice wrong.',
      errors: [
        { pointer: '/customer_id', detail: 'must be given, or external_customer_id', rule: 'oneOf' },
        { pointer: 'query.limit', detail: 'must be at least 1', rule: 'minimum' },
      ],
    });
  });

  test('unless the family never refuses so, which nobody foresaw', async () => {
    const { answer, errors } = await put({
      request: createHold,
      call: refusing({ code: 'resource_held', message: '' }),
    });
    expect([answer.status, errors]).toEqual([500, [new Error('This family never refuses with resource_held.')]]);
    expect(problemOf(answer)).toMatchObject({ title: 'Internal Error' });
  });
});

describe('what never gets as far as a rule is application/problem+json below /v1', () => {
  test.each<[string, Setup['request'], number, string, RegExp]>([
    ['a wrong key', { ...createHold, headers: { 'x-api-key': 'wrong' } }, 401, 'unauthorized', /X-API-Key/u],
    ['an unknown path', { path: '/v1/nowhere' }, 404, 'not-found', /\/v1\/nowhere/u],
    ['the root', { path: '/v1' }, 404, 'not-found', /\/v1/u],
    ['a wrong method', { method: 'PUT', path: '/v1/reserve' }, 405, 'method-not-allowed', /PUT/u],
    ['a body that is too large', { ...createHold, body: { unread: 'tooLarge' } }, 413, 'body-too-large', /longer/u],
    [
      'another media type',
      { ...createHold, headers: { 'content-type': 'text/plain' } },
      415,
      'unsupported-media-type',
      /text\/plain/u,
    ],
    [
      'a compressed body',
      { ...createHold, body: { unread: 'compressed' } },
      415,
      'unsupported-media-type',
      /Content-Encoding/u,
    ],
  ])('%s', async (_, request, status, slug, words) => {
    const { answer, asked } = await put({ request });
    expect([answer.status, asked]).toEqual([status, []]);
    expect(answer.headers['Allow']).toBe(status === 405 ? 'POST' : undefined);
    const type = `https://api.quotastack.io/errors/${slug}`;
    const problem = problemOf(answer);
    expect(Object.keys(problem)).toEqual(['type', 'title', 'status', 'detail']);
    expect(problem).toMatchObject({ type, detail: expect.stringMatching(words) });
  });

  test('a malformed request, with all that is wrong', async () => {
    const body = JSON.stringify({ ...hold, estimated_units: 0, ttl_seconds: 1.5, color: 'red' });
    const { answer, asked } = await put({ request: { ...createHold, body, headers: { 'idempotency-key': '' } } });
    const { errors, ...problem } = problemOf(answer) as { errors: { pointer: string; detail: string; rule: string }[] };
    expect(asked).toEqual([]);
    expect(problem).toMatchObject({ title: 'Validation Failed', detail: expect.stringContaining('/estimated_units') });
    expect(errors.map(({ pointer, rule }) => `${pointer} ${rule}`).toSorted()).toEqual([
      '/color additionalProperties',
      '/estimated_units minimum',
      '/ttl_seconds type',
      'header.Idempotency-Key minLength',
    ]);
    expect(errors.every(({ detail }) => detail !== '')).toBe(true);
  });

  test('a store that is out of reach', async () => {
    const { answer } = await put({ request: createHold, call: () => Promise.reject(new StoreUnavailable('down')) });
    expect(answer.headers['Retry-After']).toBe('1');
    expect(problemOf(answer)).toMatchObject({ status: 503, title: 'Unavailable' });
  });

  test('a failure that nobody foresaw, of which the detail names the request and nothing else', async () => {
    const { answer } = await put({ request: createHold, call: () => Promise.reject(new Error('secret detail')) });
    const { detail, ...problem } = problemOf(answer);
    expect(problem).toEqual({
      type: 'https://api.quotastack.io/errors/internal-error',
      title: 'Internal Error',
      status: 500,
    });
    expect(detail).toMatch(/new-request-id/u);
    expect(detail).not.toMatch(/secret/u);
  });
});

describe('an answer of credits', () => {
  test('has the one status of success that the contract gives it', async () => {
    const { answer } = await put({ request: createHold });
    expect([answer.status, answer.headers['Content-Type']]).toEqual([201, 'application/json; charset=utf-8']);
  });
});

describe('the family', () => {
  test('of every operation is that of its path', () => {
    const all: readonly OperationDescription[] = Object.values(operations);
    expect(all.filter(({ path, family }) => familyAt(path) !== family)).toEqual([]);
    expect(Object.fromEntries(familyRoots)).toMatchObject({
      namedResources: '/api/v1',
      credits: '/v1',
      capacity: '/api/capacity',
      administration: expect.stringMatching(/^\/v1\/admin/u),
    });
  });

  test.each([
    ['/v1', 'credits'],
    ['/v1/', 'credits'],
    ['/v1/nowhere', 'credits'],
    ['/v1/admin/capacity', 'administration'],
    ['/api/capacity', 'capacity'],
    ['/api/capacity/nowhere', 'capacity'],
    ['/api/capacityplanning', 'namedResources'],
    ['/api', 'namedResources'],
    ['/v10/reserve', 'namedResources'],
    ['/V1/reserve', 'namedResources'],
    ['/api/v1/nowhere', 'namedResources'],
    ['/', 'namedResources'],
    ['', 'namedResources'],
    ['*', 'namedResources'],
  ])('at %j is %s', (path, family) => {
    expect(familyAt(path)).toBe(family);
  });

  test.each(Object.values(operations) as readonly OperationDescription[])(
    'of $operationId has the problems of its contract',
    async ({ operationId, method, path, statuses }) => {
      const request = { method, path: path.replaceAll(/\{\w+\}/gu, 'any') };
      const answers = [
        await put({ request: { ...request, headers: { 'x-api-key': '' } } }),
        await put({ request: { ...request, query: 'what=1', body: '{' } }),
        await put({ request: { ...request, body: '[]', headers: { 'content-type': 'x' } } }),
        await put({ request: { ...request, body: { unread: 'tooLarge' } } }),
      ].map(({ answer }) => answer);
      for (const { status, headers, body } of answers.filter((answer) => answer.status >= 400)) {
        expect(statuses).toContain(status);
        const validate = responseValidator(operationId as OperationId, status);
        const value: unknown = headers['Content-Type'] === 'text/plain; charset=utf-8' ? body : JSON.parse(body);
        expect([validate(value), validate.errors]).toEqual([true, null]);
      }
    },
  );
});

describe('what a key may not do, and a limit that is reached, have their members', () => {
  const limit = { tier: 'free', limit: 200 } as const;
  const rateLimited = {
    code: 'rate_limited',
    message: 'Why.',
    ...limit,
    limitType: 'opsPerMinute',
    retryAfterSeconds: 31,
    upgradeRequired: true,
  } as const;
  const noScope = { code: 'forbidden', message: 'Why.', scope: 'platform:admin' } as const;

  test.each<[string, Refusal, number, object]>([
    ['a missing scope', noScope, 403, { title: 'Forbidden', scope: 'platform:admin' }],
    [
      'a suspended tenant',
      { code: 'tenant_suspended', message: 'Why.' },
      403,
      { title: 'Tenant Suspended', type: 'https://api.quotastack.io/errors/tenant-suspended' },
    ],
    [
      'a limit',
      rateLimited,
      429,
      { title: 'Rate Limited', ...limit, limit_type: 'opsPerMinute', retry_after: 31, upgrade_required: true },
    ],
  ])('below /v1: %s', async (_, refusal, status, members) => {
    const { answer } = await put({ request: createHold, call: refusing(refusal) });
    expect(problemOf(answer)).toMatchObject({ status, detail: 'Why.', ...members });
    const validate = responseValidator('createHold', status);
    expect([validate(JSON.parse(answer.body)), validate.errors]).toEqual([true, null]);
    expect(answer.headers['Retry-After']).toBe(status === 429 ? '31' : undefined);
  });

  test.each<[string, Refusal, number, object]>([
    ['a missing scope', noScope, 403, { error: 'forbidden', scope: 'platform:admin' }],
    ['a suspended tenant', { code: 'tenant_suspended', message: 'Why.' }, 403, { error: 'tenant_suspended' }],
    [
      'a tier without it',
      { code: 'upgrade_required', message: 'Why.' },
      403,
      { error: 'upgrade_required', upgradeRequired: true },
    ],
    [
      'a limit',
      rateLimited,
      429,
      { error: 'rate_limited', ...limit, limitType: 'opsPerMinute', retryAfter: 31, upgradeRequired: true },
    ],
  ])('of named resources and capacity: %s', async (_, refusal, status, members) => {
    for (const path of ['/api/v1/Reservation', '/api/capacity/reservations/any']) {
      const { answer } = await put({ request: { path }, call: refusing(refusal) });
      expect([answer.status, JSON.parse(answer.body)]).toEqual([status, { message: 'Why.', ...members }]);
      expect(answer.headers['Retry-After']).toBe(status === 429 ? '31' : undefined);
    }
  });
});

describe('what rules refuse is application/problem+json for administration, too', () => {
  test.each([
    ['forbidden', 403, 'forbidden', 'Forbidden'],
    ['idempotency_key_conflict', 409, 'idempotency-key-conflict', 'Idempotency Key Conflict'],
  ] as const)('%s is %i', async (code, status, slug, title) => {
    const request = { method: 'PUT', path: '/v1/admin/capacity', body: '{"org_cap_gb":8}' };
    const { answer } = await put({ request, call: refusing({ code, message: 'Why.' }) });
    const type = `https://api.quotastack.io/errors/${slug}`;
    expect(problemOf(answer)).toEqual({ type, title, status, detail: 'Why.' });
  });
});

test.each([
  ['https://errors.example.com/', true],
  ['http://localhost:4000/docs#', true],
  ['https://x.test/?type=', true],
  ['https://x.test/errors', false],
  ['https:///', false],
  ['/errors/', false],
  ['urn:problem/', false],
  ['javascript:alert(1)//', false],
  ['https://x.test/a b/', false],
])('%s is a base of types: %s', (base, isOne) => {
  expect(isProblemTypeBase(base)).toBe(isOne);
});
