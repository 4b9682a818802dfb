/**
 * The scenarios of Vipshop's ways of working that are no shop's: pick lists (JIT), parcels with the platform's waybills (JITX) and
 * direct delivery. What a shop of its marketplace does is asked in polled.test.ts; S40 and S44 are asked of every adapter by the
 * conformance suite, S20 to S35 of the engine.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { countStock } from "../../src/core/stock/counts.ts";
import {
  act,
  ask,
  givenVipshop,
  HOUR,
  MINUTE,
  outcomeOf,
  parcel,
  pass,
  type Shop,
  type Stack,
} from "./vipshop-stack.ts";

const BARCODE = "6901234567892";
const GOODS = [
  { sku: BARCODE, name: "Dress", price: "112.00", stock: 40 },
  { sku: "6901234567908", name: "Skirt", price: "368.00", stock: 25 },
];
/** The co-operation that the fake's goods are in. */
const PLACE = "100120/VIP_NH";

interface Way {
  name: string;
  mode: "jit" | "jitx" | "dvd";
  /** An order that waits to be shipped; its number. */
  order(shop: Shop): string;
  /** It leaves without us. */
  leave(shop: Shop, id: string): void;
  /** Its waybill: null where the platform gives it. */
  waybill: string | null;
  /** The fake's names of what is called. */
  list: string;
  details: string;
  sales: string;
  ship: string;
}

const WAYS: readonly Way[] = [
  {
    name: "JIT",
    mode: "jit",
    order: ({ fake }) => {
      fake.buyer.reserve();
      return fake.owner.pick();
    },
    leave: ({ fake }, id) => void fake.owner.deliver(id),
    waybill: "TRUCK-1",
    list: "JitDeliveryService.getPickList",
    details: "JitDeliveryService.getMultiPoPickDetail",
    sales: "InventoryService.getInventoryOccupiedOrders",
    ship: "JitDeliveryService.deliveryGoods",
  },
  {
    name: "JITX",
    mode: "jitx",
    order: ({ fake }) => fake.buyer.order("jitx"),
    leave: ({ fake }, id) => fake.owner.ship(id),
    waybill: null,
    list: "JitXService.getOrders",
    details: "JitXService.getOrders",
    sales: "JitXService.getOrders",
    ship: "JitXService.ship",
  },
  {
    name: "direct delivery",
    mode: "dvd",
    order: ({ fake }) => fake.buyer.order("dvd"),
    leave: ({ fake }, id) => fake.owner.ship(id),
    waybill: "SF1000000000001",
    list: "DvdDeliveryService.getOrderListByCreateTime",
    details: "DvdDeliveryService.getOrderDetail",
    sales: "DvdDeliveryService.getOrderListByCreateTime",
    ship: "DvdDeliveryService.ship",
  },
];

const given = ({ mode }: Way): Promise<Stack> =>
  givenVipshop([mode], { skus: GOODS, settings: { standing_place: PLACE } });

const ordersOf = (stack: Stack) =>
  stack.rows<Record<"external_id" | "external_status", string>>(
    `select external_id, external_status from orders where external_id not like 'occupied:%' and gone_at is null
     order by external_id`,
  );

/** The row of this order tells nowhere when it was placed. */
function withoutTimes(text: string, id: string): string {
  const start = text.search(new RegExp(`"(?:pick_no|order_sn|order_id)":"${id}"`));
  if (start < 0) return text;
  const end = text.indexOf("}", start);
  const row = text.slice(start, end).replace(/"(add|create|vis_add)_time":"[^"]*"/g, '"$1_time":""');
  return text.slice(0, start) + row + text.slice(end);
}

async function turns(stack: Stack, count: number, ms: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await pass(stack, ms);
}

const counted = (stack: Stack, sku: string, quantity: number) =>
  countStock(
    stack.engine.db,
    {
      counts: [{ sku, location: "main", quantity, basis: "physical", countedAt: stack.clock.now() }],
      actor: "test",
      confirmed: true,
    },
    stack.clock.now(),
  );

const shown = ({ fake }: Shop, sku: string) => fake.books().variants.get(sku)?.quantity;

describe.each(WAYS)("$name", (way) => {
  const { order, waybill, list, details, sales, ship } = way;

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

it.each(WAYS)("S14: two stores of $name with the same order number have two orders", async (way) => {
  const stack = await given(way);
  const one = await stack.addShop({ seed: 7, name: "same", vendorId: 551, settings: { vendor_id: "551" } });
  const two = await stack.addShop({ seed: 7, name: "same", vendorId: 552, settings: { vendor_id: "552" } });
  expect(way.order(one)).toBe(way.order(two));
  await pass(stack, 10 * MINUTE);
  expect(await ordersOf(stack)).toHaveLength(2);
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

/** What no row here asks, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  S04: "no messages come from the platform: polling finds all",
  S05: "no messages come from the platform: polling finds all",
  S12: "notes and holds of ours are the engine's, whatever platform an order is of",
  S24: "quantities are written one SKU a call; an application for prices is approved or rejected whole",
  S40: "asked of every adapter by the conformance suite",
  S42: "a grant is the account's, however the supplier works",
  S43: "no messages come from the platform: polling finds all",
  S44: "asked of every adapter by the conformance suite",
  S51: "deadlines are told nowhere",
  S60: "bills state no totals that their lines could miss",
};

it("every scenario of polled orders, stock, grants and bills is asked here, or has a reason", () => {
  const text = readFileSync(import.meta.filename, "utf8");
  const named = [...text.matchAll(/"((?:S\d\d )*S\d\d): /g)].flatMap(([, numbers = ""]) => numbers.split(" "));
  const orders = Array.from({ length: 16 }, (_, index) => `S${String(index + 1).padStart(2, "0")}`);
  const wanted = [...orders, ..."S20 S24 S26 S32 S40 S41 S42 S43 S44 S50 S51 S60 S61 S62".split(" ")];
  expect(wanted.filter((number) => !named.includes(number) && !(number in EXCEPTIONS))).toEqual([]);
  expect(named.filter((number) => number in EXCEPTIONS)).toEqual([]);
});
