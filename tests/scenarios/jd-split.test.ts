/** Orders of JD that the platform splits; what is asked of every platform that splits orders is in polled-orders.test.ts. */
import { expect, it } from "vitest";
import { createJdFake, type JdFake, type JdFakeOptions } from "../../src/fakes/jd/index.ts";
import { givenFakeStack } from "./fake-stack.ts";

const MINUTE = 60_000;
const GOODS = [{ sku: "MUG", name: "Mug", price: "112.00", stock: 40 }];
const QUOTAS = { app: { capacity: 5000 }, shop: { capacity: 5000, concurrency: 8 }, method: { capacity: 5000 } };

it("an order that was split and changes afterwards is still counted in its parts alone", async () => {
  const stack = await givenFakeStack<JdFake, JdFakeOptions>({
    make: (common, own) => createJdFake({ orders: 0, skus: GOODS, ...common, ...own }),
    settings: { quotas: QUOTAS },
  });
  const shop = await stack.addShop();
  const { buyer, owner } = shop.fake;
  const paid = (parentId?: string): string => {
    const id = buyer.order(parentId === undefined ? {} : { parentId });
    buyer.pay(id);
    return id;
  };
  const pass = async (ms: number) => {
    stack.clock.advance(ms);
    await stack.work();
  };
  const live = async () =>
    (await stack.rows<{ id: string }>("select external_id as id from orders where gone_at is null order by 1")).map(
      ({ id }) => id,
    );
  const whole = paid();
  await pass(10 * MINUTE);
  expect(await live()).toEqual([whole]);
  const parts = [paid(whole), paid(whole)].sort();
  await pass(10 * MINUTE);
  expect(await live()).toEqual(parts);
  // Beyond what a reading overlaps with the one before, so that no part is read beside it.
  await pass(30 * MINUTE);
  owner.touch(whole);
  await pass(10 * MINUTE);
  expect(shop.fake.orders.get(whole)?.modified).toBeGreaterThan(Math.floor(stack.clock.now().getTime() / 1000) - 900);
  expect(await live()).toEqual(parts);
  const held = await stack.count("select coalesce(sum(hold_quantity), 0) as n from order_lines");
  const facts = parts.flatMap((id) => shop.fake.books().orders.get(id)?.lines ?? []);
  expect(held).toBe(facts.reduce((sum, { quantity }) => sum + quantity, 0));
  expect(await stack.count("select count(*) as n from rejected_records")).toBe(0);
});
