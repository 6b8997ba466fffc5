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

test('passes flags on to servers, which begin with dashes, and nothing else', () => {
  const flags = ['--cpu-prof', '--cpu-prof-dir=profiles'];
  expect(read('locks', '--server-flags', flags.join(' '), '--quick')).toMatchObject({
    serverFlags: flags,
    isQuick: true,
  });
  expect(read('locks', `--server-flags=${flags.join('  ')}`).serverFlags).toEqual(flags);
  expect(read('locks').serverFlags).toEqual([]);
  expect(() => read('locks', '--server-flags')).toThrow('--server-flags');
});

test('sends random keys unless it is told otherwise', () => {
  expect(read('locks').keys).toBe('random');
  expect(read('locks', '--keys', 'uuidv7').keys).toBe('uuidv7');
  expect(() => read('locks', '--keys', 'v7')).toThrow('--keys must be random or uuidv7.');
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
