import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: 'src/index.ts',
  format: ['esm', 'cjs'],
  platform: 'neutral',
  target: 'es2022',
  // The contract is private, and its types go into ours. They are found if all files are read beforehand, and quickly if
  // one program has all of those.
  tsconfig: '../../tsconfig.neutral.json',
  dts: { eager: true },
  sourcemap: true,
  clean: true,
  outExtensions: ({ format }) => (format === 'cjs' ? { js: '.cjs', dts: '.d.cts' } : { js: '.mjs', dts: '.d.mts' }),
});
