import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { authenticate, scopes } from '@holdfast/engine';
import { createMemoryStore } from '@holdfast/store-memory';
import { expect, onTestFinished, test } from 'vitest';

import { readConfig } from '../src/config/config.ts';
import { createLogger } from '../src/log/logger.ts';
import { StartError } from '../src/start-error.ts';
import { startServer } from '../src/start-server.ts';
import type { RunningServer } from '../src/start-server.ts';

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-server-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function start(
  env: Readonly<Record<string, string>>,
  options: Partial<Parameters<typeof startServer>[0]> = {},
): Promise<RunningServer> {
  const server = await startServer({
    config: readConfig({ PORT: '0', HOLDFAST_LOG_LEVEL: 'silent', ...env }),
    ...options,
  });
  onTestFinished(() => server.stop());
  return server;
}

async function statusWith(server: RunningServer, apiKey: string): Promise<number> {
  const { status } = await fetch(`${server.url}/api/v1/Reservation`, {
    headers: { Authorization: `Bearer ${apiKey}` },
  });
  return status;
}

async function startError(starting: Promise<unknown>): Promise<string> {
  const error = await starting.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StartError);
  return (error as StartError).message;
}

test('the first start makes a key, and only the first', async () => {
  const env = { HOLDFAST_DATA_DIR: createFolder() };
  const first = await start(env);
  const apiKey = first.firstApiKey ?? '';
  expect(apiKey).toMatch(/^hf_live_[0-9A-Za-z]{49}$/u);
  expect(await statusWith(first, apiKey)).toBe(200);
  expect(await statusWith(first, `${apiKey}x`)).toBe(401);
  await first.stop();
  const second = await start(env);
  expect(second.firstApiKey).toBeUndefined();
  expect(await statusWith(second, apiKey)).toBe(200);
});

test('the operator can choose the first key, and start again with it', async () => {
  const bootstrapApiKey = `hf_test_${'b'.repeat(32)}`;
  const env = { HOLDFAST_DATA_DIR: createFolder(), HOLDFAST_BOOTSTRAP_API_KEY: bootstrapApiKey };
  const first = await start(env);
  expect(first.firstApiKey).toBe(bootstrapApiKey);
  expect(await authenticate(first.service, bootstrapApiKey)).toMatchObject({
    environment: 'test',
    apiKeyLabel: 'first key',
    scopes: new Set(scopes),
  });
  await first.stop();
  const second = await start(env);
  expect(second.firstApiKey).toBeUndefined();
  expect(await statusWith(second, bootstrapApiKey)).toBe(200);
});

test('another first key than that of the store is warned of, and does not work', async () => {
  const lines: string[] = [];
  const logger = createLogger('warn', { write: (line) => void lines.push(line) });
  const env = { HOLDFAST_DATA_DIR: createFolder() };
  const first = await start(env);
  await first.stop();
  const other = `hf_live_${'c'.repeat(32)}`;
  const second = await start({ ...env, HOLDFAST_BOOTSTRAP_API_KEY: other }, { logger });
  expect(await statusWith(second, other)).toBe(401);
  expect(lines).toEqual([expect.stringContaining('HOLDFAST_BOOTSTRAP_API_KEY is not a key of this store')]);
});

test('two servers on one folder: the second one says what is the matter', async () => {
  const env = { HOLDFAST_DATA_DIR: createFolder() };
  await start(env);
  expect(await startError(start(env))).toMatch(
    /is in use by another Holdfast process: stop that one, or set HOLDFAST_DATA_DIR/u,
  );
});

test('a port that is taken: the start says so, makes no key and lets go of the file', async () => {
  const { url } = await start({ HOLDFAST_STORE: 'memory' });
  const { port } = new URL(url);
  const env = { HOLDFAST_DATA_DIR: createFolder() };
  expect(await startError(start({ ...env, PORT: port }))).toBe(
    `Port ${port} on 127.0.0.1 is taken: stop what listens there, or set PORT to another port.`,
  );
  const server = await start(env);
  expect(server.firstApiKey).toBeDefined();
});

test('a port for metrics that is taken: the start names its variable, makes no key and lets go of everything', async () => {
  const { url } = await start({ HOLDFAST_STORE: 'memory' });
  const { port } = new URL(url);
  const env = { HOLDFAST_DATA_DIR: createFolder() };
  expect(await startError(start({ ...env, HOLDFAST_METRICS_PORT: port }))).toBe(
    `Port ${port} on 127.0.0.1 is taken: stop what listens there, or set HOLDFAST_METRICS_PORT to another port.`,
  );
  const server = await start(env);
  expect(server.firstApiKey).toBeDefined();
});

test('an address that is not of this machine', async () => {
  expect(await startError(start({ HOLDFAST_STORE: 'memory', HOST: '192.0.2.1' }))).toBe(
    'This machine has no address 192.0.2.1: set HOST to one it has.',
  );
});

test('a folder that can not be written to', async () => {
  const file = join(createFolder(), 'file');
  writeFileSync(file, '');
  const message = await startError(start({ HOLDFAST_DATA_DIR: join(file, 'data') }));
  expect(message).toMatch(
    /holdfast\.sqlite can't be opened: .*HOLDFAST_DATA_DIR must name a folder that can be written to\.$/u,
  );
});

test('a MongoDB out of reach', async () => {
  const message = await startError(
    start({ MONGODB_URI: 'mongodb://user:Sesame@127.0.0.1:1/?serverSelectionTimeoutMS=100' }),
  );
  expect(message).toMatch(/^The MongoDB of MONGODB_URI can't be used: /u);
  expect(message).not.toContain('Sesame');
});

test("a store that was given is the caller's to close", async () => {
  const store = createMemoryStore();
  const first = await start({}, { store });
  await first.stop();
  const second = await start({}, { store });
  expect(await statusWith(second, first.firstApiKey ?? '')).toBe(200);
});

test('two servers in one process know nothing of each other', async () => {
  const [one, other] = [await start({ HOLDFAST_STORE: 'memory' }), await start({ HOLDFAST_STORE: 'memory' })];
  expect(await statusWith(one, one.firstApiKey ?? '')).toBe(200);
  expect(await statusWith(other, one.firstApiKey ?? '')).toBe(401);
});
