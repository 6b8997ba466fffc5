import type { Scenario } from '../../targets/describe-targets.ts';
import { CreditClient } from '../credits/credit-client.ts';
import type { CustomerIds } from '../credits/credit-client.ts';

/** What the requests of one scenario are about. */
export interface Stage {
  readonly credits: CreditClient;
  /** A rich one. */
  readonly customer: CustomerIds;
  /** Of which a unit costs 1,000. */
  readonly metric: string;
}

const stages = new WeakMap<Scenario, Promise<Stage>>();

/** Always the same one, so that there is little to look at before and after. */
export function stageOf(scenario: Scenario): Promise<Stage> {
  const known = stages.get(scenario) ?? prepareStage(scenario);
  stages.set(scenario, known);
  return known;
}

async function prepareStage(scenario: Scenario): Promise<Stage> {
  const client = new CreditClient(scenario);
  return { credits: client, customer: await client.open(1_000_000_000), metric: await client.metricAt(1_000) };
}
