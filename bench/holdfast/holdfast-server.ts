import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startProcess } from '../peers/child-process.ts';
import type { StartedProcess } from '../peers/child-process.ts';

export type HoldfastStore =
  | { readonly type: 'sqlite'; readonly dataDirectory: string }
  | { readonly type: 'mongodb'; readonly uri: string; readonly database: string };

export interface HoldfastServerOptions {
  readonly store: HoldfastStore;
  readonly apiKey: string;
  /** Flags for Node, to profile the server for instance. */
  readonly nodeFlags?: readonly string[];
}

export interface HoldfastServer extends StartedProcess {
  readonly url: string;
  readonly store: HoldfastStore;
}

const mainFile = join(dirname(fileURLToPath(import.meta.resolve('@holdfast/server'))), 'main.ts');

/** A server in a process of its own, as its users run it in production. */
export async function startHoldfastServer(options: HoldfastServerOptions): Promise<HoldfastServer> {
  const started = await startProcess({
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', ...(options.nodeFlags ?? []), mainFile],
    env: {
      PORT: '0',
      HOLDFAST_LOG_LEVEL: 'warn',
      HOLDFAST_BOOTSTRAP_API_KEY: options.apiKey,
      HOLDFAST_WEBHOOK_ALLOW: '127.0.0.0/8',
      ...storeVariables(options.store),
    },
    ready: /listening on (http:\/\/\S+)[^]*\nTry it:/u,
  });
  return { ...started, url: started.announced, store: options.store };
}

function storeVariables(store: HoldfastStore): Readonly<Record<string, string>> {
  if (store.type === 'sqlite') return { HOLDFAST_DATA_DIR: store.dataDirectory };
  return { MONGODB_URI: store.uri, MONGODB_DATABASE: store.database };
}
