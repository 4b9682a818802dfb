import { availableParallelism } from "node:os";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { listTests } from "./tests/support/list-tests.ts";
import { LongestFirst } from "./tests/support/longest-first.ts";

/** These have a script and a configuration of their own (real kills, foreign programs, a browser), or a project below. */
const ELSEWHERE = /^tests\/((crash|faults|medusa|oracles|e2e|console)\/|entry\/worker[.]test[.]ts$)|\/node_modules\//;

const tests = listTests(import.meta.dirname, ELSEWHERE);

function project(name: string, include: string[], globalSetup: string[] = []): TestProjectInlineConfiguration {
  const usesDatabase = globalSetup.length > 0;
  return {
    extends: true,
    test: {
      name,
      include,
      globalSetup,
      setupFiles: ["tests/support/listeners.ts", ...(usesDatabase ? ["tests/support/file-end.ts"] : [])],
      // The files of a worker share its modules and its databases: loading both anew for each took longer than the tests.
      isolate: name === "network",
      // A first database takes seconds to open, and more on a busy machine.
      testTimeout: usesDatabase ? 180_000 : 20_000,
    },
  };
}

/** What stands between a program and its network is put into the worker's own globals, and not all of it goes away again. */
const isNetwork = (file: string) => file.endsWith("tests/core/http.test.ts");

const POSTGRES_SETUP = ["tests/support/setup-postgres.ts"];

/**
 * `plain` needs no database, `network` neither. What uses tests/support/database.ts runs as `pglite`, and as `postgres` too where
 * TEST_DATABASE_URL names a server; `worker` boots the Workers runtime and needs that server as well.
 */
export default defineConfig({
  test: {
    // One more than there are cores, since tests wait for answers too. A PGlite takes some 400 MB: no more at once than a small
    // machine bears.
    maxWorkers: Math.min(availableParallelism() + 1, 4),
    hookTimeout: 30_000,
    // The suite runs on several databases, one after the other: sources are translated for the first of them alone.
    experimental: { fsModuleCache: true },
    sequence: { sequencer: LongestFirst },
    projects: [
      project(
        "plain",
        tests.plain.filter((file) => !isNetwork(file)),
      ),
      project("network", tests.plain.filter(isNetwork)),
      project("pglite", tests.database, ["tests/support/setup-pglite.ts"]),
      ...(process.env.TEST_DATABASE_URL
        ? [
            project("postgres", tests.database, POSTGRES_SETUP),
            project("worker", ["tests/entry/worker.test.ts"], POSTGRES_SETUP),
          ]
        : []),
    ],
  },
});
