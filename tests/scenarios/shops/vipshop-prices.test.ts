/** Prices of a supplier of Vipshop, which are applied for: one application for all goods of a co-operation. */
import { expect, it } from "vitest";
import { setBasePrices } from "../../../src/core/pricing/base-prices.ts";
import { givenVipshop, MINUTE, pass, type Shop, type Stack } from "../vipshop-stack.ts";
import { PLACE, turns } from "../vipshop-ways.ts";

const COUNT = 12;
const GOODS = Array.from({ length: COUNT }, (_, index) => ({
  sku: `69012345679${String(10 + index)}`,
  name: `Dress ${index}`,
  price: "112.00",
  stock: 40,
}));
const BAD = GOODS[7]?.sku ?? "";
const SETTINGS = { standing_place: PLACE };

const given = (): Promise<Stack> => givenVipshop(["jit"], { skus: GOODS, settings: SETTINGS });

const price = (stack: Stack, amount: string) =>
  setBasePrices(
    stack.engine.db,
    {
      prices: GOODS.map(({ sku }) => ({ sku, currency: "CNY", amount, floor: null, ceiling: null })),
      actor: "test",
    },
    stack.clock.now(),
  );

const shown = ({ fake }: Shop) =>
  Object.fromEntries([...fake.books().variants.values()].map(({ sku, price: amount }) => [sku, Number(amount)]));
const offers = (stack: Stack) =>
  stack.rows<{ sku: string; state: string; why: string | null }>(
    `select v.external_id as sku, o.state, o.error_text as why from offers o join listing_variants v on v.id = o.variant_id
     where o.aspect = 'price' order by 1`,
  );

// What the review rejects later it rejects whole, and no answer says for which of its prices.
it("S24: a price that an application is refused for is found by halves, and all others are applied", async () => {
  const stack = await given();
  const shop = await stack.addShop();
  await pass(stack, 10 * MINUTE);
  // Such an application is never confirmed, and has no effect.
  shop.tamper((text, asked) =>
    asked.includes("submitPriceApplication") && asked.includes(BAD)
      ? '{"returnCode":"1001","returnMessage":"价格申请不合法"}'
      : text,
  );
  await price(stack, "105.00");
  await turns(stack, 4, 10 * MINUTE);
  const others = GOODS.filter(({ sku }) => sku !== BAD);
  expect(shown(shop)).toEqual({ ...Object.fromEntries(others.map(({ sku }) => [sku, 105])), [BAD]: 112 });
  expect(await offers(stack)).toEqual(
    GOODS.map(({ sku }) =>
      sku === BAD
        ? { sku, state: "rejected", why: expect.stringContaining("(1001)") }
        : { sku, state: "idle", why: null },
    ),
  );
  // Twelve, six, three, then one or two.
  const sent = shop.fake.requests.filter(({ operation }) => operation.endsWith("submitPriceApplication"));
  expect(sent.length).toBeLessThan(10);
});
