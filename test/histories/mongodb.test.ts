import { randomUUID } from 'node:crypto';

import { recordKinds } from '@holdfast/engine';
import { openMongoStore } from '@holdfast/store-mongodb';
import { afterAll, beforeAll, describe, inject, test } from 'vitest';

import { familiesFor } from '../families.ts';
import { startServerProcess } from '../processes/server-process.ts';
import type { ServerProcess } from '../processes/server-process.ts';
import { addOtherOrg } from './other-org.ts';
import { proofTimeoutMs, proveHistories } from './prove-histories.ts';
import { serverAt } from './server.ts';

/** Each process reckons the database's time from how long it takes to ask for it, on a busy machine. */
const clockToleranceMs = 150;

const uri = inject('mongodbUri');

const families = await familiesFor('histories');

const options = { timeout: proofTimeoutMs };

// Without a mongod it is left out, which `npm test` says loudly; in CI that is a failure.
describe.skipIf(uri === undefined)('three processes on one MongoDB', () => {
  let servers: readonly ServerProcess[] = [];

  beforeAll(async () => {
    const database = `histories-${randomUUID().slice(0, 13)}`;
    await addOtherOrg(await openMongoStore({ uri: uri ?? '', database, kinds: recordKinds }));
    const env = { MONGODB_URI: (uri ?? '').replace('/?', `/${database}?`) };
    servers = await Promise.all([1, 2, 3].map(() => startServerProcess({ env })));
  });

  afterAll(() => Promise.all(servers.map((server) => server.end('SIGKILL'))));

  test.for(families)(
    'answer $name as if they were one, with one client at a time',
    options,
    async (family, { annotate }) => {
      const apiKey = servers.flatMap(({ printedApiKey }) => printedApiKey ?? [])[0] ?? '';
      const all = servers.map(({ url }) => serverAt(url, apiKey));
      const target = 'three processes on MongoDB';
      await annotate(await proveHistories({ family, servers: all, target, clockToleranceMs }));
    },
  );
});
