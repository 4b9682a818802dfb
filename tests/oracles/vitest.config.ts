import { defineConfig } from "vitest/config";

/** Ours against code of others, whose packages stand beside this file. */
export default defineConfig({
  test: {
    include: ["tests/oracles/*/*.test.ts"],
    testTimeout: 60_000,
  },
});
