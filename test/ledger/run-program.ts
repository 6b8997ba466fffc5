import { withTrace } from '../programs/check-programs.ts';
import type { WorldStore } from '../programs/world-stores.ts';
import { customers, metrics } from './program/drafts.ts';
import type { Program } from './program/program.ts';
import { ProgramRun } from './run/program-run.ts';
import { World } from './run/world.ts';

/** @throws Error with the trace, where the service and the model differ. */
export async function runProgram(program: Program, worldStore: WorldStore): Promise<ReadonlySet<string>> {
  const world = await World.open(worldStore, program.mostSettledAtOnce);
  const run = new ProgramRun(world);
  try {
    await prepare(world, run, program);
    await run.takeAll(program);
    return run.covered;
  } catch (error) {
    throw withTrace(run.trace, error);
  } finally {
    await world.close();
    await worldStore.dispose();
  }
}

/** Without these most programs would begin with refusals. */
async function prepare(world: World, run: ProgramRun, { firstRules, firstOverages }: Program): Promise<void> {
  for (const [index, key] of metrics.entries()) {
    await world.call({ operationId: 'createMetric', input: { body: { key } } });
    const rule = firstRules[index];
    if (rule !== undefined) await run.send({ type: 'price', metric: key, rule });
  }
  for (const [index, overage] of firstOverages.entries()) {
    await run.send({ type: 'createCustomer', customer: customers[index]!, overage });
  }
}
