import type { SimulatedFamily } from '../family.ts';
import type { WorldPlan } from '../world/world-plan.ts';
import { runWorld } from './run-world.ts';
import type { WorldReport } from './run-world.ts';
import { shrink } from './shrink.ts';
import { tellFailure } from './tell-failure.ts';

/** Of all smaller worlds that are tried. A count, and no time, so that the same world has the same story everywhere. */
const mostRequests = 400_000;

/** Runs a world. Throws the story of the smallest one that fails if it does. */
export async function checkWorld(plan: WorldPlan, families: readonly SimulatedFamily[]): Promise<WorldReport> {
  const report = await runWorld(plan, families);
  const [first] = report.broken;
  if (first === undefined) return report;
  const failsAlike = async (smaller: WorldPlan) => {
    const { broken } = await runWorld(smaller, families);
    return broken.some(({ oracle }) => oracle === first.oracle);
  };
  const ofFamily = plan.clients.filter(({ family }) => family === first.family);
  const hint = ofFamily.length > 0 ? [{ ...plan, clients: ofFamily }] : [];
  const least = await shrink(plan, failsAlike, { mostRequests, hint });
  throw new Error(tellFailure(least, await runWorld(least, families), families));
}
