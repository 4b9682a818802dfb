/** Orders of platforms that send no messages: what lists hide, move or tell late. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PLATFORMS } from "../polled.ts";
import { ordersOf, pass } from "../polled-acts.ts";
import { DAY, HOUR, MINUTE, paid } from "../polled-shops.ts";

const zoneBefore = process.env.TZ;
beforeAll(() => {
  // The server's own zone is none of the shops'.
  process.env.TZ = "Pacific/Auckland";
});
afterAll(() => {
  if (zoneBefore === undefined) delete process.env.TZ;
  else process.env.TZ = zoneBefore;
});

describe.each(PLATFORMS)("$name", (row) => {
  const { given, list, hide, edit, addTwin, beforeMidnight = "2026-03-01T15:20:00Z", isFoundSoon = false } = row;

  it("S01 S11: orders that change while they are paged are stored once, with their ids to the last digit", async () => {
    const stack = await given();
    const shop = await stack.addShop({ skus: [{ sku: "MUG", name: "Mug", price: "112.00", stock: 500 }] });
    const ids = Array.from({ length: 55 }, () => paid(shop));
    stack.clock.advance(10 * MINUTE);
    let touched = 0;
    const before = shop.fake.requests.length;
    shop.tamper((text) => {
      // Each answer moves an order of its front away.
      const id = ids[touched];
      touched += 1;
      if (id !== undefined && touched < 20) shop.fake.owner.touch(id);
      return text;
    });
    await stack.work();
    await pass(stack, 10 * MINUTE);
    expect(touched).toBeGreaterThan(2);
    expect((await ordersOf(stack)).map((row) => row.external_id)).toEqual([...ids].sort());
    expect(shop.fake.requests.slice(before).filter((call) => call.operation === list).length).toBeGreaterThan(2);
  });

  it("S02: an order that the list by change hides for two hours is found by the second source", async () => {
    const stack = await given();
    const shop = await stack.addShop();
    const hidden = paid(shop);
    const seen = paid(shop);
    shop.tamper((text, asked) => hide(text, asked, hidden));
    for (let turn = 0; turn < 4; turn += 1) await pass(stack, 30 * MINUTE);
    const told = isFoundSoon ? [hidden, seen].sort() : [seen];
    expect((await ordersOf(stack)).map((row) => row.external_id)).toEqual(told);
    for (let turn = 0; turn < 5; turn += 1) await pass(stack, 6 * HOUR);
    expect((await ordersOf(stack)).map((row) => row.external_id)).toEqual([hidden, seen].sort());
  });

  it("S10: orders around midnight keep their second and their day, whatever zone the server is in", async () => {
    const stack = await given(new Date(beforeMidnight));
    const shop = await stack.addShop();
    const sold = new Map<string, string>();
    for (let turn = 0; turn < 8; turn += 1) {
      stack.clock.advance(10 * MINUTE);
      sold.set(paid(shop), stack.clock.now().toISOString());
    }
    await pass(stack, 10 * MINUTE);
    const rows = await stack.rows<{ external_id: string; placed_at: string; day: string }>(
      `select o.external_id, o.placed_at, to_char(o.placed_at at time zone m.time_zone, 'MM-DD') as day
       from orders o join marketplaces m on m.store_id = o.store_id`,
    );
    expect(new Map(rows.map((row) => [row.external_id, new Date(row.placed_at).toISOString()]))).toEqual(sold);
    expect(rows.map(({ day }) => day).sort()).toEqual([
      ...Array.from({ length: 3 }, () => "03-01"),
      ...Array.from({ length: 5 }, () => "03-02"),
    ]);
  });

  it("S12: what a person noted and held stays, while the order follows the platform", async () => {
    const stack = await given();
    const shop = await stack.addShop();
    const id = paid(shop);
    await pass(stack, 10 * MINUTE);
    await stack.rows("update orders set hold = 'address', attention = true");
    await stack.rows(
      "insert into order_notes (id, order_id, source, text, at) select gen_random_uuid(), id, 'own', 'call first', now() from orders",
    );
    shop.fake.owner.ship(id);
    await pass(stack, 10 * MINUTE);
    expect(await stack.rows("select hold, external_status from orders")).toEqual([
      { hold: "address", external_status: shop.fake.books().orders.get(id)?.status },
    ]);
    expect(await stack.rows("select text from order_notes where source = 'own'")).toEqual([{ text: "call first" }]);
  });

  it("S14: the same number in two shops is two orders", async () => {
    const stack = await given();
    const one = await stack.addShop();
    const id = paid(one);
    await pass(stack, 10 * MINUTE);
    const two = await addTwin(stack, one);
    paid(two);
    await pass(stack, 10 * MINUTE);
    expect(await stack.rows("select external_id, store_id from orders order by store_id")).toEqual(
      [one.id, two.id].sort().map((store_id) => ({ external_id: id, store_id })),
    );
  });

  it("S15: an edit of an open order that moves no time of change is found within a day", async () => {
    const stack = await given();
    const shop = await stack.addShop();
    const id = paid(shop);
    await pass(stack, 10 * MINUTE);
    const version = async () => (await stack.rows<{ version: string }>("select version from orders"))[0]?.version;
    // Beyond what each reading overlaps with the one before.
    for (let turn = 0; turn < 3; turn += 1) await pass(stack, 10 * MINUTE);
    const before = await version();
    edit(shop, id);
    await pass(stack, 10 * MINUTE);
    expect(await version()).toBe(before);
    for (let turn = 0; turn < 5; turn += 1) await pass(stack, 5 * HOUR + DAY / 24);
    expect(await version()).not.toBe(before);
  });
});

const SPLITTING = PLATFORMS.flatMap(({ split, ...row }) => (split === null ? [] : [{ ...row, split }]));

describe.each(SPLITTING)("$name, an order that is split", ({ given, split }) => {
  it.each([
    ["after it was read", true],
    ["before anything of it was read", false],
  ])("counts once, in its parts: goods, money and stock; %s", async (_, isRead) => {
    const stack = await given();
    const shop = await stack.addShop();
    const whole = paid(shop);
    if (isRead) await pass(stack, 10 * MINUTE);
    else stack.clock.advance(MINUTE);
    const parts = split(shop, whole).sort();
    await pass(stack, 10 * MINUTE);
    const live = () =>
      stack.rows<{ external_id: string; total: string }>(
        "select external_id, total from orders where gone_at is null order by external_id",
      );
    expect((await live()).map((row) => row.external_id)).toEqual(parts);
    // What is read again brings it back no more.
    for (let turn = 0; turn < 2; turn += 1) await pass(stack, DAY);
    expect((await live()).map((row) => row.external_id)).toEqual(parts);
    const facts = parts.flatMap((id) => shop.fake.books().orders.get(id) ?? []);
    const units = facts.flatMap(({ lines }) => lines).reduce((sum, { quantity }) => sum + quantity, 0);
    expect(await stack.count("select coalesce(sum(hold_quantity), 0) as n from order_lines")).toBe(units);
    expect(await stack.count("select coalesce(sum(held), 0) as n from reservations")).toBe(units);
    expect((await live()).map(({ total }) => Number(total)).sort()).toEqual(
      facts.map(({ total }) => Number(total)).sort(),
    );
  });
});
