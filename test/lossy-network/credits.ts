import { HoldNotActiveError, InsufficientCreditsError } from '@holdfast/sdk';
import { expect } from 'vitest';

import type { Family } from './family.ts';

const metric = 'image';
const unitCost = 1_000;

/** A customer's whole life, each step with the answer that it has on a reliable network. */
export const credits: Family = {
  name: 'credits',
  async prepare({ credits }) {
    await credits.metrics.create({ key: metric });
    await credits.rules.create({ billable_metric_key: metric, cost_type: 'per_unit', unit_cost: unitCost });
  },
  async useOnce({ credits }, name, make) {
    const use = { customer: name, billable_metric_key: metric };

    const bought = await make((options) => credits.topUp({ customer: name, credits: 10 * unitCost }, options));
    expect(bought.account).toMatchObject({ balance: 10_000, effective_balance: 10_000 });
    const first = await make((options) => credits.hold({ ...use, estimated_units: 8 }, options));
    expect(first.account).toMatchObject({ reserved_balance: 8_000, effective_balance: 2_000 });
    const another = make((options) => credits.hold({ ...use, estimated_units: 8 }, options));
    await expect(another).rejects.toThrow(InsufficientCreditsError);
    const longer = await make((options) => credits.extend(first.id, { additional_units: 1 }, options));
    expect(longer.account).toMatchObject({ reserved_balance: 9_000 });
    const part = await make((options) => credits.commit(first.id, { actual_units: 2, final: false }, options));
    expect(part.account).toMatchObject({ balance: 8_000, reserved_balance: 7_000 });
    const rest = await make((options) => credits.commit(first.id, { actual_units: 3 }, options));
    expect(rest.account).toMatchObject({ balance: 5_000, reserved_balance: 0 });
    await expect(make((options) => credits.release(first.id, options))).rejects.toThrow(HoldNotActiveError);
    const second = await make((options) => credits.hold({ ...use, estimated_units: 1 }, options));
    await make((options) => credits.release(second.id, options));
    const used = await make((options) => credits.recordUsage({ ...use, units: 2 }, options));
    expect(used.account).toMatchObject({ balance: 3_000, reserved_balance: 0 });
    const account = await make((options) => credits.account(name, {}, options));
    expect(account).toMatchObject({ balance: 3_000, effective_balance: 3_000, lifetime_earned: 10_000 });
  },
  async effectsOn({ credits }, name) {
    const effects: string[] = [];
    for await (const { type, delta } of credits.transactions(name)) effects.unshift(`${type} ${delta}`);
    return effects;
  },
  effectsOfUse: [
    'grant 10000',
    'hold -8000',
    'hold -1000',
    'consumption -2000',
    'consumption -3000',
    'hold -1000',
    'release 1000',
    'consumption -2000',
  ],
};
