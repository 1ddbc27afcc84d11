import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/properties.ts'],
    // The tests of the command start many processes; the machine may be small and busy.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // They wait in part for the processes, for answers, and for records to settle.
    maxWorkers: availableParallelism() + 1,
    coverage: { include: ['src/**'], reporter: ['html', 'json-summary'] },
  },
});
