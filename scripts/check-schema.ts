/** Finds tables that were changed without a migration: asks drizzle-kit to generate one into a copy of drizzle/. */
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { finish, type Problem } from "./problem.ts";

const SCHEMA = "src/core/db/schema/index.ts";
const NO_CHANGE = "No schema changes";
const run = promisify(execFile);

/** Compares the tables with the migrations of drizzle/, and these with each other. */
export async function checkSchema(root: string): Promise<Problem[]> {
  if (!existsSync(join(root, SCHEMA))) return [];
  const cache = join(root, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  const copy = mkdtempSync(join(cache, "drizzle-"));
  try {
    if (existsSync(join(root, "drizzle"))) cpSync(join(root, "drizzle"), copy, { recursive: true });
    const options = ["--dialect=postgresql", `--out=${relative(root, copy)}`];
    const checked = await drizzleKit(root, ["check", ...options]);
    if (checked.failed) return [problem("drizzle/", `the migrations fit together:\n${checked.text}`)];
    const generated = await drizzleKit(root, ["generate", `--schema=./${SCHEMA}`, ...options]);
    // A renamed column makes it ask a question, to which nobody answers here: it then ends without a word.
    if (generated.text.includes(NO_CHANGE)) return [];
    const detail = generated.failed ? `:\n${generated.text}` : "";
    return [problem(SCHEMA, `every change of the tables has its migration${detail}`)];
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function problem(file: string, rule: string): Problem {
  return { file, rule, remedy: "run `npm run db:generate`, read the SQL and commit it" };
}

async function drizzleKit(root: string, args: string[]): Promise<{ failed: boolean; text: string }> {
  const running = run(join(root, "node_modules/.bin/drizzle-kit"), args, { cwd: root, timeout: 60_000 });
  running.child.stdin?.end();
  try {
    const { stdout, stderr } = await running;
    return { failed: false, text: stdout + stderr };
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    return { failed: true, text: stdout + stderr };
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) finish("schema", await checkSchema(process.cwd()));
