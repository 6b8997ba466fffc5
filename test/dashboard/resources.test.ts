import { expect, test } from 'vitest';

import { describeInBrowser } from './chromium.ts';
import { openDashboard } from './open-dashboard.ts';

describeInBrowser('the resources', () => {
  const dashboard = openDashboard();

  test('teach how to take a lock while there is none, and show it as soon as another client has taken it', async () => {
    const { page, holdfast, check } = await dashboard.open('resources');
    await page.getByText('Take a lock', { exact: true }).waitFor();
    await check('resources-empty');
    await holdfast.resources.reserve([{ requester: 'alice', resource: 'nightly-report', ttlSeconds: 600 }]);
    await page.getByRole('row', { name: 'nightly-report alice' }).waitFor();
  });

  test('are freed by force, and tell what happened', async () => {
    const { page, holdfast, check } = await dashboard.open('resources');
    await holdfast.resources.reserve(
      ['a', 'b', 'c', 'd'].map((name) => ({ requester: 'alice', resource: `order/${name}`, ttlSeconds: 3_600 })),
    );
    await page.getByRole('button', { name: 'order/b' }).click();
    await page.getByRole('dialog', { name: 'order/b' }).getByText('Taken').waitFor();
    await check('resources-details');
    await page.getByRole('button', { name: 'Force release' }).click();
    const question = page.getByRole('dialog', { name: 'Take order/b from alice?' });
    await question.getByRole('button', { name: 'Force release' }).click();
    await page.getByRole('dialog', { name: 'order/b' }).getByText('Force released').waitFor();
    expect((await holdfast.resources.get('order/b')).status).toBe('FREE');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await check('resources');
  });

  test('show pools with their slots and trees with what is held in them', async () => {
    const { page, holdfast, check } = await dashboard.open('resources?show=pools');
    await page.getByText('Register a pool of three').waitFor();
    await holdfast.resources.register([
      { name: 'Printer', capacity: 6 },
      { name: 'room-11', treePath: 'building>floor-1' },
      { name: 'room-21', treePath: 'building>floor-2' },
    ]);
    await holdfast.resources.reserve([
      { requester: 'alice', resource: 'Printer', ttlSeconds: 600 },
      { requester: 'bob', resource: 'room-21', ttlSeconds: 600 },
    ]);
    await page.reload();
    await page.getByRole('button', { name: 'Printer_0: held by alice' }).waitFor();
    await check('resources-pools');
    await page.getByText('Tree', { exact: true }).click();
    await page.getByText('bob').waitFor();
    await page.getByText('floor-1').waitFor();
    await check('resources-tree');
  });
});
