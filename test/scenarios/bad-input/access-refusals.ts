import type { Scenario } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { AccessClient, noLimits, paths } from '../administration/access-client.ts';
import { pathWith } from '../capacity/capacity-client.ts';
import type { ValidRequest } from '../every-operation.ts';
import type { ExpectedRefusal } from './family.ts';

const nobody = 'nothing-of-the-kind';
const unknown = { status: 404, names: 'There is no such' };
const unknownPlace = pathWith(paths.jwtIssuer, { tenant_id: nobody });
const anIssuer = { issuer: 'https://id.example', audience: 'holdfast', jwks_uri: 'https://id.example/keys' };

const aGuest = { email: 'guest@example.com', role: 'viewer' };

type Prepare = (client: AccessClient, scenario: Scenario) => Promise<ValidRequest>;

/** What is refused of tenants, tiers, API keys, issuers and people although nothing is wrong with its form. */
export const accessRefusals: readonly ExpectedRefusal[] = [
  unknownTo('getTenant', 'GET', `${paths.tenants}/${nobody}`),
  unknownTo('updateTenant', 'PATCH', `${paths.tenants}/${nobody}`, { suspended: true }),
  unknownTo('deleteTier', 'DELETE', `${paths.tiers}/${nobody}`),
  unknownTo('createApiKey', 'POST', paths.apiKeys, { tenant_id: nobody, environment: 'live', label: 'Worker' }),
  unknownTo('getApiKey', 'GET', `${paths.apiKeys}/${nobody}`),
  unknownTo('updateApiKey', 'PATCH', `${paths.apiKeys}/${nobody}`, { label: 'Worker' }),
  unknownTo('revokeApiKey', 'POST', `${paths.apiKeys}/${nobody}/revoke`),
  unknownTo('rotateApiKey', 'POST', `${paths.apiKeys}/${nobody}/rotate`, {}),
  unknownTo('getJwtIssuer', 'GET', unknownPlace),
  unknownTo('putJwtIssuer', 'PUT', unknownPlace, { ...anIssuer, scopes: ['resources:read'] }),
  unknownTo('deleteJwtIssuer', 'DELETE', unknownPlace),
  unknownTo('invitePerson', 'POST', pathWith(paths.people, { tenant_id: nobody }), aGuest),
  unknownTo('updatePerson', 'PATCH', `${paths.people}/${nobody}`, { role: 'viewer' }),
  unknownTo('removePerson', 'DELETE', `${paths.people}/${nobody}`),

  refusal('deleteTier', 'a tier that a tenant has', { status: 409, names: 'tier' }, async (client) => {
    const tier = await client.createTier();
    await client.createTenant({ tier });
    return { method: 'DELETE', path: `${paths.tiers}/${tier}` };
  }),
  ...(['updateApiKey', 'rotateApiKey'] as const).map((operationId) =>
    refusal(operationId, 'a key that is revoked', { status: 409, names: 'revoked' }, async (client) => {
      const { id } = await client.createApiKey();
      await client.revokeApiKey(id);
      if (operationId === 'rotateApiKey') return { method: 'POST', path: `${paths.apiKeys}/${id}/rotate`, body: {} };
      return { method: 'PATCH', path: `${paths.apiKeys}/${id}`, body: { expires_at: null, label: 'Worker' } };
    }),
  ),
  refusal('createApiKey', 'a key more than the tier allows', { status: 429, names: 'apiKeys' }, async (client) => {
    const { id } = await client.createTenant({ tier: await client.createTier({ api_keys: 1 }) });
    await client.createApiKey({ tenant_id: id, environment: 'test' });
    return { method: 'POST', path: paths.apiKeys, body: { tenant_id: id, environment: 'live', label: 'Second' } };
  }),
  refusal('putJwtIssuer', 'an issuer that others trust', { status: 409, names: 'issuer' }, async (client) => {
    const [one, other] = [await client.createTenant(), await client.createTenant()];
    const { entry } = await client.trustIssuer({ tenant_id: one.id, environment: 'live' });
    return { method: 'PUT', path: pathWith(paths.jwtIssuer, { tenant_id: other.id }), body: entry };
  }),

  ...ofOthers(),
];

/** What the keys of a tenant don't reach: other tenants, the other environment, and what all tenants have. */
function ofOthers(): readonly ExpectedRefusal[] {
  const forbidden = { status: 403, names: 'platform:admin' };
  const asStranger = (operationId: string, reason: string, prepare: Prepare, answer = forbidden): ExpectedRefusal => ({
    ...refusal(operationId, reason, answer, prepare),
    apiKey: apiKeys.otherTenant,
  });
  const keyBody = { environment: 'live', label: 'Mine' };
  return [
    asStranger('createTenant', 'a key of one tenant', async () => post(paths.tenants, { name: 'Mine' })),
    asStranger('putTier', 'a key of one tenant', async (_client, { unique }) => {
      return { method: 'PUT', path: `${paths.tiers}/${unique('tier')}`, body: noLimits };
    }),
    asStranger('createApiKey', 'a key for another tenant', async (client) => {
      return post(paths.apiKeys, { ...keyBody, tenant_id: (await client.createTenant()).id });
    }),
    asStranger('createApiKey', 'a key for the other environment', async () => {
      return post(paths.apiKeys, { ...keyBody, environment: 'test' });
    }),
    asStranger('createApiKey', 'a scope that it lacks', async () => {
      return post(paths.apiKeys, { ...keyBody, scopes: ['resources:read', 'platform:admin'] });
    }),
    asStranger('putJwtIssuer', 'a scope that it lacks', async () => {
      return { method: 'PUT', path: paths.jwtIssuer, body: { ...anIssuer, scopes: ['platform:admin'] } };
    }),
    asStranger('putJwtIssuer', 'an issuer for another tenant', async (client) => {
      const path = pathWith(paths.jwtIssuer, { tenant_id: (await client.createTenant()).id });
      return { method: 'PUT', path, body: { ...anIssuer, scopes: ['resources:read'] } };
    }),
    asStranger('invitePerson', 'an invitation to another tenant', async (client) => {
      return post(pathWith(paths.people, { tenant_id: (await client.createTenant()).id }), aGuest);
    }),
    asStranger('invitePerson', 'an operator', async () => post(paths.people, { ...aGuest, is_operator: true })),
    asStranger(
      'removePerson',
      'a person of others',
      async (client) => ({ method: 'DELETE', path: `${paths.people}/${(await client.invitePerson()).id}` }),
      unknown,
    ),
    ...(['revoke', 'rotate'] as const).map((verb) =>
      asStranger(
        `${verb}ApiKey`,
        'a key of others',
        async (client) => {
          const path = `${paths.apiKeys}/${(await client.createApiKey()).id}/${verb}`;
          return post(path, verb === 'rotate' ? {} : undefined);
        },
        unknown,
      ),
    ),
  ];
}

function unknownTo(operationId: string, method: string, path: string, body?: unknown): ExpectedRefusal {
  return refusal(operationId, 'what there is not', unknown, async () => ({ method, path, body }));
}

function refusal(
  operationId: string,
  reason: string,
  answer: Pick<ExpectedRefusal, 'status' | 'names'>,
  prepare: Prepare,
): ExpectedRefusal {
  return { operationId, reason, ...answer, prepare: (scenario) => prepare(new AccessClient(scenario), scenario) };
}

function post(path: string, body?: unknown): ValidRequest {
  return { method: 'POST', path, body };
}
