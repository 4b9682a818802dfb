/**
 * `npm test`: the suite on PGlite, then what uses a database once more on a real PostgreSQL: the one TEST_DATABASE_URL
 * names, or a throw-away cluster of the binary that npm brings.
 * With `--shops` the lives of the platforms' shops instead, on that PostgreSQL. Arguments go to vitest: `npm test -- tests/core -t money`.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TWO_CONNECTIONS } from "../tests/support/two-connections.ts";
import type { VitestReport } from "./count-results.ts";
import { startCluster } from "./test-cluster.ts";

const SHOPS = "--shops";
const SHOPS_FOLDER = "tests/scenarios/shops";
const forShops = process.argv.includes(SHOPS);
const words = forShops
  ? [...process.argv.slice(2).filter((word) => word !== SHOPS), SHOPS_FOLDER]
  : process.argv.slice(2);
const results = process.env.TEST_RESULTS ?? mkdtempSync(join(tmpdir(), "tallyport-results-"));

/** Runs vitest on the given projects and prints what came of it; true where all passed. */
async function leg(
  name: string,
  projects: string[],
  environment: Record<string, string>,
  exclude: string[] = [],
): Promise<boolean> {
  const start = performance.now();
  const file = join(results, `${name}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const chosen = [
    ...projects.map((project) => `--project=${project}`),
    ...exclude.map((files) => `--exclude=${files}`),
  ];
  const options = ["run", "--passWithNoTests", ...chosen, ...reporters];
  const binary = join(process.cwd(), "node_modules/.bin/vitest");
  const child = spawn(binary, [...options, ...words], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...environment },
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  console.log(`${name}: ${seconds(start)} s${skippedForTwoConnections(file)}`);
  return code === 0;
}

function skippedForTwoConnections(file: string): string {
  if (!existsSync(file)) return "";
  const report: VitestReport = JSON.parse(readFileSync(file, "utf8"));
  const skipped = report.testResults
    .flatMap((result) => result.assertionResults)
    .filter((test) => test.title.endsWith(TWO_CONNECTIONS) && test.status !== "passed" && test.status !== "failed");
  return skipped.length === 0 ? "" : `; left to PostgreSQL, since they need two connections: ${skipped.length} tests`;
}

const seconds = (start: number): string => ((performance.now() - start) / 1000).toFixed(1);

const start = performance.now();
const cluster = process.env.TEST_DATABASE_URL === undefined ? await startCluster() : null;
const url = cluster?.url ?? process.env.TEST_DATABASE_URL ?? "";
process.on("exit", () => {
  cluster?.stop();
  if (process.env.TEST_RESULTS === undefined) rmSync(results, { recursive: true, force: true });
});
// On Ctrl-C vitest gets the signal too and ends its leg; there is no other then.
let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    interrupted = true;
  });
}

// What is asked of a platform's adapter is asked once, in memory. Lives of its shops take minutes, and are followed by
// `npm run test:shops`. The engine below them stands the rest of the suite on both.
const OF_ADAPTERS = ["tests/conformance/**", "tests/adapters/**"];
const OF_SHOPS = [`${SHOPS_FOLDER}/**`];
const onPostgres = (exclude: string[]) => leg("postgres", ["postgres"], { TEST_DATABASE_URL: url }, exclude);
const onBoth = async () => {
  const passed = await leg("pglite", ["plain", "network", "pglite"], { TEST_DATABASE_URL: "" }, OF_SHOPS);
  return !interrupted && (await onPostgres([...OF_ADAPTERS, ...OF_SHOPS])) && passed;
};
const passed = forShops ? await onPostgres([]) : await onBoth();
console.log(`tests: ${seconds(start)} s in all`);
process.exitCode = passed ? 0 : 1;
