import { beforeEach, describe, expect, it } from "vitest";
import { readChanges, sequenceChanges } from "../../src/core/db/changes.ts";
import { ingest } from "../../src/core/ingest/ingest.ts";
import type { IngestContext, IngestStore } from "../../src/core/ingest/types.ts";
import { createTestDatabase } from "../support/database.ts";
import {
  exampleLine,
  exampleListing,
  exampleOrder,
  givenContext,
  givenStore,
  ingestExamples,
  listingDocument,
  mapExample,
  orderDocument,
} from "../support/example.ts";

let context: IngestContext;
let store: IngestStore;

beforeEach(async () => {
  const { db } = await createTestDatabase();
  context = await givenContext(db);
  store = await givenStore(context, { adoptSkus: true });
});

const level = async () =>
  (await context.db.query<{ on_hand: number; reserved: number }>("select on_hand, reserved from stock_levels"))[0];
const offers = () =>
  context.db.query<{ desired: string; dirty: boolean }>("select desired, dirty from offers order by id");
const count = async (table: string) =>
  Number((await context.db.query<{ n: string }>(`select count(*) as n from ${table}`))[0]?.n);

describe("ingest", () => {
  it("S07 S05 saves an order once, with one reservation and one change, however often it comes", async () => {
    await ingestExamples(context, store, "listings", [listingDocument(exampleListing())]);
    const document = orderDocument(exampleOrder());
    for (let i = 0; i < 5; i++) await ingestExamples(context, store, "orders", [document]);
    expect(await count("orders")).toBe(1);
    expect(await count("reservations")).toBe(1);
    expect(await level()).toEqual({ on_hand: 11, reserved: 1 });
    await sequenceChanges(context.db);
    const { changes } = await readChanges(context.db, { after: 0, limit: 100 });
    expect(changes.filter((change) => change.entity === "order")).toHaveLength(1);
  });

  it("lowers the desired quantity of every store that sells the SKU, in the transaction that saves the order", async () => {
    const sibling = await givenStore(context);
    await ingestExamples(context, store, "listings", [listingDocument(exampleListing())]);
    await ingestExamples(context, sibling, "listings", [listingDocument(exampleListing())]);
    // Placed after the first count: the shown quantity did not have it taken off yet.
    const later = new Date(Date.now() + 60_000);
    const result = await ingestExamples(context, store, "orders", [
      orderDocument(exampleOrder({ placedAt: later, lines: [exampleLine({ quantity: 3 })] })),
    ]);
    expect(await offers()).toEqual([
      { desired: "7", dirty: true },
      { desired: "7", dirty: true },
    ]);
    expect(result.dirtyStores.sort()).toEqual([store.id, sibling.id].sort());
  });

  it("maps what another store showed before there was a SKU of its code", async () => {
    const sibling = await givenStore(context);
    await ingestExamples(context, sibling, "listings", [listingDocument(exampleListing())]);
    expect(await offers()).toEqual([]);
    const result = await ingestExamples(context, store, "listings", [listingDocument(exampleListing())]);
    expect(await offers()).toHaveLength(2);
    expect(await count("listing_variants where sku_id is null")).toBe(0);
    expect(result.dirtyStores).toEqual([]);
  });

  it("S06 ends in the platform's state in whatever order the documents come", async () => {
    await ingestExamples(context, store, "listings", [listingDocument(exampleListing())]);
    const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute));
    const states = [
      orderDocument(exampleOrder({ status: "awaiting_payment", paymentStatus: "unpaid" }), at(1)),
      orderDocument(exampleOrder({ status: "awaiting_shipment" }), at(2)),
      orderDocument(
        exampleOrder({
          status: "shipped",
          lines: [exampleLine({ shippedQuantity: 1, fulfilmentStatus: "fulfilled" })],
        }),
        at(3),
      ),
    ];
    for (const i of [2, 0, 1, 0, 2]) await ingestExamples(context, store, "orders", [states[i]!]);
    const [order] = await context.db.query<{ status: string; version: string }>("select status, version from orders");
    expect(order).toEqual({ status: "shipped", version: "1" });
  });

  it("S08 shows an order with an unknown line at once, and completes it when the line is mapped", async () => {
    await ingestExamples(context, store, "listings", [listingDocument(exampleListing())]);
    const unknown = exampleLine({
      externalId: "2",
      variantExternalId: "V2",
      sellerCode: "SKU-2",
      listingExternalId: "L2",
    });
    await ingestExamples(context, store, "orders", [
      orderDocument(exampleOrder({ lines: [exampleLine(), unknown], total: { amount: "20.00", currency: "EUR" } })),
    ]);
    const flags = async () =>
      (
        await context.db.query<{ n: number; attention: boolean }>("select unmapped_lines as n, attention from orders")
      )[0];
    expect(await flags()).toEqual({ n: 1, attention: true });
    expect(await count("reservations")).toBe(1);
    const listing = exampleListing({ externalId: "L2" });
    const variant = { ...listing.variants[0]!, externalId: "V2", sellerCode: "SKU-2" };
    await ingestExamples(context, store, "listings", [listingDocument({ ...listing, variants: [variant] })]);
    expect(await flags()).toEqual({ n: 0, attention: false });
    expect(await count("reservations")).toBe(2);
  });

  it("S14 keeps apart the same order number of two stores, and of two platforms", async () => {
    const stores = [store, await givenStore(context), await givenStore(context, { platform: "other" })];
    for (const each of stores) await ingestExamples(context, each, "orders", [orderDocument(exampleOrder())]);
    const orders = await context.db.query<{ id: string; store_id: string; external_id: string }>(
      "select id, store_id, external_id from orders",
    );
    expect(orders.map((order) => order.external_id)).toEqual(["1001", "1001", "1001"]);
    expect(new Set(orders.map((order) => order.id)).size).toBe(3);
    expect(orders.map((order) => order.store_id).sort()).toEqual(stores.map((each) => each.id).sort());
  });

  it("S09 sets a poison record aside with its reason and stores the rest", async () => {
    const result = await ingestExamples(context, store, "orders", [
      orderDocument(exampleOrder({ externalId: "1" })),
      { externalId: "2", says: "poison" },
      orderDocument(exampleOrder({ externalId: "3", lines: [exampleLine({ quantity: 3_000_000_000 })] })),
      orderDocument(exampleOrder({ externalId: "4" })),
    ]);
    expect(result.rejections.map((rejection) => rejection.externalId).sort()).toEqual(["2", "3"]);
    expect(await count("orders")).toBe(2);
    expect(await count("rejected_records")).toBe(2);
  });

  it("S09 sets aside alone what the database refuses: a part named twice, a value that cannot be kept, no text at all", async () => {
    const twice = exampleOrder({ externalId: "twice", lines: [exampleLine(), exampleLine()] });
    const huge = exampleOrder({ externalId: "huge", lines: [exampleLine({ quantity: 3_000_000_000 })] });
    let deep: unknown = "bottom";
    for (let i = 0; i < 50_000; i++) deep = [deep];
    const result = await ingestExamples(context, store, "orders", [
      orderDocument(exampleOrder({ externalId: "good" })),
      orderDocument(twice),
      { ...orderDocument(huge), externalId: "huge\u0000" },
      { externalId: "deep", says: { orders: [deep] } as never },
      orderDocument(exampleOrder({ externalId: "good too" })),
    ]);
    expect(result).toMatchObject({ read: 5, changed: 2, rejected: 3 });
    expect(Object.fromEntries(result.rejections.map((row) => [row.externalId, row.reason]))).toMatchObject({
      twice: expect.stringContaining("names one of its parts twice"),
      "huge\u0000": expect.stringContaining("cannot keep"),
      deep: "is nested too deeply to be read or kept",
    });
    const alerts = () =>
      context.db.query<{ message: string }>(
        "select message from alerts where code = 'records_set_aside' and resolved_at is null",
      );
    expect((await alerts())[0]?.message).toContain("3 of the orders");
    await ingestExamples(context, store, "orders", [
      orderDocument({ ...twice, lines: [exampleLine()] }),
      { ...orderDocument({ ...huge, lines: [exampleLine()] }), externalId: "huge\u0000" },
      { externalId: "deep", says: { orders: [exampleOrder({ externalId: "deep" })] } },
    ]);
    expect(await alerts()).toEqual([]);
  });

  it("keeps an order whose text no database takes, and says what was repaired", async () => {
    const odd = exampleOrder({ externalStatus: "a\u0000b", lines: [exampleLine({ title: "Mug \ud83d" })] });
    expect(await ingestExamples(context, store, "orders", [orderDocument(odd)])).toMatchObject({ rejected: 0 });
    const [row] = await context.db.query<{ external_status: string; document: string }>(
      "select external_status, document from orders",
    );
    expect(row?.external_status).toBe("a\ufffdb");
    expect(JSON.parse(row?.document ?? "")).toMatchObject({
      lines: [{ title: "Mug \ufffd" }],
      warnings: [{ code: "text_repaired" }],
    });
  });

  it("releases what a cancelled order held, once", async () => {
    await ingestExamples(context, store, "listings", [listingDocument(exampleListing())]);
    await ingestExamples(context, store, "orders", [orderDocument(exampleOrder())]);
    for (let i = 0; i < 2; i++)
      await ingestExamples(context, store, "orders", [
        orderDocument(exampleOrder({ status: "cancelled", externalStatus: `c${i}` })),
      ]);
    expect(await level()).toEqual({ on_hand: 11, reserved: 0 });
  });

  it("takes a bundle's components off the shelf and lowers every offer that holds them", async () => {
    await ingestExamples(context, store, "listings", [listingDocument(exampleListing())]);
    const [sku] = await context.db.query<{ id: string }>("select id from skus");
    await context.db.query(
      "insert into skus (id, code, bundle) values ('00000000-0000-7000-8000-00000000000b', 'PACK', true)",
    );
    await context.db.query("insert into sku_components values ('00000000-0000-7000-8000-00000000000b', $1::uuid, 2)", [
      sku!.id,
    ]);
    const listing = exampleListing({ externalId: "LP" });
    await ingestExamples(context, store, "listings", [
      listingDocument({ ...listing, variants: [{ ...listing.variants[0]!, externalId: "VP", sellerCode: "PACK" }] }),
    ]);
    const later = new Date(Date.now() + 60_000);
    await ingestExamples(context, store, "orders", [
      orderDocument(
        exampleOrder({
          placedAt: later,
          lines: [exampleLine({ variantExternalId: "VP", sellerCode: "PACK", quantity: 2 })],
        }),
      ),
    ]);
    expect(await level()).toEqual({ on_hand: 10, reserved: 4 });
    expect((await offers()).map((offer) => offer.desired).sort()).toEqual(["3", "6"]);
  });

  it("S66 counts a statement once, and ends at the rows that it came with last", async () => {
    const settlement = (total: string) => ({
      externalId: "day",
      periodStart: new Date("2026-03-01T00:00:00Z"),
      periodEnd: new Date("2026-03-02T00:00:00Z"),
      currency: "EUR",
      total: { amount: total, currency: "EUR" },
      payout: null,
      payoutCurrencyRate: null,
      paidAt: null,
      externalStatus: null,
      warnings: [],
    });
    const entry = (externalId: string, amount: string) => ({
      externalId,
      settlementExternalId: "day",
      book: "bank",
      state: "posted" as const,
      kind: "sale" as const,
      externalKind: "sale",
      amount: { amount, currency: "EUR" },
      postedAt: new Date("2026-03-01T12:00:00Z"),
      orderExternalId: null,
      orderLineExternalId: null,
      shipmentExternalId: null,
      refundExternalId: null,
      sellerCode: null,
      description: null,
    });
    let seq = 2_000_000;
    /** A statement in parts, as one file gives it. */
    const load = (total: string, ...parts: [string, string][][]) => {
      const readSeq = ++seq;
      return ingest(context, {
        store,
        resource: "settlements",
        toUnified: mapExample,
        documents: parts.map((rows, index) => ({
          readSeq,
          raw: {
            externalId: `day.${index}`,
            sourceUpdatedAt: null,
            sourceVersion: null,
            form: "example@1",
            part: { of: "day", index, last: index + 1 === parts.length },
            payload: { settlements: [settlement(total)], entries: rows.map(([id, amount]) => entry(id, amount)) },
          },
        })),
      });
    };
    const books = async () => [
      (await context.db.query("select external_id, total::text as total from settlements"))[0],
      (
        await context.db.query<{ row: string }>(
          "select external_id || '=' || trim_scale(amount) as row from ledger_entries order by external_id",
        )
      ).map(({ row }) => row),
    ];
    // At noon, then the whole day, twice; then corrected: a row less, one otherwise, and in one part instead of three.
    await load("3", [
      ["a", "1"],
      ["b", "2"],
    ]);
    expect(await books()).toMatchObject([{ total: expect.stringMatching(/^3/) }, ["a=1", "b=2"]]);
    const whole = [
      [
        ["a", "1"],
        ["b", "2"],
      ],
      [["c", "4"]],
      [["d", "8"]],
    ] as [string, string][][];
    for (let i = 0; i < 2; i++) await load("15", ...whole);
    expect(await books()).toMatchObject([{ total: expect.stringMatching(/^15/) }, ["a=1", "b=2", "c=4", "d=8"]]);
    await load("11", [
      ["a", "1"],
      ["b", "2"],
      ["d", "8"],
    ]);
    expect(await books()).toMatchObject([{ total: expect.stringMatching(/^11/) }, ["a=1", "b=2", "d=8"]]);
    await load("10", [
      ["b", "2.5"],
      ["d", "7.5"],
    ]);
    expect(await books()).toMatchObject([{ total: expect.stringMatching(/^10/) }, ["b=2.5", "d=7.5"]]);
    expect(await count("settlements")).toBe(1);
  });
});
