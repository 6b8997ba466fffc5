import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { wireTime } from '../wire-time.ts';
import { describeAnyWrite } from './any-write.ts';
import { CreditClient } from './credit-client.ts';
import { expectFaults, expectProblem } from './problems.ts';
import { uuid } from './uuid.ts';

const path = '/v1/metering-rules';
const largest = Number.MAX_SAFE_INTEGER;

describeTargets('createMeteringRule', (scenario) => {
  const { clock, send, unique } = scenario;
  const credits = new CreditClient(scenario);

  describe('201', () => {
    test.each([
      { cost_type: 'flat', flat_cost: 5_000 },
      { cost_type: 'flat', flat_cost: 0 },
      { cost_type: 'per_unit', unit_cost: 1_000 },
      { cost_type: 'per_unit', unit_cost: largest },
      { cost_type: 'package', package_size: 100, package_cost: 90_000 },
      { cost_type: 'tiered', mode: 'volume', tiers: [{ up_to: null, unit_cost: 5, flat_cost: 0 }] },
      {
        cost_type: 'tiered',
        mode: 'graduated',
        tiers: [
          { up_to: 100, unit_cost: 1_000, flat_cost: 7 },
          { up_to: 1_000, unit_cost: 900, flat_cost: 0 },
          { up_to: null, unit_cost: 800, flat_cost: 1 },
        ],
      },
    ])('prices a metric, and answers with exactly the members of its cost type: %j', async (prices) => {
      const metric = await credits.metric();
      const answer = await send('POST', path, { body: { billable_metric_key: metric, ...prices } });
      expect(answer.status).toBe(201);
      expect(answer.json).toEqual({
        id: uuid,
        billable_metric_key: metric,
        active: true,
        created_at: wireTime(clock),
        replaced_at: null,
        ...prices,
      });
    });

    test('says 0 for a flat cost of a tier that was not given', async () => {
      const tiers = [
        { up_to: 10, unit_cost: 2 },
        { up_to: null, unit_cost: 1 },
      ];
      const rule = await credits.price(await credits.metric(), { cost_type: 'tiered', mode: 'volume', tiers });
      expect(rule).toMatchObject({
        tiers: [
          { up_to: 10, unit_cost: 2, flat_cost: 0 },
          { up_to: null, unit_cost: 1, flat_cost: 0 },
        ],
      });
    });

    test('takes 50 tiers', async () => {
      const tiers = Array.from({ length: 50 }, (_, index) => ({
        up_to: index === 49 ? null : index + 1,
        unit_cost: index,
        flat_cost: 0,
      }));
      expect(await credits.price(await credits.metric(), { cost_type: 'tiered', mode: 'volume', tiers })).toMatchObject(
        { tiers },
      );
    });

    test('replaces the rule before it, from now on', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metric({ cost_type: 'flat', flat_cost: 1 });
      const held = await credits.hold(customer, metric, 10);
      await clock.advance({ seconds: 5 });
      const next = await credits.price(metric, { cost_type: 'per_unit', unit_cost: 1_000 });
      const { data } = await credits.get<'listMeteringRules'>(`${path}?billable_metric_key=${metric}`);
      expect(data).toMatchObject([
        { id: next.id, active: true, replaced_at: null },
        { cost_type: 'flat', active: false, replaced_at: wireTime(clock) },
      ]);
      expect(await credits.hold(customer, metric, 10)).toMatchObject({ estimated_cost: 10_000 });
      expect(await credits.commit(held, 10)).toMatchObject({ actual_cost: 1 });
    });

    test('leaves one rule active when several come at once', async () => {
      const metric = await credits.metric();
      await Promise.all(
        Array.from({ length: 8 }, (_, index) => credits.price(metric, { cost_type: 'flat', flat_cost: index })),
      );
      const { data } = await credits.get<'listMeteringRules'>(`${path}?billable_metric_key=${metric}`);
      expect(data).toHaveLength(8);
      expect(data.map(({ active }) => active)).toEqual([true, ...Array<boolean>(7).fill(false)]);
      expect(await credits.get(`/v1/billable-metrics/${metric}`)).toMatchObject({ active_rule_id: data[0]!.id });
    });
  });

  scenario.describeGateway('400', () => {
    const flat = { cost_type: 'flat', flat_cost: 1 };
    const tiered = { cost_type: 'tiered', mode: 'graduated' };
    const refuse = async (prices: object, ...faults: Parameters<typeof expectFaults>[1][]) => {
      const metric = await credits.metric();
      expectFaults(await credits.ask('POST', path, { billable_metric_key: metric, ...prices }), ...faults);
      expect(await credits.get(`/v1/billable-metrics/${metric}`)).toMatchObject({ active_rule_id: null });
    };

    test('refuses to guess the metric', () =>
      refuse({ ...flat, billable_metric_key: undefined }, ['/billable_metric_key', 'required']));
    test('refuses to guess a cost', () => refuse({ cost_type: 'flat' }, ['/flat_cost', 'required']));
    test('refuses a cost below 0', () => refuse({ cost_type: 'flat', flat_cost: -1 }, ['/flat_cost', 'minimum']));
    test('refuses a cost of half a millicredit', () =>
      refuse({ cost_type: 'per_unit', unit_cost: 0.5 }, ['/unit_cost', 'type']));
    test('refuses a cost of 2^53', () =>
      refuse({ cost_type: 'per_unit', unit_cost: 2 ** 53 }, ['/unit_cost', 'maximum']));
    test('refuses the cost of another type', () =>
      refuse({ ...flat, unit_cost: 1 }, ['/unit_cost', 'additionalProperties']));
    test('refuses packages of 0', () =>
      refuse({ cost_type: 'package', package_size: 0, package_cost: 1 }, ['/package_size', 'minimum']));
    test('refuses no tiers', () => refuse({ ...tiered, tiers: [] }, ['/tiers', 'minItems']));
    test('refuses 51 tiers', () =>
      refuse({ ...tiered, tiers: Array(51).fill({ up_to: 1, unit_cost: 1 }) }, ['/tiers', 'maxItems']));
    test('refuses a mode that there is not', () =>
      refuse({ ...tiered, mode: 'stairs', tiers: [{ up_to: null, unit_cost: 1 }] }, ['/mode', 'enum']));
    test('refuses a last tier with an end', () =>
      refuse({ ...tiered, tiers: [{ up_to: 10, unit_cost: 1 }] }, ['/tiers/0/up_to', 'const']));
    test('refuses a tier after the last one', () =>
      refuse(
        {
          ...tiered,
          tiers: [
            { up_to: null, unit_cost: 1 },
            { up_to: null, unit_cost: 1 },
          ],
        },
        ['/tiers/0/up_to', 'type'],
      ));
    test('refuses tiers that do not rise', () =>
      refuse(
        {
          ...tiered,
          tiers: [
            { up_to: 10, unit_cost: 1 },
            { up_to: 10, unit_cost: 1 },
            { up_to: null, unit_cost: 1 },
          ],
        },
        ['/tiers/1/up_to', 'exclusiveMinimum'],
      ));

    test.each(['stairs', 'Flat', 7, undefined])(
      'refuses the cost type %j, and says that it is wrong',
      async (costType) => {
        const metric = await credits.metric();
        const answer = await credits.ask('POST', path, {
          billable_metric_key: metric,
          cost_type: costType,
          flat_cost: 1,
        });
        const { errors } = answer.json as { errors: readonly { pointer: string }[] };
        expect(answer.status).toBe(400);
        expect(new Set(errors.map(({ pointer }) => pointer))).toEqual(new Set(['/cost_type']));
      },
    );
  });

  describe('404', () => {
    test('is the answer for a metric that there is not', async () => {
      const metric = unique('metric');
      const answer = await credits.ask('POST', path, { billable_metric_key: metric, cost_type: 'flat', flat_cost: 1 });
      expectProblem(answer, 'not-found', `No billable metric has the key ${metric}.`);
    });

    test.each([apiKeys.otherTenant, apiKeys.test])(
      'is the answer for a metric of others, whose price stays: %s',
      async (apiKey) => {
        const others = new CreditClient(scenario, apiKey);
        const metric = await others.metric({ cost_type: 'flat', flat_cost: 7 });
        const before = await others.get(`/v1/billable-metrics/${metric}`);
        expectProblem(
          await credits.ask('POST', path, { billable_metric_key: metric, cost_type: 'flat', flat_cost: 1 }),
          'not-found',
        );
        expect(await others.get(`/v1/billable-metrics/${metric}`)).toEqual(before);
      },
    );
  });

  describeAnyWrite(scenario, { method: 'POST', path }, async () => {
    return {
      method: 'POST',
      path,
      body: { billable_metric_key: await credits.metric(), cost_type: 'flat', flat_cost: 1 },
    };
  });
});
