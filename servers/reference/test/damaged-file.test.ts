import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';

import { readConfig } from '../src/config/config.ts';
import { startServer } from '../src/start-server.ts';

const apiKey = `hf_live_${'a'.repeat(43)}`;

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-server-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function start(folder: string) {
  const lines: string[] = [];
  const config = readConfig({ PORT: '0', HOLDFAST_DATA_DIR: folder, HOLDFAST_BOOTSTRAP_API_KEY: apiKey });
  const logger = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  const server = await startServer({ config, logger });
  onTestFinished(() => server.stop());
  const ask = (path: string, body?: unknown) =>
    fetch(server.url + path, {
      headers: { 'X-API-Key': apiKey, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    });
  const reserve = (resource: string) => ask('/api/v1/Reservation/reserve', [{ requester: 'ada', resource }]);
  return { server, lines, ask, reserve };
}

/** What something else than Holdfast does to the file. */
function damage(folder: string): void {
  const database = new DatabaseSync(join(folder, 'holdfast.sqlite'));
  database.exec(`UPDATE records SET body = replace(body, 'ada', 'bob')`);
  database.close();
}

test('a damaged file ends the start with what is wrong, and what to do', async () => {
  const folder = createFolder();
  const { server, reserve } = await start(folder);
  expect((await reserve('one')).status).toBe(200);
  await server.stop();
  damage(folder);
  await expect(start(folder)).rejects.toThrow(
    `holdfast.sqlite can't be opened: The database file is damaged: a record of locks is not what was written. Restore a backup: npm run restore -- FILE.`,
  );
});

test('damage that shows while it runs: 503 for every request from then on, and at once on /readyz', async () => {
  const folder = createFolder();
  const { server, lines, ask, reserve } = await start(folder);
  expect((await reserve('one')).status).toBe(200);
  expect((await ask('/readyz')).status).toBe(200);
  damage(folder);

  const list = await ask('/api/v1/Reservation');
  expect([list.status, await list.json()]).toMatchObject([503, { error: 'unavailable' }]);
  const ready = await ask('/readyz');
  expect([ready.status, await ready.text()]).toEqual([
    503,
    expect.stringContaining(
      "not ready: the store's file is damaged: nothing is read or written until a backup has been restored\n",
    ),
  ]);
  expect((await reserve('two')).status).toBe(503);
  expect((await ask('/v1/customers')).status).toBe(503);
  expect((await ask('/api/capacity/usage', { samples: [] })).status).not.toBe(200);
  expect((await ask('/healthz')).status).toBe(200);
  await expect(server.sweep()).rejects.toMatchObject({ fault: 'damaged' });
  expect(lines.filter((line) => line.includes('npm run restore'))).toHaveLength(1);
});
