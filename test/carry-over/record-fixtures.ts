/**
 * Makes the fixtures of one version: a file, a database, and what that version answered from them. Run in a working
 * tree of the version itself, into which this folder and the register of families are copied. Version 1 is 6972430;
 * version 2 is 9038fbd, the last one without tiers, and with API keys that had no ids; version 3 is 7f2f629, the last one
 * in which each family had events of its own, numbered by when they were; version 4 is cfd6626, the last one in which
 * each kind of record had a table, or a collection, of its own:
 *
 *     git worktree add /tmp/old 9038fbd && cp -r test/carry-over test/families.ts /tmp/old/test/
 *     (cd /tmp/old && pnpm install && node test/carry-over/record-fixtures.ts 2)
 *     cp /tmp/old/test/carry-over/fixtures/* test/carry-over/fixtures/
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';

import { recordKinds } from '@holdfast/engine';
import type { Store } from '@holdfast/engine';
import { openMongoStore } from '@holdfast/store-mongodb';
import { startMongo } from '@holdfast/store-mongodb/testing';
import { openSqliteStore } from '@holdfast/store-sqlite';

import { addApiKeys } from '../targets/add-api-keys.ts';
import { apiKeys } from '../targets/target.ts';
import { dumpDatabase, fixtureFile, writeRecording } from './databases.ts';
import { exchange, lasting } from './recording.ts';
import type { Exchange } from './recording.ts';
import { startOn } from './start-on.ts';
import { readsAfter, writeAll } from './workload.ts';

/** Far ahead, because MongoDB deletes by its own clock what is past its purge time. */
const startMs = Date.parse('2100-01-01T09:01:00Z');
/** Long enough for some claims and holds to lapse, short enough for the idempotency keys. */
const laterMs = 70_000;

async function write(store: Store): Promise<{ writes: Exchange[]; writtenAtMs: number }> {
  let nowMs = startMs;
  await addApiKeys(store, [
    { apiKey: apiKeys.test, tenantId: 'default', environment: 'test' },
    { apiKey: apiKeys.otherTenant, tenantId: 'other', environment: 'live', isAdmin: false },
  ]);
  const server = await startOn(store, () => nowMs);
  const writes: Exchange[] = [];
  await writeAll({
    now: () => nowMs,
    advance: (milliseconds) => void (nowMs += milliseconds),
    write: async (request) => {
      const idempotencyKey = `carry-over-${writes.length}`;
      const { isReplayed: _, ...written } = await exchange(server.url, { ...request, idempotencyKey });
      if (written.status === 400 || written.status >= 500)
        throw new Error(`${written.path}: ${JSON.stringify(written.answer)}`);
      writes.push({ ...written, answer: lasting(written.answer) });
      return written.answer;
    },
  });
  await server.stop();
  await store.close();
  return { writes, writtenAtMs: nowMs };
}

async function read(store: Store, name: string, { writes, writtenAtMs }: Awaited<ReturnType<typeof write>>) {
  const askedAtMs = writtenAtMs + laterMs;
  const server = await startOn(store, () => askedAtMs);
  await server.sweep();
  const reads: Exchange[] = [];
  for (const request of readsAfter(writes, writtenAtMs)) {
    const { isReplayed: _, ...answered } = await exchange(server.url, request);
    if (answered.status !== 200)
      process.stderr.write(`${answered.status} ${request.path} ${JSON.stringify(answered.answer)}\n`);
    reads.push({ ...answered, answer: lasting(answered.answer) });
  }
  await server.stop();
  await store.close();
  writeRecording(name, { writtenAtMs, askedAtMs, writes, reads });
}

async function recordSqlite(version: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-fixture-'));
  const [file, copy] = [join(folder, 'holdfast.sqlite'), join(folder, 'copy.sqlite')];
  const written = await write(await openSqliteStore({ file, kinds: recordKinds }));
  const database = new DatabaseSync(file);
  database.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  copyFileSync(file, copy);
  writeFileSync(fixtureFile(`sqlite-${version}.gz`), gzipSync(readFileSync(file)));
  await read(await openSqliteStore({ file: copy, kinds: recordKinds }), `sqlite-${version}`, written);
  rmSync(folder, { recursive: true });
}

async function recordMongodb(version: string): Promise<void> {
  const mongo = await startMongo();
  const database = 'fixture';
  const open = () => openMongoStore({ uri: mongo.uri, database, kinds: recordKinds });
  const written = await write(await open());
  await dumpDatabase(mongo.uri, database, fixtureFile(`mongodb-${version}.gz`));
  await read(await open(), `mongodb-${version}`, written);
  await mongo.stop();
}

const [, , version = '1'] = process.argv;
await recordSqlite(version);
await recordMongodb(version);
