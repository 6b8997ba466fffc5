import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Holdfast } from '@holdfast/sdk';
import type { Hooks } from '@holdfast/sdk';
import { inject } from 'vitest';

import { clientOf, startServerProcess } from '../processes/server-process.ts';
import { drawFates } from './bad-line-fates.ts';
import { BadLine } from './bad-line.ts';
import type { Outage } from './bad-line.ts';
import { SeededRandom } from './seeded-random.ts';

/** `SEED=` gives other fates, and the same ones again. What is sent when is for the machine to say. */
export const seed = Number(process.env['SEED'] ?? 5);

/** Where the servers of these tests keep what they know. */
export const stores = inject('mongodbUri') === undefined ? (['sqlite'] as const) : (['sqlite', 'mongodb'] as const);

/** A server in a process of its own, as it can be reached on a good line and on bad ones. */
export class ServerBehindBadLines {
  readonly direct: Holdfast;
  readonly #url: string;
  readonly #apiKey: string;
  readonly #end: () => Promise<void>;
  readonly #lines: BadLine[] = [];

  private constructor(url: string, apiKey: string, end: () => Promise<void>) {
    this.#url = url;
    this.#apiKey = apiKey;
    this.#end = end;
    this.direct = clientOf({ url }, apiKey);
  }

  static async start(store: (typeof stores)[number]): Promise<ServerBehindBadLines> {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-bad-line-'));
    const database = `bad-line-${randomUUID().slice(0, 13)}`;
    const mongodb = { MONGODB_URI: inject('mongodbUri') ?? '', MONGODB_DATABASE: database };
    const env = store === 'sqlite' ? { HOLDFAST_DATA_DIR: folder } : mongodb;
    const server = await startServerProcess({ env: { ...env, HOLDFAST_CHECK_CONTRACT: 'true' } });
    return new ServerBehindBadLines(server.url, server.printedApiKey ?? '', async () => {
      await server.end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    });
  }

  async openLine(outage?: Outage): Promise<BadLine> {
    const line = await BadLine.open(this.#url, drawFates(new SeededRandom(seed)), outage);
    this.#lines.push(line);
    return line;
  }

  /** A client as users have it: with all its defaults. */
  clientOn(line: BadLine, hooks: Hooks = {}): Holdfast {
    return new Holdfast({ baseUrl: line.url, apiKey: this.#apiKey, hooks });
  }

  async stop(): Promise<void> {
    await Promise.all(this.#lines.map((line) => line.close()));
    await this.#end();
  }
}
