import { randomUUID } from 'node:crypto';

import { recordKinds } from '@holdfast/engine';
import { Holdfast } from '@holdfast/sdk';
import { readConfig, startServer } from '@holdfast/server';
import type { RunningServer } from '@holdfast/server';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

const uri = inject('mongodbUri');
const apiKey = `hf_live_${'t'.repeat(43)}`;

/** The server lives 25 hours ago, so that what it keeps for a day is an hour past its time. */
const serverIsBehindMs = 25 * 3_600_000;

// Without a mongod it is left out, which `npm test` says loudly; in CI that is a failure.
describe.skipIf(uri === undefined)('MongoDB’s own TTL thread', () => {
  const database = `ttl-${randomUUID().slice(0, 13)}`;
  let mongo: MongoClient;
  let server: RunningServer;
  let holdfast: Holdfast;

  beforeAll(async () => {
    mongo = await MongoClient.connect(uri ?? '');
    const env = { MONGODB_URI: uri, MONGODB_DATABASE: database, HOLDFAST_EVENT_HISTORY_DAYS: '1' };
    const config = readConfig({ ...env, PORT: '0', HOLDFAST_BOOTSTRAP_API_KEY: apiKey, HOLDFAST_LOG_LEVEL: 'warn' });
    server = await startServer({ config, now: () => Date.now() - serverIsBehindMs });
    holdfast = new Holdfast({ baseUrl: server.url, apiKey });
  });

  afterAll(async () => {
    await server?.stop();
    await mongo?.close();
  });

  /** Of credits' holds, those alone that have ended; of workloads, those that use nothing; of a webhook's deliveries, those that are over; of members, invitations. */
  const purged = [
    'idempotency',
    'event-log',
    'events',
    'credit-holds',
    'credit-usage-events',
    'credit-events',
    'capacity-samples',
    'capacity-workloads',
    'limit-windows',
    'access-tokens',
    'members',
    'sessions',
    'start-links',
    'webhook-deliveries',
  ];

  test('deletes by the date in a record, and has no other index by which it deletes records', async () => {
    const names = (await mongo.db(database).listCollections({ type: 'collection' }).toArray()).map(({ name }) => name);
    const ttlIndexes = await Promise.all(
      names.map(async (name) => {
        const indexes = await mongo.db(database).collection(name).indexes();
        return indexes.flatMap(({ key, expireAfterSeconds }) =>
          expireAfterSeconds === undefined ? [] : [[name, key, expireAfterSeconds]],
        );
      }),
    );
    expect(ttlIndexes.flat().toSorted()).toEqual([
      ['all_records', { purgeAt: 1 }, 0],
      // Turns to write are nobody's records.
      ['write_turns', { endsAt: 1 }, 3_600],
    ]);
  });

  test('has a date for what no rule needs any more, and for nothing else', () => {
    const kinds = recordKinds.filter(({ purgeField }) => purgeField !== undefined).map(({ name }) => name);
    expect(kinds.toSorted()).toEqual(purged.toSorted());
  });

  test('removes an idempotency record and an old event, and leaves the lock alone', async () => {
    const [claim] = await holdfast.resources.reserve([{ requester: 'a', resource: 'x' }], { idempotencyKey: 'once' });
    // As the server sees it: what has been deleted may be there a moment longer for whoever asks the majority.
    const readConcern = { level: 'majority' } as const;
    const countOf = (kind: string) =>
      mongo.db(database).collection('all_records', { readConcern }).countDocuments({ kind });
    const countAll = () => Promise.all(['idempotency', 'event-log', 'locks'].map(countOf));
    // MongoDB's TTL thread looks every second here, instead of every minute.
    await expect.poll(countAll).toEqual([0, 0, 1]);

    expect(await holdfast.resources.get('x')).toMatchObject({ status: 'HELD', fencingToken: claim.fencingToken });
    const again = await holdfast.resources
      .reserve([{ requester: 'b', resource: 'x' }], { idempotencyKey: 'once' })
      .withResponse();
    expect(again.data).toMatchObject([{ status: 'ALREADY_HELD' }]);
    expect(again.response.headers.get('Idempotent-Replayed')).toBeNull();
  });
});
