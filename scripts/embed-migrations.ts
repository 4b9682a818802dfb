/**
 * Writes drizzle/*.sql into src/core/db/migrations.ts, so that no runtime needs a file system to bring a database up to
 * date. With --check it only says whether that module is up to date.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { finish, type Problem } from "./problem.ts";

const MODULE = "src/core/db/migrations.ts";
const BREAKPOINT = "--> statement-breakpoint";

interface Journal {
  entries: { idx: number; tag: string }[];
}

/** The text that the module should have. */
export function renderMigrations(root: string): string {
  const journal: Journal = JSON.parse(readFileSync(join(root, "drizzle/meta/_journal.json"), "utf8"));
  const migrations = journal.entries
    .sort((a, b) => a.idx - b.idx)
    .map(({ tag }) => ({
      tag,
      statements: readFileSync(join(root, "drizzle", `${tag}.sql`), "utf8")
        .split(BREAKPOINT)
        .map((statement) => statement.trim())
        .filter((statement) => statement !== ""),
    }));
  return `/** Generated from drizzle/*.sql by scripts/embed-migrations.ts; do not edit. */
export const MIGRATIONS: readonly { tag: string; statements: readonly string[] }[] = ${JSON.stringify(migrations, null, 2)};
`;
}

/** Finds a module that no longer says what drizzle/ says. */
export function checkMigrations(root: string): Problem[] {
  const file = join(root, MODULE);
  const present = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (present === renderMigrations(root)) return [];
  return [
    { file: MODULE, rule: "holds the migrations of drizzle/", remedy: "run `npm run db:generate` and commit it" },
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  if (process.argv.includes("--check")) finish("migrations", checkMigrations(process.cwd()));
  else writeFileSync(join(process.cwd(), MODULE), renderMigrations(process.cwd()));
}
