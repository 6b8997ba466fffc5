import { expect, test } from 'vitest';

import { describeInBrowser } from './chromium.ts';
import { openDashboard } from './open-dashboard.ts';

const dashboard = openDashboard();

describeInBrowser('the settings', () => {
  test('change what becomes of credits, and whose JWTs are trusted', async () => {
    const { page, holdfast, check } = await dashboard.open('settings');
    await page.getByText('No JWTs are trusted').waitFor();
    await check('settings-empty');

    await page.getByRole('button', { name: 'Edit' }).click();
    const credits = page.getByRole('dialog', { name: 'Credit settings' });
    await credits.getByLabel('Usage that costs more than there is').selectOption('is let go, with an event');
    await credits.getByLabel('At most so many credits below 0').fill('100');
    await credits.getByLabel('A balance is low below').fill('fifty');
    await credits.getByRole('button', { name: 'Save' }).click();
    await credits.getByText('“fifty” is no amount of credits').waitFor();
    await credits.getByLabel('A balance is low below').fill('50, 12.5');
    await credits.getByRole('button', { name: 'Save' }).click();
    await page.getByText('12.5, 50 credits').waitFor();
    expect(await holdfast.credits.settings()).toMatchObject({
      overage_policy: 'notify',
      overage_limit: 100_000,
      balance_thresholds: [12_500, 50_000],
    });

    await page.getByRole('button', { name: 'Trust an issuer', exact: true }).click();
    const issuer = page.getByRole('dialog', { name: 'Whose JWTs are trusted in live' });
    await issuer.getByLabel('Issuer').fill('https://id.example.com');
    await issuer.getByLabel('Audience').fill('holdfast');
    await issuer.getByLabel('JWKS URL').fill('https://id.example.com/jwks.json');
    await issuer.getByRole('checkbox', { name: 'resources:write' }).check();
    await check('settings-issuer');
    await issuer.getByRole('button', { name: 'Save' }).click();
    await page.getByText('https://id.example.com/jwks.json').waitFor();
    expect(await holdfast.admin.jwtIssuer.get()).toMatchObject({ audience: 'holdfast', scopes: ['resources:write'] });
    await check('settings');
  });
});
