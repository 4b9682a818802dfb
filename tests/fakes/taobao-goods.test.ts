/** Listings of the fake shop: shelves, stock by two kinds of shops, prices within their range. */

import { describe, expect, it } from "vitest";
import { createManualClock } from "../../src/fakes/fake.ts";
import { createTaobaoFake, type TaobaoFakeOptions } from "../../src/fakes/taobao/index.ts";
import { type Body, clientOf } from "./taobao-client.ts";

const NOW = "2026-03-01T08:00:00Z";
const ONSALE = "taobao.items.onsale.get";
const INVENTORY = "taobao.items.inventory.get";
const DETAIL = "num_iid,num,price,approve_status,skus,violation,with_hold_quantity,sub_stock,outer_id";

function open(options: TaobaoFakeOptions = {}) {
  const clock = createManualClock(NOW);
  const fake = createTaobaoFake({ clock, name: "zz", seed: 5, orders: 0, ...options });
  const client = clientOf(fake, () => clock.now());
  const item = async (num_iid: string): Promise<Body> =>
    (await client.ok("taobao.item.seller.get", { fields: DETAIL, num_iid })).item;
  /** A listing on sale, with or without variants. */
  const find = async (hasSkus: boolean): Promise<Body> => {
    for (const { num_iid } of (await client.ok(ONSALE, { fields: "num_iid", page_size: 200 })).items) {
      const found = await item(num_iid);
      if ((found.skus !== undefined) === hasSkus) return found;
    }
    throw new Error("no such listing");
  };
  return { clock, fake, client, item, find };
}

describe("shelves", () => {
  it("are asked for one by one; sold-out and punished listings are not in the default list", async () => {
    const { client, fake } = open({ listings: 24 });
    const ids = async (method: string, fields: Body = {}): Promise<string[]> =>
      ((await client.ok(method, { fields: "num_iid", page_size: 200, ...fields })).items ?? []).map((row: Body) =>
        String(row.num_iid),
      );
    const usual = await ids(INVENTORY);
    const parts = [];
    for (const banner of ["regular_shelved", "never_on_shelf", "off_shelf"])
      parts.push(...(await ids(INVENTORY, { banner })));
    expect(usual.sort()).toEqual(parts.sort());
    const gone = [
      ...(await ids(INVENTORY, { banner: "sold_out" })),
      ...(await ids(INVENTORY, { banner: "violation_off_shelf" })),
    ];
    expect(gone.length).toBeGreaterThan(1);
    for (const id of gone) expect(usual).not.toContain(id);
    const all = [...(await ids(ONSALE)), ...usual, ...gone];
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBe(fake.books().counts.listings);
    expect(await client.refusal(INVENTORY, { fields: "num_iid", banner: "all" })).toBe(
      "41 isv.invalid-parameter:banner",
    );
  });

  it("are not searched deeper than twenty thousand, or behind page 101", async () => {
    const { client } = open();
    const fields = "num_iid";
    expect(await client.refusal(ONSALE, { fields, page_no: 101, page_size: 200 })).toContain("page_no");
    expect(await client.refusal(INVENTORY, { fields, page_no: 102 })).toContain("page_no");
    expect(await client.refusal(ONSALE, { fields, page_size: 201 })).toContain("page_size");
    expect((await client.ok(ONSALE, { fields, page_no: 100, page_size: 200 })).items).toBeUndefined();
  });

  it("are left and entered", async () => {
    const { client, find, item } = open();
    const { num_iid } = await find(false);
    await client.ok("taobao.item.update.delisting", { num_iid });
    expect((await item(num_iid)).approve_status).toBe("instock");
    await client.ok("taobao.item.update.listing", { num_iid, num: 3 });
    expect(await item(num_iid)).toMatchObject({ approve_status: "onsale", num: 3 });
    await client.ok("alibaba.item.operate.downshelf", { item_id: num_iid });
    await client.ok("alibaba.item.operate.upshelf", { item_id: num_iid, quantity: 4 });
    const [banned] = (await client.ok(INVENTORY, { fields: "num_iid", banner: "violation_off_shelf" })).items;
    const again = { num_iid: banned.num_iid, num: 1 };
    expect(await client.refusal("taobao.item.update.listing", again)).toContain("ITEM_VIOLATION");
  });

  it("are read in batches, where what is unknown is silently absent", async () => {
    const { client, find } = open();
    const { num_iid, skus } = await find(true);
    const batch = { num_iids: `${num_iid},99`, fields: "num_iid,sku" };
    const { items } = await client.ok("taobao.items.seller.list.get", batch);
    expect(items).toHaveLength(1);
    expect(items[0].skus).toHaveLength(skus.length);
    const many = Array.from({ length: 21 }, (_, index) => index + 1).join(",");
    expect(await client.refusal("taobao.items.seller.list.get", { ...batch, num_iids: many })).toContain("num_iids");
    const rows = (await client.ok("taobao.item.skus.get", { num_iids: num_iid, fields: "sku_id,outer_id" })).skus;
    expect(rows.map((row: Body) => row.sku_id)).toEqual(skus.map((sku: Body) => sku.sku_id));
    const found = await client.ok("taobao.skus.custom.get", { outer_id: rows[0].outer_id, fields: "sku_id,num_iid" });
    expect(found.skus).toEqual([{ sku_id: rows[0].sku_id, num_iid }]);
    expect(await client.refusal("taobao.item.seller.get", { fields: "num", num_iid: 99 })).toBe(
      "15 isv.item-not-exist",
    );
  });
});

describe("stock", () => {
  it("is set for a variant, and not for a listing that has variants", async () => {
    const { client, find, fake } = open();
    const { num_iid, skus } = await find(true);
    const method = "taobao.item.quantity.update";
    const { item } = await client.ok(method, { num_iid, sku_id: skus[0].sku_id, quantity: 7 });
    expect(item.skus).toEqual([{ sku_id: skus[0].sku_id, quantity: 7, modified: "2026-03-01 16:00:00" }]);
    expect(fake.books().variants.get(String(skus[0].sku_id))?.quantity).toBe(7);
    expect(await client.refusal(method, { num_iid, quantity: 7 })).toBe("15 isv.invalid-parameter:quantity");
    const below = { num_iid, sku_id: skus[0].sku_id, quantity: -8, type: 2 };
    expect(await client.refusal(method, below)).toBe("41 isv.invalid-parameter:quantity");
    await client.ok(method, { ...below, quantity: -7 });
    const plain = await find(false);
    await client.ok(method, { num_iid: plain.num_iid, quantity: 0 });
    expect(fake.books().variants.get(String(plain.num_iid))?.quantity).toBe(0);
    const [empty] = (await client.ok(INVENTORY, { fields: "num_iid,num", banner: "sold_out" })).items.filter(
      (row: Body) => row.num_iid === plain.num_iid,
    );
    expect(empty).toEqual({ num_iid: plain.num_iid, num: 0 });
    await client.ok(method, { num_iid: plain.num_iid, quantity: 2, type: 2 });
    expect((await client.ok(ONSALE, { fields: "num_iid", page_size: 200 })).items).toContainEqual({
      num_iid: plain.num_iid,
    });
  });

  it("is set for twenty variants of one listing, all or none", async () => {
    const { client, fake } = open({ listings: 20 });
    const listing = [...fake.books().variants.values()].filter((fact, _, all) => fact.listingId === all[0]?.listingId);
    expect(listing.length).toBe(24);
    const set = (count: number, quantity: number) => ({
      num_iid: listing[0]?.listingId,
      skuid_quantities: listing
        .slice(0, count)
        .map((fact) => `${fact.variantId}:${quantity}`)
        .join(";"),
    });
    const method = "taobao.skus.quantity.update";
    expect(await client.refusal(method, set(21, 3))).toContain("skuid_quantities");
    expect((await client.ok(method, set(20, 3))).item.skus).toHaveLength(20);
    const half = { ...set(1, 9), skuid_quantities: `${listing[0]?.variantId}:9;99:1` };
    expect(await client.refusal(method, half)).toContain("isv.item-not-exist");
    const quantities = () => listing.map((fact) => fake.books().variants.get(fact.variantId)?.quantity);
    expect(quantities().slice(0, 20)).toEqual(Array(20).fill(3));
    await client.ok(method, { ...set(1, -9), type: 2 });
    expect(quantities()[0]).toBe(0);
    await client.ok(method, { num_iid: listing[0]?.listingId, outerid_quantities: `${listing[1]?.sku}:8` });
    expect(quantities()[1]).toBe(8);
  });

  it("of Tmall shops is counted on once per key", async () => {
    const { client, find, fake } = open();
    const { num_iid, skus } = await find(true);
    const id = skus[0].sku_id;
    const method = "tmall.item.quantity.update";
    const set = (entry: Body, options?: Body) => ({
      item_id: num_iid,
      sku_quantities: JSON.stringify([entry]),
      ...(options ? { options: JSON.stringify(options) } : {}),
    });
    const shown = () => fake.books().variants.get(String(id))?.quantity;
    expect((await client.ok(method, set({ sku_id: id, quantity: 5 }))).quantity_update_result).toBe(String(num_iid));
    const once = { type: 2, outer_biz_key: "0aF3" };
    await client.ok(method, set({ sku_id: id, quantity: 2 }, once));
    await client.ok(method, set({ sku_id: id, quantity: 2 }, once));
    expect(shown()).toBe(7);
    const bad = set({ sku_id: id, quantity: 2 }, { type: 2, outer_biz_key: "key" });
    expect(await client.refusal(method, bad)).toBe("41 isv.invalid-parameter:options");
    const mixed = JSON.stringify([
      { sku_id: id, quantity: 1 },
      { outer_id: skus[1].outer_id, quantity: 1 },
    ]);
    expect(await client.refusal(method, { item_id: num_iid, sku_quantities: mixed })).toContain("sku_quantities");
  });

  it("is taken at the order by one kind of listing, and held until payment by the other", async () => {
    const { client, fake, item } = open();
    const rows: Body[] = (await client.ok(ONSALE, { fields: "num_iid,outer_id", page_size: 200 })).items;
    for (const { num_iid } of rows.slice(0, 4)) {
      const before = await item(num_iid);
      const code = before.skus === undefined ? before.outer_id : before.skus[0].outer_id;
      const fact = [...fake.books().variants.values()].find(({ sku }) => sku === code);
      expect(fact).toBeDefined();
      const sold = fake.sell({ sku: code, quantity: 2 });
      expect(sold).toMatchObject({ sold: true, shown: fact?.quantity });
      expect((await item(num_iid)).num).toBe(before.num - 2);
    }
    const tid = fake.buyer.order();
    const line = fake.trades.get(tid)?.lines[0];
    const held = await item(line?.itemId ?? "");
    expect(held.with_hold_quantity).toBe(held.sub_stock === 2 ? line?.num : 0);
    fake.buyer.cancel(tid);
    expect((await item(line?.itemId ?? "")).with_hold_quantity).toBe(0);
  });

  it("never shows less than nothing when it is oversold", async () => {
    const { fake } = open({ skus: [{ sku: "A", name: "A", price: "12.00", stock: 3 }] });
    expect(fake.sell({ sku: "A", quantity: 2 })).toMatchObject({ sold: true, shown: 3 });
    expect(fake.sell({ sku: "A", quantity: 2 })).toEqual({ sold: false, reason: "out_of_stock", shown: 1 });
    const forced = fake.sell({ sku: "A", quantity: 2, force: true });
    expect(forced).toMatchObject({ sold: true, shown: 1 });
    expect(fake.books().variants.values().next().value).toMatchObject({ quantity: 0, soldCount: 4 });
    expect(fake.sell({ sku: "NONE" })).toMatchObject({ sold: false, reason: "unknown_sku" });
  });
});

describe("prices", () => {
  it("of Tmall shops are set for several variants at once, within the listing's range", async () => {
    const { client, find, item, fake } = open();
    const { num_iid, skus } = await find(true);
    const method = "tmall.item.price.update";
    const sku_prices = JSON.stringify(skus.map((sku: Body) => ({ sku_id: sku.sku_id, price: "88.50" })));
    expect(await client.refusal(method, { item_id: num_iid, sku_prices })).toBe("15 isv.invalid-parameter:item_price");
    await client.ok(method, { item_id: num_iid, sku_prices, item_price: "88.50" });
    expect((await item(num_iid)).skus.map((sku: Body) => sku.price)).toEqual(skus.map(() => "88.50"));
    expect(fake.books().variants.get(String(skus[0].sku_id))?.price).toBe("88.50");
    const wrong = { item_id: num_iid, sku_prices: JSON.stringify([{ sku_id: 9, price: "1" }]) };
    expect(await client.refusal(method, wrong)).toContain("isv.item-not-exist");
    expect(await client.refusal(method, { item_id: num_iid, item_price: "1.234" })).toBe(
      "41 isv.invalid-parameter:item_price",
    );
  });

  it("of Taobao shops are set by the variant's properties", async () => {
    const { client, find, item } = open({ sellerType: "C" });
    const { num_iid, skus } = await find(true);
    const method = "taobao.item.sku.price.update";
    const one = { num_iid, properties: skus[0].properties, price: "9.00" };
    await client.ok(method, { ...one, item_price: "9.00" });
    const after = await item(num_iid);
    expect([after.price, after.skus[0].price]).toEqual(["9.00", "9.00"]);
    expect(await client.refusal(method, { ...one, properties: "1:1" })).toContain("isv.item-not-exist");
  });
});
