/** What is refused wherever a path names a hold. */
import { expect, test } from 'vitest';

import type { Scenario, WireAnswer } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { CreditClient } from './credit-client.ts';
import { expectFaults, expectProblem } from './problems.ts';

type Ask = (credits: CreditClient, hold: { readonly id: string }) => Promise<WireAnswer>;

/** The 404 of each path that names a hold. */
export function testUnknownHold(scenario: Scenario, ask: Ask): void {
  const credits = new CreditClient(scenario);
  const refuse = async (id: string) =>
    expectProblem(await ask(credits, { id }), 'not-found', 'There is no such reservation.');

  test.each([
    '00000000-0000-8000-9000-000000000001',
    '0192f3a4-7c1e-4b52-9d3f-5a6b7c8d9e0f',
    'rsv_01HXYZ0K3V8Q5N2M7D4T6B9CFW',
    'a%2Fb',
    'a b',
    '%F0%9F%98%80',
    'x',
    'x'.repeat(256),
  ])('is the answer for a hold that there is not, and for what can’t be the id of one: %s', refuse);

  test('is the answer for the id of anything else', async () => {
    const customer = await credits.open(1_000);
    const { id, reference_id: entryId } = await credits.getHold(
      await credits.hold(customer, await credits.metricAt(1), 1),
    );
    const last = (id: string) => Number.parseInt(id.slice(-6), 16);
    const next = id.replace(/.{6}$/u, (last(id) + 1_000).toString(16).padStart(6, '0'));
    for (const other of [customer.id, entryId, next]) await refuse(other);
  });

  test.each([apiKeys.otherTenant, apiKeys.test])(
    'is the answer for a hold of others, as for one that is not there: %s',
    async (apiKey) => {
      const others = new CreditClient(scenario, apiKey);
      const customer = await others.open(1_000);
      const held = await others.hold(customer, await others.metricAt(1), 10);
      const before = await others.everythingOf(customer);
      await refuse(held.id);
      expect(await others.everythingOf(customer)).toEqual(before);
    },
  );
}

/** The 400 for what is no text, or none that an address should hold. */
export function testMalformedHoldId(scenario: Scenario, ask: Ask): void {
  test.each([
    ['%00', 'pattern'],
    ['x'.repeat(257), 'maxLength'],
    ['%ff', 'percentEncoding'],
  ])('refuses the id %s', async (id, rule) => {
    expectFaults(await ask(new CreditClient(scenario), { id }), ['path.id', rule]);
  });
}
