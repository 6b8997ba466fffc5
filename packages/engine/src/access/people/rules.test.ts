import { beforeEach, describe, expect, test } from 'vitest';

import { createCaller } from '../../caller.ts';
import type { Caller } from '../../caller.ts';
import { firstTenantId } from '../first-keys.ts';
import { authenticate } from '../server-operations.ts';
import { createStartLink, findSession, issueSessionToken, signIn, signInByLink } from './server-operations.ts';
import type { SignedIn } from './server-operations.ts';
import { identityOf, PeopleWorld } from './testing/people-world.ts';

const dayMs = 24 * 60 * 60_000;
const platform = createCaller({ tenantId: firstTenantId, environment: 'live', apiKeyLabel: 'operator' });

let world: PeopleWorld;
/** The owner of a tenant of his own, `ada`. */
let ada: SignedIn;
let owner: Caller | undefined;

beforeEach(async () => {
  world = await PeopleWorld.start();
  ada = await world.signedIn('ada');
  owner = await world.callerOf(ada, 'ada');
});

const invite = (email: string, role: string, more = {}, caller = owner) =>
  world.call(caller, 'invitePerson', { query: {}, body: { email, role, ...more } });

/** Signs in without being allowed to join. */
async function enter(name: string, email?: string): Promise<SignedIn> {
  const signedIn = await signIn(world.one, identityOf(name, email), false);
  if (signedIn === 'notAllowed') throw new Error(`${name} is not allowed.`);
  return signedIn;
}

const update = (personId: string, body: object, caller = owner) =>
  world.call(caller, 'updatePerson', { path: { person_id: personId }, query: {}, body });

const remove = (personId: string, caller = owner) =>
  world.call(caller, 'removePerson', { path: { person_id: personId }, query: {} });

async function people(): Promise<readonly object[]> {
  const listed = await world.call(owner, 'listPeople', { query: {} });
  return listed.ok ? (listed.value as { data: object[] }).data : [];
}

describe('an invitation', () => {
  test('lets in whoever has the address, with its role, and nobody else', async () => {
    expect(await invite('Grace@Example.com', 'viewer')).toMatchObject({ ok: true });
    expect(await signIn(world.one, identityOf('stranger'), false)).toBe('notAllowed');
    const grace = await enter('grace', 'grace@EXAMPLE.com');
    expect(await findSession(world.one, grace.sessionToken)).toMatchObject({
      memberships: [{ tenantId: 'ada', tenantName: 'ada', role: 'viewer' }],
    });
    expect((await world.callerOf(grace, 'ada'))?.scopes).toEqual(
      new Set(['resources:read', 'credits:read', 'capacity:read', 'events:read']),
    );
    expect(await people()).toHaveLength(2);
    expect(await people()).toContainEqual(
      expect.objectContaining({
        state: 'member',
        role: 'viewer',
        email: 'grace@example.com',
        invited_by: 'person:ada@example.com',
      }),
    );
  });

  test('is taken up once: a second person with the address stays out', async () => {
    await invite('grace@example.com', 'member');
    await enter('grace');
    expect(await signIn(world.one, identityOf('other', 'grace@example.com'), false)).toBe('notAllowed');
  });

  test('is over after 14 days, unless it is renewed', async () => {
    await invite('grace@example.com', 'member');
    await invite('joan@example.com', 'member');
    await world.pass(14 * dayMs - 1);
    owner = await world.callerOf(await world.signedIn('ada'), 'ada');
    await invite('joan@example.com', 'viewer');
    await world.pass(1);
    expect(await signIn(world.one, identityOf('grace'), false)).toBe('notAllowed');
    const joan = await enter('joan');
    expect(await findSession(world.one, joan.sessionToken)).toMatchObject({ memberships: [{ role: 'viewer' }] });
  });

  test('adds a tenant to those that a person has', async () => {
    const grace = await world.signedIn('grace');
    await invite('grace@example.com', 'member');
    expect(await world.callerOf(grace, 'ada')).toBeUndefined();
    const session = await findSession(world.one, (await enter('grace')).sessionToken);
    expect(session?.memberships.map(({ tenantId }) => tenantId).sort()).toEqual(['ada', 'grace']);
  });

  test('of somebody who belongs to the tenant is refused', async () => {
    expect(await invite('ADA@example.com', 'viewer')).toMatchObject({ code: 'conflict' });
  });

  test('gives nothing that whoever invites lacks', async () => {
    const keys = createCaller({ ...platform, tenantId: 'ada', scopes: new Set(['keys:admin']) });
    expect(await invite('grace@example.com', 'viewer', {}, keys)).toMatchObject({ scope: 'resources:read' });
    expect(await invite('grace@example.com', 'owner', { is_operator: true })).toMatchObject({
      scope: 'platform:admin',
    });
    expect(await invite('grace@example.com', 'owner', { is_operator: true }, platform)).toMatchObject({ ok: true });
    const grace = await enter('grace');
    expect((await world.callerOf(grace, firstTenantId))?.scopes.has('platform:admin')).toBe(true);
  });

  test('takes a key of the live environment, as people belong to both; a person may from either', async () => {
    const { personId: _, ...key } = owner ?? platform;
    const ofKey = (environment: 'live' | 'test') => createCaller({ ...key, environment, scopes: key.scopes });
    expect(await invite('grace@example.com', 'viewer', {}, ofKey('test'))).toMatchObject({ code: 'forbidden' });
    expect(await invite('grace@example.com', 'viewer', {}, ofKey('live'))).toMatchObject({ ok: true });
    const inTest = await world.callerOf(ada, 'ada', 'test');
    expect(await invite('joan@example.com', 'viewer', {}, inTest)).toMatchObject({ ok: true });
  });

  test('is refused where there are 200 people and open invitations', async () => {
    for (let count = 1; count < 200; count++) {
      expect(await invite(`guest-${count}@example.com`, 'viewer')).toMatchObject({ ok: true });
    }
    expect(await invite('grace@example.com', 'viewer')).toMatchObject({ code: 'conflict' });
    expect(await invite('guest-1@example.com', 'member')).toMatchObject({ ok: true });
  });
});

describe('a change', () => {
  test('of a role holds for the tokens that there are', async () => {
    await invite('grace@example.com', 'member');
    const grace = await enter('grace');
    const token = await issueSessionToken(world.one, grace.sessionToken, { tenantId: 'ada', environment: 'live' });
    await world.pass(1_000);
    expect((await authenticate(world.other, token?.token ?? ''))?.scopes.has('resources:write')).toBe(true);
    expect(await update(await world.idOf(grace), { role: 'viewer' })).toMatchObject({ ok: true });
    await world.pass(4_999);
    expect((await authenticate(world.other, token?.token ?? ''))?.scopes.has('resources:write')).toBe(false);
  });

  test('leaves the tenant an owner', async () => {
    const adaId = await world.idOf(ada);
    expect(await update(adaId, { role: 'member' })).toMatchObject({ code: 'conflict' });
    expect(await remove(adaId)).toMatchObject({ code: 'conflict' });
    await invite('grace@example.com', 'owner');
    expect(await remove(adaId)).toMatchObject({ code: 'conflict' });
    await enter('grace');
    expect(await update(adaId, { role: 'member' })).toMatchObject({ ok: true });
  });

  test('of who administers the platform is for those who do', async () => {
    const adaId = await world.idOf(ada);
    expect(await update(adaId, { is_operator: true })).toMatchObject({ scope: 'platform:admin' });
    const change = { path: { person_id: adaId }, query: { tenant_id: 'ada' }, body: { is_operator: true } };
    expect(await world.call(platform, 'updatePerson', change)).toMatchObject({ value: { is_operator: true } });
    expect((await world.callerOf(ada, 'ada'))?.scopes.has('platform:admin')).toBe(true);
  });

  test('of somebody in another tenant is refused as if there were nobody', async () => {
    const graceId = await world.idOf(await world.signedIn('grace'));
    expect(await update(graceId, { role: 'viewer' })).toMatchObject({ code: 'not_found' });
    expect(await remove(graceId)).toMatchObject({ code: 'not_found' });
    const foreign = { path: { person_id: graceId }, query: { tenant_id: 'grace' } };
    expect(await world.call(owner, 'removePerson', foreign)).toMatchObject({ scope: 'platform:admin' });
  });
});

describe('removal', () => {
  test('ends tokens within 5 s in every process, and the sessions of whoever belongs nowhere', async () => {
    await invite('grace@example.com', 'member');
    const grace = await enter('grace');
    const issued = await issueSessionToken(world.one, grace.sessionToken, { tenantId: 'ada', environment: 'live' });
    const token = issued?.token ?? '';
    await world.pass(1_000);
    expect(await authenticate(world.one, token)).toBeDefined();
    expect(await authenticate(world.other, token)).toBeDefined();
    expect(await remove(await world.idOf(grace))).toMatchObject({ ok: true });
    expect(await authenticate(world.one, token)).toBeUndefined();
    await world.pass(4_999);
    expect(await authenticate(world.other, token)).toBeUndefined();
    expect(await findSession(world.one, grace.sessionToken)).toBeUndefined();
    expect(await signIn(world.one, identityOf('grace'), false)).toBe('notAllowed');
  });

  test('leaves alone what he has in other tenants', async () => {
    await world.signedIn('grace');
    await invite('grace@example.com', 'member');
    const grace = await enter('grace');
    await remove(await world.idOf(grace));
    expect(await world.callerOf(grace, 'ada')).toBeUndefined();
    expect(await world.callerOf(grace, 'grace')).toBeDefined();
  });

  test('takes an invitation back', async () => {
    const invited = await invite('grace@example.com', 'member');
    if (!invited.ok) throw new Error(invited.message);
    expect(await remove((invited.value as { id: string }).id)).toMatchObject({ ok: true });
    expect(await signIn(world.one, identityOf('grace'), false)).toBe('notAllowed');
    expect(await people()).toHaveLength(1);
  });
});

test('the operator who came by a link is listed without an address, and named in events', async () => {
  const link = await signInByLink(world.one, await createStartLink(world.one));
  if (link === undefined) throw new Error('The link is over.');
  const operator = await world.callerOf(link, firstTenantId);
  expect(operator?.apiKeyLabel).toBe('person:operator');
  expect(await world.call(operator, 'listPeople', { query: {} })).toMatchObject({
    value: {
      data: [{ email: null, name: 'Operator', role: 'owner', is_operator: true, signed_in_at: expect.any(String) }],
    },
  });
});
