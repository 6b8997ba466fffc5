import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { expect, test } from 'vitest';

import { root, sourceFiles } from './source-files.ts';

const documents = sourceFiles(
  '*.md',
  'docs/**/*.md',
  '{packages,servers,examples}/*/*.md',
  '{bench,scripts/mutants}/*.md',
  '.changeset/*.md',
);

test.each(documents)('$path refers to files that exist', ({ path, text }) => {
  const links = [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/gu)].flatMap(([, link]) => link ?? []);
  expect(links.filter((link) => !existsSync(join(root, dirname(path), link)))).toEqual([]);
});

test.each(documents)('$path names packages that exist', ({ text }) => {
  const names = new Set(
    sourceFiles('{packages,servers,examples}/*/package.json', '{bench,test}/package.json').map(
      (file) => (JSON.parse(file.text) as { name: string }).name,
    ),
  );
  const named = [...text.matchAll(/@holdfast\/[a-z-]+/gu)].map(([name]) => name);
  expect(named.filter((name) => !names.has(name))).toEqual([]);
});

test.each(documents)('$path runs tests that exist', ({ text }) => {
  const commands = [...text.matchAll(/vitest run ((?:[\w./-]+\/[\w./-]+ ?)+)/gu)];
  const paths = commands.flatMap(([, list = '']) => list.trim().split(' '));
  // A command may also name the beginning of a path.
  expect(paths.filter((path) => globSync(`${path}*`, { cwd: root }).length === 0)).toEqual([]);
});

test('no file names a registry host or a path of somebody’s machine', () => {
  const files = sourceFiles('**/*.{ts,mjs,json,yaml,md}', '.ci/run');
  expect(files.length).toBeGreaterThan(100);
  const wrong = files.filter(
    ({ path, text }) => !path.startsWith('test/tidy/') && /registry\.npmjs\.org|\/work\/|\/root\//u.test(text),
  );
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('no constant is spelt in SCREAMING_CASE', () => {
  const files = sourceFiles('**/*.{ts,mjs}');
  const screaming = /\b(?:const|let|static(?: readonly)?) #?([A-Z][A-Z\d_]+)\b(?= ?[:=])/gu;
  const wrong = files.flatMap(({ path, text }) => [...text.matchAll(screaming)].map(([, name]) => `${path}: ${name}`));
  expect(wrong).toEqual([]);
});
