import { expect, test } from 'vitest';

import { describeInBrowser } from './chromium.ts';
import { openDashboard } from './open-dashboard.ts';

describeInBrowser('credits', () => {
  const dashboard = openDashboard();

  test('teach how to make a customer while there is none, and show it as soon as another client has made it', async () => {
    const { page, holdfast, check } = await dashboard.open('credits');
    await page.getByText('Top up a customer', { exact: true }).waitFor();
    await check('credits-empty');
    await holdfast.credits.topUp({ customer: 'acme', credits: 50_000 });
    await page.getByRole('row', { name: 'acme 50' }).waitFor();
    await holdfast.credits.grant({ customer: 'acme', credits: 1_500, source: 'promotion' });
    await page.getByRole('row', { name: 'acme 51.5' }).waitFor();
    await check('credits');
  });

  test('of a customer change as another client uses them, and are granted and traced', async () => {
    const { page, holdfast, check } = await dashboard.open('credits');
    const { metrics, rules } = holdfast.credits;
    await metrics.create({ key: 'image' });
    await rules.create({ billable_metric_key: 'image', cost_type: 'per_unit', unit_cost: 1_000 });
    await holdfast.credits.topUp({ customer: 'acme', credits: 50_000, price_paid: 4_900, currency: 'EUR' });
    await page.getByRole('link', { name: 'acme' }).click();
    const available = page.getByRole('definition').first();
    await expect.poll(() => available.textContent()).toBe('50');

    const hold = { customer: 'acme', billable_metric_key: 'image', estimated_units: 20, ttl_seconds: 3_600 };
    const { id } = await holdfast.credits.hold(hold);
    await expect.poll(() => available.textContent()).toBe('30');
    await page.getByText(/lapses in 59 min/u).waitFor();
    await holdfast.credits.commit(id, { actual_units: 5 });
    await expect.poll(() => available.textContent()).toBe('45');
    await page.getByText('Nothing is held').waitFor();

    await page.getByRole('button', { name: 'Grant credits' }).click();
    await page.getByRole('textbox', { name: 'Credits' }).fill('12.5');
    await page.getByRole('textbox', { name: 'Reason' }).fill('Welcome');
    await page.getByRole('button', { name: 'Grant 12.5 credits' }).click();
    await expect.poll(() => available.textContent()).toBe('57.5');
    const blocks = page.getByRole('list', { name: 'Blocks in burn-down order' }).getByRole('listitem');
    await expect.poll(() => blocks.allTextContents()).toMatchObject([/promotion.*12\.5 of 12\.5/u, /topup.*45 of 50/u]);
    await holdfast.credits.hold(hold);
    await page.getByText(/lapses in/u).waitFor();
    await check('customer');

    await page.getByRole('button', { name: '5 × image' }).click();
    const entry = page.getByRole('dialog', { name: '5 × image' });
    await entry.getByText('topup').waitFor();
    expect(await entry.getByText('held -20').count()).toBe(1);
    await check('ledger-entry');
  });

  test('cost what the calculator says', async () => {
    const { page, holdfast, check } = await dashboard.open('credits?tab=prices');
    await page.getByText('Create a metric', { exact: true }).waitFor();
    await check('prices-empty');
    await page.getByRole('button', { name: 'New metric' }).click();
    await page.getByRole('textbox', { name: 'Key' }).fill('token');
    await page.getByRole('button', { name: 'Create metric' }).click();
    await page.getByLabel('How it is priced').selectOption('By tiers');
    await page.getByRole('textbox', { name: 'Up to unit' }).first().fill('1000');
    await page.getByRole('textbox', { name: 'Per unit' }).first().fill('0.004');
    await page.getByRole('textbox', { name: 'Once' }).last().fill('7');
    await page.getByRole('textbox', { name: 'Units' }).fill('25000');
    await page.getByText('12,011 credits').waitFor();
    await check('prices');
    await page.getByRole('button', { name: 'Save price' }).click();
    await page.getByText('0.004, then 0.5 credits a unit, each unit in its tier').first().waitFor();

    await holdfast.credits.topUp({ customer: 'acme', credits: 1 });
    const { estimated_cost: cost } = await holdfast.credits.entitlement('acme', 'token', { units: 25_000 });
    expect(cost).toBe(12_011_000);
  });
});
