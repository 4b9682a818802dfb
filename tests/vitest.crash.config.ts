import { defineConfig } from "vitest/config";

/** Real kills of real processes: on PostgreSQL alone, one after the other. */
export default defineConfig({
  test: {
    include: ["tests/crash/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 120_000,
  },
});
