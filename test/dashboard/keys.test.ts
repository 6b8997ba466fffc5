import { AuthenticationError, Holdfast } from '@holdfast/sdk';
import { expect, test } from 'vitest';

import { describeInBrowser } from './chromium.ts';
import { openDashboard } from './open-dashboard.ts';

const dashboard = openDashboard();

describeInBrowser('the API keys', () => {
  test('are shown once, work, get another value, and are revoked', async () => {
    const { page, url, check } = await dashboard.open('keys', 'test');
    await page.getByRole('button', { name: 'New key' }).click();
    const form = page.getByRole('dialog', { name: 'New test API key' });
    await form.getByLabel('Label').fill('Build server');
    await form.getByText('Only some of it').click();
    await form.getByRole('checkbox', { name: 'resources:write' }).check();
    await check('keys-new');
    await form.getByRole('button', { name: 'Create key' }).click();

    const shown = page.getByRole('dialog', { name: 'The API key Build server' });
    const apiKey = await shown.getByRole('group').locator('code').innerText();
    expect(apiKey).toMatch(/^hf_test_\w+$/u);
    await check('keys-shown-once');
    await shown.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(apiKey);

    const program = new Holdfast({ baseUrl: url, apiKey });
    expect(await program.resources.reserve([{ requester: 'ci', resource: 'deploy' }])).toMatchObject([
      { status: 'ACQUIRED' },
    ]);
    await expect(program.credits.settings()).rejects.toMatchObject({ scope: 'credits:read' });

    await page.getByRole('button', { name: 'Build server' }).click();
    const panel = page.getByRole('dialog', { name: 'Build server', exact: true });
    await check('keys-details');
    await panel.getByRole('button', { name: 'Rotate' }).click();
    const rotation = page.getByRole('dialog', { name: 'Rotate Build server' });
    await rotation.getByLabel('Its present value will').selectOption('End at once');
    // Until the question below is asked, the list of keys isn't loaded again.
    const isAsked = Promise.withResolvers<void>();
    await page.route('**/v1/admin/api-keys?*', async (route) => {
      await isAsked.promise;
      await route.continue();
    });
    await rotation.getByRole('button', { name: 'Rotate' }).click();
    const rotated = await shown.getByRole('group').locator('code').innerText();
    expect(rotated).not.toBe(apiKey);
    await shown.getByRole('button', { name: 'I have copied it' }).click();
    expect((await new Holdfast({ baseUrl: url, apiKey: rotated }).limits()).tier).toBe('unlimited');

    await panel.getByRole('button', { name: 'Revoke' }).click();
    const question = page.getByRole('dialog', { name: 'Revoke Build server?' });
    await question.waitFor();
    isAsked.resolve();
    await panel.getByText(`…${rotated.slice(-5)}`).waitFor();
    await question.getByRole('button', { name: 'Revoke for good' }).click();
    await panel.getByText('revoked', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Build server' }).waitFor({ state: 'detached' });
    await check('keys');
    const isRefused = () =>
      new Holdfast({ baseUrl: url, apiKey: rotated }).limits().then(
        () => false,
        (error: unknown) => error instanceof AuthenticationError,
      );
    await expect.poll(isRefused).toBe(true);
  });
});
