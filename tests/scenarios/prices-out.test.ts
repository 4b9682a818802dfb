/** Prices on their way out, over the real stack. */
import { describe, expect, it } from "vitest";
import { setBasePrices } from "../../src/core/pricing/base-prices.ts";
import { setPriceRules } from "../../src/core/pricing/price-rules.ts";
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
});
