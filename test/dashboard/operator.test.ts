import { expect, test } from 'vitest';

import { describeInBrowser } from './chromium.ts';
import { openDashboard } from './open-dashboard.ts';

const dashboard = openDashboard();

describeInBrowser('the server', () => {
  test('has its tenants and tiers set up, and says how it is', async () => {
    const { page, holdfast, check } = await dashboard.open('operator');
    await page.getByRole('tab', { name: 'Tiers' }).click();
    await page.getByRole('button', { name: 'New tier' }).click();
    const tier = page.getByRole('dialog', { name: 'New tier' });
    await tier.getByLabel('Name', { exact: true }).fill('team');
    await tier.getByLabel('Operations a minute').fill('2000');
    await check('operator-new-tier');
    await tier.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('row', { name: 'team 2,000' }).waitFor();
    await check('operator-tiers');

    await page.getByRole('tab', { name: 'Tenants' }).click();
    await page.getByRole('button', { name: 'New tenant' }).click();
    const tenant = page.getByRole('dialog', { name: 'New tenant' });
    await tenant.getByLabel('Name', { exact: true }).fill('Acme Ltd');
    await tenant.getByLabel('Tier').selectOption('team');
    await tenant.getByRole('button', { name: 'Create tenant' }).click();
    await page
      .getByRole('row', { name: /Acme Ltd .*team/u })
      .getByRole('button')
      .click();
    const panel = page.getByRole('dialog', { name: 'Acme Ltd' });
    await panel.getByRole('button', { name: 'Suspend' }).click();
    await page.getByRole('dialog', { name: 'Suspend Acme Ltd?' }).getByRole('button', { name: 'Suspend' }).click();
    await panel.getByRole('button', { name: 'Resume' }).waitFor();
    await check('operator-tenant');
    await page.keyboard.press('Escape');
    await check('operator-tenants');
    const { data } = await holdfast.admin.tenants.list();
    expect(data.find(({ name }) => name === 'Acme Ltd')).toMatchObject({ tier: 'team', suspended: true });

    await page.getByRole('tab', { name: 'Health' }).click();
    await page.getByText('ready', { exact: true }).waitFor();
    await page.getByText('Requests answered').waitFor();
    await check('operator-health');
  });

  test('has its capacity set, for ever or for a time', async () => {
    const { page, holdfast, check } = await dashboard.open('operator?tab=capacity');
    await page.getByRole('button', { name: 'Set limits' }).click();
    const form = page.getByRole('dialog', { name: 'Limits of the platform' });
    await form.getByLabel('Platform, GB').fill('8192');
    await form.getByRole('button', { name: 'Set' }).click();
    await page.getByText('8,192 GB').waitFor();
    await page.getByRole('button', { name: 'Set limits' }).click();
    await form.getByText('For a time').click();
    await form.getByLabel('From', { exact: true }).fill('2031-05-01T08:00');
    await form.getByLabel('Until').fill('2031-05-01T20:00');
    await form.getByLabel('Each organisation, GB').fill('512');
    await check('operator-set-capacity');
    await form.getByRole('button', { name: 'Set' }).click();
    await page.getByText('each organisation 512 GB').waitFor();
    await check('operator-capacity');
    const { platform_capacity_gb, ranges } = await holdfast.capacity.limits();
    expect([platform_capacity_gb, ranges.map(({ org_cap_gb }) => org_cap_gb)]).toEqual([8_192, [512]]);
  });
});
