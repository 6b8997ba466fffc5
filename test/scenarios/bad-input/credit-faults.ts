import type { FurtherFault } from './family.ts';
import { metadataFaults } from './metadata-faults.ts';

const largest = Number.MAX_SAFE_INTEGER;
const someId = '0192f3a4-7c1e-8b52-9d3f-5a6b7c8d9e0f';

type Members = Readonly<Record<string, unknown>>;

/** What no schema can say about the bodies of credits. */
export const creditFaults: readonly FurtherFault[] = [
  ...[
    'createHold',
    'commitHold',
    'createCustomer',
    'updateCustomer',
    'grantCredits',
    'topUp',
    'createMetric',
    'recordUsage',
  ].flatMap((operationId) => metadataFaults(operationId, '', (body, metadata) => ({ ...(body as Members), metadata }))),
  ...metadataFaults('recordUsageBatch', '/events/1', (body, metadata) => inLastEvent(body, { metadata })),

  ...['createHold', 'topUp', 'recordUsage'].flatMap((operationId) => [
    fault(operationId, 'is there besides external_customer_id', '/customer_id', 'oneOf', { customer_id: someId }),
    fault(operationId, 'is missing, and so is external_customer_id', '/customer_id', 'oneOf', {
      external_customer_id: undefined,
    }),
  ]),
  inEvent('is there besides external_customer_id', 'customer_id', 'oneOf', { customer_id: someId }),
  inEvent('is missing, and so is external_customer_id', 'customer_id', 'oneOf', { external_customer_id: undefined }),

  fault('createHold', 'takes the cost beyond 2^53 - 1', '/estimated_units', 'maximum', { estimated_units: largest }),
  fault('commitHold', 'takes the price beyond 2^53 - 1', '/actual_units', 'maximum', { actual_units: largest }),
  fault('extendHold', 'takes the units beyond 2^53 - 1', '/additional_units', 'maximum', { additional_units: largest }),
  fault('recordUsage', 'takes the cost beyond 2^53 - 1', '/units', 'maximum', { units: largest }),
  fault('grantCredits', 'takes the balance beyond 2^53 - 1', '/credits', 'maximum', { credits: largest }),
  fault('topUp', 'takes the balance beyond 2^53 - 1', '/credits', 'maximum', { credits: largest }),
  fault('adjustCredits', 'takes the balance beyond 2^53 - 1', '/delta', 'maximum', { delta: largest }),
  fault('adjustCredits', 'is 0', '/delta', 'not', { delta: 0 }),

  ...['grantCredits', 'topUp'].map((operationId) =>
    fault(operationId, 'is over', '/expires_at', 'future', { expires_at: '2020-01-01T00:00:00Z' }),
  ),

  tiersFault('has an end, and is the last one', '/tiers/1/up_to', 'const', [1, 2]),
  tiersFault('has no end, and is not the last one', '/tiers/0/up_to', 'type', [null, null]),
  tiersFault('ends where the one before does', '/tiers/1/up_to', 'exclusiveMinimum', [7, 7, null]),
  tiersFault('ends before the one before does', '/tiers/1/up_to', 'exclusiveMinimum', [7, 6, null]),
];

function fault(operationId: string, reason: string, field: string, rule: string, members: Members): FurtherFault {
  return { operationId, reason, field, rule, toJson: (valid) => JSON.stringify({ ...(valid as Members), ...members }) };
}

function inEvent(reason: string, member: string, rule: string, members: Members): FurtherFault {
  const toJson = (valid: unknown) => JSON.stringify(inLastEvent(valid, members));
  return { operationId: 'recordUsageBatch', reason, field: `/events/1/${member}`, rule, toJson };
}

function tiersFault(reason: string, field: string, rule: string, ends: readonly (number | null)[]): FurtherFault {
  const tiers = ends.map((end) => ({ up_to: end, unit_cost: 1 }));
  return fault('createMeteringRule', reason, field, rule, { tiers });
}

function inLastEvent(body: unknown, members: Members): unknown {
  const { events } = body as { events: readonly [Members, Members] };
  return { events: [events[0], { ...events[1], ...members }] };
}
