import type { SeededBug, Watcher } from './seeded-bug.ts';
import type { Sighting, WatchedBug } from './watch-bug.ts';

const [begin, end] = ['<!-- The table is written by `pnpm mutants --write`. -->', '<!-- The end of the table. -->'];

export function isCaught({ sightings }: WatchedBug): boolean {
  return sightings.every(({ outcome }) => outcome === 'caught');
}

/** One line for each bug and watcher, for the terminal. */
export function printBug({ bug, sightings }: WatchedBug): void {
  console.log(`${isCaught({ bug, sightings }) ? 'caught' : 'MISSED'} ${bug.id}: ${bug.mistake}`);
  for (const [index, sighting] of sightings.entries()) console.log(`  ${nameOf(bug, index)}: ${inWords(sighting)}`);
}

/** The document with the table in place of its last one. */
export function withTable(document: string, bugs: readonly WatchedBug[]): string {
  const [before, rest = ''] = document.split(begin);
  const after = rest.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`The document lacks the lines ${begin} and ${end}`);
  return `${before}${begin}\n\n${toTable(bugs)}\n\n${end}${after}`;
}

function toTable(bugs: readonly WatchedBug[]): string {
  const rows = bugs.map(({ bug, sightings }) => {
    const places = [...new Set(bug.edits.map(({ file }) => file))].map((file) => linkTo(file));
    const catches = sightings.map((sighting, index) => `${linkTo(watcherAt(bug, index).file)}: ${inWords(sighting)}`);
    return `| \`${bug.id}\` | ${toCell(bug.mistake)} | ${places.join('<br>')} | ${catches.map(toCell).join('<br>')} |`;
  });
  return ['| bug | mistake | where | caught by |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function watcherAt({ watchers }: SeededBug, index: number): Watcher {
  return watchers[index] ?? watchers[0];
}

function nameOf(bug: SeededBug, index: number): string {
  const { file, env = {} } = watcherAt(bug, index);
  return [...Object.entries(env).map(([name, value]) => `${name}=${value}`), file].join(' ');
}

function inWords(sighting: Sighting): string {
  switch (sighting.outcome) {
    case 'caught':
      return withoutSeed(sighting.test);
    case 'survived':
      return 'NOT CAUGHT';
    case 'broken':
      return `NOTHING RAN\n${sighting.output}`;
    case 'notRun':
      return 'NOT RUN, without a MongoDB';
  }
}

/** A seed is another one each time, and the table the same. */
function withoutSeed(test: string): string {
  return test.replaceAll(/ \(\w*SEED=\d+\)/gu, '');
}

/** From the document, which lies beside this file. */
function linkTo(file: string): string {
  return `[${file.split('/').at(-1)}](../../${file})`;
}

function toCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
