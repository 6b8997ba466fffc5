import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

const run = promisify(execFile);
const main = join(import.meta.dirname, 'main.ts');

const one = [expect.any(Number)];
const row = { measures: { 'requests/s': one, 'pairs/s': one, 'p50 ms': one, 'p99 ms': one, 'max ms': one } };
const spread = { rounds: one, min: expect.any(Number), median: expect.any(Number), max: expect.any(Number) };

/** What is printed, the report and the servers' profiles of one short round. */
async function measure(family: string, only: string) {
  const folder = await mkdtemp(join(tmpdir(), 'bench-test-'));
  const file = join(folder, 'report.json');
  const profiles = join(folder, 'profiles');
  try {
    const brief = ['--quick', '--rounds', '1', '--sample-ms', '2000', '--warm-up-ms', '50'];
    const flags = ['--server-flags', `--cpu-prof --cpu-prof-dir=${profiles}`];
    const what = [family, ...brief, '--only', only, '--json', file, ...flags];
    const args = ['--disable-warning=ExperimentalWarning', main, ...what];
    const { stdout } = await run(process.execPath, args, { env: { PATH: process.env['PATH'] } });
    return { stdout, report: JSON.parse(await readFile(file, 'utf8')) as unknown, profiles: await readdir(profiles) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('measures a real server beside a bare echo, and writes down what it found', async () => {
  const { stdout, report, profiles } = await measure('locks', 'sqlite-echo-16');
  expect(profiles).toContainEqual(expect.stringMatching(/\.cpuprofile$/u));
  expect(stdout).toContain('| holdfast sqlite');
  expect(stdout).toMatch(/holdfast sqlite \/ express echo, requests\/s: \d/u);
  expect(report).toMatchObject({
    family: 'locks',
    isQuick: true,
    keys: 'random',
    machine: { cores: expect.any(Number), node: process.version },
    versions: { express: expect.any(String), redlock: expect.any(String) },
    cases: [
      {
        name: 'sqlite-echo-16',
        isValid: true,
        wrongAnswers: [],
        rows: [
          { contender: 'holdfast sqlite', measures: { ...row.measures, 'pages/request': one } },
          { contender: 'express echo', ...row },
        ],
        ratios: [{ of: 'holdfast sqlite', to: 'express echo', measure: 'requests/s', ...spread }, {}],
      },
    ],
  });
});

test('measures pairs of hold and commit beside holds that are there already', async () => {
  const { report } = await measure('credits', 'live-holds');
  expect(report).toMatchObject({
    family: 'credits',
    cases: [
      {
        name: 'live-holds',
        wrongAnswers: [],
        rows: [
          { contender: '100 live holds', ...row },
          { contender: '2,000 live holds', ...row },
        ],
        ratios: [{ of: '2,000 live holds', to: '100 live holds', measure: 'pairs/s', ...spread }],
      },
    ],
  });
});

test('measures pages of a list that is there already', async () => {
  const { report } = await measure('capacity', 'list');
  expect(report).toMatchObject({
    family: 'capacity',
    cases: [
      {
        name: 'list',
        wrongAnswers: [],
        rows: [{ measures: { 'reservations/s': one, 'p99 ms': one } }, { contender: 'sqlite, deep page' }],
        ratios: [{ of: 'sqlite, deep page', to: 'sqlite, first page', measure: 'requests/s', ...spread }],
      },
    ],
  });
});

test('measures tenants with events beside tenants without', async () => {
  const { report } = await measure('events', 'cost-sqlite-usage-1');
  const usage = { measures: { 'requests/s': one, 'records/s': one, 'p99 ms': one } };
  expect(report).toMatchObject({
    family: 'events',
    cases: [
      {
        name: 'cost-sqlite-usage-1',
        wrongAnswers: [],
        rows: [
          { contender: 'no events', ...usage },
          { contender: 'events', ...usage },
        ],
        ratios: [{}, { of: 'events', to: 'no events', measure: 'records/s', ...spread }],
      },
    ],
  });
});
