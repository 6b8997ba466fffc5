import { existsSync } from 'node:fs';

import { Service } from '@holdfast/engine';

import type { ServerConfig } from './config/config.ts';
import { toServiceOptions } from './config/service-options.ts';
import { createLogger } from './log/logger.ts';
import { scrubSecrets } from './log/scrub-secrets.ts';
import { createMachineClock } from './machine-clock.ts';
import { createNodeEnvironment } from './node-environment.ts';
import { fileIn, openStore, timeOf } from './open-store.ts';
import { messageOf, StartError } from './start-error.ts';

/**
 * Works on the configured store without a server.
 *
 * @param inMemory - What to do instead where the store is in memory.
 * @throws {@link StartError} if that isn't possible.
 */
export async function withService<Result>(
  config: ServerConfig,
  inMemory: string,
  work: (service: Service) => Promise<Result>,
): Promise<Result> {
  const { store: storeConfig, logLevel } = config;
  if (storeConfig.type === 'memory') throw new StartError(`A store in memory is its server's alone: ${inMemory}`);
  if (storeConfig.type === 'sqlite' && !existsSync(fileIn(storeConfig.dataDirectory))) {
    throw new StartError(`There is no file ${fileIn(storeConfig.dataDirectory)}: the first start makes it, and a key.`);
  }
  const machine = createMachineClock();
  const store = await openStore(storeConfig, createLogger(logLevel), { machine, takesSystemTime: false });
  try {
    return await work(new Service(store, createNodeEnvironment(timeOf(store, machine)), toServiceOptions(config)));
  } catch (error) {
    throw new StartError(`The store can't be used: ${scrubSecrets(messageOf(error))}`, { cause: error });
  } finally {
    await store.close();
  }
}
