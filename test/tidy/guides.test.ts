import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { root, sourceFiles } from './source-files.ts';

const guides = sourceFiles('docs/guides/*.md');

/** What a language's code blocks are checked against: the same lines in a program that runs. */
const languages = new Set(['ts', 'tsx', 'js', 'jsx', 'mjs', 'py']);

/** The folders of the examples that a guide links to. */
function examplesOf(text: string): readonly string[] {
  const links = [...text.matchAll(/\]\(\.\.\/\.\.\/(examples\/[\w-]+)/gu)].flatMap(([, folder]) => folder ?? []);
  return [...new Set(links)];
}

/** The code blocks of a guide that are in a language of its examples. */
function codeOf(text: string): readonly string[] {
  const blocks = text.matchAll(/^```(?<language>\w+)\n(?<code>[^]*?)\n```$/gmu);
  return [...blocks].flatMap(({ groups }) =>
    languages.has(groups?.['language'] ?? '') ? (groups?.['code'] ?? '') : [],
  );
}

/** The lines without what all of them are indented by. */
function dedent(lines: readonly string[]): string {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/u));
  const indent = Math.min(...indents);
  return lines.map((line) => line.slice(indent).trimEnd()).join('\n');
}

/** Whether consecutive lines of the text are the code, however far they are indented there. */
function hasCode(text: string, code: string): boolean {
  const lines = text.split('\n');
  const wanted = code.split('\n');
  const wantedText = dedent(wanted);
  return lines.some((_, start) => dedent(lines.slice(start, start + wanted.length)) === wantedText);
}

test.each(guides)('$path begins with its title, and is neither a stub nor long', ({ text }) => {
  expect(text).toMatch(/^# \S.*\n\n/u);
  const count = text.trimEnd().split('\n').length;
  expect(count).toBeGreaterThanOrEqual(40);
  expect(count).toBeLessThanOrEqual(90);
});

test.each(guides)('$path shows code of the example that it links to, line by line', ({ text }) => {
  const files = examplesOf(text).flatMap((folder) => sourceFiles(`${folder}/**/*.{ts,tsx,js,jsx,mjs,py}`));
  expect(files.length).toBeGreaterThan(0);
  const blocks = codeOf(text);
  expect(blocks.length).toBeGreaterThan(0);
  expect(blocks.filter((code) => !files.some((file) => hasCode(file.text, code)))).toEqual([]);
});

test.each(guides)('$path says how to run what exists', ({ text }) => {
  const programs = [...text.matchAll(/(?<![\w/.])examples\/[\w/.-]*\w/gu)].map(([program]) => program);
  expect(programs.length).toBeGreaterThan(0);
  expect(programs.filter((program) => !existsSync(join(root, program)))).toEqual([]);
});
