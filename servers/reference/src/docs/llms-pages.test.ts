import type { IncomingMessage } from 'node:http';

import { openapi, operations } from '@holdfast/contract';
import { describe, expect, test } from 'vitest';

import type { OpenApiDocument } from './document.ts';
import { createFullTextPage, createIndexTextPage } from './llms-pages.ts';
import { createReferencePage } from './reference-page.ts';

const document = openapi as unknown as OpenApiDocument;
const request = { headers: { host: 'locks.example.com', 'x-forwarded-proto': 'https' } } as unknown as IncomingMessage;

describe('/llms.txt', () => {
  const text = String(createIndexTextPage()(request).body);

  test('begins as llmstxt.org has it, with what Holdfast is and its families', () => {
    expect(text).toMatch(/^# Holdfast\n\n> Reserve anything, once\. /u);
    for (const family of ['Named resources', 'Credits', 'Capacity']) expect(text).toContain(`\n**${family}** (`);
  });

  test('leads to each operation and to everything else that is served, at the address under which it was asked', async () => {
    const page = String((await createReferencePage()({ headers: {} } as IncomingMessage)).body);
    const links = [...text.matchAll(/\]\(([^)]+)\)/gu)].map(([, link = '']) => link);
    expect(links.filter((link) => !link.startsWith('https://locks.example.com/'))).toEqual([]);
    const ids = links.flatMap((link) => link.split('/docs#')[1] ?? []);
    expect(ids.toSorted()).toEqual(Object.keys(operations).toSorted());
    expect(ids.filter((id) => !page.includes(` id="${id}"`))).toEqual([]);
    expect(links).toEqual(
      expect.arrayContaining(
        ['llms-full.txt', 'openapi.json', 'docs'].map((name) => `https://locks.example.com/${name}`),
      ),
    );
  });

  test('is short', () => {
    expect(text.length).toBeLessThan(20_000);
  });
});

describe('/llms-full.txt', async () => {
  const text = String((await createFullTextPage()({ headers: {} } as IncomingMessage)).body);

  test.each(Object.values(operations))(
    'has $operationId, with every status',
    ({ operationId, method, path, statuses }) => {
      const [, after = ''] = text.split(`\n### ${operationId}: `);
      const section = after.slice(0, after.search(/^##/mu));
      expect(section).toContain(`\`${method} ${path}\``);
      const shown = [...section.matchAll(/^Answer (\d+): /gmu)].map(([, status]) => Number(status));
      expect(shown.toSorted()).toEqual([...statuses].toSorted());
    },
  );

  test('has each type of event', () => {
    const types = Object.keys(document.webhooks ?? {});
    expect(types.filter((type) => !text.includes(`\n### ${type}\n`))).toEqual([]);
  });

  test('has everything that it refers to', () => {
    const names = new Set([...text.matchAll(/[Ss]ee (?:schema )?"(\w+)"/gu)].map(([, name]) => name));
    expect(names.size).toBeGreaterThan(50);
    expect([...names].filter((name) => !text.includes(`\n### ${name}\n`))).toEqual([]);
  });
});
