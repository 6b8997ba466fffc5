import { checkPrograms } from '../programs/check-programs.ts';
import type { TargetName } from '../targets/target.ts';
import { programsOf } from './draw-program.ts';
import type { Exchange, Family } from './family.ts';
import { textsIn } from './json-members.ts';
import { tenantCount } from './program.ts';
import type { Program } from './program.ts';
import { runProgram } from './run-program.ts';
import type { Sweeping } from './run-program.ts';
import { Worlds } from './worlds.ts';

export interface Check {
  readonly family: Family;
  readonly sweeping: Sweeping;
  readonly targets: readonly TargetName[];
  /** How many. */
  readonly sequences: number;
  /** What to run to have a failure once more, but for the variables. */
  readonly command: string;
}

/** Runs random sequences on all targets. @throws Error with the shortest program on which they differ. */
export async function checkSequences({ family, sweeping, targets, sequences, command }: Check): Promise<void> {
  const commands = { all: 0, carriedOut: 0 };
  const worlds = await Worlds.start(targets);
  const run = async (program: Program) => {
    const world = await worlds.open(tenantCount, family.common);
    const exchanges = await runProgram(program, { world, family, sweeping });
    const writes = exchanges.filter(({ request }) => request.method !== 'GET');
    commands.all += writes.length;
    commands.carriedOut += writes.filter(({ status }) => status < 400).length;
    return exchanges.flatMap((each) => coverageOf(each, family));
  };
  try {
    await checkPrograms({
      programs: programsOf(family),
      run,
      failure: `isn't answered alike by ${targets.join(', ')}`,
      runs: Math.ceil(sequences / tenantCount),
      expectedCoverage: family.expectedCoverage,
      enoughRuns: Math.ceil(family.usualSequences.many / tenantCount),
      findGaps: () => {
        const share = commands.carriedOut / commands.all;
        return share < family.leastCarriedOut ? [`only ${share.toFixed(2)} of the commands were carried out`] : [];
      },
      longestShrinkMs: 90_000,
      command: `TARGETS=${targets.join(',')} ${command}`,
    });
  } finally {
    await worlds.dispose();
  }
}

/** Statuses of answers, and the words that the family has for how things went. */
function coverageOf({ status, json }: Exchange, { outcomeMembers, expectedCoverage }: Family): readonly string[] {
  // A sentence has its words anywhere.
  const said = typeof json === 'string' ? expectedCoverage.filter((words) => json.includes(words)) : [];
  return [String(status), ...textsIn(json, outcomeMembers), ...said];
}
