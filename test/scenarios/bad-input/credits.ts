import type { Scenario } from '../../targets/describe-targets.ts';
import { CreditClient } from '../credits/credit-client.ts';
import { byExternalId, byId } from '../credits/path-forms.ts';
import type { PathForm } from '../credits/path-forms.ts';
import type { ValidRequest } from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';
import { creditFaults } from './credit-faults.ts';
import { fixtureOf } from './credit-fixture.ts';
import type { CreditFixture } from './credit-fixture.ts';
import { creditRefusals } from './credit-refusals.ts';
import type { Family, Page } from './family.ts';

/** Another one for each request, so that it changes something. */
let amount = 1_000;

export const credits: Family = {
  name: 'credits',

  root: '/v1',

  validRequests: {
    createHold: async (scenario) => post('/v1/reserve', await holdBody(scenario)),
    getHold: async (scenario) => get(`/v1/reserve/${await holdOne(scenario)}`),
    commitHold: async (scenario) =>
      post(`/v1/reserve/${await holdOne(scenario)}/commit`, { actual_units: 7, metadata, final: true }),
    releaseHold: async (scenario) => post(`/v1/reserve/${await holdOne(scenario)}/release`),
    extendHold: async (scenario) =>
      post(`/v1/reserve/${await holdOne(scenario)}/extend`, { additional_units: 5, ttl_seconds: 7_200 }),
    createCustomer: async ({ unique }) =>
      post('/v1/customers', { external_id: unique('customer'), ...customerMembers }),
    listCustomers: async () => get('/v1/customers'),
    ...onCustomer('getCustomer', 'GET', ''),
    ...onCustomer('updateCustomer', 'PATCH', '', ({ unique }) => ({ ...customerMembers, display_name: unique('Ada') })),
    ...onCustomer('listHolds', 'GET', '/reservations'),
    ...onCustomer('getAccount', 'GET', '/credits'),
    ...onCustomer('grantCredits', 'POST', '/credits/grant', (scenario) => {
      return { credits: 5_000, source: 'promotion', reason: 'welcome', ...grantMembers(scenario) };
    }),
    ...onCustomer('adjustCredits', 'POST', '/credits/adjust', () => ({ delta: -5, reason: 'correction' })),
    ...onCustomer('putCreditThresholds', 'PUT', '/credits/thresholds', () => {
      amount += 1;
      return { amounts: [amount, 100_000] };
    }),
    ...onCustomer('auditAccount', 'GET', '/credits/audit'),
    ...onCustomer('listTransactions', 'GET', '/transactions'),
    ...onCustomer('getEntitlement', 'GET', '/entitlements/', undefined, ({ metric }) => metric),
    topUp: async (scenario) => {
      const bought = { price_paid: 4_900, currency: 'EUR', package_id: 'starter', external_payment_id: 'pay_8Kd2' };
      const { externalId } = (await fixtureOf(scenario)).customer;
      return post('/v1/topup/grant', {
        external_customer_id: externalId,
        credits: 50_000,
        ...bought,
        ...grantMembers(scenario),
      });
    },
    createMetric: async ({ unique }) =>
      post('/v1/billable-metrics', { key: unique('metric'), display_name: 'Images', metadata }),
    listMetrics: async () => get('/v1/billable-metrics'),
    getMetric: async (scenario) => get(`/v1/billable-metrics/${(await fixtureOf(scenario)).metric}`),
    createMeteringRule: async (scenario) => {
      const key = await (await fixtureOf(scenario)).credits.metric();
      const tiers = [
        { up_to: 10, unit_cost: 5, flat_cost: 1 },
        { up_to: null, unit_cost: 4, flat_cost: 0 },
      ];
      return post('/v1/metering-rules', { billable_metric_key: key, cost_type: 'tiered', mode: 'graduated', tiers });
    },
    listMeteringRules: async () => get('/v1/metering-rules'),
    recordUsage: async (scenario) => post('/v1/usage', await usageEvent(scenario)),
    recordUsageBatch: async (scenario) =>
      post('/v1/usage/batch', { events: [await usageEvent(scenario), await usageEvent(scenario)] }),
    getCreditSettings: async () => get('/v1/credit-settings'),
    updateCreditSettings: async () => ({
      method: 'PATCH',
      path: '/v1/credit-settings',
      body: {
        overage_policy: 'notify',
        overage_limit: 5_000,
        emit_reservation_expired: true,
        balance_thresholds: [5_000],
      },
    }),
    listCreditEvents: async () => get('/v1/events'),
    updateTenantConfig: async ({ unique }) => {
      const body = {
        webhook_url: `https://${unique('hooks')}.example.com/`,
        webhook_secret: `whsec_${'ab'.repeat(16)}`,
      };
      return { method: 'PATCH', path: '/v1/tenants/default/config', body };
    },
    getLimits: async () => get('/v1/limits'),
  },

  async readEverything(scenario) {
    const client = new CreditClient(scenario);
    const paths = ['customers', 'billable-metrics', 'metering-rules', 'credit-settings', 'events'];
    const lists = await Promise.all(paths.map((path) => client.get<'listCustomers'>(`/v1/${path}${limitOf(path)}`)));
    const endpoints = await client.ask('GET', '/v1/webhook-endpoints');
    const customers = lists[0]?.data ?? [];
    const each = customers.map(({ id, external_id: externalId }) => client.everythingOf({ id, externalId }));
    return [lists, endpoints.json, await Promise.all(each)];
  },

  pages: {
    listCustomers: async (scenario) => {
      const { credits: client } = await fixtureOf(scenario);
      await client.open();
      return pageOf(client, 'customers', '/v1/customers', {});
    },
    listMetrics: async (scenario) => {
      const { credits: client } = await fixtureOf(scenario);
      await client.metric();
      return pageOf(client, 'metrics', '/v1/billable-metrics', {});
    },
    listMeteringRules: async (scenario) => {
      const { credits: client, metric } = await fixtureOf(scenario);
      await client.price(metric, { cost_type: 'per_unit', unit_cost: 1_000 });
      return pageOf(client, 'rules', '/v1/metering-rules', { billable_metric_key: metric });
    },
    listCreditEvents: async (scenario) => {
      const { credits: client, metric } = await fixtureOf(scenario);
      const customer = await client.open();
      await client.patch(byId(customer), { overage_policy: 'notify' });
      for (let count = 0; count < 2; count += 1) await client.use(customer, metric, 1);
      return pageOf(client, 'events', '/v1/events', { type: 'credits.overage' });
    },
    listHolds: pageOfHolds(byId),
    listHoldsByExternalId: pageOfHolds(byExternalId),
    listTransactions: pageOfTransactions(byId),
    listTransactionsByExternalId: pageOfTransactions(byExternalId),
  },

  choices: { createMeteringRule: 'tiered' },

  otherAddresses: [
    'getCustomerByExternalId',
    'updateCustomerByExternalId',
    'listHoldsByExternalId',
    'getAccountByExternalId',
    'grantCreditsByExternalId',
    'adjustCreditsByExternalId',
    'putCreditThresholdsByExternalId',
    'auditAccountByExternalId',
    'listTransactionsByExternalId',
    'getEntitlementByExternalId',
  ],

  opaqueMembers: [],

  furtherFaults: creditFaults,

  refusals: creditRefusals,
};

const metadata = { purpose: 'import' };
const customerMembers = { display_name: 'Ada', metadata, overage_policy: 'allow', overage_limit: 5_000 };

function post(path: string, body?: unknown): ValidRequest {
  return { method: 'POST', path, body };
}

function get(path: string): ValidRequest {
  return { method: 'GET', path };
}

type Builders = Family['validRequests'];

/** Both forms of an operation on a customer. */
function onCustomer(
  operationId: string,
  method: string,
  end: string,
  toBody: (scenario: Scenario) => unknown = () => undefined,
  toLastSegment: (fixture: CreditFixture) => string = () => '',
): Builders {
  const build = (form: PathForm) => async (scenario: Scenario) => {
    const fixture = await fixtureOf(scenario);
    const path = `${form(fixture.customer)}${end}${toLastSegment(fixture)}`;
    return { method, path, body: toBody(scenario) };
  };
  return { [operationId]: build(byId), [`${operationId}ByExternalId`]: build(byExternalId) };
}

async function holdBody(scenario: Scenario) {
  const { customer, metric } = await fixtureOf(scenario);
  return {
    external_customer_id: customer.externalId,
    billable_metric_key: metric,
    estimated_units: 10,
    ttl_seconds: 3_600,
    metadata,
  };
}

async function holdOne(scenario: Scenario): Promise<string> {
  const { credits: client, customer, metric } = await fixtureOf(scenario);
  return (await client.hold(customer, metric, 10, { ttl_seconds: 3_600 })).id;
}

async function usageEvent(scenario: Scenario) {
  const { customer, metric } = await fixtureOf(scenario);
  return {
    external_customer_id: customer.externalId,
    billable_metric_key: metric,
    units: 3,
    event_id: scenario.unique('event'),
    occurred_at: '2026-11-21T09:20:00Z',
    metadata,
  };
}

function grantMembers({ clock }: Scenario) {
  return { priority: 5, expires_at: wireTime(clock, 3_600), metadata };
}

function limitOf(path: string): string {
  return path === 'credit-settings' ? '' : '?limit=200';
}

function pageOfHolds(form: PathForm): Family['pages'][string] {
  return async (scenario) => {
    for (let count = 0; count < 2; count += 1) await holdOne(scenario);
    const { credits: client, customer } = await fixtureOf(scenario);
    return pageOf(client, 'holds', `${form(customer)}/reservations`, { status: 'active' });
  };
}

function pageOfTransactions(form: PathForm): Family['pages'][string] {
  return async (scenario) => {
    for (let count = 0; count < 2; count += 1) await holdOne(scenario);
    const { credits: client, customer } = await fixtureOf(scenario);
    return pageOf(client, 'transactions', `${form(customer)}/transactions`, { type: 'hold' });
  };
}

async function pageOf(
  client: CreditClient,
  list: string,
  path: string,
  filter: Readonly<Record<string, string>>,
): Promise<Page> {
  const query = { limit: '1', ...filter };
  const { pagination } = await client.get<'listHolds'>(`${path}?${new URLSearchParams(query).toString()}`);
  const nextCursor = pagination.next_cursor ?? '';
  return { list, path, query, nextCursor, ...(Object.keys(filter).length > 0 && { otherQuery: { limit: '1' } }) };
}
