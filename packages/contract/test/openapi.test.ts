import { openapi, operations, requestValidators, scopes } from '@holdfast/contract';
import type { OperationDescription, Validator } from '@holdfast/contract';
import { responseValidator } from '@holdfast/contract/responses';
import { describe, expect, test } from 'vitest';

import { resolve, samples } from './samples.ts';
import type { Sample } from './samples.ts';

type Json = Record<string, unknown>;

/** Every object in the document with the JSON pointer to it. */
function* objectsIn(value: unknown, pointer = ''): Generator<[string, Json]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [pointer, value as Json];
  for (const [key, member] of Object.entries(value)) yield* objectsIn(member, `${pointer}/${key}`);
}

const objects = [...objectsIn(openapi)];
const problems = objects.flatMap(([pointer, schema]) =>
  /^\/components\/schemas\/[^/]+Problem$/u.test(pointer) ? [schema] : [],
);

function constantOf(schema: Json, member: string): unknown {
  const property = resolve(schema['properties'])[member];
  return property === undefined ? undefined : resolve(property)['const'];
}

/** Every schema in what the operations take, references followed. */
function requestSchemas(): [string, Json][] {
  return Object.values(operations).flatMap((operation) => {
    const { parameters = [], requestBody = {} } = document(operation);
    const media = resolve(resolve(requestBody)['content'] ?? {})['application/json'];
    const schemas = [...(parameters as unknown[]).map(resolve), ...(media === undefined ? [] : [resolve(media)])];
    return schemas.flatMap(({ schema }) => [...objectsIn(followed(schema), operation.operationId)]);
  });
}

function followed(node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return node;
  if (Array.isArray(node)) return node.map(followed);
  return Object.fromEntries(Object.entries(resolve(node)).map(([key, member]) => [key, followed(member)]));
}

function document({ path, method }: OperationDescription): Json {
  return resolve(resolve(resolve(openapi['paths'])[path])[method.toLowerCase()]);
}

/** What has no API key, or nothing to do with what tenants use, is free; the rest counts by what it may do. */
function limitOf({ method, path, scope }: OperationDescription): OperationDescription['limit'] {
  if (path.startsWith('/v1/admin/') || scope === 'none' || scope === 'any') return 'none';
  return method === 'GET' || scope.endsWith(':read') ? 'read' : 'operation';
}

function mediaTypeOf({ path, streams, family }: OperationDescription, status: number): string {
  if (path.startsWith('/v1/') && status >= 400) return 'application/problem+json';
  if (streams && status < 300) return 'text/event-stream';
  return family === 'capacity' && status === 400 ? 'text/plain' : 'application/json';
}

function validatorFor({ operationId, part }: Sample): Validator<unknown> {
  if (part !== 'body') return responseValidator(operationId, Number(part));
  const { body }: Record<string, Validator<unknown>> = { ...requestValidators[operationId] };
  if (body === undefined) throw new Error(`${operationId} takes no body.`);
  return body;
}

describe('the document', () => {
  test('bounds every integer so that 1e400 and 2^53 + 1 are refused', () => {
    const integers = objects.filter(([, { type }]) => [type].flat().includes('integer'));
    const unbounded = integers.filter(([, { minimum, maximum }]) => {
      return !(Number.isSafeInteger(minimum) && Number.isSafeInteger(maximum));
    });
    expect(integers.length).toBeGreaterThan(10);
    expect(unbounded.map(([pointer]) => pointer)).toEqual([]);
  });

  test('bounds every array that a request can hold', () => {
    const arrays = objects.filter(([pointer]) => /(?:Request|Item)(?:\/properties\/[^/]+)?$/u.test(pointer));
    const open = arrays.filter(([, { type, maxItems }]) => type === 'array' && maxItems === undefined);
    expect(arrays.some(([, { type }]) => type === 'array')).toBe(true);
    expect(open.map(([pointer]) => pointer)).toEqual([]);
  });

  test('bounds every string that a request can hold', () => {
    const strings = requestSchemas().filter(([, { type }]) => [type].flat().includes('string'));
    const rules = ['maxLength', 'enum', 'const', 'pattern'];
    const open = strings.filter(([, schema]) => !rules.some((rule) => rule in schema));
    expect(strings.length).toBeGreaterThan(50);
    expect(open.map(([pointer]) => pointer)).toEqual([]);
  });

  test('knows every member that a request can have', () => {
    const forms = requestSchemas().filter(([, schema]) => schema['properties'] !== undefined);
    const open = forms.filter(([, schema]) => schema['additionalProperties'] !== false);
    expect(forms.length).toBeGreaterThan(20);
    expect(open.map(([pointer]) => pointer)).toEqual([]);
  });

  test('describes every schema and every property', () => {
    const schemaOrProperty = /^\/components\/schemas\/[^/]+(?:\/properties\/[^/]+)?$/u;
    const described = objects.filter(([pointer]) => schemaOrProperty.test(pointer));
    const silent = described.filter(([, { description, $ref }]) => description === undefined && $ref === undefined);
    expect(described.length).toBeGreaterThan(100);
    expect(silent.map(([pointer]) => pointer)).toEqual([]);
  });

  test('tells each problem apart by a constant', () => {
    const constants = problems.map((schema) => constantOf(schema, 'error')).filter((code) => code !== undefined);
    expect(new Set(constants)).toEqual(
      new Set([
        'invalid_request',
        'unauthorized',
        'wrong_release_token',
        'forbidden',
        'tenant_suspended',
        'upgrade_required',
        'events_gone',
        'rate_limited',
        'not_found',
        'method_not_allowed',
        'resource_held',
        'capacity_not_available',
        'idempotency_key_conflict',
        'body_too_large',
        'unsupported_media_type',
        'internal_error',
        'unavailable',
      ]),
    );
  });

  test('tells each problem below /v1 apart by its status, its title and the end of its type', () => {
    const problemsWithType = problems.filter((schema) => constantOf(schema, 'error') === undefined);
    const told = problemsWithType.map((schema) => {
      const { pattern } = resolve(resolve(schema['properties'])['type']);
      return `${constantOf(schema, 'status')} ${constantOf(schema, 'title')}: ${pattern}`;
    });
    expect(told.sort()).toEqual([
      '400 Validation Failed: validation-failed$',
      '401 Unauthorized: unauthorized$',
      '402 Insufficient Credits: insufficient-credits$',
      '403 Forbidden: forbidden$',
      '403 Tenant Suspended: tenant-suspended$',
      '403 Upgrade Required: upgrade-required$',
      '404 Not Found: not-found$',
      '405 Method Not Allowed: method-not-allowed$',
      '409 Conflict: conflict$',
      '409 Event Id Conflict: event-id-conflict$',
      '409 Idempotency Key Conflict: idempotency-key-conflict$',
      '409 Payment Already Credited: payment-already-credited$',
      '409 Reservation Expired: reservation-expired$',
      '409 Reservation Not Active: reservation-not-active$',
      '413 Body Too Large: body-too-large$',
      '415 Unsupported Media Type: unsupported-media-type$',
      '422 No Metering Rule: no-metering-rule$',
      '429 Rate Limited: rate-limited$',
      '500 Internal Error: internal-error$',
      '503 Unavailable: unavailable$',
    ]);
  });

  const described: readonly OperationDescription[] = Object.values(operations);

  test.each(described)('says what an API key needs for $operationId, and what it counts as', (operation) => {
    const { scope, limit, write, statuses, problems: codes, operationId } = operation;
    expect([...scopes, 'any', 'none']).toContain(scope);
    expect(limit).toBe(limitOf(operation));
    if (scope === 'none') expect(document(operation)['security']).toEqual([]);
    else expect(codes, operationId).toEqual(expect.arrayContaining(['forbidden', 'tenant_suspended']));
    if (limit !== 'none') expect(codes).toContain('rate_limited');
    if (write) expect(statuses).toContain(409);
  });

  test('takes an idempotency key on everything but reads, quotes and the exchange of a JWT', () => {
    const others = described.filter(({ method, write }) => (method === 'GET') === write);
    expect(others.map(({ operationId }) => operationId)).toEqual(['exchangeToken', 'quoteCapacity']);
  });

  test('declares the headers of limits on each success and each 429 of what is limited, and nowhere else', () => {
    const declared = described.map((operation) => {
      const answers = Object.entries(resolve(document(operation)['responses']));
      const having = answers.filter(([, answer]) => 'RateLimit' in resolve(resolve(answer)['headers']));
      return [operation.operationId, having.map(([status]) => Number(status))];
    });
    const expected = described.map(({ operationId, limit, statuses }) => {
      return [operationId, limit === 'none' ? [] : statuses.filter((status) => status < 300 || status === 429)];
    });
    expect(declared).toEqual(expected);
  });

  test('answers problems below /v1 as problem+json, a stream as such, a 400 of capacity as text, all else as JSON', () => {
    const wrong = samples.filter(({ operationId, part, mediaType }) => {
      return mediaType !== mediaTypeOf(operations[operationId], part === 'body' ? 200 : Number(part));
    });
    expect(wrong).toEqual([]);
  });

  test('has an example for every body', () => {
    const missing = Object.values(operations).flatMap(({ operationId, requestBody, statuses }) => {
      const parts = [...(requestBody ? ['body'] : []), ...statuses.filter((status) => status !== 204).map(String)];
      const shown = samples.filter((sample) => sample.operationId === operationId).map(({ part }) => part);
      return parts.filter((part) => !shown.includes(part)).map((part) => `${operationId} ${part}`);
    });
    expect(missing).toEqual([]);
  });

  test.each(samples)('example "$name" of $operationId $part passes the compiled validator', (sample) => {
    const validate = validatorFor(sample);
    validate(sample.value);
    expect(validate.errors ?? []).toEqual([]);
  });
});

describe('a compiled validator of answers', () => {
  const [held] = samples.filter(({ operationId, part }) => operationId === 'getReservation' && part === '200');

  test.each([
    ['a member that is not documented', { releaseToken: 'rt_1' }],
    ['a time without Z', { reservedAt: '2026-11-21T09:34:30+00:00' }],
    ['an unknown status', { status: 'LOST' }],
  ])('refuses %s', (_, part) => {
    expect(responseValidator('getReservation', 200)({ ...resolve(held?.value), ...part })).toBe(false);
  });

  test('refuses another problem', () => {
    expect(responseValidator('reserve', 401)({ error: 'unauthorized', message: 'No.' })).toBe(true);
    expect(responseValidator('reserve', 401)({ error: 'not_found', message: 'No.' })).toBe(false);
  });

  const insufficient = samples.find(({ operationId, part }) => operationId === 'createHold' && part === '402')?.value;

  test.each([
    ['another base', { type: 'urn:problem:insufficient-credits' }, true],
    ['the type of another problem', { type: 'https://api.quotastack.io/errors/not-found' }, false],
    ['a type that is no URI', { type: 'insufficient-credits' }, false],
    ['another title', { title: 'Not Found' }, false],
    ['another status', { status: 403 }, false],
    ['a member that is not documented', { requestId: 'a' }, false],
  ])('judges a problem of credits with %s', (_, part, isValid) => {
    expect(responseValidator('createHold', 402)({ ...resolve(insufficient), ...part })).toBe(isValid);
  });

  test('refuses a metering rule with the members of two cost types', () => {
    const rule = samples.find(({ operationId, part }) => operationId === 'createMeteringRule' && part === '201')?.value;
    expect(responseValidator('createMeteringRule', 201)(rule)).toBe(true);
    expect(responseValidator('createMeteringRule', 201)({ ...resolve(rule), flat_cost: 1 })).toBe(false);
  });

  test('holds a 400 of capacity to be a sentence', () => {
    expect(responseValidator('reserveCapacity', 400)('intervals[3].capacityGb is 5: must be a multiple of 4')).toBe(
      true,
    );
    expect(responseValidator('reserveCapacity', 400)('')).toBe(false);
    expect(responseValidator('reserveCapacity', 400)({ error: 'invalid_request', message: 'No.' })).toBe(false);
  });

  test('holds a 409 of capacity to the members that are published', () => {
    const interval = { startsAt: '2026-11-21T22:15:00Z', requestedGb: 64, reservableGb: 48 };
    const shortfall = { ...interval, reason: 'insufficient_capacity' };
    const isAnswer = (body: unknown) => responseValidator('reserveCapacity', 409)(body);
    expect(isAnswer({ error: 'idempotency_key_conflict' })).toBe(true);
    expect(isAnswer({ error: 'idempotency_key_conflict', message: 'No.' })).toBe(false);
    expect(isAnswer({ error: 'capacity_not_available', intervals: [shortfall] })).toBe(true);
    expect(isAnswer({ error: 'capacity_not_available', intervals: [] })).toBe(false);
    expect(isAnswer({ error: 'capacity_not_available', intervals: [interval] })).toBe(false);
    expect(isAnswer({ error: 'capacity_not_available', intervals: [shortfall], requestId: 'a' })).toBe(false);
    expect(responseValidator('quoteCapacity', 409)({ error: 'idempotency_key_conflict' })).toBe(false);
  });

  const quoted = samples.find(({ operationId, part }) => operationId === 'quoteCapacity' && part === '200')?.value;

  test.each([
    ['as it was sent, with decimals', '2026-11-21T22:00:00.000Z', true],
    ['with an offset', '2026-11-21T22:00:00+00:00', false],
    ['off the grid', '2026-11-21T22:00:00.001Z', false],
  ])('judges an interval of capacity with a time %s', (_, startsAt, isValid) => {
    const intervals = [{ startsAt, endsAt: '2026-11-21T22:15:00Z', capacityGb: 64 }];
    expect(responseValidator('quoteCapacity', 200)({ ...resolve(quoted), intervals })).toBe(isValid);
  });
});

describe('events', () => {
  const schemas = resolve(resolve(openapi['components'])['schemas']);
  const typesIn = (name: string) => resolve(schemas[name])['enum'] as readonly string[];
  const mappingOf = (name: string) => resolve(resolve(resolve(schemas[name])['discriminator'])['mapping']);
  const sections = Object.entries(resolve(openapi['webhooks'])).map(([type, item]) => {
    const body = resolve(resolve(resolve(item)['post'])['requestBody']);
    const media = resolve(resolve(body['content'])['application/json']);
    return { type, schema: resolve(media['schema']), examples: Object.values(resolve(media['examples'])) };
  });
  const listed = [...typesIn('EventType'), ...typesIn('CreditEventType')];

  test('have a type for each of those that lists know, and one of a test', () => {
    expect(Object.keys(mappingOf('HoldfastEvent')).toSorted()).toEqual([...listed, 'webhook.test'].toSorted());
    expect(Object.keys(mappingOf('CreditEvent')).toSorted()).toEqual(typesIn('CreditEventType').toSorted());
  });

  test('have one schema each, which knows their type', () => {
    for (const name of ['HoldfastEvent', 'CreditEvent']) {
      const mapping = Object.entries(mappingOf(name));
      const choices = resolve(schemas[name])['oneOf'] as readonly Json[];
      expect([...new Set(mapping.map(([, reference]) => reference))]).toEqual(choices.map(({ $ref }) => $ref));
      for (const [type, $ref] of mapping) expect(knownTypes(resolve({ $ref }))).toContain(type);
    }
  });

  test('are described as webhooks, each with an example of its own type', () => {
    const mapping = mappingOf('HoldfastEvent');
    expect(sections.map(({ type }) => type).toSorted()).toEqual(Object.keys(mapping).toSorted());
    for (const { type, schema, examples } of sections) {
      expect([type, schema]).toEqual([type, resolve({ $ref: mapping[type] })]);
      expect(examples.map((example) => resolve(resolve(example)['value'])['type'])).toEqual([type]);
    }
  });

  test('can be sent by type and by group, and no group is empty', () => {
    const [groups, types] = [true, false].map((isGroup) =>
      typesIn('WebhookEventType').filter((type) => type.endsWith('.*') === isGroup),
    );
    expect(types?.toSorted()).toEqual(listed.toSorted());
    const prefixes = new Set(listed.filter((type) => type.includes('.')).map((type) => type.split('.')[0]));
    expect(groups?.toSorted()).toEqual([...prefixes].map((prefix) => `${prefix}.*`).toSorted());
  });

  /** By the schema of one event. */
  function knownTypes(schema: Json): readonly unknown[] {
    const { const: only, enum: several } = resolve(resolve(schema['properties'])['type']);
    return [only, several].flat();
  }
});
