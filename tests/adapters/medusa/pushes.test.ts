/** Quantities and prices: what is read before, what is written, and what is told of it. */
import { describe, expect, it } from "vitest";
import { givenAdapter, givenPush, givenStore, givenVariant, isGet, listOf, SIGNAL, writes } from "./stub.ts";

describe("quantities", () => {
  const shop = (...variants: object[]) =>
    givenAdapter((call) => {
      if (isGet(call)) return listOf("variants", variants);
      const { create, update } = call.body as Record<"create" | "update", object[]>;
      return { created: create, updated: update, deleted: [] };
    });
  const level = (location_id: string, stocked_quantity: number, inventory_item_id = "iitem_variant_1") => ({
    inventory_item_id,
    location_id,
    stocked_quantity,
  });

  it("are written with what is reserved added, in one call, and zero too", async () => {
    const { adapter, sent } = shop(
      givenVariant("variant_1", { sloc_1: [24, 4] }),
      givenVariant("variant_2", { sloc_1: [5, 1] }),
    );
    const items = [givenPush("15", { place: "sloc_1" }), givenPush("0", { key: "b", variantExternalId: "variant_2" })];
    expect(await adapter.stock.set(givenStore(), items, SIGNAL)).toMatchObject([
      { key: "k", outcome: "accepted", shown: "15" },
      { key: "b", outcome: "accepted", shown: "0" },
    ]);
    expect(sent[0]?.query).toMatchObject({ "id[]": ["variant_1", "variant_2"], limit: ["2"] });
    expect(writes(sent)).toEqual([
      [
        "/admin/inventory-items/location-levels/batch",
        { create: [], update: [level("sloc_1", 19), level("sloc_1", 1, "iitem_variant_2")], delete: [] },
      ],
    ]);
  });

  it.each<[string, [string, number][], string]>([
    ["10", [["sloc_1", 9]], "takes what is left beside the others"],
    [
      "2",
      [
        ["sloc_2", 2],
        ["sloc_1", 2],
      ],
      "lowers the others where they hold more",
    ],
    [
      "0",
      [
        ["sloc_2", 0],
        ["sloc_1", 2],
      ],
      "empties all",
    ],
  ])("of a variant's sum %s: one location %3$s", async (value, expected, _) => {
    const { adapter, sent } = shop(givenVariant("variant_1", { sloc_1: [24, 2], sloc_2: [3, 0] }));
    await adapter.stock.set(givenStore({ settings: { stock_location: "sloc_1" } }), [givenPush(value)], SIGNAL);
    expect(writes(sent)[0]?.[1]).toMatchObject({ update: expected.map(([location, count]) => level(location, count)) });
  });

  it("make a level where there is none, at the store's location", async () => {
    const { adapter, sent } = shop(givenVariant("variant_1", {}));
    const store = givenStore({ facts: { default_location: "sloc_9" } });
    expect(await adapter.stock.set(store, [givenPush("7")], SIGNAL)).toMatchObject([{ outcome: "accepted" }]);
    expect(writes(sent)[0]?.[1]).toEqual({ create: [level("sloc_9", 7)], update: [], delete: [] });
  });

  it("of several pieces in one are written as pieces", async () => {
    const variant = givenVariant("variant_1", { sloc_1: [0, 3] });
    Object.assign(variant.inventory_items[0] ?? {}, { required_quantity: 6 });
    const { adapter, sent } = shop(variant);
    await adapter.stock.set(givenStore(), [givenPush("2")], SIGNAL);
    expect(writes(sent)[0]?.[1]).toMatchObject({ update: [level("sloc_1", 15)] });
  });

  it("S24: that cannot be set harm no other", async () => {
    const kit = givenVariant("kit", { sloc_1: [5, 0] });
    kit.inventory_items.push(...givenVariant("part", { sloc_1: [5, 0] }).inventory_items);
    const { adapter, sent } = shop(
      givenVariant("variant_1", { sloc_1: [5, 0] }),
      kit,
      givenVariant("uncounted", { sloc_1: [5, 0] }, { manage_inventory: false }),
      givenVariant("nowhere", {}),
    );
    const of = (variantExternalId: string) => givenPush("4", { key: variantExternalId, variantExternalId });
    const items = ["gone", "kit", "uncounted", "nowhere", "variant_1"].map(of);
    const outcomes = await adapter.stock.set(givenStore(), items, SIGNAL);
    expect(
      outcomes.map((outcome) => [outcome.key, "error" in outcome ? outcome.error.category : outcome.outcome]),
    ).toEqual([
      ["gone", "not_found"],
      ["kit", "invalid_request"],
      ["uncounted", "conflict"],
      ["nowhere", "invalid_request"],
      ["variant_1", "accepted"],
    ]);
    expect(writes(sent)).toHaveLength(1);
  });

  it("that the answer does not confirm are unknown", async () => {
    const { adapter } = givenAdapter((call) =>
      isGet(call)
        ? listOf("variants", [givenVariant("variant_1", { sloc_1: [5, 0] })])
        : { created: [], updated: [level("sloc_1", 5)] },
    );
    await expect(adapter.stock.set(givenStore(), [givenPush("4")], SIGNAL)).rejects.toMatchObject({
      category: "transient",
      maybeApplied: true,
    });
  });

  it("are read back by location, or as their sum", async () => {
    const { adapter } = shop(givenVariant("variant_1", { sloc_1: [24, 4], sloc_2: [3, 0] }));
    const items = [
      givenPush("", { place: "sloc_2" }),
      givenPush("", { key: "sum" }),
      givenPush("", { key: "gone", variantExternalId: "zz" }),
    ];
    expect(await adapter.stock.read?.(givenStore(), items, SIGNAL)).toEqual([
      { key: "k", value: "3" },
      { key: "sum", value: "23" },
      { key: "gone", value: null },
    ]);
  });
});

describe("prices", () => {
  const PRICES = [
    { id: "price_1", amount: 49.5, currency_code: "usd", min_quantity: null, max_quantity: null, rules: {} },
    { id: "price_2", amount: 45.99, currency_code: "eur", min_quantity: null, max_quantity: null, rules: {} },
    {
      id: "price_3",
      amount: 47,
      currency_code: "usd",
      min_quantity: null,
      max_quantity: null,
      rules: { region_id: "reg_1" },
    },
  ];
  const shop = (answer?: object) =>
    givenAdapter((call) => {
      if (isGet(call)) return listOf("variants", [givenVariant("variant_1", {}, { prices: PRICES })]);
      return answer ?? { created: [], updated: (call.body as { update: object[] }).update, deleted: [] };
    });

  it("are written beside all others of the variant, as exact numbers", async () => {
    const { adapter, sent } = shop();
    const item = givenPush("51.10", { currency: "USD" });
    expect(await adapter.prices.set(givenStore(), [item], SIGNAL)).toMatchObject([
      { outcome: "accepted", shown: "51.1" },
    ]);
    expect(writes(sent)).toEqual([
      [
        "/admin/products/prod_1/variants/batch",
        {
          create: [],
          update: [
            {
              id: "variant_1",
              prices: [
                { amount: 45.99, currency_code: "eur", min_quantity: null, max_quantity: null, rules: {} },
                {
                  amount: 47,
                  currency_code: "usd",
                  min_quantity: null,
                  max_quantity: null,
                  rules: { region_id: "reg_1" },
                },
                { amount: 51.1, currency_code: "usd" },
              ],
            },
          ],
          delete: [],
        },
      ],
    ]);
    const wide = givenPush("90071992547409931.25", { currency: "EUR" });
    await adapter.prices.set(givenStore(), [wide], SIGNAL);
    expect(sent.at(-1)?.text).toContain('"amount":90071992547409931.25');
  });

  it("S28: below zero are refused, and one that does not exist harms no other", async () => {
    const { adapter } = shop();
    const items = [
      givenPush("-1"),
      givenPush("5", { key: "gone", variantExternalId: "zz" }),
      givenPush("5", { key: "good" }),
    ];
    expect((await adapter.prices.set(givenStore(), items, SIGNAL)).map(({ outcome }) => outcome)).toEqual([
      "rejected",
      "rejected",
      "accepted",
    ]);
  });

  it("that the answer does not show are unknown", async () => {
    const { adapter } = shop({ updated: [{ id: "variant_1", prices: PRICES }] });
    expect(await adapter.prices.set(givenStore(), [givenPush("51.1")], SIGNAL)).toMatchObject([
      { outcome: "unknown", error: { maybeApplied: true } },
    ]);
  });

  it("are read back in the store's currency", async () => {
    const { adapter } = shop();
    const items = [givenPush(""), givenPush("", { key: "gone", variantExternalId: "zz" })];
    expect(await adapter.prices.read?.(givenStore(), items, SIGNAL)).toEqual([
      { key: "k", value: "49.5" },
      { key: "gone", value: null },
    ]);
  });
});
