/** What the tests that kill and stop workers share: a database, two shops that are served, workers, and the books of both sides. */
import { type ChildProcess, spawn } from "node:child_process";
import { afterAll, beforeAll, expect } from "vitest";
import { startCluster } from "../../scripts/test-cluster.ts";
import { readConfig } from "../../src/core/config.ts";
import { sequenceChanges } from "../../src/core/db/changes.ts";
import { type Environment, openEnvironment } from "../../src/entry/environment.ts";
import { openPostgres } from "../../src/entry/open-database.ts";
import { type ServedFake, serveFake } from "../../src/fakes/serve.ts";
import { createWooCommerceFake, type WooCommerceFake } from "../../src/fakes/woocommerce/index.ts";
import { connectStore } from "../../src/sync/connect-store.ts";
import { runUntilIdle } from "../../src/sync/schedule.ts";
import { setStoreMode } from "../../src/sync/store-mode.ts";

export const seed = Number(process.env.CRASH_SEED ?? Date.now() % 1_000_000);
const SKUS = Array.from({ length: 12 }, (_, i) => ({ sku: `CR-${i}`, name: `Thing ${i}`, price: "12.50", stock: 400 }));

let databaseUrl: string;
let stopCluster: () => Promise<void> = async () => {};
let environment: Environment;
export const fakes: { fake: WooCommerceFake; served: ServedFake; storeId: string }[] = [];
const workers: ChildProcess[] = [];
const env = (): Record<string, string> => ({
  DATABASE_URL: databaseUrl,
  TALLYPORT_SECRET: "a secret for the crash tests only",
  TALLYPORT_ALLOW_PRIVATE_URLS: "on",
  LOG_LEVEL: "silent",
});

export const engine = () => environment.engine;

beforeAll(async () => {
  process.stdout.write(`crash seed ${seed}\n`);
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
  for (const worker of workers) worker.kill("SIGKILL");
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

/** A worker that has loaded, and waits for the word to work. */
export function startWorkerProcess(): Promise<ChildProcess> {
  const started = spawn(process.execPath, ["--import", "tsx", "tests/crash/worker-process.ts"], {
    env: { ...process.env, ...env() },
    stdio: ["pipe", "pipe", "inherit"],
  });
  workers.push(started);
  return new Promise((resolve, reject) => {
    started.stdout?.once("data", () => resolve(started));
    started.once("exit", (code) => reject(new Error(`the worker ended by itself with ${code}`)));
  });
}

export const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Reads everything that is left: the fakes stand still, the safety lag passes, what is to be mended is due. */
export async function settle(): Promise<void> {
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

export async function compareBooks(): Promise<void> {
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
