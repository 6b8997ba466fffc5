import { operations } from '@holdfast/contract';
import type { OperationDescription } from '@holdfast/contract';
import { describe, expect, test } from 'vitest';

import type { WireRequest } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { addToQuery, changePath, pathIn } from './addresses.ts';
import { describeAttack } from './describe-attack.ts';
import type { Attacked } from './describe-attack.ts';
import { expectProblem } from './expect-refusal.ts';

const attackAddress = (attacked: Attacked) => {
  describe('at a wrong path', () => testPaths(attacked));
  describe('with a wrong method', () => testMethods(attacked));
};

describeAttack('a wrong API key', testKeys, { concerns: ({ scope }) => scope !== 'none', isGatewayAlone: true });
// Stores are asked for what is the caller's own.
describeAttack('a caller who is somebody else', testStrangers);
describeAttack('a wrong address', attackAddress, { isGatewayAlone: true });

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

function testKeys({ send, valid }: Attacked): void {
  test.each(Object.keys(wrongKeys))('is refused: %s', async (name) => {
    expectProblem(await send(wrongKeys[name]!), 401, 'unauthorized', 'header.X-API-Key');
  });

  test('is refused before anything else is found wrong', async () => {
    const body = valid().body && '{';
    const path = addToQuery(valid().path, 'unknown=%ff');
    const answer = await send({
      apiKey: null,
      path,
      body,
      headers: { 'Content-Type': 'text/plain', 'Idempotency-Key': '' },
    });
    expectProblem(answer, 401, 'unauthorized', 'header.X-API-Key');
  });
}

/** Their very same request is theirs alone, also with the same idempotency key. */
function testStrangers({ family, send }: Attacked): void {
  // Whoever administers the platform does so from either environment.
  const strangers = family.name === 'administration' ? [] : [apiKeys.test];
  test.each([...strangers, apiKeys.otherTenant])('is answered from what is theirs: %s', async (apiKey) => {
    const answer = await send({ apiKey });
    expect(answer.status).toBeLessThan(500);
    expect(answer.headers.get('Idempotent-Replayed')).toBe(null);
  });
}

function testPaths({ family: { root }, operation, send, valid }: Attacked): void {
  const below = (change: (rest: string) => string) => (path: string) => `${root}${change(path.slice(root.length))}`;
  const firstLetter = (change: (letter: string) => string) => below((rest) => rest.replace(/[a-z]/iu, change));
  const changes: readonly [reason: string, change: (path: string) => string][] = [
    ['with a slash at the end', (path) => `${path}/`],
    ['with a slash too many at the beginning', (path) => `/${path}`],
    ['with a slash too many within', below((rest) => `/${rest}`)],
    ['with another case', firstLetter(swapCase)],
    ['with a letter in percent-encoding', firstLetter(encode)],
    ['with an encoded slash', below((rest) => rest.replace('/', '%2F'))],
    ['with a backslash in percent-encoding', below((rest) => rest.replace('/', '%5C'))],
    ['of another version', (path) => path.replace('/v1/', '/v2/')],
    ['below a root that goes on', below((rest) => `x${rest}`)],
    ['with more behind it', (path) => `${path}/a/b/c`],
    ['called __proto__', below(() => '/__proto__')],
    ['called constructor', () => '/constructor'],
  ];
  test.each(changes.filter(([, change]) => change(operation.path) !== operation.path))(
    'is nowhere: %s',
    async (_reason, change) => {
      const address = changePath(valid().path, change);
      expectProblem(await send({ path: address }), 404, 'not_found', pathIn(address));
    },
  );
}

function swapCase(letter: string): string {
  return letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
}

function encode(letter: string): string {
  return `%${letter.charCodeAt(0).toString(16)}`;
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'];

function testMethods({ operation, send, valid }: Attacked): void {
  const allowed = methodsAt(operation);
  test.each(methods.filter((method) => !allowed.includes(method)))(
    'is refused, and told which there are: %s',
    async (method) => {
      const body = method === 'GET' || method === 'HEAD' ? undefined : valid().body;
      const answer = await send({ method, body });
      expect(answer.headers.get('Allow')?.split(', ').sort()).toEqual([...allowed].sort());
      if (method !== 'HEAD')
        expectProblem(answer, 405, 'method_not_allowed', `${pathIn(valid().path)} can't be asked with ${method}`);
      expect(answer.status).toBe(405);
    },
  );
}

/** Fixed paths win over parameters, so a path has the methods of its own template only. */
function methodsAt({ path }: OperationDescription): readonly string[] {
  const all: readonly OperationDescription[] = Object.values(operations);
  const here = all.filter((operation) => operation.path === path);
  return here.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
}
