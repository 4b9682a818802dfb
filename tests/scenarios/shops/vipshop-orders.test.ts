/** Orders of pick lists (JIT), parcels with the platform's waybills (JITX) and direct delivery: what lists hide, move or tell late. */
import { describe, expect, it } from "vitest";
import { act, ask, givenVipshop, MINUTE, outcomeOf, parcel, pass } from "../vipshop-stack.ts";
import { BARCODE, GOODS, given, ordersOf, turns, WAYS, withoutTimes } from "../vipshop-ways.ts";

describe.each(WAYS)("$name", (way) => {
  const { order, waybill, list, details, ship } = way;

  it("S03 S06 S10: changes within one second all end in the database, at their own time, read in between or not", async () => {
    const stack = await given(way);
    const shop = await stack.addShop();
    const ids = [order(shop), order(shop), order(shop)];
    await pass(stack, 10 * MINUTE);
    way.leave(shop, ids[0] ?? "");
    await stack.work();
    way.leave(shop, ids[1] ?? "");
    // Pick lists are found by what has left, direct orders by listing them again.
    await turns(stack, 3, 40 * MINUTE);
    const facts = shop.fake.books().orders;
    expect(await ordersOf(stack)).toEqual(
      [...ids].sort().map((id) => ({ external_id: id, external_status: facts.get(id)?.status })),
    );
    const placed = await stack.rows<{ external_id: string; placed_at: Date }>(
      "select external_id, placed_at from orders where external_id not like 'occupied:%'",
    );
    for (const row of placed) expect(new Date(row.placed_at).toISOString()).toBe(facts.get(row.external_id)?.placedAt);
  });

  it("S07 S16: a reading that breaks off is taken up again, and nothing is skipped or doubled", async () => {
    const stack = await given(way);
    const shop = await stack.addShop();
    const ids = Array.from({ length: 12 }, () => order(shop));
    shop.fake.fail(details, ["ok", "reset", "ok", { status: 503 }, "cut", "ok", { html: "<p>busy" }]);
    await turns(stack, 6, 6 * MINUTE);
    expect((await ordersOf(stack)).map((row) => row.external_id)).toEqual([...ids].sort());
    shop.fake.clearFaults();
    shop.fake.fail(list, [{ status: 503 }, "cut"]);
    const last = order(shop);
    await turns(stack, 6, 6 * MINUTE);
    expect((await ordersOf(stack)).map((row) => row.external_id)).toEqual([...ids, last].sort());
  });

  it("S08: an order of goods that nobody has mapped is visible at once", async () => {
    const stack = await given(way);
    const shop = await stack.addShop({ adoptSkus: false });
    const id = order(shop);
    await pass(stack, 10 * MINUTE);
    expect(await ordersOf(stack)).toMatchObject([{ external_id: id }]);
    expect(await stack.count("select count(*) as n from order_lines where sku_id is null")).toBeGreaterThan(0);
  });

  it("S09: one order that does not map is set aside alone, and comes when it does", async () => {
    const stack = await given(way);
    const shop = await stack.addShop();
    const ids = [order(shop), order(shop), order(shop)].sort();
    const bad = ids[1] ?? "";
    let isBroken = true;
    shop.tamper((text) => (isBroken ? withoutTimes(text, bad) : text));
    await turns(stack, 2, 10 * MINUTE);
    expect((await ordersOf(stack)).map((row) => row.external_id)).toEqual(ids.filter((id) => id !== bad));
    expect(await stack.rows("select external_id from rejected_records where resolved_at is null")).toEqual([
      { external_id: bad },
    ]);
    isBroken = false;
    way.leave(shop, bad);
    await turns(stack, 3, 40 * MINUTE);
    expect((await ordersOf(stack)).map((row) => row.external_id)).toEqual(ids);
    expect(await stack.count("select count(*) as n from rejected_records where resolved_at is null")).toBe(0);
  });

  it("S13 S50: our own shipment comes back as no news, and is asked for once though its answer is lost", async () => {
    const stack = await given(way);
    const shop = await stack.addShop();
    const id = order(shop);
    await pass(stack, 10 * MINUTE);
    shop.fake.fail(ship, ["cut"]);
    const { id: action } = await ask(stack, shop.id, "shipments.confirm", parcel(id, waybill));
    await turns(stack, 6, 5 * MINUTE);
    expect(await outcomeOf(stack, action)).toEqual({ status: "done", error_text: null });
    expect(shop.fake.requests.filter((request) => request.operation === ship)).toHaveLength(1);
    expect(shop.fake.books().counts.shipments).toBe(1);
    const [row] = await ordersOf(stack);
    expect(row).toEqual({ external_id: id, external_status: shop.fake.books().orders.get(id)?.status });
  });

  it("S50: a carrier or a waybill that is not the platform's is refused with a reason, and nothing is sent again", async () => {
    const stack = await given(way);
    const shop = await stack.addShop();
    const id = order(shop);
    await pass(stack, 10 * MINUTE);
    const wrong = waybill === null ? parcel(id, "FOREIGN-1") : parcel(id, waybill, { carrier: "nobody" });
    const refused = await act(stack, shop, "shipments.confirm", wrong);
    expect(refused?.status).toBe("rejected");
    expect(refused?.error_text).toMatch(waybill === null ? /运单号/ : /name a carrier/);
    await turns(stack, 3, 5 * MINUTE);
    expect(shop.fake.requests.filter((request) => request.operation === ship)).toHaveLength(waybill === null ? 1 : 0);
    expect(await act(stack, shop, "shipments.confirm", parcel(id, waybill))).toEqual({
      status: "done",
      error_text: null,
    });
    // What has left is done, whoever asks again.
    expect((await act(stack, shop, "shipments.confirm", parcel(id, waybill)))?.status).toBe("done");
    expect(shop.fake.books().counts.shipments).toBe(1);
  });

  it("S15: an edit that moves no change time is found when open orders are read again", async () => {
    const stack = await given(way);
    const shop = await stack.addShop();
    const id = order(shop);
    await pass(stack, 10 * MINUTE);
    const { fake } = shop;
    const line = fake.picks.get(id)?.lines[0] ?? fake.orders.get(id)?.lines[0];
    if (!line) throw new Error("the order has no lines");
    line.count += 3;
    await turns(stack, 3, 30 * MINUTE);
    const rows = await stack.rows<{ quantity: string }>(
      "select l.quantity from order_lines l join orders o on o.id = l.order_id where o.external_id = $1",
      [id],
    );
    expect(rows.map((row) => Number(row.quantity))).toEqual([line.count]);
  });
});

it("S01: orders that change while their list is paged are stored once, and none is skipped", async () => {
  const stack = await givenVipshop(["jitx"], { skus: [{ sku: BARCODE, name: "Dress", price: "112.00", stock: 900 }] });
  const shop = await stack.addShop();
  const { fake } = shop;
  const ids = Array.from({ length: 250 }, () => fake.buyer.order("jitx"));
  let pages = 0;
  shop.tamper((text) => {
    // Behind the first page, forty of them move to the end of the list.
    if (text.includes('"orders":[{') && ++pages === 2) for (const id of ids.slice(0, 40)) fake.owner.ship(id);
    return text;
  });
  stack.clock.advance(10 * MINUTE);
  await stack.work();
  expect(pages).toBeGreaterThan(2);
  await turns(stack, 2, 10 * MINUTE);
  const facts = fake.books().orders;
  expect(await ordersOf(stack)).toEqual(
    [...ids].sort().map((id) => ({ external_id: id, external_status: facts.get(id)?.status })),
  );
});

it("S02: a direct order that its list left out for two hours is found when the list is read again", async () => {
  const stack = await givenVipshop(["dvd"], { skus: GOODS });
  const shop = await stack.addShop();
  const [hidden, told] = [shop.fake.buyer.order("dvd"), shop.fake.buyer.order("dvd")];
  let isHidden = true;
  shop.tamper((text) =>
    isHidden && text.includes("order_list_by_create_time")
      ? text.replace(new RegExp(`\\{"order_id":"${hidden}"[^}]*\\},?`), "")
      : text,
  );
  await turns(stack, 4, 30 * MINUTE);
  expect((await ordersOf(stack)).map((row) => row.external_id)).toEqual([told]);
  isHidden = false;
  await turns(stack, 2, 40 * MINUTE);
  expect((await ordersOf(stack)).map((row) => row.external_id)).toEqual([hidden, told].sort());
});

it.each(WAYS)("S14: two stores of $name with the same order number have two orders", async (way) => {
  const stack = await given(way);
  const one = await stack.addShop({ seed: 7, name: "same", vendorId: 551, settings: { vendor_id: "551" } });
  const two = await stack.addShop({ seed: 7, name: "same", vendorId: 552, settings: { vendor_id: "552" } });
  expect(way.order(one)).toBe(way.order(two));
  await pass(stack, 10 * MINUTE);
  expect(await ordersOf(stack)).toHaveLength(2);
});
