import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'test',
    include: ['**/*.test.ts'],
    exclude: ['scenarios/**', '**/node_modules/**'],
    globalSetup: ['targets/global-setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
