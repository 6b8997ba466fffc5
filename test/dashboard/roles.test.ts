import { expect, test } from 'vitest';

import { describeInBrowser } from './chromium.ts';
import { openDashboard } from './open-dashboard.ts';

const dashboard = openDashboard();

describeInBrowser('a viewer', () => {
  test('is offered nothing that only others may do', async () => {
    const { page, holdfast, url } = await dashboard.open('overview');
    const scopes = ['resources:read', 'credits:read', 'capacity:read', 'events:read'] as const;
    const { api_key } = await holdfast.admin.apiKeys.create({
      environment: 'live',
      label: 'person:viewer@example.com',
      scopes: [...scopes],
    });
    const expiresAt = new Date(Date.now() + 900_000).toISOString();
    await page.route('**/dashboard/token', (route) => route.fulfill({ json: { token: api_key, expiresAt, scopes } }));
    await page.goto(`${url}/dashboard/default/live/settings`);
    await page.getByText('Usage beyond the balance').waitFor();
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
    expect(await page.getByRole('navigation', { name: 'Views' }).getByRole('link').allInnerTexts()).toEqual([
      'Overview',
      'Resources',
      'Credits',
      'Capacity',
      'Events',
      'Limits',
      'Settings',
    ]);
    await page.goto(`${url}/dashboard/default/live/keys`);
    await page.getByText('Only owners see and change API keys.').waitFor();
    await page.goto(`${url}/dashboard/default/live/operator`);
    await page.getByText('Only operators of this server see this.').waitFor();
  });
});
