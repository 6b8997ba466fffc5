import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: ['packages/*', 'servers/*', 'test', 'test/vitest.scenarios.config.ts', 'bench'],
  },
});
