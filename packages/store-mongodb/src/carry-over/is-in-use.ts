import { setTimeout as delay } from 'node:timers/promises';

import type { Db } from 'mongodb';

import { clockCollection } from '../schema/names.ts';

/** What processes leave in the record of their clock: their names, and each second the database's time. */
interface Trace {
  readonly processes: readonly string[];
  readonly databaseAt: Date;
}

/** Whoever runs has looked at the clock within this many milliseconds. */
const longestSilenceMs = 3_000;
const lookEveryMs = 50;

/** Whether a process looks at the clock. Waits a moment, if some seem to be running; they may have been killed. */
export async function isInUse(database: Db): Promise<boolean> {
  const traces = database.collection<Trace>(clockCollection);
  const first = await traces.findOne();
  if (first === null || first.processes.length === 0) return false;
  for (const startMs = performance.now(); performance.now() - startMs < longestSilenceMs;) {
    await delay(lookEveryMs);
    const seen = await traces.findOne();
    if (seen?.databaseAt.getTime() !== first.databaseAt.getTime()) return true;
  }
  return false;
}
