/**
 * The sale day: five stores sell 10 000 SKUs off one shelf, 200 orders a second in bursts, while three processes of the
 * product read the sales and tell every store what is left, each within its own limit. What is promised is worked out of
 * the stores' own records and the ledger.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "../src/core/db/database.ts";
import { type Bench, type Benchmark, type Helper, quantile } from "./harness.ts";
import type { ShopsAnswer, ShopsQuestion } from "./sale-day-helper.ts";
import { CAPACITIES, firstQuantities, ORDERS_PER_SECOND, SLOW_BELOW } from "./sale-day-plan.ts";
import { setUp } from "./sale-day-setup.ts";
import type { ShopLog } from "./sale-day-shop.ts";
import {
  arrivals,
  type Ledger,
  oversoldByUs,
  oversoldInAll,
  toLedger,
  useInWindows,
  wrongFinally,
} from "./sale-day-verdict.ts";
import {
  committedSales,
  desiredQuantities,
  recordCommits,
  type Watched,
  watch,
  workLeft,
  writesSoFar,
} from "./sale-day-watch.ts";
import { skuCode } from "./wire-orders.ts";

const WORKERS = 3;
const SECRET = "0".repeat(64);
/** The sale, its beginning that warms up and does not count, and the windows in which use is counted. */
const FULL = { seconds: 126, warmMs: 6_000, windowMs: 60_000 };
const SHORT = { seconds: 25, warmMs: 5_000, windowMs: 10_000 };
const PATIENCE_MS = 70_000;
/** A call is on its way for so long before the store sees it. */
const WIRE_MS = 5;

type Shops = Helper<ShopsQuestion, ShopsAnswer>;

export const saleDay: Benchmark = {
  figures: {
    oversold_by_us: { unit: "units", goal: "ours = 0" },
    oversold: { unit: "units, stores' own races included", goal: null },
    over_limit: { unit: "calls", goal: "ours = 0" },
    use: { unit: "least share of the capacity in a minute, groups of 5/s and more", goal: "ours >= 0.97" },
    use_slow: { unit: "the same, slower groups", goal: "ours >= 0.9" },
    arrival_p50: { unit: "ms from commit, slot free", goal: "ours < 20" },
    arrival_p99: { unit: "ms from commit, slot free", goal: "ours < 200" },
    slot_free: { unit: "share of the changes", goal: null },
    arrival_all_p50: { unit: "ms from commit, all changes", goal: null },
    wrong_finally: { unit: "quantities", goal: "ours = 0" },
    row_writes: { unit: "rows per change", goal: null },
    wal: { unit: "bytes of the server per change", goal: null },
    lock_wait_p95: { unit: "ms, of waits that were seen", goal: null },
    lock_wait_max: { unit: "ms", goal: null },
    sales: { unit: "orders/s saved", goal: "ours >= 190" },
  },
  run: async (bench) => {
    const length = bench.options.short ? SHORT : FULL;
    const { db, url } = await bench.createDatabase({ max: 4 });
    const env = {
      DATABASE_URL: url,
      TALLYPORT_SECRET: SECRET,
      TALLYPORT_ALLOW_PRIVATE_URLS: "on",
      PUBLIC_URL: "http://127.0.0.1:9",
      LOG_LEVEL: "warn",
    };
    const first = firstQuantities(length.seconds);
    const shops: Shops = bench.startHelper<ShopsQuestion, ShopsAnswer>("sale-day-helper.ts");
    const { baseUrls = [] } = await shops.ask({ ask: "open", seconds: length.seconds });
    const started = performance.now();
    const storeIds = await setUp(db, env, baseUrls, first);
    await db.exec("vacuum analyze");
    await recordCommits(db);
    bench.say(`${baseUrls.length} stores with ${first.length} SKUs in ${secondsSince(started)} s`);
    bench.noise.probe();
    const origins = await Promise.all(Array.from({ length: WORKERS }, () => startWorker(bench, env)));
    await shops.ask({ ask: "ready", origins });
    const day = await sell(bench, db, shops, storeIds, length);
    bench.noise.probe();
    await report(bench, db, shops, { ...day, storeIds, first, length });
  },
};

interface Day {
  from: number;
  until: number;
  watched: Watched;
  writes: { rows: number; walBytes: number };
}

async function sell(
  bench: Bench,
  db: Database,
  shops: Shops,
  storeIds: readonly string[],
  { seconds }: typeof FULL,
): Promise<Day> {
  // The first reading of the orders, so that quantities may go out.
  await sleep(3_000);
  const before = await writesSoFar(db);
  const watching = watch(db, storeIds);
  const from = clockMs();
  const { orders = 0, watched = 0, lateMs = 0 } = await shops.ask({ ask: "sell", seconds });
  const until = clockMs();
  bench.say(
    `${orders} orders in ${seconds} s, ${watched} of them of what a push had just brought; the stores were late by ${lateMs.toFixed(0)} ms at worst`,
  );
  const left = await workLeft(db);
  const drained = performance.now();
  while ((await workLeft(db)) > 0 && performance.now() - drained < PATIENCE_MS) await sleep(250);
  // Statistics of the workers' last transactions reach the views within a second.
  await sleep(1_500);
  const after = await writesSoFar(db);
  bench.say(
    `${left} changes and messages were left at the end, ${await workLeft(db)} after ${secondsSince(drained)} s`,
  );
  const writes = { rows: after.rows - before.rows, walBytes: after.walBytes - before.walBytes };
  return { from, until, watched: await watching.stop(), writes };
}

async function report(
  bench: Bench,
  db: Database,
  shops: Shops,
  day: Day & { storeIds: string[]; first: number[]; length: typeof FULL },
): Promise<void> {
  const { first, storeIds, length } = day;
  const { logs = [] } = await shops.ask({ ask: "logs" });
  const numbers = new Map(first.map((_, sku) => [skuCode(sku), sku]));
  const sales = (await committedSales(db)).map(({ code, units, at }) => ({ sku: numbers.get(code) ?? -1, units, at }));
  const ledger = toLedger(sales, first);
  const byUs = oversoldByUs(logs, ledger, first, WIRE_MS);
  bench.report("oversold_by_us", byUs.length);
  bench.report("oversold", oversoldInAll(logs, first));
  if (byUs.length > 0)
    bench.say(
      `oversold by us: the quantities arrived ${byUs.map((ms) => ms.toFixed(0)).join(", ")} ms after the commit of a newer one`,
    );
  bench.report("over_limit", total(logs.map((log) => log.overLimit)));
  reportUse(bench, logs, day);
  const changes = reportArrivals(bench, logs, ledger, first, day.from + length.warmMs);
  const all = total(logs.map((log) => arrivals(log, ledger, first, 1, 0).changes));
  bench.report("row_writes", day.writes.rows / all);
  bench.report("wal", day.writes.walBytes / all);
  await reportFinal(bench, db, logs, ledger, first, storeIds);
  const { lockWaits, looks } = day.watched;
  bench.report("lock_wait_p95", lockWaits.length === 0 ? 0 : quantile(lockWaits, 0.95));
  bench.report("lock_wait_max", Math.max(0, ...lockWaits));
  bench.say(`${lockWaits.length} waits for locks were seen in ${looks} looks; ${changes} changes counted`);
  const orders = total(logs.map((log) => log.orders));
  const [saved] = await db.query<{ orders: string }>("select count(*) as orders from orders");
  bench.report("sales", Number(saved?.orders ?? 0) / length.seconds);
  bench.say(
    `${saved?.orders} of ${orders} orders saved (${ORDERS_PER_SECOND} a second wanted), ${total(logs.map((log) => log.webhooksFailed))} messages not taken`,
  );
}

function reportUse(bench: Bench, logs: readonly ShopLog[], day: Day & { storeIds: string[]; length: typeof FULL }) {
  const span = { from: day.from + day.length.warmMs, until: day.until, windowMs: day.length.windowMs };
  const found = { fast: [] as number[], slow: [] as number[] };
  for (const [index, log] of logs.entries()) {
    const capacity = CAPACITIES[index] ?? 1;
    const due = day.watched.due.get(day.storeIds[index] ?? "") ?? [];
    const uses = useInWindows(log.calls, due, capacity, span);
    found[capacity < SLOW_BELOW ? "slow" : "fast"].push(...uses);
    const inside = log.calls.filter((at) => at >= span.from && at < span.until).length;
    const busy = due.filter(([, offers]) => offers > 0).length / due.length;
    bench.say(
      `store of ${capacity} calls/s: ${((inside * 1_000) / (span.until - span.from)).toFixed(2)} made, work due ${(busy * 100).toFixed(0)} % of the time` +
        (uses.length > 0 ? `, use with work throughout ${uses.map((use) => use.toFixed(3)).join(" ")}` : ""),
    );
  }
  bench.report("use", Math.min(...found.fast));
  bench.report("use_slow", Math.min(...found.slow));
}

function reportArrivals(
  bench: Bench,
  logs: readonly ShopLog[],
  ledger: Ledger,
  first: readonly number[],
  from: number,
): number {
  const byStore = logs.map((log, index) => arrivals(log, ledger, first, CAPACITIES[index] ?? 1, from));
  for (const [index, { free, all, changes, missing }] of byStore.entries())
    bench.say(
      `store of ${CAPACITIES[index]} calls/s: ${changes} changes, ${missing} never sent; slot free ${free.length}: ` +
        `p50 ${ms(free, 0.5)}, p90 ${ms(free, 0.9)}, p99 ${ms(free, 0.99)} ms; all: p50 ${ms(all, 0.5)}, p99 ${ms(all, 0.99)} ms`,
    );
  const free = byStore.flatMap((store) => store.free);
  const all = byStore.flatMap((store) => store.all);
  bench.report("arrival_p50", quantile(free, 0.5));
  bench.report("arrival_p99", quantile(free, 0.99));
  bench.report("slot_free", free.length / all.length);
  bench.report("arrival_all_p50", quantile(all, 0.5));
  return total(byStore.map((store) => store.changes));
}

/** Every store must show what the ledger leaves, and the database must want the same. */
async function reportFinal(
  bench: Bench,
  db: Database,
  logs: readonly ShopLog[],
  ledger: Ledger,
  first: readonly number[],
  storeIds: readonly string[],
): Promise<void> {
  const wrong = logs.map((log) => wrongFinally(log.shown, first, ledger));
  const shown = new Map(
    logs.flatMap((log, index) => log.shown.map((value, sku) => [`${storeIds[index]} ${skuCode(sku)}`, value] as const)),
  );
  const other = (await desiredQuantities(db)).filter(
    ({ storeId, code, desired }) => shown.get(`${storeId} ${code}`) !== desired,
  ).length;
  bench.report("wrong_finally", total(wrong) + other);
  if (total(wrong) + other > 0) bench.say(`wrong at the end, by store: ${wrong.join(" ")}; against desired: ${other}`);
}

/** `serve` with all roles, by the program that `npm start` runs; answers its address. */
async function startWorker(bench: Bench, env: Record<string, string>): Promise<string> {
  const program = join(import.meta.dirname, "..", "bin", "tallyport.js");
  const worker = spawn(process.execPath, [program, "serve", "--port", "0", "--json"], {
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  bench.onEnd(() => stopWorker(worker));
  if (!worker.stdout) throw new Error("a worker without output");
  for await (const line of createInterface({ input: worker.stdout })) {
    const { url } = JSON.parse(line) as { url?: string };
    if (url) return url;
  }
  throw new Error("a worker ended before it served");
}

async function stopWorker(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const gone = new Promise((resolve) => worker.once("exit", resolve));
  worker.kill("SIGTERM");
  const ended = await Promise.race([gone.then(() => true), sleep(10_000, false)]);
  if (!ended) worker.kill("SIGKILL");
  await gone;
}

const clockMs = () => performance.timeOrigin + performance.now();
const secondsSince = (start: number) => ((performance.now() - start) / 1_000).toFixed(1);
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const ms = (values: readonly number[], q: number) => (values.length === 0 ? "-" : quantile(values, q).toFixed(0));
