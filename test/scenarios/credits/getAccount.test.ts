import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { describeAccountReading } from './account-reading.ts';
import { CreditClient } from './credit-client.ts';
import { byId } from './path-forms.ts';

describeTargets('getAccount', (scenario) => {
  const credits = new CreditClient(scenario);

  describeAccountReading(scenario, byId);

  describe('200 of many blocks', () => {
    test('shows 1,000 blocks at most, and says that there are more', async () => {
      const customer = await credits.open();
      await Promise.all(Array.from({ length: 1_001 }, () => credits.grant(customer, 1)));
      const account = await credits.account(customer);
      expect(account).toMatchObject({ balance: 1_001, blocks: { length: 1_000 }, blocks_has_more: true });
      await credits.use(customer, await credits.metricAt(1), 1);
      expect(await credits.account(customer)).toMatchObject({ blocks: { length: 1_000 }, blocks_has_more: false });
    });
  });
});
