import { connect } from 'node:net';

import type { Store } from '@holdfast/engine';
import { createMemoryStore } from '@holdfast/store-memory';
import { pino } from 'pino';
import { beforeAll, onTestFinished } from 'vitest';

import { readConfig } from '../src/config/config.ts';
import type { ServerConfig } from '../src/config/config.ts';
import { SecondOpinion } from '../src/second-opinion/second-opinion.ts';
import { startServer } from '../src/start-server.ts';
import type { RunningServer, StartOptions } from '../src/start-server.ts';

export const apiKey = `hf_test_${'k'.repeat(43)}`;

export interface TestServer extends RunningServer {
  /** Asks the server, with its key. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  reserve(items: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

/** For tests whose servers check the contract twice: what takes seconds to compile is there before the first of them. */
export function compileContractFirst(): void {
  beforeAll(async () => void (await SecondOpinion.get()));
}

/** A server on memory and a free port, which stops at the end of the test. */
export async function startTestServer(
  config: Partial<ServerConfig> = {},
  options: Omit<StartOptions, 'config'> = {},
): Promise<TestServer> {
  const base = readConfig({ PORT: '0', HOLDFAST_STORE: 'memory', HOLDFAST_BOOTSTRAP_API_KEY: apiKey });
  const logger = pino({ level: 'silent' });
  const server = await startServer({ logger, ...options, config: { ...base, ...config } });
  onTestFinished(() => server.stop());
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${server.url}${path}`, { redirect: 'manual', ...init, headers: { 'X-API-Key': apiKey, ...init.headers } });
  const reserve = (items: unknown, headers: Readonly<Record<string, string>> = {}) =>
    ask('/api/v1/Reservation/reserve', {
      method: 'POST',
      body: JSON.stringify(items),
      headers: { 'Content-Type': 'application/json', ...headers },
    });
  return { ...server, ask, reserve };
}

/** A memory store some of whose methods a test has replaced. */
export function storeWith(replace: (store: Store) => Partial<Store>): Store {
  const store = createMemoryStore();
  const replaced = replace(store);
  return new Proxy(store, {
    get(target, name: keyof Store) {
      const value = name in replaced ? replaced[name] : target[name];
      return typeof value === 'function' && !(name in replaced) ? value.bind(target) : value;
    },
  });
}

/** Something that waits until it is opened. */
export interface Gate {
  readonly passed: Promise<void>;
  open(): void;
}

export function createGate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { passed: promise, open: resolve };
}

/** Sends bytes as they are; resolves to everything that came back when the server has closed the connection. */
export function sendRaw(url: string, ...parts: readonly (string | Buffer)[]): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let received = '';
    socket.on('data', (chunk) => (received += chunk.toString()));
    socket.on('close', () => resolve(received));
    socket.on('error', (error) => (received === '' ? reject(error) : resolve(received)));
    for (const part of parts) socket.write(part);
  });
}
