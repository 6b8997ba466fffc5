import { ConfigError, readConfig } from './config.ts';
import type { ServerConfig } from './config.ts';
import { createLogger } from './logger.ts';
import type { Logger } from './logger.ts';
import { StartError } from './start-error.ts';
import { startServer } from './start-server.ts';
import type { RunningServer } from './start-server.ts';
import { welcome } from './welcome.ts';

/** The server can't start as things are, or it failed. */
const exitFailed = 1;
/** The environment variables are wrong: starting again won't help. */
const exitMisconfigured = 2;

try {
  const config = readConfig(process.env);
  await run(config);
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof StartError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof ConfigError ? exitMisconfigured : exitFailed;
}

async function run(config: ServerConfig): Promise<void> {
  const logger = createLogger(config.logLevel);
  const server = await startServer({ config, logger });
  stopOnSignal(server, logger);
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'the server failed; what it acknowledged is in the store');
    process.exit(exitFailed);
  });
  process.stdout.write(`${welcome(server, config)}\n`);
  logger.info({ url: server.url, store: config.store.type, pid: process.pid }, 'listening');
}

function stopOnSignal(server: RunningServer, logger: Logger): void {
  let isStopping = false;
  const stop = async (signal: string) => {
    if (isStopping) process.exit(exitFailed);
    isStopping = true;
    logger.info({ signal }, 'stopping: requests under way are answered; a second signal ends the process at once');
    await server.stop();
    logger.info('stopped');
    process.exit();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // `npm start` may run the server as a child; a child that outlived it would keep the port and the data.
  process.on('disconnect', () => isStopping || stop('disconnect'));
}
