import { expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { CreditClient } from './credit-client.ts';
import { expectFaults } from './problems.ts';

const largest = Number.MAX_SAFE_INTEGER;

const tiers = [
  { up_to: 10, unit_cost: 1_000, flat_cost: 500 },
  { up_to: 100, unit_cost: 900 },
  { up_to: null, unit_cost: 800, flat_cost: 7 },
];

describeTargets('metering', (scenario) => {
  const credits = new CreditClient(scenario);

  test.each([
    [
      'flat',
      { cost_type: 'flat', flat_cost: 5_000 },
      [
        [1, 5_000],
        [1_000_000, 5_000],
        [largest, 5_000],
      ],
    ],
    [
      'per unit',
      { cost_type: 'per_unit', unit_cost: 3 },
      [
        [1, 3],
        [7, 21],
        [3_002_399_751_580_330, 9_007_199_254_740_990],
      ],
    ],
    [
      'per unit, for nothing',
      { cost_type: 'per_unit', unit_cost: 0 },
      [
        [1, 0],
        [largest, 0],
      ],
    ],
    [
      'by packages, rounded up',
      { cost_type: 'package', package_size: 100, package_cost: 90 },
      [
        [1, 90],
        [99, 90],
        [100, 90],
        [101, 180],
        [200, 180],
        [9_007_199_254_740_900, 8_106_479_329_266_810],
        [largest, 8_106_479_329_266_900],
      ],
    ],
    [
      'tiered, graduated: each unit by its own tier',
      { cost_type: 'tiered', mode: 'graduated', tiers },
      [
        [1, 1_500],
        [10, 10_500],
        [11, 11_400],
        [100, 91_500],
        [101, 92_307],
        [200, 171_507],
      ],
    ],
    [
      'tiered by volume: all units by the tier of the last',
      { cost_type: 'tiered', mode: 'volume', tiers },
      [
        [1, 1_500],
        [10, 10_500],
        [11, 9_900],
        [100, 90_000],
        [101, 80_807],
        [200, 160_007],
      ],
    ],
  ] as const)('prices exactly: %s', async (_name, prices, expected) => {
    const customer = await credits.open(largest);
    const metric = await credits.metric(prices);
    for (const [units, cost] of expected) {
      const held = await credits.hold(customer, metric, units);
      expect([held.estimated_units, held.estimated_cost]).toEqual([units, cost]);
      expect(await credits.entitlement(customer, metric, units)).toMatchObject({ estimated_cost: cost });
      await credits.release(held);
    }
  });

  test('prices a hold, a commit and usage alike', async () => {
    const metric = await credits.metric({ cost_type: 'tiered', mode: 'graduated', tiers });
    const [one, other] = [await credits.open(1_000_000), await credits.open(1_000_000)];
    const held = await credits.hold(one, metric, 150);
    const { actual_cost: cost } = await credits.commit(held, 120);
    expect(await credits.use(other, metric, 120)).toMatchObject({ cost });
    expect(await credits.balances(one)).toEqual(await credits.balances(other));
  });

  test('prices each call by itself: tiers do not add up over calls', async () => {
    const metric = await credits.metric({ cost_type: 'tiered', mode: 'graduated', tiers });
    const customer = await credits.open(1_000_000);
    for (let call = 0; call < 3; call += 1)
      expect(await credits.use(customer, metric, 10)).toMatchObject({ cost: 10_500 });
  });

  test.each([
    ['per unit', { cost_type: 'per_unit', unit_cost: 2 }, 4_503_599_627_370_496],
    ['by packages', { cost_type: 'package', package_size: 2, package_cost: largest }, 3],
    [
      'graduated',
      {
        cost_type: 'tiered',
        mode: 'graduated',
        tiers: [
          { up_to: 1, unit_cost: largest },
          { up_to: null, unit_cost: 1 },
        ],
      },
      2,
    ],
    [
      'by volume',
      { cost_type: 'tiered', mode: 'volume', tiers: [{ up_to: null, unit_cost: largest, flat_cost: 1 }] },
      1,
    ],
  ])('refuses what costs more than 2^53 - 1 before anything is written: %s', async (_name, prices, units) => {
    const customer = await credits.open(largest);
    const metric = await credits.metric(prices);
    const before = await credits.everythingOf(customer);
    expectFaults(await credits.askHold(customer, metric, units), ['/estimated_units', 'maximum']);
    expectFaults(await credits.askUse(customer, metric, units), ['/units', 'maximum']);
    expect(await credits.everythingOf(customer)).toEqual(before);
  });

  test('the rule at the hold prices the commit, for each hold its own, whatever came after', async () => {
    const customer = await credits.open(1_000_000);
    const metric = await credits.metric({ cost_type: 'per_unit', unit_cost: 10 });
    const held = [];
    for (const prices of [
      { cost_type: 'per_unit', unit_cost: 20 },
      { cost_type: 'package', package_size: 10, package_cost: 1 },
      { cost_type: 'flat', flat_cost: 3 },
    ]) {
      held.push(await credits.hold(customer, metric, 10));
      await credits.price(metric, prices);
    }
    const results = [];
    for (const one of held.toReversed()) results.unshift(await credits.commit(one, 5));
    expect(results.map(({ actual_cost: cost }) => cost)).toEqual([50, 100, 1]);
  });
});
