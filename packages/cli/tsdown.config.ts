import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: 'src/holdfast.ts',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  dts: false,
  outExtensions: () => ({ js: '.mjs' }),
});
