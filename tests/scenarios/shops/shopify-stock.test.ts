/** Quantities that are set only where the shop still shows what we saw. */
import { expect, it } from "vitest";
import { countStock } from "../../../src/core/stock/counts.ts";
import { givenShopify, type ShopifyShop, type ShopifyStack } from "../shopify-stack.ts";

const MINUTE = 60_000;
const GOODS = [
  { sku: "MUG", name: "Mug", price: "12.00", stock: 40 },
  { sku: "TEE", name: "Tee", price: "36.00", stock: 25 },
];
const STALE = "CHANGE_FROM_QUANTITY_STALE";

const counted = (stack: ShopifyStack, sku: string, quantity: number) =>
  countStock(
    stack.engine.db,
    {
      counts: [{ sku, location: "main", quantity, basis: "physical", countedAt: stack.clock.now() }],
      actor: "test",
      confirmed: true,
    },
    stack.clock.now(),
  );

const shown = ({ fake }: ShopifyShop, sku: string) =>
  [...fake.books().variants.values()].find((variant) => variant.sku === sku)?.quantity;

async function pass(stack: ShopifyStack, ms: number): Promise<void> {
  stack.clock.advance(ms);
  await stack.work();
}

/** Refusals of writes that came too late, and what the writes asked for. */
function watch(shop: ShopifyShop): { stale: number; asked: string[] } {
  const seen = { stale: 0, asked: [] as string[] };
  shop.tamper((text, asked) => {
    if (!asked.includes("inventorySetQuantities")) return text;
    seen.asked.push(asked.slice(asked.indexOf('"variables"')));
    if (text.includes(STALE)) seen.stale += 1;
    return text;
  });
  return seen;
}

it("a sale between our look and our write is not overwritten: the write is refused, and computed again from what is there", async () => {
  const stack = await givenShopify();
  const shop = await stack.addShop({ skus: GOODS });
  await pass(stack, 10 * MINUTE);
  const seen = watch(shop);
  await counted(stack, "MUG", 30);
  await counted(stack, "TEE", 20);
  // Nobody has told us yet.
  shop.fake.sell({ sku: "MUG", quantity: 3 });
  await stack.work((item) => item.kind === "push");
  expect(seen.stale).toBeGreaterThan(0);
  // The good row of the same call has gone alone.
  expect([shown(shop, "MUG"), shown(shop, "TEE")]).toEqual([37, 20]);
  for (let turn = 0; turn < 4; turn += 1) await pass(stack, 5 * MINUTE);
  expect([shown(shop, "MUG"), shown(shop, "TEE")]).toEqual([27, 20]);
  expect(await stack.count("select count(*) as n from offers where dirty")).toBe(0);
  const api = shop.fake.events.filter((event) => event.kind === "stock_set" && event.by === "api");
  expect(api.map((event) => (event.kind === "stock_set" ? event.quantity : null)).sort()).toEqual([20, 27]);
});

it("a quantity that a person sets in the shop's own pages is not overwritten unseen", async () => {
  const stack = await givenShopify();
  const shop = await stack.addShop({ skus: GOODS });
  await pass(stack, 10 * MINUTE);
  const seen = watch(shop);
  const [variant] = [...shop.fake.books().variants.values()].filter(({ sku }) => sku === "MUG");
  await counted(stack, "MUG", 31);
  shop.fake.owner.setAvailable(variant?.variantId ?? "", 5);
  await stack.work((item) => item.kind === "push");
  expect(seen.stale).toBeGreaterThan(0);
  expect(shown(shop, "MUG")).toBe(5);
  // It was looked at since: now our count holds.
  for (let turn = 0; turn < 4; turn += 1) await pass(stack, 5 * MINUTE);
  expect(shown(shop, "MUG")).toBe(31);
});

it("a write whose answer is lost is the same call when it comes again: one change, whatever was sold since", async () => {
  const stack = await givenShopify();
  const shop = await stack.addShop({ skus: GOODS });
  await pass(stack, 10 * MINUTE);
  shop.fake.fail("mutation.inventorySetQuantities", ["cut"]);
  await counted(stack, "MUG", 12);
  await stack.work((item) => item.kind === "push");
  shop.fake.sell({ sku: "MUG" });
  for (let turn = 0; turn < 4; turn += 1) await pass(stack, 5 * MINUTE);
  expect(shown(shop, "MUG")).toBe(11);
  expect(await stack.count("select count(*) as n from offers where dirty")).toBe(0);
});
