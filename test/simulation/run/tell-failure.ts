import type { History, RecordedCall } from '../../histories/recording/history.ts';
import type { SimulatedFamily } from '../family.ts';
import { describeFault } from '../world/faults.ts';
import { beginningOf } from '../world/world-plan.ts';
import type { WorldPlan } from '../world/world-plan.ts';
import type { WorldReport } from './run-world.ts';
import { nameOf } from './world-name.ts';

/** More of what is wrong follows from the first. */
const mostBroken = 5;

/** The story of a world that failed, and how to have it again. */
export function tellFailure(plan: WorldPlan, report: WorldReport, families: readonly SimulatedFamily[]): string {
  const name = nameOf(
    plan,
    families.map((family) => family.name),
  );
  const broken = report.broken.slice(0, mostBroken).map(({ what }) => what);
  return [
    `A world of ${plan.processCount} processes fails. Clocks are up to ${plan.clockErrorMs} ms wrong.`,
    ...(plan.faults.length > 0 ? ['What goes wrong:', ...plan.faults.map((fault) => `  ${describeFault(fault)}`)] : []),
    'What was asked (from ms, to ms, by whom):',
    ...tellCalls(report.histories, families, beginningOf(plan)),
    'What is broken:',
    ...broken,
    ...(report.broken.length > mostBroken ? [`and ${report.broken.length - mostBroken} more`] : []),
    `Replay: pnpm simulate --world '${name}' (--trace prints every step)`,
    `To keep it as a test: add '${name}' to test/simulation/known-worlds.ts.`,
  ].join('\n');
}

function tellCalls(
  histories: readonly History[],
  families: readonly SimulatedFamily[],
  beginsMs: number,
): readonly string[] {
  const told = histories.flatMap(({ family: name, calls }) => {
    const { history } = families.find((family) => family.history.name === name)!;
    return calls.map((call) => ({
      atMs: call.calledAtMs,
      line: tellCall(call, `${name}-${call.client}`, history, beginsMs),
    }));
  });
  return told.toSorted((one, other) => one.atMs - other.atMs).map(({ line }) => line);
}

function tellCall(
  { client, command, answer, calledAtMs, returnedAtMs = Number.POSITIVE_INFINITY }: RecordedCall,
  who: string,
  history: SimulatedFamily['history'],
  beginsMs: number,
): string {
  const toMs = Number.isFinite(returnedAtMs) ? (returnedAtMs - beginsMs).toFixed(2) : 'no answer';
  const what = history.describe({ client, operation: command, answer, calledAtMs, returnedAtMs }, beginsMs);
  return [(calledAtMs - beginsMs).toFixed(2).padStart(10), toMs.padStart(10), `  ${who}  ${what}`].join('');
}
