import { expect, test, vi } from 'vitest';

import { creditServer } from './fake-credits.ts';

test('the example of credits in the README is the one that is tested', async () => {
  const { default: readme } = await import('../README.md?raw');
  const { default: example } = await import('./readme-credits.ts?raw');
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\`\n`);
});

test('and says what its comments say', async () => {
  const { server, fetch } = creditServer();
  Object.assign(server, { balance: 20_000, unitCost: 1_000 });
  vi.stubGlobal('fetch', fetch);
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  await import('./readme-credits.ts');
  expect(log.mock.calls).toEqual([
    ['job-1: 7 images, 7000 debited, 3000 released'],
    ['job-1: 7 images, 7000 debited, 3000 released'],
    ['job-2: not enough credits'],
    ['13000 left, 0 held'],
  ]);
  vi.unstubAllGlobals();
});
