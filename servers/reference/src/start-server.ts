import { join } from 'node:path';

import { adoptOldEvents } from '@holdfast/engine';
import type { Service, Store } from '@holdfast/engine';

import type { ServerConfig } from './config/config.ts';
import { ensureFirstKey } from './first-key.ts';
import { HoldfastServer } from './holdfast-server.ts';
import { createLogger } from './log/logger.ts';
import type { Logger } from './log/logger.ts';
import { createMachineClock } from './machine-clock.ts';
import { openStore, timeOf } from './open-store.ts';
import { SecondOpinion } from './second-opinion/second-opinion.ts';
import { messageOf, StartError } from './start-error.ts';

const builtDashboard = join(import.meta.dirname, '../../../packages/dashboard/dist');

export interface StartOptions {
  readonly config: ServerConfig;
  /** Holdfast's time in epoch milliseconds, to be taken as it is; absent: the store's, or else this machine's. */
  readonly now?: () => number;
  /** A store to use in place of the one that is configured. It is the caller's to close. */
  readonly store?: Store;
  readonly logger?: Logger;
  /** How many holds and blocks of credits that are due one request ends along; absent: as many as take little time. */
  readonly mostSettledAtOnce?: number;
  /** Where the built dashboard is; absent: where this repository builds it. */
  readonly dashboardFolder?: string;
}

export interface RunningServer {
  /** The server's address, such as `http://127.0.0.1:4000`. */
  readonly url: string;
  /** The address of its metrics, such as `http://127.0.0.1:4000/metrics`. */
  readonly metricsUrl: string;
  /** The first API key if the store was fresh, else undefined: only its hash is kept. */
  readonly firstApiKey: string | undefined;
  readonly service: Service;
  /** Announces what has expired, and resolves when nothing is due any more. The server does so by itself as well. */
  sweep(): Promise<void>;
  /** Answers all accepted requests, and releases everything. */
  stop(): Promise<void>;
}

/**
 * Starts a server in this process.
 *
 * @throws {@link StartError} if it can't start, with the reason for its operator.
 *
 * @example
 * ```ts
 * const server = await startServer({ config: readConfig({ PORT: '0', HOLDFAST_STORE: 'memory' }) });
 * const holdfast = new Holdfast({ baseUrl: server.url, apiKey: server.firstApiKey! });
 * await server.stop();
 * ```
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { config, logger = createLogger(config.logLevel) } = options;
  const secondOpinion = config.checkContract ? await SecondOpinion.get() : undefined;
  const machine = createMachineClock();
  const { takesSystemTime } = config;
  const store = options.store ?? (await openStore(config.store, logger, { machine, takesSystemTime }));
  const now = options.now ?? timeOf(store, machine);
  const isOwnTime = options.now === undefined;
  const { mostSettledAtOnce, dashboardFolder = builtDashboard } = options;
  const parts = { now, isOwnTime, store, secondOpinion, dashboardFolder, mostSettledAtOnce };
  const server = new HoldfastServer({ config, logger, ...parts });
  const stop = async () => {
    await server.stop();
    if (options.store === undefined) await store.close();
  };
  try {
    // In this order: a key that is created in a start that fails would never be shown.
    const addresses = await server.listen();
    await server.settings.begin();
    const firstApiKey = await ensureFirstKey({
      service: server.service,
      bootstrapApiKey: config.bootstrapApiKey,
      logger,
    });
    await adoptEvents(server.service, logger);
    server.begin();
    return {
      ...addresses,
      firstApiKey,
      service: server.service,
      sweep: () => server.sweeper.sweep(),
      stop: onceOnly(stop),
    };
  } catch (error) {
    await stop();
    throw error instanceof StartError
      ? error
      : new StartError(`The store can't be used: ${messageOf(error)}`, { cause: error });
  }
}

/** Those of an earlier version get their numbers before anything new happens. */
async function adoptEvents(service: Service, logger: Logger): Promise<void> {
  const count = await adoptOldEvents(service);
  if (count > 0) logger.info(`${count} events of an earlier version have numbers now`);
}

function onceOnly(task: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  return () => (result ??= task());
}
