import type { TestProject } from 'vitest/node';

import { targetNames } from './target.ts';
import type { TargetName } from './target.ts';

declare module 'vitest' {
  interface ProvidedContext {
    targets: readonly TargetName[];
    /** Undefined without a MongoDB. */
    mongodbUri: string | undefined;
  }
}

/** Chooses the targets by `TARGETS`, or all that can be had, and starts the one MongoDB that they share. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const chosen = chooseTargets(process.env['TARGETS']);
  const mongo = chosen.includes('mongodb') ? await startMongoIfPossible() : undefined;
  const targets = chosen.filter((name) => name !== 'mongodb' || mongo !== undefined);
  project.provide('targets', targets);
  project.provide('mongodbUri', mongo?.uri);
  return async () => mongo?.stop();
}

function chooseTargets(variable: string | undefined): readonly TargetName[] {
  if (variable === undefined || variable === '') return targetNames;
  const names = variable.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !(targetNames as readonly string[]).includes(name));
  if (unknown.length > 0) throw new Error(`TARGETS names ${unknown.join(', ')}; there are ${targetNames.join(', ')}.`);
  return targetNames.filter((name) => names.includes(name));
}

/** Whoever asks for MongoDB, and CI, must get it. Others are told, loudly, that they don't. */
async function startMongoIfPossible() {
  try {
    const { startMongo } = await import('@holdfast/store-mongodb/testing');
    return await startMongo();
  } catch (error) {
    if (process.env['CI'] || process.env['TARGETS']) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`\n*** MongoDB WAS LEFT OUT of the scenarios: no mongod could be started (${reason}).\n`);
    process.stderr.write('*** Name one in MONGOMS_SYSTEM_BINARY to have them all.\n\n');
    return undefined;
  }
}
