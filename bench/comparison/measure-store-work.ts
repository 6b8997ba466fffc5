import { join } from 'node:path';

import type { HoldfastStore } from '../holdfast/holdfast-server.ts';
import { WalFrames } from '../holdfast/wal-frames.ts';
import { openMongodCommands } from '../peers/mongod-commands.ts';
import type { SampleWithExtra } from './measure-processor-time.ts';

/** Far less than it takes to write a WAL anew. */
const pauseMs = 50;

interface StoreCounter extends AsyncDisposable {
  /** What was counted since it was opened, by name with the unit. */
  measuresOf(requests: number): Promise<SampleWithExtra['extra']>;
}

/** Takes a sample and adds what it had a server's store do, counted from outside of the server. */
export async function measureStoreWork(
  store: HoldfastStore,
  takeSample: () => Promise<SampleWithExtra>,
): Promise<SampleWithExtra> {
  await using counter = store.type === 'sqlite' ? countPages(store.dataDirectory) : await countCommands(store.uri);
  const sample = await takeSample();
  return { ...sample, extra: { ...sample.extra, ...(await counter.measuresOf(sample.allRequests)) } };
}

function countPages(dataDirectory: string): StoreCounter {
  const frames = new WalFrames(join(dataDirectory, 'holdfast.sqlite-wal'));
  const looking = setInterval(() => frames.count(), pauseMs);
  return {
    measuresOf: async (requests) => ({ 'pages/request': frames.count() / requests }),
    [Symbol.asyncDispose]: async () => {
      clearInterval(looking);
      frames.close();
    },
  };
}

async function countCommands(uri: string): Promise<StoreCounter> {
  const commands = await openMongodCommands(uri);
  const before = await commands.read();
  return {
    measuresOf: async (requests) => {
      const after = await commands.read();
      const asked = after.requests - before.requests;
      return { 'mongod/request': asked / requests, 'mongod/batch': asked / (after.batches - before.batches) };
    },
    [Symbol.asyncDispose]: () => commands[Symbol.asyncDispose](),
  };
}
