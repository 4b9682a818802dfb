/**
 * `npm run test:medusa`: the adapter against a real Medusa, whose packages are installed apart from ours:
 * `npm --prefix tests/medusa install --no-save --ignore-scripts`. The server of TEST_DATABASE_URL (default: postgres at 127.0.0.1) lends it a database.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { openPostgres } from "../src/entry/open-database.ts";

const FOLDER = "tests/medusa";
process.env.TEST_DATABASE_URL ??= "postgres://postgres@127.0.0.1:5432/postgres";

function run(program: string, ...args: string[]): void {
  if (process.exitCode === undefined)
    process.exitCode = spawnSync(`node_modules/.bin/${program}`, args, { stdio: "inherit" }).status || undefined;
}

async function isServerThere(url: string): Promise<boolean> {
  const { db, close } = openPostgres(url, { max: 1 });
  try {
    await db.query("select 1");
    return true;
  } catch {
    return false;
  } finally {
    await close();
  }
}

if (!existsSync(`${FOLDER}/node_modules`)) {
  console.log(
    `Medusa is not installed: run \`npm --prefix ${FOLDER} install --no-save --ignore-scripts\` first (some 690 MB).`,
  );
  process.exitCode = 1;
} else if (!(await isServerThere(process.env.TEST_DATABASE_URL))) {
  console.log("No PostgreSQL answers at TEST_DATABASE_URL (default: postgres at 127.0.0.1:5432).");
  process.exitCode = 1;
} else {
  run("tsc", "--noEmit", "--project", FOLDER);
  run("vitest", "run", "--config", "tests/vitest.medusa.config.ts", ...process.argv.slice(2));
}
