import { withTrace } from '../programs/check-programs.ts';
import type { WorldStore } from '../programs/world-stores.ts';
import type { Program } from './program/program.ts';
import { ProgramRun } from './run/program-run.ts';
import { World } from './run/world.ts';

/** @throws Error with the trace, where something was overbooked or answered wrong. */
export async function runProgram(program: Program, worldStore: WorldStore): Promise<ReadonlySet<string>> {
  const world = await World.open(worldStore, program.processCount);
  const run = new ProgramRun(world);
  try {
    await run.takeAll(program);
    return run.covered;
  } catch (error) {
    throw withTrace([`${program.processCount} processes`, ...run.trace], error);
  } finally {
    await world.close();
  }
}
