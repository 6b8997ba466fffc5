import { Holdfast } from '@holdfast/sdk';
import { expect, test } from 'vitest';

import { describeInBrowser } from './chromium.ts';
import { openDashboard } from './open-dashboard.ts';

const dashboard = openDashboard();

describeInBrowser('whoever comes for the first time', () => {
  test('is told how to get in, gets in by a link that works once, sees his keys once, and gets out', async () => {
    const { page, url, makeStartUrl, check } = await dashboard.arrive();
    await page.goto(`${url}/dashboard`);
    const signIn = page.getByRole('heading', { name: 'Sign in to Holdfast' });
    await signIn.waitFor();
    await page.getByText('npm run sign-in-link').waitFor();
    await check('sign-in');

    const link = await makeStartUrl();
    // It is opened where the page is already, and differs only in what follows the #.
    await page.goto(link);
    const keys = page.getByRole('dialog', { name: 'Your API keys' });
    await keys.waitFor();
    expect(page.url()).not.toContain('hf_start_');
    await check('first-keys');
    const apiKey = /hf_test_\w+/u.exec(await keys.innerText())?.[0] ?? '';
    const [claim] = await new Holdfast({ baseUrl: url, apiKey }).resources.reserve([
      { requester: 'ada', resource: 'desk-7' },
    ]);
    expect(claim?.status).toBe('ACQUIRED');
    await keys.getByRole('button', { name: 'I have copied them' }).click();
    await page.reload();
    const operator = page.getByRole('button', { name: 'Operator' });
    await operator.waitFor();
    expect(await keys.count()).toBe(0);

    await operator.click();
    await check('person-menu');
    await page.getByRole('menuitem', { name: 'Sign out', exact: true }).click();
    await signIn.waitFor();
    await page.goto(link);
    await page.getByRole('alert').getByText('This link was used before').waitFor();
  });

  test('has the look that he likes, also the next time', async () => {
    const { page } = await dashboard.open('overview');
    await page.getByRole('button', { name: 'Operator' }).click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await page.evaluate('getComputedStyle(document.documentElement).colorScheme')).toBe('dark');
  });
});
