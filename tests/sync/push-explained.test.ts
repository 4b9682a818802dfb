/** What a store's own orders did to the numbers that its platform shows is set right with the next push, and is no drift. */
import { expect, it } from "vitest";
import { moveStock } from "../../src/core/stock/counts.ts";
import { compileOfferRules } from "../../src/core/stock/offer-rules.ts";
import { drainOffers } from "../../src/sync/push.ts";
import { createTestClock } from "../support/clock.ts";
import { createTestDatabase } from "../support/database.ts";
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

/** A live store that shows ten units of one SKU, as it confirmed. */
async function givenShop() {
  const { db } = await createTestDatabase();
  const clock = createTestClock();
  const platform = createPlatform();
  const engine = await givenEngine(db, platform, clock);
  const store = await givenStore(engine, { adoptSkus: true });
  const [variant] = exampleListing().variants;
  if (!variant) throw new Error("the example has a variant");
  const showing = (quantity: number) =>
    listingDocument(
      exampleListing({ variants: [{ ...variant, externalId: "V0", sellerCode: "SKU-0", quantity }] }),
      clock.now(),
    );
  await ingestExamples(engine, store, "listings", [showing(10)]);
  await db.query(
    "insert into checkpoints (store_id, resource, stream, watermark, every_seconds, due_at) values ($1::uuid, 'orders', 'changed', $2::timestamptz, 60, $2::timestamptz)",
    [store.id, clock.now().toISOString()],
  );
  const drain = () => drainOffers(engine, store.id, "stock", new AbortController().signal);
  await drain();
  platform.calls.set.splice(0);
  const line = exampleLine({ variantExternalId: "V0", sellerCode: "SKU-0" });
  /** Orders with so many units each, read in one page. A negative number: an order of so many is cancelled. */
  const readOrders = (quantities: Record<string, number>) => {
    clock.advance(1_000);
    return ingestExamples(
      engine,
      store,
      "orders",
      Object.entries(quantities).map(([externalId, n]) => {
        const quantity = Math.abs(n);
        return orderDocument(
          exampleOrder({
            externalId,
            placedAt: clock.now(),
            status: n < 0 ? "cancelled" : "awaiting_shipment",
            lines: [{ ...line, externalId: `${externalId}-1`, quantity, cancelledQuantity: n < 0 ? quantity : 0 }],
          }),
          clock.now(),
        );
      }),
    );
  };
  return {
    db,
    clock,
    drain,
    readOrders,
    readListing: (quantity: number) => ingestExamples(engine, store, "listings", [showing(quantity)]),
    sent: () => platform.calls.set.flat().map(({ value }) => value),
    offer: async () => {
      const [row] = await db.query(
        "select desired::int, state, dirty from offers o join listing_variants v on v.id = o.variant_id where v.external_id = 'V0' and aspect = 'stock'",
      );
      return row;
    },
  };
}

it("goes again after a sale and a return of as many units that are read before anything was sent", async () => {
  const shop = await givenShop();
  await shop.readOrders({ A: 2 });
  const back = { sku: "SKU-0", toLocation: null, location: "main", kind: "return" as const, quantity: 2, reason: null };
  await moveStock(shop.db, { movements: [back], actor: "test" }, shop.clock.now());
  await shop.drain();
  expect(shop.sent()).toEqual(["10"]);
  // What the platform shows is what was set.
  await shop.readListing(10);
  expect(await shop.offer()).toEqual({ desired: 10, state: "idle", dirty: false });
});

it("goes again after a sale and a cancellation of as many units in one page", async () => {
  const shop = await givenShop();
  await shop.readOrders({ A: 2 });
  await shop.drain();
  await shop.readOrders({ A: -2, B: 2 });
  await shop.drain();
  expect(shop.sent()).toEqual(["8", "8"]);
  // Read again, they change nothing.
  await shop.readOrders({ A: -2, B: 2 });
  await shop.drain();
  expect(shop.sent()).toHaveLength(2);
});

it("goes again after a sale beneath a cap that the goods still fill", async () => {
  const shop = await givenShop();
  await shop.db.query(
    `insert into allocation_rules (id, sku_id, kind, params) select gen_random_uuid(), id, 'cap', '{"quantity": 5}' from skus where code = 'SKU-0'`,
  );
  await shop.db.transaction((tx) => compileOfferRules(tx, shop.clock.now(), null));
  await shop.readOrders({ A: 1 });
  await shop.drain();
  await shop.readOrders({ B: 1 });
  await shop.drain();
  expect(shop.sent()).toEqual(["5", "5"]);
});
