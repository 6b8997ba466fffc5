import { randomInt } from 'node:crypto';

import fc from 'fast-check';

import type { TargetName } from '../targets/target.ts';
import type { Exchange, Family } from './family.ts';
import { textsIn } from './json-members.ts';
import { scriptsOf, tenantCount } from './programs.ts';
import type { Script } from './programs.ts';
import { runScript } from './run-program.ts';
import type { Sweeping } from './run-program.ts';
import { Stage } from './worlds.ts';

export interface Check {
  readonly family: Family;
  readonly sweeping: Sweeping;
  readonly targets: readonly TargetName[];
  /** How many. */
  readonly sequences: number;
  /** What to run to have a failure once more, but for the variables. */
  readonly command: string;
}

const longestShorteningMs = 90_000;

/**
 * Plays random sequences: those of `SEED`, or the one of it that `REPLAY_PATH` leads to.
 *
 * @throws Error with the shortest script that could be found on which the targets differ.
 */
export async function checkSequences(check: Check): Promise<void> {
  const { family, sweeping, sequences } = check;
  const outcomes = new Set<string>();
  const commands = { all: 0, carriedOut: 0 };
  const stage = await Stage.open(check.targets);
  const play = async (script: Script) => {
    const scene = await stage.openScene(tenantCount, family.common);
    const exchanges = await runScript(script, { scene, family, sweeping });
    for (const word of exchanges.flatMap((each) => outcomesOf(each, family))) outcomes.add(word);
    const writes = exchanges.filter(({ request }) => request.method !== 'GET');
    commands.all += writes.length;
    commands.carriedOut += writes.filter(({ status }) => status < 400).length;
  };
  try {
    const property = fc.asyncProperty(scriptsOf(family, sweeping), untilTired(play));
    const details = await fc.check(property, chooseScripts(sequences));
    if (details.failed) throw new Error(explain(details, check));
  } finally {
    await stage.dispose();
  }
  if (sequences < family.usualSequences.many || process.env['REPLAY_PATH']) return;
  expectProof(family, outcomes, commands.carriedOut / commands.all);
}

function expectProof(family: Family, outcomes: ReadonlySet<string>, shareCarriedOut: number): void {
  const { expectedOutcomes, leastCarriedOut } = family;
  const missing = expectedOutcomes.filter((word) => !outcomes.has(word));
  const share = `only ${shareCarriedOut.toFixed(2)} of the commands were carried out`;
  const faults = [
    ...(missing.length > 0 ? [`none of them led to ${missing.join(', ')}`] : []),
    ...(shareCarriedOut < leastCarriedOut ? [share] : []),
  ];
  if (faults.length > 0) throw new Error(`All were answered alike, but they prove too little: ${faults.join('; ')}.`);
}

function chooseScripts(sequences: number) {
  const { SEED, REPLAY_PATH: path } = process.env;
  const seed = SEED ? Number(SEED) : randomInt(2 ** 31);
  if (!Number.isSafeInteger(seed)) throw new Error('SEED must be an integer.');
  // Fast-check has gone the way of the path before, so there is nothing left to shorten.
  return path ? { seed, path, endOnFailure: true } : { seed, numRuns: Math.ceil(sequences / tenantCount) };
}

/** Lets everything pass that comes long after a failure: then fast-check is content with the shortest it has found. */
function untilTired(play: (script: Script) => Promise<void>): (script: Script) => Promise<void> {
  let firstFailureMs: number | undefined;
  return async (script) => {
    if (firstFailureMs !== undefined && performance.now() - firstFailureMs > longestShorteningMs) return;
    try {
      await play(script);
    } catch (error) {
      firstFailureMs ??= performance.now();
      throw error;
    }
  };
}

/** How things went: the statuses of answers, and the words that the family has for it. */
function outcomesOf({ status, json }: Exchange, { outcomeMembers, expectedOutcomes }: Family): readonly string[] {
  // A sentence has its words anywhere.
  const said = typeof json === 'string' ? expectedOutcomes.filter((words) => json.includes(words)) : [];
  return [String(status), ...textsIn(json, outcomeMembers), ...said];
}

function explain<Drawn>(details: fc.RunDetails<Drawn>, { targets, command }: Check): string {
  const { seed, counterexamplePath, numRuns, numShrinks, errorInstance } = details;
  return [
    `${targets.join(', ')} don't behave as one. Script ${numRuns} showed it; shortened ${numShrinks} times it is this:`,
    errorInstance instanceof Error ? errorInstance.message : String(errorInstance),
    `Replay: SEED=${seed} REPLAY_PATH=${counterexamplePath} TARGETS=${targets.join(',')} ${command}`,
  ].join('\n');
}
