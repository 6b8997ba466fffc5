import { expect, test } from 'vitest';

import { describeInBrowser } from './chromium.ts';
import { openDashboard } from './open-dashboard.ts';

const dashboard = openDashboard();

describeInBrowser('the people', () => {
  test('are invited, get another role, and are taken out again', async () => {
    const { page, holdfast, check } = await dashboard.open('people');
    const grace = page.getByRole('button', { name: 'grace@example.com' });
    await page.getByRole('button', { name: 'Invite', exact: true }).click();
    const form = page.getByRole('dialog', { name: 'Invite somebody' });
    await form.getByLabel('Email address').fill('Grace@example.com');
    await form.getByLabel('Role').selectOption('viewer');
    await check('people-invite');
    await form.getByRole('button', { name: 'Invite' }).click();
    await grace.click();
    const panel = page.getByRole('dialog', { name: 'grace@example.com', exact: true });
    await panel.getByText('invited', { exact: true }).waitFor();
    await check('people-details');

    await panel.getByRole('button', { name: 'Change role' }).click();
    const role = page.getByRole('dialog', { name: 'What grace@example.com is here' });
    await role.getByLabel('Role').selectOption('owner');
    await role.getByRole('button', { name: 'Save' }).click();
    await panel.getByText('owner', { exact: true }).waitFor();
    const { data } = await holdfast.admin.people.list();
    expect(data.find(({ email }) => email === 'grace@example.com')).toMatchObject({ role: 'owner', state: 'invited' });

    await panel.getByRole('button', { name: 'Remove' }).click();
    await page
      .getByRole('dialog', { name: 'Remove grace@example.com?' })
      .getByRole('button', { name: 'Remove' })
      .click();
    await grace.waitFor({ state: 'detached' });
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await check('people');
  });
});
