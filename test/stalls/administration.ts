import { generateKeyPairSync, randomBytes } from 'node:crypto';

import type { ApiKeyPage, PersonPage } from '@holdfast/contract';

import { inParallel, largeMetadata } from './heavy-request.ts';
import type { HeavyFamily, HeavyRequest } from './heavy-request.ts';

const most = { cidrs: 100, keys: 1_000, tenants: 200, tiers: 100, people: 150 };

/** Of which only the last two match whoever asks here. */
const cidrs = [
  ...Array.from({ length: most.cidrs - 2 }, (_, index) => `2001:db8:${index.toString(16)}::/48`),
  '127.0.0.0/8',
  '::1',
];

const label = (number: number) => `${'l'.repeat(120)}${number}`;
const newKey = (number: number) => ({ environment: 'test', label: label(number), allowed_cidrs: cidrs });

const invitation = (number: number) => ({ email: `${'a'.repeat(200)}-${number}@example.com`, role: 'viewer' });

const tier = (name: string) => ({
  path: { name },
  body: {
    ops_per_minute: 1_000_000,
    ops_per_day: null,
    concurrent_locks: null,
    api_keys: null,
    event_history_hours: 1,
  },
});

/** As many public keys as there may be. */
const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const jwks = {
  keys: Array.from({ length: 100 }, (_, index) => ({
    ...(publicKey.export({ format: 'jwk' }) as { readonly kty: 'RSA'; readonly n: string; readonly e: string }),
    kid: `${'k'.repeat(190)}${index}`,
    alg: 'RS256',
  })),
};
const issuer = { issuer: 'https://issuer.example', audience: 'holdfast', jwks, scopes: ['resources:read'] };

/** 16 KiB, of the issuer whose keys these are, and signed by nobody. */
function drawJwt(number: number): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const { issuer: iss, audience: aud } = issuer;
  const expires = Math.floor(Date.now() / 1_000) + 300;
  const claims = { iss, aud, sub: `user-${number}`, exp: expires, iat: expires - 301, more: 'm'.repeat(11_500) };
  const header = { alg: 'RS256', kid: jwks.keys.at(-1)?.kid };
  return `${encode(header)}.${encode(claims)}.${randomBytes(256).toString('base64url')}`;
}

const anyKey = 'key_0000000000000000000000000';
/** Somebody whom the tenant has invited. */
let invitedId = '';
/** Of the tenant's keys, the first hundred. */
const ids: string[] = [];
const idOf = (number: number) => ({ api_key_id: ids[number % ids.length]! });

const keyRequests: readonly HeavyRequest[] = [
  { operationId: 'createApiKey', what: '100 ranges', status: 201, of: (number) => ({ body: newKey(number) }) },
  {
    operationId: 'listApiKeys',
    what: 'a page of 1,000 with 100 ranges each',
    status: 200,
    of: () => ({ query: { environment: 'test', limit: '100' } }),
  },
  { operationId: 'getApiKey', what: '100 ranges', status: 200, of: (number) => ({ path: idOf(number) }) },
  {
    operationId: 'updateApiKey',
    what: '100 ranges',
    status: 200,
    of: (number) => ({ path: idOf(number), body: { allowed_cidrs: cidrs, label: label(number) } }),
  },
  {
    operationId: 'rotateApiKey',
    what: 'with an overlap',
    status: 200,
    of: (number) => ({ path: idOf(number), body: { overlap_seconds: 60 } }),
  },
  {
    operationId: 'revokeApiKey',
    what: 'one that there is not',
    status: 404,
    of: () => ({ path: { api_key_id: anyKey } }),
  },
  { operationId: 'getLimits', what: '1,000 keys are counted', status: 200, of: () => ({}) },
];

const tenantRequests: readonly HeavyRequest[] = [
  {
    operationId: 'createTenant',
    what: 'with metadata',
    status: 201,
    of: (number) => ({ body: { name: label(number), metadata: largeMetadata } }),
  },
  { operationId: 'listTenants', what: 'a page', status: 200, of: () => ({ query: { limit: '100' } }) },
  { operationId: 'getTenant', what: 'the first', status: 200, of: () => ({ path: { tenant_id: 'default' } }) },
  {
    operationId: 'updateTenant',
    what: 'with metadata',
    status: 200,
    of: () => ({ path: { tenant_id: 'default' }, body: { metadata: largeMetadata } }),
  },
  { operationId: 'listTiers', what: '100 of them', status: 200, of: () => ({}) },
  { operationId: 'putTier', what: 'one more', status: 200, of: (number) => tier(`tier-${number}`) },
  { operationId: 'deleteTier', what: 'one in use', status: 409, of: () => ({ path: { name: 'unlimited' } }) },
];

const issuerRequests: readonly HeavyRequest[] = [
  { operationId: 'putJwtIssuer', what: '100 keys', status: 200, of: () => ({ body: issuer }) },
  { operationId: 'getJwtIssuer', what: '100 keys', status: 200, of: () => ({}) },
  { operationId: 'exchangeToken', what: '16 KiB', status: 401, of: (number) => ({ body: { jwt: drawJwt(number) } }) },
  {
    operationId: 'deleteJwtIssuer',
    what: 'one that there is not',
    status: 404,
    of: () => ({ query: { environment: 'test' } }),
  },
];

const peopleRequests: readonly HeavyRequest[] = [
  { operationId: 'listPeople', what: '100 of 150', status: 200, of: () => ({ query: { limit: '100' } }) },
  {
    operationId: 'invitePerson',
    what: 'one of 150 again',
    status: 201,
    of: (number) => ({ body: invitation(number % most.people) }),
  },
  {
    operationId: 'updatePerson',
    what: 'one of 150',
    status: 200,
    of: () => ({ path: { person_id: invitedId }, body: { role: 'viewer' } }),
  },
  {
    operationId: 'removePerson',
    what: 'one that there is not',
    status: 404,
    of: () => ({ path: { person_id: 'person_00000000000000000000' } }),
  },
];

export const administration: HeavyFamily = {
  name: 'administration',
  /** From now on whoever asks is looked for in 100 ranges. */
  async prepare(send) {
    await inParallel(most.keys, (number) => send({ operationId: 'createApiKey', body: newKey(number) }));
    const query = { environment: 'test', limit: '100' };
    const page = JSON.parse(await send({ operationId: 'listApiKeys', query })) as ApiKeyPage;
    ids.push(...page.data.map(({ id }) => id));
    await inParallel(most.tenants, (number) =>
      send({ operationId: 'createTenant', body: { name: label(number), metadata: largeMetadata } }),
    );
    await inParallel(most.people, (number) => send({ operationId: 'invitePerson', body: invitation(number) }));
    const people = JSON.parse(await send({ operationId: 'listPeople' })) as PersonPage;
    invitedId = people.data[0]!.id;
    await inParallel(most.tiers, (number) => send({ operationId: 'putTier', ...tier(`first-${number}`) }));
    await send({ operationId: 'putJwtIssuer', body: issuer });
    const own = JSON.parse(await send({ operationId: 'listApiKeys' })) as ApiKeyPage;
    const path = { api_key_id: own.data[0]!.id };
    await send({ operationId: 'updateApiKey', path, body: { allowed_cidrs: cidrs } });
  },
  requests: [...keyRequests, ...tenantRequests, ...issuerRequests, ...peopleRequests],
};
