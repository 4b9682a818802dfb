import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { explainRejection } from "../../../src/core/ingest/mapping.ts";
import { checkTotals } from "../../../src/core/ingest/totals.ts";
import type { Order } from "../../../src/core/model/records.ts";
import { repaired } from "../../../src/core/model/repaired.ts";
import { lineStock } from "../../../src/core/stock/line-stock.ts";
import { CONTEXT, givenAdapter, givenOrder, rawOf } from "./stub.ts";

const { adapter } = givenAdapter();
const fixture = (name: string) => new URL(`../../fixtures/woocommerce/${name}`, import.meta.url);

function orderIn(name: string, settings: Record<string, unknown> = {}): Order {
  const [raw] = adapter.orders.parseFile(readFileSync(fixture(name)), CONTEXT);
  return adapter.orders.toUnified(raw!, { ...CONTEXT, settings }).orders[0]!;
}

function mapped(overrides: Record<string, unknown>, settings: Record<string, unknown> = {}): Order {
  return repaired(adapter.orders.toUnified(rawOf(givenOrder(overrides)), { ...CONTEXT, settings })).orders[0]!;
}

const line = (overrides: Record<string, unknown>) => ({
  id: 1,
  name: "One",
  product_id: 10,
  variation_id: 0,
  quantity: 2,
  subtotal: "20.00",
  total: "20.00",
  total_tax: "0.00",
  sku: "ONE",
  meta_data: [],
  ...overrides,
});
const meta = (key: string, value: unknown) => ({ id: 1, key, value });

describe("money", () => {
  it("keeps three digits of dinars and divides without a float", () => {
    const order = orderIn("orders/dinar-tax-inside.json");
    expect(order.lines[0]).toMatchObject({
      unitPrice: { amount: "3.166667", currency: "KWD" },
      discount: { amount: "0", currency: "KWD" },
      total: { amount: "9.5", currency: "KWD" },
    });
    expect(order.total).toEqual({ amount: "11.55", currency: "KWD" });
    expect(order.taxIncluded).toBe(false);
    expect(checkTotals(order)).toBeNull();
    expect(order.shipTo).toMatchObject({
      name: "Noor Fixture",
      city: "Salmiya",
      country: "KW",
      phone: "+965 5550 0000",
    });
  });

  it("reads yen without digits, a fee below zero as a discount, and Japanese names and options", () => {
    const order = orderIn("orders/yen.json");
    expect(order.total).toEqual({ amount: "12094", currency: "JPY" });
    expect(checkTotals(order)).toBeNull();
    expect(order.charges.find((charge) => charge.label === "Loyalty")).toMatchObject({
      kind: "discount",
      payer: "seller",
      amount: { amount: "-500" },
      inTotal: true,
    });
    expect(order.lines[0]).toMatchObject({
      title: "手ぬぐい & 風呂敷",
      options: "藍",
      sellerCode: null,
      listingExternalId: "600",
      variantExternalId: "601",
      discount: { amount: "5" },
    });
    expect(order.buyer).toMatchObject({ name: "見本太郎", externalId: null });
    expect(order.shipTo).toMatchObject({ name: "見本花子", company: "見本商店", lines: ["渋谷2-2", "3階"] });
    expect(order).toMatchObject({ status: "awaiting_payment", paymentStatus: "unpaid", deductsStockOn: "order" });
  });

  it.each([
    ["an even division", { quantity: 2, subtotal: "41.00", total: "36.90" }, "20.5", "4.1"],
    ["a line raised by hand", { quantity: 2, subtotal: "10.00", total: "15.00" }, "7.5", "0"],
    [
      "more digits than the currency has",
      { quantity: 3, subtotal: "10.0000001", total: "10.0000001" },
      "3.3333334",
      "0",
    ],
    ["a line of no units", { quantity: 0, subtotal: "0.00", total: "0.00" }, "0", "0"],
  ])("finds unit price and discount of %s", (_, parts, unitPrice, discount) => {
    const [first] = mapped({ line_items: [line(parts)] }).lines;
    expect([first?.unitPrice.amount, first?.discount.amount]).toEqual([unitPrice, discount]);
  });

  it("shows coupons without counting them again", () => {
    const order = mapped({
      total: "27.00",
      line_items: [line({ total: "17.00" }), line({ id: 2, quantity: 1, subtotal: "10", total: "10" })],
      coupon_lines: [{ code: "ten", discount: "3" }],
    });
    expect(order.charges[0]).toMatchObject({ label: "ten", amount: { amount: "-3" }, inTotal: false });
    expect(checkTotals(order)).toBeNull();
  });

  it("names fees by table and setting", () => {
    const fees = {
      total: "33.00",
      fee_lines: [
        { name: "Gift wrap", total: "1" },
        { name: "Ice", total: "2" },
      ],
    };
    const kinds = (order: Order) =>
      order.charges.filter((charge) => charge.kind !== "tax").map((charge) => charge.kind);
    expect(kinds(mapped(fees))).toEqual(["gift_wrap", "other"]);
    expect(kinds(mapped(fees, { fee_kinds: { ice: "service_fee" } }))).toEqual(["gift_wrap", "service_fee"]);
  });
});

describe("statuses", () => {
  it.each([
    [{ status: "pending", date_paid_gmt: null }, "awaiting_payment", "unpaid", "payment"],
    [{ status: "failed", date_paid_gmt: null }, "awaiting_payment", "unpaid", "payment"],
    [{ status: "on-hold", date_paid_gmt: null, payment_method: "bacs" }, "awaiting_payment", "unpaid", "order"],
    [{ status: "on-hold", date_paid_gmt: null, payment_method: "cheque" }, "awaiting_payment", "unpaid", "order"],
    [{ status: "on-hold", date_paid_gmt: null }, "on_hold", "unpaid", "order"],
    [{ status: "processing" }, "awaiting_shipment", "paid", "order"],
    [{ status: "processing", date_paid_gmt: null, payment_method: "cod" }, "awaiting_shipment", "unpaid", "order"],
    [{ status: "completed", date_completed_gmt: "2026-11-21T00:00:00" }, "completed", "paid", "order"],
    [{ status: "cancelled", date_paid_gmt: null }, "cancelled", "unpaid", "order"],
    [{ status: "cancelled" }, "cancelled", "paid", "order"],
    [{ status: "refunded", refunds: [{ id: 9, total: "-30.00" }] }, "cancelled", "refunded", "order"],
    [
      { status: "refunded", refunds: [{ id: 9, total: "-30.00" }], date_completed_gmt: "2026-11-21T00:00:00" },
      "completed",
      "refunded",
      "order",
    ],
    [{ status: "trash", date_paid_gmt: null }, "cancelled", "unpaid", "order"],
    [
      { status: "processing", refunds: [{ id: 9, total: "-5.00" }] },
      "awaiting_shipment",
      "partially_refunded",
      "order",
    ],
  ])("maps %j", (overrides, status, payment, deducts) => {
    const order = mapped(overrides);
    expect([order.status, order.paymentStatus, order.deductsStockOn]).toEqual([status, payment, deducts]);
    expect(order.warnings).toEqual([]);
  });

  it("gives no record for carts and drafts", () => {
    for (const status of ["checkout-draft", "auto-draft"])
      expect(adapter.orders.toUnified(rawOf(givenOrder({ status })), CONTEXT).orders).toEqual([]);
  });

  it("holds a plugin's status back with a warning until a setting names it", () => {
    expect(mapped({ status: "packed" })).toMatchObject({ status: "on_hold", warnings: [{ code: "unknown_status" }] });
    expect(mapped({ status: "wc-packed" }, { statuses: { packed: "awaiting_shipment" } })).toMatchObject({
      status: "awaiting_shipment",
      externalStatus: "packed",
      warnings: [],
    });
  });

  it("knows methods that authorise from a setting", () => {
    const order = mapped({ status: "on-hold", date_paid_gmt: null }, { authorizing_methods: ["card"] });
    expect(order.paymentStatus).toBe("authorized");
  });
});

describe("what has left", () => {
  const units = (order: Order) =>
    order.lines.map((item) => [
      item.fulfilmentStatus,
      item.shippedQuantity,
      item.cancelledQuantity,
      item.returnedQuantity,
    ]);

  it("follows the core's fulfilment status of an order", () => {
    const all = mapped({ meta_data: [meta("_fulfillment_status", "fulfilled")] });
    expect([all.status, units(all)[0]]).toEqual(["shipped", ["fulfilled", 2, 0, 0]]);
    const part = mapped({ meta_data: [meta("_fulfillment_status", "partially_fulfilled")] });
    expect([part.status, units(part)[0]]).toEqual(["partially_shipped", ["unknown", 0, 0, 0]]);
    expect(lineStock(part, part.lines[0]!)).toEqual({ held: 2, consumed: 0 });
  });

  it("takes a tracking plugin's number for the whole order, and our own note for its lines", () => {
    const plugin = [{ tracking_id: "t1", tracking_provider: "UPS", tracking_number: "1Z", date_shipped: "1795305506" }];
    const whole = adapter.orders.toUnified(
      rawOf(givenOrder({ meta_data: [meta("_wc_shipment_tracking_items", plugin)] })),
      CONTEXT,
    );
    expect(whole.orders[0]?.status).toBe("shipped");
    expect(whole.shipments).toMatchObject([
      { externalId: "500:t1", carrier: "ups", trackingNumber: "1Z", shippedAt: new Date(1795305506000), lines: [] },
    ]);
    const ours = [
      {
        key: "k",
        number: "1Z",
        carrier: "ups",
        url: null,
        at: "2026-11-21T00:00:00Z",
        lines: [{ id: "1", quantity: 1 }],
      },
    ];
    const noted = adapter.orders.toUnified(
      rawOf(
        givenOrder({ meta_data: [meta("_wc_shipment_tracking_items", plugin), meta("_tallyport_shipments", ours)] }),
      ),
      CONTEXT,
    );
    expect(noted.shipments.length).toBe(1);
    expect(noted.shipments[0]?.lines).toEqual([{ orderLineExternalId: "1", quantity: 1 }]);
    expect(noted.orders[0]?.status).toBe("partially_shipped");
    expect(units(noted.orders[0]!)).toEqual([
      ["partially_fulfilled", 1, 0, 0],
      ["unfulfilled", 0, 0, 0],
    ]);
  });

  it("releases restocked units that had not left, and counts those that had as returned", () => {
    const items = [line({ meta_data: [meta("_restock_refunded_items", "1")] })];
    expect(units(mapped({ line_items: items }))).toEqual([["unfulfilled", 0, 1, 0]]);
    expect(units(mapped({ line_items: items, status: "completed" }))).toEqual([["fulfilled", 2, 0, 1]]);
  });

  it("keeps what had left consumed when a completed order goes to the bin", () => {
    const order = mapped({ status: "trash", meta_data: [meta("_wp_trash_meta_status", "wc-completed")] });
    expect(lineStock(order, order.lines[0]!)).toEqual({ held: 0, consumed: 2 });
  });
});

describe("fulfilments", () => {
  it("whose state no table knows are unknown with a warning, unless the flag says that the goods have left", () => {
    const { adapter } = givenAdapter();
    const shipment = (status: string, is_fulfilled: boolean) => {
      const fulfillments = [{ id: 7, entity_id: "500", status, is_fulfilled, meta_data: [] }];
      const raw = { ...rawOf({ order_id: 500, fulfillments }), form: "fulfillments@wc/v3" };
      return adapter.shipments.toUnified(raw, CONTEXT).shipments[0];
    };
    expect(shipment("packed", false)).toMatchObject({ status: "unknown", warnings: [{ code: "unknown_status" }] });
    expect(shipment("packed", true)).toMatchObject({ status: "in_transit", warnings: [] });
    expect(shipment("unfulfilled", false)).toMatchObject({ status: "pending", warnings: [] });
  });
});

describe("what PHP and plugins do to documents", () => {
  it("reads warnings before the JSON, lists as objects, text as numbers, entities and long numbers", () => {
    const order = orderIn("orders/quirks.txt");
    expect(order).toMatchObject({
      externalId: "9200",
      externalNumber: "WEB/9200",
      parentExternalId: null,
      externalStatus: "packed",
      total: { amount: "25", currency: "EUR" },
      notes: { buyer: "bitte → Hof" },
      shipTo: { name: "Jörg O'Hara & Söhne", postcode: "89073" },
      lines: [{ title: "Gone – thing", quantity: 3, listingExternalId: null, sellerCode: null }],
    });
    expect(order.warnings.map((warning) => warning.code)).toEqual([
      "unknown_status",
      "fractional_quantity",
      "product_gone",
    ]);
    expect(checkTotals(order)).toBeNull();
  });

  it("keeps numbers beyond 53 bits in the document as they were sent", () => {
    const [raw] = adapter.orders.parseFile(readFileSync(fixture("orders/quirks.txt")), CONTEXT);
    expect(JSON.stringify(raw?.payload)).toContain('"ref":"12345678901234567890"');
  });

  it("gives an id and a version from the raw document", () => {
    const [raw] = adapter.orders.parseFile(new TextEncoder().encode(JSON.stringify(givenOrder())), CONTEXT);
    expect(raw).toMatchObject({
      externalId: "500",
      sourceUpdatedAt: new Date("2026-11-20T10:00:00Z"),
      sourceVersion: "2026-11-20T10:00:00/processing/30.00",
    });
  });

  it("passes no buyer on after an erasure", () => {
    const order = mapped({ meta_data: [meta("_anonymized", "yes")], customer_note: "left" });
    expect([order.buyer, order.shipTo, order.notes.buyer]).toEqual([null, null, null]);
  });

  it("rejects what is no order with a sentence, and a broken order alone", () => {
    const bytes = new TextEncoder().encode('{"id":1,"regular_price":"1","stock_status":"instock"}');
    expect(() => adapter.orders.parseFile(bytes, CONTEXT)).toThrow("the file holds no order");
    expect(() => mapped({ date_created_gmt: "yesterday" })).toThrow();
  });
});

describe("what must not sink an order", () => {
  const codes = (order: Order) => order.warnings.map((warning) => warning.code);

  it("drops meta data without a key", () => {
    const order = mapped({
      meta_data: [{ id: 5, value: "nokey" }, null, meta("_tallyport_memo", "ours"), { key: 7, value: 1 }],
    });
    expect(order.notes.seller).toBe("ours");
  });

  it.each(["date_paid_gmt", "date_completed_gmt", "date_modified_gmt"])("takes a year 1 in %s for none", (field) => {
    const order = mapped({ [field]: "0001-01-01T00:00:00" });
    expect(codes(order)).toEqual(["date_unclear"]);
    expect(order.warnings[0]?.detail).toContain(field);
    expect(codes(mapped({ [field]: "-0001-11-30T00:00:00" }))).toEqual(["date_unclear"]);
    expect(codes(mapped({ [field]: "0000-00-00T00:00:00" }))).toEqual([]);
  });

  it("reads local times in the store's zone where UTC is missing", () => {
    const payload = givenOrder({
      date_created: "2026-11-20T05:00:00",
      date_created_gmt: null,
      date_paid: "2026-11-20T05:01:00",
      date_paid_gmt: undefined,
    });
    const [order] = adapter.orders.toUnified(rawOf(payload), { ...CONTEXT, timeZone: "America/New_York" }).orders;
    expect(order).toMatchObject({
      placedAt: new Date("2026-11-20T10:00:00Z"),
      paidAt: new Date("2026-11-20T10:01:00Z"),
      paymentStatus: "paid",
      warnings: [{ code: "local_time", detail: expect.stringContaining("America/New_York") }],
    });
    expect(issuesOf({ date_created_gmt: null })).toEqual([{ path: "date_created_gmt", message: expect.any(String) }]);
  });

  it("repairs text that no database takes, in every field, and says so", () => {
    const order = mapped({
      number: "n\ud83d",
      status: "pro\u0000c",
      customer_note: "a &#xD83D; b",
      payment_method_title: "t\u0000",
      line_items: [line({ name: "x\udc00", sku: "s\u0000k" })],
      billing: { last_name: "O\u0000" },
    });
    expect(order).toMatchObject({
      externalNumber: "n\ufffd",
      externalStatus: "pro\ufffdc",
      notes: { buyer: "a \ufffd b" },
      extra: { payment_method_title: "t\ufffd" },
      lines: [{ title: "x\ufffd", sellerCode: "s\ufffdk" }],
      buyer: { name: "O\ufffd" },
    });
    expect(codes(order)).toContain("text_repaired");
    expect(JSON.stringify(order)).not.toMatch(/\\u0000|\\ud83d|\\udc00/);
    const whole = mapped({ customer_note: "🙏 &#55357;&#56911; &#x1F64F;" });
    expect([whole.notes.buyer, codes(whole)]).toEqual(["🙏 🙏 🙏", []]);
  });

  it("refuses a currency that is none, with its path and what to do", () => {
    expect(issuesOf({ currency: "DOGEE" })).toEqual([
      { path: "currency", message: expect.stringContaining("correct the order's currency in the shop") },
    ]);
  });

  it("decodes the names of letters, small and capital", () => {
    expect(
      mapped({ line_items: [line({ name: "&Auml;pfel &eacute; &frac12; &ETH; &yuml; &toString; &notaname;" })] })
        .lines[0]?.title,
    ).toBe("Äpfel é ½ Ð ÿ &toString; &notaname;");
  });

  function issuesOf(overrides: Record<string, unknown>) {
    try {
      mapped(overrides);
    } catch (error) {
      return explainRejection(error).issues;
    }
    return null;
  }
});

describe("what is said rather than invented", () => {
  const codes = (order: Order) => order.warnings.map((warning) => warning.code);

  it.each([[""], [undefined], [null]])("knows neither total nor payment where the total is %j", (total) => {
    const order = mapped({ total });
    expect(order).toMatchObject({ total: null, paid: null, payments: [], paymentStatus: "paid" });
    expect(codes(order)).toEqual(["total_missing"]);
    expect(mapped({ total, refunds: [{ id: 9, total: "-5.00" }] })).toMatchObject({
      paymentStatus: "unknown",
      paid: null,
    });
  });

  it.each([[-1], [""], [undefined], ["-0.5"]])(
    "holds nothing for a quantity of %j, and makes up no discount",
    (quantity) => {
      const order = mapped({ total: "20.00", line_items: [line({ quantity })] });
      expect(order.lines[0]).toMatchObject({
        quantity: 0,
        unitPrice: { amount: "0" },
        discount: { amount: "0" },
        total: { amount: "20" },
      });
      expect(codes(order)).toEqual(["quantity_unclear"]);
    },
  );

  it("says where the currency is the store's, and writes every amount in capitals", () => {
    for (const currency of ["", null, undefined])
      expect(mapped({ currency })).toMatchObject({ currency: "USD", warnings: [{ code: "currency_missing" }] });
    const small = mapped({ currency: "eur", refunds: [{ id: 9, total: "-5.00" }] });
    expect(small).toMatchObject({ currency: "EUR", refunded: { amount: "5", currency: "EUR" }, warnings: [] });
    expect(JSON.stringify(small)).not.toContain('"eur"');
  });

  it("takes an order in work that costs nothing for paid, and one that costs something for unpaid", () => {
    const free = { status: "processing", date_paid_gmt: null, coupon_lines: [{ code: "free", discount: 20 }] };
    expect(mapped({ ...free, total: "0.00", line_items: [line({ total: "0.00" })] })).toMatchObject({
      paymentStatus: "paid",
      paid: { amount: "0" },
      warnings: [],
    });
    expect(mapped({ ...free, total: "0.01" }).paymentStatus).toBe("unpaid");
    expect(mapped({ ...free, total: "0.00", status: "pending" }).paymentStatus).toBe("unpaid");
  });

  it("reads a refund above zero as money given back", () => {
    const order = mapped({ refunds: [{ id: 9, total: "5.00" }] });
    expect(order).toMatchObject({ refunded: { amount: "5" }, paymentStatus: "partially_refunded" });
    expect(codes(order)).toEqual(["refund_above_zero"]);
  });

  it("says that more was refunded than paid", () => {
    const order = mapped({ refunds: [{ id: 9, total: "-50.00" }] });
    expect(order).toMatchObject({ refunded: { amount: "50" }, paymentStatus: "refunded" });
    expect(codes(order)).toEqual(["refund_exceeds_total"]);
    expect(codes(mapped({ total: "-1.00" }))).toEqual([]);
  });
});

describe("files", () => {
  const parse = (value: unknown) =>
    adapter.orders.parseFile(
      value instanceof Uint8Array
        ? value
        : new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value)),
      CONTEXT,
    );

  it.each([
    [{ id: null }, "it has no id"],
    [{ id: undefined }, "it has no id"],
    [{ id: 0 }, "its id is no whole number above zero"],
    [{ id: -5 }, "its id is no whole number above zero"],
    [{ id: "1.5" }, "its id is no whole number above zero"],
    [{ id: { a: 1 } }, "its id is neither a number nor text"],
    [{ id: "k".repeat(65) }, "its id is longer than 64 characters"],
    [{ id: "1\u0000" }, "its id holds characters that no id has"],
    [{ line_items: undefined }, "it has no line_items"],
    [{ refunded_by: 1 }, "it is a refund"],
  ])("sets the row %j aside, and reads the others", (overrides, reason) => {
    const documents = parse([givenOrder({ id: 1 }), givenOrder(overrides), givenOrder({ id: 2 })]);
    expect(documents.map(({ externalId }) => externalId)).toEqual(["1", expect.stringMatching(/^row:/), "2"]);
    expect(() => adapter.orders.toUnified(documents[1]!, CONTEXT)).toThrow(`row 2 is no order: ${reason}`);
    expect(() => parse(givenOrder(overrides))).toThrow(`the file holds no order: ${reason}`);
  });

  it("sets rows aside that are no objects, or recorded failures", () => {
    const failure = { request: { path: "/orders/9" }, status: 500, body: { code: "x", message: "m", data: null } };
    const refusal = { code: "woocommerce_rest_cannot_view", message: "Sorry", data: { status: 401 } };
    const documents = parse([null, 5, failure, refusal, givenOrder({ id: 1 })]);
    const reasons = documents.slice(0, 4).map((raw) => {
      try {
        return adapter.orders.toUnified(raw, CONTEXT);
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(reasons).toEqual([
      "row 1 is no order: it is null",
      "row 2 is no order: it is no JSON object",
      "row 3 is no order: it is a recorded answer of HTTP 500",
      "row 4 is no order: it is an error answer, woocommerce_rest_cannot_view",
    ]);
    expect(documents[4]?.externalId).toBe("1");
  });

  it("says that a file is not UTF-8 and what to do", () => {
    const text = JSON.stringify(givenOrder({ number: "Café" }));
    expect(() => parse(Uint8Array.from(Buffer.from(text, "latin1")))).toThrow(/not UTF-8.*iconv -f ISO-8859-1/);
    for (const mark of ["", "\ufeff"])
      expect(() => parse(Uint8Array.from(Buffer.from(mark + JSON.stringify(givenOrder()), "utf16le")))).toThrow(
        /not UTF-8.*iconv -f UTF-16/,
      );
    expect(() => parse(Uint8Array.from([0, 159, 146, 150, 255, 7]))).toThrow("not UTF-8");
  });
});
