/** Quantities and prices. */
import { describe, expect, it } from "vitest";
import { byName, gid, givenAdapter, givenStore, itemOf, page, type Sent, SIGNAL } from "./stub.ts";

const level = (place: number, quantity: number, isActive = true) => ({
  id: gid("InventoryLevel", place),
  isActive,
  location: { id: gid("Location", place) },
  quantities: [{ name: "available", quantity }],
});
const stockOf = (userErrors: object[]) => ({
  inventorySetQuantities: {
    inventoryAdjustmentGroup: userErrors.length ? null : { id: gid("InventoryAdjustmentGroup", 1) },
    userErrors,
  },
});
const rowError = (place: number, code: string) => ({
  code,
  field: ["input", "quantities", String(place), "quantity"],
  message: "no",
});

describe("stock", () => {
  it("sets what is available at a location, where it still is what was observed, under one key for one value", async () => {
    const { adapter, sent } = givenAdapter(byName({ StockPush: stockOf([]) }));
    const items = [itemOf("1", "38", { observed: "40" }), itemOf("2", "0")];
    for (const _ of [1, 2])
      expect(await adapter.stock.set(givenStore(), items, SIGNAL)).toEqual([
        { key: "1", outcome: "accepted", shown: "38" },
        { key: "2", outcome: "accepted", shown: "0" },
      ]);
    expect(sent[0]?.variables.input).toEqual({
      name: "available",
      reason: "correction",
      quantities: [
        {
          inventoryItemId: gid("InventoryItem", 1),
          locationId: gid("Location", 71),
          quantity: 38,
          changeFromQuantity: 40,
        },
        {
          inventoryItemId: gid("InventoryItem", 2),
          locationId: gid("Location", 71),
          quantity: 0,
          changeFromQuantity: null,
        },
      ],
    });
    expect(sent[0]?.query).toContain("@idempotent(key: $key)");
    expect(sent[1]?.variables.key).toBe(sent[0]?.variables.key);
    await adapter.stock.set(givenStore(), [itemOf("1", "37", { observed: "40" })], SIGNAL);
    expect(sent[2]?.variables.key).not.toBe(sent[0]?.variables.key);
  });

  it("S20 sends the same quantity under another key where it is wanted anew", async () => {
    const { adapter, sent } = givenAdapter(byName({ StockPush: stockOf([]) }));
    for (const [version, value] of ["1", "0", "1", "0"].entries())
      await adapter.stock.set(givenStore(), [itemOf("1", value, { idempotencyKey: `offer/${version}` })], SIGNAL);
    expect(new Set(sent.map(({ variables }) => variables.key)).size).toBe(4);
  });

  it("tells which of the items a refusal names, beside those that were not sent", async () => {
    const { adapter } = givenAdapter(byName({ StockPush: stockOf([rowError(1, "CHANGE_FROM_QUANTITY_STALE")]) }));
    const items = [itemOf("1", "5", { codes: {} }), itemOf("2", "5"), itemOf("3", "5", { observed: "9" })];
    await expect(adapter.stock.set(givenStore(), items, SIGNAL)).rejects.toMatchObject({
      category: "conflict",
      platformCode: "CHANGE_FROM_QUANTITY_STALE",
      issues: [{ path: expect.stringMatching(/^items\.2\b/) }],
    });
  });

  it.each([
    ["INVALID_INVENTORY_ITEM", "not_found"],
    ["INVALID_QUANTITY_TOO_HIGH", "invalid_request"],
    ["IDEMPOTENCY_CONCURRENT_REQUEST", "transient"],
    ["IDEMPOTENCY_KEY_PARAMETER_MISMATCH", "invalid_request"],
  ])("tells %s as %s", async (code, category) => {
    const { adapter } = givenAdapter(byName({ StockPush: stockOf([rowError(0, code)]) }));
    const told = await adapter.stock.set(givenStore(), [itemOf("1", "5")], SIGNAL).catch((error) => [{ error }]);
    expect(told).toMatchObject([{ error: { category } }]);
  });

  it("gives an item a level at a location that has never held it", async () => {
    const { adapter, sent } = givenAdapter(
      byName({
        StockPush: stockOf([rowError(0, "ITEM_NOT_STOCKED_AT_LOCATION")]),
        StockActivate: { inventoryActivate: { inventoryLevel: { id: gid("InventoryLevel", 1) }, userErrors: [] } },
      }),
    );
    expect(await adapter.stock.set(givenStore(), [itemOf("1", "5")], SIGNAL)).toMatchObject([{ outcome: "accepted" }]);
    expect(sent[1]?.variables).toMatchObject({ item: gid("InventoryItem", 1), loc: gid("Location", 71), available: 5 });
  });

  it("takes another key where the one of this value is spent, so that a value that failed once is not lost", async () => {
    const keys: unknown[] = [];
    const { adapter } = givenAdapter(
      byName({
        StockPush: ({ variables }: Sent) => {
          keys.push(variables.key);
          return stockOf(keys.length === 1 ? [rowError(0, "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED")] : []);
        },
      }),
    );
    expect(await adapter.stock.set(givenStore(), [itemOf("1", "0")], SIGNAL)).toMatchObject([{ outcome: "accepted" }]);
    expect(new Set(keys).size).toBe(2);
  });

  it("reads an item's quantities at all its places", async () => {
    const at = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => level(from + index, from + index));
    const { adapter } = givenAdapter(
      byName({
        StockById: {
          nodes: [{ id: gid("InventoryItem", 1), tracked: true, inventoryLevels: page(at(0, 20), "l20") }],
        },
        ItemLevels: ({ variables }: Sent) => ({
          inventoryItem: { inventoryLevels: variables.after === "l20" ? page(at(20, 60), "l60") : page(at(60, 80)) },
        }),
      }),
    );
    expect(await adapter.stock.read?.(givenStore(), [itemOf("1", "0")], SIGNAL)).toEqual([{ key: "1", value: "71" }]);
  });

  it("asks for a location where a shop has several, and takes the only one", async () => {
    const { adapter, sent } = givenAdapter(byName({ StockPush: stockOf([]) }));
    const item = itemOf("1", "5", { place: null });
    expect(await adapter.stock.set(givenStore(), [item], SIGNAL)).toMatchObject([{ outcome: "rejected" }]);
    expect(sent).toEqual([]);
    await adapter.stock.set(givenStore({ facts: { default_location: gid("Location", 5) } }), [item], SIGNAL);
    expect(sent[0]?.variables.input).toMatchObject({ quantities: [{ locationId: gid("Location", 5) }] });
  });

  it("reads back by location; what is not counted shows nothing", async () => {
    const nodes = [
      { id: gid("InventoryItem", 1), tracked: true, inventoryLevels: { nodes: [level(70, 3), level(71, -2)] } },
      { id: gid("InventoryItem", 2), tracked: false, inventoryLevels: { nodes: [level(71, 9)] } },
    ];
    const { adapter } = givenAdapter(byName({ StockById: { nodes } }));
    const items = [itemOf("1", "0"), itemOf("2", "0"), itemOf("3", "0")];
    expect(await adapter.stock.read?.(givenStore(), items, SIGNAL)).toEqual([
      { key: "1", value: "-2" },
      { key: "2", value: null },
      { key: "3", value: null },
    ]);
  });
});

describe("prices", () => {
  const answerOf = (rows: Record<string, string>, userErrors: object[] = []) => ({
    productVariantsBulkUpdate: {
      productVariants: Object.entries(rows).map(([id, price]) => ({ id: gid("ProductVariant", id), price })),
      userErrors,
    },
  });

  it("sets those of a product in one call, and keeps good rows beside refused ones", async () => {
    const userErrors = [{ code: "NEGATIVE_PRICE_VALUE", field: ["variants", "1", "price"], message: "no" }];
    const { adapter, sent } = givenAdapter(byName({ PricePush: answerOf({ 1: "24.90" }, userErrors) }));
    const items = [itemOf("0", "5", { currency: "EUR" }), itemOf("1", "24.9"), itemOf("2", "1"), itemOf("3", "2")];
    expect(await adapter.prices.set(givenStore(), items, SIGNAL)).toMatchObject([
      { key: "0", outcome: "rejected" },
      { key: "1", outcome: "accepted", shown: "24.9" },
      { key: "2", outcome: "rejected", error: { category: "invalid_request" } },
      { key: "3", outcome: "unknown" },
    ]);
    expect(sent[0]?.variables).toEqual({
      productId: gid("Product", 1),
      variants: ["1", "2", "3"].map((id, at) => ({ id: gid("ProductVariant", id), price: ["24.9", "1", "2"][at] })),
    });
    expect(sent[0]?.query).toContain("allowPartialUpdates: true");
  });

  it("refuses each row for its own reason", async () => {
    const userErrors = [
      { code: "NEGATIVE_PRICE_VALUE", field: ["variants", "0", "price"], message: "no" },
      { code: "PRODUCT_VARIANT_DOES_NOT_EXIST", field: ["variants", "1", "id"], message: "gone" },
    ];
    const { adapter } = givenAdapter(byName({ PricePush: answerOf({}, userErrors) }));
    expect(await adapter.prices.set(givenStore(), [itemOf("1", "1"), itemOf("2", "2")], SIGNAL)).toMatchObject([
      { outcome: "rejected", error: { category: "invalid_request", platformCode: "NEGATIVE_PRICE_VALUE" } },
      { outcome: "rejected", error: { category: "not_found", platformCode: "PRODUCT_VARIANT_DOES_NOT_EXIST" } },
    ]);
  });

  it("throws what concerns the product, and reads back", async () => {
    const gone = { code: "PRODUCT_DOES_NOT_EXIST", field: ["productId"], message: "no" };
    const { adapter } = givenAdapter(
      byName({
        PricePush: answerOf({}, [gone]),
        PricesById: ({ variables }: Sent) => ({
          nodes: (variables.ids as string[]).map((id, at) => (at === 0 ? { id, price: "24.90" } : null)),
        }),
      }),
    );
    const items = [itemOf("1", "24.9"), itemOf("2", "1")];
    await expect(adapter.prices.set(givenStore(), items, SIGNAL)).rejects.toMatchObject({ category: "not_found" });
    expect(await adapter.prices.read?.(givenStore(), items, SIGNAL)).toEqual([
      { key: "1", value: "24.9" },
      { key: "2", value: null },
    ]);
  });
});
