/** Orders that a shop's messages tell of, over the real stack; and parcels that the platform refuses. */
import { describe, expect, it } from "vitest";
import { upsertSkus } from "../../../src/core/stock/catalogue.ts";
import { requestAct } from "../../../src/sync/actions.ts";
import { givenTaobaoStack, type TaobaoShop, type TaobaoStack } from "../taobao-stack.ts";

const MINUTE = 60_000;
const RETRY = 6 * MINUTE;
const CONFIRM = "taobao.tmc.messages.confirm";
const ORDER = "taobao.trade.fullinfo.get";

interface OrderRow {
  external_id: string;
  status: string;
  external_status: string;
  unmapped_lines: number;
  attention: boolean;
  version: string;
}

const orders = (stack: TaobaoStack) =>
  stack.rows<OrderRow>(
    "select external_id, status, external_status, unmapped_lines, attention, version from orders order by external_id",
  );
const reservations = (stack: TaobaoStack) =>
  stack.rows<{ held: number; consumed: number }>("select held, consumed from reservations order by line_id");
const movements = (stack: TaobaoStack) =>
  stack.count("select count(*) as n from stock_movements where kind <> 'count'");
const changesOf = (stack: TaobaoStack) => stack.count("select count(*) as n from changes where entity = 'order'");
const messages = (stack: TaobaoStack) =>
  stack.rows<{ status: string }>("select distinct status from inbox where resource = 'orders' order by status");

function sell({ fake }: TaobaoShop, sku: string, quantity = 1): string {
  const result = fake.sell({ sku, quantity });
  if (!result.sold) throw new Error(`the shop does not sell ${quantity} ${sku}: ${result.reason}`);
  return result.orderId;
}

/** Changes the list of messages of an answer; other answers stay. */
const withMessages = (change: (messages: string[]) => string[]) => (text: string) =>
  text.replace(/^\{"messages":\[(.*)\],"request_id"/, (_, inner: string) => {
    const list = inner.split(/(?<=\}),(?=\{"id":)/);
    return `{"messages":[${change(list).join(",")}],"request_id"`;
  });

describe("messages", () => {
  it("S05 make one order and one reservation when they come five times at once, and again and again unconfirmed", async () => {
    const stack = await givenTaobaoStack();
    const shop = await stack.addShop();
    shop.tamper(withMessages((list) => list.flatMap((message) => Array<string>(5).fill(message))));
    // Nothing is confirmed: the platform sends all of it again.
    shop.fake.fail(CONFIRM, ["reset"], { repeat: true });
    const id = sell(shop, "MUG", 2);
    for (let round = 0; round < 4; round += 1) {
      await stack.readMessages();
      stack.clock.advance(RETRY);
    }
    expect(shop.fake.waitingMessages).toBeGreaterThan(0);
    const known = await orders(stack);
    expect(known).toMatchObject([{ external_id: id, status: "awaiting_shipment", version: "1" }]);
    expect(await reservations(stack)).toEqual([{ held: 2, consumed: 0 }]);
    // A day later, with every trace of the messages cleared.
    stack.clock.advance(24 * 60 * MINUTE);
    await stack.rows("delete from inbox");
    shop.fake.clearFaults();
    await stack.readMessages();
    expect(await stack.count("select count(*) as n from inbox")).toBeGreaterThan(0);
    expect(shop.fake.waitingMessages).toBe(0);
    expect(await orders(stack)).toEqual(known);
    expect(await reservations(stack)).toEqual([{ held: 2, consumed: 0 }]);
    expect(await movements(stack)).toBe(0);
    expect(await changesOf(stack)).toBe(1);
  });

  it("S06 end in the platform's state whatever the order in which they come", async () => {
    const stack = await givenTaobaoStack();
    const shop = await stack.addShop();
    const permutations = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];
    const ids: string[] = [];
    for (const [number, permutation] of permutations.entries()) {
      // All that is told of the order, each message alone, in the order of the permutation.
      const tid = shop.fake.buyer.order();
      ids.push(tid);
      const steps = [
        () => {},
        () => shop.fake.buyer.pay(tid),
        () => shop.fake.owner.ship(tid, `SF20000000000${number}`),
      ];
      const seen: string[] = [];
      shop.tamper(
        withMessages((list) => {
          for (const message of list) if (!seen.includes(message)) seen.push(message);
          return [];
        }),
      );
      for (const step of steps) {
        stack.clock.advance(1_000);
        step();
      }
      await stack.readMessages();
      const told = (topic: string) => seen.find((message) => message.includes(`_${topic}"`) && message.includes(tid));
      const three = [told("TradeCreate"), told("TradeBuyerPay"), told("TradeSellerShip")];
      expect(three.every((message) => message !== undefined)).toBe(true);
      for (const at of permutation) {
        const message = three[at] ?? "";
        stack.clock.advance(RETRY);
        shop.tamper(withMessages((list) => (list.includes(message) ? [message] : [])));
        await stack.readMessages();
      }
      shop.tamper((text) => text);
      stack.clock.advance(RETRY);
      await stack.readMessages();
    }
    const found = await orders(stack);
    expect(found.map((order) => order.external_id).sort()).toEqual([...ids].sort());
    for (const order of found)
      expect(order).toMatchObject({ status: "shipped", external_status: "WAIT_BUYER_CONFIRM_GOODS" });
    for (const { held, consumed } of await reservations(stack)) {
      expect(held).toBe(0);
      expect(consumed).toBeGreaterThan(0);
    }
    expect(await messages(stack)).toEqual([{ status: "done" }]);
    expect(await stack.count("select count(*) as n from rejected_records")).toBe(0);
  });

  it("S07 have one effect though the reader stops between fetch and save, and between save and confirmation", async () => {
    const stack = await givenTaobaoStack();
    const shop = await stack.addShop();
    const id = sell(shop, "TEE");
    // Saved in the inbox, and gone before it was confirmed; the order's own answer never arrives.
    shop.fake.fail(CONFIRM, ["cut"]);
    shop.fake.fail(ORDER, ["reset"], { repeat: true });
    await stack.readMessages();
    expect(await orders(stack)).toEqual([]);
    expect(await messages(stack)).toEqual([{ status: "pending" }]);
    shop.fake.clearFaults();
    stack.clock.advance(RETRY);
    await stack.readMessages();
    const [saved] = await orders(stack);
    expect(saved).toMatchObject({ external_id: id, version: "1" });
    // Saved, and gone before the message was marked as done.
    await stack.rows("update inbox set status = 'pending', due_at = received_at");
    await stack.readMessages();
    expect(await orders(stack)).toEqual([saved]);
    expect(await reservations(stack)).toEqual([{ held: 1, consumed: 0 }]);
    expect(await changesOf(stack)).toBe(1);
    expect(await messages(stack)).toEqual([{ status: "done" }]);
    expect(shop.fake.waitingMessages).toBe(0);
  });

  it("S08 bring an order with a line that nothing is mapped to at once; mapping it later needs no call", async () => {
    const stack = await givenTaobaoStack();
    const shop = await stack.addShop({ adoptSkus: false });
    await upsertSkus(stack.engine.db, [{ code: "MUG" }], stack.clock.now());
    const tid = shop.fake.buyer.order({}, 2);
    shop.fake.buyer.pay(tid);
    expect(shop.fake.trades.get(tid)?.lines).toHaveLength(2);
    await stack.readMessages();
    expect(await orders(stack)).toMatchObject([{ external_id: tid, unmapped_lines: 1, attention: true }]);
    expect(await reservations(stack)).toHaveLength(1);
    const calls = shop.fake.requests.length;
    await upsertSkus(stack.engine.db, [{ code: "TEE" }], stack.clock.now());
    expect(await orders(stack)).toMatchObject([{ external_id: tid, unmapped_lines: 0 }]);
    expect(await reservations(stack)).toHaveLength(2);
    expect(shop.fake.requests.length).toBe(calls);
  });
});

describe("parcels", () => {
  it("S50 are refused clearly: unknown carrier, a number that is none, shipped already; parts stay apart", async () => {
    const stack = await givenTaobaoStack();
    const shop = await stack.addShop();
    const ship = async (orderExternalId: string, more: Record<string, unknown>) => {
      const { id } = await requestAct(stack.engine, {
        storeId: shop.id,
        kind: "shipments.confirm",
        subject: "order",
        subjectId: null,
        input: {
          orderExternalId,
          carrier: "sf",
          trackingNumber: null,
          trackingUrl: null,
          shippedAt: null,
          place: null,
          lines: [],
          notifyBuyer: false,
          method: null,
          ...more,
        },
        actor: "test",
      });
      for (let round = 0; round < 3; round += 1) {
        stack.clock.advance(30 * MINUTE);
        await stack.work((item) => item.kind === "actions");
      }
      const [row] = await stack.rows<{ status: string; error_category: string; error_text: string }>(
        "select status, error_category, error_text from actions where id = $1::uuid",
        [id],
      );
      return row;
    };
    const sends = () => shop.fake.requests.filter(({ operation }) => operation.endsWith(".send")).length;
    const one = sell(shop, "MUG");

    const unknown = await ship(one, { carrier: "platform:ATLANTIS", trackingNumber: "SF1000000000001" });
    expect(unknown).toMatchObject({ status: "rejected", error_category: "invalid_request" });
    expect(unknown?.error_text).toMatch(/carrier/);
    const wrong = await ship(one, { trackingNumber: "1" });
    expect(wrong).toMatchObject({ status: "rejected", error_category: "invalid_request" });
    expect(wrong?.error_text).toMatch(/number/);
    // Each was sent once, and not again.
    expect(sends()).toBe(2);

    shop.fake.owner.ship(one, "SF1000000000002");
    const already = await ship(one, { trackingNumber: "SF1000000000003" });
    expect(already).toMatchObject({ status: "rejected", error_category: "conflict" });
    expect(shop.fake.trades.get(one)?.parcels.map((parcel) => parcel.trackingNumber)).toEqual(["SF1000000000002"]);
    // By the seller's own hand, with our number: done.
    expect(await ship(one, { trackingNumber: "SF1000000000002" })).toMatchObject({ status: "done" });

    const two = shop.fake.buyer.order({}, 2);
    shop.fake.buyer.pay(two);
    const lines = shop.fake.trades.get(two)?.lines ?? [];
    expect(lines).toHaveLength(2);
    for (const [index, line] of lines.entries())
      expect(
        await ship(two, {
          trackingNumber: `SF300000000000${index}`,
          lines: [{ orderLineExternalId: line.oid, quantity: line.num }],
        }),
      ).toMatchObject({ status: "done" });
    expect(shop.fake.trades.get(two)?.parcels.map((parcel) => [parcel.trackingNumber, parcel.oids.join()])).toEqual(
      lines.map((line, index) => [`SF300000000000${index}`, line.oid]),
    );
  });
});
