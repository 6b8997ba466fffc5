import type { WithHoldOptions } from '@holdfast/sdk';
import { afterEach, expect } from 'vitest';

import type { Scenario } from '../../targets/describe-targets.ts';
import { CreditClient } from './credit-client.ts';
import type { CustomerIds } from './credit-client.ts';

/** A customer's work for `withHold()`. */
interface Work {
  readonly customer: CustomerIds;
  readonly options: WithHoldOptions;
  /** The statuses of the customer's holds, the latest first. */
  statuses(): Promise<readonly string[]>;
}

type BeginWork = (credited?: number, more?: Partial<WithHoldOptions>) => Promise<Work>;

/**
 * Begins work of new customers, at 1,000 mc a unit: 10,000 mc are held for each. After each test, their ledgers must add
 * up, and nothing may be held any more.
 */
export function beginWorkIn(scenario: Scenario): BeginWork {
  const credits = new CreditClient(scenario);
  const customers: CustomerIds[] = [];
  afterEach(async () => {
    for (const customer of customers.splice(0)) {
      expect(await credits.audit(customer)).toMatchObject({ consistent: true, faults: [], reserved_balance: 0 });
    }
  });
  return async (credited = 100_000, more = {}) => {
    const customer = await credits.open(credited);
    customers.push(customer);
    const options = { customer: customer.externalId, metric: await credits.metricAt(1_000), estimate: 10, ...more };
    return { customer, options, statuses: async () => (await credits.holds(customer)).map(({ status }) => status) };
  };
}

/** A section that must not run. */
export const never = () => expect.fail('It must not run.');
