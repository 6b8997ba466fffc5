/** What is refused wherever a path names a customer. */
import { expect, test } from 'vitest';

import type { Scenario } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { CreditClient } from './credit-client.ts';
import type { CustomerIds } from './credit-client.ts';
import { byId } from './path-forms.ts';
import type { PathForm } from './path-forms.ts';
import { expectFaults, expectProblem } from './problems.ts';

/** A request about a customer, whose path goes on with `end`. */
export interface CustomerRequest {
  readonly method: string;
  readonly end: string;
  readonly body?: unknown;
}

/** The 404 of each path that names a customer. */
export function testUnknownCustomer(scenario: Scenario, form: PathForm, { method, end, body }: CustomerRequest): void {
  const credits = new CreditClient(scenario);
  const refuse = async (customer: CustomerIds) => {
    const answer = await credits.ask(method, `${form(customer)}${end}`, body);
    expectProblem(answer, 'not-found', 'There is no such customer.');
  };

  test.each([
    '00000000-0000-8000-9000-000000000000',
    '0192f3a4-7c1e-4b52-9d3f-5a6b7c8d9e0f',
    'cus_01HXYZ0K3V8Q5N2M7D4T6B9CFW',
    'nobody',
    '7',
    'x'.repeat(256),
  ])('is the answer for a customer that there is not: %s', async (id) => {
    await refuse({ id, externalId: id });
  });

  test.each([apiKeys.otherTenant, apiKeys.test])(
    'is the answer for a customer of others, as for one that is not there: %s',
    async (apiKey) => {
      const others = new CreditClient(scenario, apiKey);
      const customer = await others.open(1_000);
      const before = await others.everythingOf(customer);
      await refuse(customer);
      expect(await others.everythingOf(customer)).toEqual(before);
    },
  );

  if (form !== byId) return;
  test('is the answer for the id of anything else', async () => {
    const customer = await credits.open(1_000);
    const { id } = await credits.hold(customer, await credits.metricAt(1), 1);
    await refuse({ ...customer, id });
  });

  test('is not the answer for an id in capitals, which is the same one', async () => {
    const customer = await credits.open(1_000);
    const answer = await credits.ask(method, `${form({ ...customer, id: customer.id.toUpperCase() })}${end}`, body);
    expect(answer.text).not.toContain('There is no such customer.');
  });
}

type WrongId = readonly [encoded: string, rule: string];

const wrongIds: readonly WrongId[] = [
  ['%00', 'pattern'],
  ['x'.repeat(257), 'maxLength'],
  ['%ff', 'percentEncoding'],
];

const wrongExternalIds: readonly WrongId[] = [
  ['%00', 'pattern'],
  ['a%0Ab', 'pattern'],
  ['x'.repeat(257), 'maxLength'],
  ['%ff', 'percentEncoding'],
  ['%ed%a0%80', 'percentEncoding'],
];

/** The 400 of each path that names a customer, for what can't be an id at all. */
export function testMalformedCustomer(
  { send }: Scenario,
  form: PathForm,
  { method, end, body }: CustomerRequest,
): void {
  const isById = form === byId;
  test.each(isById ? wrongIds : wrongExternalIds)('refuses a path with the id %s', async (id, rule) => {
    const path = `${isById ? '/v1/customers' : '/v1/customer-by-external-id'}/${id}${end}`;
    expectFaults(await send(method, path, { body }), [isById ? 'path.customer_id' : 'path.external_id', rule]);
  });

  test('takes a slash too few or too many for another path', async () => {
    const path = isById ? '/v1/customers/' : '/v1/customer-by-external-id/';
    expect(await send(method, `${path}${end}`, { body })).toMatchObject({ status: 404 });
  });
}
