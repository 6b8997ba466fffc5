import { expect, test } from 'vitest';

import { createCaller } from '../../caller.ts';
import type { Caller } from '../../caller.ts';
import { isRefused } from '../../shared/outcomes.ts';
import { firstTenantId } from '../first-keys.ts';
import { authenticate } from '../server-operations.ts';
import {
  createStartLink,
  findSession,
  hasOperatorSignedIn,
  issueSessionToken,
  sealingKey,
  signIn,
  signInByLink,
  signOut,
  signOutEverywhere,
  takeFirstKeys,
} from './server-operations.ts';
import { identityOf, PeopleWorld } from './testing/people-world.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const platform = createCaller({ tenantId: firstTenantId, environment: 'live', apiKeyLabel: 'operator' });

/** Fails unless there is something. */
function given<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('There is nothing.');
  return value;
}

test('a start link signs in the owner of the first tenant, who is the operator', async () => {
  const { one } = await PeopleWorld.start();
  const { sessionToken } = given(await signInByLink(one, await createStartLink(one)));
  const session = await findSession(one, sessionToken);
  expect(session).toMatchObject({ isOperator: true, email: null });
  expect(session?.memberships).toEqual([{ tenantId: firstTenantId, tenantName: 'Default tenant', role: 'owner' }]);
});

test('a store knows whether its operator has ever signed in, and whether it has anything at all', async () => {
  const { one, other } = await PeopleWorld.start();
  expect(await hasOperatorSignedIn(one)).toBe(false);
  const { sessionToken } = given(await signInByLink(one, await createStartLink(one)));
  await signOut(one, sessionToken);
  expect(await hasOperatorSignedIn(other)).toBe(true);
  expect(await hasOperatorSignedIn(new PeopleWorld().one)).toBeUndefined();
});

test('a start link works once, also where two processes are shown it at the same moment', async () => {
  const { one, other } = await PeopleWorld.start();
  const link = await createStartLink(one);
  const tries = await Promise.all([signInByLink(one, link), signInByLink(other, link), signInByLink(one, link)]);
  expect(tries.filter((signedIn) => signedIn !== undefined)).toHaveLength(1);
  expect(await signInByLink(other, link)).toBeUndefined();
});

test('a start link is over after 15 minutes', async () => {
  const world = await PeopleWorld.start();
  const [used, late] = [await createStartLink(world.one), await createStartLink(world.one)];
  await world.pass(15 * minuteMs - 1);
  expect(await signInByLink(world.one, used)).toBeDefined();
  await world.pass(1);
  expect(await signInByLink(world.one, late)).toBeUndefined();
});

test('a start link gets the operator in also where the first tenant was suspended', async () => {
  const { one } = await PeopleWorld.start();
  await suspend(one, firstTenantId, createCaller({ ...platform, tenantId: 'another' }));
  const { sessionToken } = given(await signInByLink(one, await createStartLink(one)));
  const issued = given(await issueSessionToken(one, sessionToken, { tenantId: firstTenantId, environment: 'live' }));
  expect(await authenticate(one, issued.token)).toMatchObject({ tenantId: firstTenantId });
});

test('strangers change nothing, and cannot have any process read anew what keys may do', async () => {
  const world = await PeopleWorld.start();
  const link = await createStartLink(world.one);
  const { sessionToken } = given(await signInByLink(world.one, link));
  await signOut(world.one, sessionToken);
  const ada = await world.signedIn('ada');
  const { token } = given(
    await issueSessionToken(world.one, ada.sessionToken, { tenantId: 'ada', environment: 'live' }),
  );
  await authenticate(world.one, token);
  const generation = await world.generation();
  await signInByLink(world.one, link);
  await signInByLink(world.one, 'guess');
  await signOut(world.one, sessionToken);
  await signOutEverywhere(world.one, 'guess');
  expect(await signIn(world.one, identityOf('stranger'), false)).toBe('notAllowed');
  expect(await takeFirstKeys(world.one, sessionToken, firstTenantId)).toBeUndefined();
  expect(await world.generation()).toBe(generation);
  // What is known by heart is answered at once.
  expect(world.one.access.authenticate(token, undefined)).toMatchObject({ tenantId: 'ada' });
});

test('who may join gets a tenant of his own, once', async () => {
  const world = await PeopleWorld.start();
  await world.signedIn('ada');
  const { sessionToken } = await world.signedIn('ada');
  expect(await findSession(world.other, sessionToken)).toMatchObject({
    name: 'ada',
    email: 'ada@example.com',
    isOperator: false,
    memberships: [{ tenantId: 'ada', tenantName: 'ada', role: 'owner' }],
  });
});

test('a person is who his issuer says, and not his address', async () => {
  const world = await PeopleWorld.start();
  const first = given(await findSession(world.one, (await world.signedIn('ada')).sessionToken));
  const moved = given(await findSession(world.one, (await world.signedIn('ada', 'lovelace@example.org')).sessionToken));
  expect(moved).toEqual({ ...first, email: 'lovelace@example.org' });
  const namesake = await findSession(world.one, (await world.signedIn('other', 'Ada@example.com')).sessionToken);
  expect(namesake?.personId).not.toBe(first.personId);
  expect(namesake?.memberships.map(({ tenantId }) => tenantId)).toEqual([expect.stringMatching(/^ada-[\da-f]{4}$/u)]);
});

test('whoever is known signs in although nobody may join any more', async () => {
  const world = await PeopleWorld.start();
  await world.signedIn('ada');
  expect(await signIn(world.one, identityOf('ada'), false)).not.toBe('notAllowed');
});

test('nobody joins where the default tier was deleted', async () => {
  const { one } = await PeopleWorld.start();
  await one.call({ operationId: 'deleteTier', caller: platform, input: { path: { name: 'free' } } });
  expect(await signIn(one, identityOf('ada'), true)).toBe('notAllowed');
});

test('names and addresses that no tenant could have make one all the same', async () => {
  const world = await PeopleWorld.start();
  const identity = { ...identityOf('x', '_@example.com'), name: ' \u0000 ' };
  const signedIn = await signIn(world.one, identity, true);
  if (signedIn === 'notAllowed') throw new Error('not allowed');
  const session = await findSession(world.one, signedIn.sessionToken);
  expect(session?.memberships).toEqual([{ tenantId: 'tenant', tenantName: '_@example.com', role: 'owner' }]);
});

test('a session is over after 7 days', async () => {
  const world = await PeopleWorld.start();
  const { sessionToken, expiresAtMs } = await world.signedIn('ada');
  expect(expiresAtMs).toBe(world.environment.nowMs + 7 * dayMs);
  await world.pass(7 * dayMs - 1);
  expect(await findSession(world.one, sessionToken)).toBeDefined();
  await world.pass(1);
  expect(await findSession(world.one, sessionToken)).toBeUndefined();
});

test('the twenty-first session ends the oldest', async () => {
  const world = await PeopleWorld.start();
  const tokens: string[] = [];
  for (let count = 0; count < 21; count++) {
    await world.pass(1_000);
    tokens.push((await world.signedIn('ada')).sessionToken);
  }
  const sessions = await Promise.all(tokens.map((token) => findSession(world.one, token)));
  expect(sessions.map((session) => session !== undefined)).toEqual([false, ...Array.from({ length: 20 }, () => true)]);
});

test('signing out everywhere ends all of a person, and of nobody else', async () => {
  const world = await PeopleWorld.start();
  const [first, second, another] = [
    await world.signedIn('ada'),
    await world.signedIn('ada'),
    await world.signedIn('grace'),
  ];
  await signOutEverywhere(world.one, first.sessionToken);
  expect(await findSession(world.other, first.sessionToken)).toBeUndefined();
  expect(await findSession(world.other, second.sessionToken)).toBeUndefined();
  expect(await findSession(world.other, another.sessionToken)).toBeDefined();
});

test('a token of a session allows what the role does, in the place that it was asked for', async () => {
  const world = await PeopleWorld.start();
  const { sessionToken } = await world.signedIn('ada');
  const issued = given(await issueSessionToken(world.one, sessionToken, { tenantId: 'ada', environment: 'test' }));
  const caller = given(await authenticate(world.other, issued.token));
  expect(caller).toMatchObject({
    tenantId: 'ada',
    environment: 'test',
    apiKeyLabel: 'person:ada@example.com',
    expiresAtMs: issued.expiresAtMs,
  });
  expect(new Set(issued.scopes)).toEqual(caller.scopes);
  expect(caller.scopes.has('keys:admin')).toBe(true);
  expect(caller.scopes.has('platform:admin')).toBe(false);
});

test('there is no token for a tenant that one is not in', async () => {
  const world = await PeopleWorld.start();
  await world.signedIn('grace');
  const { sessionToken } = await world.signedIn('ada');
  expect(await issueSessionToken(world.one, sessionToken, { tenantId: 'grace', environment: 'live' })).toBeUndefined();
});

test('asking again and again gets one token for a minute, and one that outlives it after', async () => {
  const world = await PeopleWorld.start();
  const { sessionToken } = await world.signedIn('ada');
  const place = { tenantId: 'ada', environment: 'live' } as const;
  const [first, again] = [
    given(await issueSessionToken(world.one, sessionToken, place)),
    given(await issueSessionToken(world.other, sessionToken, place)),
  ];
  expect(again).toEqual(first);
  await world.pass(minuteMs);
  const next = given(await issueSessionToken(world.one, sessionToken, place));
  expect(next.expiresAtMs).toBe(first.expiresAtMs + minuteMs);
  await world.pass(first.expiresAtMs - world.environment.nowMs);
  expect(await authenticate(world.one, first.token)).toBeUndefined();
  expect(await authenticate(world.one, next.token)).toBeDefined();
});

test('a token ends with its session, within 5 s in another process too', async () => {
  const world = await PeopleWorld.start();
  const { sessionToken } = await world.signedIn('ada');
  const { token } = given(await issueSessionToken(world.one, sessionToken, { tenantId: 'ada', environment: 'live' }));
  await world.pass(1_000);
  expect(await authenticate(world.one, token)).toBeDefined();
  expect(await authenticate(world.other, token)).toBeDefined();
  await signOut(world.one, sessionToken);
  expect(await authenticate(world.one, token)).toBeUndefined();
  await world.pass(4_999);
  expect(await authenticate(world.other, token)).toBeUndefined();
  expect(await issueSessionToken(world.other, sessionToken, { tenantId: 'ada', environment: 'live' })).toBeUndefined();
});

test('tokens of a suspended tenant are refused', async () => {
  const world = await PeopleWorld.start();
  const { sessionToken } = await world.signedIn('ada');
  const { token } = given(await issueSessionToken(world.one, sessionToken, { tenantId: 'ada', environment: 'live' }));
  expect(isRefused(await world.one.access.authenticate(token, undefined))).toBe(false);
  await suspend(world.one, 'ada', platform);
  expect(await world.one.access.authenticate(token, undefined)).toMatchObject({ code: 'tenant_suspended' });
});

test('a tenant gets its first keys once, also where two processes ask at the same moment', async () => {
  const world = await PeopleWorld.start();
  const { sessionToken } = await world.signedIn('ada');
  const tries = await Promise.all([
    takeFirstKeys(world.one, sessionToken, 'ada'),
    takeFirstKeys(world.other, sessionToken, 'ada'),
  ]);
  const taken = tries.filter((keys) => keys !== undefined);
  expect(taken).toHaveLength(1);
  const [{ live, test: forTests } = { live: '', test: '' }] = taken;
  expect(await authenticate(world.one, live)).toMatchObject({ tenantId: 'ada', environment: 'live' });
  expect(await authenticate(world.one, forTests)).toMatchObject({ tenantId: 'ada', environment: 'test' });
  expect(await takeFirstKeys(world.one, sessionToken, 'ada')).toBeUndefined();
});

test('of the first keys one counts, so that they fit into the smallest tier', async () => {
  const world = await PeopleWorld.start();
  const { sessionToken } = await world.signedIn('ada');
  const { live } = given(await takeFirstKeys(world.one, sessionToken, 'ada'));
  const caller = given(await authenticate(world.one, live));
  const create = {
    operationId: 'createApiKey',
    caller,
    input: { body: { environment: 'live', label: 'next' } },
  } as const;
  expect(await world.one.call(create)).toMatchObject({ outcome: { code: 'rate_limited' } });
  const input = { path: { api_key_id: caller.keyId } };
  await world.one.call({ operationId: 'revokeApiKey', caller, input });
  expect(await world.one.call(create)).toMatchObject({ outcome: { ok: true } });
});

test('the first tenant gets keys beside the one of the first start', async () => {
  const { one } = await PeopleWorld.start();
  const { sessionToken } = given(await signInByLink(one, await createStartLink(one)));
  const { live } = given(await takeFirstKeys(one, sessionToken, firstTenantId));
  expect(await authenticate(one, live)).toMatchObject({ tenantId: firstTenantId, apiKeyLabel: 'first key' });
  expect(await takeFirstKeys(one, sessionToken, firstTenantId)).toBeUndefined();
});

test('a tenant that has had a key gets none', async () => {
  const world = await PeopleWorld.start();
  const { sessionToken } = await world.signedIn('ada');
  const input = { body: { tenant_id: 'ada', environment: 'test', label: 'key' } };
  await world.one.call({ operationId: 'createApiKey', caller: platform, input });
  expect(await takeFirstKeys(world.one, sessionToken, 'ada')).toBeUndefined();
});

test('all processes seal alike, and from then on', async () => {
  const { one, other } = await PeopleWorld.start();
  const [first, second] = await Promise.all([sealingKey(one), sealingKey(other)]);
  expect(first).toHaveLength(32);
  expect(second).toEqual(first);
  expect(await sealingKey(one)).toEqual(first);
});

async function suspend(service: PeopleWorld['one'], tenantId: string, caller: Caller): Promise<void> {
  const input = { path: { tenant_id: tenantId }, body: { suspended: true } };
  const { outcome } = await service.call({ operationId: 'updateTenant', caller, input });
  if (!outcome.ok) throw new Error(outcome.message);
}
