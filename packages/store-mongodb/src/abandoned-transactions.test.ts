import type { CommitResult, Store } from '@holdfast/engine/store';
import { MongoClient } from 'mongodb';
import { expect, test } from 'vitest';
import type { TestContext } from 'vitest';

import { openMongoStore } from './index.ts';
import { headIdOf } from './keys.ts';
import { recordsCollection } from './schema/names.ts';
import { describeWithMongo } from './testing/describe-with-mongo.ts';

const partition = 'acme/live';

function commitOn(store: Store, version: number, deadlineMs: number): Promise<CommitResult> {
  const head = { version: version + 1, nowMs: 1, sequence: 1 };
  return store.commit({ heads: [{ partition, expectedVersion: version, head }], writes: [], nowMs: 1 }, deadlineMs);
}

await describeWithMongo('a transaction that another process has open', (mongo) => {
  /** One on the head that a commit is about to change, and the store that commits. */
  async function openBoth(database: string, appName: string, { onTestFinished }: TestContext) {
    const store = await openMongoStore({ uri: mongo.uri, database, kinds: [] });
    expect(await commitOn(store, 0, 60_000)).toEqual({ status: 'committed' });
    const client = new MongoClient(mongo.uri, { appName });
    const session = client.startSession();
    onTestFinished(async () => {
      await session.endSession();
      await Promise.all([client.close(), store.close()]);
    });
    session.startTransaction();
    const heads = client.db(database).collection<{ _id: string }>(recordsCollection);
    const write = () => heads.updateOne({ _id: headIdOf(partition) }, { $inc: { nowMs: 1 } }, { session });
    expect(await write()).toMatchObject({ matchedCount: 1 });
    return { store, write };
  }

  test('and in which nothing is done any more is ended, and others go on', async (context) => {
    const { store, write } = await openBoth('abandoned', 'holdfast abandoned', context);
    expect(await commitOn(store, 1, 50_000)).toEqual({ status: 'committed' });
    await expect(write()).rejects.toMatchObject({ code: 251 });
    expect((await store.read({ heads: [partition] })).heads).toEqual([{ version: 2, nowMs: 1, sequence: 1 }]);
  });

  test.concurrent.for([
    { which: 'in which something is done', appName: 'holdfast busy', database: 'busy' },
    { which: 'that is another program’s', appName: 'backup', database: 'foreign' },
  ])('and $which is left alone', async ({ appName, database }, context) => {
    const { store, write } = await openBoth(database, appName, context);
    const isBusy = database === 'busy';
    let isOver = false;
    const working = (async () => {
      while (isBusy && !isOver) await write();
    })();
    await expect(commitOn(store, 1, 4_000)).rejects.toMatchObject({ outcomeUnknown: false });
    isOver = true;
    await working;
    expect(await write()).toMatchObject({ matchedCount: 1 });
  });
});
