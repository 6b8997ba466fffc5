export { ConfigError, readConfig } from './config/config.ts';
export type { ServerConfig, StoreConfig } from './config/config.ts';
export { StartError } from './start-error.ts';
export { startServer } from './start-server.ts';
export type { RunningServer, StartOptions } from './start-server.ts';
