import { createStartLink, hasOperatorSignedIn, StoreUnavailable } from '@holdfast/engine';

import { ConfigError, readConfig } from './config/config.ts';
import type { ServerConfig } from './config/config.ts';
import { endProcess } from './end-process.ts';
import { logWarnings } from './log/log-warnings.ts';
import { createLogger } from './log/logger.ts';
import type { Logger } from './log/logger.ts';
import { standardError, standardOutput } from './log/standard-output.ts';
import { toStartUrl } from './sign-in/start-url.ts';
import { StartError } from './start-error.ts';
import { startServer } from './start-server.ts';
import type { RunningServer } from './start-server.ts';
import { welcome } from './welcome.ts';

/** The server can't start, or it failed. */
const exitFailed = 1;
/** The environment variables are wrong: a restart won't help. */
const exitMisconfigured = 2;

// A library's own output must not end the server if it can't be printed.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

try {
  const config = readConfig(process.env);
  await run(config);
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof StartError)) throw error;
  standardError.write(`${error.message}\n`);
  await endProcess(error instanceof ConfigError ? exitMisconfigured : exitFailed);
}

async function run(config: ServerConfig): Promise<void> {
  const logger = createLogger(config.logLevel);
  endOnSurprise(logger);
  logWarnings(logger);
  const server = await startServer({ config, logger });
  stopOnSignal(server, logger);
  const startUrl = await makeStartUrl(server, config, logger);
  standardOutput.write(`${welcome({ ...server, startUrl }, config)}\n`);
  logger.info({ url: server.url, store: config.store.type, pid: process.pid }, 'listening');
  await warnOfUnseenKey(server, logger);
}

function endOnSurprise(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'the server failed; what it acknowledged is in the store');
    void endProcess(exitFailed);
  });
}

/**
 * For the operator, who is the first to sign in; where there is no provider, the only way to sign in. A store that can't
 * be written has none, and answers requests all the same.
 */
async function makeStartUrl(
  { url, service }: RunningServer,
  { signInProvider, publicUrl = url }: ServerConfig,
  logger: Logger,
): Promise<string | undefined> {
  try {
    if (signInProvider !== undefined && (await hasOperatorSignedIn(service))) return undefined;
    return toStartUrl(publicUrl, await createStartLink(service));
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    logger.warn({ err: error }, 'no sign-in link could be made; later, npm run sign-in-link makes one');
    return undefined;
  }
}

/** A key printed to an output that can't be written is lost. */
async function warnOfUnseenKey({ firstApiKey }: RunningServer, logger: Logger): Promise<void> {
  if (firstApiKey === undefined) return;
  await standardOutput.flush(1_000);
  if (standardOutput.droppedLines > 0) {
    logger.error('the first API key could not be printed; start on a fresh store with HOLDFAST_BOOTSTRAP_API_KEY');
  }
}

function stopOnSignal(server: RunningServer, logger: Logger): void {
  let isStopping = false;
  const stop = async (signal: string) => {
    if (isStopping) return endProcess(exitFailed);
    isStopping = true;
    logger.info({ signal }, 'stopping: requests under way are answered; a second signal ends the process at once');
    await server.stop();
    logger.info('stopped');
    await endProcess(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // `npm start` may run the server as a child, which must not outlive it with the port and the data.
  process.on('disconnect', () => isStopping || stop('disconnect'));
}
