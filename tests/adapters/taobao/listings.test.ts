import { describe, expect, it } from "vitest";
import { toUnified } from "../../../src/adapters/taobao/listings/to-listing.ts";
import type { PushItem } from "../../../src/core/adapter.ts";
import { CONTEXT, givenAdapter, givenItem, givenStore, raw, SIGNAL } from "./stub.ts";

const map = (item: Record<string, unknown>, banner?: string) => {
  const more = banner === undefined ? {} : { via: { banner } };
  const [listing] = toUnified(raw(item, "item.seller@2.0", more), CONTEXT).listings;
  if (!listing) throw new Error("no listing");
  return listing;
};

describe("a listing", () => {
  it("has its variants with price, quantity, code and properties", () => {
    expect(map(givenItem())).toMatchObject({
      externalId: "539130012662",
      status: "active",
      variants: [
        {
          externalId: "3208280995138",
          sellerCode: "B3500-BK",
          options: { 颜色分类: "黑色" },
          price: { amount: "98", currency: "CNY" },
          quantity: 30,
          codes: { properties: "1627207:28341" },
          active: true,
        },
        { externalId: "3208280995139", price: { amount: "99.5" }, quantity: 7 },
      ],
    });
  });

  it("maps the same in both forms of answer", () => {
    expect(map(givenItem({ skus: { sku: givenItem().skus } }))).toEqual(map(givenItem()));
  });

  it("without variants is one variant with its own id", () => {
    expect(map(givenItem({ skus: undefined })).variants).toMatchObject([
      { externalId: "539130012662", sellerCode: "B3500", quantity: 37 },
    ]);
  });

  it("decodes the signs inside names", () => {
    const skus = [{ sku_id: 1, properties_name: "1:2:尺寸#cln#长:5#scln#6", quantity: 1, price: "1.00" }];
    expect(map(givenItem({ skus })).variants[0]?.options).toEqual({ "尺寸:长": "5;6" });
  });

  it.each([
    [{}, undefined, "active"],
    [{ num: 0 }, undefined, "out_of_stock"],
    [{ approve_status: "instock" }, "off_shelf", "inactive"],
    [{ approve_status: "instock" }, undefined, "inactive"],
    [{ approve_status: "instock" }, "never_on_shelf", "draft"],
    [{ approve_status: "instock", num: 0 }, "sold_out", "out_of_stock"],
    [{ approve_status: "instock" }, "violation_off_shelf", "rejected"],
    [{ approve_status: "instock", violation: "true" }, undefined, "rejected"],
  ])("%o of list %s is %s", (more, banner, status) => {
    expect(map(givenItem(more), banner)).toMatchObject({ status, warnings: [] });
  });

  it("of an unknown state is unknown, with a warning", () => {
    expect(map(givenItem({ approve_status: "zz" }))).toMatchObject({
      status: "unknown",
      warnings: [{ code: "unknown_code" }],
    });
  });
});

const item = (value: string, more: Partial<PushItem> = {}): PushItem => ({
  key: value,
  listingExternalId: "539130012662",
  variantExternalId: "3208280995138",
  sellerCode: null,
  codes: {},
  place: null,
  value,
  currency: "CNY",
  observed: null,
  idempotencyKey: value,
  ...more,
});
const taobaoShop = () => givenStore({ facts: { seller_type: "C" } });

describe("quantities", () => {
  it("of a Tmall shop go as JSON, whole and absolute", async () => {
    const { adapter, sent } = givenAdapter(() => ({ quantity_update_result: "539130012662" }));
    const outcomes = await adapter.stock.set(
      givenStore(),
      [item("5"), item("0", { variantExternalId: "9007199254740993" })],
      SIGNAL,
    );
    expect(outcomes.map((outcome) => outcome.outcome)).toEqual(["accepted", "accepted"]);
    expect(sent).toMatchObject([{ method: "tmall.item.quantity.update", parameters: { item_id: "539130012662" } }]);
    expect(JSON.parse(sent[0]?.parameters.sku_quantities ?? "")).toEqual([
      { sku_id: "3208280995138", quantity: 5 },
      { sku_id: "9007199254740993", quantity: 0 },
    ]);
    expect(JSON.parse(sent[0]?.parameters.options ?? "")).toEqual({ type: 1 });
  });

  it("of a Taobao shop are compared with what the answer names", async () => {
    const { adapter, sent } = givenAdapter(() => ({
      item: {
        num_iid: 539130012662,
        num: 8,
        skus: {
          sku: [
            { sku_id: 3208280995138, quantity: 5 },
            { sku_id: 2, quantity: 4 },
          ],
        },
      },
    }));
    const items = [item("5"), item("3", { variantExternalId: "2" }), item("1", { variantExternalId: "3" })];
    const outcomes = await adapter.stock.set(taobaoShop(), items, SIGNAL);
    expect(outcomes).toMatchObject([
      { outcome: "accepted", shown: "5" },
      { outcome: "rejected", error: { category: "conflict" } },
      { outcome: "unknown" },
    ]);
    expect(sent[0]?.parameters).toMatchObject({ skuid_quantities: "3208280995138:5;2:3;3:1", type: "1" });
  });

  it("of a listing without variants are written whole", async () => {
    const { adapter, sent } = givenAdapter(() => ({ item: { num_iid: 539130012662, num: 6 } }));
    const [outcome] = await adapter.stock.set(taobaoShop(), [item("6", { variantExternalId: "539130012662" })], SIGNAL);
    expect(outcome).toMatchObject({ outcome: "accepted" });
    expect(sent).toMatchObject([{ method: "taobao.item.quantity.update", parameters: { quantity: "6" } }]);
  });
});

describe("prices", () => {
  it("take the lowest of those that are sent along as the listing's own", async () => {
    const { adapter, sent } = givenAdapter(() => ({ price_update_result: "539130012662" }));
    const items = [item("120.5"), item("99.5", { variantExternalId: "3208280995139" })];
    const outcomes = await adapter.prices.set(givenStore(), items, SIGNAL);
    expect(outcomes.map((outcome) => outcome.outcome)).toEqual(["accepted", "accepted"]);
    expect(sent).toMatchObject([{ method: "tmall.item.price.update", parameters: { item_price: "99.50" } }]);
    expect(JSON.parse(sent[0]?.parameters.sku_prices ?? "")).toEqual([
      { sku_id: "3208280995138", price: "120.50" },
      { sku_id: "3208280995139", price: "99.50" },
    ]);
  });

  it("of a Taobao shop name each variant by its properties, one a call", async () => {
    const { adapter, sent } = givenAdapter(() => ({ sku: { sku_id: 1 } }));
    const codes = { properties: "1627207:28341" };
    const items = [item("10", { codes }), item("20", { variantExternalId: "3208280995139" })];
    expect(await adapter.prices.set(taobaoShop(), items, SIGNAL)).toMatchObject([
      { outcome: "accepted" },
      { outcome: "rejected", error: { category: "invalid_request" } },
    ]);
    expect(sent.map((call) => call.parameters)).toMatchObject([
      { properties: "1627207:28341", price: "10.00", item_price: "10.00" },
    ]);
  });

  it("in another currency or in parts of a fen are refused alone", async () => {
    const { adapter, sent } = givenAdapter();
    const outcomes = await adapter.prices.set(givenStore(), [item("1.005"), item("1", { currency: "USD" })], SIGNAL);
    expect(outcomes.map((outcome) => outcome.outcome)).toEqual(["rejected", "rejected"]);
    expect(sent).toEqual([]);
  });
});
