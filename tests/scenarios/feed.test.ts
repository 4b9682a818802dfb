/** The change feed under foreign transactions, racing writers, and in another place than before. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { startCluster } from "../../scripts/test-cluster.ts";
import { moveTo } from "../../src/cli/copy/move.ts";
import { readConfig } from "../../src/core/config.ts";
import { appendChanges } from "../../src/core/db/changes.ts";
import type { Database } from "../../src/core/db/database.ts";
import type { IngestStore } from "../../src/core/ingest/types.ts";
import { openEnvironment } from "../../src/entry/environment.ts";
import { openPostgres } from "../../src/entry/open-database.ts";
import { createRandom, type Random } from "../../src/fakes/random.ts";
import { type GivenApi, givenApi } from "../api/given-api.ts";
import { createTestDatabase, engine, itTwoConnections } from "../support/database.ts";
import { EXAMPLE_SECRET, exampleOrder, ingestExamples, orderDocument } from "../support/example.ts";
import { givenFiles } from "../support/temp-dir.ts";

/** A bound for a busy machine alone: nothing here is measured. */
const SLOW_MS = 300_000;

interface Change {
  position: number;
  id: string;
  version: number;
}

/** Orders by their external ids; one that is there already changes. */
let edits = 0;
async function write(api: GivenApi, store: IngestStore, ...externalIds: string[]): Promise<void> {
  edits += 1;
  const orders = externalIds.map((externalId) => exampleOrder({ externalId, externalStatus: `edit ${edits}` }));
  await ingestExamples(
    api.engine,
    store,
    "orders",
    orders.map((order) => orderDocument(order)),
  );
}

const readerOf =
  (api: GivenApi, key: string, entity = "order") =>
  async (after: number, limit = 1_000): Promise<{ data: Change[]; next: number }> =>
    (await api.send(key, `GET /v1/changes?after=${after}&limit=${limit}&entity=${entity}`)).body;

function connect(url: string, max = 1): Database {
  const { db, close } = openPostgres(url, { max, name: "tallyport-test" });
  onTestFinished(close);
  return db;
}

/** Opens a transaction that has an id and a snapshot of its own, reads, and stays open until `end`. */
async function openForeign(db: Database, read: string): Promise<{ id: bigint; end: () => Promise<void> }> {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let ended: Promise<void> = Promise.resolve();
  const id = await new Promise<bigint>((resolve, reject) => {
    ended = db.transaction(async (tx) => {
      await tx.exec("set transaction isolation level repeatable read");
      const [row] = await tx.query<{ id: string }>("select pg_current_xact_id()::text as id");
      await tx.query(read);
      resolve(BigInt(row?.id ?? 0));
      await held;
    });
    ended.catch(reject);
  });
  return {
    id,
    end: () => {
      release();
      return ended;
    },
  };
}

describe("the feed beside foreign transactions", () => {
  // Each change is read by the very next call while both are open: no wait that grows with the time they are held.
  itTwoConnections(
    "S75 lags behind no transaction that stays open, here or in another database of the cluster",
    async () => {
      const database = await createTestDatabase();
      const api = await givenApi({ database });
      const store = await api.store();
      const read = readerOf(api, await api.key("operator"));
      const here = connect(database.url ?? "");
      const elsewhere = connect(process.env.TEST_DATABASE_URL ?? "");
      // The one here has read our tables, as a long report or a dump does.
      const foreign = [
        await openForeign(here, "select count(*) from changes, changes_pending, orders"),
        await openForeign(elsewhere, "select count(*) from pg_class"),
      ];
      let cursor = 0;
      for (let n = 1; n <= 25; n++) {
        await write(api, store, "1001", `${2000 + n}`);
        const { data, next } = await read(cursor);
        expect(data.map((change) => change.version).sort()).toEqual(n === 1 ? [1, 1] : [1, n].sort());
        cursor = next;
      }
      // They were older than all that was read, and open to the end.
      const [row] = await api.db.query<{ oldest: string; open: string }>(
        `select pg_snapshot_xmin(pg_current_snapshot())::text as oldest,
       (select count(*) from pg_stat_activity where backend_xid is not null and state = 'idle in transaction'
         and application_name = 'tallyport-test') as open`,
      );
      expect(BigInt(row?.oldest ?? 0)).toBeLessThanOrEqual(foreign[0]?.id ?? 0n);
      expect(Number(row?.open)).toBeGreaterThanOrEqual(2);
      for (const transaction of foreign) await transaction.end();
      expect((await read(cursor)).data).toEqual([]);
    },
  );
});

/** Lets writers on one step at a time, in an order drawn from the seed. */
function createSchedule(random: Random) {
  const waiting: (() => void)[] = [];
  let working = false;
  return {
    turn: async () => {
      if (working) await new Promise<void>((resolve) => void waiting.push(resolve));
    },
    run: async (start: readonly (() => Promise<unknown>)[]): Promise<void> => {
      working = true;
      const writers = start.map((begin) => begin());
      const all = Promise.all(writers).finally(() => {
        working = false;
      });
      // All have begun before anybody goes on.
      while (working && waiting.length < writers.length) await new Promise(setImmediate);
      while (working) {
        if (waiting.length > 0) waiting.splice(random.int(0, waiting.length - 1), 1)[0]?.();
        for (let pause = random.int(0, 3); pause > 0; pause--) await new Promise(setImmediate);
        await new Promise(setImmediate);
      }
      await all;
    },
  };
}

/** A database whose transactions have their id and their time from the start, and go on and commit when it is their turn. */
function scheduled(db: Database, turn: () => Promise<void>, note: { begun(): void; committed(): void }): Database {
  return {
    ...db,
    transaction: async (run) => {
      const result = await db.transaction(async (tx) => {
        await tx.query("select pg_current_xact_id(), now()");
        note.begun();
        await turn();
        const made = await run(tx);
        await turn();
        return made;
      });
      note.committed();
      return result;
    },
  };
}

const WRITERS = 4;
/** Some three transactions each: thousands that overlap. */
const ROUNDS = Number(process.env.FEED_ROUNDS ?? 2_000);

describe("the feed of racing writers", () => {
  async function race(
    rounds: number,
    prepare: (api: GivenApi, writers: readonly Database[]) => Promise<((n: number) => Promise<unknown>)[]>,
  ): Promise<void> {
    const seed = Number(process.env.FEED_SEED ?? Date.now() % 1_000_000);
    console.log(`S77: FEED_SEED=${seed}, ${rounds} races`);
    const random = createRandom(seed);
    const database = await createTestDatabase();
    const api = await givenApi({ database });
    const { turn, run } = createSchedule(random);
    let begun: number[] = [];
    let committed: number[] = [];
    const pool = connect(database.url ?? "", WRITERS);
    const writers = Array.from({ length: WRITERS }, (_, i) =>
      scheduled(pool, turn, { begun: () => void begun.push(i), committed: () => void committed.push(i) }),
    );
    const acts = await prepare(api, writers);
    const read = readerOf(api, await api.key("operator"), "sku");
    const start = (await read(0)).data;

    const seen: Change[] = [];
    let writing = true;
    const follow = async () => {
      for (let cursor = start.at(-1)?.position ?? 0, last = false; ; ) {
        const { data, next } = await read(cursor);
        seen.push(...data);
        cursor = next;
        if (last && data.length === 0) return;
        last = !writing;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const reader = follow();
    let writes = 0;
    let firstWasLast = 0;
    for (let round = 0; round < rounds; round++) {
      [begun, committed] = [[], []];
      const count = random.int(2, WRITERS);
      await run(acts.slice(0, count).map((act, i) => () => act(writes + i)));
      writes += count;
      if (begun[0] === committed.at(-1)) firstWasLast += 1;
    }
    writing = false;
    await reader;

    expect(seen.map((change) => change.version)).toEqual(Array.from({ length: writes }, (_, i) => i + 2));
    const positions = seen.map((change) => change.position);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(firstWasLast).toBeGreaterThan(rounds / 10);
  }

  itTwoConnections(
    `S77 gives one entity's changes in commit order over ${ROUNDS} races of two to four writers, whoever began first`,
    async () => {
      await race(ROUNDS, async (api, writers) => {
        await api.send(await api.key("operator"), "PUT /v1/skus", { body: { skus: [{ code: "HOT" }] } });
        return writers.map(
          (db) => () =>
            db.transaction(async (tx) => {
              const [row] = await tx.query<{ id: string; version: string }>(
                "update skus set version = version + 1 where code = 'HOT' returning id, version",
              );
              const change = { entity: "sku" as const, entityId: row?.id ?? "", version: Number(row?.version) };
              await appendChanges(tx, null, [{ ...change, kind: "updated" }]);
            }),
        );
      });
    },
    SLOW_MS,
  );

  itTwoConnections(
    "S77 gives them so too where the API writes",
    async () => {
      await race(100, async (api, writers) => {
        const key = await api.key("operator");
        await api.send(key, "PUT /v1/skus", { body: { skus: [{ code: "HOT" }] } });
        const apis = await Promise.all(writers.map((db) => givenApi({ database: { db } })));
        return apis.map((writer) => async (n) => {
          const { body } = await writer.send(key, "PUT /v1/skus", {
            body: { skus: [{ code: "HOT", title: `T${n}` }] },
          });
          expect(body.data).toMatchObject([{ outcome: "updated" }]);
        });
      });
    },
    SLOW_MS,
  );
});

interface Before {
  key: string;
  store: IngestStore;
  ids: Map<string, string>;
  half: number;
  end: number;
}

const idsOf = async (db: Database) =>
  new Map(
    (await db.query<{ external_id: string; id: string }>("select external_id, id from orders")).map((row) => [
      row.external_id,
      row.id,
    ]),
  );

/** Three changes in the feed, a reader in its middle and one at its end, and a change that nobody put in order yet. */
async function givenReaders(db: Database): Promise<Before> {
  const api = await givenApi({ database: { db } });
  const store = await api.store();
  const key = await api.key("operator");
  const read = readerOf(api, key);
  for (const externalId of ["1", "2", "3"]) await write(api, store, externalId);
  const half = (await read(0, 2)).next;
  const end = (await read(half)).next;
  await write(api, store, "4");
  return { key, store, ids: await idsOf(db), half, end };
}

/** The same readers, with the keys and the cursors that they have. */
async function expectToGoOn(db: Database, { key, store, ids, half, end }: Before): Promise<void> {
  const api = await givenApi({ database: { db } });
  const read = readerOf(api, key);
  const inFeed = async (after: number) => (await read(after)).data.map((change) => change.id);
  expect(await idsOf(db)).toEqual(ids);
  expect(await inFeed(half)).toEqual([ids.get("3"), ids.get("4")]);
  expect(await inFeed(end)).toEqual([ids.get("4")]);
  const { next } = await read(end);
  expect(next).toBeGreaterThan(end);

  await write(api, store, "1");
  await write(api, store, "5");
  const news = await read(next);
  const now = await idsOf(db);
  expect(news.data.map((change) => [change.id, change.version])).toEqual([
    [ids.get("1"), 2],
    [now.get("5"), 1],
  ]);
  for (const change of news.data) expect(change.position).toBeGreaterThan(next);
  expect((await read(news.next)).data).toEqual([]);
}

const lastXid = async (db: Database) =>
  BigInt((await db.query<{ id: string }>("select pg_current_xact_id()::text as id"))[0]?.id ?? 0);

/** Why a dump cannot be made here; null where it can. */
async function whyNoDump(db: Database): Promise<string | null> {
  const [row] = await db.query<{ server: string }>("select current_setting('server_version_num') as server");
  const server = Math.floor(Number(row?.server) / 10_000);
  try {
    const text = execFileSync("pg_dump", ["--version"], { encoding: "utf8" });
    const own = Number(/(\d+)(\.\d+|devel|beta|rc)/.exec(text)?.[1]);
    return own >= server ? null : `pg_dump ${own} does not dump a server of version ${server}`;
  } catch {
    return "there is no pg_dump here";
  }
}

describe("the feed in another place", () => {
  it.skipIf(engine === "pglite")(
    "S76 goes on for each reader after a dump was restored into a new cluster (where pg_dump is as new as the server)",
    async ({ skip }) => {
      const source = await createTestDatabase();
      const reason = await whyNoDump(source.db);
      if (reason !== null) {
        console.log(`S76: left out, ${reason}`);
        skip(reason);
      }
      const before = await givenReaders(source.db);
      for (let i = 0; i < 500; i++) await lastXid(source.db);
      const file = join(givenFiles({}), "dump");
      // The new cluster may lack a compression that the old one has.
      const options = ["--format=custom", "--no-toast-compression", `--file=${file}`];
      execFileSync("pg_dump", [...options, source.url ?? ""], { stdio: "pipe" });

      const cluster = await startCluster();
      onTestFinished(() => cluster.stop());
      const restore = ["--single-transaction", "--no-owner", `--dbname=${cluster.url}`, file];
      execFileSync("pg_restore", restore, { stdio: "pipe" });
      const restored = connect(cluster.url, 5);
      // Its transactions count from the beginning again.
      expect(await lastXid(restored)).toBeLessThan(await lastXid(source.db));
      await expectToGoOn(restored, before);
    },
    SLOW_MS,
  );

  itTwoConnections(
    "S76 goes on for each reader after an embedded database was moved to PostgreSQL",
    async () => {
      const config = readConfig({
        TALLYPORT_DATA: givenFiles({}),
        TALLYPORT_SECRET: EXAMPLE_SECRET,
        LOG_LEVEL: "silent",
      });
      const embedded = await openEnvironment(config);
      const before = await givenReaders(embedded.engine.db);
      await embedded.close();
      const target = await createTestDatabase();
      await moveTo(config, { to: target.url ?? "", from: undefined }, () => {});
      await expectToGoOn(target.db, before);
    },
    SLOW_MS,
  );
});
