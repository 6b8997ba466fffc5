import { dirname, join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { importsOf, sourceFiles, withoutComments, withoutTypeImports } from './source-files.ts';
import type { SourceFile } from './source-files.ts';

/** What the sources of a folder may import besides themselves and, from npm, the packages named. */
const walls: Readonly<Record<string, readonly string[]>> = {
  'packages/contract/src': [],
  'packages/engine/src': ['@holdfast/contract', 'ipaddr.js'],
  'packages/gateway/src': ['@holdfast/contract', '@holdfast/engine', 'jose'],
  'packages/store-memory/src': ['@holdfast/engine/store', '@holdfast/engine/time-slices'],
  'packages/store-sqlite/src': ['@holdfast/engine/store', '@holdfast/engine/time-slices', 'node:'],
  'packages/store-mongodb/src': [
    '@holdfast/engine/store',
    '@holdfast/engine/time-slices',
    'node:',
    'mongodb',
    'mongodb-memory-server',
    'vitest',
  ],
  // Nothing but types: see below.
  'packages/sdk/src': ['@holdfast/contract'],
  'packages/mocks/src': [
    '@holdfast/contract',
    '@holdfast/engine',
    '@holdfast/gateway',
    '@holdfast/store-memory',
    'msw',
    '@noble/hashes',
  ],
  'packages/dashboard/src': ['@holdfast/sdk', 'react', 'react-dom', '@tanstack', '@base-ui/react'],
  'packages/cli/src': ['@holdfast/sdk', 'commander', 'node:'],
};

/** Files that run in a terminal and nowhere else. */
const isCommand = ({ path }: SourceFile) => path.startsWith('packages/mocks/src/bin/');

const isTest = ({ path }: SourceFile) => /\.test\.ts$|\/testing\//u.test(path);

function isAllowed(name: string, allowed: readonly string[]): boolean {
  return allowed.some((each) => name === each || name.startsWith(each.endsWith(':') ? each : `${each}/`));
}

/** The package that a module is in. */
function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

describe('import walls', () => {
  test.each(Object.entries(walls))('%s imports what it may, and stays in its folder', (folder, allowed) => {
    const files = sourceFiles(`${folder}/**/*.{ts,tsx}`).filter((file) => !isTest(file) && !isCommand(file));
    expect(files.length).toBeGreaterThan(0);
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((name) =>
          name.startsWith('.') ? !join(dirname(file.path), name).startsWith(`${folder}/`) : !isAllowed(name, allowed),
        )
        .map((name) => `${file.path} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  test('the SDK takes from the contract nothing but types, so that it depends on no package', () => {
    const files = sourceFiles('packages/sdk/src/**/*.ts');
    expect(files.flatMap(importsOf)).toContain('@holdfast/contract/types');
    const wrong = files.flatMap((file) => importsOf(withoutTypeImports(file)).filter((name) => !name.startsWith('.')));
    expect(wrong).toEqual([]);
  });

  test('the dashboard is built from its dependencies, which are what `npm start` installs', () => {
    const [manifest] = sourceFiles('packages/dashboard/package.json');
    const { dependencies } = JSON.parse(manifest?.text ?? '') as { dependencies: Record<string, string> };
    const files = sourceFiles('packages/dashboard/{src,build}/**/*.{ts,tsx}', 'packages/dashboard/vite.config.ts');
    const imported = files.filter((file) => !isTest(file)).flatMap((file) => importsOf(withoutTypeImports(file)));
    const packages = imported.filter((name) => !/^(?:\.|node:)/u.test(name)).map((name) => packageOf(name));
    expect(packages).toContain('react');
    expect([...new Set(packages)].filter((name) => !(name in dependencies))).toEqual([]);
  });

  test('the server imports neither the SDK nor the mocks', () => {
    const imports = sourceFiles('servers/reference/src/**/*.ts').flatMap(importsOf);
    expect(imports).toContain('@holdfast/gateway');
    expect(imports.filter((name) => /^@holdfast\/(?:sdk|mocks)/u.test(name))).toEqual([]);
  });

  test('packages are imported through what they export', () => {
    const entries = new Map(
      sourceFiles('{packages,servers}/*/package.json').map(({ text }) => {
        const { name, exports } = JSON.parse(text) as { name: string; exports?: Record<string, unknown> };
        return [name, Object.keys(exports ?? {}).map((entry) => name + entry.slice(1))];
      }),
    );
    const imports = sourceFiles('{packages,servers,test,bench,examples}/**/*.ts').flatMap(importsOf);
    const deep = imports.filter((name) => {
      const [, owner = ''] = /^(@holdfast\/[^/]+)/u.exec(name) ?? [];
      return owner !== '' && !entries.get(owner)?.includes(name);
    });
    expect([...new Set(deep)]).toEqual([]);
  });
});

describe('the engine', () => {
  const slices = ['access', 'capacity', 'credits', 'named-resources', 'webhooks'];
  const slice = (name: string) => sourceFiles(`packages/engine/src/${name}/**/*.ts`).filter((file) => !isTest(file));

  test.each(slices)('%s imports no other slice', (name) => {
    const others = slices.filter((other) => other !== name);
    const wrong = slice(name).flatMap((file) =>
      importsOf(file)
        .map((each) => join(dirname(file.path), each))
        .filter((path) => others.some((other) => path.startsWith(`packages/engine/src/${other}/`))),
    );
    expect(wrong).toEqual([]);
  });

  test('decides in rules that are synchronous and pure, and know nothing of the wire', () => {
    // What a process keeps in memory asks the store by itself, as operations have it asked. What it gets is a rule's.
    const isDecision = ({ path }: SourceFile) => !/(?:operations|wire|-input)\.ts$|\/process\//u.test(path);
    const rules = slices.flatMap(slice).filter(isDecision);
    expect(rules.map(({ path }) => path)).toContain('packages/engine/src/named-resources/rules.ts');
    const impure =
      /\basync\b|\bawait\b|\bPromise\b|\bDate\b|\bMath\.random\b|\bperformance\b|\bcrypto\b|@holdfast\/contract/u;
    const wrong = rules.filter(({ text }) => impure.test(withoutComments(text)));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test('knows no status numbers: the gateway has the one table', () => {
    const files = [...sourceFiles('packages/engine/src/**/*.ts'), ...sourceFiles('packages/gateway/src/**/*.ts')];
    const named = files.filter(
      (file) =>
        !isTest(file) &&
        !file.path.endsWith('problems.ts') &&
        !file.path.endsWith('access/tiers.ts') && // Its figures are published.
        !file.path.endsWith('webhooks/process/attempt.ts') && // It reads those of receivers.
        /\b(?:40[0-9]|41[0-9]|50[0-9])\b/u.test(withoutComments(file.text)),
    );
    expect(named.map(({ path }) => path)).toEqual([]);
  });
});
