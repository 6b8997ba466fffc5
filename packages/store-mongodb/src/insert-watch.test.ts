import type { RecordKind, Store } from '@holdfast/engine/store';
import { MongoClient } from 'mongodb';
import { afterEach, expect, test, vi } from 'vitest';

import { openMongoStore } from './index.ts';
import { describeWithMongo } from './testing/describe-with-mongo.ts';

const items: RecordKind = { name: 'items', indexes: {} };

await describeWithMongo(
  'a watch over inserts',
  (mongo) => {
    let store: Store | undefined;
    let count = 0;

    afterEach(() => store?.close());

    /** A watch, and a way to see that it rings: it may miss what is written while it is interrupted. */
    async function openWatch() {
      const database = `watch-${(count += 1)}`;
      const opened = await openMongoStore({ uri: mongo.uri, database, kinds: [items], operationTimeoutMs: 2_000 });
      store = opened;
      const rung = new Set<string>();
      opened.watch!(items, (partition) => void rung.add(partition));
      const insert = async (): Promise<string> => {
        const partition = `ringing/${(count += 1)}`;
        const write = { type: 'insert', key: { kind: items, partition, id: 'a' }, value: {} } as const;
        expect(await opened.commit({ heads: [], writes: [write], nowMs: 1 }, 2_000)).toEqual({ status: 'committed' });
        return partition;
      };
      const rings = async (): Promise<void> => {
        const written: string[] = [];
        await vi.waitFor(
          async () => {
            written.push(await insert());
            expect(written.some((partition) => rung.has(partition))).toBe(true);
          },
          { timeout: 240_000, interval: 20 },
        );
      };
      await rings();
      return { rings, store: opened };
    }

    async function fail(failPoint: object): Promise<void> {
      const client = new MongoClient(mongo.uri);
      await client.db('admin').command({ configureFailPoint: 'failCommand', ...failPoint });
      await client.close();
    }

    test.each([
      [286, 'the oplog has forgotten where it was'],
      [280, 'it can not go on'],
      [237, 'its cursor was killed'],
      [13, 'nobody may watch'],
    ])('that fails with %i (%s) is opened again until it works', async (errorCode) => {
      const { rings } = await openWatch();
      await fail({ mode: { times: 4 }, data: { failCommands: ['getMore', 'aggregate'], errorCode } });
      // The first may be heard by what was asked before the failure.
      await rings();
      await rings();
      await fail({ mode: 'off' });
    });

    test('that never works neither fails nor keeps the store from closing', async () => {
      const { store: closing } = await openWatch();
      await fail({ mode: 'alwaysOn', data: { failCommands: ['getMore', 'aggregate'], errorCode: 13 } });
      await closing.close();
      await fail({ mode: 'off' });
    });

    // The last one: an election upsets stores that are being opened.
    test('outlives the death of the primary, and another election', async () => {
      const { rings } = await openWatch();
      const killed = await mongo.killPrimary();
      await rings();
      await killed.restart();
      await rings();
      await mongo.stepDown();
      await rings();
    });
  },
  { memberCount: 3, withFailPoints: true },
);
