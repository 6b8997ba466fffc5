import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

import { afterAll, describe, expect, onTestFinished, test } from 'vitest';

import { startCliServer } from './cli-server.ts';
import { holdfast, startCommand } from './command-line.ts';

const server = await startCliServer();
const { client, env } = server;

afterAll(() => server.stop());

/** Starts `holdfast events tail`; its lines can be read as they come. */
function startTail(...args: readonly string[]) {
  const child = startCommand(['events', 'tail', ...args], { env });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = Promise.all([once(child, 'close'), text(child.stderr)]);
  return {
    nextLine: async () => String((await lines.next()).value),
    /** What Ctrl-C does. */
    interrupt: async () => {
      child.kill('SIGINT');
      const [[exitCode], errors] = await ended;
      return { exitCode: exitCode as number | null, errors, hasMore: (await lines.next()).done !== true };
    },
  };
}

function reserve(resource: string) {
  const metadata = { why: '\u001b[2Jnight' };
  return client.resources.reserve([{ requester: 'worker 7', resource, ttlSeconds: 600, metadata }]);
}

/** The number of the newest event of a lock. */
async function newestNumber(): Promise<number> {
  const { events } = await client.resources.eventHistory({ limit: 1 });
  return Number(events[0]?.id ?? 0);
}

describe('events tail', () => {
  test('prints a line for each event, as it happens, until Ctrl-C', async () => {
    await reserve('order-1');
    const after = (await newestNumber()) - 1;
    const tail = startTail('--after', String(after));
    const details = String.raw`requester="worker 7"  fencingToken=\d+  metadata=\{"why":"\\u001b\[2Jnight"\}`;
    expect(await tail.nextLine()).toMatch(
      new RegExp(
        String.raw`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ  #${after + 1}  RESERVED {11}  order-1  ${details}  \(.+\)$`,
        'u',
      ),
    );
    await reserve('order-2');
    expect(await tail.nextLine()).toContain(`#${after + 2}  RESERVED             order-2`);
    expect(await tail.interrupt()).toEqual({ exitCode: 0, errors: '', hasMore: false });
  });

  test('shows other families, some types of them, as JSON for scripts', async () => {
    const after = await newestNumber();
    const tail = startTail(
      '--families',
      'resources,credits',
      '--types',
      'credits.granted',
      '--after',
      String(after),
      '--json',
    );
    await reserve('order-3');
    await client.credits.customers.create({ external_id: 'acme' });
    await client.credits.grant({ customer: 'acme', credits: 5_000, source: 'promotion' });
    const event: unknown = JSON.parse(await tail.nextLine());
    expect(event).toMatchObject({ type: 'credits.granted', external_customer_id: 'acme', data: { delta: 5_000 } });
    expect(await tail.interrupt()).toEqual({ exitCode: 0, errors: '', hasMore: false });
  });

  test('ends with the exit code of a refusal', async () => {
    const { api_key } = await client.admin.apiKeys.create({
      environment: 'live',
      label: 'x',
      scopes: ['credits:read'],
    });
    const without = await holdfast(['events', 'tail'], { env: { ...env, HOLDFAST_API_KEY: api_key ?? '' } });
    expect(without).toMatchObject({ exitCode: 4, output: '', errors: expect.stringContaining('events:read') });
    const nowhere = await holdfast(['events', 'tail', '--after', '999999999'], { env });
    expect(nowhere).toMatchObject({ exitCode: 1, output: '' });
  });
});
