import { operations } from '@holdfast/contract';
import type { OperationDescription } from '@holdfast/contract';
import type { Scope } from '@holdfast/engine';
import { beforeAll, describe, expect, test } from 'vitest';

import type { Scenario, WireRequest } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { addToQuery } from './addresses.ts';
import { describeAttack } from './describe-attack.ts';
import type { Attacked } from './describe-attack.ts';
import { expectFault, expectProblem } from './expect-refusal.ts';
import { refusedCallersOf, usedUpLimits } from './refused-callers.ts';
import type { RefusedCallers } from './refused-callers.ts';

const attackByCaller = (attacked: Attacked) => {
  const { scenario, operation } = attacked;
  let callers: RefusedCallers | undefined;
  let usedBefore: unknown;
  const key = (choose: (callers: RefusedCallers) => string) => choose(callers!);
  beforeAll(async () => {
    callers = await refusedCallersOf(scenario);
    usedBefore = await usedOf(scenario);
  });

  describe('with a wrong API key', () => testWrongKeys(attacked, key));
  describe('with a key that may not', () => testForbidden(attacked, key));
  test('counts nothing of these', async () => await expect.poll(() => usedOf(scenario)).toEqual(usedBefore));
  describe('with its scope alone', () => testScopeAlone(attacked, key));
  if (operation.limit === 'none')
    describe('with a key that has used everything up', () => testUnlimited(attacked, key));
  else describe('with a key that has used everything up', () => testUsedUp(attacked, key));
};

describeAttack('a caller who is refused', attackByCaller, {
  concerns: ({ scope }) => scope !== 'none',
  isGatewayAlone: true,
  setUp: refusedCallersOf,
});

test('the matrix has every operation that needs a key', () => {
  const without = Object.values<OperationDescription>(operations).filter(({ scope }) => scope === 'none');
  expect(without.map(({ operationId }) => operationId)).toEqual(['exchangeToken']);
});

type KeyOf = (choose: (callers: RefusedCallers) => string) => string;

const wrongKeys: Readonly<Record<string, WireRequest>> = {
  'none at all': { apiKey: null },
  'an empty one': { apiKey: '' },
  'one that nobody gave out': { apiKey: `hf_live_${'z'.repeat(43)}` },
  'one that lacks its end': { apiKey: apiKeys.live.slice(0, -1) },
  'one with more behind it': { apiKey: `${apiKeys.live}a` },
  'one in capitals': { apiKey: apiKeys.live.toUpperCase() },
  'one of the other environment': { apiKey: apiKeys.live.replace('live', 'test') },
  'two in one': { apiKey: `${apiKeys.live}, ${apiKeys.live}` },
  'an operator': { apiKey: '{"$ne": null}' },
  '8,000 characters': { apiKey: 'k'.repeat(8_000) },
  'a bearer token that nobody gave out': {
    apiKey: null,
    headers: { Authorization: `Bearer hf_live_${'z'.repeat(43)}` },
  },
  'a bearer token of 8,000 characters': { apiKey: null, headers: { Authorization: `Bearer ${'k'.repeat(8_000)}` } },
  'the right one in the wrong scheme': { apiKey: null, headers: { Authorization: `Basic ${apiKeys.live}` } },
  'a wrong one beside the right one': { apiKey: 'wrong', headers: { Authorization: `Bearer ${apiKeys.live}` } },
};

function testWrongKeys({ send, valid }: Attacked, key: KeyOf): void {
  test.each(Object.keys(wrongKeys))('is refused: %s', async (name) => {
    expectProblem(await send(wrongKeys[name]!), 401, 'unauthorized', 'header.X-API-Key');
  });

  test.each(['unknown', 'mistyped', 'revoked', 'expired', 'replaced'] as const)(
    'is refused: one that is %s',
    async (name) => {
      const answer = await send({ apiKey: key((callers) => callers[name]) });
      expectProblem(answer, 401, 'unauthorized', 'header.X-API-Key');
      expectNoLimits(answer.headers);
    },
  );

  test('is refused before anything else is found wrong', async () => {
    const answer = await send({ ...wrongEverywhere(valid()), apiKey: null });
    expectProblem(answer, 401, 'unauthorized', 'header.X-API-Key');
  });
}

function testForbidden({ operation: { scope }, send, valid }: Attacked, key: KeyOf): void {
  test('is refused: its tenant is suspended', async () => {
    const answer = await send({ apiKey: key(({ ofSuspendedTenant }) => ofSuspendedTenant) });
    expectProblem(answer, 403, 'tenant_suspended', 'suspended');
    expectNoLimits(answer.headers);
  });

  test('is refused: it is for other addresses', async () => {
    const answer = await send({ apiKey: key(({ fromElsewhere }) => fromElsewhere) });
    expectProblem(answer, 403, 'forbidden', 'address');
    expect(answer.json).not.toHaveProperty('scope');
    expectNoLimits(answer.headers);
  });

  if (!isScope(scope)) return;
  test('is refused: it has every scope but the one', async () => {
    const answer = await send({ apiKey: key(({ lacking }) => lacking[scope]) });
    expectProblem(answer, 403, 'forbidden', scope);
    expect(answer.json).toMatchObject({ scope });
    expectNoLimits(answer.headers);
  });

  test('is refused before anything is found wrong with the request', async () => {
    const answer = await send({ ...wrongEverywhere(valid()), apiKey: key(({ lacking }) => lacking[scope]) });
    expectProblem(answer, 403, 'forbidden', scope);
  });
}

/** No more is asked of a key than the scope that the contract names: the request goes on to be looked at. */
function testScopeAlone({ operation: { scope }, send, valid }: Attacked, key: KeyOf): void {
  test('is let in', async () => {
    const apiKey = isScope(scope)
      ? key(({ withOnly }) => withOnly[scope])
      : key(({ withOnly }) => withOnly['events:read']);
    expectFault(await send({ apiKey, path: addToQuery(valid().path, 'unknown=1') }), 'query.unknown', [
      'additionalProperties',
    ]);
  });
}

function testUsedUp({ operation: { limit }, send, valid, scenario }: Attacked, key: KeyOf): void {
  const [policy, used, limitType] =
    limit === 'read'
      ? (['reads', usedUpLimits.reads, 'readsPerMinute'] as const)
      : (['minute', usedUpLimits.operations, 'opsPerMinute'] as const);

  test('is refused, and told until when', async () => {
    const answer = await send({ apiKey: key(({ usedUp }) => usedUp) });
    const seconds = Math.ceil((60_000 - (scenario.clock.now() % 60_000)) / 1_000);
    expectProblem(answer, 429, 'rate_limited', String(used));
    expect(answer.headers.get('RateLimit-Policy')).toBe(`"${policy}";q=${used};w=60`);
    expect(answer.headers.get('RateLimit')).toBe(`"${policy}";r=0;t=${seconds}`);
    expect(answer.headers.get('Retry-After')).toBe(String(seconds));
    const {
      limitType: camel,
      limit_type: snake = camel,
      retryAfter,
      retry_after: wait = retryAfter,
    } = answer.json as Body;
    expect([snake, wait]).toEqual([limitType, seconds]);
  });

  test('is refused before anything is found wrong with the request', async () => {
    const answer = await send({ ...wrongEverywhere(valid()), apiKey: key(({ usedUp }) => usedUp) });
    expectProblem(answer, 429, 'rate_limited', String(used));
  });
}

type Body = Readonly<Record<string, unknown>>;

function testUnlimited({ send, valid }: Attacked, key: KeyOf): void {
  test('is let in, and told nothing of limits', async () => {
    const answer = await send({ apiKey: key(({ usedUp }) => usedUp), path: addToQuery(valid().path, 'unknown=1') });
    expectFault(answer, 'query.unknown', ['additionalProperties']);
    expectNoLimits(answer.headers);
  });
}

/** The request with something wrong in each of its parts. */
function wrongEverywhere({ path, body }: { readonly path: string; readonly body?: unknown }) {
  return {
    path: addToQuery(path, 'unknown=%ff'),
    body: body && '{',
    headers: { 'Content-Type': 'text/plain', 'Idempotency-Key': '' },
  };
}

function expectNoLimits(headers: Headers): void {
  expect([headers.get('RateLimit-Policy'), headers.get('RateLimit')]).toEqual([null, null]);
}

function isScope(scope: OperationDescription['scope']): scope is Scope {
  return scope !== 'any' && scope !== 'none';
}

/** What was counted of the tenant that owns everything. What is on its way back counts for a moment, so look twice. */
async function usedOf(scenario: Scenario): Promise<unknown> {
  for (let before: string | undefined; ;) {
    const { used } = (await scenario.send('GET', '/v1/limits')).json as { used: unknown };
    if (JSON.stringify(used) === before) return used;
    before = JSON.stringify(used);
  }
}
