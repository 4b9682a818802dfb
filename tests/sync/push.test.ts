/** What goes out, in which order, in how many calls, and what is made of the answers. */
import { describe, expect, it } from "vitest";
import type { PushItem, PushOutcome } from "../../src/core/adapter.ts";
import { adapterError, type ErrorCategory } from "../../src/core/errors.ts";
import { compileOfferRules } from "../../src/core/stock/offer-rules.ts";
import { drainOffers } from "../../src/sync/push.ts";
import { listDueWork } from "../../src/sync/schedule.ts";
import { createTestClock } from "../support/clock.ts";
import { createTestDatabase } from "../support/database.ts";
import { exampleListing, givenStore, ingestExamples, listingDocument } from "../support/example.ts";
import { createPlatform, givenEngine } from "../support/scripted-platform.ts";

const MINUTE = 60_000;

/** A live store with so many variants, each shown with 10 units; its orders are read. */
async function givenShop(count: number, settings: Record<string, unknown> = {}) {
  const { db } = await createTestDatabase();
  const clock = createTestClock();
  const platform = createPlatform();
  const engine = await givenEngine(db, platform, clock);
  const store = await givenStore(engine, { adoptSkus: true });
  await db.query("update stores set settings = $1::text::jsonb", [JSON.stringify(settings)]);
  const [variant] = exampleListing().variants;
  if (!variant) throw new Error("the example has a variant");
  const variants = Array.from({ length: count }, (_, i) => ({
    ...variant,
    externalId: `V${i}`,
    sellerCode: `SKU-${i}`,
  }));
  await ingestExamples(engine, store, "listings", [listingDocument(exampleListing({ variants }))]);
  for (const { externalId, quantity } of variants) platform.shown.set(externalId, String(quantity));
  const shop = {
    db,
    clock,
    platform,
    engine,
    store,
    /** The store's orders are read up to this moment. */
    readOrders: (ago = 0) =>
      db.query(
        `insert into checkpoints (store_id, resource, stream, watermark, every_seconds, due_at) values ($1::uuid, 'orders', 'changed', $2::timestamptz, 60, $3::timestamptz)
         on conflict (store_id, resource, stream) do update set watermark = excluded.watermark, due_at = excluded.due_at`,
        [
          store.id,
          new Date(clock.now().getTime() - ago).toISOString(),
          new Date(clock.now().getTime() + MINUTE).toISOString(),
        ],
      ),
    /** What offers should show, as anything may change it. */
    want: (quantities: Record<string, number>) =>
      db.query(
        `update offers o set desired = r.q, desired_version = o.desired_version + 1, dirty = o.confirmed_value is distinct from r.q or o.sent_version > o.confirmed_version,
           urgency = case when r.q = 0 then 0 when r.q < coalesce(o.confirmed_value, o.observed_value, 0) then 1 else 2 end, cause = 'test', attempts = 0,
           state = case when o.state = 'rejected' then 'idle' else o.state end, due_at = case when o.state in ('idle', 'rejected') then null else o.due_at end
         from json_to_recordset($1::text::json) as r(v text, q integer) join listing_variants v on v.external_id = r.v where v.id = o.variant_id and o.aspect = 'stock'`,
        [JSON.stringify(Object.entries(quantities).map(([v, q]) => ({ v, q })))],
      ),
    drain: () => drainOffers(engine, store.id, "stock", new AbortController().signal),
    offer: async (variantExternalId: string) => {
      const [row] = await db.query<{
        desired: string;
        confirmed_value: string;
        observed_value: string;
        dirty: boolean;
        state: string;
        receipt: string | null;
        error_text: string | null;
      }>(
        `select o.desired, o.confirmed_value, o.observed_value, o.dirty, o.state, o.receipt, o.error_text
         from offers o join listing_variants v on v.id = o.variant_id where v.external_id = $1 and o.aspect = 'stock'`,
        [variantExternalId],
      );
      if (!row) throw new Error(`no offer of ${variantExternalId}`);
      return row;
    },
    alerts: async () =>
      (await db.query<{ code: string }>("select code from alerts where resolved_at is null order by code")).map(
        ({ code }) => code,
      ),
    sent: () => platform.calls.set.map((items) => items.map((item) => `${item.variantExternalId}=${item.value}`)),
    isDue: async () => (await listDueWork(db, clock.now())).some(({ kind }) => kind === "push"),
  };
  await shop.readOrders();
  return shop;
}

const all = (count: number, quantity: (i: number) => number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`V${i}`, quantity(i)]));

const failed = (
  category: ErrorCategory,
  more: { maybeApplied?: boolean; issues?: { path: string; message: string }[] } = {},
) => adapterError(category, { platform: "example", operation: "stock.set", message: "scripted", ...more });

const accepted = (items: readonly PushItem[]): PushOutcome[] =>
  items.map(({ key }) => ({ key, outcome: "accepted" as const }));

describe("what goes out", () => {
  it("goes by danger: to zero, then less, then more", async () => {
    const shop = await givenShop(6);
    shop.platform.push = { batch: { max: 2, groupBy: "none", complete: "item" } };
    await shop.want({ V0: 12, V1: 0, V2: 7, V3: 15, V4: 0, V5: 3 });
    expect(await shop.drain()).toMatchObject({ sent: 6, accepted: 6 });
    const value = (text: string) => Number(text.split("=")[1]);
    const order = shop.sent().map((call) => call.map(value).sort((a, b) => a - b));
    expect(order).toEqual([
      [0, 0],
      [3, 7],
      [12, 15],
    ]);
  });

  it("has several calls under way, and never two of one offer", async () => {
    const shop = await givenShop(60);
    const under = new Map<string, number>();
    let calls = 0;
    let most = 0;
    shop.platform.onSet = async (items) => {
      calls += 1;
      most = Math.max(most, calls);
      for (const { key } of items) {
        expect(under.get(key) ?? 0).toBe(0);
        under.set(key, 1);
      }
      // Meanwhile some of the goods are sold elsewhere.
      if (items[0]?.value === "8") await shop.want({ [items[0].variantExternalId]: 5 });
      await new Promise((resolve) => setTimeout(resolve, 5));
      for (const { key } of items) under.delete(key);
      calls -= 1;
      return null;
    };
    await shop.want(all(60, () => 8));
    const result = await shop.drain();
    expect(result.accepted).toBe(result.sent);
    expect(most).toBeGreaterThan(1);
    const rows = await shop.db.query("select 1 from offers where dirty or confirmed_value <> desired");
    expect(rows).toEqual([]);
    // The newest of each offer came last.
    for (const [variant, shown] of shop.platform.shown) expect(shown).toBe((await shop.offer(variant)).desired);
  });

  it("waits for nobody while another process sends to the store, and leaves it alone", async () => {
    const shop = await givenShop(1);
    await shop.want({ V0: 3 });
    shop.platform.onSet = async () => {
      expect(await shop.drain()).toMatchObject({ sent: 0 });
      return null;
    };
    expect(await shop.drain()).toMatchObject({ sent: 1 });
  });

  it("stops between two calls when the brake is pulled", async () => {
    const shop = await givenShop(200);
    shop.platform.push = { batch: { max: 5, groupBy: "none", complete: "item" }, quota: [] };
    // No call is answered before it is pulled; those that had begun by then are fewer than the forty that there are to make.
    shop.platform.onSet = async (items) => {
      await shop.db.query("update stores set push_stopped = true");
      return accepted(items);
    };
    await shop.want(all(200, () => 4));
    const result = await shop.drain();
    expect(result).toMatchObject({ heldBack: expect.stringContaining("stopped") });
    expect(shop.platform.calls.set.length).toBeLessThan(40);
    expect(result.accepted).toBe(result.sent);
    expect(await shop.isDue()).toBe(false);
  });

  it("lets the calls under way be answered when it is told to stop, and begins no other", async () => {
    const shop = await givenShop(100);
    shop.platform.push = { batch: { max: 5, groupBy: "none", complete: "item" } };
    const stop = new AbortController();
    shop.platform.onSet = async () => {
      stop.abort();
      await new Promise((resolve) => setTimeout(resolve, 20));
      return null;
    };
    await shop.want(all(100, () => 4));
    const result = await drainOffers(shop.engine, shop.store.id, "stock", stop.signal);
    expect(result).toMatchObject({ unknown: 0, heldBack: null });
    expect(result.accepted).toBe(result.sent);
    expect(result.sent).toBeLessThan(100);
  });

  it("S20 sends zero, one and zero again as they are wanted, and never goes back to an older one", async () => {
    const shop = await givenShop(1);
    for (const [i, quantity] of [1, 0, 1, 0].entries()) {
      await shop.want({ V0: quantity });
      // One answer is lost, and one wish is overtaken before it could be sent.
      if (i === 1)
        shop.platform.onSet = (items) => {
          shop.platform.shown.set("V0", items[0]?.value ?? "");
          shop.platform.onSet = () => null;
          throw failed("transient", { maybeApplied: true });
        };
      if (i !== 2) await shop.drain();
      shop.clock.advance(10 * MINUTE);
      await shop.readOrders();
    }
    await shop.drain();
    expect(shop.platform.shown.get("V0")).toBe("0");
    expect(shop.sent()).toEqual([["V0=1"], ["V0=0"], ["V0=0"]]);
  });

  it("sends again what a crash left in doubt, also where the wish went back to what was confirmed", async () => {
    const shop = await givenShop(1);
    await shop.want({ V0: 3 });
    const signal = new AbortController();
    shop.platform.onSet = async (items) => {
      shop.platform.shown.set("V0", items[0]?.value ?? "");
      // The process dies here: nothing of the answer is written down.
      await shop.db.query("update leases set fence = fence + 1, until = now() - interval '1 second'");
      return accepted(items);
    };
    await drainOffers(shop.engine, shop.store.id, "stock", signal.signal);
    expect((await shop.offer("V0")).confirmed_value).toBe("10");
    shop.platform.onSet = () => null;
    await shop.want({ V0: 10 });
    await shop.drain();
    expect(shop.platform.shown.get("V0")).toBe("10");
  });

  it("S35 sends nothing of a value whose time is over", async () => {
    const shop = await givenShop(2);
    await shop.want({ V0: 3, V1: 4 });
    await shop.db.query(
      "update offers o set valid_until = $1::timestamptz from listing_variants v where v.id = o.variant_id and v.external_id = 'V0'",
      [new Date(shop.clock.now().getTime() + 5 * MINUTE).toISOString()],
    );
    await shop.db.query("update stores set push_stopped = true");
    await shop.drain();
    shop.clock.advance(5 * MINUTE);
    await shop.readOrders();
    await shop.db.query("update stores set push_stopped = false");
    await shop.drain();
    expect(shop.sent()).toEqual([["V1=4"]]);
    expect(await shop.isDue()).toBe(false);
  });
});

describe("an item that sinks the call it is in", () => {
  const refusing = (shop: Awaited<ReturnType<typeof givenShop>>, bad: readonly string[], names: boolean) => {
    shop.platform.push = { batch: { max: 250, groupBy: "none", complete: "item" } };
    shop.platform.onSet = (items) => {
      const index = items.findIndex((item) => bad.includes(item.variantExternalId));
      if (index < 0) return null;
      throw failed("invalid_request", {
        issues: names ? [{ path: `items.${index}.quantity`, message: "not yours to sell" }] : [],
      });
    };
  };
  const countShown = (shop: Awaited<ReturnType<typeof givenShop>>) =>
    [...shop.platform.shown.values()].filter((value) => value === "8").length;

  it("S24 is found with two more calls where the answer names it, and 249 are applied", async () => {
    const shop = await givenShop(250);
    refusing(shop, ["V170"], true);
    await shop.want(all(250, () => 8));
    expect(await shop.drain()).toMatchObject({ accepted: 249, rejected: 1 });
    expect(shop.platform.calls.set.map((items) => items.length)).toEqual([250, expect.any(Number), expect.any(Number)]);
    expect(countShown(shop)).toBe(249);
    expect(await shop.offer("V170")).toMatchObject({
      state: "rejected",
      dirty: false,
      error_text: expect.stringContaining("scripted"),
    });
    expect(await shop.alerts()).toEqual(["push_rejected"]);
    // Mended there, its next quantity goes through, and the alert with it.
    shop.platform.onSet = () => null;
    await shop.want({ V170: 8 });
    await shop.drain();
    expect(await shop.alerts()).toEqual([]);
  });

  it("S24 is found by halves where the answer names nothing, and nothing is sent to prove what is known", async () => {
    const shop = await givenShop(250);
    refusing(shop, ["V170"], false);
    await shop.want(all(250, () => 8));
    expect(await shop.drain()).toMatchObject({ accepted: 249, rejected: 1 });
    expect(countShown(shop)).toBe(249);
    // The first one, then at most two for each of the eight halvings.
    expect(shop.platform.calls.set.length).toBeLessThanOrEqual(1 + 2 * 8);
  });

  it("does not hide another one, wherever the two are", async () => {
    const shop = await givenShop(64);
    refusing(shop, ["V3", "V41", "V40"], false);
    await shop.want(all(64, () => 8));
    expect(await shop.drain()).toMatchObject({ accepted: 61, rejected: 3 });
    expect(countShown(shop)).toBe(61);
  });

  it("lets the newest value go, not the one that was refused with it", async () => {
    const shop = await givenShop(4);
    refusing(shop, ["V2"], false);
    const refuse = shop.platform.onSet;
    shop.platform.onSet = async (items) => {
      if (shop.platform.calls.set.length === 1) await shop.want({ V0: 1 });
      return refuse(items);
    };
    await shop.want(all(4, () => 8));
    await shop.drain();
    const [first, ...later] = shop
      .sent()
      .flat()
      .filter((text) => text.startsWith("V0"));
    expect([first, [...new Set(later)]]).toEqual(["V0=8", ["V0=1"]]);
    expect(shop.platform.shown.get("V0")).toBe("1");
  });
});

describe("a feed that hangs", () => {
  /** Feeds that never end by themselves, and a direct way. */
  const feeding = (shop: Awaited<ReturnType<typeof givenShop>>, options: { direct: boolean }) => {
    const feeds: { receipt: string; items: readonly PushItem[]; isDone: boolean }[] = [];
    const direct: string[] = [];
    const batch = { max: 50, groupBy: "none", complete: "item" } as const;
    shop.platform.push = {
      batch,
      set: async (_store, items) => {
        const receipt = `R${feeds.length + 1}`;
        feeds.push({ receipt, items, isDone: false });
        return items.map(({ key }) => ({ key, outcome: "submitted" as const, receipt }));
      },
      check: async (_store, receipts) =>
        feeds
          .filter(({ receipt, isDone }) => isDone && receipts.includes(receipt))
          .flatMap(({ receipt, items }) => items.map(({ key }) => ({ key, outcome: "accepted" as const, receipt }))),
      ...(options.direct && {
        direct: {
          batch: { ...batch, max: 1 },
          quota: [],
          set: async (_store: unknown, items: readonly PushItem[]) => {
            for (const item of items) {
              direct.push(`${item.variantExternalId}=${item.value}`);
              shop.platform.shown.set(item.variantExternalId, item.value);
            }
            return accepted(items);
          },
        },
      }),
    };
    /** The platform works a feed off, however late. */
    const finish = (index: number) => {
      const feed = feeds[index];
      if (!feed) throw new Error(`there is no feed ${index}`);
      feed.isDone = true;
      for (const item of feed.items) shop.platform.shown.set(item.variantExternalId, item.value);
    };
    return { feeds, direct, finish };
  };
  const later = async (shop: Awaited<ReturnType<typeof givenShop>>, ms: number) => {
    shop.clock.advance(ms);
    await shop.readOrders();
    return shop.drain();
  };

  it("S25 lets zeroes go by the direct way after a set time, and never has the last word", async () => {
    const shop = await givenShop(3);
    const { feeds, direct, finish } = feeding(shop, { direct: true });
    await shop.want({ V0: 5, V1: 0, V2: 4 });
    await shop.drain();
    expect(feeds).toHaveLength(1);
    // Sold out while the feed hangs.
    await shop.want({ V0: 0 });
    await later(shop, 5 * MINUTE);
    expect(direct).toEqual([]);
    await later(shop, 11 * MINUTE);
    expect(direct.sort()).toEqual(["V0=0", "V1=0"]);
    expect(await shop.alerts()).toEqual(["feed_hangs"]);
    expect(shop.platform.shown.get("V0")).toBe("0");
    // Units came in: while the feed may still write, they wait; a zero does not.
    await shop.want({ V0: 6, V1: 2 });
    await later(shop, MINUTE);
    await shop.want({ V1: 0 });
    await later(shop, MINUTE);
    expect(feeds).toHaveLength(1);
    expect(shop.platform.shown.get("V1")).toBe("0");
    // It ends after all, with what was wanted long ago.
    finish(0);
    expect(shop.platform.shown.get("V0")).toBe("5");
    await later(shop, MINUTE);
    expect(feeds.length).toBeGreaterThan(1);
    for (const index of feeds.keys()) finish(index);
    for (let i = 0; i < 3; i++) await later(shop, 2 * MINUTE);
    for (const variant of ["V0", "V1", "V2"]) {
      const { desired, confirmed_value, state, dirty, receipt } = await shop.offer(variant);
      expect([variant, shop.platform.shown.get(variant), confirmed_value, state, dirty, receipt]).toEqual([
        variant,
        desired,
        desired,
        "idle",
        false,
        null,
      ]);
    }
    expect(await shop.alerts()).toEqual([]);
    expect(await shop.isDue()).toBe(false);
  });

  it("S25 sends decreases too where the store's setting says so", async () => {
    const shop = await givenShop(2, { feed_overdue: "decreases", feed_patience_seconds: 60 });
    const { direct } = feeding(shop, { direct: true });
    await shop.want({ V0: 5, V1: 12 });
    await shop.drain();
    await later(shop, 2 * MINUTE);
    expect(direct).toEqual(["V0=5"]);
  });

  it("S25 tells of it where there is no other way, and gives it up after a day", async () => {
    const shop = await givenShop(1);
    const { feeds } = feeding(shop, { direct: false });
    await shop.want({ V0: 0 });
    await shop.drain();
    await later(shop, 20 * MINUTE);
    expect(await shop.alerts()).toEqual(["feed_hangs"]);
    expect(feeds).toHaveLength(1);
    await later(shop, 24 * 60 * MINUTE);
    expect(feeds).toHaveLength(2);
  });
});

describe("a platform that compares before it sets", () => {
  const comparing = (shop: Awaited<ReturnType<typeof givenShop>>) => {
    const { shown } = shop.platform;
    shop.platform.push = {
      compareAndSet: true,
      read: async (_store, items) =>
        items.map(({ key, variantExternalId }) => ({ key, value: shown.get(variantExternalId) ?? null })),
    };
    shop.platform.onSet = (items) =>
      items.map(({ key, variantExternalId, value, observed }) => {
        if (observed !== null && observed !== shown.get(variantExternalId) && value !== shown.get(variantExternalId))
          return { key, outcome: "rejected", error: failed("conflict") };
        shown.set(variantExternalId, value);
        return { key, outcome: "accepted" };
      });
  };

  it("S32 is never raised by a decrease: orders are read first, and the quantity computed again", async () => {
    const shop = await givenShop(1);
    comparing(shop);
    // Sold there, and not read yet.
    shop.platform.shown.set("V0", "2");
    await shop.want({ V0: 4 });
    await shop.drain();
    expect(shop.platform.shown.get("V0")).toBe("2");
    // Not before the orders of that moment are read.
    shop.clock.advance(10_000);
    await shop.readOrders(10_001);
    await shop.drain();
    expect(shop.sent()).toHaveLength(1);
    const [stream] = await shop.db.query<{ soon: boolean }>(
      "select due_at <= $1::timestamptz as soon from checkpoints",
      [new Date(shop.clock.now().getTime() + MINUTE).toISOString()],
    );
    expect(stream?.soon).toBe(true);
    await shop.readOrders();
    await shop.want({ V0: 1 });
    await shop.drain();
    expect(shop.platform.shown.get("V0")).toBe("1");
    expect(shop.platform.calls.set.at(-1)?.[0]?.observed).toBe("2");
    expect(await shop.alerts()).toEqual([]);
  });

  it("compares with what it confirmed last, not with an older reading", async () => {
    const shop = await givenShop(1);
    comparing(shop);
    for (const quantity of [7, 5, 9]) {
      await shop.want({ V0: quantity });
      expect(await shop.drain()).toMatchObject({ accepted: 1 });
      shop.clock.advance(MINUTE);
      await shop.readOrders();
    }
    expect(shop.sent()).toHaveLength(3);
  });

  it("S32 sends a zero at once, whatever was sold", async () => {
    const shop = await givenShop(1);
    comparing(shop);
    shop.platform.shown.set("V0", "2");
    await shop.want({ V0: 4 });
    await shop.drain();
    await shop.want({ V0: 0 });
    await shop.drain();
    expect(shop.platform.shown.get("V0")).toBe("0");
  });
});

it("S32 sends a decrease only by orders that are no older than the stated bound, and lowers with the next read", async () => {
  const shop = await givenShop(1);
  shop.platform.shown.set("V0", "2");
  await shop.want({ V0: 4 });
  shop.clock.advance(10 * MINUTE);
  expect(await shop.drain()).toMatchObject({ sent: 0, heldBack: expect.stringContaining("not read recently") });
  await shop.readOrders();
  await shop.want({ V0: 1 });
  await shop.drain();
  expect(shop.sent()).toEqual([["V0=1"]]);
});

describe("a difference that nothing explains", () => {
  const readable = (shop: Awaited<ReturnType<typeof givenShop>>) => {
    shop.platform.push = {
      read: async (_store, items) =>
        items.map(({ key, variantExternalId }) => ({ key, value: shop.platform.shown.get(variantExternalId) ?? null })),
    };
  };
  /** The listing is read as the platform shows it. */
  const readListing = async (shop: Awaited<ReturnType<typeof givenShop>>) => {
    const [variant] = exampleListing().variants;
    const variants = [...shop.platform.shown].map(([externalId, quantity], i) => ({
      ...(variant as NonNullable<typeof variant>),
      externalId,
      sellerCode: `SKU-${i}`,
      quantity: Number(quantity),
    }));
    await ingestExamples(shop.engine, shop.store, "listings", [
      listingDocument(exampleListing({ variants }), shop.clock.now()),
    ]);
  };
  const pass = async (shop: Awaited<ReturnType<typeof givenShop>>, ms: number) => {
    shop.clock.advance(ms);
    await shop.readOrders();
    return shop.drain();
  };

  it("is told, and set right again", async () => {
    const shop = await givenShop(2);
    readable(shop);
    shop.platform.shown.set("V0", "70");
    await readListing(shop);
    expect(await shop.offer("V0")).toMatchObject({ state: "drift", dirty: false, observed_value: "70" });
    // Time for what explains it.
    await pass(shop, MINUTE);
    expect([shop.sent(), await shop.alerts()]).toEqual([[], []]);
    await pass(shop, 2 * MINUTE);
    expect([shop.sent(), await shop.alerts()]).toEqual([[["V0=10"]], ["stock_drift"]]);
    expect(await shop.offer("V0")).toMatchObject({ state: "idle", dirty: false, observed_value: "10" });
  });

  it("is nothing where the sale behind it is read meanwhile, or a later look shows the right number", async () => {
    const shop = await givenShop(2);
    readable(shop);
    shop.platform.shown.set("V0", "8");
    shop.platform.shown.set("V1", "3");
    await readListing(shop);
    await shop.want({ V0: 8 });
    shop.platform.shown.set("V1", "10");
    await pass(shop, 3 * MINUTE);
    expect(shop.sent().flat()).toEqual(["V0=8"]);
    expect(await shop.alerts()).toEqual([]);
    expect((await shop.offer("V1")).state).toBe("idle");
  });

  it("is taken for a count where the store's word counts, unless the number says nothing of the goods", async () => {
    const shop = await givenShop(2, { stock_drift: "adopt" });
    readable(shop);
    // A rule stands between the goods and what the second offer shows.
    await shop.db.query(
      `insert into allocation_rules (id, sku_id, kind, params) select gen_random_uuid(), id, 'cap', '{"quantity": 5}' from skus where code = 'SKU-1'`,
    );
    await shop.db.transaction((tx) => compileOfferRules(tx, shop.clock.now(), null));
    shop.platform.shown.set("V0", "70");
    shop.platform.shown.set("V1", "70");
    await readListing(shop);
    await pass(shop, 3 * MINUTE);
    await shop.drain();
    expect(shop.platform.shown.get("V0")).toBe("70");
    expect((await shop.offer("V0")).desired).toBe("70");
    expect(shop.platform.shown.get("V1")).toBe("10");
    const levels = await shop.db.query<{ code: string; on_hand: number }>(
      "select s.code, l.on_hand from stock_levels l join skus s on s.id = l.sku_id order by 1",
    );
    expect(levels.map((level) => level.on_hand)).toEqual([70, 10]);
    expect(await shop.alerts()).toEqual(["stock_drift", "stock_drift"]);
  });

  it("S33 is found by reading back after a lost answer, before anybody reads the listing", async () => {
    const shop = await givenShop(1);
    readable(shop);
    shop.platform.onSet = () => {
      throw failed("transient", { maybeApplied: true });
    };
    await shop.want({ V0: 6 });
    await shop.drain();
    // No earlier than the first request's own time limit.
    await shop.want({ V0: 4 });
    await pass(shop, 30_000);
    expect(shop.sent()).toEqual([["V0=6"]]);
    shop.platform.onSet = () => null;
    await pass(shop, 40_000);
    expect(shop.sent().at(-1)).toEqual(["V0=4"]);
    // Now the first write arrives.
    shop.platform.shown.set("V0", "6");
    await pass(shop, 70_000);
    expect((await shop.offer("V0")).state).toBe("drift");
    await pass(shop, 160_000);
    expect(shop.platform.shown.get("V0")).toBe("4");
    expect(await shop.isDue()).toBe(false);
  });
});
