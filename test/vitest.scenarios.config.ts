import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'scenarios',
    include: ['scenarios/**/*.test.ts'],
    globalSetup: ['targets/global-setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Scenarios share nothing but targets that start empty. To load the server and its second validator once for each
    // worker, rather than once for each file, saves most of their time.
    isolate: false,
  },
});
