import { apiKeys } from '../../targets/target.ts';
import { AccessClient } from '../administration/access-client.ts';
import { CapacityClient, paths, pathWith } from '../capacity/capacity-client.ts';
import type { ValidRequest } from '../every-operation.ts';
import { accessFaults } from './access-faults.ts';
import { accessRefusals } from './access-refusals.ts';
import { accessPages, accessRequests } from './access-requests.ts';
import type { Family, FurtherFault } from './family.ts';

const newYear = { from: '2098-12-31T00:00:00Z', to: '2099-01-02T00:00:00Z' };

export const administration: Family = {
  name: 'administration',

  root: '/v1/admin',

  validRequests: {
    getCapacityLimits: async () => ({ method: 'GET', path: pathWith(paths.limits, { tenant_id: 'default' }) }),
    // The one member that is missing can't stand beside the platform's.
    updateCapacityLimits: async () => put({ platform_capacity_gb: 2_048, org_cap_gb: 512, ...newYear }),
    ...accessRequests,
  },

  async readEverything(scenario) {
    const client = new CapacityClient(scenario);
    const tenants = ['default', 'other', 'nobody'];
    const limits = [client.limits(), ...tenants.map((tenant) => client.limits({ tenant_id: tenant }))];
    return Promise.all([...limits, new AccessClient(scenario).everything()]);
  },

  pages: accessPages,

  choices: {},

  otherAddresses: [],

  opaqueMembers: [],

  furtherFaults: [
    fault('is missing, and so is platform_capacity_gb', '/org_cap_gb', 'required', {
      org_cap_gb: undefined,
      platform_capacity_gb: undefined,
    }),
    fault("is missing beside tenant_id, and the platform's too", '/org_cap_gb', 'required', {
      org_cap_gb: undefined,
      platform_capacity_gb: undefined,
      tenant_id: 'default',
    }),
    fault('is that of one tenant', '/platform_capacity_gb', 'not', { tenant_id: 'default' }),
    fault('is for a time', '/reserved_micros_per_gb_hour', 'not', { reserved_micros_per_gb_hour: 1 }),
    fault('is that of one tenant', '/on_demand_micros_per_gb_hour', 'not', {
      on_demand_micros_per_gb_hour: null,
      platform_capacity_gb: undefined,
      tenant_id: 'default',
    }),
    fault('could come to more than 2^53 - 1 micro-dollars in 35 days', '/on_demand_micros_per_gb_hour', 'maximum', {
      on_demand_micros_per_gb_hour: 1_072_286,
      from: undefined,
      to: undefined,
    }),
    fault('is missing beside to', '/from', 'dependentRequired', { from: undefined }),
    fault('is missing beside from', '/to', 'dependentRequired', { to: undefined }),
    ...(['from', 'to'] as const).flatMap((name) => [
      fault('is off the grid by a minute', `/${name}`, 'grid', { [name]: '2099-01-01T00:01:00Z' }),
      fault('is off the grid by a nanosecond', `/${name}`, 'grid', { [name]: '2099-01-01T00:00:00.000000001Z' }),
    ]),
    fault('is the beginning', '/to', 'after', { to: newYear.from }),
    fault('is before the beginning', '/to', 'after', { to: '2098-12-30T23:45:00Z' }),
    ...accessFaults,
  ],

  refusals: [
    {
      operationId: 'updateCapacityLimits',
      reason: 'a key of one tenant',
      status: 403,
      names: 'platform:admin',
      apiKey: apiKeys.otherTenant,
      prepare: async () => put({ tenant_id: 'other', org_cap_gb: 4_096 }),
    },
    {
      operationId: 'getCapacityLimits',
      reason: 'a key of one tenant',
      status: 403,
      names: 'platform:admin',
      apiKey: apiKeys.otherTenant,
      prepare: async () => ({ method: 'GET', path: pathWith(paths.limits, { tenant_id: 'other' }) }),
    },
    ...accessRefusals,
  ],
};

function put(body: unknown): ValidRequest {
  return { method: 'PUT', path: paths.limits, body };
}

function fault(reason: string, field: string, rule: string, members: object): FurtherFault {
  const toJson = (valid: unknown) => JSON.stringify({ ...(valid as object), ...members });
  return { operationId: 'updateCapacityLimits', reason, field, rule, toJson };
}
