import { expect, test } from 'vitest';

import { readCommandLine } from './command-options.ts';
import { families } from './families.ts';

function read(...args: readonly string[]) {
  return readCommandLine(args, families);
}

test('chooses cases by how their names begin, and all of them unless told', () => {
  const names = (only: string) => read('locks', '--only', only).cases.map(({ name }) => name);
  expect(names('sqlite-echo')).toEqual(['sqlite-echo-1', 'sqlite-echo-16', 'sqlite-echo-64']);
  expect(names('arrays,sqlite-echo-64')).toEqual(['sqlite-echo-64', 'arrays-1', 'arrays-64']);
  expect(read('locks').cases).toBe(read('locks').family.cases);
});

test('takes five rounds or more to compare by, unless it is told to be quick', () => {
  expect(read('locks').rounds).toBeGreaterThanOrEqual(5);
  expect(read('locks', '--quick')).toMatchObject({ rounds: 1, isQuick: true });
  expect(read('locks', '--rounds', '7', '--sample-ms', '50')).toMatchObject({ rounds: 7, plan: { measureMs: 50 } });
});

test('says what there is to someone who asks for something else', () => {
  expect(() => read('lock')).toThrow('pnpm bench locks');
  expect(() => read('locks', '--only', 'x')).toThrow('sqlite-echo-64');
  expect(() => read('locks', '--rounds', 'many')).toThrow('--rounds must be a whole number');
  expect(() => read('locks', '--fast')).toThrow("'--fast'");
});

test('gives each case of a family a name of its own', () => {
  for (const { cases } of families) expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
});
