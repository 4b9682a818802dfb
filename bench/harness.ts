/**
 * What every benchmark is made of: declared figures with their goals, interleaved runs, medians, throw-away databases,
 * helper processes, and a probe that tells how restless the machine was meanwhile.
 */
import { type ChildProcess, fork } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "../src/core/db/database.ts";
import { migrate } from "../src/core/db/migrate.ts";
import { openPostgres } from "../src/entry/open-database.ts";

/** A measured figure as `--json` prints it. `floor` is what the same machine does at most, measured in the same run. */
export interface Figure {
  name: string;
  unit: string;
  ours: number | null;
  floor: number | null;
  ratio: number | null;
  goal: string | null;
  ok: boolean;
}

/** A figure that a benchmark promises to report. `goal` is `ratio` or `ours`, a comparison and a number. */
export interface FigurePlan {
  unit: string;
  goal: string | null;
}

export interface Benchmark {
  figures: Record<string, FigurePlan>;
  run(bench: Bench): Promise<void>;
}

export interface BenchOptions {
  /** Length of the long run, where the benchmark has one. */
  minutes: number | null;
  /** A run for whoever works on the product, where the benchmark has one. */
  short: boolean;
}

/** Something the person at the keyboard can mend. */
export class BenchError extends Error {
  override readonly name = "BenchError";
}

export interface BenchDatabase {
  readonly name: string;
  readonly url: string;
  readonly db: Database;
  close(): Promise<void>;
  /** Closes the connections and drops the database, before the end of the benchmark does. */
  drop(): Promise<void>;
}

export type Template = Pick<BenchDatabase, "name" | "drop">;

const LOCAL_SERVER = "postgres://postgres@127.0.0.1:5432/postgres";
const PROBE_MS = 500;

export class Bench {
  readonly options: BenchOptions;
  readonly noise = new Noise();
  private readonly measured = new Map<string, { ours: number; floor: number | null }>();
  private readonly cleanups: (() => Promise<void>)[] = [];
  private made = 0;

  constructor(options: BenchOptions) {
    this.options = options;
  }

  /** A line for the reader. */
  say(text: string): void {
    console.log(text);
  }

  report(name: string, ours: number, floor: number | null = null): void {
    this.measured.set(name, { ours, floor });
  }

  /** The figures that `plan` promises; those without a measurement have failed. */
  figures(plan: Record<string, FigurePlan>): Figure[] {
    const unknown = [...this.measured.keys()].find((name) => !(name in plan));
    if (unknown !== undefined) throw new Error(`the figure "${unknown}" was measured but never declared`);
    return Object.entries(plan).map(([name, { unit, goal }]) => {
      const found = this.measured.get(name);
      const ours = found && Number.isFinite(found.ours) ? rounded(found.ours) : null;
      const floor = found?.floor && Number.isFinite(found.floor) ? rounded(found.floor) : null;
      const ratio =
        found && ours !== null && floor !== null && found.floor
          ? Math.round((found.ours / found.floor) * 1e3) / 1e3
          : null;
      return { name, unit, ours, floor, ratio, goal, ok: meetsGoal(goal, ours, ratio) };
    });
  }

  /** Done in reverse order at the end, and when the run is broken off. */
  onEnd(cleanup: () => Promise<void>): void {
    this.cleanups.push(cleanup);
  }

  async end(): Promise<void> {
    for (let cleanup = this.cleanups.pop(); cleanup; cleanup = this.cleanups.pop())
      await cleanup().catch((error: unknown) => console.error(`cleaning up: ${String(error)}`));
  }

  /** A database of the server that BENCH_DATABASE_URL, TEST_DATABASE_URL or this machine offers: migrated and empty, or a copy. */
  async createDatabase(options: { max?: number; like?: Template } = {}): Promise<BenchDatabase> {
    const server = serverUrl();
    this.made += 1;
    const name = `tallyport_bench_${process.pid}_${this.made}_${randomBytes(3).toString("hex")}`;
    await administer(server, `create database ${name}${options.like ? ` template ${options.like.name}` : ""}`);
    const url = new URL(server);
    url.pathname = `/${name}`;
    const open = openPostgres(url.href, { max: options.max ?? 4, name: "tallyport-bench" });
    let closed: Promise<void> | null = null;
    const close = () => {
      closed ??= open.close();
      return closed;
    };
    let dropped = false;
    const drop = async () => {
      if (dropped) return;
      dropped = true;
      await close();
      await administer(server, `drop database if exists ${name} with (force)`);
    };
    this.onEnd(drop);
    if (!options.like) await migrate(open.db);
    return { name, url: url.href, db: open.db, close, drop };
  }

  /** A database to make copies of: filled, analysed, and closed. */
  async createTemplate(fill: (db: Database) => Promise<void>): Promise<Template> {
    const made = await this.createDatabase({ max: 1 });
    await fill(made.db);
    await made.db.exec("vacuum analyze");
    // A database can only be copied while nobody is connected to it.
    await made.close();
    return made;
  }

  /** A helper process running a module of this folder; ended with the benchmark. */
  startHelper<Ask, Answer>(module: string): Helper<Ask, Answer> {
    const helper = new Helper<Ask, Answer>(join(import.meta.dirname, module));
    this.onEnd(() => helper.stop());
    return helper;
  }

  /**
   * Runs every side once a round, in alternating order, and answers each side's results in the order of the rounds.
   * Warm-up is the caller's: its results would be rounds of their own.
   */
  async interleave<T>(rounds: number, sides: Record<string, () => Promise<T>>): Promise<Record<string, T[]>> {
    const names = Object.keys(sides);
    const results: Record<string, T[]> = Object.fromEntries(names.map((name) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const name of round % 2 === 0 ? names : [...names].reverse()) {
        this.noise.probe();
        const side = sides[name];
        if (side) results[name]?.push(await side());
      }
    }
    this.noise.probe();
    return results;
  }
}

/** Process that answers one question at a time. */
export class Helper<Ask, Answer> {
  private readonly child: ChildProcess;
  private failure: string | null = null;

  constructor(file: string) {
    this.child = fork(file, { stdio: ["ignore", "inherit", "inherit", "ipc"], serialization: "advanced" });
    this.child.on("exit", (code) => {
      this.failure ??= `a helper process of the benchmark ended with code ${code}`;
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  ask(question: Ask): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.failure !== null) {
        reject(new Error(this.failure));
        return;
      }
      const onExit = () => reject(new Error(this.failure ?? "a helper process of the benchmark ended"));
      this.child.once("exit", onExit);
      this.child.once("message", (message: { answer: Answer } | { error: string }) => {
        this.child.off("exit", onExit);
        if ("error" in message) reject(new Error(message.error));
        else resolve(message.answer);
      });
      this.child.send(question as object);
    });
  }

  /** A message without an answer of its own, for what runs already. */
  tell(message: Ask): void {
    this.child.send(message as object);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.child.once("exit", resolve));
    this.failure ??= "the helper process was stopped";
    if (this.child.connected) this.child.disconnect();
    const ended = await Promise.race([gone.then(() => true), sleep(3_000, false)]);
    if (!ended) this.child.kill("SIGKILL");
    await gone;
  }
}

/** The other end of a `Helper`: answers every question; the process ends when its parent lets go of it. */
export function serveHelper<Ask, Answer>(answer: (question: Ask) => Promise<Answer>): void {
  process.on("message", (question: Ask) => {
    answer(question).then(
      (value) => process.send?.({ answer: value }),
      (error: unknown) =>
        process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.on("disconnect", () => process.exit(0));
  // The parent decides when to stop: Ctrl-C reaches the whole group.
  process.on("SIGINT", () => {});
}

/** Times of a fixed piece of work, CPU and disk, measured again and again between the runs. */
class Noise {
  private readonly cpu: number[] = [];
  private readonly disk: number[] = [];
  private last = 0;

  /** Some 25 ms; skipped where the last one is fresh. */
  probe(): void {
    if (performance.now() - this.last < PROBE_MS) return;
    this.cpu.push(cpuLoop());
    this.disk.push(fsyncLoop());
    this.last = performance.now();
  }

  describe(): string {
    const part = (name: string, values: readonly number[], unit: string) =>
      `${name} median ${median(values).toFixed(unit === "us" ? 0 : 1)} ${unit}, from ${percent(Math.min(...values) / median(values))} to ${percent(Math.max(...values) / median(values))}`;
    if (this.cpu.length === 0) return "noise: not measured";
    return `noise of the machine over ${this.cpu.length} probes: ${part("CPU loop", this.cpu, "ms")}; ${part("fsync", this.disk, "us")}`;
  }
}

const percent = (share: number) => `${Math.round(share * 100)} %`;

function cpuLoop(): number {
  const data = Buffer.alloc(64 * 1024, 7);
  const start = performance.now();
  for (let i = 0; i < 200; i++) createHash("sha256").update(data).digest();
  return performance.now() - start;
}

/** Microseconds of one 8 KB write with fsync, the mean of 20. */
function fsyncLoop(): number {
  const folder = mkdtempSync(join(tmpdir(), "tallyport-bench-"));
  const file = openSync(join(folder, "probe"), "w");
  const data = Buffer.alloc(8192, 7);
  const start = performance.now();
  for (let i = 0; i < 20; i++) {
    writeSync(file, data, 0, data.length, 0);
    fsyncSync(file);
  }
  const us = ((performance.now() - start) * 1000) / 20;
  closeSync(file);
  rmSync(folder, { recursive: true, force: true });
  return us;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** By linear interpolation; NaN for nothing. */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

/** Every round's own ratio, for the reader: medians hide how far apart the rounds were. */
export function describeRatios(ours: readonly number[], floor: readonly number[]): string {
  const ratios = ours.map((value, round) => value / (floor[round] ?? Number.NaN));
  return `ratios of the rounds: ${ratios.map((ratio) => ratio.toFixed(2)).join(" ")}`;
}

const GOAL = /^(ratio|ours) (>=|<=|>|<|=) (\d+(?:\.\d+)?)$/;

function meetsGoal(goal: string | null, ours: number | null, ratio: number | null): boolean {
  if (ours === null) return false;
  if (goal === null) return true;
  const [, subject, comparison, number] = GOAL.exec(goal) ?? [];
  if (subject === undefined) throw new Error(`a goal that cannot be read: ${goal}`);
  const value = subject === "ours" ? ours : ratio;
  const limit = Number(number);
  if (value === null) return false;
  if (comparison === ">=") return value >= limit;
  if (comparison === "<=") return value <= limit;
  if (comparison === ">") return value > limit;
  if (comparison === "<") return value < limit;
  return value === limit;
}

/** Four significant digits below 1 000, whole numbers above. */
function rounded(value: number): number {
  return Math.abs(value) >= 1_000 ? Math.round(value) : Number(value.toPrecision(4));
}

function serverUrl(): string {
  return process.env.BENCH_DATABASE_URL || process.env.TEST_DATABASE_URL || LOCAL_SERVER;
}

async function administer(url: string, statement: string): Promise<void> {
  const server = openPostgres(url, { max: 1, name: "tallyport-bench" });
  try {
    await server.db.exec(statement);
  } catch (error) {
    throw explainServer(url, error);
  } finally {
    await server.close();
  }
}

function explainServer(url: string, error: unknown): unknown {
  const { hostname, port } = new URL(url);
  const where = `${hostname}:${port || "5432"}`;
  const remedy =
    "Start a PostgreSQL 14 or newer there, or set BENCH_DATABASE_URL=postgres://user@host:port/postgres to one whose user may create databases.";
  const code = (error as { code?: unknown }).code;
  if (typeof code === "string" && /^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOST|CONNECT_|CONNECTION_)/.test(code))
    return new BenchError(`No PostgreSQL answers at ${where} (${code}). ${remedy}`);
  if (typeof code === "string" && /^(28|42501|3D)/.test(code))
    return new BenchError(
      `PostgreSQL at ${where} refuses: ${error instanceof Error ? error.message : code}. ${remedy}`,
    );
  return error;
}
