import { setTimeout as sleep } from 'node:timers/promises';

import type { Turn } from '@holdfast/engine/store';
import { MongoClient } from 'mongodb';
import type { Collection } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Deadline } from '../deadline.ts';
import { describeWithMongo } from '../testing/describe-with-mongo.ts';
import type { TurnDocument } from './turn-document.ts';
import { TurnRequest } from './turn-request.ts';
import type { TurnLimits } from './turn-request.ts';
import { TurnWatch } from './turn-watch.ts';

/** For tests in which no turn is to end by itself, and nobody to be forgotten, however slow the machine is. */
const patient: TurnLimits = { longestTurnMs: 240_000, longestSilenceMs: 240_000 };

await describeWithMongo('turns on MongoDB', (mongo) => {
  let client: MongoClient;
  let documents: Collection<TurnDocument>;
  let watch: TurnWatch;
  let count = 0;

  beforeAll(async () => {
    client = await new MongoClient(mongo.uri).connect();
    documents = client.db('turns').collection('write_turns');
    watch = new TurnWatch(documents);
  });

  afterAll(() => client.close());

  const newPartition = () => `acme/${(count += 1)}`;
  const take = (partition: string, timeoutMs = 60_000, limits?: TurnLimits) =>
    new TurnRequest(documents, partition, watch, limits).take(new Deadline(timeoutMs));
  const takePatiently = (partition: string, timeoutMs?: number) => take(partition, timeoutMs, patient);

  describe('a turn', () => {
    test('comes at once where nobody else is, and is not one of several', async () => {
      const partition = newPartition();
      const first = await take(partition);
      await first!.end();
      const second = await take(partition);
      expect([first!.isOneOfSeveral, second!.isOneOfSeveral]).toEqual([false, false]);
    });

    test('is one at a time, in the order in which they were asked for', async () => {
      const partition = newPartition();
      const order: number[] = [];
      let underWay = 0;
      const first = await takePatiently(partition);
      const waiting: Promise<void>[] = [];
      for (const number of [1, 2, 3, 4]) {
        waiting.push(
          takePatiently(partition).then(async (turn) => {
            underWay += 1;
            expect(underWay).toBe(1);
            order.push(number);
            await sleep(5);
            underWay -= 1;
            expect(turn!.isOneOfSeveral).toBe(true);
            await turn!.end();
          }),
        );
        await queueOf(partition, number);
      }
      await first!.end();
      await Promise.all(waiting);
      expect(order).toEqual([1, 2, 3, 4]);
    });

    test('that its holder never ends is over after a moment', async () => {
      const partition = newPartition();
      await take(partition);
      expect(await take(partition)).toBeDefined();
    });

    test('is not kept for whoever has stopped asking', async () => {
      const partition = newPartition();
      const first = await take(partition);
      expect(await take(partition, 10)).toBeUndefined();
      const third = take(partition);
      await first!.end();
      expect(await third).toBeDefined();
    });

    test('is not kept for the dead when the clock of the database was set back', async () => {
      const partition = newPartition();
      const yetToCome = new Date(Date.now() + 3_600_000);
      const queue = [{ name: 'dead too', seenAt: yetToCome }];
      await documents.insertOne({ _id: partition, tenant: 'acme', holder: 'dead', endsAt: yetToCome, queue });
      expect(await take(partition)).toBeDefined();
    });

    test('ends once, and not the one after it', async () => {
      const partition = newPartition();
      const first = (await takePatiently(partition)) as Turn;
      await first.end();
      const second = await takePatiently(partition);
      await first.end();
      expect(await takePatiently(partition, 20)).toBeUndefined();
      await second!.end();
    });

    test('of one partition has nothing to do with that of another', async () => {
      expect(await take(newPartition())).toBeDefined();
      expect(await take(newPartition())).toBeDefined();
    });
  });

  async function queueOf(partition: string, length: number): Promise<void> {
    while ((await documents.findOne({ _id: partition }))?.queue.length !== length) await sleep(1);
  }
});
