import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'test',
    include: ['**/*.test.ts'],
    globalSetup: ['targets/global-setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
