import { join } from 'node:path';

import { build } from 'esbuild';
import { expect, test } from 'vitest';

import type { createHoldfastMock as create } from '../src/index.ts';
import { baseUrl } from './client.ts';

const entry = join(import.meta.dirname, '..', 'src', 'index.ts');

/** As a bundler for pages makes it, but with nothing of Node's to fall back on. */
async function bundle(options: { readonly external?: string[] }): Promise<string> {
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
    ...options,
  });
  return result.outputFiles[0]!.text;
}

test('a bundle for browsers needs nothing of Node, MSW included', async () => {
  const text = await bundle({});
  expect(text.match(/["']node:\w+["']/gu) ?? []).toEqual([]);
});

test('our own code names no global that only Node has', async () => {
  const text = await bundle({ external: ['msw'] });
  expect(text.match(/(?<![.\w])(?:process\.|Buffer[.(]|__dirname|setImmediate\(|require\()/gu) ?? []).toEqual([]);
  expect(text.match(/^import .*$/gmu)).toEqual([expect.stringContaining('"msw"')]);
});

test('the bundle works', async () => {
  const text = (await bundle({ external: ['msw'] })).replace(
    /^import \{.*\} from "msw";$/mu,
    'const http = { all: () => ({}) };',
  );
  const url = `data:text/javascript;base64,${Buffer.from(text).toString('base64')}`;
  const { createHoldfastMock } = (await import(/* @vite-ignore */ url)) as { createHoldfastMock: typeof create };
  const mock = createHoldfastMock({ baseUrl });
  expect((await mock.seed({ reservations: [{ requester: 'alice', resource: 'room' }] })).reservations).toMatchObject([
    { status: 'ACQUIRED' },
  ]);
});
