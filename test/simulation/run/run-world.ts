import { checkHistory } from '../../histories/check-history.ts';
import type { History } from '../../histories/recording/history.ts';
import type { SimulatedFamily } from '../family.ts';
import type { WorldPlan } from '../world/world-plan.ts';
import { World } from '../world/world.ts';
import type { Broken, WorldOptions } from '../world/world.ts';

export interface WorldReport {
  /** The same for the same plan. */
  readonly digest: string;
  readonly histories: readonly History[];
  /** How long it was by its own time, in milliseconds. */
  readonly worldMs: number;
  /** Empty if nothing is wrong. */
  readonly broken: readonly Broken[];
  /** What happened in it, in a word each. */
  readonly covered: ReadonlySet<string>;
  /** If asked for. */
  readonly trace: readonly string[];
}

/** Runs a world, and looks at it from all sides. */
export async function runWorld(
  plan: WorldPlan,
  families: readonly SimulatedFamily[],
  options: WorldOptions = {},
): Promise<WorldReport> {
  const world = new World(plan, families, options);
  await world.run();
  const { histories, worldMs, trace } = world;
  const unexplained = histories.flatMap((history): readonly Broken[] => {
    const { name: family, history: simulated } = families.find((each) => each.history.name === history.family)!;
    const part = simulated.specOf === undefined ? undefined : checkHistory(history);
    return part === undefined ? [] : [{ oracle: `history of ${family}`, family, what: part.text }];
  });
  return {
    digest: trace.digest(),
    histories,
    worldMs,
    broken: [...world.broken, ...unexplained],
    covered: new Set([
      ...trace.noted.keys(),
      ...plan.faults.map(({ type }) => type),
      ...coverageIn(histories, families),
    ]),
    trace: trace.lines,
  };
}

function coverageIn(histories: readonly History[], families: readonly SimulatedFamily[]): readonly string[] {
  return histories.flatMap(({ family: name, calls }) => {
    const { history } = families.find((family) => family.history.name === name)!;
    return calls.flatMap(({ command, answer }) => {
      return answer === undefined
        ? ['no answer']
        : history.coverageOf(command, answer).map((word) => `${name} ${word}`);
    });
  });
}
