import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { recordKinds } from '@holdfast/engine';
import { openSqliteStore } from '@holdfast/store-sqlite';
import { afterAll, beforeAll, describe, test } from 'vitest';

import { familiesFor } from '../families.ts';
import { startServerProcess } from '../processes/server-process.ts';
import type { ServerProcess } from '../processes/server-process.ts';
import { addOtherOrg } from './other-org.ts';
import { proofTimeoutMs, proveHistories } from './prove-histories.ts';
import { serverAt } from './server.ts';

/** Server and recorder read the same clock, though not at the same moment, and one of them cuts fractions off. */
const clockToleranceMs = 5;

const families = await familiesFor('histories');

const options = { timeout: proofTimeoutMs };

describe('a process on a SQLite file', () => {
  let folder: string;
  let server: ServerProcess;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-histories-'));
    await addOtherOrg(await openSqliteStore({ file: join(folder, 'holdfast.sqlite'), kinds: recordKinds }));
    server = await startServerProcess({ env: { HOLDFAST_DATA_DIR: folder } });
  });

  afterAll(async () => {
    await server.end('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  test.for(families)('answers $name as if it had one client at a time', options, async (family, { annotate }) => {
    const servers = [serverAt(server.url, server.printedApiKey ?? '')];
    await annotate(await proveHistories({ family, servers, target: 'SQLite', clockToleranceMs }));
  });
});
