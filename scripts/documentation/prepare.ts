/** Writes what the documentation site is made of into its folder: pages, the navigation, and excerpts of the README. */
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { navigation, pages, root } from './pages.ts';
import type { Entry } from './pages.ts';
import { splitTitle, toSitePage } from './to-site-page.ts';

const content = join(root, 'site/src/content/docs');
const generated = join(root, 'site/src/generated');

/** What the first page shows of the README's program, by what can be found in it. */
const excerpts = {
  import: "from '@holdfast/sdk'",
  client: 'new Holdfast(',
  lock: '.withLock(',
  hold: '.withHold(',
  capacity: '.reserveUpTo(',
};

export function prepare(): void {
  const sources = new Set(pages.map(({ source }) => source));
  const left = globSync('docs/**/*.md', { cwd: root }).filter((path) => !sources.has(path.replaceAll('\\', '/')));
  if (left.length > 0) throw new Error(`scripts/documentation/pages.ts has no page for ${left.join(', ')}.`);
  rmSync(content, { recursive: true, force: true });
  const site = { pages, sources: sourcesOnTheWeb() };
  for (const page of pages) write(join(content, `${page.slug}.md`), toSitePage(page, read(page.source), site));
  write(join(generated, 'navigation.json'), JSON.stringify(navigation.map(toNavigation), undefined, 2));
  write(join(generated, 'excerpts.json'), JSON.stringify(excerptsOf(read('README.md')), undefined, 2));
}

/** In the form that Starlight takes. */
function toNavigation(entry: Entry): object {
  if ('link' in entry) return entry;
  if ('entries' in entry)
    return { label: entry.label, collapsed: entry.isCollapsed ?? false, items: entry.entries.map(toNavigation) };
  return { label: entry.label ?? splitTitle(entry, read(entry.source)).title, slug: entry.slug };
}

/** Paragraphs of the README's program, without its comments: the first page has a text beside each. */
function excerptsOf(readme: string): Readonly<Record<string, string>> {
  const [, program = ''] = /\n## Use it from TypeScript\n[^]*?\n```ts\n([^]*?)\n```/u.exec(readme) ?? [];
  const paragraphs = program.replaceAll(/^\/\/.*\n/gmu, '').split('\n\n');
  return Object.fromEntries(
    Object.entries(excerpts).map(([name, part]) => {
      const paragraph = paragraphs.find((text) => text.includes(part));
      if (paragraph === undefined) throw new Error(`The README's program has no paragraph with ${part}`);
      return [name, paragraph];
    }),
  );
}

/** Where the repository can be read, if its manifest says so. */
function sourcesOnTheWeb(): string | undefined {
  const { repository } = JSON.parse(read('package.json')) as { readonly repository?: { readonly url: string } };
  return repository && `${repository.url.replace(/^git\+/u, '').replace(/\.git$/u, '')}/blob/main/`;
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
