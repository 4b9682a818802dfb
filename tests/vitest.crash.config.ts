import { defineConfig } from "vitest/config";

/** Real kills of real processes: on PostgreSQL alone, each file with a database of its own. */
export default defineConfig({
  test: {
    include: ["tests/crash/**/*.test.ts"],
    maxWorkers: 2,
    testTimeout: 600_000,
    hookTimeout: 120_000,
  },
});
