import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { root, sourceFiles } from './source-files.ts';

const engine = 'packages/engine';
const readme = readFileSync(join(root, engine, 'README.md'), 'utf8');

/** The rows `| question | [file](path) | functions |` of the README. */
const answers = [
  ...readme.matchAll(/^\| (?<question>[^|]+\?) +\| \[[^\]]+\]\((?<path>[^)]+)\) +\| (?<names>[^|]+)\|$/gmu),
].map(({ groups }) => ({
  question: groups?.['question'] ?? '',
  path: `${engine}/${groups?.['path'] ?? ''}`,
  names: [...(groups?.['names'] ?? '').matchAll(/`(\w+)`/gu)].flatMap(([, name]) => name ?? []),
}));

test.each(answers)("the engine's README answers “$question” with what is there", ({ path, names }) => {
  const text = readFileSync(join(root, path), 'utf8');
  const isDeclared = (name: string) =>
    new RegExp(String.raw`\b(?:function\*?|class|const|interface) ${name}\b|^ {2}${name}\(`, 'mu').test(text);
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !isDeclared(name))).toEqual([]);
});

test("the engine's README names every file of rules", () => {
  const rules = sourceFiles(`${engine}/src/**/rules.ts`).map(({ path }) => path);
  const named = new Set(answers.map(({ path }) => path));
  expect(rules.length).toBeGreaterThan(5);
  expect(rules.filter((path) => !named.has(path))).toEqual([]);
});
