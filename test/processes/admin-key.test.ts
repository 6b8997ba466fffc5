import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, inject, onTestFinished, test } from 'vitest';

import { runCommand } from './run-command.ts';
import { startServerProcess } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-admin-key-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function start(env: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const server = await startServerProcess({ env });
  onTestFinished(() => void server.end('SIGKILL'));
  return server;
}

function keyIn(output: string): string {
  return /^API key: (\S+)/u.exec(output)?.[1] ?? '';
}

async function ask({ url }: ServerProcess, path: string, apiKey: string) {
  const answer = await fetch(`${url}${path}`, { headers: { 'X-API-Key': apiKey } });
  return { status: answer.status, body: (await answer.json()) as Readonly<Record<string, unknown>> };
}

test('a lost first key is replaced by another one that may do the same, while the server is stopped', async () => {
  const env = { HOLDFAST_DATA_DIR: join(createFolder(), 'data') };
  const first = await start(env);
  const refused = await runCommand('admin-key', [], { env });
  expect(refused).toMatchObject({ code: 1, output: '' });
  expect(refused.errors).toMatch(/holdfast\.sqlite is in use by another Holdfast process: stop that one, /u);
  await first.end('SIGTERM');

  const made = await runCommand('admin-key', [], { env });
  expect(made).toMatchObject({ code: 0, errors: '' });
  expect(keyIn(made.output)).toMatch(/^hf_live_[0-9A-Za-z]{49}$/u);
  const named = await runCommand('admin-key', ['--environment', 'test', '--label', 'Ada’s laptop'], { env });
  expect(keyIn(named.output)).toMatch(/^hf_test_[0-9A-Za-z]{49}$/u);
  expect(named.output).toContain('in the environment test. Its label is "Ada’s laptop"');

  const second = await start(env);
  for (const [apiKey, label] of [
    [keyIn(made.output), 'admin key'],
    [keyIn(named.output), 'Ada’s laptop'],
  ] as const) {
    expect((await ask(second, '/v1/admin/tenants', apiKey)).status).toBe(200);
    const { body } = await ask(second, '/v1/events?type=key.created', apiKey);
    const event = { api_key_label: 'npm run admin-key', data: expect.objectContaining({ label }) };
    expect(body['data']).toContainEqual(expect.objectContaining(event));
  }
  expect((await ask(second, '/v1/limits', first.printedApiKey ?? '')).status).toBe(200);
});

// Without a mongod it is left out, which `npm test` says loudly; in CI that is a failure.
const mongodbUri = inject('mongodbUri');
describe.skipIf(mongodbUri === undefined)('on MongoDB', () => {
  test('a key is made while servers run, and works on all of them at once', async () => {
    const env = { MONGODB_URI: mongodbUri ?? '', MONGODB_DATABASE: `admin-key-${randomUUID().slice(0, 13)}` };
    const servers = [await start(env), await start(env)];
    const { code, output, errors } = await runCommand('admin-key', [], { env });
    expect([code, errors]).toEqual([0, '']);
    for (const server of servers) expect((await ask(server, '/v1/admin/tenants', keyIn(output))).status).toBe(200);
  });

  test('a database without a tenant is left as it is: its name may be a slip', async () => {
    const env = { MONGODB_URI: mongodbUri ?? '', MONGODB_DATABASE: `admin-key-${randomUUID().slice(0, 13)}` };
    const refused = await runCommand('admin-key', [], { env });
    expect([refused.code, refused.output]).toEqual([1, '']);
    expect(refused.errors).toMatch(/^There is nothing in this store yet \(mongodb, database admin-key-\S+\)/u);
    expect((await start(env)).printedApiKey).toBeDefined();
  });
});

test('the command says what is wrong, and changes nothing', async () => {
  const folder = createFolder();
  const outcomes: readonly (readonly [readonly string[], Record<string, string>, number, RegExp])[] = [
    [[], {}, 1, /^There is no file .*none\/holdfast\.sqlite: the first start makes it, and a key\.\n$/u],
    [[], { HOLDFAST_STORE: 'memory' }, 1, /^A store in memory .* HOLDFAST_BOOTSTRAP_API_KEY/u],
    [['--environment', 'staging'], {}, 2, /^--environment must be live or test\.\nnpm run admin-key/u],
    [['--label', ''], {}, 2, /^--label must be of 1 to 128 characters\./u],
    [['--label', 'x'.repeat(129)], {}, 2, /^--label must be of 1 to 128 characters\./u],
    [['a-file'], {}, 2, /^It takes no file\./u],
  ];
  for (const [args, variables, code, errors] of outcomes) {
    const env = { HOLDFAST_DATA_DIR: join(folder, 'none'), ...variables };
    const result = await runCommand('admin-key', args, { env });
    expect(result, args.join(' ')).toMatchObject({ code, output: '', errors: expect.stringMatching(errors) });
  }
  expect(existsSync(join(folder, 'none'))).toBe(false);
});

// The kernel of Linux has a device that is always full.
describe.skipIf(!existsSync('/dev/full'))('a full disk', () => {
  test('to which the key can not be printed makes the command fail, and say so', async () => {
    const env = { HOLDFAST_DATA_DIR: join(createFolder(), 'data') };
    await (await start(env)).end('SIGTERM');
    const launcher = ['sh', '-c', 'exec "$@" > /dev/full', 'sh'];
    const result = await runCommand('admin-key', [], { env, launcher });
    expect(result).toEqual({
      code: 1,
      output: '',
      errors: expect.stringMatching(/^The key was made, but could not be/u),
    });
  });
});
