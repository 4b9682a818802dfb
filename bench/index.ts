/**
 * `npm run bench -- <name> [--json]`: runs one benchmark and prints its figures. Ends with code 1 where a figure is
 * missing or misses its goal, 2 where it was called wrongly.
 */
import { parseArgs } from "node:util";
import { api } from "./api.ts";
import { feed } from "./feed.ts";
import { Bench, BenchError, type Benchmark, type BenchOptions, type Figure } from "./harness.ts";
import { ingest } from "./ingest.ts";
import { list } from "./list.ts";
import { map } from "./map.ts";
import { push } from "./push.ts";
import { saleDay } from "./sale-day.ts";
import { settlements } from "./settlements.ts";
import { sync } from "./sync.ts";

const BENCHMARKS: Record<string, Benchmark> = {
  ingest,
  map,
  list,
  sync,
  feed,
  api,
  "sale-day": saleDay,
  push,
  settlements,
};

const USAGE = `usage: npm run bench -- <${Object.keys(BENCHMARKS).join("|")}> [--json] [--minutes N] [--short]
  --json      the last line is the figures as JSON
  --minutes   feed: a run of N minutes beside autovacuum instead of the short one
  --short     sale-day: half a minute of sales instead of two minutes; settlements: a tenth of the entries
Databases are made on BENCH_DATABASE_URL, else TEST_DATABASE_URL, else PostgreSQL on this machine, and dropped afterwards.`;

class UsageError extends Error {}

async function main(): Promise<number> {
  const { name, json, ...options } = readArguments();
  const benchmark = BENCHMARKS[name];
  if (!benchmark)
    throw new UsageError(`there is no benchmark "${name}"; there are: ${Object.keys(BENCHMARKS).join(", ")}`);
  const bench = new Bench(options);
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      void bench.end().finally(() => process.exit(130));
    });
  const start = performance.now();
  let failure: unknown = null;
  try {
    await benchmark.run(bench);
  } catch (error) {
    failure = error;
  } finally {
    await bench.end();
  }
  if (failure !== null) console.error(failure instanceof BenchError ? failure.message : failure);
  const figures = bench.figures(benchmark.figures);
  printTable(figures);
  console.log(bench.noise.describe());
  console.log(`${name}: ${((performance.now() - start) / 1000).toFixed(1)} s in all`);
  if (json) console.log(JSON.stringify({ bench: name, figures }));
  return failure === null && figures.every((figure) => figure.ok) ? 0 : 1;
}

function readArguments(): { name: string; json: boolean } & BenchOptions {
  const { values, positionals } = parse();
  const [name, ...more] = positionals;
  if (name === undefined) throw new UsageError("name the benchmark to run");
  if (more.length > 0) throw new UsageError("one benchmark at a time");
  const minutes = values.minutes === undefined ? null : Number(values.minutes);
  if (minutes !== null && !(minutes > 0)) throw new UsageError("--minutes takes a number above zero");
  return { name, json: values.json ?? false, minutes, short: values.short ?? false };
}

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { json: { type: "boolean" }, minutes: { type: "string" }, short: { type: "boolean" } },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function printTable(figures: readonly Figure[]): void {
  const cell = (value: number | null) => (value === null ? "-" : value.toLocaleString("en-US"));
  const rows = [
    ["figure", "unit", "ours", "floor", "ratio", "goal", ""],
    ...figures.map((figure) => [
      figure.name,
      figure.unit,
      figure.ours === null ? "MISSING" : cell(figure.ours),
      cell(figure.floor),
      figure.ratio === null ? "-" : figure.ratio.toFixed(3),
      figure.goal ?? "-",
      figure.ok ? "ok" : "FAIL",
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of rows) {
    const cells = row.map((text, column) => {
      const width = widths[column] ?? 0;
      return column >= 2 && column <= 4 ? text.padStart(width) : text.padEnd(width);
    });
    console.log(cells.join("  ").trimEnd());
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n${USAGE}`);
  process.exitCode = 2;
}
