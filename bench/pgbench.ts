/** Runs pgbench, PostgreSQL's own load generator. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { BenchError } from "./harness.ts";

const DEBIAN = "/usr/lib/postgresql";

/** The program: on the PATH, or where Debian keeps those of each version. */
export function findPgbench(): string {
  const folders = (process.env.PATH ?? "").split(":").filter((folder) => folder !== "");
  if (existsSync(DEBIAN)) folders.push(...readdirSync(DEBIAN).map((version) => join(DEBIAN, version, "bin")));
  const found = folders.map((folder) => join(folder, "pgbench")).find((file) => existsSync(file));
  if (found) return found;
  throw new BenchError(
    "pgbench is not on this machine, and it is what the lists are measured against. Install it (Debian: postgresql-contrib or postgresql-NN), or put its folder on the PATH.",
  );
}

export interface PgbenchRun {
  program: string;
  url: string;
  /** Where the script is written. */
  folder: string;
  /** Values drawn anew for each transaction, from the lowest to the highest. */
  variables: Readonly<Record<string, readonly [number, number]>>;
  statement: string;
  clients: number;
  transactionsPerClient: number;
}

/** Transactions a second of prepared statements, without the time of connecting. */
export async function runPgbench(run: PgbenchRun): Promise<number> {
  const file = join(run.folder, "script.sql");
  const sets = Object.entries(run.variables).map(([name, [low, high]]) => `\\set ${name} random(${low}, ${high})\n`);
  writeFileSync(file, `${sets.join("")}${run.statement.replaceAll(/\s+/g, " ")};\n`);
  const options = { n: null, M: "prepared", c: run.clients, j: 2, t: run.transactionsPerClient, f: file };
  const args = Object.entries(options).flatMap(([name, value]) =>
    value === null ? [`-${name}`] : [`-${name}`, `${value}`],
  );
  const { stdout } = await promisify(execFile)(run.program, [...args, run.url]);
  const tps = /tps = ([\d.]+) \(without initial connection time\)/.exec(stdout)?.[1];
  if (tps === undefined || !/number of failed transactions: 0 /.test(stdout))
    throw new Error(`pgbench did not do what it was told: ${stdout}`);
  return Number(tps);
}
