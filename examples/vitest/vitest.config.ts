import { defineConfig } from 'vitest/config';

// Slow machines are no failure.
export default defineConfig({ test: { testTimeout: 120_000 } });
