/** Prices on their way out, over the real stack. */
import { describe, expect, it } from "vitest";
import { setBasePrices } from "../../src/core/pricing/base-prices.ts";
import { setPriceRules } from "../../src/core/pricing/price-rules.ts";
import type { WorkItem } from "../../src/sync/schedule.ts";
import { clientOf } from "../fakes/store-client.ts";
import { givenStack } from "./stack.ts";

describe("prices out", () => {
  it("reach the shops of a SKU, each by its own rules, and what is wrong reaches none", async () => {
    const stack = await givenStack();
    const one = await stack.addShop();
    const two = await stack.addShop();
    const [store] = await stack.rows<{ currency: string }>("select currency from stores where id = $1::uuid", [one.id]);
    const currency = store?.currency ?? "";
    const set = (sku: string, amount: string) =>
      setBasePrices(
        stack.engine.db,
        { prices: [{ sku, currency, amount, floor: null, ceiling: null }], actor: "test" },
        stack.clock.now(),
      );
    const markup = {
      ...{ storeId: two.id, listingId: null, sku: null, kind: "markup" as const },
      ...{ params: { percent: "10" }, validFrom: null, validUntil: null },
    };
    await setPriceRules(stack.engine.db, { rules: [markup], actor: "test" }, stack.clock.now());
    await set("MUG", "14.00");
    await set("TEE", "2.50");
    await stack.pass(70_000);
    const history = await stack.rows<{ store_id: string; code: string; after: string; answer: string }>(
      `select v.store_id, s.code, h.after, h.answer from price_history h join listing_variants v on v.id = h.variant_id
       join skus s on s.id = v.sku_id order by h.after`,
    );
    expect(history).toEqual([
      { store_id: one.id, code: "MUG", after: "14.00", answer: "accepted" },
      { store_id: two.id, code: "MUG", after: "15.40", answer: "accepted" },
    ]);
    // What the shops themselves show, read anew.
    await stack.pass(3_600_000);
    const shown = await stack.rows<{ store_id: string; code: string; price: string }>(
      `select v.store_id, s.code, v.price::numeric(10, 2)::text as price from listing_variants v join skus s on s.id = v.sku_id
       where s.code in ('MUG', 'TEE') order by s.code, price, v.store_id = $1::uuid desc`,
      [one.id],
    );
    expect(shown).toEqual([
      { store_id: one.id, code: "MUG", price: "14.00" },
      { store_id: two.id, code: "MUG", price: "15.40" },
      { store_id: one.id, code: "TEE", price: "25.00" },
      { store_id: two.id, code: "TEE", price: "25.00" },
    ]);
    expect(await stack.count("select count(*) as n from alerts where code = 'price_drift'")).toBe(0);
    expect(
      await stack.count("select count(*) as n from alerts where code = 'price_held' and resolved_at is null"),
    ).toBe(2);
  });

  it("S33 of which nobody knows whether they arrived are read back: a late first one has not the last word", async () => {
    const stack = await givenStack();
    const shop = await stack.addShop();
    const [store] = await stack.rows<{ currency: string }>("select currency from stores");
    const set = (amount: string) =>
      setBasePrices(
        stack.engine.db,
        {
          prices: [{ sku: "MUG", currency: store?.currency ?? "", amount, floor: null, ceiling: null }],
          actor: "test",
        },
        stack.clock.now(),
      );
    const mug = () => [...shop.fake.books().variants.values()].find(({ sku }) => sku === "MUG");
    const arrives = (amount: string) =>
      clientOf(shop.fake).send(
        "PUT",
        `/products/${mug()?.variantId}`,
        { regular_price: amount },
        { "x-forwarded-proto": "https" },
      );
    const pushes = (item: WorkItem) => item.kind === "push";
    const offer = async () =>
      (
        await stack.rows<{ state: string; dirty: boolean; desired: string; cause: string }>(
          "select o.state, o.dirty, o.desired::numeric(10, 2)::text as desired, o.cause from offers o join skus s on s.id = o.sku_id where o.aspect = 'price' and s.code = 'MUG'",
        )
      )[0];
    const history = async () =>
      (
        await stack.rows<{ after: string }>(
          "select after::numeric(10, 2)::text as after from price_history order by id",
        )
      ).map((row) => row.after);
    shop.fake.fail("products.batch", ["cut", "cut", "cut"]);
    await set("13.00");
    await stack.pass(1_000, pushes);
    expect(await offer()).toMatchObject({ state: "unknown", dirty: true });
    await set("14.00");
    await stack.pass(65_000, pushes);
    expect(await offer()).toMatchObject({ state: "checking", dirty: false, desired: "14.00" });
    // Now the first one arrives.
    await arrives("13.00");
    expect(Number(mug()?.price)).toBe(13);
    await stack.pass(65_000, pushes);
    expect(Number(mug()?.price)).toBe(14);
    expect(await offer()).toMatchObject({ state: "checking", dirty: false, cause: "read_back" });
    await stack.pass(65_000, pushes);
    expect(await offer()).toMatchObject({ state: "idle", dirty: false, desired: "14.00" });
    expect(await history()).toEqual(["14.00", "14.00"]);
    // Somebody who insists on another price is told of, and not fought.
    shop.fake.fail("products.batch", ["reset"]);
    await set("15.00");
    await stack.pass(1_000, pushes);
    for (let i = 0; i < 4; i++) {
      await arrives("9.00");
      await stack.pass(65_000, pushes);
    }
    expect(await offer()).toMatchObject({ state: "idle", dirty: false, desired: "15.00" });
    expect(await history()).toEqual(["14.00", "14.00", "15.00", "15.00"]);
  });
});
