/**
 * Sync: a worker process, started as the product starts it, reads stores of 100 000 orders in all from their beginning.
 * Its peak memory must neither be large nor grow with the number of orders.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readConfig } from "../src/core/config.ts";
import type { Database } from "../src/core/db/database.ts";
import { openEnvironment } from "../src/entry/environment.ts";
import { connectStore } from "../src/sync/connect-store.ts";
import type { FakeQuestion, FakeStore } from "./fake-helper.ts";
import { type Bench, BenchError, type Benchmark, median } from "./harness.ts";

/** Stores are read side by side: one alone would wait for its turn most of the time. */
const STORES = 5;
const SMALL = 20_000;
const LARGE = 100_000;
/** Runs of the small size, of which the median counts, before and after the one of the large size. */
const SMALL_RUNS = { before: 1, after: 1 };
const LOOK_EVERY_MS = 250;
const PATIENCE_MS = 180_000;

/** No limit of the store holds the worker back: what is measured is its memory at full speed. */
const SETTINGS = { quotas: { rest: { capacity: 10_000, concurrency: 4 } } };
const SECRET = "0".repeat(64);

export const sync: Benchmark = {
  figures: {
    rss_100k: { unit: "MB, peak", goal: "ours < 400" },
    rss_growth: { unit: "100 000 orders to 20 000", goal: "ours < 1.15" },
    orders: { unit: "orders/s", goal: null },
  },
  run: async (bench) => {
    if (!existsSync("/proc/self/status"))
      throw new BenchError(
        "The peak memory of a process is read from /proc, which this system lacks. Run it on Linux.",
      );
    const stores = { small: await openStores(bench, SMALL), large: await openStores(bench, LARGE) };
    const small: number[] = [];
    for (let run = 0; run < SMALL_RUNS.before; run++) small.push((await readAll(bench, stores.small)).peak);
    const large = await readAll(bench, stores.large);
    for (let run = 0; run < SMALL_RUNS.after; run++) small.push((await readAll(bench, stores.small)).peak);
    bench.report("rss_100k", large.peak);
    bench.report("rss_growth", large.peak / median(small));
    bench.report("orders", large.perSecond);
    bench.say(
      `one run of ${LARGE} orders; ${small.length} of ${SMALL}, peaks of ${small.map((peak) => peak.toFixed(0)).join(" and ")} MB`,
    );
  },
};

async function openStores(bench: Bench, orders: number): Promise<FakeStore[]> {
  const helper = bench.startHelper<FakeQuestion, FakeStore[]>("fake-helper.ts");
  return helper.ask({ stores: STORES, orders: orders / STORES });
}

interface Reading {
  /** Most memory that the worker ever held, in MB. */
  peak: number;
  perSecond: number;
}

/** A new database, the stores connected to it, and a worker until it has read all of their past. */
async function readAll(bench: Bench, stores: readonly FakeStore[]): Promise<Reading> {
  const { db, url, drop } = await bench.createDatabase();
  const env = {
    DATABASE_URL: url,
    TALLYPORT_SECRET: SECRET,
    TALLYPORT_ALLOW_PRIVATE_URLS: "on",
    LOG_LEVEL: "warn",
  };
  await connectStores(env, stores);
  bench.noise.probe();
  const worker = startWorker(bench, env);
  const start = performance.now();
  await pastRead(db, worker);
  const seconds = (performance.now() - start) / 1_000;
  const peak = peakOf(worker);
  await stopWorker(worker);
  const [row] = await db.query<{ orders: string }>("select count(*) as orders from orders");
  const expected = stores.reduce((sum, store) => sum + store.orders, 0);
  if (Number(row?.orders) < expected) throw new Error(`the worker read ${row?.orders} orders of ${expected}`);
  bench.say(`${row?.orders} orders of ${STORES} stores in ${seconds.toFixed(0)} s: at most ${peak.toFixed(0)} MB`);
  await drop();
  return { peak, perSecond: Number(row?.orders) / seconds };
}

async function connectStores(env: Record<string, string>, stores: readonly FakeStore[]): Promise<void> {
  const environment = await openEnvironment(readConfig(env));
  const since = new Date(Date.now() - 200 * 86_400_000);
  const never = new AbortController().signal;
  try {
    for (const { name, baseUrl, credentials } of stores) {
      const store = { platform: "woocommerce", name, baseUrl, credentials, settings: SETTINGS };
      await connectStore(environment.engine, { ...store, since, adoptSkus: true, actor: "benchmark" }, never);
    }
  } finally {
    await environment.close();
  }
}

/** `serve --role worker`, by the program that `npm start` runs. */
function startWorker(bench: Bench, env: Record<string, string>): ChildProcess {
  const program = join(import.meta.dirname, "..", "bin", "tallyport.js");
  const worker = spawn(process.execPath, [program, "serve", "--role", "worker"], {
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "ignore", "inherit"],
  });
  bench.onEnd(() => stopWorker(worker));
  return worker;
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

async function stopWorker(worker: ChildProcess): Promise<void> {
  if (hasEnded(worker)) return;
  const gone = new Promise((resolve) => worker.once("exit", resolve));
  worker.kill("SIGTERM");
  const ended = await Promise.race([gone.then(() => true), sleep(10_000, false)]);
  if (!ended) worker.kill("SIGKILL");
  await gone;
}

/** Resolves when the past of every store's orders has been read. */
async function pastRead(db: Database, worker: ChildProcess): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const rows = await db.query<{ state: string; error: string | null }>(
      "select state, error_text as error from checkpoints where resource = 'orders' and stream = 'changed@backfill'",
    );
    if (rows.length > 0 && rows.every((row) => row.state === "done")) return;
    const failed = rows.find((row) => row.state === "failed");
    if (failed) throw new Error(`the worker could not read: ${failed.error}`);
    if (hasEnded(worker)) throw new Error("the worker ended by itself");
    if (performance.now() > until) throw new Error(`the stores were not read within ${PATIENCE_MS / 1_000} s`);
    await sleep(LOOK_EVERY_MS);
  }
}

/** In MB; of this process alone, not of those that it started. */
function peakOf({ pid }: ChildProcess): number {
  const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return (Number(kilobytes) * 1_024) / 1e6;
}
