import { join } from 'node:path';

import { recordKinds, SteadyClock, StoreUnavailable } from '@holdfast/engine';
import type { MachineClock, Store } from '@holdfast/engine';

import type { StoreConfig } from './config/config.ts';
import type { Logger } from './log/logger.ts';
import { scrubSecrets } from './log/scrub-secrets.ts';
import { messageOf, StartError } from './start-error.ts';

export interface OpenStoreOptions {
  readonly machine: MachineClock;
  readonly takesSystemTime: boolean;
}

const databaseFile = 'holdfast.sqlite';

/**
 * Opens the configured store. Only its driver is loaded.
 *
 * @throws {@link StartError} with the reason if that isn't possible.
 */
export async function openStore(config: StoreConfig, logger: Logger, options: OpenStoreOptions): Promise<Store> {
  if (config.type === 'memory') return openMemory();
  if (config.type === 'sqlite') return openSqlite(config.dataDirectory, logger, options);
  return openMongodb(config.uri, config.database, logger, options);
}

/** Holdfast's time: the store's, or else this machine's. */
export function timeOf(store: Store, machine: MachineClock): () => number {
  if (store.now !== undefined) return store.now.bind(store);
  const clock = new SteadyClock(machine, machine.systemMs());
  return () => clock.now();
}

/** The store in words, for the person who starts the server. */
export function describeStore(config: StoreConfig): string {
  if (config.type === 'memory') return 'memory, nothing is kept after a stop';
  if (config.type === 'sqlite') return `sqlite, ${fileIn(config.dataDirectory)}`;
  return `mongodb, database ${config.database}`;
}

async function openMemory(): Promise<Store> {
  const { createMemoryStore } = await import('@holdfast/store-memory');
  return createMemoryStore({
    kinds: recordKinds,
    eventLoop: { elapsedMs: () => performance.now(), schedule: setImmediate },
  });
}

async function openSqlite(dataDirectory: string, logger: Logger, options: OpenStoreOptions): Promise<Store> {
  const { openSqliteStore, StoreInUse } = await import('@holdfast/store-sqlite');
  const file = fileIn(dataDirectory);
  const report = (level: 'info' | 'error', message: string) => logger[level](message);
  try {
    return await openSqliteStore({ file, kinds: recordKinds, report, ...options });
  } catch (error) {
    if (error instanceof StoreInUse) {
      const message = `${file} is in use by another Holdfast process: stop that one, or set HOLDFAST_DATA_DIR to another folder.`;
      throw new StartError(message, { cause: error });
    }
    throw new StartError(`${file} can't be opened: ${explainFileError(error)}`, { cause: error });
  }
}

function explainFileError(error: unknown): string {
  const fault = error instanceof StoreUnavailable ? error.fault : undefined;
  const sentence = messageOf(error);
  if (fault === 'diskFull') return 'the disk is full. Make room, or set HOLDFAST_DATA_DIR to a folder on another disk.';
  if (fault === 'damaged')
    return `${sentence} Restore a backup: npm run restore -- FILE. If there is none, keep the damaged file: parts of it may be saved.`;
  const reason = fault === 'readOnly' ? 'it is read-only' : sentence.replace(/\.$/u, '');
  return `${reason}. HOLDFAST_DATA_DIR must name a folder that can be written to.`;
}

async function openMongodb(uri: string, database: string, logger: Logger, options: OpenStoreOptions): Promise<Store> {
  const { openMongoStore } = await import('@holdfast/store-mongodb');
  try {
    const report = (level: 'info', message: string) => logger[level](message);
    return await openMongoStore({ uri, database, kinds: recordKinds, report, ...options });
  } catch (error) {
    const message = `The MongoDB of MONGODB_URI can't be used: ${scrubSecrets(messageOf(error))}`;
    throw new StartError(message, { cause: error });
  }
}

/** The SQLite file, with the `./` that `join` removes, so that it reads as a path. */
export function fileIn(dataDirectory: string): string {
  const file = join(dataDirectory, databaseFile);
  return dataDirectory.startsWith('./') ? `./${file}` : file;
}
