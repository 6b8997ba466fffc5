/**
 * `npm test`: everything that has to hold, one check after the other, each told apart in the output. It goes on after
 * a failure, so that one run shows them all, and ends with the line `N passed, N failed, N skipped`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { whyWithoutSmallDisk } from '../test/faults/small-disk.ts';
import { whyWithoutMongodb } from './mongodb.ts';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

interface Check {
  readonly name: string;
  readonly command: readonly string[];
}

const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'holdfast-test-'));
const vitestReport = join(scratch, 'vitest.json');

const checks: readonly Check[] = [
  { name: 'Generated files are up to date', command: ['scripts/generate.ts', '--check'] },
  { name: 'The contract is clean', command: ['scripts/lint-contract.ts'] },
  { name: 'Types', command: ['scripts/check-types.ts'] },
  { name: 'Lint', command: ['node_modules/oxlint/bin/oxlint'] },
  { name: 'Nothing is unused', command: ['node_modules/knip/bin/knip.js'] },
  { name: 'Published packages', command: ['scripts/check-packages.ts'] },
  { name: 'Examples', command: ['scripts/run-examples.ts'] },
  ...contractFuzz(process.env['SCHEMATHESIS']),
];

/** Needs a program that only CI brings along: its path. */
function contractFuzz(schemathesis: string | undefined): readonly Check[] {
  if (schemathesis === undefined) return [];
  return [{ name: 'Contract fuzz', command: ['test/fuzz/fuzz-contract.ts', '--schemathesis', schemathesis] }];
}

/** Runs a check; whether it passed. */
function runs({ name, command }: Check, env: Readonly<Record<string, string>> = {}): boolean {
  console.log(`\n=== ${name}`);
  const [script = '', ...args] = command;
  const result = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, script), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return result.status === 0;
}

/** Runs all test files; a run that ends without a report has failed. */
function runTests(withoutMongodb: string | undefined): Counts {
  const vitest = 'node_modules/vitest/vitest.mjs';
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${vitestReport}`];
  const env = withoutMongodb === undefined ? {} : { TESTS_WITHOUT_MONGODB: withoutMongodb };
  const isGreen = runs({ name: 'Tests', command: [vitest, 'run', ...reporters] }, env);
  if (!existsSync(vitestReport)) return { passed: 0, failed: 1, skipped: 0 };
  const report = JSON.parse(readFileSync(vitestReport, 'utf8')) as Record<string, number>;
  const failed = report['numFailedTests'] ?? 0;
  return {
    passed: report['numPassedTests'] ?? 0,
    failed: isGreen ? failed : Math.max(1, failed),
    skipped: (report['numPendingTests'] ?? 0) + (report['numTodoTests'] ?? 0),
  };
}

const counts = { passed: 0, failed: 0, skipped: 0 };
const failures: string[] = [];
for (const check of checks) {
  if (runs(check)) {
    counts.passed += 1;
  } else {
    counts.failed += 1;
    failures.push(check.name);
  }
}
const withoutMongodb = await whyWithoutMongodb();
const tests = runTests(withoutMongodb);
if (tests.failed > 0) failures.push('Tests');
rmSync(scratch, { recursive: true, force: true });

if (withoutMongodb !== undefined) {
  console.log('\n*** MONGODB WAS LEFT OUT: no mongod could be had, so nothing was tested on MongoDB.');
  console.log(`*** ${withoutMongodb}`);
  console.log('*** Name one in MONGOMS_SYSTEM_BINARY, and its version in MONGOMS_VERSION, to have it tested.');
}
const withoutSmallDisk = whyWithoutSmallDisk();
if (withoutSmallDisk !== undefined) {
  console.log('\n*** THE FULL DISK WAS LEFT OUT: no small disk could be mounted, so nothing was tested on one.');
  console.log(`*** ${withoutSmallDisk}`);
}
console.log(failures.length === 0 ? '\nEverything that was tested holds.' : `\nThese do not hold: ${failures.join(', ')}.`);
console.log(
  `${counts.passed + tests.passed} passed, ${counts.failed + tests.failed} failed, ${counts.skipped + tests.skipped} skipped`,
);
process.exit(failures.length === 0 ? 0 : 1);
