import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, inject, onTestFinished, test } from 'vitest';

import { runCommand } from './run-command.ts';
import { startServerProcess } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-sign-in-link-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function start(env: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const server = await startServerProcess({ env });
  onTestFinished(() => void server.end('SIGKILL'));
  return server;
}

/** What a browser at this server does with the link that was printed. */
async function open({ url }: ServerProcess, output: string): Promise<number> {
  const token = /^Dashboard: \S+\/dashboard#start=(\S+) {3}/mu.exec(output)?.[1];
  const headers = { 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'application/json' };
  return (await fetch(`${url}/dashboard/start`, { method: 'POST', headers, body: JSON.stringify({ token }) })).status;
}

test('a link is made while the server is stopped, and signs in once it runs', async () => {
  const env = { HOLDFAST_DATA_DIR: join(createFolder(), 'data') };
  const first = await start(env);
  const refused = await runCommand('sign-in-link', [], { env });
  expect(refused).toMatchObject({ code: 1, output: '' });
  expect(refused.errors).toMatch(/holdfast\.sqlite is in use by another Holdfast process: stop that one, /u);
  await first.end('SIGTERM');

  const made = await runCommand('sign-in-link', [], { env: { ...env, PORT: '4123' } });
  expect(made).toMatchObject({ code: 0, errors: '' });
  expect(made.output).toMatch(/^Dashboard: http:\/\/127\.0\.0\.1:4123\/dashboard#start=hf_start_\w+ {3}\(works once/u);
  const second = await start(env);
  expect([await open(second, made.output), await open(second, made.output)]).toEqual([204, 410]);
});

// Without a mongod it is left out, which `npm test` says loudly; in CI that is a failure.
const mongodbUri = inject('mongodbUri');
describe.skipIf(mongodbUri === undefined)('on MongoDB', () => {
  test('a link is made while servers run, and works once on all of them together', async () => {
    const env = { MONGODB_URI: mongodbUri ?? '', MONGODB_DATABASE: `sign-in-link-${randomUUID().slice(0, 13)}` };
    const empty = await runCommand('sign-in-link', [], { env });
    expect([empty.code, empty.output]).toEqual([1, '']);
    expect(empty.errors).toMatch(/^There is nothing in this store yet \(mongodb, database sign-in-link-\S+\)/u);
    const servers = [await start(env), await start(env)];
    const { code, output } = await runCommand('sign-in-link', [], { env });
    expect(code).toBe(0);
    const statuses = await Promise.all(servers.map((server) => open(server, output)));
    expect(statuses.toSorted()).toEqual([204, 410]);
  });
});

test('the command says what is wrong', async () => {
  const env = { HOLDFAST_DATA_DIR: join(createFolder(), 'none') };
  const outcomes: readonly (readonly [readonly string[], Record<string, string>, number, RegExp])[] = [
    [[], {}, 1, /^There is no file .*none\/holdfast\.sqlite: the first start makes it/u],
    [[], { HOLDFAST_STORE: 'memory' }, 1, /^A store in memory is its server's alone: its start prints a link\./u],
    [[], { PORT: '0' }, 1, /^PORT is 0, .* HOLDFAST_PUBLIC_URL/u],
    [['a-file'], {}, 2, /^It takes no file\./u],
  ];
  for (const [args, variables, code, errors] of outcomes) {
    const result = await runCommand('sign-in-link', args, { env: { ...env, ...variables } });
    expect(result).toMatchObject({ code, output: '', errors: expect.stringMatching(errors) });
  }
});
