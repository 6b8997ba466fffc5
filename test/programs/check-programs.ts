import { randomInt } from 'node:crypto';

import fc from 'fast-check';

/** Programs that are drawn at random, and what none of them may show. */
export interface ProgramCheck<Program> {
  readonly programs: fc.Arbitrary<Program>;
  /**
   * Runs a program, and resolves to what it covered, in a word each.
   *
   * @throws Error with its trace, and with what is wrong.
   */
  run(program: Program): Promise<Iterable<string>>;
  /** What is said of a program that fails: that it `isn't what the model says`. */
  readonly failure: string;
  /** How many programs are run. */
  readonly runs: number;
  /** What all of them together must have covered, if they are enough: they would prove little without it. */
  readonly expectedCoverage: readonly string[];
  /** From how many runs on that is expected, if not from 30. */
  readonly enoughRuns?: number;
  /** Why they prove too little although they have covered all of that, in sentences. Asked if they are enough. */
  findGaps?(): readonly string[];
  /** How long a program that fails may be shrunk, in milliseconds, if not 20 seconds. */
  readonly longestShrinkMs?: number;
  /** What to run to have a failure once more, but for seed and path. */
  readonly command: string;
}

/** Chance may leave out something rare: then as many programs are run again, and up to so many times in all. */
const mostRounds = 4;

/**
 * Runs random programs: those of `SEED`, or the one of it that `REPLAY_PATH` leads to.
 *
 * @throws Error with the shortest program that fails, as far as it could be shrunk, and how to replay it.
 */
export async function checkPrograms<Program>(check: ProgramCheck<Program>): Promise<void> {
  const covered = new Set<string>();
  const run = untilShrunk(check.longestShrinkMs ?? 20_000, async (program: Program) => {
    for (const word of await check.run(program)) covered.add(word);
  });
  for (let round = 1; ; round++) {
    const details = await fc.check(fc.asyncProperty(check.programs, run), chooseRuns(check.runs, round));
    if (details.failed) throw new Error(describeFailure(details, check));
    const gaps = gapsIn(covered, check);
    if (gaps.length === 0) return;
    if (round === mostRounds) {
      throw new Error(`No program fails, but all ${round * check.runs} prove too little: ${gaps.join('; ')}.`);
    }
  }
}

/** An error with all that went before it. */
export function withTrace(trace: readonly string[], error: unknown): Error {
  return new Error([...trace, reasonOf(error)].join('\n'), { cause: error });
}

/** All of a check but its programs. */
type Expectations = Omit<ProgramCheck<unknown>, 'programs' | 'run'>;

function describeFailure<Drawn>(details: fc.RunDetails<Drawn>, { failure, command }: Expectations): string {
  const { seed, counterexamplePath, numRuns, numShrinks, errorInstance } = details;
  return [
    `Program ${numRuns} ${failure}; shrunk ${numShrinks} times it is this:`,
    reasonOf(errorInstance),
    `Replay: SEED=${seed} REPLAY_PATH=${counterexamplePath} ${command}`,
  ].join('\n');
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A few that were asked for by variable needn't cover everything. */
function gapsIn(covered: ReadonlySet<string>, check: Expectations): readonly string[] {
  const { expectedCoverage, runs, enoughRuns = 30, findGaps } = check;
  if (runs < enoughRuns || process.env['REPLAY_PATH']) return [];
  const missing = expectedCoverage.filter((word) => !covered.has(word));
  return [...(missing.length > 0 ? [`none covers ${missing.join(', ')}`] : []), ...(findGaps?.() ?? [])];
}

function chooseRuns(runs: number, round: number) {
  const { SEED, REPLAY_PATH: path } = process.env;
  const seed = SEED ? Number(SEED) + round - 1 : randomInt(2 ** 31);
  if (!Number.isSafeInteger(seed)) throw new Error('SEED must be an integer.');
  // Fast-check has gone the way of the path before, so there is nothing left to shrink.
  return path ? { seed, path, endOnFailure: true } : { seed, numRuns: runs };
}

/** Lets everything pass that comes long after a failure: then fast-check is content with the shortest it has found. */
function untilShrunk<Program>(
  longestShrinkMs: number,
  run: (program: Program) => Promise<void>,
): (program: Program) => Promise<void> {
  let firstFailureMs: number | undefined;
  return async (program) => {
    if (firstFailureMs !== undefined && performance.now() - firstFailureMs > longestShrinkMs) return;
    try {
      await run(program);
    } catch (error) {
      firstFailureMs ??= performance.now();
      throw error;
    }
  };
}
