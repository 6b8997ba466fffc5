/** What is refused of a hold that has come to its end, whatever is asked of it. */
import { expect, test } from 'vitest';

import type { Scenario, WireAnswer } from '../../targets/describe-targets.ts';
import { CreditClient } from './credit-client.ts';
import { expectProblem } from './problems.ts';

type Ask = (credits: CreditClient, hold: { readonly id: string }) => Promise<WireAnswer>;

/** The 409 of each write on a hold. */
export function testEndedHold(scenario: Scenario, ask: Ask): void {
  const { clock, sweep } = scenario;
  const credits = new CreditClient(scenario);

  async function begin(more: object = {}) {
    const customer = await credits.open(100_000);
    const metric = await credits.metricAt(1_000);
    const held = await credits.hold(customer, metric, 10, more);
    await credits.hold(customer, metric, 5);
    return { customer, held };
  }

  test('is the answer once it is committed, and nothing changes', async () => {
    const { customer, held } = await begin();
    await credits.commit(held, 7);
    const before = await credits.everythingOf(customer);
    expectProblem(await ask(credits, held), 'reservation-not-active', 'The reservation is committed already.');
    expect(await credits.everythingOf(customer)).toEqual(before);
  });

  test('is the answer once it is released, and nothing changes', async () => {
    const { customer, held } = await begin();
    await credits.release(held);
    const before = await credits.everythingOf(customer);
    expectProblem(await ask(credits, held), 'reservation-not-active', 'The reservation is released already.');
    expect(await credits.everythingOf(customer)).toEqual(before);
  });

  test('is the answer the moment that its time is up, before the sweep as well as after it, and nothing changes', async () => {
    const { customer, held } = await begin({ ttl_seconds: 60 });
    await clock.advance({ seconds: 60 });
    const before = await credits.everythingOf(customer);
    expectProblem(await ask(credits, held), 'reservation-expired', 'The reservation has expired.');
    expect(await credits.everythingOf(customer)).toEqual(before);
    await sweep();
    expectProblem(await ask(credits, held), 'reservation-expired', 'The reservation has expired.');
    expect(await credits.everythingOf(customer)).toEqual(before);
  });

  test('is not the answer a millisecond before its time is up', async () => {
    const { held } = await begin({ ttl_seconds: 60 });
    await clock.advance({ milliseconds: 59_999 });
    expect(await ask(credits, held)).toMatchObject({ status: 200 });
  });

  test('is the answer long after, too', async () => {
    const [{ held }, { held: other }] = [await begin({ ttl_seconds: 1 }), await begin()];
    await credits.release(other);
    await clock.advance({ seconds: 30 * 24 * 60 * 60 });
    await sweep();
    expectProblem(await ask(credits, held), 'reservation-expired');
    expectProblem(await ask(credits, other), 'reservation-not-active');
  });
}
