import { verifyWebhook } from '@holdfast/sdk';
import { expect, onTestFinished, test } from 'vitest';

import { Inbox } from '../receivers/inbox.ts';
import { startLoopbackReceiver } from '../receivers/loopback-receiver.ts';
import { describeInBrowser } from './chromium.ts';
import { openDashboard } from './open-dashboard.ts';

const dashboard = openDashboard();

async function startInbox(): Promise<Inbox> {
  const inboxes: Inbox[] = [];
  const receiver = await startLoopbackReceiver(async (request) => inboxes[0]!.receive(request));
  onTestFinished(() => receiver.stop());
  const inbox = new Inbox(`${receiver.url}/hook`);
  inboxes.push(inbox);
  return inbox;
}

describeInBrowser('the webhooks', () => {
  test('are set up, tested, tell why a delivery failed, and send it again', async () => {
    const inbox = await startInbox();
    const { page, holdfast, check } = await dashboard.open('webhooks');
    await page.getByText('No endpoints').waitFor();
    await check('webhooks-empty');
    await page.getByRole('button', { name: 'New endpoint' }).click();
    const form = page.getByRole('dialog', { name: 'New endpoint' });
    await form.getByLabel('URL').fill(inbox.url);
    await form.getByText('Only some types').click();
    await form.getByRole('checkbox', { name: 'RESERVED', exact: true }).check();
    await check('webhooks-new');
    await form.getByRole('button', { name: 'Create endpoint' }).click();
    const shown = page.getByRole('dialog', { name: 'The endpoint’s secret' });
    const secret = await shown.getByRole('group').locator('code').innerText();
    await shown.getByRole('button', { name: 'I have copied it' }).click();
    await check('webhooks');

    await page.getByRole('link', { name: inbox.url }).click();
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByRole('dialog', { name: 'Test delivery' }).getByText('delivered', { exact: true }).waitFor();
    expect((await inbox.take()).event.type).toBe('webhook.test');
    await page.keyboard.press('Escape');

    inbox.answer(() => new Response('the database is down', { status: 500 }));
    await holdfast.resources.reserve([{ requester: 'alice', resource: 'room', ttlSeconds: 600 }]);
    const { headers, text } = await inbox.take();
    expect(await verifyWebhook(text, headers, secret)).toMatchObject({ type: 'RESERVED', resource: 'room' });
    await page.getByRole('row', { name: 'RESERVED' }).getByRole('button').click();
    const panel = page.getByRole('dialog', { name: /^RESERVED #\d+$/u });
    await panel.getByText('the database is down').waitFor();
    await check('webhooks-delivery');
    inbox.answer(204);
    await panel.getByRole('button', { name: 'Send again' }).click();
    expect((await inbox.take()).headers.get('webhook-id')).toBe(headers.get('webhook-id'));
    await panel.getByText('delivered', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await check('webhooks-endpoint');
  });

  test('replay what the history has', async () => {
    const inbox = await startInbox();
    const { page, holdfast, url, check } = await dashboard.open('webhooks');
    await holdfast.resources.reserve([{ requester: 'alice', resource: 'before', ttlSeconds: 600 }]);
    const { id } = await holdfast.webhookEndpoints.create({ url: inbox.url, types: ['RESERVED'] });
    await page.goto(`${url}/dashboard/default/live/webhooks/${id}`);
    await page.getByRole('button', { name: 'Replay' }).click();
    const form = page.getByRole('dialog', { name: 'Replay events' });
    await form.getByText('After an event').click();
    await check('webhooks-replay');
    await form.getByRole('button', { name: 'Replay' }).click();
    expect((await inbox.take()).event).toMatchObject({ type: 'RESERVED', resource: 'before' });
    await page.getByText('One event is sent again').waitFor();

    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Disable' }).click();
    await page.getByText('disabled', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Replay' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No endpoints').waitFor();
  });
});
