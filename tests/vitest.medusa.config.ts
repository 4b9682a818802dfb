import { defineConfig } from "vitest/config";

/** A real Medusa on PostgreSQL, and Tallyport beside it: one story, in its order. */
export default defineConfig({
  test: {
    include: ["tests/medusa/*.test.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
