import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Holdfast } from '@holdfast/sdk';
import type { Hooks } from '@holdfast/sdk';
import { inject } from 'vitest';

import { SeededRandom } from '../faults/seeded-random.ts';
import { clientOf, startServerProcess } from '../processes/server-process.ts';
import { drawFates } from './fates.ts';
import { LossyProxy } from './lossy-proxy.ts';
import type { Outage } from './lossy-proxy.ts';

/** `SEED=` gives other fates, and the same ones again. What is sent when is for the machine to say. */
export const seed = Number(process.env['SEED'] ?? 5);

/** Where the servers of these tests keep what they know. */
export const stores = inject('mongodbUri') === undefined ? (['sqlite'] as const) : (['sqlite', 'mongodb'] as const);

/** A server in a process of its own, as it can be reached directly and over lossy networks. */
export class LossyServer {
  readonly direct: Holdfast;
  readonly #url: string;
  readonly #apiKey: string;
  readonly #end: () => Promise<void>;
  readonly #proxies: LossyProxy[] = [];

  private constructor(url: string, apiKey: string, end: () => Promise<void>) {
    this.#url = url;
    this.#apiKey = apiKey;
    this.#end = end;
    this.direct = clientOf({ url }, apiKey);
  }

  static async start(store: (typeof stores)[number]): Promise<LossyServer> {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-lossy-network-'));
    const database = `lossy-network-${randomUUID().slice(0, 13)}`;
    const mongodb = { MONGODB_URI: inject('mongodbUri') ?? '', MONGODB_DATABASE: database };
    const env = store === 'sqlite' ? { HOLDFAST_DATA_DIR: folder } : mongodb;
    const server = await startServerProcess({ env: { ...env, HOLDFAST_CHECK_CONTRACT: 'true' } });
    return new LossyServer(server.url, server.printedApiKey ?? '', async () => {
      await server.end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    });
  }

  async openProxy(outage?: Outage): Promise<LossyProxy> {
    const proxy = await LossyProxy.open(this.#url, drawFates(new SeededRandom(seed)), outage);
    this.#proxies.push(proxy);
    return proxy;
  }

  /** A client as users have it: with all its defaults. */
  clientOn(proxy: LossyProxy, hooks: Hooks = {}): Holdfast {
    return new Holdfast({ baseUrl: proxy.url, apiKey: this.#apiKey, hooks });
  }

  async stop(): Promise<void> {
    await Promise.all(this.#proxies.map((proxy) => proxy.close()));
    await this.#end();
  }
}
