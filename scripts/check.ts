/** `npm run check`: everything that must hold before a change is offered, except the tests. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { checkImports } from "./check-imports.ts";
import { checkLayout } from "./check-layout.ts";
import { checkSchema } from "./check-schema.ts";
import { checkWords, listFiles } from "./check-words.ts";
import { checkMigrations } from "./embed-migrations.ts";
import { formatProblem, type Problem } from "./problem.ts";

const ROOT = process.cwd();
const MATRIX = "scripts/capability-matrix.ts";
const run = promisify(execFile);

/** The text of what is wrong; empty where nothing is. */
type Step = () => Promise<string>;

const STEPS: Record<string, Step> = {
  types: tool(
    "tsc",
    ["--noEmit", "--incremental", "--tsBuildInfoFile", "node_modules/.cache/tsc.json"],
    "give the value the type that is asked for; no `any`, no assertion to silence it",
  ),
  "lint and format": tool("biome", ["check"], "`npx biome check --write` mends most of it"),
  imports: own(() => checkImports(ROOT)),
  "unused code": tool("knip", ["--no-progress"], "remove what nothing uses, or list an entry point in knip.json"),
  layout: own(() => checkLayout(ROOT)),
  words: own(() => checkWords(ROOT, listFiles(ROOT))),
  schema: own(() => checkSchema(ROOT)),
  migrations: own(() => checkMigrations(ROOT)),
  ...(existsSync(join(ROOT, MATRIX)) && {
    "capability table": tool("tsx", [MATRIX, "--check"], `run \`npx tsx ${MATRIX}\` and commit what it writes`),
  }),
};

/** A tool that prints file and rule itself; the remedy is added once, below. */
function tool(name: string, args: string[], remedy: string): Step {
  return async () => {
    try {
      await run(join(ROOT, "node_modules/.bin", name), args, { cwd: ROOT, maxBuffer: 1 << 26 });
      return "";
    } catch (error) {
      const { stdout = "", stderr = "", message } = error as Error & { stdout?: string; stderr?: string };
      return `${`${stdout}${stderr}`.trim() || message}\n    remedy: ${remedy}`;
    }
  };
}

function own(check: () => Problem[] | Promise<Problem[]>): Step {
  return async () => (await check()).map(formatProblem).join("\n");
}

async function report(name: string, step: Step): Promise<boolean> {
  const start = performance.now();
  const failure = await step();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${failure === "" ? "ok  " : "FAIL"}  ${name.padEnd(18)} ${seconds.padStart(5)} s`);
  if (failure !== "") console.log(failure);
  return failure === "";
}

let failed = 0;
for (const [name, step] of Object.entries(STEPS)) if (!(await report(name, step))) failed += 1;
if (failed > 0) {
  console.log(`${failed} of ${Object.keys(STEPS).length} checks failed`);
  process.exitCode = 1;
}
