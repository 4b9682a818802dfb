/**
 * The change feed: writers that append through the sequencer against writers that insert straight into the feed, how far
 * readers are behind, whether anything was lost or turned round, and how fast the feed is read.
 */
import { readChanges, sequenceChanges } from "../src/core/db/changes.ts";
import type { Database } from "../src/core/db/database.ts";
import { openPostgres } from "../src/entry/open-database.ts";
import { entityId, type FeedAnswer, type FeedQuestion, OWN_ENTITIES, SHARED_ENTITIES } from "./feed-helper.ts";
import {
  type Bench,
  type BenchDatabase,
  BenchError,
  type Benchmark,
  describeRatios,
  type Helper,
  median,
} from "./harness.ts";

const WRITERS = 8;
const PROCESSES = 4;
const ROUNDS = 5;
const SLICE_MS = 3_000;
/** How long the foreign transaction is held: in the short run, in the long one. */
const FOREIGN_MS = { short: 20_000, long: 60_000 };
/** A round of the long run: turns of each side, of each size. */
const TURNS = 6;
const TURN_MS = 5_000;
const READ_ROWS = 150_000;
const READ_PAGE = 1_000;

const SIZES = { small: 2, bulk: 100 } as const;
type Size = keyof typeof SIZES;

export const feed: Benchmark = {
  figures: {
    writers_small: { unit: "changes/s", goal: "ratio >= 0.6" },
    writers_bulk: { unit: "changes/s", goal: "ratio >= 0.6" },
    lag_small: { unit: "ms, p99", goal: "ours < 1000" },
    lag_bulk: { unit: "ms, p99", goal: "ours < 1000" },
    lag_foreign_same_database: { unit: "ms, worst", goal: "ours < 2000" },
    lag_foreign_other_database: { unit: "ms, worst", goal: "ours < 2000" },
    order_violations: { unit: "changes", goal: "ours = 0" },
    lost: { unit: "changes", goal: "ours = 0" },
    reading: { unit: "changes/s", goal: "ours >= 50000" },
  },
  run: async (bench) => {
    const rig = await createRig(bench);
    if (bench.options.minutes === null) await runShort(bench, rig);
    else await runLong(bench, rig, bench.options.minutes);
    await verify(bench, rig.sequenced.db);
    await measureReading(bench, rig.sequenced.db);
  },
};

type FeedHelper = Helper<FeedQuestion, FeedAnswer>;

/** Two databases alike, so that what one leaves behind does not slow the other, and the processes that load them. */
interface Rig {
  sequenced: BenchDatabase;
  plain: BenchDatabase;
  writers: FeedHelper[];
  sequencer: FeedHelper;
  follower: FeedHelper;
  followed: { changes: number; violations: number };
}

async function createRig(bench: Bench): Promise<Rig> {
  const [sequenced, plain] = [await bench.createDatabase(), await bench.createDatabase()];
  for (const { db } of [sequenced, plain]) await seedEntities(db);
  const start = () => bench.startHelper<FeedQuestion, FeedAnswer>("feed-helper.ts");
  const rig: Rig = {
    sequenced,
    plain,
    writers: Array.from({ length: PROCESSES }, start),
    sequencer: start(),
    follower: start(),
    followed: { changes: 0, violations: 0 },
  };
  for (const size of ["small", "bulk"] as const) {
    await sequencedSlice(rig, size, 1_000);
    await plainSlice(rig, size, 1_000);
  }
  return rig;
}

async function seedEntities(db: Database): Promise<void> {
  const ids = Array.from({ length: SHARED_ENTITIES + WRITERS * OWN_ENTITIES }, (_, index) => entityId(index));
  const location = entityId(-1);
  await db.query("insert into locations (id, code, name) values ($1::uuid, 'bench', 'Bench')", [location]);
  await db.query("insert into skus (id, code) select x, x::text from unnest($1::uuid[]) as x", [ids]);
  await db.query(
    "insert into stock_levels (sku_id, location_id, version) select x, $2::uuid, 0 from unnest($1::uuid[]) as x",
    [ids, location],
  );
  await db.exec("vacuum analyze stock_levels");
}

interface Slice {
  perSecond: number;
  lags: number[];
}

/**
 * The writers for some time, with the sequencer beside them. The clock runs until everything written can be read: what
 * the sequencer puts off is no gain.
 */
async function sequencedSlice(rig: Rig, size: Size, ms: number): Promise<Slice> {
  const { url } = rig.sequenced;
  await rig.sequencer.ask({ ask: "sequence", url });
  const start = performance.now();
  const changes = await writeAll(rig, url, "pending", size, ms);
  const { lags } = await rig.sequencer.ask({ ask: "stop" });
  return { perSecond: (changes / (performance.now() - start)) * 1_000, lags };
}

async function plainSlice(rig: Rig, size: Size, ms: number): Promise<Slice> {
  const start = performance.now();
  const changes = await writeAll(rig, rig.plain.url, "feed", size, ms);
  return { perSecond: (changes / (performance.now() - start)) * 1_000, lags: [] };
}

async function writeAll(rig: Rig, url: string, into: "pending" | "feed", size: Size, ms: number): Promise<number> {
  const answers = await Promise.all(
    rig.writers.map((helper, process) => {
      const share = WRITERS / PROCESSES;
      const writers = Array.from({ length: share }, (_, i) => process * share + i);
      return helper.ask({ ask: "write", url, into, writers, perTransaction: SIZES[size], ms });
    }),
  );
  return answers.reduce((sum, answer) => sum + answer.changes, 0);
}

async function runShort(bench: Bench, rig: Rig): Promise<void> {
  for (const size of ["small", "bulk"] as const) {
    const { sequenced = [], plain = [] } = await bench.interleave(ROUNDS, {
      sequenced: () => sequencedSlice(rig, size, SLICE_MS),
      plain: () => plainSlice(rig, size, SLICE_MS),
    });
    reportWriters(bench, size, sequenced, plain);
  }
  for (const where of ["same_database", "other_database"] as const) {
    const lag = await besideForeignTransaction(bench, rig, where);
    bench.report(`lag_foreign_${where}`, lag);
  }
}

function reportWriters(bench: Bench, size: Size, sequenced: readonly Slice[], plain: readonly Slice[]): void {
  const rate = (slices: readonly Slice[]) => slices.map((slice) => slice.perSecond);
  const lag = (index: 0 | 1 | 2) => sequenced.map((slice) => slice.lags[index] ?? Number.NaN);
  bench.report(`writers_${size}`, median(rate(sequenced)), median(rate(plain)));
  bench.report(`lag_${size}`, median(lag(1)));
  bench.say(
    `${SIZES[size]} changes a transaction, ${WRITERS} writers: ${describeRatios(rate(sequenced), rate(plain))}; ` +
      `lag p50 ${median(lag(0)).toFixed(0)} ms, p99 ${median(lag(1)).toFixed(0)} ms, worst ${Math.max(...lag(2)).toFixed(0)} ms`,
  );
}

/** Worst lag while somebody holds a transaction with an id and a snapshot open; a reader follows and checks the order. */
async function besideForeignTransaction(
  bench: Bench,
  rig: Rig,
  where: "same_database" | "other_database",
): Promise<number> {
  const { url } = rig.sequenced;
  const ms = bench.options.minutes === null ? FOREIGN_MS.short : FOREIGN_MS.long;
  const foreign = openPostgres(where === "same_database" ? url : rig.plain.url, { max: 1, name: "foreign" });
  let lag = Number.NaN;
  await foreign.db.transaction(async (tx) => {
    await tx.query("set transaction isolation level repeatable read");
    await tx.query("set local idle_in_transaction_session_timeout = 0");
    await tx.query("select pg_current_xact_id()");
    await rig.follower.ask({ ask: "follow", url });
    const slice = await sequencedSlice(rig, "bulk", ms);
    const followed = await rig.follower.ask({ ask: "stop" });
    rig.followed.changes += followed.changes;
    rig.followed.violations += followed.violations;
    lag = slice.lags[2] ?? Number.NaN;
    bench.say(
      `foreign transaction open ${ms / 1_000} s, ${where.replace("_", " ")}: ${slice.perSecond.toFixed(0)} changes/s, ` +
        `lag p50 ${slice.lags[0]?.toFixed(0)} ms, p99 ${slice.lags[1]?.toFixed(0)} ms, worst ${lag.toFixed(0)} ms`,
    );
  });
  await foreign.close();
  return lag;
}

/**
 * Both sides by turns of a few seconds, so that whatever else the machine does falls on both, while autovacuum works in
 * both databases. A round of two minutes is one measurement.
 */
async function runLong(bench: Bench, rig: Rig, minutes: number): Promise<void> {
  const [setting] = await rig.sequenced.db.query<{ autovacuum: string }>("show autovacuum");
  if (setting?.autovacuum !== "on")
    throw new BenchError(
      "Autovacuum is off on this server, and the long run is about what it does. Switch it on, or set BENCH_DATABASE_URL to a server that has it on.",
    );
  const results = { small: emptyRounds(), bulk: emptyRounds() };
  for (let round = 1; round <= Math.max(1, Math.round(minutes / 2)); round++) {
    for (const size of ["small", "bulk"] as const) {
      const { sequenced = [], plain = [] } = await bench.interleave(TURNS, {
        sequenced: () => sequencedSlice(rig, size, TURN_MS),
        plain: () => plainSlice(rig, size, TURN_MS),
      });
      results[size].sequenced.push(joined(sequenced));
      results[size].plain.push(joined(plain));
    }
    bench.say(`round ${round}: ${describeRound(results)}; ${await describePending(rig.sequenced.db)}`);
  }
  for (const size of ["small", "bulk"] as const)
    reportWriters(bench, size, results[size].sequenced, results[size].plain);
  for (const where of ["same_database", "other_database"] as const)
    bench.report(`lag_foreign_${where}`, await besideForeignTransaction(bench, rig, where));
}

const emptyRounds = () => ({ sequenced: [] as Slice[], plain: [] as Slice[] });

/** Turns of one length as one. */
function joined(turns: readonly Slice[]): Slice {
  const mean = turns.reduce((sum, turn) => sum + turn.perSecond, 0) / turns.length;
  const lag = (index: number) => turns.map((turn) => turn.lags[index] ?? Number.NaN);
  return { perSecond: mean, lags: turns[0]?.lags.length ? [median(lag(0)), median(lag(1)), Math.max(...lag(2))] : [] };
}

function describeRound(results: Record<Size, { sequenced: Slice[]; plain: Slice[] }>): string {
  return (["small", "bulk"] as const)
    .map((size) => {
      const [ours, plain] = [results[size].sequenced.at(-1), results[size].plain.at(-1)];
      if (!ours || !plain) return `${size} nothing`;
      const lag = ours.lags.map((ms) => ms.toFixed(0)).join("/");
      return `${size} ${ours.perSecond.toFixed(0)} of ${plain.perSecond.toFixed(0)} changes/s = ${(ours.perSecond / plain.perSecond).toFixed(2)}, lag p50/p99/worst ${lag} ms`;
    })
    .join("; ");
}

async function describePending(db: Database): Promise<string> {
  const [row] = await db.query<{ dead: string; runs: string; size: string; index: string }>(
    `select n_dead_tup as dead, autovacuum_count as runs, pg_table_size(relid) as size, pg_indexes_size(relid) as index
     from pg_stat_user_tables where relname = 'changes_pending'`,
  );
  const mb = (bytes: string | undefined) => (Number(bytes) / 1e6).toFixed(1);
  return `changes_pending: ${row?.dead} dead rows, ${mb(row?.size)} MB, index ${mb(row?.index)} MB, vacuumed ${row?.runs} times`;
}

/** Every change rises its entity's version by one, so the feed must tell each version once, in order, and none less. */
async function verify(bench: Bench, db: Database): Promise<void> {
  await sequenceChanges(db);
  const [turned] = await db.query<{ n: string; total: string }>(
    `select count(*) filter (where version <> before + 1) as n, count(*) as total
     from (select version, coalesce(lag(version) over (partition by entity_id order by position), 0) as before from changes) x`,
  );
  const [written] = await db.query<{ total: string; pending: string }>(
    "select sum(version) as total, (select count(*) from changes_pending) as pending from stock_levels",
  );
  const told = Number(turned?.total);
  bench.report("order_violations", Number(turned?.n));
  bench.report("lost", Number(written?.total) - told);
  bench.say(`${told} changes told, ${written?.total} written, ${written?.pending} left behind`);
}

async function measureReading(bench: Bench, db: Database): Promise<void> {
  const [bounds] = await db.query<{ first: string; last: string }>(
    "select min(position) as first, max(position) as last from changes",
  );
  const first = Math.max(Number(bounds?.first), Number(bounds?.last) - READ_ROWS) - 1;
  const { ours = [], bare = [] } = await bench.interleave(ROUNDS, {
    ours: () => readThrough(first, async (after) => (await readChanges(db, { after, limit: READ_PAGE })).changes),
    bare: () =>
      readThrough(first, (after) =>
        db.query<{ position: string }>("select * from changes where position > $1::bigint order by position limit $2", [
          String(after),
          READ_PAGE,
        ]),
      ),
  });
  bench.report("reading", median(ours), median(bare));
}

async function readThrough(
  first: number,
  read: (after: number) => Promise<{ position: number | string }[]>,
): Promise<number> {
  const start = performance.now();
  let after = first;
  let rows = 0;
  for (;;) {
    const page = await read(after);
    const last = page.at(-1);
    if (!last) return (rows / (performance.now() - start)) * 1_000;
    rows += page.length;
    after = Number(last.position);
  }
}
