import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    fileParallelism: true,
    // GitHub's own packages import JSON in a way that Node does not take by itself.
    server: { deps: { inline: [/@actions\//] } },
  },
});
