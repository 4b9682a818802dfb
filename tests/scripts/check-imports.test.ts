import { expect, it } from "vitest";
import { checkImports } from "../../scripts/check-imports.ts";
import { givenFiles } from "../support/temp-dir.ts";

/** What may be imported, so that nothing fails for being absent. */
const TARGETS = Object.fromEntries(
  [
    "src/core/money.ts",
    "src/core/db/orders.ts",
    "src/core/ingest/index.ts",
    "src/adapters/index.ts",
    "src/adapters/example/auth.ts",
    "src/adapters/other/auth.ts",
    "src/sync/pull.ts",
    "src/api/app.ts",
    "src/cli/index.ts",
    "src/cli/demo.ts",
    "src/entry/wire.ts",
    "src/fakes/fake.ts",
    ...["axios", "p-retry", "bottleneck", "drizzle-orm", "postgres", "hono", "zod"].map(
      (name) => `node_modules/${name}/index.js`,
    ),
    ...["@electric-sql/pglite", "@hono/node-server", "msw"].map((name) => `node_modules/${name}/index.js`),
  ].map((path) => [path, "export const x = 1;\n"]),
);
const MANIFEST = JSON.stringify({
  dependencies: {
    axios: "1",
    "p-retry": "1",
    bottleneck: "1",
    "drizzle-orm": "1",
    postgres: "1",
    hono: "1",
    zod: "1",
    "@electric-sql/pglite": "1",
    "@hono/node-server": "1",
  },
  devDependencies: { msw: "1" },
});

async function rulesFor(file: string, specifier: string): Promise<string[]> {
  const text = `import { x } from "${specifier}";\nexport type { x } from "${specifier}";\nexport const y = x;\n`;
  const root = givenFiles({ ...TARGETS, "package.json": MANIFEST, [file]: text });
  return (await checkImports(root)).filter((problem) => problem.file.startsWith(file)).map((problem) => problem.rule);
}

it.each([
  ["src/core/a.ts", "../sync/pull.ts", "core-imports-only-core"],
  ["src/core/a.ts", "../adapters/index.ts", "core-imports-only-core"],
  ["src/adapters/example/a.ts", "../other/auth.ts", "adapter-imports-core-and-itself"],
  ["src/adapters/example/a.ts", "../../sync/pull.ts", "adapter-imports-core-and-itself"],
  ["src/adapters/example/a.ts", "../../core/db/orders.ts", "adapter-without-database"],
  ["src/adapters/example/a.ts", "axios", "adapter-without-transport"],
  ["src/adapters/example/a.ts", "drizzle-orm", "adapter-without-transport"],
  ["src/adapters/registry.ts", "../sync/pull.ts", "registry-imports-adapters-and-core"],
  ["src/sync/a.ts", "../adapters/index.ts", "sync-imports-core"],
  ["src/sync/a.ts", "../api/app.ts", "sync-imports-core"],
  ["src/sync/a.ts", "../fakes/fake.ts", "sync-imports-core"],
  ["src/api/a.ts", "../adapters/example/auth.ts", "api-imports-sync-and-core"],
  ["src/console/a.ts", "../adapters/index.ts", "api-imports-sync-and-core"],
  ["src/fakes/example/server.ts", "../../adapters/example/auth.ts", "fakes-stand-alone"],
  ["src/fakes/example/server.ts", "../../core/money.ts", "fakes-stand-alone"],
  ["src/fakes/example/server.ts", "msw", "no-development-package"],
  ["src/cli/serve.ts", "../fakes/fake.ts", "fakes-only-for-demo-and-fake"],
  ["src/entry/a.ts", "../fakes/fake.ts", "fakes-only-for-demo-and-fake"],
  ["src/api/a.ts", "../cli/index.ts", "nobody-imports-entry-or-cli"],
  ["src/core/a.ts", "axios", "home-of-axios"],
  ["src/sync/a.ts", "p-retry", "home-of-p-retry"],
  ["src/sync/a.ts", "bottleneck", "home-of-bottleneck"],
  ["src/api/a.ts", "drizzle-orm", "home-of-drizzle-orm"],
  ["src/core/a.ts", "postgres", "home-of-database-drivers"],
  ["src/cli/a.ts", "@electric-sql/pglite", "home-of-database-drivers"],
  ["src/core/a.ts", "hono", "home-of-hono"],
  ["src/sync/a.ts", "@hono/node-server", "home-of-hono"],
  ["src/core/a.ts", "node:fs", "node-built-ins"],
  ["src/api/a.ts", "node:crypto", "node-built-ins"],
  ["src/core/crypto.ts", "node:fs", "node-built-ins-of-crypto"],
  ["src/core/a.ts", "./absent.ts", "no-unresolved-import"],
])("refuses that %s imports %s", async (file, specifier, rule) => {
  expect(await rulesFor(file, specifier)).toContain(rule);
});

it.each([
  ["src/core/a.ts", "./db/orders.ts"],
  ["src/core/a.ts", "zod"],
  ["src/core/http.ts", "axios"],
  ["src/core/retry.ts", "p-retry"],
  ["src/core/limiter.ts", "bottleneck"],
  ["src/core/crypto.ts", "node:crypto"],
  ["src/core/crypto.ts", "node:zlib"],
  ["src/core/db/a.ts", "drizzle-orm"],
  ["src/adapters/example/a.ts", "./auth.ts"],
  ["src/adapters/example/a.ts", "../../core/money.ts"],
  ["src/adapters/index.ts", "./other/auth.ts"],
  ["src/sync/a.ts", "../core/db/orders.ts"],
  ["src/api/a.ts", "../sync/pull.ts"],
  ["src/api/a.ts", "hono"],
  ["src/fakes/example/server.ts", "../fake.ts"],
  ["src/fakes/example/server.ts", "hono"],
  ["src/fakes/example/server.ts", "node:crypto"],
  ["src/cli/fake.ts", "../fakes/fake.ts"],
  ["src/cli/demo/index.ts", "../../fakes/fake.ts"],
  ["src/cli/a.ts", "../adapters/index.ts"],
  ["src/entry/a.ts", "postgres"],
  ["src/entry/a.ts", "../api/app.ts"],
  ["tests/core/a.test.ts", "../../src/fakes/fake.ts"],
  ["tests/core/a.test.ts", "msw"],
])("allows that %s imports %s", async (file, specifier) => {
  expect(await rulesFor(file, specifier)).toEqual([]);
});

it("refuses a circle of imports", async () => {
  const root = givenFiles({
    "package.json": "{}",
    "src/core/a.ts": 'import { b } from "./b.ts";\nexport const a = () => b;\n',
    "src/core/b.ts": 'import { a } from "./a.ts";\nexport const b = () => a;\n',
  });
  expect((await checkImports(root)).map((problem) => problem.rule)).toContain("no-circular-import");
});
