/** Who holds the lease on a store's pushes, and nobody else, takes offers and writes what came of them: whatever waits for what. */
import { describe, expect, it } from "vitest";
import type { PushItem } from "../../src/core/adapter.ts";
import type { Database } from "../../src/core/db/database.ts";
import { LeaseLostError, takeLease } from "../../src/core/db/leases.ts";
import { concludeUnderLease } from "../../src/core/db/offer-conclusions.ts";
import { takeOffers } from "../../src/core/db/take-offers.ts";
import { adapterError } from "../../src/core/errors.ts";
import type { Engine } from "../../src/sync/engine.ts";
import { drainOffers } from "../../src/sync/push.ts";
import { createTestClock } from "../support/clock.ts";
import { createTestDatabase, itTwoConnections } from "../support/database.ts";
import { exampleListing, givenStore, ingestExamples, listingDocument } from "../support/example.ts";
import { createPlatform, givenEngine } from "../support/scripted-platform.ts";

async function givenShop(count: number) {
  const { db } = await createTestDatabase();
  const clock = createTestClock();
  const platform = createPlatform();
  const engine = await givenEngine(db, platform, clock);
  const store = await givenStore(engine, { adoptSkus: true });
  const [variant] = exampleListing().variants;
  if (!variant) throw new Error("the example has a variant");
  const variants = Array.from({ length: count }, (_, i) => ({
    ...variant,
    externalId: `V${i}`,
    sellerCode: `SKU-${i}`,
  }));
  await ingestExamples(engine, store, "listings", [listingDocument(exampleListing({ variants }))]);
  await db.query(
    "insert into checkpoints (store_id, resource, stream, watermark, every_seconds, due_at) values ($1::uuid, 'orders', 'changed', $2::timestamptz, 60, $2::timestamptz)",
    [store.id, clock.now().toISOString()],
  );
  const want = (quantity: number, on: Pick<Database, "query"> = db) =>
    on.query(
      "update offers set desired = $1::int, desired_version = desired_version + 1, dirty = true, urgency = 1 where aspect = 'stock'",
      [quantity],
    );
  await want(3);
  const name = `push:stock:${store.id}`;
  const take = (held: NonNullable<Awaited<ReturnType<typeof takeLease>>>) =>
    takeOffers(
      db,
      held,
      { streams: [], readAfter: clock.now(), skewMs: 0, isCompared: false },
      { storeId: store.id, aspect: "stock", at: clock.now(), inFlight: [], only: null, pick: { of: "due" } },
      100,
    );
  return {
    ...{ db, clock, platform, engine, store, want, name, take },
    lease: async () => {
      const lease = await takeLease(db, name, "first", 60_000);
      if (!lease) throw new Error("the lease is held by another");
      return lease;
    },
    drain: (by: Engine = engine) => drainOffers(by, store.id, "stock", new AbortController().signal),
    offers: () =>
      db.query<{ state: string; dirty: boolean; sent_version: string; desired_version: string; confirmed: string }>(
        "select state, dirty, sent_version, desired_version, confirmed_version as confirmed from offers where aspect = 'stock' order by id",
      ),
  };
}

/** Another process has it now. */
const TAKE_OVER = "update leases set fence = fence + 1, owner = 'second' where name = $1";

/** Resolves when a statement waits for a lock that another holds. */
async function untilOneWaits(db: Database): Promise<void> {
  for (;;) {
    const [row] = await db.query(
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    if (row) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Runs `first` in a transaction, and `second` while that is open: it begins before the commit, and ends after. */
async function beside<T>(db: Database, first: (tx: Database) => Promise<unknown>, second: () => Promise<T>) {
  let result: Promise<PromiseSettledResult<T>[]> | undefined;
  await db.transaction(async (tx) => {
    await first(tx);
    result = Promise.allSettled([second()]);
    await untilOneWaits(db);
  });
  const [settled] = (await result) ?? [];
  if (!settled) throw new Error("nothing ran beside it");
  return settled;
}

const accepted = (offer: { id: string; desired: string; desiredVersion: number }) => ({
  ...{ id: offer.id, version: offer.desiredVersion, value: offer.desired, state: "idle" as const, wasUnknown: false },
  ...{ shown: null, receipt: null, attempts: 0, dueAt: null, errorCode: null, errorText: null },
  audit: { outcome: "accepted", cause: null, detail: {} },
});

describe("a statement that waited", () => {
  itTwoConnections("takes nothing where the lease was taken over meanwhile", async () => {
    const shop = await givenShop(3);
    const lease = await shop.lease();
    const taken = await beside(
      shop.db,
      (tx) => tx.query(TAKE_OVER, [shop.name]),
      () => shop.take(lease),
    );
    expect(taken).toMatchObject({ status: "rejected", reason: expect.any(LeaseLostError) });
    expect((await shop.offers()).map((offer) => offer.sent_version)).toEqual(["0", "0", "0"]);
  });

  itTwoConnections("takes no offer that was confirmed meanwhile, and the newest value of the others", async () => {
    const shop = await givenShop(2);
    const lease = await shop.lease();
    const taken = await beside(
      shop.db,
      async (tx) => {
        await tx.query("select 1 from leases where name = $1 for update", [shop.name]);
        // Beside this transaction, and committed before it ends.
        await shop.want(7);
        await tx.query(
          "update offers set dirty = false, confirmed_version = desired_version, confirmed_value = desired where id = (select min(id::text)::uuid from offers where aspect = 'stock')",
        );
      },
      () => shop.take(lease),
    );
    if (taken.status === "rejected") throw taken.reason;
    expect(taken.value.offers.map(({ desired }) => desired)).toEqual(["7"]);
    const [first, second] = await shop.offers();
    expect(first?.sent_version).toBe("0");
    expect(second?.sent_version).toBe(second?.desired_version);
    expect(taken.value.offers[0]?.desiredVersion).toBe(Number(second?.desired_version));
  });

  itTwoConnections("takes what was wanted meanwhile, as it is marked", async () => {
    const shop = await givenShop(2);
    const lease = await shop.lease();
    // The statement begins with what was wanted before, and gets the rows with what is wanted now.
    const taken = await beside(
      shop.db,
      async (tx) => {
        await tx.query("select 1 from leases where name = $1 for update", [shop.name]);
        await shop.want(5, tx);
      },
      () => shop.take(lease),
    );
    if (taken.status === "rejected") throw taken.reason;
    const offers = await shop.offers();
    expect(taken.value.offers.map(({ desired }) => desired)).toEqual(["5", "5"]);
    expect(offers.map((offer) => offer.sent_version)).toEqual(offers.map((offer) => offer.desired_version));
  });

  itTwoConnections("writes nothing of a holder whose lease was taken over meanwhile", async () => {
    const shop = await givenShop(2);
    const lease = await shop.lease();
    const { offers } = await shop.take(lease);
    const written = await beside(
      shop.db,
      async (tx) => {
        await tx.query("select 1 from offers for no key update");
        // It has the offers now, and the first one's outcome comes late.
        await tx.query(TAKE_OVER, [shop.name]);
      },
      () => concludeUnderLease(shop.db, lease, "stock", offers.map(accepted), shop.clock.now()),
    );
    expect(written).toMatchObject({ status: "rejected", reason: expect.any(LeaseLostError) });
    expect((await shop.offers()).map(({ dirty, confirmed }) => [dirty, confirmed])).toEqual([
      [true, "0"],
      [true, "0"],
    ]);
    expect(await shop.db.query("select 1 from audit_log where act = 'stock.set'")).toEqual([]);
  });

  itTwoConnections(
    "goes on beside another of its kind: one gives, one writes, and neither waits in a circle",
    async () => {
      const shop = await givenShop(40);
      const lease = await shop.lease();
      for (let round = 0; round < 40; round++) {
        const { offers } = await shop.take(lease);
        const half = offers.slice(0, 20);
        const write = (some: typeof offers) =>
          concludeUnderLease(shop.db, lease, "stock", some.map(accepted), shop.clock.now());
        await Promise.all([write(half), shop.take(lease), write(offers.slice(20)), shop.take(lease)]);
        expect((await shop.offers()).filter(({ dirty }) => dirty)).toEqual([]);
        await shop.want(round);
      }
    },
  );
});

describe("a drain", () => {
  it("keeps the lease for calls that are under way when a look fails", async () => {
    const shop = await givenShop(1);
    let isAway = false;
    let tell = () => {};
    const db: Database = Object.create(shop.db, {
      query: {
        value: (...args: Parameters<Database["query"]>) =>
          isAway && args[0].includes("sum(ceil(") ? Promise.reject(new Error("away")) : shop.db.query(...args),
      },
    });
    const news = {
      listen: (_channel: string, heard: () => void) => {
        tell = heard;
        return () => {};
      },
    };
    const engine = { ...shop.engine, db, news } as unknown as Engine;
    let owner: string | null | undefined;
    shop.platform.onSet = async () => {
      isAway = true;
      // Something has changed: it is looked for while this call is under way.
      tell();
      await new Promise((resolve) => setTimeout(resolve, 50));
      const [row] = await shop.db.query<{ owner: string | null }>("select owner from leases where name = $1", [
        shop.name,
      ]);
      owner = row?.owner;
      return null;
    };
    await expect(shop.drain(engine)).rejects.toThrow("away");
    expect(owner).toBe(shop.engine.processId);
    // What the call brought is written.
    expect(await shop.offers()).toMatchObject([{ state: "idle", dirty: false }]);
  });

  it("sends nothing of what it took where the lease is gone before it has chosen", async () => {
    const shop = await givenShop(4);
    shop.platform.push = { batch: { max: 4, groupBy: "none", complete: "item" } };
    let hasFailed = false;
    let takes = 0;
    const db: Database = Object.create(shop.db, {
      query: {
        value: async (...args: Parameters<Database["query"]>) => {
          // The bad item and the rest are taken one after the other.
          if (hasFailed && args[0].includes("skip locked") && ++takes === 2)
            await shop.db.query(TAKE_OVER, [shop.name]);
          return shop.db.query(...args);
        },
      },
    });
    shop.platform.onSet = () => {
      hasFailed = true;
      throw adapterError("invalid_request", {
        ...{ platform: "example", operation: "stock.set", message: "scripted" },
        issues: [{ path: "items.1.quantity", message: "forbidden" }],
      });
    };
    // Two lanes wait when it chooses.
    const lanes: (() => void)[] = [];
    const takeSlot: Engine["takeSlot"] = async (_store, quota) => {
      if (hasFailed)
        await new Promise<void>((resolve) => {
          lanes.push(resolve);
          if (lanes.length === 2) for (const goOn of lanes) goOn();
        });
      return { quota, spend: () => true };
    };
    await shop.drain({ ...shop.engine, db, takeSlot });
    expect(takes).toBe(2);
    expect(shop.platform.calls.set).toHaveLength(1);
  });

  it("writes nothing of a feed's end that it learns of when the lease is another's", async () => {
    const shop = await givenShop(1);
    const feeds: (readonly PushItem[])[] = [];
    shop.platform.push = {
      set: async (_store, items) => {
        feeds.push(items);
        return items.map(({ key }) => ({ key, outcome: "submitted" as const, receipt: "R1" }));
      },
      check: async () => {
        await shop.db.query(TAKE_OVER, [shop.name]);
        return (feeds[0] ?? []).map(({ key }) => ({ key, outcome: "accepted" as const, receipt: "R1" }));
      },
    };
    await shop.drain();
    shop.clock.advance(60_000);
    await shop.db.query("update checkpoints set watermark = $1::timestamptz", [shop.clock.now().toISOString()]);
    await shop.drain();
    expect(await shop.offers()).toMatchObject([{ state: "submitted", confirmed: "0" }]);
  });
});
