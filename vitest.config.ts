import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Those packages also name sources that they don't ship, of which Vite would warn at length.
  logLevel: 'error',
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    fileParallelism: true,
    // By default one core is left idle, which of two is half.
    maxWorkers: '100%',
    // GitHub's own packages import JSON in a way that Node does not take by itself.
    server: { deps: { inline: [/@actions\//] } },
  },
});
