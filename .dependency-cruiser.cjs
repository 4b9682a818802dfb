/**
 * Who may import whom. Every rule's comment says what to do instead; `npm run check` prints it beside the offending import.
 *
 *   entry, cli -> api, console -> sync -> core <- adapters        fakes: tests, bench, `demo` and `fake` only
 */

/** Matches a package however it was resolved, and below a monorepo-like nested node_modules as well. */
const library = (...names) =>
  `(^|/)node_modules/(${names.join("|")})(/|$)|^(${names.join("|")})(/|$)`.replaceAll("@", "[@]");

const layer = (name, from, to, comment) => ({ name, severity: "error", comment, from, to });

/** A package that only the given files may import. */
const home = (name, packages, homes, comment) =>
  layer(`home-of-${name}`, { path: "^src/", pathNot: homes }, { path: library(...packages) }, comment);

const FAKE_COMMANDS = "^src/cli/(commands/)?(demo|fake)([/.]|$)";

module.exports = {
  forbidden: [
    layer(
      "no-circular-import",
      {},
      { circular: true },
      "Move what both files need into a third one that imports neither of them.",
    ),
    layer(
      "no-unresolved-import",
      {},
      { couldNotResolve: true },
      "The file or package does not exist: correct the path, or add the package to package.json.",
    ),
    layer(
      "core-imports-only-core",
      { path: "^src/core/" },
      { path: "^src/", pathNot: "^src/core/" },
      "core knows nothing of the other folders: take what is needed as a parameter.",
    ),
    layer(
      "adapter-imports-core-and-itself",
      { path: "^src/adapters/([^/]+)/" },
      { path: "^src/", pathNot: "^src/(core/|adapters/$1/)" },
      "An adapter imports core and its own folder. What a third platform wants too goes to core under a neutral name.",
    ),
    layer(
      "registry-imports-adapters-and-core",
      { path: "^src/adapters/[^/]+$" },
      { path: "^src/", pathNot: "^src/(core|adapters)/" },
      "The registry lists adapters and nothing else.",
    ),
    layer(
      "adapter-without-database",
      { path: "^src/adapters/" },
      { path: "^src/core/(db|ingest)/" },
      "Adapters return data and never see the database: return a document, sync and core/ingest save it.",
    ),
    layer(
      "adapter-without-transport",
      { path: "^src/adapters/" },
      { path: library("drizzle-orm", "postgres", "axios", "p-retry", "bottleneck", "@electric-sql/pglite", "pg-boss") },
      "Adapters call context.http, which limits, retries and logs for them.",
    ),
    layer(
      "sync-imports-core",
      { path: "^src/sync/" },
      { path: "^src/", pathNot: "^src/(sync|core)/" },
      "sync knows adapters only as the contract in core/adapter.ts: take the registry as a parameter.",
    ),
    layer(
      "api-imports-sync-and-core",
      { path: "^src/(api|console)/" },
      { path: "^src/", pathNot: "^src/(api|console|sync|core)/" },
      "api and console call sync and the read side of core, never an adapter, a command or an entry.",
    ),
    layer(
      "fakes-stand-alone",
      { path: "^src/fakes/" },
      { path: "^src/", pathNot: "^src/fakes/" },
      "A fake must not share our mistakes: it imports nothing of ours outside src/fakes.",
    ),
    layer(
      "no-development-package",
      { path: "^src/", pathNot: "^src/console/" },
      { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
      "What runs from src/ may not need a development dependency: the demo runs without them.",
    ),
    layer(
      "fakes-only-for-demo-and-fake",
      { path: "^src/", pathNot: ["^src/fakes/", FAKE_COMMANDS] },
      { path: "^src/fakes/" },
      "Only the demo and fake commands, tests and benchmarks may import a fake.",
    ),
    layer(
      "nobody-imports-entry-or-cli",
      { path: "^src/", pathNot: "^src/(entry|cli)/" },
      { path: "^src/(entry|cli)/" },
      "entry and cli are the outermost layer: take what is needed as a parameter.",
    ),
    home(
      "axios",
      ["axios"],
      "^src/core/(http|webhook-sender)[.]ts$",
      "Network calls leave through core/http.ts (to platforms) and core/webhook-sender.ts (to those who read from us).",
    ),
    home("p-retry", ["p-retry"], "^src/core/retry[.]ts$", "Retries live in core/retry.ts."),
    home("bottleneck", ["bottleneck"], "^src/core/limiter[.]ts$", "Limiters live in core/limiter.ts."),
    home(
      "drizzle-orm",
      ["drizzle-orm"],
      "^src/(core/db|entry)/",
      "Tables and queries live in core/db: add a function there, or import the sql helper and the types from it.",
    ),
    home(
      "database-drivers",
      ["postgres", "@electric-sql/pglite"],
      "^src/entry/",
      "A database is opened in src/entry and handed on as a Database.",
    ),
    home(
      "hono",
      ["hono", "@hono/[^/]+"],
      "^src/(api|fakes|entry|cli)/",
      "HTTP servers are made in api, fakes, entry and cli.",
    ),
    layer(
      "node-built-ins",
      { path: "^src/", pathNot: ["^src/(entry|cli|fakes)/", "^src/core/crypto[.]ts$"] },
      { dependencyTypes: ["core"] },
      "Code that also runs on Workers uses web standards; cryptography goes through core/crypto.ts.",
    ),
    layer(
      "node-built-ins-of-crypto",
      { path: "^src/core/crypto[.]ts$" },
      { dependencyTypes: ["core"], pathNot: "^(node:)?(crypto|zlib)$" },
      "core/crypto.ts may import node:crypto and node:zlib, nothing else of Node.",
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^tests/(oracles|medusa)/|/[.]wrangler/" },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "node", "default"] },
  },
};
