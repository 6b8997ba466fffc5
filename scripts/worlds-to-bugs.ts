/**
 * How many simulated worlds it takes to find each seeded bug of what runs in them: `node scripts/worlds-to-bugs.ts`.
 *
 * `--worlds 1000` is after how many it gives up, `--only expiry-late,key-outside` which bugs it plants.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { plantBug } from './mutants/plant-bug.ts';
import { ScratchCopy } from './mutants/scratch-copy.ts';
import type { SeededBug } from './mutants/seeded-bug.ts';
import { seededBugs } from './mutants/seeded-bugs.ts';

const { values: options } = parseArgs({
  options: { worlds: { type: 'string', default: '1000' }, only: { type: 'string' } },
});

/** What runs in a world; stores with a disk don't. */
const simulated = /^packages\/(?:engine|gateway|store-memory)\/src\//u;

const chosen = options.only?.split(',');
const bugs = seededBugs.filter(({ id, edits }) => {
  return chosen === undefined ? edits.every(({ file }) => simulated.test(file)) : chosen.includes(id);
});

const copy = new ScratchCopy(join(import.meta.dirname, '..'));
try {
  for (const bug of bugs) console.log(`${bug.id.padEnd(24)} ${worldsTo(bug) ?? `not within ${options.worlds}`}`);
} finally {
  copy.remove();
}

/** The first seed that finds it, from 1 on; undefined if none does. */
function worldsTo(bug: SeededBug): number | undefined {
  const restore = plantBug(copy.folder, bug);
  try {
    const parameters = ['test/simulation/main.ts', '--seed', '1', '--seeds', options.worlds, '--brief'];
    const { stdout } = spawnSync(process.execPath, parameters, { cwd: copy.folder, encoding: 'utf8' });
    const [, seed] = /^World (\d+) fails\.$/mu.exec(stdout) ?? [];
    return seed === undefined ? undefined : Number(seed);
  } finally {
    restore();
  }
}
