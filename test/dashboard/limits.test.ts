import { expect, test } from 'vitest';

import { describeInBrowser } from './chromium.ts';
import { openDashboard } from './open-dashboard.ts';

const dashboard = openDashboard();

describeInBrowser('the limits', () => {
  test('are those of the tier, and show what is used of them as it is used', async () => {
    const { page, holdfast, check } = await dashboard.open('limits');
    const tier = { ops_per_minute: 1_000, ops_per_day: 10_000, concurrent_locks: 10, api_keys: 5 };
    await holdfast.admin.tiers.put('team', { ...tier, event_history_hours: null });
    await holdfast.admin.tenants.update('default', { tier: 'team' });
    const locks = page.getByRole('meter', { name: 'Concurrent locks' });
    await locks.waitFor();
    const names = Array.from({ length: 8 }, (_, index) => `room-${index}`);
    await holdfast.resources.reserve(names.map((resource) => ({ requester: 'alice', resource, ttlSeconds: 600 })));
    await expect.poll(() => locks.getAttribute('aria-valuenow')).toBe('8');
    await check('limits');
  });
});
