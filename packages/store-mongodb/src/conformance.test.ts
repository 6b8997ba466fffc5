import type { Store } from '@holdfast/engine/store';
import { testStore } from '@holdfast/store-conformance';
import { MongoClient } from 'mongodb';

import { openMongoStore, raiseMongoSequences } from './index.ts';
import { describeWithMongo } from './testing/describe-with-mongo.ts';

let databaseCount = 0;

await describeWithMongo('on a replica set', (mongo) => {
  testStore(
    'MongoDB',
    async (kinds) => {
      databaseCount += 1;
      const database = `conformance-${databaseCount}`;
      const stores: Store[] = [];
      const open = async (): Promise<Store> => {
        const store = await openMongoStore({ uri: mongo.uri, database, kinds });
        stores.push(store);
        return store;
      };
      const raiseSequences = async () => {
        await Promise.all(stores.splice(0).map((one) => one.close()));
        const floor = await raiseMongoSequences({ uri: mongo.uri, database }, Date.now());
        return { store: await open(), floor };
      };
      const dispose = async (): Promise<void> => {
        await Promise.all(stores.map((one) => one.close()));
        const client = new MongoClient(mongo.uri);
        await client.db(database).dropDatabase();
        await client.close();
      };
      return { store: await open(), reopen: open, openAnother: open, raiseSequences, dispose };
    },
    { survivesKill: true, isShared: true, watches: true, purgesItself: true },
  );
});
