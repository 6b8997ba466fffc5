import { expect, test } from 'vitest';

import { toSitePage } from '../../scripts/documentation/to-site-page.ts';

const page = { source: 'docs/guides/leader.md', slug: 'guides/leader' };
const pages = [page, { source: 'docs/EVENTS.md', slug: 'events' }];

function convert(body: string, sources?: string): string {
  return toSitePage(page, `# A \`leader\`\n${body}`, { pages, sources });
}

test('the first line becomes the title', () => {
  expect(convert('\nText.\n')).toBe('---\ntitle: "A leader"\n---\n\nText.\n');
  expect(() => toSitePage(page, 'Text.\n', { pages, sources: undefined })).toThrow('docs/guides/leader.md');
});

test('links to documents lead to their pages, and others stay', () => {
  expect(convert('See [`events`](../EVENTS.md#resuming), [below](#below) and [MSW](https://mswjs.io).')).toContain(
    'See [`events`](/events/#resuming), [below](#below) and [MSW](https://mswjs.io).',
  );
});

test('links to other files lead to the sources, or say where they are', () => {
  const body = 'See [the example](../../examples/leader/main.ts) and [`run.ts`](../../scripts/run.ts).';
  expect(convert(body)).toContain('See the example (`examples/leader/main.ts`) and `scripts/run.ts`.');
  expect(convert(body, 'https://example.com/main/')).toContain(
    'See [the example](https://example.com/main/examples/leader/main.ts) and [`run.ts`](https://example.com/main/scripts/run.ts).',
  );
});

test('code stays as it is', () => {
  const code =
    '`[a](../EVENTS.md)`\n\n```md\n[a](../EVENTS.md)\n```\n\n- list\n\n  ```md\n  [a](../EVENTS.md)\n  ```\n';
  expect(convert(code)).toContain(code);
});
