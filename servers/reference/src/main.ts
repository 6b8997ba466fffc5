import { ConfigError, readConfig } from './config.ts';
import type { ServerConfig } from './config.ts';
import { createLogger } from './logger.ts';
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
  process.stdout.write(`${welcome(server, config)}\n`);
  logger.info({ url: server.url, store: config.store.type, pid: process.pid }, 'listening');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopOnce(signal));

  let isStopping = false;
  function stopOnce(signal: string): void {
    if (isStopping) process.exit(exitFailed);
    isStopping = true;
    logger.info({ signal }, 'stopping: requests under way are answered; a second signal ends the process at once');
    void stop(server);
  }

  async function stop(running: RunningServer): Promise<void> {
    await running.stop();
    logger.info('stopped');
    process.exit();
  }
}
