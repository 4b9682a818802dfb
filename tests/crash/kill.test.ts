/**
 * Promises 1 to 5 under `kill -9`: a worker is killed again and again, at seeded moments, at least a third of them inside
 * an open transaction; at the end our books equal the platform's.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startCluster } from "../../scripts/test-cluster.ts";
import { readConfig } from "../../src/core/config.ts";
import { sequenceChanges } from "../../src/core/db/changes.ts";
import { type Environment, openEnvironment } from "../../src/entry/environment.ts";
import { openPostgres } from "../../src/entry/open-database.ts";
import { createRandom } from "../../src/fakes/random.ts";
import { type ServedFake, serveFake } from "../../src/fakes/serve.ts";
import { createWooCommerceFake, type WooCommerceFake } from "../../src/fakes/woocommerce/index.ts";
import { connectStore } from "../../src/sync/connect-store.ts";
import { runUntilIdle } from "../../src/sync/schedule.ts";
import { setStoreMode } from "../../src/sync/store-mode.ts";

const PAUSES = 5;
const KILLS = Number(process.env.CRASH_KILLS ?? 50);
const seed = Number(process.env.CRASH_SEED ?? Date.now() % 1_000_000);
const SKUS = Array.from({ length: 12 }, (_, i) => ({ sku: `CR-${i}`, name: `Thing ${i}`, price: "12.50", stock: 400 }));

let databaseUrl: string;
let stopCluster: () => Promise<void> = async () => {};
let environment: Environment;
let child: ChildProcess | null = null;
/** The next one: it has loaded, and waits for the word to work. */
let spare: Promise<ChildProcess> | null = null;
const fakes: { fake: WooCommerceFake; served: ServedFake; storeId: string }[] = [];
const env = (): Record<string, string> => ({
  DATABASE_URL: databaseUrl,
  TALLYPORT_SECRET: "a secret for the crash tests only",
  TALLYPORT_ALLOW_PRIVATE_URLS: "on",
  LOG_LEVEL: "silent",
});

beforeAll(async () => {
  process.stdout.write(`crash seed ${seed}, ${KILLS} kills\n`);
  const server = process.env.TEST_DATABASE_URL;
  const adminUrl = server ?? (await startOwnCluster());
  const name = `tallyport_crash_${process.pid}`;
  const admin = openPostgres(adminUrl, { max: 1 });
  await admin.db.exec(`drop database if exists ${name} with (force)`);
  await admin.db.exec(`create database ${name}`);
  await admin.close();
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  databaseUrl = url.href;
  environment = await openEnvironment(readConfig(env()));
  for (const [i, currency] of ["EUR", "USD"].entries()) {
    const fake = createWooCommerceFake({
      seed: seed + i,
      name: i === 0 ? "North" : "South",
      orders: 120,
      skus: SKUS,
      currency,
    });
    const served = await serveFake(fake, 0);
    const store = await connectStore(
      environment.engine,
      {
        platform: fake.platform,
        name: i === 0 ? "North" : "South",
        credentials: fake.credentials,
        settings: { quotas: { rest: { capacity: 200, concurrency: 4 } } },
        baseUrl: served.baseUrl,
        adoptSkus: i === 0,
        actor: "test",
      },
      AbortSignal.timeout(30_000),
    );
    await setStoreMode(environment.engine, store.id, "live", "test");
    fakes.push({ fake, served, storeId: store.id });
  }
});

afterAll(async () => {
  child?.kill("SIGKILL");
  (await spare?.catch(() => null))?.kill("SIGKILL");
  for (const { served } of fakes) await served.close();
  await environment?.close();
  if (databaseUrl && process.env.TEST_DATABASE_URL) {
    const admin = openPostgres(process.env.TEST_DATABASE_URL, { max: 1 });
    await admin.db.exec(`drop database if exists ${new URL(databaseUrl).pathname.slice(1)} with (force)`);
    await admin.close();
  }
  await stopCluster();
});

async function startOwnCluster(): Promise<string> {
  const cluster = await startCluster();
  stopCluster = async () => cluster.stop();
  return cluster.url;
}

function startWorkerProcess(): Promise<ChildProcess> {
  const started = spawn(process.execPath, ["--import", "tsx", "tests/crash/worker-process.ts"], {
    env: { ...process.env, ...env() },
    stdio: ["pipe", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    started.stdout?.once("data", () => resolve(started));
    started.once("exit", (code) => reject(new Error(`the worker ended by itself with ${code}`)));
  });
}

/** Transactions that the stopped worker's connections hold open. */
async function openTransactions(): Promise<number> {
  const [row] = await environment.engine.db.query<{ n: string }>(
    `select count(*) as n from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
     and application_name = 'tallyport' and xact_start is not null and backend_xid is not null`,
  );
  return Number(row?.n);
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it(`S07 S16 S04 loses nothing and doubles nothing over ${KILLS} kills`, async () => {
  const random = createRandom(seed);
  let inside = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    child = await (spare ?? startWorkerProcess());
    child.removeAllListeners("exit");
    child.stdin?.write("work\n");
    if (kill + 1 < KILLS) spare = startWorkerProcess();
    for (const { fake } of fakes) for (let i = 0; i < 3; i++) fake.tick();
    await environment.engine.db.query("update checkpoints set due_at = now() where state <> 'done'");
    await wait(40 + Math.floor(random.next() * 260));
    // Two kills in three wait for a moment inside a transaction; the process is stopped before we look.
    for (let look = 0; look < (kill % 3 === 2 ? 1 : 400); look++) {
      child.kill("SIGSTOP");
      await wait(2);
      const open = await openTransactions();
      if (open > 0) inside++;
      if (open > 0 || look === (kill % 3 === 2 ? 0 : 399)) break;
      child.kill("SIGCONT");
      if (look % 50 === 49) for (const { fake } of fakes) fake.tick();
      await wait(1 + Math.floor(random.next() * 4));
    }
    const gone = new Promise((resolve) => child?.once("exit", resolve));
    child.kill("SIGKILL");
    child.kill("SIGCONT");
    await gone;
    child = null;
    // What it held is free after its time; the test does not wait for that.
    await environment.engine.db.query("update checkpoints set lease_until = null");
    await environment.engine.db.query("update leases set until = now() - interval '1 second'");
  }
  process.stdout.write(`${inside} of ${KILLS} kills inside an open transaction\n`);
  expect(inside).toBeGreaterThanOrEqual(KILLS / 3);
  await wait(3_000);
  await settle();
  await compareBooks();
}, 1_200_000);

it("S80 a worker that is stopped beyond its leases and wakes beside its successor doubles nothing", async () => {
  const random = createRandom(seed + 1);
  const { db } = environment.engine;
  const end = async (worker: ChildProcess) => {
    const gone = new Promise((resolve) => worker.once("exit", resolve));
    worker.kill("SIGKILL");
    await gone;
  };
  let held = 0;
  for (let round = 0; round < PAUSES; round++) {
    const [paused, successor] = await Promise.all([startWorkerProcess(), startWorkerProcess()]);
    for (const worker of [paused, successor]) worker.removeAllListeners("exit");
    for (const { fake } of fakes) for (let i = 0; i < 4; i++) fake.tick();
    await db.query("update checkpoints set due_at = now() where state <> 'done'");
    paused.stdin?.write("work\n");
    for (let look = 0; look < 400; look++) {
      await wait(5 + Math.floor(random.next() * 20));
      paused.kill("SIGSTOP");
      const [row] = await db.query<{ n: string }>("select count(*) as n from checkpoints where lease_until > now()");
      if (Number(row?.n) > 0) break;
      paused.kill("SIGCONT");
      if (look % 50 === 49) await db.query("update checkpoints set due_at = now() where state <> 'done'");
    }
    // Its time is over: the streams that it holds are free, and somebody else takes them.
    const taken = await db.query(
      "update checkpoints set lease_until = null, due_at = now() where lease_until > now() returning 1",
    );
    held += taken.length;
    await db.query("update leases set until = now() - interval '1 second'");
    successor.stdin?.write("work\n");
    await wait(1_500);
    paused.kill("SIGCONT");
    await wait(1_500);
    await end(paused);
    await end(successor);
    await db.query("update checkpoints set lease_until = null");
    await db.query("update leases set until = now() - interval '1 second'");
  }
  process.stdout.write(`${held} streams were held by a worker that was stopped\n`);
  expect(held).toBeGreaterThan(0);
  await wait(3_000);
  await settle();
  await compareBooks();
}, 300_000);

/** Reads everything that is left: the fakes stand still, the safety lag passes, what is to be mended is due. */
async function settle(): Promise<void> {
  const { db } = environment.engine;
  for (let round = 0; round < 4; round++) {
    await wait(round === 0 ? 7_000 : 2_000);
    await db.query(
      "update checkpoints set due_at = now(), state = case when state = 'failed' then 'idle' else state end where state <> 'done'",
    );
    await db.query("update inbox set due_at = now() where status = 'pending'");
    // A place whose owner set a quantity of his own is looked at and pushed again after a wait: that is over too.
    await db.query("update offers set due_at = now() where state in ('checking', 'drift')");
    await db.query("update offers set due_at = null where dirty");
    await runUntilIdle(environment.engine, AbortSignal.timeout(120_000));
  }
  await sequenceChanges(db);
}

async function compareBooks(): Promise<void> {
  const { db } = environment.engine;
  for (const { fake, storeId } of fakes) {
    const rows = await db.query<{ external_id: string; status: string; external_status: string; total: string }>(
      "select external_id, status, external_status, total from orders where store_id = $1::uuid",
      [storeId],
    );
    const ours = new Map(rows.map((row) => [row.external_id, row]));
    expect(ours.size, `orders of ${fake.name}, each once`).toBe(rows.length);
    const books = fake.books();
    const visible = [...books.orders.values()].filter((order) => !order.isHidden);
    expect(visible.length).toBe(books.counts.orders);
    for (const order of visible) {
      const own = ours.get(order.orderId);
      expect([order.orderId, own?.external_status, Number(own?.total)]).toEqual([
        order.orderId,
        order.status,
        Number(order.total),
      ]);
      ours.delete(order.orderId);
    }
    // What is left was binned or deleted after we had read it.
    for (const left of ours.values())
      expect([left.external_id, left.status, books.orders.get(left.external_id)?.isHidden ?? true]).toEqual([
        left.external_id,
        "cancelled",
        true,
      ]);
  }
  const one = async (text: string) => Number((await db.query<{ n: string }>(text))[0]?.n);
  expect(
    await one(
      "select count(*) as n from (select store_id, external_id from orders group by 1, 2 having count(*) > 1) d",
    ),
  ).toBe(0);
  // The ledger adds up, and what is held equals what open lines ask for.
  expect(
    await one(
      `select count(*) as n from stock_levels l left join (select sku_id, location_id, sum(quantity) as q from stock_movements group by 1, 2) m
       using (sku_id, location_id) where l.on_hand <> coalesce(m.q, 0)`,
    ),
  ).toBe(0);
  expect(
    await one(
      `select count(*) as n from stock_levels l left join (select sku_id, location_id, sum(held) as h from reservations group by 1, 2) r
       using (sku_id, location_id) where l.reserved <> coalesce(r.h, 0)`,
    ),
  ).toBe(0);
  expect(
    await one(
      "select count(*) as n from order_lines l left join reservations r on r.line_id = l.id where l.sku_id is not null and l.hold_quantity <> coalesce(r.held, 0)",
    ),
  ).toBe(0);
  // Every version of every order stands in the feed exactly once.
  expect(
    await one(
      "select count(*) as n from (select entity_id, version from changes where entity = 'order' group by 1, 2 having count(*) > 1) d",
    ),
  ).toBe(0);
  expect(
    await one(
      `select count(*) as n from orders o left join (select entity_id, max(version) as v, count(*) as c from changes where entity = 'order' group by 1) c
       on c.entity_id = o.id where c.v is distinct from o.version or c.c <> o.version`,
    ),
  ).toBe(0);
  // What the stores show is what is free.
  expect(await one("select count(*) as n from offers where aspect = 'stock' and dirty")).toBe(0);
  for (const { fake, storeId } of fakes) {
    const offers = await db.query<{ external_id: string; code: string; desired: string }>(
      `select v.external_id, s.code, o.desired from offers o join listing_variants v on v.id = o.variant_id join skus s on s.id = o.sku_id
       where o.store_id = $1::uuid and o.aspect = 'stock' order by s.code`,
      [storeId],
    );
    expect(offers.length).toBeGreaterThanOrEqual(SKUS.length);
    const { variants } = fake.books();
    expect(offers.map((offer) => [fake.name, offer.code, variants.get(offer.external_id)?.quantity])).toEqual(
      offers.map((offer) => [fake.name, offer.code, Number(offer.desired)]),
    );
  }
}
