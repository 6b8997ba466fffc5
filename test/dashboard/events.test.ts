import { expect, test } from 'vitest';

import { describeInBrowser } from './chromium.ts';
import { openDashboard } from './open-dashboard.ts';

const dashboard = openDashboard();

describeInBrowser('the events', () => {
  test('show what another client does as it happens, hold still while paused, and lose nothing meanwhile', async () => {
    const { page, holdfast, check } = await dashboard.open('events', 'test');
    await page.getByText('Nothing has happened yet').waitFor();
    await check('events-empty');
    const take = (resource: string) => holdfast.resources.reserve([{ requester: 'alice', resource, ttlSeconds: 600 }]);
    await take('room-1');
    await page.getByRole('row', { name: 'RESERVED room-1' }).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await take('room-2');
    await page.getByRole('button', { name: 'Resume, 1 new' }).waitFor();
    expect(await page.getByRole('row', { name: 'room-2' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('row', { name: 'RESERVED room-2' }).waitFor();
    await page.getByRole('row', { name: 'room-1' }).getByRole('button').click();
    await page
      .getByRole('dialog', { name: /^RESERVED #\d+$/u })
      .getByText('"requester": "alice"')
      .waitFor();
    await check('events-details');
  });

  test('are one list of all families, page by page, and a link opens it as it was filtered', async () => {
    const { page, holdfast, check, url } = await dashboard.open('keys');
    const key = await holdfast.admin.apiKeys.create({ environment: 'live', label: 'Before the locks' });
    const names = Array.from({ length: 100 }, (_, index) => `job-${index}`);
    await holdfast.resources.reserve(names.map((resource) => ({ requester: 'alice', resource, ttlSeconds: 600 })));
    await holdfast.admin.apiKeys.revoke(key.id);
    const events = `${url}/dashboard/default/live/events`;
    await page.goto(events);
    await page.getByRole('row', { name: 'key.revoked' }).waitFor();
    await page.getByRole('row', { name: 'job-99' }).waitFor();
    const table = page.getByRole('region', { name: 'Events' });
    const created = page.getByRole('row', { name: /^key\.created .*Before the locks/u });
    // Each time that its end comes near, there is more of it.
    await expect
      .poll(async () => {
        await table.press('End');
        return created.count();
      })
      .toBeGreaterThan(0);
    await check('events');

    await page.goto(`${events}?resource=job-7`);
    await page.getByRole('row', { name: 'RESERVED job-7' }).waitFor();
    expect(await page.getByRole('row').count()).toBe(2);
    await page.goto(`${events}?type=key.created`);
    await page.getByRole('row', { name: 'Before the locks' }).waitFor();
    expect(await page.getByRole('row', { name: /^key\.created/u }).count()).toBe(
      (await page.getByRole('row').count()) - 1,
    );
    await page.goto(`${events}?families=capacity`);
    await page.getByRole('button', { name: 'Show all events' }).click();
    await page.getByRole('row', { name: 'key.revoked' }).waitFor();
  });

  test('lack nothing that happened after they were read and before they were followed', async () => {
    const { page, holdfast } = await dashboard.open('events');
    const mayFollow = Promise.withResolvers<void>();
    await page.route('**/api/v1/events?*', async (route) => {
      await mayFollow.promise;
      await route.continue();
    });
    await page.reload();
    await page.getByRole('row', { name: 'key.created' }).waitFor();
    await holdfast.resources.reserve([{ requester: 'alice', resource: 'between', ttlSeconds: 600 }]);
    mayFollow.resolve();
    await page.getByRole('row', { name: 'RESERVED between' }).waitFor();
  });
});
