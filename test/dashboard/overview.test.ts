import type { Page } from 'playwright-core';
import { test } from 'vitest';

import { describeInBrowser } from './chromium.ts';
import { openDashboard } from './open-dashboard.ts';

describeInBrowser('the overview', () => {
  const dashboard = openDashboard();

  test('teaches a first request, and then shows what is held, spent, booked and refused as it happens', async () => {
    const { page, holdfast, check } = await dashboard.open('overview');
    await page.getByText('Nothing has happened yet').waitFor();
    await check('overview-empty');

    await holdfast.resources.reserve([
      { requester: 'alice', resource: 'order/1', ttlSeconds: 600 },
      { requester: 'bob', resource: 'order/2', ttlSeconds: 600 },
    ]);
    await page.getByRole('listitem').filter({ hasText: 'order/2' }).filter({ hasText: 'bob' }).waitFor();
    await figure(page, 'Locks held', /^2$/u);

    await holdfast.credits.metrics.create({ key: 'image', display_name: 'Images' });
    await holdfast.credits.rules.create({ billable_metric_key: 'image', cost_type: 'per_unit', unit_cost: 1_500 });
    await holdfast.credits.topUp({ customer: 'acme', credits: 100_000, external_payment_id: 'payment-1' });
    await holdfast.credits.recordUsage({ customer: 'acme', billable_metric_key: 'image', units: 2 });
    await figure(page, 'Credits spent', /^3\s*in 24 hours$/u);

    // Bookings need notice, and begin at a quarter of an hour.
    const startsAt = new Date(Math.ceil(Date.now() / 900_000) * 900_000 + 3_600_000);
    await holdfast.capacity.reserve({
      intervals: [{ startsAt, endsAt: new Date(startsAt.getTime() + 900_000), capacityGb: 64 }],
    });
    await figure(page, 'Capacity booked', /^64\s*GB/u);
    await check('overview');
  });
});

/** Waits until a figure is what it should be. */
async function figure(page: Page, label: string, value: RegExp): Promise<void> {
  const stat = page.locator('section').filter({ has: page.getByRole('heading', { name: label }) });
  await stat.locator('p').first().filter({ hasText: value }).waitFor();
}
