/** The processes of the feed's benchmark: writers, the sequencer, a reader that follows, a foreign transaction. */
import { setTimeout as sleep } from "node:timers/promises";
import { appendChanges, CHANGES_CHANNEL, readChanges, sequenceChanges } from "../src/core/db/changes.ts";
import type { Database } from "../src/core/db/database.ts";
import { derivedId } from "../src/core/ids.ts";
import type { Change } from "../src/core/ingest/types.ts";
import { type OpenDatabase, openPostgres } from "../src/entry/open-database.ts";
import { quantile, serveHelper } from "./harness.ts";
import { seededRandom } from "./random.ts";

/** Entities of the benchmark: stock levels, whose version rises by one with each change. */
export const OWN_ENTITIES = 2_000;
export const SHARED_ENTITIES = 1_000;
export const entityId = (index: number) => derivedId("bench", "skus", String(index));

export type FeedQuestion =
  | {
      ask: "write";
      url: string;
      into: "pending" | "feed";
      /** Numbers of the writers, each a connection with entities of its own. */
      writers: number[];
      perTransaction: number;
      ms: number;
    }
  | { ask: "sequence"; url: string }
  | { ask: "follow"; url: string }
  | { ask: "stop" };

export interface FeedAnswer {
  changes: number;
  ms: number;
  /** Milliseconds by which the feed was behind, from the insertion of a change: median, 99th percentile, the worst. */
  lags: number[];
  /** Versions that were not the one after the last seen of their entity. */
  violations: number;
}

const NOTHING: FeedAnswer = { changes: 0, ms: 0, lags: [], violations: 0 };

const open = new Map<string, OpenDatabase>();

/** One pool a database, kept between the runs. */
function database(url: string, max: number): Database {
  let found = open.get(url);
  if (!found) {
    found = openPostgres(url, { max, name: "tallyport-bench-feed" });
    open.set(url, found);
  }
  return found.db;
}

const PASS_EVERY_MS = 50;
const POLL_MS = 1_000;
/** The writers begin together, and the newest change is from before. */
const SAMPLE_FROM_MS = 500;
const SAMPLE_EVERY_MS = 50;

let stopping = false;
let running: Promise<FeedAnswer> | null = null;

if (process.send) {
  serveHelper<FeedQuestion, FeedAnswer>(async (question) => {
    if (question.ask === "write") return write(question);
    if (question.ask === "stop") {
      stopping = true;
      return (await running) ?? NOTHING;
    }
    stopping = false;
    const db = database(question.url, 2);
    running = question.ask === "sequence" ? sequence(db) : follow(db);
    return NOTHING;
  });
}

async function write(question: FeedQuestion & { ask: "write" }): Promise<FeedAnswer> {
  const db = database(question.url, question.writers.length);
  const start = performance.now();
  const until = start + question.ms;
  const counts = await Promise.all(
    question.writers.map(async (writer) => {
      const random = seededRandom(writer * 7_919 + Math.floor(start));
      let changes = 0;
      while (performance.now() < until) {
        await writeOnce(db, question, pickEntities(random, writer, question.perTransaction));
        changes += question.perTransaction;
      }
      return changes;
    }),
  );
  return { ...NOTHING, changes: counts.reduce((a, b) => a + b, 0), ms: performance.now() - start };
}

/** Mostly the writer's own entities; one in ten transactions touches one that all writers share. */
function pickEntities(random: () => number, writer: number, count: number): string[] {
  const picked = new Set<number>();
  if (random() < 0.1) picked.add(Math.floor(random() * SHARED_ENTITIES));
  while (picked.size < count) picked.add(SHARED_ENTITIES + writer * OWN_ENTITIES + Math.floor(random() * OWN_ENTITIES));
  return [...picked].map(entityId);
}

const UPDATE_ENTITIES = `
with locked as (select sku_id from stock_levels where sku_id = any($1::uuid[]) order by sku_id for no key update)
update stock_levels t set on_hand = t.on_hand + 1, version = t.version + 1 from locked where t.sku_id = locked.sku_id
returning t.sku_id, t.version`;

/** What a feed without a sequencer would do: the position is drawn when the row is inserted, not in commit order. */
const INSERT_PLAINLY = `
insert into changes (entity, entity_id, store_id, version, kind, at)
select r.entity, r.id, $2::uuid, r.version, r.kind, clock_timestamp()
from json_to_recordset($1::text::json) as r(entity text, id uuid, version bigint, kind text)`;

async function writeOnce(db: Database, { into }: { into: "pending" | "feed" }, ids: string[]): Promise<void> {
  await db.transaction(async (tx) => {
    const rows = await tx.query<{ sku_id: string; version: string }>(UPDATE_ENTITIES, [ids]);
    const changes = rows.map(
      (row): Change => ({ entity: "stock", entityId: row.sku_id, version: Number(row.version), kind: "updated" }),
    );
    if (into === "pending") {
      await appendChanges(tx, null, changes);
    } else {
      const plain = changes.map((change) => ({ ...change, id: change.entityId, entityId: undefined }));
      await tx.query(INSERT_PLAINLY, [JSON.stringify(plain), null]);
    }
    await tx.query("select pg_notify($1, '')", [CHANGES_CHANNEL]);
  });
}

/**
 * As a process of the product does it: woken by the writers' notification, with a slow poll under it. Passes begin at
 * least `PASS_EVERY_MS` apart: each has a commit of its own, which the writers' commits wait behind.
 */
async function sequence(db: Database): Promise<FeedAnswer> {
  const start = performance.now();
  const sampling = sampleLag(db);
  let changes = 0;
  let wake = () => {};
  let woken = true;
  const unlisten = await db.listen(CHANGES_CHANNEL, () => {
    woken = true;
    wake();
  });
  // The pass that begins after the order to stop is the last one: it moves what is left.
  for (let last = false; !last; ) {
    last = stopping;
    if (!woken && !last)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, POLL_MS);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    woken = false;
    const began = performance.now();
    changes += await sequenceChanges(db);
    while (!stopping && performance.now() < began + PASS_EVERY_MS) await sleep(5);
  }
  const lags = summary(await sampling);
  void unlisten();
  return { changes, ms: performance.now() - start, lags, violations: 0 };
}

/** How old the newest readable change is, while writers never rest: nothing that a reader lacks is older. */
async function sampleLag(db: Database): Promise<number[]> {
  const lags: number[] = [];
  await sleep(SAMPLE_FROM_MS);
  while (!stopping) {
    const [row] = await db.query<{ lag: string }>(
      "select 1000 * extract(epoch from clock_timestamp() - at) as lag from changes order by position desc limit 1",
    );
    if (row) lags.push(Number(row.lag));
    await sleep(SAMPLE_EVERY_MS);
  }
  return lags;
}

/** Median, 99th percentile and the worst. */
function summary(lags: readonly number[]): number[] {
  return lags.length === 0 ? [] : [quantile(lags, 0.5), quantile(lags, 0.99), quantile(lags, 1)];
}

async function lastPosition(db: Database): Promise<number> {
  const [row] = await db.query<{ last: string }>("select coalesce(max(position), 0) as last from changes");
  return Number(row?.last ?? 0);
}

/** Reads on from the newest change, while writers write, and expects each entity's versions one after the other. */
async function follow(db: Database): Promise<FeedAnswer> {
  const start = performance.now();
  const seen = new Map<string, number>();
  let after = await lastPosition(db);
  let changes = 0;
  let violations = 0;
  for (let last = false; ; ) {
    const page = await readChanges(db, { after, limit: 1_000 });
    after = page.last;
    for (const change of page.changes) {
      const known = seen.get(change.id);
      if (known !== undefined && change.version !== known + 1) violations += 1;
      seen.set(change.id, change.version);
    }
    changes += page.changes.length;
    if (page.changes.length > 0) continue;
    if (last) return { changes, ms: performance.now() - start, lags: [], violations };
    // Once more after the end, for what came between the last page and the order to stop.
    last = stopping;
    if (!last) await sleep(20);
  }
}
