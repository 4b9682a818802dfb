/** Several processes and one platform: its limit holds whatever their number, and nobody waits for another in a circle. */
import { describe, expect, it } from "vitest";
import type { QuotaGroup, QuotaUse } from "../../src/core/adapter.ts";
import { createBudget } from "../../src/core/db/budgets.ts";
import { type Database, sqlState } from "../../src/core/db/database.ts";
import { createLimiter, QuotaWaitError } from "../../src/core/limiter.ts";
import { openPostgres } from "../../src/entry/open-database.ts";
import type { Engine } from "../../src/sync/engine.ts";
import { drainOffers } from "../../src/sync/push.ts";
import { forecastPush } from "../../src/sync/push-forecast.ts";
import { createTestDatabase, itTwoConnections } from "../support/database.ts";
import {
  exampleLine,
  exampleListing,
  exampleOrder,
  givenStore,
  ingestExamples,
  listingDocument,
  orderDocument,
} from "../support/example.ts";
import { createPlatform, givenEngine } from "../support/scripted-platform.ts";

const GROUP: QuotaGroup = { name: "calls", scope: "store", capacity: 20, windowMs: 1_000, concurrency: 8 };
const USES: readonly QuotaUse[] = [{ group: "calls" }];

/** A process of its own on the database: its limiter knows of the others by the budgets' rows alone. */
function processOf(engine: Engine, db: Database, group: QuotaGroup, name: string): Engine {
  const limiter = createLimiter({ budget: createBudget(db) });
  const adapterOf = (id: string) => {
    const adapter = engine.adapterOf(id);
    return adapter && Object.create(adapter, { quotas: { value: [group] } });
  };
  return {
    ...engine,
    db,
    processId: name,
    adapterOf,
    takeSlot: async (store, quota, priority, signal) => {
      const slot = await limiter.reserve(store, [group], quota, priority, signal);
      // The platform's client: a call that came too late takes a start of its own.
      return {
        ...slot,
        spend: () => slot.spend(),
        limiter,
      } as typeof slot;
    },
  };
}

async function givenShop(db: Database, count: number) {
  const platform = createPlatform();
  const engine = await givenEngine(db, platform, { now: () => new Date() });
  const store = await givenStore(engine, { adoptSkus: true });
  const [variant] = exampleListing().variants;
  const variants = Array.from({ length: count }, (_, i) => ({
    ...(variant as NonNullable<typeof variant>),
    externalId: `V${i}`,
    sellerCode: `SKU-${i}`,
  }));
  await ingestExamples(engine, store, "listings", [listingDocument(exampleListing({ variants }))]);
  await db.query(
    "insert into checkpoints (store_id, resource, stream, watermark, every_seconds, due_at) values ($1::uuid, 'orders', 'changed', now(), 60, now())",
    [store.id],
  );
  const want = (quantity: number) =>
    db.query(
      "update offers set desired = $1::int, desired_version = desired_version + 1, dirty = true, urgency = 1 where aspect = 'stock'",
      [quantity],
    );
  return { platform, engine, store, want };
}

/** The most calls in any window of the platform's own clock. */
const mostInAWindow = (times: readonly number[], windowMs: number) =>
  Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + windowMs).length));

describe("several processes", () => {
  itTwoConnections("S29 stay below a store's hard limit together, from a cold start on, and use it", async () => {
    const { db, url } = await createTestDatabase();
    const shop = await givenShop(db, 50);
    const times: number[] = [];
    shop.platform.push = {
      quota: USES,
      batch: { max: 1, groupBy: "none", complete: "item" },
      set: async (handle, items) => {
        // What the HTTP client does: the slot is spent, or another one taken.
        const paid = handle.prepaid as (typeof handle.prepaid & { limiter: ReturnType<typeof createLimiter> }) | null;
        const ticket = await paid?.limiter.acquire(handle, [GROUP], USES, "normal", new AbortController().signal);
        times.push(performance.now());
        await new Promise((resolve) => setTimeout(resolve, 30));
        ticket?.release();
        return items.map(({ key }) => ({ key, outcome: "accepted" as const }));
      },
    };
    const opened = Array.from({ length: 3 }, (_, i) => openPostgres(url ?? "", { max: 3, name: `process-${i}` }));
    const engines = opened.map((open, i) => processOf(shop.engine, open.db, GROUP, `process-${i}`));
    try {
      await shop.want(3);
      const signal = AbortSignal.timeout(20_000);
      const end = async (engine: Engine): Promise<void> => {
        for (;;) {
          // The lease goes from one to the next: each of them makes some of the calls.
          const turn = AbortSignal.any([signal, AbortSignal.timeout(700)]);
          await drainOffers(engine, shop.store.id, "stock", turn);
          const [left] = await db.query("select 1 from offers where dirty limit 1");
          if (!left || signal.aborted) return;
        }
      };
      await Promise.all(engines.map(end));
    } finally {
      await Promise.all(opened.map((open) => open.close()));
    }
    expect(times).toHaveLength(50);
    expect(mostInAWindow(times, GROUP.windowMs)).toBeLessThanOrEqual(GROUP.capacity);
  });

  itTwoConnections("S29 send nothing where the budgets cannot be asked", async () => {
    const { db, url } = await createTestDatabase();
    const shop = await givenShop(db, 3);
    shop.platform.push = { quota: USES };
    await shop.want(3);
    const open = openPostgres(url ?? "", { max: 3, name: "process-lost" });
    const lost = { ...open.db, query: () => Promise.reject(new Error("the budgets' database is away")) };
    const process = processOf(shop.engine, lost as Database, GROUP, "process-lost");
    const engine = { ...process, db };
    await expect(drainOffers(engine, shop.store.id, "stock", new AbortController().signal)).rejects.toThrow(/away/);
    expect(shop.platform.calls.set).toEqual([]);
    await open.close();
  });

  itTwoConnections("S34 lock what they sell in one order: no transaction is broken for another", async () => {
    const { db } = await createTestDatabase();
    let broken = 0;
    const counting: Database = Object.create(db, {
      transaction: {
        value: (run: Parameters<Database["transaction"]>[0]) =>
          db.transaction(run).catch((error: unknown) => {
            if (sqlState(error) === "40P01") broken += 1;
            throw error;
          }),
      },
    });
    const count = 80;
    const { engine, store } = await givenShop(counting, count);
    // So many that each is found by its key, in the order in which a statement asks.
    await db.exec(`
      insert into skus (id, code) select gen_random_uuid(), 'other ' || i from generate_series(1, 5000) as i;
      insert into stock_levels (sku_id, location_id) select s.id, l.id from skus s, locations l where s.code like 'other %';
      analyze stock_levels`);
    let sold = 0;
    // Orders of nearly everything, each with its lines in another order.
    const sell = (number: number) => {
      const lines = Array.from({ length: count }, (_, i) => (i * (2 * number + 1) + number * 37) % count).map((sku) =>
        exampleLine({
          externalId: `${number}-${sku}`,
          variantExternalId: `V${sku}`,
          sellerCode: `SKU-${sku}`,
          quantity: 1,
        }),
      );
      const unique = [...new Map(lines.map((line) => [line.sellerCode, line])).values()];
      sold += unique.length;
      const order = exampleOrder({ externalId: `O${number}`, lines: unique });
      return ingestExamples(engine, store, "orders", [orderDocument(order)]);
    };
    for (let round = 0; round < 8; round++) await Promise.all([0, 1, 2, 3].map((i) => sell(round * 4 + i)));
    expect(broken).toBe(0);
    // Nor was any unit held by two at once and counted for one.
    const [levels] = await db.query<{ reserved: string }>("select sum(reserved) as reserved from stock_levels");
    expect(Number(levels?.reserved)).toBe(sold);
  });

  itTwoConnections(
    "go on sending while what was sent cannot be written down, and send it to nobody again",
    async () => {
      const { db } = await createTestDatabase();
      const { platform, engine, store, want } = await givenShop(db, 40);
      platform.push = { batch: { max: 2, groupBy: "none", complete: "item" } };
      await want(3);
      let release = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      let isHeld: Promise<void> | null = null;
      // Somebody changes an offer of the first call while it is under way, and takes until everything else is sent.
      platform.onSet = async (items) => {
        if (!isHeld) {
          let hold = () => {};
          isHeld = new Promise<void>((resolve) => {
            hold = resolve;
          });
          void db.transaction(async (tx) => {
            await tx.query("select 1 from offers where id = $1::uuid for no key update", [items[0]?.key ?? ""]);
            hold();
            await released;
          });
          await isHeld;
        }
        if (platform.calls.set.flat().length >= 40) release();
        return null;
      };
      let isLate = false;
      const late = setTimeout(() => {
        isLate = true;
        release();
      }, 5_000);
      const result = await drainOffers(engine, store.id, "stock", new AbortController().signal);
      clearTimeout(late);
      expect(isLate).toBe(false);
      expect(result).toMatchObject({ sent: 40, accepted: 40, unknown: 0 });
      const sent = platform.calls.set.flat().map(({ key }) => key);
      expect(new Set(sent).size).toBe(40);
      expect(sent).toHaveLength(40);
      const [row] = await db.query<{ dirty: string }>(
        "select count(*) as dirty from offers where dirty and aspect = 'stock'",
      );
      expect(row?.dirty).toBe("0");
    },
  );
});

describe("a small budget", () => {
  /** One call in three minutes, told by a clock that the test moves. */
  async function givenSmallBudget(variants: number) {
    const { db } = await createTestDatabase();
    const shop = await givenShop(db, variants);
    const group: QuotaGroup = { name: "calls", scope: "store", capacity: 20, windowMs: 3_600_000 };
    const adapter = shop.engine.adapterOf("example");
    const engine: Engine = {
      ...shop.engine,
      adapterOf: () => adapter && Object.create(adapter, { quotas: { value: [group] } }),
    };
    shop.platform.push = { quota: USES, batch: { max: 50, groupBy: "none", complete: "item" } };
    return { ...shop, engine, db };
  }

  it("S30 is spent on full batches, most dangerous first, and its end is foretold", async () => {
    const shop = await givenSmallBudget(120);
    await shop.want(4);
    await shop.db.query(
      "update offers set desired = 0, urgency = 0 from listing_variants v where v.id = variant_id and v.external_id in ('V7', 'V99')",
    );
    const forecast = await forecastPush(shop.engine, shop.store.id, "stock");
    expect(forecast).toMatchObject({ differing: 120, toZero: 2, less: 118, calls: 3 });
    const minutes = ((forecast?.expectedEndAt?.getTime() ?? 0) - Date.now()) / 60_000;
    // Two more calls after the first, each three minutes and a little later.
    expect(minutes).toBeGreaterThan(5.9);
    expect(minutes).toBeLessThan(7);
    // One call goes; the next start is minutes away.
    let slots = 1;
    const engine: Engine = {
      ...shop.engine,
      takeSlot: async (_store, quota) => {
        if (slots-- <= 0) throw new QuotaWaitError(185_000, "busy", "example");
        return { quota, spend: () => true };
      },
    };
    const result = await drainOffers(engine, shop.store.id, "stock", new AbortController().signal);
    expect(result).toMatchObject({ sent: 50, accepted: 50, heldBack: expect.stringContaining("185 s") });
    const sent = shop.platform.calls.set.map((items) => items.map(({ value }) => value));
    expect(sent).toHaveLength(1);
    expect(sent[0]?.filter((value) => value === "0")).toHaveLength(2);
  });
});
