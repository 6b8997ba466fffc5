import { openapi, operations, requestValidators } from '@holdfast/contract';
import type { Validator } from '@holdfast/contract';
import { responseValidators } from '@holdfast/contract/responses';
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

function validatorFor({ operationId, part }: Sample): Validator<unknown> {
  const parts: Record<string, Validator<unknown>> =
    part === 'body' ? { ...requestValidators[operationId] } : { ...responseValidators[operationId] };
  const validate = parts[part];
  if (validate === undefined) throw new Error(`${operationId} has no validator for ${part}`);
  return validate;
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

  test('describes every schema and every property', () => {
    const schemaOrProperty = /^\/components\/schemas\/[^/]+(?:\/properties\/[^/]+)?$/u;
    const described = objects.filter(([pointer]) => schemaOrProperty.test(pointer));
    const silent = described.filter(([, { description, $ref }]) => description === undefined && $ref === undefined);
    expect(described.length).toBeGreaterThan(100);
    expect(silent.map(([pointer]) => pointer)).toEqual([]);
  });

  test('tells each problem apart by a constant', () => {
    const problems = objects.filter(([pointer]) => /^\/components\/schemas\/[^/]+Problem$/u.test(pointer));
    const constants = problems.map(([, schema]) => resolve(resolve(schema['properties'])['error'])['const']);
    expect(new Set(constants)).toEqual(
      new Set([
        'invalid_request',
        'unauthorized',
        'wrong_release_token',
        'not_found',
        'method_not_allowed',
        'resource_held',
        'idempotency_key_conflict',
        'body_too_large',
        'unsupported_media_type',
        'internal_error',
        'unavailable',
      ]),
    );
  });

  test('has an example for every JSON body', () => {
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
    expect(responseValidators.getReservation[200]({ ...resolve(held?.value), ...part })).toBe(false);
  });

  test('refuses another problem', () => {
    expect(responseValidators.reserve[401]({ error: 'unauthorized', message: 'No.' })).toBe(true);
    expect(responseValidators.reserve[401]({ error: 'not_found', message: 'No.' })).toBe(false);
  });
});
