import { afterEach, expect, test, vi } from 'vitest';

import { capacityServer } from '../fakes/fake-capacity.ts';
import { creditServer } from '../fakes/fake-credits.ts';

afterEach(() => vi.unstubAllGlobals());

test.each([
  ['credits', () => import('./credits-example.ts?raw')],
  ['capacity', () => import('./capacity-example.ts?raw')],
])('the example of %s in the README is the one that is tested', async (_, load) => {
  const { default: readme } = await import('../../README.md?raw');
  const { default: example } = await load();
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\`\n`);
});

test('that of credits says what its comments say', async () => {
  const { server, fetch } = creditServer();
  Object.assign(server, { balance: 20_000, unitCost: 1_000 });
  vi.stubGlobal('fetch', fetch);
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  await import('./credits-example.ts');
  expect(log.mock.calls).toEqual([
    ['job-1: 7 images, 7000 debited, 3000 released'],
    ['job-1: 7 images, 7000 debited, 3000 released'],
    ['job-2: not enough credits'],
    ['13000 left, 0 held'],
  ]);
});

test('that of capacity says what its comments say', async () => {
  vi.stubGlobal('fetch', capacityServer().fetch);
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  await import('./capacity-example.ts');
  expect(log.mock.calls).toEqual([
    ['1024 GB can be had'],
    ['8 intervals for the report'],
    ['512 of 768 GB for the rest'],
    ['8 intervals are full'],
  ]);
});
