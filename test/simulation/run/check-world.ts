import type { SimulatedFamily } from '../family.ts';
import type { WorldPlan } from '../world/world-plan.ts';
import { runWorld } from './run-world.ts';
import type { WorldReport } from './run-world.ts';
import { shrink } from './shrink.ts';
import { tellFailure } from './tell-failure.ts';

/** Runs a world. Throws the story of the smallest one that fails if it does. */
export async function checkWorld(
  plan: WorldPlan,
  families: readonly SimulatedFamily[],
  longestShrinkMs = 20_000,
): Promise<WorldReport> {
  const report = await runWorld(plan, families);
  if (report.broken.length === 0) return report;
  const least = await shrink(plan, async (one) => (await runWorld(one, families)).broken.length > 0, longestShrinkMs);
  throw new Error(tellFailure(least, await runWorld(least, families), families));
}
