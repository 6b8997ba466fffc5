import { defineConfig } from 'tsdown';

const shared = {
  target: 'es2022',
  deps: { onlyBundle: ['@noble/hashes', 'ipaddr.js', 'jose'] },
  outExtensions: ({ format }: { format: string }) =>
    format === 'cjs' ? { js: '.cjs', dts: '.d.cts' } : { js: '.mjs', dts: '.d.mts' },
};

export default defineConfig([
  // Types of the workspace's private packages go into ours. They are found if all files are read beforehand, and quickly
  // if one program has all of those.
  {
    ...shared,
    entry: 'src/index.ts',
    format: ['esm', 'cjs'],
    platform: 'neutral',
    // A neutral platform has none, and ipaddr.js nothing but a `main`.
    inputOptions: { resolve: { mainFields: ['module', 'main'] } },
    tsconfig: '../../tsconfig.neutral.json',
    dts: { eager: true },
  },
  // The command doesn't need MSW, and so runs where only the command is wanted.
  {
    ...shared,
    entry: { 'bin/holdfast-mock': 'src/bin/holdfast-mock.ts' },
    format: 'esm',
    platform: 'node',
    dts: false,
  },
]);
