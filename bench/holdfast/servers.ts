import type { BenchRun } from '../comparison/bench-run.ts';
import { isMissing } from '../peers/missing.ts';
import type { Missing } from '../peers/missing.ts';
import { openMongodb } from '../peers/mongodb.ts';
import { apiKeyOf } from './api-key.ts';
import { startHoldfastServer } from './holdfast-server.ts';
import type { HoldfastServer, HoldfastStore } from './holdfast-server.ts';

export interface ServersOptions {
  readonly processes?: number;
  /** Fills the store before a server has it open. */
  readonly prepare?: (store: HoldfastStore) => Promise<void>;
}

export type HoldfastServers = readonly [HoldfastServer, ...HoldfastServer[]];

/** Holdfast on a new file. */
export function startOnSqlite(run: BenchRun, options: Omit<ServersOptions, 'processes'> = {}) {
  return start(run, { type: 'sqlite', dataDirectory: run.newFolder() }, options);
}

/** Holdfast on a new database of a MongoDB that is started for it, or of the one that is given. */
export async function startOnMongodb(run: BenchRun, options: ServersOptions = {}) {
  const mongodb = await openMongodb();
  if (isMissing(mongodb)) return mongodb satisfies Missing;
  const { uri } = run.use(mongodb);
  return start(run, { type: 'mongodb', uri, database: mongodb.newDatabase() }, options);
}

/** What a case is measured on, by name. */
export const stores = { sqlite: startOnSqlite, mongodb: startOnMongodb };
export const storeNames = ['sqlite', 'mongodb'] as const;
export type StoreName = (typeof storeNames)[number];

async function start(
  run: BenchRun,
  store: HoldfastStore,
  { processes = 1, prepare }: ServersOptions,
): Promise<HoldfastServers> {
  await prepare?.(store);
  const one = async () =>
    run.use(await startHoldfastServer({ store, apiKey: apiKeyOf(0), nodeFlags: run.serverFlags }));
  const first = await one();
  return [first, ...(await Promise.all(Array.from({ length: processes - 1 }, one)))];
}
