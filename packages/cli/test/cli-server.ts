import { Holdfast } from '@holdfast/sdk';
import { readConfig, startServer } from '@holdfast/server';
import { expect } from 'vitest';

import { holdfast } from './command-line.ts';
import type { Ended } from './command-line.ts';

const firstKey = `hf_live_${'k'.repeat(43)}`;

/** A server in this process, and the command line that administers it. */
interface CliServer {
  readonly url: string;
  readonly client: Holdfast;
  readonly env: Readonly<Record<string, string>>;
  readonly run: (...args: readonly string[]) => Promise<Ended>;
  /** What a command prints to standard output; it must go well. */
  readonly printed: (...args: readonly string[]) => Promise<string>;
  readonly json: (...args: readonly string[]) => Promise<unknown>;
  readonly stop: () => Promise<void>;
}

export async function startCliServer(settings: Readonly<Record<string, string>> = {}): Promise<CliServer> {
  const usual = { PORT: '0', HOLDFAST_STORE: 'memory', HOLDFAST_LOG_LEVEL: 'error' };
  const config = readConfig({ ...usual, HOLDFAST_BOOTSTRAP_API_KEY: firstKey, ...settings });
  const server = await startServer({ config });
  const env = { HOLDFAST_URL: server.url, HOLDFAST_API_KEY: firstKey };
  const run = (...args: readonly string[]) => holdfast(args, { env });
  const printed = async (...args: readonly string[]) => {
    const { exitCode, output, errors } = await run(...args);
    expect([exitCode, errors]).toEqual([0, expect.not.stringContaining('rror')]);
    expect(output + errors).not.toContain(firstKey);
    return output;
  };
  return {
    url: server.url,
    client: new Holdfast({ baseUrl: server.url, apiKey: firstKey }),
    env,
    run,
    printed,
    json: async (...args) => JSON.parse(await printed(...args, '--json')) as unknown,
    stop: async () => void (await server.stop()),
  };
}

/** The rows of a table or a record, each as its cells. */
export function rowsOf(table: string): readonly (readonly string[])[] {
  return table.split('\n').flatMap((line) => (line === '' ? [] : [line.trim().split(/ {2,}/u)]));
}

export const time = expect.stringMatching(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}Z$/u);
