/**
 * `pnpm mutants`: plants bugs one at a time in a scratch copy of the working tree, and shows which tests catch each.
 * It fails if one isn't caught. Run by hand: see scripts/mutants/SEEDED-BUGS.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { whyWithoutMongodb } from './mongodb.ts';
import { isCaught, printBug, withTable } from './mutants/bug-table.ts';
import { expectGreen } from './mutants/expect-green.ts';
import { killVitest } from './mutants/run-vitest.ts';
import { ScratchCopy } from './mutants/scratch-copy.ts';
import type { SeededBug, Watcher } from './mutants/seeded-bug.ts';
import { seededBugs } from './mutants/seeded-bugs.ts';
import { watchBug } from './mutants/watch-bug.ts';
import type { WatchedBug } from './mutants/watch-bug.ts';

const root = join(import.meta.dirname, '..');
const tableFile = join(root, 'scripts/mutants/SEEDED-BUGS.md');

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, part: { type: 'string' }, write: { type: 'boolean', default: false } },
});
const bugs = choosePart(chooseBugs(options.only?.split(',')), options.part ?? '1/1');
if (options.write && bugs.length < seededBugs.length) {
  throw new Error('--write needs all bugs, so it goes without --only and --part.');
}

const startedAtMs = performance.now();
const withoutMongodb = await whyWithoutMongodb();
const copy = new ScratchCopy(root);
cleanUpOn('SIGINT', 'SIGTERM', 'SIGHUP');
let watched: readonly WatchedBug[];
try {
  watched = await watchAll();
} finally {
  killVitest();
  copy.remove();
}

const missed = watched.filter((each) => !isCaught(each));
const seconds = Math.round((performance.now() - startedAtMs) / 1_000);
if (withoutMongodb !== undefined) console.log(`\n*** MONGODB WAS LEFT OUT, and so were its bugs: ${withoutMongodb}`);
if (options.write) writeFileSync(tableFile, withTable(readFileSync(tableFile, 'utf8'), watched));
console.log(`\n${watched.length - missed.length} of ${watched.length} bugs were caught, in ${seconds} s.`);
if (missed.length > 0) console.log(`Not caught: ${missed.map(({ bug }) => bug.id).join(', ')}.`);
process.exitCode = missed.length > 0 ? 1 : 0;

async function watchAll(): Promise<readonly WatchedBug[]> {
  const hasMongodb = withoutMongodb === undefined;
  const isPossible = ({ needsMongodb = false }: Watcher) => hasMongodb || !needsMongodb;
  console.log(`${bugs.length} bugs. First, the tests that watch them, without any bug …`);
  await expectGreen(copy, bugs.flatMap((bug) => bug.watchers).filter(isPossible));
  const found: WatchedBug[] = [];
  for (const bug of bugs) {
    const each = await watchBug(copy, bug, hasMongodb);
    printBug(each);
    found.push(each);
  }
  return found;
}

function chooseBugs(ids: readonly string[] | undefined): readonly SeededBug[] {
  if (ids === undefined) return seededBugs;
  const unknown = ids.filter((id) => seededBugs.every((bug) => bug.id !== id));
  const known = seededBugs.map(({ id }) => id).join(', ');
  if (unknown.length > 0) throw new Error(`There is no bug ${unknown.join(', ')}; there are ${known}.`);
  return seededBugs.filter(({ id }) => ids.includes(id));
}

/** @param part - Such as `2/4`: the second of four parts, with every fourth bug from the second on. */
function choosePart(all: readonly SeededBug[], part: string): readonly SeededBug[] {
  const [number = 0, count = 0] = part.split('/').map(Number);
  if (!(number >= 1 && number <= count)) throw new Error(`--part must be like 2/4, not ${part}.`);
  return all.filter((_, index) => index % count === number - 1);
}

/** Whoever stops it early gets the disk back, too. */
function cleanUpOn(...signals: readonly NodeJS.Signals[]): void {
  for (const signal of signals) {
    process.once(signal, () => {
      killVitest();
      copy.remove();
      process.exit(1);
    });
  }
}
