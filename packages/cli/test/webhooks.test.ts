import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { verifyWebhook } from '@holdfast/sdk';
import { afterAll, describe, expect, test } from 'vitest';

import { rowsOf, startCliServer, time } from './cli-server.ts';

const server = await startCliServer({ HOLDFAST_WEBHOOK_ALLOW: '127.0.0.0/8' });
const { client, run, printed, json } = server;

/** What was received, and what is answered. */
const received: { readonly path: string | undefined; readonly headers: Headers; readonly body: string }[] = [];
let status = 204;
const receiver = createServer((request, response) => {
  void text(request).then((body) => {
    received.push({ path: request.url, headers: new Headers(request.headers as Record<string, string>), body });
    response.writeHead(status).end(status === 204 ? undefined : 'not now');
  });
}).listen(0, '127.0.0.1');
await once(receiver, 'listening');
const origin = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
let count = 0;

afterAll(async () => {
  await server.stop();
  receiver.close();
  receiver.closeAllConnections();
});

/** Creates an endpoint with a path of its own. */
async function create(...args: readonly string[]) {
  const path = `/holdfast/${(count += 1)}`;
  const secret = await printed('webhooks', 'create', `${origin}${path}`, ...args);
  const [newest] = ((await json('webhooks', 'list')) as { readonly id: string }[]).slice(-1);
  return {
    id: newest?.id ?? '',
    url: `${origin}${path}`,
    secret: secret.trim(),
    received: () => received.filter((each) => each.path === path),
  };
}

describe('webhooks', () => {
  test('are created, with a secret that is printed alone, listed and shown', async () => {
    const types = ['--types', 'credits.*', '--types', 'RESERVED'];
    const { id, url, secret } = await create(...types, '--description', 'Billing', '--header', 'X-Team: billing');
    expect(secret).toMatch(/^whsec_[\w+/=]+$/u);
    expect(rowsOf(await printed('webhooks', 'list'))).toEqual([
      ['ID', 'URL', 'STATE', 'TYPES', 'CREATED'],
      [id, url, 'enabled', 'credits.* RESERVED', time],
    ]);
    const shown = await printed('webhooks', 'get', id);
    expect(shown).not.toContain(secret);
    expect(rowsOf(shown)).toEqual(
      expect.arrayContaining([
        ['description', 'Billing'],
        ['headers', '{"X-Team":"billing"}'],
      ]),
    );
  });

  test('are changed, and changed back', async () => {
    const { id } = await create('--types', 'RESERVED');
    const disabled = rowsOf(await printed('webhooks', 'update', id, '--types', 'all', '--disable'));
    expect(disabled).toEqual(
      expect.arrayContaining([
        ['state', expect.stringMatching(/^disabled/u)],
        ['types', 'all'],
      ]),
    );
    expect(await json('webhooks', 'update', id, '--enable')).toMatchObject({ enabled: true, types: null });
  });

  test('are tested: what is sent is signed with the printed secret, and the answer shown', async () => {
    const { id, received: receivedHere } = await create('--types', 'RENEWED');
    const secret = (await printed('webhooks', 'rotate', id, '--overlap', '0s')).trim();
    status = 204;
    expect(rowsOf(await printed('webhooks', 'test', id))).toEqual(
      expect.arrayContaining([
        ['delivered', 'yes'],
        ['status', '204'],
      ]),
    );
    const [sent] = receivedHere();
    await expect(verifyWebhook(sent!.body, sent!.headers, secret)).resolves.toMatchObject({ type: 'webhook.test' });
    status = 503;
    const failed = await run('webhooks', 'test', id);
    expect(failed).toMatchObject({ exitCode: 1, errors: expect.stringContaining('not delivered') });
    expect(rowsOf(failed.output)).toEqual(expect.arrayContaining([['answer', 'not now']]));
  });

  test('show what was sent to them, and send it again', async () => {
    const { id, received: receivedHere } = await create('--types', 'UNRESERVED');
    const [{ releaseToken }] = await client.resources.reserve([
      { requester: 'a', resource: 'order-1', ttlSeconds: 60 },
    ]);
    status = 204;
    await client.resources.unreserve([{ requester: 'a', resource: 'order-1', releaseToken: releaseToken ?? '' }]);
    await expect.poll(() => json('webhooks', 'deliveries', id, '--status', 'delivered')).toHaveLength(1);
    const [headings, delivery] = rowsOf(await printed('webhooks', 'deliveries', id));
    expect(headings).toEqual(['ID', 'EVENT', 'TYPE', 'STATUS', 'ATTEMPTS', 'LAST ANSWER', 'NEXT ATTEMPT', 'DELIVERED']);
    const [deliveryId = '', number] = delivery ?? [];
    expect(delivery).toEqual([deliveryId, number, 'UNRESERVED', 'delivered', '1', '204', '-', time]);

    expect(rowsOf(await printed('webhooks', 'retry', id, deliveryId))).toContainEqual(['event', number]);
    await expect.poll(() => receivedHere().length).toBe(2);
    const before = String(Number(number) - 1);
    expect(await json('webhooks', 'replay', id, '--after', before)).toEqual({ replayed: 1 });
    await expect.poll(() => receivedHere().length).toBe(3);
    expect(new Set(receivedHere().map(({ headers }) => headers.get('webhook-id'))).size).toBe(1);
    expect(await printed('webhooks', 'replay', id, '--from', '1h', '--only-dead')).toBe('0\n');
  });

  test('are deleted only by whoever means it', async () => {
    const { id } = await create();
    expect((await run('webhooks', 'delete', id)).exitCode).toBe(2);
    expect(await printed('webhooks', 'delete', id, '--yes')).toBe('');
    expect((await run('webhooks', 'get', id)).exitCode).toBe(5);
  });
});
