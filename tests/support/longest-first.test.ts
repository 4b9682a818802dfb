import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import type { TestSpecification, Vitest } from "vitest/node";
import { LONGEST, LongestFirst } from "./longest-first.ts";

it("names files that are there", () => {
  expect(LONGEST.filter((file) => !existsSync(file))).toEqual([]);
});

it("begins with the longest, in their order", async () => {
  const root = process.cwd();
  const cache = { getFileTestResults: () => undefined, getFileStats: () => undefined };
  const files = ["tests/core/money.test.ts", ...LONGEST.toReversed()].map((file) => ({
    moduleId: resolve(root, file),
    project: { name: "pglite", config: { sequence: { groupOrder: 0 } } },
  }));
  const sorted = await new LongestFirst({ config: { root }, cache } as unknown as Vitest).sort(
    files as unknown as TestSpecification[],
  );
  expect(sorted.map(({ moduleId }) => moduleId)).toEqual(
    [...LONGEST, "tests/core/money.test.ts"].map((file) => resolve(root, file)),
  );
});
