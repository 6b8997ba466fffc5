import type { ReservationPage } from '@holdfast/sdk';
import { expect, test } from 'vitest';

import { describeInBrowser } from './chromium.ts';
import { openDashboard } from './open-dashboard.ts';

const lockCount = 100_000;
const pageSize = 1_000;

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
    await question.getByLabel('Reason').fill('alice has gone home');
    await question.getByRole('button', { name: 'Force release' }).click();
    await page.getByRole('dialog', { name: 'order/b' }).getByText('Force released').waitFor();
    await page.getByRole('dialog', { name: 'order/b' }).getByText('alice has gone home').waitFor();
    expect((await holdfast.resources.get('order/b')).status).toBe('FREE');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await check('resources');
  });

  test('are scrolled through, a hundred thousand of them, with no more rows in the page than are in view', async () => {
    const { page } = await dashboard.open('overview');
    await page.route('**/activeReservations?*', (route) => {
      const first = Number(new URL(route.request().url()).searchParams.get('cursor') ?? '0');
      return route.fulfill({ json: pageOfLocks(first) });
    });
    await page.getByRole('link', { name: 'Resources' }).click();
    const table = page.getByRole('region', { name: 'Locks' });
    await table.focus();
    const last = page.getByRole('button', { name: nameOf(lockCount - 1), exact: true });
    let mostRows = 0;
    while (!(await last.isVisible())) {
      await page.keyboard.press('End');
      mostRows = Math.max(mostRows, await table.getByRole('row').count());
    }
    expect(mostRows).toBeLessThan(100);
    const first = page.getByRole('button', { name: nameOf(0), exact: true });
    // Chromium passes over a key that comes in the frame of the last one.
    while (!(await first.isVisible())) await page.keyboard.press('Home');
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

/** What a server with so many locks would answer. */
function pageOfLocks(first: number): ReservationPage {
  const next = first + pageSize;
  const reservations = Array.from({ length: pageSize }, (_, index) => ({
    resource: nameOf(first + index),
    requester: `worker-${index % 16}`,
    resourceType: 'job',
    reservedAt: '2026-01-01T00:00:00.000Z',
    expiresAt: null,
    fencingToken: first + index + 1,
    metadata: null,
  }));
  return { reservations, nextCursor: next < lockCount ? String(next) : null };
}

function nameOf(index: number): string {
  return `job/${String(index).padStart(6, '0')}`;
}
