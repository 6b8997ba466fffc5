import type { OperationId, OperationTypes } from '@holdfast/contract';

import type { Call, Family, KnownThings, RuleBeyondSchema } from './family.ts';
import { metadataRules } from './metadata-rules.ts';

const aboutUnits: readonly OperationId[] = ['createHold', 'recordUsage', 'recordUsageBatch'];
const byBody: readonly OperationId[] = [...aboutUnits, 'topUp'];
const byExternalId: readonly OperationId[] = [
  'getCustomerByExternalId',
  'updateCustomerByExternalId',
  'getAccountByExternalId',
  'grantCreditsByExternalId',
  'adjustCreditsByExternalId',
  'putCreditThresholdsByExternalId',
  'auditAccountByExternalId',
  'listHoldsByExternalId',
  'listTransactionsByExternalId',
  'getEntitlementByExternalId',
];
const byCustomerId: readonly OperationId[] = [
  'getCustomer',
  'updateCustomer',
  'getAccount',
  'grantCredits',
  'adjustCredits',
  'putCreditThresholds',
  'auditAccount',
  'listHolds',
  'listTransactions',
  'getEntitlement',
];
const grants: readonly OperationId[] = ['grantCredits', 'grantCreditsByExternalId', 'topUp'];
const withMetadata: readonly OperationId[] = [
  ...grants,
  'createHold',
  'commitHold',
  'createCustomer',
  'updateCustomer',
  'updateCustomerByExternalId',
  'createMetric',
];

const amountsBeyondSchema: readonly RuleBeyondSchema[] = [
  {
    operationIds: ['createHold', 'commitHold', 'extendHold', 'recordUsage'],
    field: '/(?:estimated_units|actual_units|additional_units|units)',
    rule: 'maximum',
    reason: 'What the units cost must stay below 2^53, whatever the rule.',
  },
  {
    operationIds: ['getEntitlement', 'getEntitlementByExternalId'],
    field: 'query\\.units',
    rule: 'maximum',
    reason: 'What the units cost must stay below 2^53, whatever the rule.',
  },
  {
    operationIds: [...grants, 'adjustCredits', 'adjustCreditsByExternalId'],
    field: '/(?:credits|delta)',
    rule: 'maximum',
    reason: 'The balance must stay below 2^53.',
  },
  {
    operationIds: ['adjustCredits', 'adjustCreditsByExternalId'],
    field: '/delta',
    rule: 'not',
    reason: 'A correction of 0 corrects nothing.',
  },
];

const tiersBeyondSchema: readonly RuleBeyondSchema[] = ['const', 'type', 'exclusiveMinimum'].map((rule) => ({
  operationIds: ['createMeteringRule'],
  field: '/tiers/\\d+/up_to',
  rule,
  reason: 'Each tier ends after the one before, and the last one, and no other, has no end.',
}));

export const credits: Family = {
  rulesBeyondSchema: [
    {
      operationIds: [
        'listHolds',
        'listHoldsByExternalId',
        'listCustomers',
        'listTransactions',
        'listTransactionsByExternalId',
        'listMetrics',
        'listMeteringRules',
        'listCreditEvents',
      ],
      field: 'query\\.cursor',
      rule: 'cursor',
      reason: 'A cursor is one that an earlier page of the same list gave out; an invented one is refused.',
    },
    {
      operationIds: ['listTransactions', 'listTransactionsByExternalId'],
      field: 'query\\.to',
      rule: 'after',
      reason: '`to` must be later than `from`.',
    },
    {
      operationIds: byBody,
      field: '(?:/events/\\d+)?/customer_id',
      rule: 'oneOf',
      reason: 'Exactly one of the two ids says which customer; as a schema, that would give muddled faults.',
    },
    { operationIds: grants, field: '/expires_at', rule: 'future', reason: 'Credits can’t have expired already.' },
    ...amountsBeyondSchema,
    ...metadataRules(withMetadata),
    ...metadataRules(['recordUsage', 'recordUsageBatch'], '(?:/events/\\d+)?'),
    ...tiersBeyondSchema,
  ],
  stateStatuses: [402, 422],
  plant,
};

const [customer, metric] = ['known-customer', 'known-metric'];
const text = '[^\\u0000-\\u001f\\u007f]{1,256}';
const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/** Each can be committed or released once: what has taken them all mustn't leave none to the others. */
const usesOfHolds: readonly (readonly OperationId[])[] = [['commitHold'], ['releaseHold'], ['extendHold', 'getHold']];
const holdsForEach = 100;

/** A customer with credits, a metric with a price, and a good many holds. */
async function plant(call: Call): Promise<readonly KnownThings[]> {
  const granted = await call('POST', '/v1/topup/grant', { external_customer_id: customer, credits: 1_000_000_000 });
  const { customer_id: customerId } = granted as OperationTypes['topUp']['result'];
  await call('POST', '/v1/billable-metrics', { key: metric });
  // One price, however many units, so that most holds can be paid.
  await call('POST', '/v1/metering-rules', { billable_metric_key: metric, cost_type: 'flat', flat_cost: 1 });
  const hold = { external_customer_id: customer, billable_metric_key: metric, estimated_units: 1, ttl_seconds: 86_400 };
  const holds = usesOfHolds.map(async (operationIds): Promise<KnownThings> => {
    const made = await Promise.all(Array.from({ length: holdsForEach }, () => call('POST', '/v1/reserve', hold)));
    const things = made.map((held) => ({ id: (held as OperationTypes['createHold']['result']).id }));
    return { operationIds, forms: { id: '[A-Za-z0-9-]{1,64}' }, things };
  });
  return [
    {
      operationIds: byBody,
      forms: { external_customer_id: text, customer_id: uuid },
      things: [{ external_customer_id: customer }],
    },
    { operationIds: byCustomerId, forms: { customer_id: uuid }, things: [{ customer_id: customerId }] },
    { operationIds: byExternalId, forms: { external_id: text }, things: [{ external_id: customer }] },
    {
      operationIds: aboutUnits,
      forms: { billable_metric_key: '[A-Za-z0-9._:-]{1,128}' },
      things: [{ billable_metric_key: metric }],
    },
    ...(await Promise.all(holds)),
  ];
}
