import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // The first server of a file that checks the contract twice compiles it, which takes seconds on a busy machine.
    testTimeout: 20_000,
  },
});
