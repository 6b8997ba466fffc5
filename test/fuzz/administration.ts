import type { IssuedApiKey, OperationId, Person, Tenant } from '@holdfast/contract';

import { createJwtIssuer } from '../jwt-issuer.ts';
import type { Call, Family, KnownThings, RuleBeyondSchema } from './family.ts';
import { rangesAhead, timeForm } from './grid-times.ts';
import { metadataRules } from './metadata-rules.ts';

const capacityRules: readonly (readonly [field: string, rule: string, reason: string])[] = [
  ['/org_cap_gb', 'required', 'A limit or a rate is needed; as a schema, that would give muddled faults.'],
  ['/platform_capacity_gb', 'not', 'The platform’s capacity belongs to no tenant.'],
  ['/(?:reserved|on_demand)_micros_per_gb_hour', 'not', 'Rates are of no tenant and no range.'],
  [
    '/(?:platform_capacity_gb|org_cap_gb|reserved_micros_per_gb_hour)',
    'maximum',
    'They go together: their product must stay exact.',
  ],
  ['/on_demand_micros_per_gb_hour', 'maximum', 'What it could come to must stay exact.'],
  ['/reserved_micros_per_gb_hour', 'maxItems', 'So many changes of rates are kept at most.'],
  ['/(?:from|to)', 'dependentRequired', '`from` and `to` are there together, or not at all.'],
  ['/(?:from|to)', 'grid', 'JSON Schema knows times, but no grid of them.'],
  ['/to', 'after', '`to` must be later than `from`.'],
  ['/from', 'maxItems', 'A limit is made of so many ranges at most.'],
];

const accessRules: readonly RuleBeyondSchema[] = [
  {
    operationIds: ['listTenants', 'listTiers', 'listApiKeys', 'listPeople'],
    field: 'query\\.cursor',
    rule: 'cursor',
    reason: 'A cursor is one that an earlier page of the same list gave out; an invented one is refused.',
  },
  {
    operationIds: ['createTenant', 'updateTenant'],
    field: '/tier',
    rule: 'enum',
    reason: 'A tenant has a tier that there is.',
  },
  {
    operationIds: ['createApiKey', 'updateApiKey'],
    field: '/expires_at',
    rule: 'future',
    reason: 'A key can’t have expired already.',
  },
  {
    operationIds: ['createApiKey', 'updateApiKey'],
    field: '/allowed_cidrs/\\d+',
    rule: 'format',
    reason: 'A pattern can’t count the bits of an address.',
  },
  {
    operationIds: ['putJwtIssuer'],
    field: '/jwks_uri',
    rule: 'oneOf',
    reason: 'Exactly one of the two says which keys; as a schema, that would give muddled faults.',
  },
  {
    operationIds: ['putJwtIssuer'],
    field: '/jwks',
    rule: 'maxBytes',
    reason: 'Keys are limited by their length as JSON.',
  },
  ...metadataRules(['createTenant', 'updateTenant']),
];

export const administration: Family = {
  rulesBeyondSchema: [
    ...capacityRules.map(([field, rule, reason]): RuleBeyondSchema => {
      return { operationIds: ['updateCapacityLimits'], field, rule, reason };
    }),
    ...accessRules,
  ],
  stateStatuses: [],
  plant: async (call): Promise<readonly KnownThings[]> => [
    {
      operationIds: ['updateCapacityLimits'],
      forms: { from: timeForm, to: timeForm },
      isWhole: true,
      things: rangesAhead(),
    },
    ...(await plantTenants(call)),
    ...(await plantTiers(call)),
    ...(await plantApiKeys(call)),
    ...(await plantPeople(call)),
  ],
};

/** Some of them go: what has taken them all mustn't leave none to the others. */
const count = 50;

/** Tenants that trust an issuer of their own in both environments. */
async function plantTenants(call: Call): Promise<readonly KnownThings[]> {
  const things = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const { id } = (await call('POST', '/v1/admin/tenants', { name: 'Known', tier: 'unlimited' })) as Tenant;
      for (const environment of ['live', 'test']) {
        const { entry } = createJwtIssuer(`${environment}-${index}`);
        await call('PUT', `/v1/admin/jwt-issuer?tenant_id=${id}&environment=${environment}`, entry);
      }
      return { tenant_id: id };
    }),
  );
  const ofTenants: readonly OperationId[] = ['getTenant', 'updateTenant', 'createApiKey', 'listApiKeys', 'listPeople'];
  const ofIssuers: readonly OperationId[] = ['getJwtIssuer', 'putJwtIssuer', 'deleteJwtIssuer'];
  return [
    { operationIds: [...ofTenants, ...ofIssuers], forms: { tenant_id: '[^\\u0000-\\u001f\\u007f]{1,64}' }, things },
    { operationIds: ['createTenant', 'updateTenant'], forms: { tier: tierForm }, things: [{ tier: 'pro' }] },
  ];
}

const tierForm = '[a-z0-9][a-z0-9-]{0,63}';

async function plantTiers(call: Call): Promise<readonly KnownThings[]> {
  const things = Array.from({ length: count }, (_, index) => ({ name: `known-${index}` }));
  const figures = {
    ops_per_minute: 200,
    ops_per_day: null,
    concurrent_locks: 500,
    api_keys: 1,
    event_history_hours: 24,
  };
  for (const { name } of things) await call('PUT', `/v1/admin/tiers/${name}`, figures);
  return [{ operationIds: ['putTier', 'deleteTier'], forms: { name: tierForm }, things }];
}

/** What is revoked is of no use to the others, so that has keys of its own. */
const usesOfKeys: readonly Pick<KnownThings, 'operationIds' | 'isAlways'>[] = [
  { operationIds: ['revokeApiKey'], isAlways: true },
  { operationIds: ['rotateApiKey', 'updateApiKey', 'getApiKey'] },
];

async function plantApiKeys(call: Call): Promise<readonly KnownThings[]> {
  const uses = usesOfKeys.map(async (use): Promise<KnownThings> => {
    const body = { environment: 'live', label: 'Known' };
    const made = await Promise.all(Array.from({ length: count }, () => call('POST', '/v1/admin/api-keys', body)));
    const things = made.map((key) => ({ api_key_id: (key as IssuedApiKey).id }));
    return { ...use, forms: { api_key_id: '[A-Za-z0-9_-]{1,64}' }, things };
  });
  return Promise.all(uses);
}

/** What is removed is of no use to those that change it. */
const usesOfPeople: readonly Pick<KnownThings, 'operationIds' | 'isAlways'>[] = [
  { operationIds: ['removePerson'], isAlways: true },
  { operationIds: ['updatePerson'] },
];

async function plantPeople(call: Call): Promise<readonly KnownThings[]> {
  const uses = usesOfPeople.map(async (use, number): Promise<KnownThings> => {
    const invite = (index: number) =>
      call('POST', '/v1/admin/people', { email: `known-${number}-${index}@example.com`, role: 'viewer' });
    const invited = await Promise.all(Array.from({ length: count }, (_, index) => invite(index)));
    const things = invited.map((person) => ({ person_id: (person as Person).id }));
    return { ...use, forms: { person_id: '[A-Za-z0-9_-]{1,64}' }, things };
  });
  return Promise.all(uses);
}
