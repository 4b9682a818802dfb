/**
 * Stock and ordering under any history: orders of two stores come, change, come again and come late; goods are counted
 * and received. After each step the books must agree with one another, and at the end with what the platform said last.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { readChanges, sequenceChanges } from "../../src/core/db/changes.ts";
import type { Database } from "../../src/core/db/database.ts";
import type { IngestContext, IngestStore } from "../../src/core/ingest/types.ts";
import type { Order } from "../../src/core/model/records.ts";
import { countStock, moveStock } from "../../src/core/stock/counts.ts";
import { createTestClock } from "../support/clock.ts";
import { createTestDatabase } from "../support/database.ts";
import {
  exampleLine,
  exampleListing,
  exampleOrder,
  givenContext,
  givenStore,
  ingestExamples,
  listingDocument,
  orderDocument,
} from "../support/example.ts";

const ORDERS = 4;

/** What the platform says of an order at one of its versions. */
interface Said {
  order: number;
  store: 0 | 1;
  version: number;
  status: "awaiting_shipment" | "shipped" | "cancelled";
  quantities: number[];
}

type Step =
  | ({ step: "say" } & Said)
  /** The same document once more, or an older one after a newer one. */
  | { step: "again"; pick: number }
  | { step: "count"; sku: number; quantity: number; basis: "physical" | "available" }
  | { step: "receive"; sku: number; quantity: number };

const say = fc.record({
  step: fc.constant("say" as const),
  order: fc.nat(ORDERS - 1),
  store: fc.constantFrom(0 as const, 1 as const),
  version: fc.integer({ min: 1, max: 6 }),
  status: fc.constantFrom("awaiting_shipment" as const, "shipped" as const, "cancelled" as const),
  quantities: fc.tuple(fc.nat(6), fc.nat(6)).map(([a, b]) => [a, b]),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: say },
  { weight: 2, arbitrary: fc.record({ step: fc.constant("again" as const), pick: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      step: fc.constant("count" as const),
      sku: fc.nat(1),
      quantity: fc.nat(30),
      basis: fc.constantFrom("physical" as const, "available" as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      step: fc.constant("receive" as const),
      sku: fc.nat(1),
      quantity: fc.integer({ min: 1, max: 9 }),
    }),
  },
);

function toOrder(said: Said, skus: readonly string[], start: Date): Order {
  const isShipped = said.status === "shipped";
  const lines = said.quantities.flatMap((quantity, i) =>
    quantity === 0
      ? []
      : [
          exampleLine({
            externalId: String(i),
            variantExternalId: `V${i}`,
            sellerCode: skus[i] ?? "",
            quantity,
            fulfilmentStatus: isShipped ? "fulfilled" : "unfulfilled",
            shippedQuantity: isShipped ? quantity : 0,
          }),
        ],
  );
  return exampleOrder({
    externalId: `O${said.order}`,
    externalStatus: `v${said.version}`,
    status: said.status,
    placedAt: new Date(start.getTime() + 1_000),
    lines,
  });
}

/** The books agree with one another: levels with reservations and ledger, offers with levels, flags with reservations. */
async function checkBooks(db: Database): Promise<void> {
  const wrong = await db.query(
    `select s.code, l.on_hand, l.reserved,
       (select coalesce(sum(held), 0) from reservations r where r.sku_id = l.sku_id) as held,
       (select coalesce(sum(quantity), 0) from stock_movements m where m.sku_id = l.sku_id) as moved
     from stock_levels l join skus s on s.id = l.sku_id
     where l.reserved <> (select coalesce(sum(held), 0) from reservations r where r.sku_id = l.sku_id)
        or l.on_hand <> (select coalesce(sum(quantity), 0) from stock_movements m where m.sku_id = l.sku_id)`,
  );
  expect(wrong).toEqual([]);
  const offers = await db.query(
    `select s.code, o.desired, l.on_hand, l.reserved from offers o join skus s on s.id = o.sku_id
     join stock_levels l on l.sku_id = o.sku_id
     where o.aspect = 'stock' and o.desired::int <> greatest(0, l.on_hand - l.reserved)`,
  );
  expect(offers).toEqual([]);
  const flags = await db.query(
    `select o.external_id, o.attention from orders o where o.attention <> (o.unmapped_lines > 0 or o.warning_count > 0
       or exists (select 1 from reservations r where r.order_id = o.id and r.oversold > 0))`,
  );
  expect(flags).toEqual([]);
  const healed = await db.query(
    `select s.code, l.on_hand, l.reserved, r.oversold from reservations r
     join stock_levels l on l.sku_id = r.sku_id and l.location_id = r.location_id join skus s on s.id = r.sku_id
     where r.oversold > 0 and l.on_hand >= l.reserved`,
  );
  expect(healed).toEqual([]);
}

it("keeps books that agree with one another, whatever comes in whatever order", async () => {
  const { db } = await createTestDatabase();
  let history = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      // Histories share the database, and nothing else.
      history += 1;
      const skus = [`H${history}-1`, `H${history}-2`];
      const clock = createTestClock();
      const context: IngestContext = await givenContext(db, clock);
      const stores: IngestStore[] = [
        await givenStore(context, { name: "A", adoptSkus: true }),
        await givenStore(context, { name: "B" }),
      ];
      const [variant] = exampleListing().variants;
      const listing = exampleListing({
        variants: skus.map((sellerCode, i) => ({ ...variant!, externalId: `V${i}`, sellerCode })),
      });
      for (const store of stores) await ingestExamples(context, store, "listings", [listingDocument(listing)]);
      const start = clock.now();
      const said: Said[] = [];
      const tell = async (one: Said) => {
        const store = stores[one.store];
        if (!store) throw new Error("there are two stores");
        // An order's version of one number is one document: what was said first stands.
        const same = said.find((x) => x.store === one.store && x.order === one.order && x.version === one.version);
        const document = same ?? one;
        if (!same) said.push(one);
        const changedAt = new Date(start.getTime() + document.version * 60_000);
        await ingestExamples(context, store, "orders", [orderDocument(toOrder(document, skus, start), changedAt)]);
      };
      for (const one of steps) {
        clock.advance(61_000);
        if (one.step === "say") await tell(one);
        else if (one.step === "again") {
          const again = said[one.pick % Math.max(1, said.length)];
          if (again) await tell(again);
        } else if (one.step === "count") {
          const count = { sku: skus[one.sku] ?? "", location: "main", countedAt: clock.now() };
          await countStock(
            db,
            { counts: [{ ...count, quantity: one.quantity, basis: one.basis }], actor: "test", confirmed: true },
            clock.now(),
          );
        } else {
          const movement = { sku: skus[one.sku] ?? "", location: "main", kind: "receipt" as const };
          await moveStock(
            db,
            { movements: [{ ...movement, quantity: one.quantity, toLocation: null, reason: null }], actor: "test" },
            clock.now(),
          );
        }
        await checkBooks(db);
      }
      await checkLastWord(db, stores, said);
      await checkFeed(db);
    }),
    { numRuns: 25, endOnFailure: true },
  );
}, 60_000);

/** Of each order, the newest version stands, however they came; what it holds is what that version asks for. */
async function checkLastWord(db: Database, stores: readonly IngestStore[], said: readonly Said[]): Promise<void> {
  const rows = await db.query<{ store_id: string; external_id: string; external_status: string; held: string }>(
    `select o.store_id, o.external_id, o.external_status,
       (select coalesce(sum(held), 0) from reservations r where r.order_id = o.id) as held from orders o
     where o.store_id = any($1::uuid[])`,
    [stores.map((store) => store.id)],
  );
  const newest = new Map<string, Said>();
  for (const one of said) {
    const key = `${stores[one.store]?.id}/O${one.order}`;
    if ((newest.get(key)?.version ?? 0) < one.version) newest.set(key, one);
  }
  expect(rows).toHaveLength(newest.size);
  for (const row of rows) {
    const last = newest.get(`${row.store_id}/${row.external_id}`);
    expect(row.external_status).toBe(`v${last?.version}`);
    const open = last?.status === "awaiting_shipment" ? last.quantities.reduce((sum, n) => sum + n, 0) : 0;
    expect(Number(row.held)).toBe(open);
  }
}

/** Versions of an entity rise in the feed, and the last one told is the one that stands. */
async function checkFeed(db: Database): Promise<void> {
  await sequenceChanges(db);
  const { changes } = await readChanges(db, { after: 0, limit: 100_000 });
  const last = new Map<string, number>();
  for (const change of changes) {
    const key = `${change.entity}/${change.id}`;
    expect(change.version).toBeGreaterThan(last.get(key) ?? 0);
    last.set(key, change.version);
  }
  for (const { id, version } of await db.query<{ id: string; version: string }>("select id, version from orders"))
    expect(last.get(`order/${id}`)).toBe(Number(version));
}
