import { describe, expect, test } from 'vitest';

import {
  ApiError,
  AuthenticationError,
  BadRequestError,
  CapacityNotAvailableError,
  ConflictError,
  ConnectionError,
  EventIdConflictError,
  EventsGoneError,
  Holdfast,
  HoldExpiredError,
  HoldfastError,
  HoldNotActiveError,
  IdempotencyKeyConflictError,
  InsufficientCreditsError,
  InternalServerError,
  NoMeteringRuleError,
  NotFoundError,
  PaymentAlreadyCreditedError,
  PermissionDeniedError,
  RateLimitError,
  TenantSuspendedError,
  TimeoutError,
  UnavailableError,
  WrongReleaseTokenError,
} from '../src/index.ts';
import { answers, scriptedFetch } from './fakes/fake-fetch.ts';
import type { Answer } from './fakes/fake-fetch.ts';

async function failureOf(answer: Answer): Promise<unknown> {
  const { fetch } = scriptedFetch(answer);
  const holdfast = new Holdfast({ baseUrl: 'https://holdfast.test', apiKey: 'key', fetch, maxRetries: 0 });
  return holdfast.resources.unreserve([]).then(
    () => expect.unreachable(),
    (error) => error,
  );
}

describe('an answer becomes the error that fits it best', () => {
  test.each([
    [400, 'invalid_request', BadRequestError, false],
    [401, 'unauthorized', AuthenticationError, false],
    [403, 'forbidden', PermissionDeniedError, false],
    [403, 'wrong_release_token', WrongReleaseTokenError, false],
    [403, 'tenant_suspended', TenantSuspendedError, false],
    [403, 'upgrade_required', PermissionDeniedError, false],
    [404, 'not_found', NotFoundError, false],
    [405, 'method_not_allowed', ApiError, false],
    [409, 'resource_held', ConflictError, false],
    [409, 'idempotency_key_conflict', IdempotencyKeyConflictError, false],
    [409, 'capacity_not_available', CapacityNotAvailableError, false],
    [410, 'events_gone', EventsGoneError, false],
    [413, 'body_too_large', ApiError, false],
    [415, 'unsupported_media_type', ApiError, false],
    [429, 'rate_limited', RateLimitError, true],
    [500, 'internal_error', InternalServerError, true],
    [502, 'http_502', ApiError, true],
    [503, 'unavailable', UnavailableError, true],
  ])('%i %s', async (status, code, ErrorClass, retryable) => {
    const body = { error: code, message: 'A sentence.' };
    const error = await failureOf(answers(body, status, { 'X-Request-Id': 'req-1' }));
    expect(error).toBeInstanceOf(ErrorClass);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toBeInstanceOf(HoldfastError);
    expect(error).toMatchObject({
      name: ErrorClass.name,
      message: `${status} ${code}: A sentence.`,
      status,
      code,
      retryable,
      requestId: 'req-1',
      body,
      details: [],
    });
  });

  test.each([
    [400, 'validation-failed', BadRequestError, false],
    [401, 'unauthorized', AuthenticationError, false],
    [402, 'insufficient-credits', InsufficientCreditsError, false],
    [403, 'forbidden', PermissionDeniedError, false],
    [403, 'tenant-suspended', TenantSuspendedError, false],
    [403, 'upgrade-required', PermissionDeniedError, false],
    [404, 'not-found', NotFoundError, false],
    [405, 'method-not-allowed', ApiError, false],
    [409, 'conflict', ConflictError, false],
    [409, 'idempotency-key-conflict', IdempotencyKeyConflictError, false],
    [409, 'payment-already-credited', PaymentAlreadyCreditedError, false],
    [409, 'event-id-conflict', EventIdConflictError, false],
    [409, 'reservation-not-active', HoldNotActiveError, false],
    [409, 'reservation-expired', HoldExpiredError, false],
    [413, 'body-too-large', ApiError, false],
    [415, 'unsupported-media-type', ApiError, false],
    [422, 'no-metering-rule', NoMeteringRuleError, false],
    [429, 'rate-limited', RateLimitError, true],
    [500, 'internal-error', InternalServerError, true],
    [503, 'unavailable', UnavailableError, true],
  ])('%i %s as application/problem+json', async (status, slug, ErrorClass, retryable) => {
    for (const base of ['https://api.quotastack.io/errors/', 'https://holdfast.test/docs#', 'https://x.test/?type=']) {
      const body = { type: base + slug, title: 'A Title', status, detail: 'A sentence.' };
      const headers = { 'Content-Type': 'application/problem+json', 'X-Request-Id': 'req-1' };
      const error = await failureOf(answers(body, status, headers));
      const code = slug.replaceAll('-', '_');
      expect(error).toBeInstanceOf(ErrorClass);
      expect(error).toMatchObject({
        name: ErrorClass.name,
        message: `${status} ${code}: A sentence.`,
        status,
        code,
        retryable,
        requestId: 'req-1',
        body,
        details: [],
      });
    }
  });

  test('subclasses are caught with their family', () => {
    expect(HoldExpiredError.prototype).toBeInstanceOf(HoldNotActiveError);
    expect(HoldNotActiveError.prototype).toBeInstanceOf(ConflictError);
    expect(WrongReleaseTokenError.prototype).toBeInstanceOf(PermissionDeniedError);
    expect(TenantSuspendedError.prototype).toBeInstanceOf(PermissionDeniedError);
    expect(IdempotencyKeyConflictError.prototype).toBeInstanceOf(ConflictError);
    expect(PaymentAlreadyCreditedError.prototype).toBeInstanceOf(ConflictError);
    expect(EventIdConflictError.prototype).toBeInstanceOf(ConflictError);
    expect(CapacityNotAvailableError.prototype).toBeInstanceOf(ConflictError);
    expect(TimeoutError.prototype).toBeInstanceOf(ConnectionError);
  });
});

describe('what an error tells', () => {
  test('which fields are wrong', async () => {
    const details = [{ field: '/0/ttlSeconds', rule: 'minimum', message: 'must be at least 1' }];
    const error = await failureOf(answers({ error: 'invalid_request', message: 'No.', details }, 400));
    expect(error).toMatchObject({ details });
  });

  test('which fields are wrong, from application/problem+json too', async () => {
    const errors = [{ pointer: '/estimated_units', detail: 'must be at least 1', rule: 'minimum' }];
    const body = { type: 'https://x.test/errors/validation-failed', title: 'T', status: 400, detail: 'No.', errors };
    const error = await failureOf(answers(body, 400));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({
      details: [{ field: '/estimated_units', rule: 'minimum', message: 'must be at least 1' }],
    });
  });

  test('the result of each item, when a release token was wrong', async () => {
    const results = [{ resource: 'job-42', status: 'DOESNT_OWN_RESERVATION' }];
    const error = await failureOf(answers({ error: 'wrong_release_token', message: 'No.', results }, 403));
    expect(error).toMatchObject({ results });
  });

  const limit = { tier: 'free', limit: 200 };
  const problem = { type: 'https://x.test/errors/rate-limited', title: 'T', status: 429, detail: 'No.' };
  test.each([
    [
      'camelCase',
      { error: 'rate_limited', ...limit, limitType: 'opsPerMinute', retryAfter: 31, upgradeRequired: true },
    ],
    ['snake_case', { ...problem, ...limit, limit_type: 'opsPerMinute', retry_after: 31, upgrade_required: true }],
  ])('which limit is reached, in %s, and when to come back without a header', async (_, body) => {
    const told = { ...limit, limitType: 'opsPerMinute', upgradeRequired: true };
    const error = await failureOf(answers(body, 429));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ ...told, retryAfterSeconds: 31 });
    expect(await failureOf(answers(body, 429, { 'Retry-After': '7' }))).toMatchObject({ retryAfterSeconds: 7 });
  });

  test('nothing of limits, where a proxy has its own', async () => {
    const error = await failureOf(() => new Response('Slow down', { status: 429 }));
    const nothing = { tier: null, limit: null, limitType: null, retryAfterSeconds: null, upgradeRequired: false };
    expect(error).toMatchObject(nothing);
  });

  test.each([
    ['the scope that the API key lacks', { scope: 'credits:write' }, 'credits:write', false],
    ['no scope, when another thing is forbidden', {}, null, false],
    ['that a higher tier would allow it', { upgradeRequired: true }, null, true],
    ['the same in snake_case', { upgrade_required: true }, null, true],
  ])('%s', async (_, members, scope, upgradeRequired) => {
    const error = await failureOf(answers({ error: 'forbidden', message: 'No.', ...members }, 403));
    expect(error).toMatchObject({ scope, upgradeRequired });
  });

  test.each([
    ['30', 30],
    ['0.5', 0.5],
    ['Wed, 21 Oct 2015 07:28:30 GMT', 30],
    ['Wed, 21 Oct 2015 07:27:30 GMT', 0],
    ['soon', null],
  ])('how long to wait: Retry-After %s is %j seconds', async (value, seconds) => {
    const headers = { 'Retry-After': value, Date: 'Wed, 21 Oct 2015 07:28:00 GMT' };
    const error = await failureOf(answers({ error: 'unavailable', message: 'No.' }, 503, headers));
    expect(error).toMatchObject({ retryAfterSeconds: seconds });
  });

  test('the request id of the body, where the header may not be read', async () => {
    const error = await failureOf(answers({ error: 'not_found', message: 'No.', requestId: 'req-2' }, 404));
    expect(error).toMatchObject({ requestId: 'req-2', retryAfterSeconds: null });
  });
});

describe("somebody else's error page", () => {
  test.each<[string, string, unknown, string]>([
    ['HTML', '<h1>Bad gateway</h1>', '<h1>Bad gateway</h1>', 'http_403'],
    ['nothing', '', '', 'http_403'],
    ['JSON of another shape', '{"error":{"reason":"quota"}}', { error: { reason: 'quota' } }, 'http_403'],
    ['JSON that is no object', 'null', null, 'http_403'],
    [
      'a problem without a type',
      '{"type":"about:blank","title":"No"}',
      { type: 'about:blank', title: 'No' },
      'http_403',
    ],
    ['a type of another kind', '{"type":"error"}', { type: 'error' }, 'http_403'],
    ['the name of an inherited property', '{"error":"constructor"}', { error: 'constructor' }, 'constructor'],
  ])('%s', async (_, text, body, code) => {
    const error = await failureOf(() => new Response(text, { status: 403 }));
    expect(error).toBeInstanceOf(PermissionDeniedError);
    expect(error).toMatchObject({ body, code, message: `403 ${code}` });
  });

  test('a problem with members of another shape', async () => {
    const body = { type: 'https://proxy.test/bad-request', title: 'Bad Request', errors: { name: ['too long'] } };
    const error = await failureOf(answers(body, 400));
    expect(error).toMatchObject({ code: 'bad_request', message: '400 bad_request: Bad Request', details: [] });
  });
});
