import { describe, expect, it } from "vitest";
import type { PushItem } from "../../../src/core/adapter.ts";
import { givenAdapter, givenStore, type Sent, SIGNAL } from "./stub.ts";

const item = (variantExternalId: string, value: string, overrides: Partial<PushItem> = {}): PushItem => ({
  key: `key-${variantExternalId}`,
  listingExternalId: variantExternalId,
  variantExternalId,
  sellerCode: null,
  codes: {},
  place: null,
  value,
  currency: null,
  observed: null,
  idempotencyKey: `push-${variantExternalId}`,
  ...overrides,
});

const updates = (request: Sent) => (request.body as { update: Record<string, unknown>[] }).update;
const echo = (request: Sent) => ({ body: { update: updates(request).map((row) => ({ ...row })) } });

describe("stock", () => {
  it("sends simple products in one call and variations in one per product, zero included, never with _fields", async () => {
    const { adapter, sent } = givenAdapter(echo);
    const items = [
      item("10", "38"),
      item("12", "0", { listingExternalId: "11" }),
      item("20", "5"),
      item("13", "4", { listingExternalId: "11" }),
    ];
    const outcomes = await adapter.stock.set(givenStore(), items, SIGNAL);
    expect(sent.map((request) => [request.path, updates(request)])).toEqual([
      [
        "/wp-json/wc/v3/products/batch",
        [
          { id: 10, manage_stock: true, stock_quantity: 38 },
          { id: 20, manage_stock: true, stock_quantity: 5 },
        ],
      ],
      [
        "/wp-json/wc/v3/products/11/variations/batch",
        [
          { id: 12, manage_stock: true, stock_quantity: 0 },
          { id: 13, manage_stock: true, stock_quantity: 4 },
        ],
      ],
    ]);
    expect(sent.every((request) => !("_fields" in request.query))).toBe(true);
    expect(outcomes.map((outcome) => [outcome.key, outcome.outcome])).toEqual([
      ["key-10", "accepted"],
      ["key-12", "accepted"],
      ["key-20", "accepted"],
      ["key-13", "accepted"],
    ]);
  });

  it("keeps what was applied beside what was refused, ignored, or left out of the answer", async () => {
    const { adapter } = givenAdapter(() => ({
      body: {
        update: [
          { id: 10, manage_stock: true, stock_quantity: 38 },
          {
            id: 99,
            error: { code: "woocommerce_rest_product_invalid_id", message: "Invalid ID.", data: { status: 400 } },
          },
          {
            id: 12,
            error: {
              code: "woocommerce_rest_invalid_product_id",
              message:
                "To manipulate product variations you should use the /products/&lt;product_id&gt;/variations/&lt;id&gt; endpoint.",
              data: { status: 404 },
            },
          },
          { id: 30, manage_stock: false, stock_quantity: null },
        ],
      },
    }));
    const items = [item("10", "38"), item("99", "1"), item("12", "9"), item("30", "2"), item("40", "1")];
    const outcomes = await adapter.stock.set(givenStore(), items, SIGNAL);
    expect(
      outcomes.map((outcome) =>
        "error" in outcome ? `${outcome.outcome} ${outcome.error.category}` : outcome.outcome,
      ),
    ).toEqual(["accepted", "rejected not_found", "rejected invalid_request", "rejected conflict", "unknown transient"]);
    const platformMessage = outcomes.flatMap((outcome) =>
      "error" in outcome ? [outcome.error.platformMessage] : [],
    )[1];
    expect(platformMessage).toContain("/products/<product_id>/variations/<id>");
  });

  it("throws when its only call fails, and tells what is known when one of several does", async () => {
    const down = { status: 503, text: "<html>Service Unavailable</html>", headers: { "content-type": "text/html" } };
    const { adapter } = givenAdapter((request) => (request.path.includes("variations") ? down : echo(request)));
    const variation = item("12", "3", { listingExternalId: "11" });
    await expect(adapter.stock.set(givenStore(), [variation], SIGNAL)).rejects.toMatchObject({ category: "transient" });
    const outcomes = await adapter.stock.set(givenStore(), [item("10", "1"), variation], SIGNAL);
    expect(outcomes.map((outcome) => outcome.outcome)).toEqual(["accepted", "unknown"]);
  });

  it("sends nothing more after a throttled call", async () => {
    const { adapter, sent } = givenAdapter(() => ({ status: 429, body: {} }));
    const items = [item("10", "1"), item("12", "1", { listingExternalId: "11" })];
    const outcomes = await adapter.stock.set(givenStore(), items, SIGNAL);
    expect(outcomes.map((outcome) => outcome.outcome)).toEqual(["unknown", "unknown"]);
    expect(sent.length).toBe(1);
  });

  it("reads quantities back, null where none is counted", async () => {
    const { adapter } = givenAdapter(({ path }) => ({
      body: path.includes("variations")
        ? [{ id: 12, manage_stock: "parent", stock_quantity: 100 }]
        : [{ id: 10, manage_stock: false, stock_quantity: null }],
    }));
    const items = [item("10", ""), item("12", "", { listingExternalId: "11" }), item("77", "")];
    expect(await adapter.stock.read?.(givenStore(), items, SIGNAL)).toEqual([
      { key: "key-10", value: null },
      { key: "key-12", value: "100" },
      { key: "key-77", value: null },
    ]);
  });
});

describe("prices", () => {
  it("sends text, compares by value, and refuses a foreign currency", async () => {
    const { adapter, sent } = givenAdapter(() => ({
      body: {
        update: [
          { id: 10, regular_price: "49.00" },
          { id: 11, regular_price: "" },
        ],
      },
    }));
    const items = [
      item("10", "49", { currency: "USD" }),
      item("20", "5", { currency: "EUR" }),
      item("11", "8", { currency: "USD" }),
    ];
    const outcomes = await adapter.prices.set(givenStore(), items, SIGNAL);
    expect(updates(sent[0]!)).toEqual([
      { id: 10, regular_price: "49" },
      { id: 11, regular_price: "8" },
    ]);
    expect(outcomes.map((outcome) => [outcome.key, outcome.outcome])).toEqual([
      ["key-10", "accepted"],
      ["key-20", "rejected"],
      ["key-11", "rejected"],
    ]);
  });
});
