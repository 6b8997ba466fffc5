import { operations } from '@holdfast/contract';
import type { OperationDescription } from '@holdfast/contract';
import { describe, expect, test } from 'vitest';

import { apiKeys } from '../../targets/target.ts';
import { changePath, pathIn } from './addresses.ts';
import { describeAttack } from './describe-attack.ts';
import type { Attacked } from './describe-attack.ts';
import { expectProblem } from './expect-refusal.ts';

const attackAddress = (attacked: Attacked) => {
  describe('at a wrong path', () => testPaths(attacked));
  describe('with a wrong method', () => testMethods(attacked));
};

const needsKey = ({ scope }: OperationDescription) => scope !== 'none';

// Stores are asked for what is the caller's own. Who reads comes first: strangers have made nothing of their own by then.
describeAttack('a reader who is somebody else', testStrangers, {
  concerns: (operation) => needsKey(operation) && !operation.write,
});
describeAttack('a writer who is somebody else', testStrangers, { concerns: ({ write }) => write });
describeAttack('a wrong address', attackAddress, { isGatewayAlone: true });

/** Their very same request is theirs alone, also with the same idempotency key. */
function testStrangers({ family, operation, send }: Attacked): void {
  // Whoever administers the platform does so from either environment.
  const strangers = family.name === 'administration' ? [] : [apiKeys.test];
  test.each([...strangers, apiKeys.otherTenant])('is answered from what is theirs: %s', async (apiKey) => {
    const answer = await send({ apiKey });
    expect(answer.status, answer.text).toBe(statusForStrangers(operation, apiKey));
    expect(answer.headers.get('Idempotent-Replayed')).toBe(null);
    if (isList(operation) && answer.status === 200 && family.name !== 'administration') {
      expect(Object.values(answer.json as object).flatMap((member) => (Array.isArray(member) ? member : []))).toEqual(
        [],
      );
    }
  });
}

/** What others have made isn't there for them. Of administrators, those of a tenant can't even ask for it. */
function statusForStrangers({ operationId, scope, statuses }: OperationDescription, apiKey: string): number {
  if (scope === 'platform:admin' || namePlace.has(operationId)) return 403;
  // It names a tenant, and whoever is of that has another environment of it.
  if (operationId === 'updateTenantConfig') return apiKey === apiKeys.test ? 200 : 403;
  // A top-up opens an account of their own, and usage is refused for its price first.
  if (operationId === 'topUp') return 201;
  if (operationId === 'recordUsage') return 422;
  return statuses.includes(404) ? 404 : Math.min(...statuses);
}

/** Their valid requests name a tenant. */
const namePlace: ReadonlySet<string> = new Set([
  'createApiKey',
  'getJwtIssuer',
  'putJwtIssuer',
  'deleteJwtIssuer',
  'invitePerson',
]);

function isList({ queryParameters }: OperationDescription): boolean {
  return queryParameters.some(({ name }) => name === 'cursor');
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
