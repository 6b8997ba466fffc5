import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { findFaults } from '../../scripts/documentation/find-faults.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-site-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function faultsOf(markup: string): readonly string[] {
  writeFileSync(join(folder, 'index.html'), markup);
  return findFaults(folder);
}

test('nothing is wrong with links that lead somewhere', () => {
  writeFileSync(join(folder, 'site.css'), 'a { background: url(/mark.svg); }');
  const script = `<script>const link = '<a href="/nowhere/">';</script>`;
  const links = `<link href="/site.css"><a href="/">a</a><a href="#b">b</a><a href="https://mswjs.io">c</a>`;
  expect(faultsOf(`${script}${links}<h2 title="a > b" id="b">B</h2>`)).toEqual([]);
});

test.each(['/nowhere/', 'nowhere.png', '#nothing', '/#nothing', '/site.css'])('%s is seen to be dead', (link) => {
  expect(faultsOf(`<p data-code="a => b"><a href="${link}">a</a></p>`)).toEqual([`index.html: dead link: ${link}`]);
});

test.each([
  '<script src="https://example.com/a.js"></script>',
  '<link rel=stylesheet href=//example.com/a.css>',
  `<img srcset='https://example.com/a.png 2x'>`,
  '<p style="background: url(https://example.com/a.png)">',
])('%s is seen to come from elsewhere', (markup) => {
  expect(faultsOf(markup)).toHaveLength(1);
});

test('a font from elsewhere is seen in a style sheet', () => {
  writeFileSync(join(folder, 'site.css'), `@import 'https://example.com/fonts.css';`);
  expect(faultsOf('')).toEqual(['site.css: something is loaded from elsewhere']);
});
