/** Stock, grants, arrivals and bills of pick lists (JIT), parcels with the platform's waybills (JITX) and direct delivery. */
import { describe, expect, it } from "vitest";
import { givenVipshop, HOUR, MINUTE, pass } from "../vipshop-stack.ts";
import { BARCODE, counted, GOODS, given, shown, turns, WAYS } from "../vipshop-ways.ts";

describe.each(WAYS)("$name", (way) => {
  const { sales } = way;

  it("S20 S26: the last quantity stands, though answers are cut and the same value comes again", async () => {
    const stack = await given(way);
    const shop = await stack.addShop();
    await pass(stack, 10 * MINUTE);
    shop.fake.fail("InventoryService.updateInventory", ["cut", "ok", "ok"], { repeat: true });
    for (const quantity of [1, 0, 1, 0]) {
      await counted(stack, BARCODE, quantity);
      await pass(stack, 5 * MINUTE);
    }
    await turns(stack, 4, 10 * MINUTE);
    expect(shown(shop, BARCODE)).toBe(0);
    expect(shown(shop, "6901234567908")).toBe(25);
  });

  it("S22 S32: nothing is raised while its sales cannot be read; a unit sold meanwhile is counted first", async () => {
    const stack = await given(way);
    const shop = await stack.addShop();
    await pass(stack, 10 * MINUTE);
    shop.fake.fail(sales, [{ status: 503 }], { repeat: true });
    await pass(stack, 25 * MINUTE);
    await counted(stack, BARCODE, 60);
    await counted(stack, "6901234567908", 0);
    await pass(stack, MINUTE);
    expect([shown(shop, BARCODE), shown(shop, "6901234567908")]).toEqual([40, 0]);
    shop.fake.sell({ sku: BARCODE });
    shop.fake.clearFaults();
    await turns(stack, 5, 10 * MINUTE);
    expect(shown(shop, BARCODE)).toBeLessThanOrEqual(59);
    expect(await stack.count("select count(*) as n from offers where dirty")).toBe(0);
  });

  it("S41: a withdrawn grant is flagged at the first refusal, and its work waits", async () => {
    const stack = await given(way);
    const shop = await stack.addShop();
    await pass(stack, 10 * MINUTE);
    shop.fake.revoke();
    await pass(stack, 10 * MINUTE);
    expect(await stack.rows("select state from stores")).toEqual([{ state: "auth_expired" }]);
    const before = shop.fake.requests.length;
    await turns(stack, 12, HOUR);
    expect(shop.fake.requests.length - before).toBeLessThan(20);
  });
});

it("S11: numbers beyond 2^53 stay as they are", async () => {
  const stack = await givenVipshop(["jit"], { skus: GOODS });
  const { fake } = await stack.addShop();
  fake.buyer.reserve();
  fake.owner.book("CR_CUST", 12_345);
  await pass(stack, 10 * MINUTE);
  await pass(stack, 25 * HOUR);
  const [schedule] = fake.schedules;
  const sales = `${BigInt(schedule?.id ?? 0) * 10_000_000_000_000n + 1n}`;
  const [row] = await stack.rows<{ document: string }>(
    "select document from orders where external_id like 'occupied:%'",
  );
  expect(JSON.parse(row?.document ?? "{}").extra.scheduleId).toBe(sales);
  const lines = await stack.rows("select external_id from ledger_entries where book = 'bills'");
  expect(lines).toEqual(fake.fees.map(({ id }) => ({ external_id: String(id) })));
});

it("S15: goods that are counted long after they arrived are found, and what lacks is told", async () => {
  const stack = await givenVipshop(["jit"], { skus: GOODS });
  const { fake } = await stack.addShop();
  const picks = [0, 1].map(() => {
    fake.buyer.reserve();
    return fake.owner.pick();
  });
  for (const [difference, pick] of picks.entries()) fake.owner.deliver(pick, difference);
  stack.clock.advance(31 * MINUTE);
  fake.books();
  // As long as nobody has counted them.
  const counts = [...fake.deliveries.values()].map((delivery) => ({ delivery, counted: delivery.counted }));
  for (const { delivery } of counts) delivery.counted = null;
  await turns(stack, 3, 40 * MINUTE);
  const states = () =>
    stack.rows<Record<"order" | "parcel", string>>(
      `select o.status as order, s.status as parcel from orders o join shipments s on s.order_external_id = o.external_id
       order by o.external_id`,
    );
  expect(await states()).toEqual([
    { order: "shipped", parcel: "delivered" },
    { order: "shipped", parcel: "delivered" },
  ]);
  for (const { delivery, counted } of counts) delivery.counted = counted;
  await turns(stack, 2, 25 * HOUR);
  expect(await states()).toEqual([
    { order: "delivered", parcel: "delivered" },
    { order: "shipped", parcel: "exception" },
  ]);
});

it("S61 S62: bills that are read again are counted once, each line of one kind, those of no order apart", async () => {
  const stack = await givenVipshop(["jitx"], { skus: GOODS });
  const { fake } = await stack.addShop();
  for (const type of ["CR_CUST", "OTHER", "REBATE"]) fake.owner.book(type, 10_000);
  fake.owner.closeBill();
  await turns(stack, 3, 25 * HOUR);
  const rows = await stack.rows(
    "select kind, amount, order_external_id from ledger_entries where book = 'bills' order by kind, amount",
  );
  expect(rows).toMatchObject([{ kind: "adjustment" }, { kind: "adjustment" }, { kind: "sale" }]);
  expect(rows).toMatchObject(rows.map(() => ({ order_external_id: null })));
  expect(await stack.count("select count(*) as n from settlements")).toBe(1);
});
