import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['bench/**/*.bench.ts'], fileParallelism: false, hookTimeout: 300_000 },
});
