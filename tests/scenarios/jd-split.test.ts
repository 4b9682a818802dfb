/** Orders of JD that the platform splits; what is asked of every platform that splits orders is in polled-orders.test.ts. */
import { expect, it } from "vitest";
import { createJdFake, type JdFake, type JdFakeOptions } from "../../src/fakes/jd/index.ts";
import { type FakeShop, givenFakeStack } from "./fake-stack.ts";

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const GOODS = [{ sku: "MUG", name: "Mug", price: "112.00", stock: 40 }];
const QUOTAS = { app: { capacity: 5000 }, shop: { capacity: 5000, concurrency: 8 }, method: { capacity: 5000 } };

/** Changes orders before they are read. */
function tamperRows(shop: FakeShop<JdFake>, change: (row: Record<string, unknown>) => object): void {
  shop.tamper((text) =>
    text.includes('"parentOrderId"')
      ? JSON.stringify(JSON.parse(text, (_, value) => (value?.parentOrderId === undefined ? value : change(value))))
      : text,
  );
}

async function givenShop() {
  const stack = await givenFakeStack<JdFake, JdFakeOptions>({
    make: (common, own) => createJdFake({ orders: 0, skus: GOODS, ...common, ...own }),
    settings: { quotas: QUOTAS },
  });
  const shop = await stack.addShop();
  return {
    stack,
    shop,
    paid(parentId?: string): string {
      const id = shop.fake.buyer.order(parentId === undefined ? {} : { parentId });
      shop.fake.buyer.pay(id);
      return id;
    },
    async pass(ms: number) {
      stack.clock.advance(ms);
      await stack.work();
    },
    live: async () =>
      (await stack.rows<{ id: string }>("select external_id as id from orders where gone_at is null order by 1")).map(
        ({ id }) => id,
      ),
  };
}

it("an order that was split and changes afterwards is still counted in its parts alone", async () => {
  const { stack, shop, paid, pass, live } = await givenShop();
  const whole = paid();
  await pass(10 * MINUTE);
  expect(await live()).toEqual([whole]);
  const parts = [paid(whole), paid(whole)].sort();
  await pass(10 * MINUTE);
  expect(await live()).toEqual(parts);
  // Beyond what a reading overlaps with the one before, so that no part is read beside it.
  await pass(30 * MINUTE);
  shop.fake.owner.touch(whole);
  await pass(10 * MINUTE);
  expect(shop.fake.orders.get(whole)?.modified).toBeGreaterThan(Math.floor(stack.clock.now().getTime() / 1000) - 900);
  expect(await live()).toEqual(parts);
  const held = await stack.count("select coalesce(sum(hold_quantity), 0) as n from order_lines");
  const facts = parts.flatMap((id) => shop.fake.books().orders.get(id)?.lines ?? []);
  expect(held).toBe(facts.reduce((sum, { quantity }) => sum + quantity, 0));
  expect(await stack.count("select count(*) as n from rejected_records")).toBe(0);
});

it("an order that was paid is not hidden by another that names it as its parent wrongly, read before it or after", async () => {
  const { stack, shop, paid, pass, live } = await givenShop();
  const first = paid();
  await pass(10 * MINUTE);
  const [other, later] = [paid(), paid()];
  // The first names one that is not read yet, which names the first; a third names what no shop has.
  const names = new Map([
    [first, later],
    [later, first],
    [other, "299999999999"],
  ]);
  tamperRows(shop, (row) => {
    const parent = names.get(String(row.orderId)) ?? "0";
    return { ...row, parentOrderId: parent, directParentOrderId: parent };
  });
  for (const ms of [10 * MINUTE, 10 * MINUTE, DAY, DAY]) {
    await pass(ms);
    expect(await live()).toEqual([first, other, later].sort());
  }
  const claimed = await stack.rows("select 1 from orders where parent_external_id is not null");
  expect(claimed.length).toBeGreaterThan(0);
  expect(await stack.count("select count(*) as n from rejected_records")).toBe(0);
});

it("an order that was split goes on being shown where the part that names it is set aside", async () => {
  const { stack, shop, paid, pass, live } = await givenShop();
  const whole = paid();
  await pass(10 * MINUTE);
  const part = paid(whole);
  tamperRows(shop, (row) => (row.orderId === part ? { ...row, orderState: {} } : row));
  await pass(10 * MINUTE);
  expect(await live()).toEqual([whole]);
  expect(await stack.count("select count(*) as n from rejected_records where resource = 'orders'")).toBe(1);
});
