/**
 * Pushes under any history, over five stores with one stock, a bundle among what they sell: sales (also at the platform by
 * itself, in the very moment of a push), cancellations, returns, counts, rules, crashes, refusals and lost answers. Two of
 * the stores' platforms set what they are told, three compare first. PUSH_RUNS and PUSH_SEED run it longer or again.
 */
import fc from "fast-check";
import { expect, it, onTestFinished } from "vitest";
import { template } from "../../src/adapters/_template/index.ts";
import { type AdapterEntry, isAbsent, type PushItem, type PushOutcome } from "../../src/core/adapter.ts";
import { sealText } from "../../src/core/secrets.ts";
import { setRules } from "../../src/core/stock/allocation-rules.ts";
import { upsertSkus } from "../../src/core/stock/catalogue.ts";
import { countStock, moveStock } from "../../src/core/stock/counts.ts";
import { systemTimer, type Timer } from "../../src/core/timer.ts";
import { wire } from "../../src/entry/wire.ts";
import { createFake } from "../../src/fakes/_template/server.ts";
import { serveFake } from "../../src/fakes/serve.ts";
import { connectStore } from "../../src/sync/connect-store.ts";
import { runUntilIdle, type WorkItem } from "../../src/sync/schedule.ts";
import { setStoreMode } from "../../src/sync/store-mode.ts";
import { createTestClock } from "../support/clock.ts";
import { createTestDatabase } from "../support/database.ts";
import { EXAMPLE_SECRET } from "../support/example.ts";
import { createLogCapture } from "../support/log-capture.ts";

const RUNS = Number(process.env.PUSH_RUNS ?? 1);
const SEED = Number(process.env.PUSH_SEED ?? Date.now() % 1_000_000);

const QUICK: Timer = { now: systemTimer.now, sleep: (ms, signal) => systemTimer.sleep(Math.min(ms, 1), signal) };
/** The third is two of the first and one of the second. */
const CODES = ["SKU-1-One", "SKU-2-One", "SKU-4-One"] as const;
const STORES = 5;
/** These set what they are told, whatever they show. */
const PLAIN = [3, 4];
/** This one works off what it is told by itself, a minute later. */
const FEEDING = 2;

type Fault = "cut" | "reset" | { status: number } | { status: number; headers: Record<string, string> };
type Step =
  | { step: "sell"; store: number; sku: number; quantity: number; when: "now" | "before" | "after" }
  | { step: "cancel"; pick: number }
  | { step: "return"; sku: number; quantity: number }
  | { step: "count"; sku: number; quantity: number }
  | { step: "rule"; store: number; kind: "cap" | "buffer" | "pause" | "mirror"; figure: number }
  | { step: "fault"; store: number; faults: Fault[] }
  | { step: "crash"; store: number; when: "before" | "after" }
  | { step: "pass"; seconds: number; together: boolean };

const store = fc.nat(STORES - 1);
const FAULTS: Fault[] = ["cut", "reset", { status: 503 }, { status: 429, headers: { "retry-after": "7" } }];
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 7,
    arbitrary: fc.record({
      step: fc.constant("sell" as const),
      store,
      sku: fc.nat(2),
      quantity: fc.integer({ min: 1, max: 4 }),
      // A third of the sales happen while a push is under way.
      when: fc.constantFrom(
        "now" as const,
        "now" as const,
        "now" as const,
        "now" as const,
        "before" as const,
        "after" as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ step: fc.constant("cancel" as const), pick: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      step: fc.constant("return" as const),
      sku: fc.nat(1),
      quantity: fc.integer({ min: 1, max: 5 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ step: fc.constant("count" as const), sku: fc.nat(1), quantity: fc.nat(40) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      step: fc.constant("rule" as const),
      store,
      kind: fc.constantFrom("cap" as const, "buffer" as const, "pause" as const, "mirror" as const),
      figure: fc.nat(20),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      step: fc.constant("fault" as const),
      store,
      faults: fc.array(fc.constantFrom(...FAULTS), { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      step: fc.constant("crash" as const),
      store,
      when: fc.constantFrom("before" as const, "after" as const),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      step: fc.constant("pass" as const),
      seconds: fc.constantFrom(1, 15, 65, 65),
      together: fc.boolean(),
    }),
  },
);

type World = Awaited<ReturnType<typeof givenWorld>>;

async function givenWorld() {
  const { db } = await createTestDatabase();
  const clock = createTestClock();
  const shops: { id: string; fake: ReturnType<typeof createFake> }[] = [];
  const armed = new Map<string, { when: "before" | "after"; run: () => void | Promise<void> }[]>();
  const underWay = new Set<string>();
  const newest = new Map<string, number>();
  const wrong: string[] = [];
  const sent: string[] = [];
  let isTogether = false;

  const fire = async (storeId: string, when: "before" | "after") => {
    const all = armed.get(storeId) ?? [];
    armed.set(
      storeId,
      all.filter((one) => one.when !== when),
    );
    for (const one of all) if (one.when === when) await one.run();
  };
  const shown = (storeId: string, variant: string) =>
    shops
      .find(({ id }) => id === storeId)
      ?.fake.store.findOffer((offer) => offer.id === variant)
      ?.offer.places.find(({ place }) => place === "MAIN")?.quantity ?? null;
  /** Sales at the store itself that our books do not know yet. */
  const countUnread = async (storeId: string, variant: string): Promise<number> => {
    const known = new Set(
      (
        await db.query<{ external_id: string }>("select external_id from orders where store_id = $1::uuid", [storeId])
      ).map((row) => row.external_id),
    );
    const orders = [...(shops.find(({ id }) => id === storeId)?.fake.store.orders.values() ?? [])];
    return orders.filter(({ id, lines }) => !known.has(id) && lines.some((line) => line.offer_id === variant)).length;
  };

  /** Everything that goes to a platform passes here. */
  const watch = async (
    storeId: string,
    compares: boolean,
    items: readonly PushItem[],
    set: () => Promise<PushOutcome[]>,
  ): Promise<PushOutcome[]> => {
    for (const { key, idempotencyKey, value } of items) {
      const version = Number(idempotencyKey.split(":")[1]);
      if (underWay.has(key)) wrong.push(`${key} is sent twice at once`);
      if (version < (newest.get(key) ?? 0))
        wrong.push(`${key} goes back from version ${newest.get(key)} to ${version}`);
      newest.set(key, Math.max(version, newest.get(key) ?? 0));
      underWay.add(key);
      sent.push(`${key}:${version}=${value}`);
    }
    if (!isTogether) {
      const rows = await db.query<{ id: string; desired: string; desired_version: string }>(
        "select id, desired, desired_version from offers where id = any($1::uuid[])",
        [items.map(({ key }) => key)],
      );
      for (const { id, desired, desired_version } of rows) {
        const item = items.find(({ key }) => key === id);
        if (item?.idempotencyKey !== `${id}:${desired_version}` || item.value !== desired)
          wrong.push(`${id} is sent ${item?.value}, and ${desired} is free to show`);
      }
    }
    try {
      await fire(storeId, "before");
      const before = new Map(items.map((item) => [item.key, shown(storeId, item.variantExternalId)]));
      const unread = new Map<string, number>();
      for (const item of items) unread.set(item.key, await countUnread(storeId, item.variantExternalId));
      const outcomes = await set();
      for (const { key, outcome } of outcomes) {
        const item = items.find((one) => one.key === key);
        if (!compares || outcome !== "accepted" || !item || item.value === "0") continue;
        if (String(before.get(key)) !== item.value && (unread.get(key) ?? 0) > 0)
          wrong.push(`${key} shows ${item.value} over ${unread.get(key)} sales that were not read`);
      }
      return outcomes;
    } finally {
      for (const { key } of items) underWay.delete(key);
      await fire(storeId, "after");
    }
  };

  const watched = (id: string, compares: boolean): AdapterEntry => ({
    ...template,
    id,
    createAdapter: (context) => {
      const adapter = template.createAdapter(context);
      const { stock } = adapter;
      if (isAbsent(stock)) throw new Error("the example sets quantities");
      const quotas = adapter.quotas.map((group) => ({ ...group, capacity: 100_000, learned: false }));
      return {
        ...adapter,
        id,
        quotas,
        stock: {
          ...stock,
          compareAndSet: compares,
          set: (handle, items, signal) =>
            watch(handle.id, compares, items, () =>
              stock.set(handle, compares ? items : items.map((item) => ({ ...item, observed: null })), signal),
            ),
        },
      };
    },
  });

  const log = createLogCapture({ clock });
  const { engine } = await wire({
    db,
    registry: { template: watched("template", true), plain: watched("plain", false) },
    secret: EXAMPLE_SECRET,
    log: log.log,
    clock,
    timer: QUICK,
    allowPrivateUrls: true,
    checkAddress: null,
  });
  const signal = new AbortController().signal;
  const work = (only: (item: WorkItem) => boolean) => runUntilIdle(engine, signal, { maxItems: 500, only });
  const reads = (item: WorkItem) =>
    item.kind === "pull" &&
    (item.resource === "orders" || item.resource === "listings") &&
    !/created|all|open/.test(item.stream);
  const sends = (item: WorkItem) => item.kind === "push" && item.aspect === "stock";

  await upsertSkus(
    db,
    [
      { code: CODES[0] },
      { code: CODES[1] },
      {
        code: CODES[2],
        components: [
          { code: CODES[0], quantity: 2 },
          { code: CODES[1], quantity: 1 },
        ],
      },
    ],
    clock.now(),
  );
  for (let index = 0; index < STORES; index++) {
    const name = `shop-${index}`;
    const fake = createFake({ clock, name, orders: 0, listings: 4, quota: { limit: 1_000_000, windowMs: 1000 } });
    fake.shop.id = `${fake.shop.id.slice(0, -1)}${index}`;
    for (const listing of fake.store.listings.values())
      for (const offer of listing.offers)
        for (const level of offer.places) level.quantity = level.place === "MAIN" ? 30 : 0;
    const served = await serveFake(fake);
    onTestFinished(() => served.close());
    const platform = PLAIN.includes(index) ? "plain" : "template";
    const appId = `00000000-0000-4000-8000-00000000000${index + 1}`;
    await db.query(
      "insert into apps (id, platform, name, key, secret, settings) values ($1::uuid, $2, $3, $4, decode($5, 'hex'), '{}')",
      [
        appId,
        platform,
        name,
        fake.app.key,
        Buffer.from(sealText(engine.keyring, { table: "apps", store: "", id: appId }, fake.app.secret)).toString("hex"),
      ],
    );
    const row = await connectStore(
      engine,
      {
        platform,
        name,
        credentials: fake.credentials,
        settings: index === FEEDING ? { stock_by: "feed" } : {},
        baseUrl: served.baseUrl,
        appId,
        actor: "test",
      },
      signal,
    );
    await setStoreMode(engine, row.id, "live", "test");
    shops.push({ id: row.id, fake });
  }
  await moveTo(30);
  clock.advance(70_000);
  await work((item) => item.kind === "pull" && (item.resource === "orders" || item.resource === "listings"));
  await work(sends);

  /** As many of each component as there should be to begin with. */
  async function moveTo(quantity: number): Promise<void> {
    const counts = CODES.slice(0, 2).map((sku) => ({
      sku,
      location: "main",
      quantity,
      basis: "available" as const,
      countedAt: clock.now(),
    }));
    await countStock(db, { counts, actor: "test", confirmed: true }, clock.now());
  }

  return {
    db,
    clock,
    shops,
    armed,
    wrong,
    sent,
    engine,
    moveTo,
    shown,
    /** What is said to happen within the next push to the store. */
    arm: (index: number, when: "before" | "after", run: () => void | Promise<void>) => {
      const id = shops[index]?.id ?? "";
      armed.set(id, [...(armed.get(id) ?? []), { when, run }]);
    },
    pass: async (seconds: number, together = false) => {
      clock.advance(seconds * 1000);
      isTogether = together;
      if (together) await Promise.all([work(reads), work(sends)]);
      else {
        await work(reads);
        await work(sends);
      }
      isTogether = false;
    },
  };
}

async function take(world: World, one: Step): Promise<void> {
  const { db, clock, shops } = world;
  switch (one.step) {
    case "sell": {
      const sell = () => {
        const fake = shops[one.store]?.fake;
        const sku = CODES[one.sku] ?? "";
        const found = fake?.store.findOffer((offer) => offer.code === sku);
        // What is shown has changed, and the platform says so.
        if (found && fake?.sell({ sku, quantity: one.quantity }).sold) fake.store.touch(found.listing);
      };
      if (one.when === "now") sell();
      else world.arm(one.store, one.when, sell);
      return;
    }
    case "cancel": {
      const open = shops.flatMap(({ fake }) =>
        [...fake.store.orders.values()].filter(({ state }) => state === "READY").map((order) => ({ fake, order })),
      );
      const found = open[one.pick % Math.max(1, open.length)];
      if (!found) return;
      found.order.state = "CANCELLED";
      for (const line of found.order.lines) Object.assign(line, { cancelled: line.quantity });
      found.fake.store.changed(found.order, "cancelled", "owner");
      return;
    }
    case "return": {
      const movement = { sku: CODES[one.sku] ?? "", location: "main", kind: "return" as const, quantity: one.quantity };
      await moveStock(db, { movements: [{ ...movement, toLocation: null, reason: null }], actor: "test" }, clock.now());
      return;
    }
    case "count": {
      const count = { sku: CODES[one.sku] ?? "", location: "main", quantity: one.quantity, basis: "physical" as const };
      await countStock(
        db,
        { counts: [{ ...count, countedAt: clock.now() }], actor: "test", confirmed: true },
        clock.now(),
      );
      return;
    }
    case "rule": {
      const isBare = one.kind === "pause" || one.kind === "mirror";
      const rule = {
        storeId: shops[one.store]?.id ?? null,
        listingId: null,
        sku: null,
        kind: one.kind,
        figure: isBare ? null : one.figure,
        locations: null,
        validFrom: null,
        validUntil: one.kind === "pause" ? new Date(clock.now().getTime() + 90_000) : null,
      };
      await setRules(db, { rules: [rule], actor: "test", confirmed: true }, clock.now());
      return;
    }
    case "fault":
      shops[one.store]?.fake.fail("stock.set", one.faults, { repeat: false });
      return;
    case "crash":
      // The process dies with a call under way: nothing of it is written down, and another one takes over in time.
      world.arm(one.store, one.when, async () => {
        await db.query("update leases set fence = fence + 1, owner = null where name = $1", [
          `push:stock:${shops[one.store]?.id}`,
        ]);
      });
      return;
    case "pass":
      await world.pass(one.seconds, one.together);
  }
}

/** Levels with reservations and the ledger; nothing is shown that is not there. */
async function checkBooks({ db }: World): Promise<void> {
  const wrong = await db.query(
    `select s.code, l.on_hand, l.reserved from stock_levels l join skus s on s.id = l.sku_id
     where l.reserved <> (select coalesce(sum(held), 0) from reservations r where r.sku_id = l.sku_id)
        or l.on_hand <> (select coalesce(sum(quantity), 0) from stock_movements m where m.sku_id = l.sku_id)`,
  );
  expect(wrong).toEqual([]);
  const above = await db.query(
    `select s.code, o.desired, p.free from offers o join skus s on s.id = o.sku_id cross join lateral (
       select min(floor((l.on_hand - l.reserved)::numeric / coalesce(c.quantity, 1))) as free from (select 1) x
       left join sku_components c on c.bundle_id = s.id join stock_levels l on l.sku_id = coalesce(c.component_id, s.id)) p
     where o.aspect = 'stock' and o.desired > greatest(0, p.free)`,
  );
  expect(above).toEqual([]);
}

/** Every fake shows what should be shown, and nothing is left to do. */
async function checkShown(world: World): Promise<void> {
  const offers = await world.db.query<{
    store_id: string;
    external_id: string;
    desired: string;
    state: string;
    dirty: boolean;
  }>(
    `select o.store_id, v.external_id, o.desired, o.state, o.dirty from offers o join listing_variants v on v.id = o.variant_id
     where o.aspect = 'stock' order by 1, 2`,
  );
  expect(offers).toHaveLength(STORES * CODES.length);
  expect(
    offers.map((offer) => [
      offer.external_id,
      String(world.shown(offer.store_id, offer.external_id)),
      offer.state,
      offer.dirty,
    ]),
  ).toEqual(offers.map((offer) => [offer.external_id, offer.desired, "idle", false]));
}

it(
  `sends what is free, once at a time, never back, and ends at what is wanted (seed ${SEED})`,
  async () => {
    const world = await givenWorld();
    let histories = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 12 }), async (steps) => {
        histories += 1;
        await world.moveTo(30);
        for (const one of steps) {
          await take(world, one);
          if (one.step === "pass") await checkBooks(world);
        }
        world.armed.clear();
        for (const { fake } of world.shops) fake.clearFaults();
        // Back-off, read-backs and what is judged late take their time.
        for (const seconds of [65, 130, 330, 170, 65, 65]) await world.pass(seconds);
        await checkBooks(world);
        expect(world.wrong).toEqual([]);
        await checkShown(world);
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    );
    expect(histories).toBe(RUNS);
    expect(world.sent.length).toBeGreaterThan(RUNS);
  },
  90_000 * RUNS,
);
