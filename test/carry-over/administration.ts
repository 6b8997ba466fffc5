import { addressesOfMade, readsOf } from './family.ts';
import type { CarriedOverFamily, WriteTools } from './family.ts';

/** Tenants, tiers, API keys and issuers. What is administered of capacity is capacity's. */
export const administration: CarriedOverFamily = {
  write: writeAdministration,
  readsAfter: (writes) => [
    ...readsOf('live', [
      ...addressesOfMade(writes, '/v1/admin/tenants'),
      ...addressesOfMade(writes, '/v1/admin/api-keys'),
      '/v1/admin/tenants',
      '/v1/admin/tiers',
      '/v1/admin/api-keys?environment=test',
      '/v1/admin/jwt-issuer?tenant_id=other',
      '/v1/limits',
      ...announced.map((type) => `/v1/events?type=${type}&limit=100`),
    ]),
    ...readsOf('otherTenant', ['/v1/events?type=key.created', '/v1/events?type=jwt_issuer.updated']),
  ],
};

const announced = [
  'key.created',
  'key.updated',
  'key.revoked',
  'key.rotated',
  'tenant.created',
  'tenant.updated',
  'tier.updated',
  'jwt_issuer.updated',
];

const hourMs = 3_600_000;

const noLimits = {
  ops_per_minute: null,
  ops_per_day: null,
  concurrent_locks: null,
  api_keys: null,
  event_history_hours: null,
};

async function writeAdministration({ write, now }: WriteTools): Promise<void> {
  const ask = async (method: string, path: string, body?: object) =>
    (await write({ apiKey: 'live', method, path: `/v1/admin/${path}`, ...(body && { body }) })) as { id: string };

  await ask('PUT', 'tiers/small', { ...noLimits, ops_per_minute: 40, api_keys: 3, webhooks: false });
  await ask('PUT', 'tiers/counted', { ...noLimits, ops_per_day: 1_000, event_history_hours: 12, enforce: false });
  await ask('PUT', 'tiers/gone', noLimits);
  await ask('DELETE', 'tiers/gone');
  const { id: tenantId } = await ask('POST', 'tenants', { name: 'Acme', tier: 'small', metadata: { plan: 'old' } });
  await ask('POST', 'tenants', { name: 'Usual' });
  const suspended = await ask('POST', 'tenants', { name: 'Late', tier: 'counted', require_registration: true });
  await ask('PATCH', `tenants/${suspended.id}`, { suspended: true });

  const createKey = (settings: object) => ask('POST', 'api-keys', { environment: 'live', label: 'key', ...settings });
  await createKey({
    label: 'narrow',
    scopes: ['resources:read', 'credits:write'],
    expires_at: new Date(now() + hourMs).toISOString(),
    allowed_cidrs: ['203.0.113.0/24', '2001:db8::1'],
    ops_per_minute: 10,
  });
  await createKey({ tenant_id: tenantId, environment: 'test' });
  const revoked = await createKey({ tenant_id: tenantId });
  await ask('POST', `api-keys/${revoked.id}/revoke`);
  const rotated = await createKey({ tenant_id: tenantId });
  await ask('POST', `api-keys/${rotated.id}/rotate`, { overlap_seconds: 3_600 });
  await ask('POST', `api-keys/${rotated.id}/rotate`, { overlap_seconds: 600_000 });
  const changed = await createKey({ environment: 'test' });
  await ask('PATCH', `api-keys/${changed.id}`, { label: 'changed', scopes: ['events:read'] });
  await ask('PUT', 'jwt-issuer?tenant_id=other', {
    issuer: 'https://id.example.com',
    audience: 'holdfast',
    jwks_uri: 'https://id.example.com/jwks.json',
    scopes: ['resources:write'],
  });
  const toOther = await createKey({ tenant_id: 'other', environment: 'live', label: 'second of other' });
  await ask('POST', `api-keys/${toOther.id}/revoke`);
}
