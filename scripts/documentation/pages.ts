/** Which Markdown of the repository becomes which page of the documentation site, and in which order. */
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface Page {
  /** The file, from the root of the repository. */
  readonly source: string;
  /** The address on the site, without slashes around it. */
  readonly slug: string;
  /** What the navigation says, where the title would not do. */
  readonly label?: string;
}

/** To what is no page of the site. */
interface Link {
  readonly label: string;
  readonly link: string;
}

export type Entry = Page | Link | Group;

interface Group {
  readonly label: string;
  readonly isCollapsed?: boolean;
  readonly entries: readonly Entry[];
}

export const root = join(import.meta.dirname, '../..');

/** Easy ones first. */
const guides: readonly Group[] = [
  guidesTo('Locks', 'leader-election', 'printer-pool', 'appointment-slots'),
  guidesTo('Credits and capacity', 'metered-stream', 'capacity-planner'),
  guidesTo('Events and frameworks', 'webhook-receiver', 'next-js', 'python'),
  guidesTo('Tests', 'jest', 'vitest'),
];

export const navigation: readonly Entry[] = [
  { source: 'README.md', slug: 'start', label: 'Start' },
  { label: 'Guides', entries: guides },
  {
    label: 'Use it',
    entries: [
      { source: 'packages/sdk/README.md', slug: 'sdk', label: 'TypeScript SDK' },
      { source: 'packages/mocks/README.md', slug: 'mocks', label: 'Mocks' },
      { source: 'packages/cli/README.md', slug: 'command-line', label: 'Command line' },
      { source: 'servers/reference/README.md', slug: 'server', label: 'Server' },
      { source: 'docs/EVENTS.md', slug: 'events' },
      { label: 'API reference', link: 'http://127.0.0.1:4000/docs' },
    ],
  },
  {
    label: 'Understand it',
    entries: [
      { source: 'docs/ARCHITECTURE.md', slug: 'architecture' },
      { source: 'docs/RELIABILITY.md', slug: 'reliability' },
      { source: 'docs/PERFORMANCE.md', slug: 'performance' },
      { source: 'bench/README.md', slug: 'benchmarks' },
      { source: 'docs/GLOSSARY.md', slug: 'glossary' },
      { source: 'packages/engine/README.md', slug: 'engine', label: 'Which file decides what' },
      { source: 'CONTRIBUTING.md', slug: 'contributing' },
    ],
  },
  {
    label: 'Decisions',
    isCollapsed: true,
    entries: [{ source: 'docs/decisions/README.md', slug: 'decisions', label: 'All of them' }, ...decisions()],
  },
];

export const pages: readonly Page[] = navigation.flatMap(pagesOf);

function pagesOf(entry: Entry): readonly Page[] {
  if ('entries' in entry) return entry.entries.flatMap(pagesOf);
  return 'link' in entry ? [] : [entry];
}

function guidesTo(label: string, ...names: readonly string[]): Group {
  return { label, entries: names.map((name) => ({ source: `docs/guides/${name}.md`, slug: `guides/${name}` })) };
}

function decisions(): readonly Page[] {
  const sources = globSync('docs/decisions/[0-9]*.md', { cwd: root }).toSorted();
  return sources.map((path) => {
    const source = path.replaceAll('\\', '/');
    return { source, slug: `decisions/${basename(source, '.md')}` };
  });
}
