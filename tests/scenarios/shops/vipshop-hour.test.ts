import { expect, it } from "vitest";
import type { VipshopFake } from "../../../src/fakes/vipshop/index.ts";
import { expectOwnOrders, liveAnHour, settle, sorted, statesOf, sumsOf, unknownIn } from "../hour.ts";
import { addMoney, type Sums } from "../taobao-sums.ts";
import { act, givenVipshop, HOUR, parcel, type Shop, type Stack } from "../vipshop-stack.ts";

/** Of shops, of parcels with the platform's waybills (`97_…`), and of direct orders; pick lists are 0 and 1. */
const ORDER_STATES = (
  "0 1 10 100 11 117 118 119 12 13 14 20 21 22 23 24 25 28 30 300 31 40 41 42 44 45 46 47 48 49 51 52 53 54 55 56 57 58 59 60 61 " +
  "70 71 72 96 97 97_10 97_22 97_23 98 99"
).split(" ");
/** Types of a bill's lines, and what they are booked as. */
const LINES: Readonly<Record<string, string>> = {
  CR_CUST: "sale",
  DR_CUST: "refund",
  DR_CUST_EXTRA: "refund",
  CR_CUST_DISCOUNT: "seller_discount",
  DR_CUST_DISCOUNT: "seller_discount",
  SUBSIDY: "platform_subsidy",
  ...Object.fromEntries(
    (
      "DR_SUP CR_SUP RMA REBATE NLC VRET VI OTHER OTHER-LENT2 OTHER-RETURN2 OTHER-SHORTAGE2 OTHER-OVERAGE2 " +
      "OTHER-INSPECT_IN2 OTHER-INSPECT_OUT2 OTHER-SCRAP2"
    )
      .split(" ")
      .map((type) => [type, "adjustment"]),
  ),
};
const RESERVATION = "occupied:";
const yuan = (fen: number): string => addMoney("0", (fen / 100).toFixed(2));

it("follows an hour of every way of working: orders, money, parcels, returns, campaigns and bills are the platform's own", async () => {
  const start = new Date("2026-03-02T02:00:00Z");
  const stack = await givenVipshop(["marketplace", "jitx", "dvd", "jit"], { start });
  const shop = await stack.addShop({ seed: 2 });
  const { fake } = shop;
  // A state that nobody knows, in one order of the marketplace.
  let planted: string | null = null;
  shop.tamper((text) => (planted === null ? text : withState(text, planted, "ZZ")));
  let written: Written | null = null;
  await liveAnHour(stack, shop, async (minute) => {
    planted ??= [...fake.orders.values()].find(({ mode, status }) => mode === "mp" && status === "10")?.sn ?? null;
    if (minute === 25) written = await writeOrders(stack, shop);
  });
  expect([...statesOf(fake.events, "order_placed", "order_changed")].sort()).toEqual(ORDER_STATES);
  expect(valuesOf(fake.cancels.values(), ({ status }) => status)).toEqual([2, 3, 4]);
  expect(valuesOf(fake.dvdReturns.values(), ({ type }) => type)).toEqual([0, 1, 2]);
  expect(valuesOf(fake.fees, ({ type }) => type)).toEqual(Object.keys(LINES).sort());
  fake.owner.closeBill();
  await settle(stack, shop);
  // Direct orders are listed again every hour, open returns are asked for every six, bills are read once a day.
  stack.clock.advance(25 * HOUR);
  await settle(stack, shop, HOUR);

  await expectOwnOrders(stack, shop, {
    isOther: (id) => id.startsWith(RESERVATION),
    statusOf: (id, status) => (id === planted ? "ZZ" : (requestOf(fake, id) ?? status)),
    refundedOf: (id, refunded) => (id === planted ? "0" : refunded),
  });
  await expectWritten(stack, shop, written);
  await expectReservations(stack, shop);
  await expectCampaigns(stack, shop);
  await expectDisputes(stack, shop);
  await expectShipments(stack, shop, planted);
  expect(await unknownIn(stack, "orders")).toEqual([planted]);
  expect(await unknownIn(stack, "shipments")).toEqual([`parcel:${planted}`]);
  expect(await unknownIn(stack, "disputes")).toEqual([]);
  expect(await stack.count("select count(*) as n from rejected_records")).toBe(0);
  await expectBills(stack, shop);
});

/** The answer with another state of this order of the marketplace. */
function withState(text: string, id: string, state: string): string {
  const at = text.indexOf(`"order_id":"${id}"`);
  return at < 0 ? text : text.slice(0, at) + text.slice(at).replace(/"status":"\d+"/, `"status":"${state}"`);
}

const valuesOf = <Row, Value extends string | number>(rows: Iterable<Row>, of: (row: Row) => Value): Value[] =>
  [...new Set([...rows].map(of))].sort();

/** What a request says of itself whose order has not come. */
function requestOf({ searches }: VipshopFake, id: string): string | null {
  const search = searches.get(id);
  return search?.order.status === "0" ? search.status : null;
}

type Written = Record<"pick" | "taken" | "declined", string>;

/** What a supplier does by hand: a pick list that leaves, a request that is taken and sent, and one that is declined. */
async function writeOrders(stack: Stack, shop: Shop): Promise<Written> {
  const { fake } = shop;
  const reservation = fake.buyer.reserve();
  const purchase = fake.consumers.find(({ occupiedSn }) => occupiedSn === reservation)?.offer.schedule.po.no;
  const [taken, declined] = [fake.buyer.search(), fake.buyer.search()];
  await done(stack, shop, "orders.create_pick", { purchaseOrderExternalId: purchase });
  const pick = fake.consumers.find(({ occupiedSn }) => occupiedSn === reservation)?.pick?.no ?? "";
  await done(stack, shop, "shipments.confirm", parcel(pick, "TRUCK-1"));
  await done(stack, shop, "orders.acknowledge", { orderExternalId: taken, place: "WH001" });
  await done(stack, shop, "shipments.confirm", parcel(taken, null));
  await done(stack, shop, "orders.acknowledge", { orderExternalId: declined, decline: true });
  return { pick, taken, declined };
}

async function done(stack: Stack, shop: Shop, kind: string, input: object): Promise<void> {
  expect(await act(stack, shop, kind, input)).toEqual({ status: "done", error_text: null });
}

async function expectWritten(stack: Stack, { fake }: Shop, written: Written | null): Promise<void> {
  const { pick = "", taken = "", declined = "" } = written ?? {};
  const rows = await stack.rows<{ external_id: string; status: string }>(
    "select external_id, status from orders where external_id = any($1::text[])",
    [[pick, taken]],
  );
  expect(sorted(rows.map((row) => [row.external_id, row.status]))).toEqual(
    sorted([
      [pick, "delivered"],
      [taken, "shipped"],
    ]),
  );
  expect(fake.searches.get(declined)?.status).toBe("3");
  expect([...fake.deliveries.values()].some(({ deliveryNo }) => deliveryNo === "TRUCK-1")).toBe(true);
}

/** Consumer orders that no pick list has taken up, and that nobody cancelled, hold their units. */
async function expectReservations(stack: Stack, { fake }: Shop): Promise<void> {
  const rows = await stack.rows<Record<"id" | "barcode" | "held", string>>(
    `select o.external_id as id, l.variant_external_id as barcode, l.hold_quantity as held
     from order_lines l join orders o on o.id = l.order_id where o.gone_at is null and o.external_id like $1`,
    [`${RESERVATION}%`],
  );
  const open = fake.consumers.filter(({ state }) => state === "held" || state === "due");
  expect(sorted(rows.map(({ id, barcode, held }) => [id, barcode, Number(held)]))).toEqual(
    sorted(open.map(({ occupiedSn, offer, count }) => [`${RESERVATION}${occupiedSn}`, offer.sku.barcode, count])),
  );
}

/** A purchase order is a campaign at its place. */
async function expectCampaigns(stack: Stack, { fake }: Shop): Promise<void> {
  const rows = await stack.rows<{ external_id: string; place: string; starts_at: Date; ends_at: Date }>(
    "select external_id, place, starts_at, ends_at from campaigns",
  );
  const seconds = (at: Date) => new Date(at).getTime() / 1000;
  expect(sorted(rows.map((row) => [row.external_id, row.place, seconds(row.starts_at), seconds(row.ends_at)]))).toEqual(
    sorted(
      fake.schedules.map(({ po, cooperationNo, warehouse, start, end }) => [
        `po:${po.no}`,
        `${cooperationNo}/${warehouse}`,
        start,
        end,
      ]),
    ),
  );
}

async function expectDisputes(stack: Stack, { fake }: Shop): Promise<void> {
  const rows = await stack.rows<Record<"external_id" | "external_status", string>>(
    "select external_id, external_status from disputes where gone_at is null",
  );
  await expectEndedReturns(stack, fake);
  // States of direct orders that are those of a return.
  const telling = new Set("40 41 42 45 46 47 48 51 52 53 54 55 56 57 58 59 61 100 117".split(" "));
  expect(sorted(rows.map((row) => [row.external_id, row.external_status]))).toEqual(
    sorted([
      ...[...fake.cancels.values()].map(({ sn, status }) => [`cancel:${sn}`, String(status)]),
      ...[...fake.dvdReturns.values()].map(({ id, type, needsAudit, audited }) => [
        `return:${id}`,
        `${type}/${needsAudit && audited === null ? 1 : 0}`,
      ]),
      ...[...fake.vendorReturns.values()].map(({ sn, type }) => [`vendor:${sn}`, String(type)]),
      ...[...fake.orders.values()]
        .filter(({ mode, status }) => mode === "dvd" && telling.has(status))
        .map(({ sn, status }) => [`order:${sn}`, status]),
    ]),
  );
}

/** No list tells how a return ends: its order's state does. */
async function expectEndedReturns(stack: Stack, fake: VipshopFake): Promise<void> {
  const rows = await stack.rows<Record<"external_id" | "status", string>>(
    "select external_id, status from disputes where external_id like 'return:%' and status like 'resolved%'",
  );
  const ends: Readonly<Record<string, string>> = {
    "49": "resolved_refunded",
    "41": "resolved_rejected",
    "42": "resolved_rejected",
    "48": "resolved_rejected",
    "100": "resolved_rejected",
    "61": "resolved_replaced",
  };
  const ended = [...fake.dvdReturns.values()].flatMap(({ id, type, order }) => {
    const end = ends[order.status];
    return type === 2 || end === undefined ? [] : [[`return:${id}`, end]];
  });
  expect(ended.length).toBeGreaterThan(0);
  expect(sorted(rows.map((row) => [row.external_id, row.status]))).toEqual(sorted(ended));
}

/** Whatever the platform says has left is there; other direct orders left as far as their state says. */
async function expectShipments(stack: Stack, { fake }: Shop, planted: string | null): Promise<void> {
  const rows = await stack.rows<{ order_external_id: string }>(
    "select order_external_id from shipments where gone_at is null",
  );
  const ours = rows.map((row) => row.order_external_id);
  const told = fake.events.flatMap((event) => (event.kind === "shipment_made" ? [event.orderId] : []));
  const isTold = (id: string) => told.includes(id);
  expect(ours.filter(isTold).sort()).toEqual(told.sort());
  // Where an order is in a state that nobody knows, its parcel is.
  expect(ours.filter((id) => !isTold(id) && fake.orders.get(id)?.mode !== "dvd")).toEqual([planted]);
}

/** Every line stands on a bill or on none yet, and beside that in the books that come before bills. */
async function expectBills(stack: Stack, { fake }: Shop): Promise<void> {
  const { fees } = fake;
  const sums = (wanted: typeof fees, of: (fee: (typeof fees)[number]) => number): Sums => {
    const found: Sums = {};
    for (const fee of wanted) {
      const kind = LINES[fee.type] ?? "other";
      const { amount, count } = found[kind] ?? { amount: "0", count: 0 };
      found[kind] = { amount: addMoney(amount, yuan(of(fee))), count: count + 1 };
    }
    return found;
  };
  const gross = ({ sign, gross }: (typeof fees)[number]) => sign * gross;
  const [discounts, goods] = [fees.filter((fee) => fee.isDiscount), fees.filter((fee) => !fee.isDiscount)];
  expect(await sumsOf(stack, "bills")).toEqual(sums(goods, gross));
  expect(await sumsOf(stack, "bill_discounts")).toEqual(sums(discounts, gross));
  const open = await stack.count("select count(*) as n from ledger_entries where state = 'deferred'");
  expect(open).toBe(fees.filter(({ billNo }) => billNo === null).length);
  expect(await sumsOf(stack, "purchases")).toEqual(sums(fees, ({ sign, net }) => sign * net));
  const direct = fees.filter(({ orderSn }) => fake.orders.get(orderSn)?.mode === "dvd");
  expect(await sumsOf(stack, "direct")).toEqual(sums(direct, gross));
  expect(await stack.count("select count(*) as n from settlements")).toBe(fake.books().counts.settlements);
}
