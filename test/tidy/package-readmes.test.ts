import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { root, sourceFiles } from './source-files.ts';

/** The rows `| question | [file](path) | functions |` of a package's README. */
function answersOf(folder: string) {
  const readme = readFileSync(join(root, folder, 'README.md'), 'utf8');
  const rows = readme.matchAll(/^\| (?<question>[^|]+\?) +\| \[[^\]]+\]\((?<path>[^)]+)\) +\| (?<names>[^|]+)\|$/gmu);
  return [...rows].map(({ groups }) => ({
    folder,
    question: groups?.['question'] ?? '',
    path: `${folder}/${groups?.['path'] ?? ''}`,
    names: [...(groups?.['names'] ?? '').matchAll(/`(\w+)`/gu)].flatMap(([, name]) => name ?? []),
  }));
}

const engine = answersOf('packages/engine');
const gateway = answersOf('packages/gateway');

test.each([...engine, ...gateway])(
  'the README of $folder answers “$question” with what is there',
  ({ path, names }) => {
    const text = readFileSync(join(root, path), 'utf8');
    const isDeclared = (name: string) =>
      new RegExp(String.raw`\b(?:function\*?|class|const|interface) ${name}\b|^ {2}${name}\(`, 'mu').test(text);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !isDeclared(name))).toEqual([]);
  },
);

test.each([
  ['packages/engine/src/**/rules.ts', engine],
  ['packages/gateway/src/{input,json}/*.ts', gateway],
])('%s is named in the README of its package, each file of it', (pattern, answers) => {
  const paths = sourceFiles(pattern).map(({ path }) => path);
  const named = new Set(answers.map(({ path }) => path));
  expect(paths.length).toBeGreaterThan(5);
  expect(paths.filter((path) => !path.endsWith('.test.ts') && !named.has(path))).toEqual([]);
});
