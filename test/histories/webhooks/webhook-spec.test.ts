import { describe, expect, test } from 'vitest';

import { checkLinearizable } from '../checker/check-linearizable.ts';
import type { Call } from '../checker/sequential-spec.ts';
import type { Answer, Command, EndpointCommand } from './commands.ts';
import { endpointSpec } from './endpoint-spec.ts';
import { tenantSpec } from './tenant-spec.ts';
import { firstText } from './webhook-client.ts';

const tenant = 'a-tenant';

function call<Each extends Command>(operation: Each, answer: Answer | undefined, atMs: number): Call<Each, Answer> {
  const returnedAtMs = answer === undefined ? Number.POSITIVE_INFINITY : atMs + 2;
  return { client: atMs, operation, answer, calledAtMs: atMs, returnedAtMs };
}

describe('an endpoint', () => {
  const look = (text: string, atMs: number) =>
    call<EndpointCommand>({ type: 'look', tenant, endpoint: 'e' }, { status: 200, text }, atMs);
  const change = (text: string, atMs: number, answer: Answer | undefined = { status: 200, text }) =>
    call<EndpointCommand>({ type: 'change', tenant, endpoint: 'e', text }, answer, atMs);
  const remove = (status: number, atMs: number) =>
    call<EndpointCommand>({ type: 'delete', tenant, endpoint: 'e' }, { status }, atMs);
  const explains = (...calls: readonly Call<EndpointCommand, Answer>[]) =>
    checkLinearizable(endpointSpec, calls).isLinearizable;

  test('says what was said last, and nothing of before', () => {
    expect(explains(look(firstText, 0), change('b', 10), look('b', 20))).toBe(true);
    expect(explains(change('b', 10), look(firstText, 20))).toBe(false);
    expect(explains(change('b', 10), change('c', 20), look('b', 30))).toBe(false);
  });

  test('is changed or not by what was not answered, and stays so', () => {
    const lost = { ...change('b', 10), answer: undefined, returnedAtMs: Number.POSITIVE_INFINITY };
    expect(explains(lost, look(firstText, 20), look('b', 30))).toBe(true);
    expect(explains(lost, look('b', 20), look(firstText, 30))).toBe(false);
  });

  test('is gone for good', () => {
    expect(explains(remove(204, 0), remove(404, 10))).toBe(true);
    expect(explains(remove(204, 0), look(firstText, 10))).toBe(false);
    expect(explains(remove(404, 0))).toBe(false);
  });
});

describe('a tenant', () => {
  const create = (status: number, atMs: number) =>
    call<Command>({ type: 'create', tenant, text: '' }, { status }, atMs);
  const remove = (endpoint: string, status: number, atMs: number) =>
    call<Command>({ type: 'delete', tenant, endpoint }, { status }, atMs);
  const explains = (...calls: readonly Call<Command, Answer>[]) => checkLinearizable(tenantSpec, calls).isLinearizable;

  test('has at most twenty, and as many', () => {
    expect(explains(create(201, 0), create(201, 10), create(409, 20))).toBe(true);
    expect(explains(create(201, 0), create(201, 10), create(201, 20))).toBe(false);
    expect(explains(create(201, 0), create(409, 10))).toBe(false);
  });

  test('has room again when one was deleted, which counts once', () => {
    const full = [create(201, 0), create(201, 10)];
    expect(explains(...full, remove('e', 204, 20), create(201, 30), create(409, 40))).toBe(true);
    expect(explains(...full, remove('e', 204, 20), remove('e', 404, 25), create(201, 30), create(201, 40))).toBe(false);
  });
});
