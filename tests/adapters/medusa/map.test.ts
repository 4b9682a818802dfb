/** Documents as unified records. */
import { describe, expect, it } from "vitest";
import { checkTotals } from "../../../src/core/ingest/totals.ts";
import type { Unified } from "../../../src/core/model/records.ts";
import { CONTEXT, givenAdapter, givenLine, givenOrder, givenParcel, givenVariant, rawOf } from "./stub.ts";

const { adapter } = givenAdapter();
const raw = (value: string) => ({ value, precision: 20 });
const orderOf = (overrides: Record<string, unknown> = {}, settings = {}): Unified =>
  adapter.orders.toUnified(rawOf(givenOrder(overrides)), { ...CONTEXT, settings });
const theOrder = (...given: Parameters<typeof orderOf>) => {
  const [order] = orderOf(...given).orders;
  if (!order) throw new Error("no order");
  return order;
};
const line = (quantity: number, detail: Record<string, number>, more = {}) => ({
  ...givenLine("ordli_1", "46.25", quantity, more),
  detail,
});
const usd = (amount: string) => ({ amount, currency: "USD" });

describe("an order", () => {
  it("tells its facts, its buyer and its parts, which add up", () => {
    const order = theOrder({ metadata: { memo: "pack well", flag: "red" } });
    expect(order).toMatchObject({
      externalId: "order_1",
      externalNumber: "1",
      status: "awaiting_shipment",
      externalStatus: "pending",
      paymentStatus: "paid",
      total: usd("97.5"),
      paid: usd("97.5"),
      refunded: usd("0"),
      taxIncluded: true,
      deductsStockOn: "order",
      placedAt: new Date("2026-11-21T23:41:32.216Z"),
      paidAt: new Date("2026-11-21T23:41:33.036Z"),
      buyer: { externalId: "cus_1", email: "ada@example.test", name: "Ada Probe" },
      shipTo: {
        name: "Ada Probe",
        lines: ["12 Example St"],
        region: "NY",
        postcode: "10001",
        country: "US",
        privacy: "clear",
      },
      notes: { buyer: null, seller: "pack well", flag: "red" },
      charges: [{ kind: "shipping", amount: usd("5"), label: "Std", inTotal: true }],
      payments: [{ externalId: "pay_1", method: "pp_system_default", amount: usd("97.5"), status: "paid" }],
      warnings: [],
    });
    expect(order.lines).toMatchObject([
      {
        externalId: "ordli_1",
        listingExternalId: "prod_1",
        variantExternalId: "variant_1",
        sellerCode: "TEE-S",
        options: "S",
        quantity: 2,
        unitPrice: usd("46.25"),
        total: usd("92.5"),
        fulfilmentStatus: "unfulfilled",
      },
    ]);
    expect(checkTotals(order)).toBeNull();
  });

  it("has net prices raised by their tax, exactly, and discounts beside", () => {
    const taxed = givenLine("ordli_1", "47", 3, {
      tax_lines: [{ rate: 8.25, raw_rate: raw("8.25") }],
      adjustments: [{ code: "TEN", amount: 14.1, raw_amount: raw("14.1") }],
      raw_total: raw("137.36925"),
      raw_tax_total: raw("10.46925"),
    });
    const shipping = { name: "Std", raw_total: raw("5.4125"), raw_tax_total: raw("0.4125"), adjustments: [] };
    const order = theOrder({ total: 142.78175, items: [taxed], shipping_methods: [shipping] });
    expect(order.lines[0]).toMatchObject({
      unitPrice: usd("50.8775"),
      discount: usd("15.26325"),
      tax: usd("10.46925"),
      total: usd("137.36925"),
    });
    expect(order.charges.map(({ kind, amount, label, inTotal }) => [kind, amount.amount, label, inTotal])).toEqual([
      ["shipping", "5.4125", "Std", true],
      ["tax", "0.4125", "Std", false],
      ["discount", "-14.1", "TEN", false],
    ]);
    expect(checkTotals(order)).toBeNull();
  });

  it("has gross prices as they are", () => {
    const gross = givenLine("ordli_1", "119", 1, {
      is_tax_inclusive: true,
      tax_lines: [{ raw_rate: raw("19") }],
      raw_total: raw("119"),
      raw_tax_total: raw("19"),
    });
    expect(theOrder({ total: 124, items: [gross] }).lines[0]).toMatchObject({ unitPrice: usd("119"), tax: usd("19") });
  });

  it("shows what was owed before goods and money went back", () => {
    const items = [
      {
        ...line(2, { shipped_quantity: 1, fulfilled_quantity: 1, return_received_quantity: 1 }),
        raw_total: raw("46.25"),
        raw_return_received_total: raw("46.25"),
      },
    ];
    const summary = { raw_paid_total: raw("97.5"), raw_refunded_total: raw("3.5") };
    const order = theOrder({
      items,
      summary,
      total: 47.75,
      credit_line_total: 3.5,
      payment_status: "partially_refunded",
    });
    expect(order).toMatchObject({
      total: usd("97.5"),
      paid: usd("97.5"),
      refunded: usd("3.5"),
      status: "partially_shipped",
      paymentStatus: "partially_refunded",
    });
    expect(order.lines[0]).toMatchObject({ total: usd("92.5"), shippedQuantity: 1, returnedQuantity: 1 });
    expect(checkTotals(order)).toBeNull();
  });

  it("shows a credit without a refund as a discount", () => {
    const order = theOrder({ total: 90, credit_line_total: 7.5 });
    expect(order.total).toEqual(usd("90"));
    expect(order.charges).toContainEqual(
      expect.objectContaining({ kind: "discount", amount: usd("-7.5"), inTotal: true }),
    );
    expect(checkTotals(order)).toBeNull();
  });

  it("has no total where an answer hides its credit lines beside refunds", () => {
    const order = theOrder({ credit_line_total: undefined, summary: { refunded_total: 3.5 } });
    expect(order).toMatchObject({ total: null, warnings: [{ code: "total_missing" }] });
  });

  it.each([
    ["canceled", {}, "captured", "cancelled"],
    ["completed", {}, "captured", "completed"],
    ["requires_action", {}, "captured", "on_hold"],
    ["pending", {}, "not_paid", "awaiting_payment"],
    ["pending", {}, "authorized", "awaiting_shipment"],
    ["pending", { fulfilled_quantity: 2 }, "captured", "awaiting_shipment"],
    ["pending", { fulfilled_quantity: 2, shipped_quantity: 1 }, "captured", "partially_shipped"],
    ["archived", { shipped_quantity: 2 }, "captured", "shipped"],
    ["pending", { shipped_quantity: 2, delivered_quantity: 1 }, "captured", "shipped"],
    ["archived", { shipped_quantity: 2, delivered_quantity: 2 }, "captured", "delivered"],
  ])("that is %s with %j and %s is %4$s", (status, detail, payment_status, expected) => {
    expect(theOrder({ status, payment_status, items: [line(2, detail)] }).status).toBe(expected);
  });

  it("of a state that nobody knows is unknown, until the settings name it", () => {
    expect(theOrder({ status: "packing" })).toMatchObject({ status: "unknown", warnings: [{ code: "unknown_code" }] });
    expect(theOrder({ status: "packing" }, { statuses: { packing: "awaiting_shipment" } }).status).toBe(
      "awaiting_shipment",
    );
  });

  it("of goods that need no parcel is shipped when they were handed over", () => {
    const items = [line(1, { fulfilled_quantity: 1 }, { requires_shipping: false })];
    expect(theOrder({ items }).status).toBe("shipped");
  });

  it("that an administrator only drafts is none", () => {
    expect(orderOf({ status: "draft" }).orders).toEqual([]);
  });

  it("takes its currency from its payments where it names none, else the shop's", () => {
    expect(
      theOrder({ currency_code: undefined, payment_collections: [{ status: "authorized", currency_code: "eur" }] })
        .currency,
    ).toBe("EUR");
    expect(theOrder({ currency_code: undefined, payment_collections: [] })).toMatchObject({
      currency: "USD",
      warnings: [{ code: "currency_missing" }],
    });
  });

  it.each([
    [[{ status: "not_paid" }], "unpaid"],
    [[{ status: "authorized" }], "authorized"],
    [[{ status: "completed", captured_amount: 97.5 }], "paid"],
    [[{ status: "completed", captured_amount: 97.5, refunded_amount: 3.5 }], "partially_refunded"],
    [[{ status: "completed", captured_amount: 97.5, refunded_amount: 97.5 }], "refunded"],
    [[], "unknown"],
  ])("without a payment status is told by its collections: %j is %s", (payment_collections, expected) => {
    expect(theOrder({ payment_status: undefined, payment_collections }).paymentStatus).toBe(expected);
  });

  it("tells refunds without our mark, and payments by what became of them", () => {
    const refund = { id: "ref_1", amount: 3.5, note: "goodwill [0123456789]", created_at: "2026-11-21T23:41:35.145Z" };
    const given = (more: object) => ({
      payment_collections: [
        {
          status: "completed",
          payments: [{ id: "pay_1", amount: 10, captures: [{ amount: 10 }], refunds: [], ...more }],
        },
      ],
    });
    const { refunds, orders } = orderOf(given({ captured_at: "2026-11-21T23:41:33.036Z", refunds: [refund] }));
    expect(refunds).toMatchObject([
      { externalId: "ref_1", orderExternalId: "order_1", amount: usd("3.5"), reason: "goodwill", status: "done" },
    ]);
    expect(orders[0]?.payments[0]?.status).toBe("partially_refunded");
    expect(theOrder(given({ canceled_at: "2026-11-21T23:41:33.036Z" })).payments[0]?.status).toBe("voided");
    expect(theOrder(given({})).payments[0]?.status).toBe("authorized");
  });

  it("is given back in part also where an answer leaves out what was captured", () => {
    const payments = [
      { id: "pay_1", amount: 10, captured_at: "2026-11-21T23:41:33.036Z", refunds: [{ id: "ref_1", amount: 3.5 }] },
    ];
    const payment_collections = [{ status: "completed", amount: 10, refunded_amount: 3.5, payments }];
    expect(theOrder({ payment_status: undefined, payment_collections })).toMatchObject({
      paymentStatus: "partially_refunded",
      payments: [{ status: "partially_refunded" }],
    });
  });
});

describe("a parcel", () => {
  const at = "2026-11-21T23:41:33.797Z";
  it.each([
    [{}, "pending"],
    [{ shipped_at: at }, "in_transit"],
    [{ shipped_at: at, delivered_at: at }, "delivered"],
    [{ shipped_at: null, canceled_at: at }, "cancelled"],
  ])("with %j is %s", (times, status) => {
    expect(orderOf({ fulfillments: [givenParcel("ful_1", times)] }).shipments).toMatchObject([
      {
        externalId: "ful_1",
        orderExternalId: "order_1",
        status,
        place: "sloc_1",
        lines: [{ orderLineExternalId: "ordli_1", quantity: 2 }],
      },
    ]);
  });

  it("has the carrier that we noted, or that its tracking page names", () => {
    const label = { tracking_number: "1Z", tracking_url: "https://www.ups.com/track?n=1Z" };
    const carrierOf = (more: object) => orderOf({ fulfillments: [givenParcel("ful_1", {}, { ...more })] }).shipments[0];
    expect(carrierOf({ labels: [label] })).toMatchObject({
      carrier: "ups",
      trackingNumber: "1Z",
      externalCarrier: "manual_manual",
    });
    expect(carrierOf({ labels: [label], metadata: { carrier: "dhl" } })).toMatchObject({ carrier: "dhl" });
    expect(carrierOf({ metadata: { carrier: "platform:Own" } })).toMatchObject({
      carrier: null,
      externalCarrier: "Own",
    });
    expect(carrierOf({ labels: [{ ...label, tracking_url: "https://track.example" }] })).toMatchObject({
      carrier: null,
    });
  });

  it("of a kit tells its line once", () => {
    const items = [
      { line_item_id: "ordli_1", sku: "A", quantity: 1 },
      { line_item_id: "ordli_1", sku: "B", quantity: 1 },
    ];
    expect(orderOf({ fulfillments: [givenParcel("ful_1", {}, { items })] }).shipments[0]?.lines).toEqual([
      { orderLineExternalId: "ordli_1", quantity: 1 },
    ]);
  });
});

describe("a listing", () => {
  const listingOf = (product: object) => {
    const payload = {
      id: "prod_1",
      title: "Tee",
      status: "published",
      options: [{ id: "opt_1", title: "Size" }],
      ...product,
    };
    const [listing] = adapter.listings.toUnified(rawOf(payload, "product@2"), CONTEXT).listings;
    if (!listing) throw new Error("no listing");
    return listing;
  };

  it("has variants with their price and what may still be sold at each location", () => {
    const prices = [
      { amount: "47", currency_code: "usd", rules: { region_id: "reg_1" } },
      { amount: "45", currency_code: "usd", min_quantity: 10, rules: {} },
      { amount: "45.99", currency_code: "eur", rules: {} },
      { amount: "49.5", currency_code: "usd", rules: {} },
    ];
    const { variants, status } = listingOf({
      variants: [givenVariant("v", { sloc_2: [3, 0], sloc_1: [24, 1] }, { prices })],
    });
    expect(status).toBe("active");
    expect(variants).toMatchObject([
      {
        externalId: "v",
        sellerCode: "TEE-S",
        options: { Size: "S" },
        price: usd("49.5"),
        quantity: 26,
        places: [
          { place: "sloc_1", quantity: 23 },
          { place: "sloc_2", quantity: 3 },
        ],
        active: true,
      },
    ]);
  });

  it("shows of a kit what its scarcest part allows, and of what is not counted nothing", () => {
    const part = (stocked: number, required_quantity: number) => ({
      ...givenVariant("p", { sloc_1: [stocked, 0] }).inventory_items[0],
      required_quantity,
    });
    const kit = givenVariant("kit", {}, { inventory_items: [part(10, 1), part(9, 4)] });
    const uncounted = givenVariant("u", { sloc_1: [5, 0] }, { manage_inventory: false });
    expect(listingOf({ variants: [kit, uncounted] }).variants.map(({ quantity }) => quantity)).toEqual([2, null]);
  });

  it.each([
    ["draft", [5, 0], {}, "draft"],
    ["proposed", [5, 0], {}, "under_review"],
    ["rejected", [5, 0], {}, "rejected"],
    ["published", [1, 1], {}, "out_of_stock"],
    ["published", [1, 2], { allow_backorder: true }, "active"],
    ["zz", [5, 0], {}, "unknown"],
  ])("that is %s with %j pieces and %j is %s", (status, level, more, expected) => {
    expect(
      listingOf({ status, variants: [givenVariant("v", { sloc_1: level as [number, number] }, more)] }).status,
    ).toBe(expected);
  });
});

describe("a dispute", () => {
  const disputeOf = (row: object, pending_difference = 0, refunded_total = 0) =>
    adapter.disputes.toUnified(
      rawOf({
        row: { order_id: "order_1", created_at: "2026-11-21T23:41:35.714Z", canceled_at: null, ...row },
        order: { id: "order_1", currency_code: "usd", summary: { pending_difference, refunded_total } },
      }),
      CONTEXT,
    ).disputes;
  const items = [{ item_id: "ordli_1", quantity: 1, reason: { label: "Damaged" } }];

  it.each([
    ["open", 0, "open_awaiting_seller", "seller"],
    ["requested", -46.25, "open_awaiting_buyer", "buyer"],
    ["partially_received", 0, "return_in_transit", null],
    ["received", -46.25, "open_awaiting_seller", "seller"],
    ["received", 0, "resolved_refunded", null],
    ["canceled", 0, "withdrawn", null],
    ["zz", 0, "unknown", null],
  ])("of a return that is %s with %s owed is %s", (status, owed, expected, turn) => {
    expect(disputeOf({ id: "return_1", status, items }, owed)).toMatchObject([
      {
        kind: "return_refund",
        status: expected,
        turn,
        externalReason: "Damaged",
        lines: [{ orderLineExternalId: "ordli_1", quantity: 1 }],
      },
    ]);
  });

  it.each([
    { id: "return_1", status: "received", items },
    { id: "claim_1", type: "refund", claim_items: items },
  ])("$id is not said to be paid back where its order was not read", (row) => {
    const payload = { row: { order_id: "order_1", created_at: "2026-11-21T23:41:35.714Z", ...row }, order: null };
    expect(adapter.disputes.toUnified(rawOf(payload), CONTEXT).disputes).toMatchObject([
      { status: "unknown", turn: null, closedAt: null, warnings: [{ code: "balance_missing" }] },
    ]);
  });

  it("of a return is in transit once it has a label", () => {
    const fulfillments = [{ labels: [{ tracking_number: "R1" }] }];
    expect(disputeOf({ id: "return_1", status: "requested", items, fulfillments })).toMatchObject([
      { status: "return_in_transit", returnTracking: { number: "R1" } },
    ]);
  });

  it.each([
    [{ type: "replace" }, 0, 0, "resolved_replaced"],
    [{ type: "refund" }, -5, 0, "open_awaiting_seller"],
    [{ type: "refund" }, 0, 0, "open_awaiting_seller"],
    [{ type: "refund" }, 0, 5, "resolved_refunded"],
    [{ type: "refund", refund_amount: 6 }, 0, 5, "open_awaiting_seller"],
    [{ type: "refund", return: { status: "requested" } }, 0, 0, "open_awaiting_seller"],
    [{ type: "refund", return: { status: "received" } }, 0, 0, "resolved_refunded"],
    [{ type: "refund", return: { status: "received" } }, -5, 5, "open_awaiting_seller"],
    [{ type: "refund", canceled_at: "2026-11-22T23:41:35.714Z" }, -5, 0, "withdrawn"],
  ])("of a claim %j with %s owed and %s given back is %s", (more, owed, refunded, status) => {
    const claim_items = [{ item_id: "ordli_1", quantity: 1, reason: "wrong_item" }];
    expect(disputeOf({ id: "claim_1", claim_items, ...more }, owed, refunded)).toMatchObject([
      { kind: "claim", status, externalReason: "wrong_item" },
    ]);
  });

  it.each([
    ["requested", "open_awaiting_buyer"],
    ["received", "resolved_replaced"],
  ])("of an exchange whose return is %s is %s", (status, expected) => {
    const exchange = {
      id: "oexc_1",
      additional_items: [{ item_id: "ordli_2", quantity: 1 }],
      return: { status, items },
    };
    expect(disputeOf(exchange)).toMatchObject([{ kind: "exchange", status: expected }]);
  });

  it("is none that was only begun, nor the return inside of another", () => {
    expect(disputeOf({ id: "claim_1", type: "replace", claim_items: [] })).toEqual([]);
    expect(disputeOf({ id: "oexc_1", additional_items: [], return: null })).toEqual([]);
    expect(disputeOf({ id: "return_1", status: "requested", items, exchange_id: "oexc_1" })).toEqual([]);
  });
});
