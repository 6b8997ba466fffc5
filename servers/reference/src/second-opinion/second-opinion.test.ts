import { openapi } from '@holdfast/contract';
import { admitKnown, Gateway } from '@holdfast/gateway';
import { beforeAll, describe, expect, test } from 'vitest';

import { SecondOpinion } from './second-opinion.ts';

const held = {
  resource: 'demo',
  status: 'HELD',
  requester: 'alice',
  resourceType: 'UserDefined',
  reservedAt: '2026-11-21T09:34:30.000Z',
  expiresAt: null,
  fencingToken: 1,
  metadata: null,
  capacity: null,
  free: null,
  slots: null,
};
const reserved = {
  resource: 'demo',
  requester: 'alice',
  status: 'ACQUIRED',
  explanation: 'demo is yours now.',
  releaseToken: 'token',
  fencingToken: 1,
  expiresAt: null,
  acquiredSlots: null,
  acquiredBlockers: null,
  reservedAtPath: null,
  heldBy: null,
  retryAfterSeconds: null,
};
const json = 'application/json; charset=utf-8';
const hold = { external_customer_id: 'c-1', billable_metric_key: 'images', estimated_units: 8 };
const insufficient = {
  type: 'https://errors.example.com/insufficient-credits',
  title: 'Insufficient Credits',
  status: 402,
  detail: 'Insufficient credits for reservation.',
};
const unauthorized = { error: 'unauthorized', message: 'No.', requestId: 'r' };
const invalid = {
  error: 'invalid_request',
  message: 'No.',
  requestId: 'r',
  details: [{ field: '/0/ttlSeconds', rule: 'minimum', message: 'must be >= 1' }],
};

/** Only asked which operation a request is for. */
const gateway = new Gateway({
  service: { call: () => Promise.reject(new Error('Nothing is carried out here.')) },
  environment: { sha256: (text) => text, newToken: () => 'r' },
  access: admitKnown(() => undefined),
  onError: () => undefined,
});

describe('a second opinion', () => {
  let opinion: SecondOpinion;
  beforeAll(async () => {
    opinion = await SecondOpinion.create();
  });

  function check(method: string, target: string, text: string, status: number, answer: unknown, mediaType = json) {
    const [path = '', query = ''] = target.split('?');
    const header = (name: string) => (name === 'Idempotency-Key' ? 'key-1' : undefined);
    const request = { method, path, query, header, body: text };
    const { operationId } = gateway.resolve(request);
    const isDecided = ![400, 401].includes(status);
    const body = JSON.stringify(answer);
    return opinion.check(request, { operationId, isDecided, status, headers: { 'Content-Type': mediaType }, body });
  }
  const reserve = (items: unknown, status: number, answer: unknown) =>
    check('POST', '/api/v1/Reservation/reserve', JSON.stringify(items), status, answer);

  test('agrees with what is right', async () => {
    expect(await reserve([{ requester: 'alice', resource: 'demo' }], 200, [reserved])).toBeUndefined();
    expect(await check('GET', '/api/v1/Reservation/a%2Fb', '', 200, held)).toBeUndefined();
    expect(await check('HEAD', '/api/v1/Reservation/a%2Fb', '', 200, held)).toBeUndefined();
    expect(
      await check('GET', '/api/v1/Reservation?limit=5', '', 200, { reservations: [], nextCursor: null }),
    ).toBeUndefined();
    expect(await reserve([{ requester: 'alice', resource: 'demo', ttlSeconds: 0 }], 400, invalid)).toBeUndefined();
    expect(await reserve([], 401, unauthorized)).toBeUndefined();
    expect(await check('GET', '/api/v1/nothing', '', 404, { error: 'not_found', message: 'No.' })).toBeUndefined();
  });

  test.each([
    ['a body out of bounds', [{ requester: 'alice', resource: 'demo', ttlSeconds: 0 }], 'must be >= 1'],
    [
      'an unknown member',
      [{ requester: 'alice', resource: 'demo', color: 'red' }],
      'must NOT have additional properties',
    ],
    ['another refusal than that of the form', {}, 'must be array'],
  ])('objects when the gateway let pass %s', async (_, items, words) => {
    const disagreement = await reserve(items, 200, [reserved]);
    expect(disagreement).toMatchObject({ operationId: 'reserve', status: 200 });
    expect(disagreement?.reason).toMatch(/^The gateway let the request pass, but: /u);
    expect(disagreement?.reason).toContain(words);
  });

  test('objects when the gateway let an unknown query parameter pass', async () => {
    const answer = { reservations: [], nextCursor: null };
    expect(await check('GET', '/api/v1/Reservation?color=red', '', 200, answer)).toMatchObject({
      operationId: 'listReservations',
    });
  });

  test.each([
    ['lacks a member', 200, [{ ...reserved, heldBy: undefined }]],
    ['has another type', 200, [{ ...reserved, fencingToken: '1' }]],
    ['has another status', 418, [reserved]],
    ['has the error of another status', 401, invalid],
  ])('objects to an answer that %s', async (_, status, answer) => {
    const disagreement = await reserve([{ requester: 'alice', resource: 'demo' }], status, answer);
    expect(disagreement?.reason).toMatch(/^The answer is not one of the contract: /u);
  });

  test.each(['text/html', 'application/problem+json'])(
    'objects to an answer of another media type: %s',
    async (type) => {
      const disagreement = await check('POST', '/api/v1/Reservation/reserve', '[]', 401, unauthorized, type);
      expect(disagreement?.reason).toBe(
        `The answer is not one of the contract: its media type is ${type} instead of application/json`,
      );
    },
  );

  describe('of problems', () => {
    const problem = 'application/problem+json';
    const createHold = (body: unknown, status: number, answer: unknown, mediaType = problem) =>
      check('POST', '/v1/reserve', JSON.stringify(body), status, answer, mediaType);

    test('agrees with what is right', async () => {
      expect(await createHold(hold, 402, insufficient)).toBeUndefined();
      expect(await check('GET', '/v1/nothing', '', 404, { ...insufficient, status: 404 }, problem)).toBeUndefined();
    });

    test.each([
      ['has no title', { ...insufficient, title: undefined }, problem],
      ['has a type of another kind', { ...insufficient, type: 'insufficient-credits' }, problem],
      ['is of another type', { ...insufficient, type: 'https://errors.example.com/not-found' }, problem],
      ['has a status that is not its own', { ...insufficient, status: 409 }, problem],
      ['has the shape of named resources', { error: 'insufficient_credits', message: 'No.' }, problem],
      ['calls itself JSON of no kind', insufficient, json],
    ])('objects to one that %s', async (_, answer, mediaType) => {
      const disagreement = await createHold(hold, 402, answer, mediaType);
      expect(disagreement).toMatchObject({ operationId: 'createHold', status: 402 });
      expect(disagreement?.reason).toMatch(/^The answer is not one of the contract: /u);
    });

    test.each([402, 422])(
      'objects when the gateway let a wrong body pass, and a rule refused it with %i',
      async (status) => {
        const disagreement = await createHold({ ...hold, estimated_units: 0 }, status, insufficient);
        expect(disagreement?.reason).toMatch(/^The gateway let the request pass, but: .*must be >= 1/u);
      },
    );
  });

  describe('of plain text', () => {
    const text = 'text/plain; charset=utf-8';
    const interval = { startsAt: '2026-11-21T22:00:00Z', endsAt: '2026-11-21T22:15:00Z', capacityGb: 5 };
    const reserveCapacity = (capacityGb: number, status: number, mediaType: string) => {
      const body = JSON.stringify({ intervals: [{ ...interval, capacityGb }] });
      return check('POST', '/api/capacity/reservations', body, status, 'No.', mediaType);
    };

    test('agrees with what is right', async () => {
      expect(await reserveCapacity(5, 400, text)).toBeUndefined();
      expect(await check('GET', '/api/capacity/calendar', '', 400, 'query.from is missing', text)).toBeUndefined();
    });

    test.each([
      ['a status that is written otherwise', 5, 401, text, 'its media type is text/plain instead of application/json'],
      ['JSON instead', 5, 400, json, 'its media type is application/json instead of text/plain'],
    ])('objects to %s', async (_, capacityGb, status, mediaType, reason) => {
      expect((await reserveCapacity(capacityGb, status, mediaType))?.reason).toContain(reason);
    });
  });

  test('leaves a refusal alone whose rule no schema states', async () => {
    expect(
      await reserve([{ requester: 'alice', resource: 'demo', metadata: { a: 'long' } }], 400, invalid),
    ).toBeUndefined();
    expect(await check('POST', '/api/v1/Reservation/reserve', '[{', 400, invalid)).toBeUndefined();
  });
});

test("a document that can't be compiled stops the start", async () => {
  const document = structuredClone(openapi) as unknown as { components: { schemas: Record<string, object> } };
  document.components.schemas['ReserveItem'] = {
    type: 'object',
    properties: { requester: { type: 'string', pattern: '[' } },
  };
  await expect(SecondOpinion.create(document as never)).rejects.toThrow(
    /^The contract of POST \/api\/v1\/Reservation\/reserve can't be compiled: /u,
  );
});

test('a document of another version stops the start', async () => {
  await expect(SecondOpinion.create({ ...openapi, openapi: '3.2.0' })).rejects.toThrow("can't be compiled");
});
