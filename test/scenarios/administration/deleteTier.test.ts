import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { expectFaults, expectProblem } from '../credits/problems.ts';
import { testUnauthorized } from '../every-operation.ts';
import { AccessClient, paths } from './access-client.ts';
import { describeRepeatable } from './any-write.ts';

describeTargets('deleteTier', (scenario) => {
  const { send, unique } = scenario;
  const access = new AccessClient(scenario);
  const pathOf = (name: string) => `${paths.tiers}/${name}`;
  const namesOf = async () => (await access.list<'listTiers'>(paths.tiers)).data.map(({ name }) => name);

  describe('204', () => {
    test('deletes a tier, so that no tenant can have it any more', async () => {
      const name = await access.createTier();
      expect(await send('DELETE', pathOf(name))).toMatchObject({ status: 204, text: '' });
      expect(await namesOf()).not.toContain(name);
      const answer = await send('POST', paths.tenants, { body: { name: 'Acme', tier: name } });
      expectFaults(answer, ['/tier', 'enum']);
    });

    test('is written down, with who did it', async () => {
      const label = unique('Operator');
      const operator = new AccessClient(
        scenario,
        await access.newKey({ label, scopes: ['platform:admin', 'events:read'] }),
      );
      const tier = await operator.createTier();
      await operator.ask('DELETE', pathOf(tier));
      expect(await operator.lastDeed('tier.updated')).toEqual({ api_key_label: label, tier, deleted: true });
    });
  });

  scenario.describeGateway('400', () => {
    test('refuses what can be no name', async () => {
      expectFaults(await send('DELETE', pathOf('No-Name')), ['path.name', 'pattern']);
    });
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'DELETE', path: pathOf('free') }));

  describe('404', () => {
    test('is the answer for a tier that there is not', async () => {
      expectProblem(await send('DELETE', pathOf('nothing-of-the-kind')), 'not-found');
    });
  });

  describe('409', () => {
    test('is the answer while a tenant has it, suspended or not, and no longer', async () => {
      const tier = await access.createTier();
      const { id } = await access.createTenant({ tier });
      expectProblem(await send('DELETE', pathOf(tier)), 'conflict');
      await access.updateTenant(id, { suspended: true });
      expectProblem(await send('DELETE', pathOf(tier)), 'conflict');
      expect(await namesOf()).toContain(tier);
      await access.updateTenant(id, { tier: 'free' });
      expect(await send('DELETE', pathOf(tier))).toMatchObject({ status: 204 });
    });
  });

  describeRepeatable(scenario, async () => ({ method: 'DELETE', path: pathOf(await access.createTier()) }));
});
