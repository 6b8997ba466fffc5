import type { Scenario } from '../../targets/describe-targets.ts';
import { CreditClient } from '../credits/credit-client.ts';
import type { CustomerIds } from '../credits/credit-client.ts';

/** What the requests of one scenario are about. */
export interface CreditFixture {
  readonly credits: CreditClient;
  /** A rich one. */
  readonly customer: CustomerIds;
  /** Of which a unit costs 1,000. */
  readonly metric: string;
}

const fixtures = new WeakMap<Scenario, Promise<CreditFixture>>();

/** Always the same one, so that there is little to look at before and after. */
export function fixtureOf(scenario: Scenario): Promise<CreditFixture> {
  const known = fixtures.get(scenario) ?? prepareFixture(scenario);
  fixtures.set(scenario, known);
  return known;
}

async function prepareFixture(scenario: Scenario): Promise<CreditFixture> {
  const client = new CreditClient(scenario);
  return { credits: client, customer: await client.open(1_000_000_000), metric: await client.metricAt(1_000) };
}
