/**
 * `npm test`: everything that has to hold. The checks run beside each other, and each is told apart in the output. It
 * goes on after a failure, so that one run shows them all, and ends with the line `N passed, N failed, N skipped`.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { whyWithoutSmallDisk } from '../test/faults/small-disk.ts';
import { whyWithoutMongodb } from './mongodb.ts';
import { runSideBySide } from './side-by-side.ts';
import type { Check } from './side-by-side.ts';

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'holdfast-test-'));
const vitestReport = join(scratch, 'vitest.json');

const withoutMongodb = whyWithoutMongodb();

const checks: readonly Check[] = [
  { name: 'Generated files are up to date', command: ['scripts/generate.ts', '--check'] },
  { name: 'The contract is clean', command: ['scripts/lint-contract.ts'] },
  { name: 'Types', command: ['scripts/check-types.ts'] },
  { name: 'Format', command: ['node_modules/oxfmt/bin/oxfmt', '--check', '.'] },
  { name: 'Lint', command: ['node_modules/oxlint/bin/oxlint'] },
  { name: 'Nothing is unused', command: ['node_modules/knip/bin/knip.js'] },
  { name: 'Published packages', command: ['scripts/check-packages.ts'] },
  { name: 'Examples', command: ['scripts/run-examples.ts'] },
  { name: 'Documentation site', command: ['scripts/build-documentation.ts'] },
  { name: 'Guides', command: ['scripts/run-guides.ts'], after: 'Published packages' },
  ...contractFuzz(process.env['SCHEMATHESIS']),
  ...otherDays(process.env['LIBFAKETIME']),
];

/** All test files, with every core. */
const tests: Check = {
  name: 'Tests',
  command: [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${vitestReport}`,
  ],
  env: withoutMongodb.then((reason): Record<string, string> =>
    reason === undefined ? {} : { TESTS_WITHOUT_MONGODB: reason },
  ),
};

/** Need a program that only CI brings along: its path. */
function contractFuzz(schemathesis: string | undefined): readonly Check[] {
  if (schemathesis === undefined) return [];
  return [{ name: 'Contract fuzz', command: ['test/fuzz/fuzz-contract.ts', '--schemathesis', schemathesis] }];
}

/** Need a library that only CI brings along: its path. */
function otherDays(libfaketime: string | undefined): readonly Check[] {
  if (libfaketime === undefined) return [];
  const days = [
    { name: 'On a leap day in Newfoundland', at: '2028-02-29T12:00:00Z', zone: 'America/St_Johns' },
    { name: "Over a year's end, seen from Samoa", at: '2027-12-31T23:59:30Z', zone: 'Pacific/Apia' },
    { name: 'In 2031 in Nepal', at: '2031-06-15T00:00:00Z', zone: 'Asia/Kathmandu' },
  ];
  return days.map(({ name, at, zone }) => {
    return { name, command: ['scripts/test-on-day.ts', '--libfaketime', libfaketime, '--at', at, '--zone', zone] };
  });
}

/** How many tests passed. A run that ends without a report has failed. */
function countTests(hasPassed: boolean): Counts {
  if (!existsSync(vitestReport)) return { passed: 0, failed: 1, skipped: 0 };
  const report = JSON.parse(readFileSync(vitestReport, 'utf8')) as Record<string, number>;
  const failed = report['numFailedTests'] ?? 0;
  return {
    passed: report['numPassedTests'] ?? 0,
    failed: hasPassed ? failed : Math.max(1, failed),
    skipped: (report['numPendingTests'] ?? 0) + (report['numTodoTests'] ?? 0),
  };
}

/** Says loudly what could not be tested on this machine. */
async function tellWhatWasLeftOut(): Promise<void> {
  const mongodb = await withoutMongodb;
  if (mongodb !== undefined) {
    console.log('\n*** MONGODB WAS LEFT OUT: no mongod could be had, so nothing was tested on MongoDB.');
    console.log(`*** ${mongodb}`);
    console.log('*** Name one in MONGOMS_SYSTEM_BINARY, and its version in MONGOMS_VERSION, to have it tested.');
  }
  const smallDisk = whyWithoutSmallDisk();
  if (smallDisk !== undefined) {
    console.log('\n*** THE FULL DISK WAS LEFT OUT: no small disk could be mounted, so nothing was tested on one.');
    console.log(`*** ${smallDisk}`);
  }
}

// The tests keep the cores busy but for where they wait, which leaves enough for one other check at a time.
const failures = await runSideBySide([...checks, tests], { atOnce: 2, folder: root });
const failedChecks = checks.filter(({ name }) => failures.includes(name)).length;
const counts = countTests(!failures.includes(tests.name));
rmSync(scratch, { recursive: true, force: true });
await tellWhatWasLeftOut();
console.log(
  failures.length === 0 ? '\nEverything that was tested holds.' : `\nThese do not hold: ${failures.join(', ')}.`,
);
const passed = checks.length - failedChecks + counts.passed;
console.log(`${passed} passed, ${failedChecks + counts.failed} failed, ${counts.skipped} skipped`);
process.exit(failures.length === 0 ? 0 : 1);
