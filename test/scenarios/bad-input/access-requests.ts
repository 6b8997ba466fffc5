import type { Scenario } from '../../targets/describe-targets.ts';
import { AccessClient, noLimits, paths } from '../administration/access-client.ts';
import type { Place } from '../administration/access-client.ts';
import { pathWith } from '../capacity/capacity-client.ts';
import type { ValidRequest } from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';
import type { Family, Page } from './family.ts';

const metadata = { purpose: 'import' };
const scopes = ['resources:read', 'resources:write'];
const keyMembers = { scopes, allowed_cidrs: ['192.0.2.0/24', '2001:db8::/32'], ops_per_minute: 100 };
const jwk = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', use: 'sig', alg: 'EdDSA' };

/** A valid request of each operation on tenants, tiers, API keys, issuers and people. */
export const accessRequests: Family['validRequests'] = {
  createTenant: async ({ unique }) =>
    post(paths.tenants, { name: unique('tenant'), tier: 'starter', require_registration: true, metadata }),
  listTenants: async () => get(paths.tenants),
  getTenant: async (scenario) => get(await tenantPath(scenario)),
  updateTenant: async (scenario) => {
    const body = {
      name: scenario.unique('tenant'),
      tier: 'pro',
      suspended: true,
      require_registration: true,
      metadata,
    };
    return { method: 'PATCH', path: await tenantPath(scenario), body };
  },
  listTiers: async () => get(paths.tiers),
  putTier: async ({ unique }) => {
    const figures = Object.fromEntries(Object.keys(noLimits).map((name) => [name, 1_000]));
    const body = { ...figures, webhooks: true, jwt_exchange: false, enforce: true };
    return { method: 'PUT', path: `${paths.tiers}/${unique('tier')}`, body };
  },
  deleteTier: async (scenario) => {
    return { method: 'DELETE', path: `${paths.tiers}/${await new AccessClient(scenario).createTier()}` };
  },
  createApiKey: async (scenario) => {
    const { id } = await new AccessClient(scenario).createTenant();
    const expiry = wireTime(scenario.clock, 3_600);
    return post(paths.apiKeys, {
      tenant_id: id,
      environment: 'test',
      label: 'Worker',
      expires_at: expiry,
      ...keyMembers,
    });
  },
  listApiKeys: async () => get(paths.apiKeys),
  getApiKey: async (scenario) => get(await keyPath(scenario)),
  updateApiKey: async (scenario) => {
    const body = { label: 'Worker', expires_at: wireTime(scenario.clock, 3_600), ...keyMembers };
    return { method: 'PATCH', path: await keyPath(scenario), body };
  },
  revokeApiKey: async (scenario) => post(`${await keyPath(scenario)}/revoke`),
  rotateApiKey: async (scenario) => post(`${await keyPath(scenario)}/rotate`, { overlap_seconds: 60 }),
  getJwtIssuer: async (scenario) => get(await issuerPath(scenario)),
  // The one member that is missing can't stand beside the keys.
  putJwtIssuer: async (scenario) => {
    const issuer = `https://${scenario.unique('issuer')}.example`;
    const keys = ['first', 'second'].map((kid) => ({ ...jwk, kid, x5c: ['MIIB', 'MIIC'] }));
    return {
      method: 'PUT',
      path: await placePath(scenario),
      body: { issuer, audience: 'holdfast', jwks: { keys }, scopes },
    };
  },
  deleteJwtIssuer: async (scenario) => ({ method: 'DELETE', path: await issuerPath(scenario) }),
  listPeople: async () => get(paths.people),
  invitePerson: async (scenario) => {
    const { id } = await new AccessClient(scenario).createTenant();
    const body = { email: `${scenario.unique('guest')}@example.com`, role: 'member', is_operator: false };
    return post(pathWith(paths.people, { tenant_id: id }), body);
  },
  updatePerson: async (scenario) => {
    return { method: 'PATCH', path: await personPath(scenario), body: { role: 'viewer', is_operator: false } };
  },
  removePerson: async (scenario) => ({ method: 'DELETE', path: await personPath(scenario) }),
};

/** A page of each of their lists that is not the last one. */
export const accessPages: Family['pages'] = {
  listTenants: async (scenario) => {
    await new AccessClient(scenario).createTenant();
    return pageOf(scenario, 'tenants', paths.tenants);
  },
  listTiers: (scenario) => pageOf(scenario, 'tiers', paths.tiers),
  listApiKeys: async (scenario) => {
    const client = new AccessClient(scenario);
    await client.createApiKey();
    const { id } = await client.createTenant();
    return { ...(await pageOf(scenario, 'keys', paths.apiKeys)), otherQuery: { tenant_id: id, limit: '1' } };
  },
  listPeople: async (scenario) => {
    const client = new AccessClient(scenario);
    await client.invitePerson();
    await client.invitePerson();
    const { id } = await client.createTenant();
    return { ...(await pageOf(scenario, 'people', paths.people)), otherQuery: { tenant_id: id, limit: '1' } };
  },
};

function post(path: string, body?: unknown): ValidRequest {
  return { method: 'POST', path, body };
}

function get(path: string): ValidRequest {
  return { method: 'GET', path };
}

async function tenantPath(scenario: Scenario): Promise<string> {
  return `${paths.tenants}/${(await new AccessClient(scenario).createTenant()).id}`;
}

async function keyPath(scenario: Scenario): Promise<string> {
  return `${paths.apiKeys}/${(await new AccessClient(scenario).createApiKey()).id}`;
}

async function personPath(scenario: Scenario): Promise<string> {
  return `${paths.people}/${(await new AccessClient(scenario).invitePerson()).id}`;
}

async function newPlace(client: AccessClient): Promise<Place> {
  return { tenant_id: (await client.createTenant()).id, environment: 'test' };
}

async function placePath(scenario: Scenario): Promise<string> {
  return pathWith(paths.jwtIssuer, await newPlace(new AccessClient(scenario)));
}

/** Of a tenant that trusts an issuer. */
async function issuerPath(scenario: Scenario): Promise<string> {
  const client = new AccessClient(scenario);
  const place = await newPlace(client);
  await client.trustIssuer(place);
  return pathWith(paths.jwtIssuer, place);
}

async function pageOf(scenario: Scenario, list: string, path: string): Promise<Page> {
  const { pagination } = await new AccessClient(scenario).list<'listTenants'>(path, { limit: 1 });
  return { list, query: { limit: '1' }, nextCursor: pagination.next_cursor ?? '' };
}
