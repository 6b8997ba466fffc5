import type { Scenario } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { CreditClient } from '../credits/credit-client.ts';
import { byId } from '../credits/path-forms.ts';
import type { ValidRequest } from '../every-operation.ts';
import { fixtureOf } from './credit-fixture.ts';
import type { CreditFixture } from './credit-fixture.ts';
import type { ExpectedRefusal } from './family.ts';

const nobody = '00000000-0000-8000-9000-000000000000';

const writesOnHolds = [
  ['commitHold', 'commit', { actual_units: 1 }],
  ['releaseHold', 'release', undefined],
  ['extendHold', 'extend', { additional_units: 1 }],
] as const;

interface RefusalOf {
  readonly operationId: string;
  readonly status: number;
  readonly names: string;
}

const hold = { operationId: 'createHold', status: 402, names: 'Insufficient credits for reservation.' };
const usage = { operationId: 'recordUsage', status: 402, names: 'Insufficient credits.' };

function ofHolds(): readonly ExpectedRefusal[] {
  const refuse = (
    of: RefusalOf,
    reason: string,
    toBody: (fixture: CreditFixture, scenario: Scenario) => object | Promise<object>,
  ) =>
    refusal(of, reason, async (scenario) => {
      const fixture = await fixtureOf(scenario);
      const unitsField = of.operationId === 'createHold' ? 'estimated_units' : 'units';
      const body = {
        external_customer_id: fixture.customer.externalId,
        billable_metric_key: fixture.metric,
        [unitsField]: 1,
      };
      return post(of.operationId === 'createHold' ? '/v1/reserve' : '/v1/usage', {
        ...body,
        ...(await toBody(fixture, scenario)),
      });
    });
  const [unknownCustomer, unknownMetric] = [
    { status: 404, names: 'There is no such customer.' },
    { status: 422, names: 'has no active metering rule' },
  ];
  return [
    refuse(hold, 'more units than there are credits for', () => ({ estimated_units: 1_000_001 })),
    refuse(usage, 'more units than there are credits for', () => ({ units: 1_000_001 })),
    ...[hold, usage].flatMap((of) => [
      refuse({ ...of, ...unknownCustomer }, 'an unknown external id', (_, { unique }) => ({
        external_customer_id: unique('nobody'),
      })),
      refuse({ ...of, ...unknownCustomer }, 'an unknown id', () => ({
        external_customer_id: undefined,
        customer_id: nobody,
      })),
      refuse({ ...of, ...unknownMetric }, 'an unknown metric', (_, { unique }) => ({
        billable_metric_key: unique('metric'),
      })),
      refuse({ ...of, ...unknownMetric }, 'a metric without a rule', async ({ credits }) => ({
        billable_metric_key: await credits.metric(),
      })),
    ]),
    refusal(
      { operationId: 'extendHold', status: 402, names: hold.names },
      'more units than there are credits for',
      async (scenario) => {
        const { credits, customer, metric } = await fixtureOf(scenario);
        const { id } = await credits.hold(customer, metric, 1);
        return post(`/v1/reserve/${id}/extend`, { additional_units: 1_000_000, ttl_seconds: 86_400 });
      },
    ),
    refusal(
      { operationId: 'adjustCredits', status: 402, names: 'Insufficient credits.' },
      'more than is neither used nor held',
      async (scenario) => {
        const { customer } = await fixtureOf(scenario);
        return post(`${byId(customer)}/credits/adjust`, { delta: -1_000_000_001, reason: 'correction' });
      },
    ),
  ];
}

/** Commit twice, release after commit, commit after expiry before the sweep, and the like. */
function endedHolds(): readonly ExpectedRefusal[] {
  const ends: readonly [
    reason: string,
    names: string,
    end: (fixture: CreditFixture, scenario: Scenario, held: { id: string }) => Promise<unknown>,
  ][] = [
    ['a hold that is committed', 'is committed already', ({ credits }, _, held) => credits.commit(held, 1)],
    ['a hold that is released', 'is released already', ({ credits }, _, held) => credits.release(held)],
    ['a hold that has expired and was not swept', 'has expired', (_, { clock }) => clock.advance({ seconds: 60 })],
    [
      'a hold that has expired and was swept',
      'has expired',
      async (_, { clock, sweep }) => {
        await clock.advance({ seconds: 60 });
        await sweep();
      },
    ],
  ];
  return writesOnHolds.flatMap(([operationId, verb, body]) =>
    ends.map(([reason, names, end]) =>
      refusal({ operationId, status: 409, names }, reason, async (scenario) => {
        const fixture = await fixtureOf(scenario);
        const held = await fixture.credits.hold(fixture.customer, fixture.metric, 2, { ttl_seconds: 60 });
        await end(fixture, scenario, held);
        return post(`/v1/reserve/${held.id}/${verb}`, body);
      }),
    ),
  );
}

/** Another tenant's ids. */
function ofOthers(apiKey: string): readonly ExpectedRefusal[] {
  const unknown = { status: 404, names: 'There is no such' };
  const holds = writesOnHolds.map(([operationId, verb, body]) =>
    refusal({ operationId, ...unknown }, `a hold of others, ${apiKey.slice(0, 9)}`, async (scenario) => {
      const others = new CreditClient(scenario, apiKey);
      const { id } = await others.hold(await others.open(10_000), await others.metricAt(1_000), 2);
      return post(`/v1/reserve/${id}/${verb}`, body);
    }),
  );
  const customers = (['createHold', 'topUp', 'grantCredits'] as const).map((operationId) =>
    refusal({ operationId, ...unknown }, `a customer of others, ${apiKey.slice(0, 9)}`, async (scenario) => {
      const { id } = await new CreditClient(scenario, apiKey).open(10_000);
      const { metric } = await fixtureOf(scenario);
      if (operationId === 'grantCredits')
        return post(`/v1/customers/${id}/credits/grant`, { credits: 1, source: 'promotion' });
      if (operationId === 'topUp') return post('/v1/topup/grant', { customer_id: id, credits: 1 });
      return post('/v1/reserve', { customer_id: id, billable_metric_key: metric, estimated_units: 1 });
    }),
  );
  return [...holds, ...customers];
}

function ofCustomers(): readonly ExpectedRefusal[] {
  return [
    refusal(
      { operationId: 'createCustomer', status: 409, names: 'already' },
      'an external id that there is',
      async (scenario) => {
        return post('/v1/customers', {
          external_id: (await fixtureOf(scenario)).customer.externalId,
          display_name: 'Eve',
        });
      },
    ),
    refusal({ operationId: 'topUp', status: 404, names: 'There is no such customer.' }, 'an unknown id', async () => {
      return post('/v1/topup/grant', { customer_id: nobody, credits: 1 });
    }),
    refusal(
      { operationId: 'updateCustomer', status: 404, names: 'There is no such customer.' },
      'an unknown id',
      async () => {
        return { method: 'PATCH', path: `/v1/customers/${nobody}`, body: { display_name: 'Eve' } };
      },
    ),
  ];
}

function ofMetrics(): readonly ExpectedRefusal[] {
  return [
    refusal({ operationId: 'createMetric', status: 409, names: 'already' }, 'a key that there is', async (scenario) => {
      return post('/v1/billable-metrics', { key: (await fixtureOf(scenario)).metric, display_name: 'Other' });
    }),
    refusal(
      { operationId: 'createMeteringRule', status: 404, names: 'nothing-of-the-kind' },
      'an unknown metric',
      async () => {
        return post('/v1/metering-rules', {
          billable_metric_key: 'nothing-of-the-kind',
          cost_type: 'flat',
          flat_cost: 1,
        });
      },
    ),
  ];
}

function refusal(
  of: RefusalOf,
  reason: string,
  prepare: (scenario: Scenario) => Promise<ValidRequest>,
): ExpectedRefusal {
  return { ...of, reason, prepare };
}

function post(path: string, body?: unknown): ValidRequest {
  return { method: 'POST', path, body };
}

/** What is refused of credits although nothing is wrong with its form. */
export const creditRefusals: readonly ExpectedRefusal[] = [
  ...ofHolds(),
  ...endedHolds(),
  ...[apiKeys.otherTenant, apiKeys.test].flatMap(ofOthers),
  ...ofCustomers(),
  ...ofMetrics(),
];
