import type { Tenant } from '@holdfast/contract';

import { createJwtIssuer } from '../jwt-issuer.ts';
import type { Family } from './family.ts';
import { metadataRules } from './metadata-rules.ts';

export const namedResources: Family = {
  rulesBeyondSchema: [
    {
      operationIds: ['listReservations', 'listActiveReservations', 'listDefinitions', 'listEventHistory'],
      field: 'query\\.cursor',
      rule: 'cursor',
      reason: 'A cursor is one that an earlier page of the same list gave out; an invented one is refused.',
    },
    {
      operationIds: ['streamEvents'],
      field: 'query\\.after|header\\.Last-Event-ID',
      rule: 'maximum',
      reason: 'No schema knows the number of the last event.',
    },
    {
      operationIds: ['streamEvents'],
      field: 'query\\.types',
      rule: 'enum',
      reason: 'The schema says how types are written, and leaves out which there are.',
    },
    {
      operationIds: ['listEventHistory'],
      field: 'query\\.to',
      rule: 'after',
      reason: '`to` must be later than `from`.',
    },
    {
      operationIds: ['registerResources'],
      field: '/\\d+/blocks/\\d+',
      rule: 'not',
      reason: 'A resource can’t block itself.',
    },
    {
      operationIds: ['registerResources'],
      field: '/\\d+/treePath',
      rule: 'uniqueItems',
      reason: 'A name stands in a tree path once, and the resource’s own only at the end.',
    },
    {
      operationIds: ['registerResources'],
      field: '/\\d+/name',
      rule: 'maxLength',
      reason: 'The names of a pool’s slots are longer than its own, and have the same limit.',
    },
    ...metadataRules(['reserve', 'reserveTransaction'], '(?:/items)?/\\d+'),
  ],
  stateStatuses: [],
  plant: async (call) => {
    const { entry, issue } = createJwtIssuer('fuzz');
    const tenant = (await call('POST', '/v1/admin/tenants', { name: 'JWTs', tier: 'unlimited' })) as Tenant;
    await call('PUT', `/v1/admin/jwt-issuer?tenant_id=${tenant.id}`, entry);
    return [
      { operationIds: ['exchangeToken'], forms: { jwt: '[0-9A-Za-z._-]+' }, things: [{ jwt: issue(Date.now()) }] },
    ];
  },
};
