import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { noFindings } from '../comparison/bench-case.ts';
import { compareReports } from './compare-reports.ts';
import { readReport } from './report.ts';
import type { Report } from './report.ts';

const folder = mkdtempSync(join(tmpdir(), 'bench-report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const machine = { cores: 2, processor: 'p', memoryGiB: 8, node: 'v24', loadAverage: 1, scratchIsInMemory: false };

/** A report of one case, in which each contender has these values in its rounds. */
function reportOf(contenders: Readonly<Record<string, readonly (number | null)[]>>, changes: Partial<Report> = {}) {
  const rows = Object.entries(contenders).map(([contender, rounds]) => ({
    contender,
    measures: { 'pairs/s': rounds },
  }));
  const ratio = { of: 'a', to: 'b', measure: 'pairs/s', rounds: [0.5], min: 0.4, median: 0.5, max: 0.6 };
  const one = { ...noFindings, name: 'case', title: 'A case', isValid: true, seconds: 1, rows, ratios: [ratio] };
  const plan = { warmUpMs: 1, measureMs: 2 };
  const versions = { SQLite: '3' };
  const report = { family: 'locks', machine, versions, rounds: 3, plan, isQuick: false, keys: 'random', cases: [one] };
  return { ...report, ...changes } as Report;
}

test('gives each contender’s medians, and how they compare at least and at most', () => {
  const text = compareReports(reportOf({ a: [90, 100, 110] }), reportOf({ a: [180, 240, 220] }));
  expect(text).toMatch(/\| a +\| pairs\/s \| +100 \(90–110\) \| +220 \(180–240\) \| 2\.2 \(1\.64–2\.67\) \|/u);
  expect(text).toContain('a / b, pairs/s: 0.5 (0.4–0.6) → 0.5 (0.4–0.6)');
  expect(text).not.toContain('NOT COMPARABLE');
});

test('says what can’t be compared', () => {
  const after = reportOf(
    { a: [1], c: [1] },
    { machine: { ...machine, cores: 4, loadAverage: 9 }, versions: { SQLite: '3', pg: '8' }, isQuick: true },
  );
  const { keys: _random, ...before } = reportOf({ a: [1], b: [1] });
  const invalid = after.cases.map((each) => ({ ...each, isValid: false }));
  const text = compareReports(before, { ...after, cases: [...invalid, { ...invalid[0]!, name: 'other' }] });
  const found = text.split('\n').filter((line) => /^(?:NOT|only)/u.test(line));
  expect(found).toEqual([
    'NOT COMPARABLE: cores 2 → 4',
    'NOT COMPARABLE: isQuick false → true',
    'NOT COMPARABLE: keys in order → random',
    'NOT COMPARABLE: pg absent → 8',
    'NOT COMPARABLE: --quick measures nothing',
    'NOT COMPARABLE: the new case is not valid',
    'only in the old report: contender b',
    'only in the new report: contender c',
    'only in the new report: case other',
  ]);
  expect(() => compareReports(before, { ...before, family: 'credits' })).toThrow('of locks, the other of credits');
});

test('says what is wrong with a file', () => {
  const file = join(folder, 'report.json');
  expect(() => readReport(file)).toThrow(`${file} can’t be read: ENOENT`);
  const report = reportOf({ a: [1, null] });
  for (const [text, said] of [
    ['{', 'it is not JSON'],
    ['[]', 'is not a report'],
    [JSON.stringify({ ...report, cases: [{ ...report.cases[0], rows: [{}] }] }), 'is not a report'],
  ] as const) {
    writeFileSync(file, text);
    expect(() => readReport(file)).toThrow(said);
  }
  writeFileSync(file, JSON.stringify(report));
  expect(readReport(file)).toEqual(report);
});
