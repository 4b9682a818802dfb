/** The fake shop's life and its own books. */

import { afterEach, describe, expect, it } from "vitest";
import { createManualClock, foldEvents } from "../../src/fakes/fake.ts";
import { serveFake } from "../../src/fakes/serve.ts";
import { createTaobaoFake, type SellerType, type TaobaoFakeOptions } from "../../src/fakes/taobao/index.ts";
import { type Body, clientOf } from "./taobao-client.ts";

const NOW = "2026-03-01T08:00:00Z";
const ALL_TYPES =
  "fixed,auction,guarantee_trade,step,auto_delivery,ec,cod,nopaid,eticket,tmall_i18n,pre_auth_type,o2o_offlinetrade";

function open(options: TaobaoFakeOptions = {}) {
  const clock = createManualClock(NOW);
  const fake = createTaobaoFake({ clock, name: "zz", ...options });
  return { clock, fake, client: clientOf(fake, () => clock.now()) };
}

/** One hour, minute by minute. */
function liveAnHour({ fake, clock }: Pick<ReturnType<typeof open>, "fake" | "clock">): void {
  for (let minute = 0; minute < 60; minute += 1) {
    fake.tick();
    clock.advance(60_000);
  }
}

const ORDER_STATUSES = [
  "TRADE_NO_CREATE_PAY",
  "WAIT_BUYER_PAY",
  "PAY_PENDING",
  "WAIT_PRE_AUTH_CONFIRM",
  "PAID_FORBID_CONSIGN",
  "WAIT_SELLER_SEND_GOODS",
  "SELLER_CONSIGNED_PART",
  "WAIT_BUYER_CONFIRM_GOODS",
  "TRADE_BUYER_SIGNED",
  "TRADE_FINISHED",
  "TRADE_CLOSED",
  "TRADE_CLOSED_BY_TAOBAO",
];
const REFUND_STATUSES = [
  "WAIT_SELLER_AGREE",
  "WAIT_BUYER_RETURN_GOODS",
  "WAIT_SELLER_CONFIRM_GOODS",
  "SELLER_REFUSE_BUYER",
  "CLOSED",
  "SUCCESS",
  "WAIT_BUYER_CONFIRM_EXCHANGE_SELLER_SEND_GOODS",
  "EXCHANGE_WAIT_BUYER_CONFIRM_GOODS",
  "WAIT_SELLER_CONSIGN_GOODS",
  "EXCHANGE_TRANSFORM_TO_REFUND",
  "WAIT_BUYER_CONFIRM_REDO_SEND_GOODS",
  "WAIT_SELLER_CONFIRM_RETURN_ADDRESS",
  "POST_FEE_DISPUTE_WAIT_ACTIVATE",
];

describe("an hour of life", () => {
  const shops: [SellerType, number][] = [
    ["B", 1],
    ["B", 2],
    ["C", 3],
  ];

  it.each(shops)("goes through every status of trades and refunds (shop %s, seed %i)", (sellerType, seed) => {
    const shop = open({ sellerType, seed, orders: 0 });
    const from = shop.fake.events.length;
    liveAnHour(shop);
    const events = shop.fake.events.slice(from);
    const statuses = (...kinds: string[]) =>
      new Set(events.flatMap((event) => (kinds.includes(event.kind) && "status" in event ? [event.status] : [])));
    expect([...statuses("order_placed", "order_changed")].sort()).toEqual([...ORDER_STATUSES].sort());
    expect([...statuses("dispute_opened", "dispute_changed")].sort()).toEqual([...REFUND_STATUSES].sort());
  });

  it("writes every kind of ledger entry and of the virtual account's journal", () => {
    const shop = open({ seed: 4, orders: 0 });
    liveAnHour(shop);
    const kinds = new Set(shop.fake.ledger.map((entry) => entry.kind));
    expect([...kinds].sort()).toEqual(
      "affiliate commission compensation credit_fee insurance payment_fee payout points refund sale subsidy".split(" "),
    );
    expect([...new Set(shop.fake.journal.map((entry) => entry.type))].sort()).toEqual([101, 102, 103, 104, 105, 106]);
  });

  it("tells of each kind of event by message", async () => {
    const shop = open({ seed: 5, orders: 0 });
    await shop.client.ok("taobao.tmc.user.permit");
    liveAnHour(shop);
    const topics = new Set<string>();
    for (let more = true; more; ) {
      const { messages = [] } = await shop.client.ok("taobao.tmc.messages.consume", { quantity: 200 });
      for (const message of messages) topics.add(message.topic);
      more = messages.length > 0;
    }
    const expected = [
      "trade_TradeCreate trade_TradeBuyerPay trade_TradeBuyerStepPay trade_TradeClose trade_TradeSellerShip",
      "trade_TradePartlySellerShip trade_TradeSuccess trade_TradePartlyConfirmPay trade_TradeMemoModified",
      "trade_TradeLogisticsAddressChanged trade_TradePartlyRefund trade_TradeRated refund_RefundCreated",
      "refund_RefundSuccess refund_RefundClosed refund_RefundSellerRefuseAgreement refund_RefundBuyerReturnGoods",
      "dispute_ExchangeSuccess dispute_ReshippingBuyerApply item_ItemAdd item_ItemStockChanged item_ItemUpshelf",
      "item_ItemPunishDownshelf logistics_LogsticDetailTrace modifyaddress_ResultNotify",
    ];
    for (const topic of expected.flatMap((line) => line.split(" "))) expect(topics).toContain(`taobao_${topic}`);
  });

  it("is the same for the same seed and another for another", () => {
    const story = (seed: number): string => {
      const shop = open({ seed });
      liveAnHour(shop);
      return JSON.stringify(shop.fake.events);
    };
    expect(story(5)).toBe(story(5));
    expect(story(5)).not.toBe(story(6));
  });
});

describe("books", () => {
  it.each(["B", "C"] as const)(
    "recomputed from the log equal the answers after days of life (shop %s)",
    async (sellerType) => {
      const shop = open({ sellerType, orders: 50, listings: 24 });
      liveAnHour(shop);
      shop.clock.advance(3 * 86_400_000);
      liveAnHour(shop);
      const { fake, client } = shop;
      expect(foldEvents(fake.events)).toEqual(fake.books());
      const books = fake.books();

      const fields = "tid,status,payment,orders";
      const trades = await client.all("taobao.trades.sold.get", "trades", { fields, type: ALL_TYPES, page_size: 100 });
      expect(trades.length).toBe(books.counts.orders);
      for (const trade of trades) {
        const fact = books.orders.get(String(trade.tid));
        expect([fact?.status, fact?.total]).toEqual([trade.status, trade.payment]);
        expect(fact?.lines.map((line) => line.quantity)).toEqual(trade.orders.map((line: Body) => line.num));
      }

      const items: Body[] = [];
      for (const banner of ["for_shelved", "sold_out", "violation_off_shelf"])
        items.push(
          ...((await client.ok("taobao.items.inventory.get", { fields: "num_iid", banner, page_size: 200 })).items ??
            []),
        );
      items.push(...(await client.ok("taobao.items.onsale.get", { fields: "num_iid", page_size: 200 })).items);
      expect(items.length).toBe(books.counts.listings);
      let variants = 0;
      for (const { num_iid } of items) {
        const { item } = await client.ok("taobao.item.seller.get", {
          fields: "num_iid,num,price,outer_id,skus",
          num_iid,
        });
        const rows = item.skus ?? [
          { sku_id: item.num_iid, quantity: item.num, price: item.price, outer_id: item.outer_id },
        ];
        for (const row of rows) {
          variants += 1;
          const fact = books.variants.get(String(row.sku_id));
          expect([fact?.quantity, fact?.price, fact?.sku]).toEqual([row.quantity, row.price, row.outer_id]);
        }
      }
      expect(variants).toBe(books.counts.variants);

      const asked = { fields: "refund_id,status", type: ALL_TYPES };
      const refunds = await client.all("taobao.refunds.receive.get", "refunds", asked);
      refunds.push(...(await client.all("taobao.special.refunds.receive.get", "refunds", asked)));
      expect(refunds.length).toBe(books.counts.disputes);
      const paidBack = [...fake.refunds.values()].filter((refund) => refund.status === "SUCCESS" && refund.fee > 0);
      expect(books.counts.refunds).toBeLessThanOrEqual(paidBack.length);
      const days = new Set(fake.ledger.map((entry) => Math.floor((entry.at + 8 * 3600) / 86_400)));
      const today = Math.floor((shop.clock.now().getTime() / 1000 + 8 * 3600) / 86_400);
      days.delete(today);
      expect(books.counts.settlements).toBe(days.size);
    },
  );

  it("begin with what was asked for", () => {
    const skus = [
      { sku: "A", name: "A", price: "12.00", stock: 10 },
      { sku: "B", name: "B", price: "5.00", stock: 0 },
    ];
    const { counts, variants } = open({ orders: 60, skus }).fake.books();
    expect(counts).toMatchObject({ orders: 60, listings: 2, variants: 2 });
    expect([...variants.values()].map(({ sku, quantity }) => [sku, quantity])).toEqual([
      ["A", 10],
      ["B", 0],
    ]);
  });
});

describe("a shop with thousands of trades", () => {
  it("is made and read without delay", async () => {
    const { client } = open({ orders: 2000, listings: 40 });
    const rows = await client.all("taobao.trades.sold.get", "trades", {
      fields: "tid",
      type: ALL_TYPES,
      page_size: 100,
    });
    expect(new Set(rows.map((row) => row.tid)).size).toBe(2000);
  });
});

describe("server", () => {
  let close = async (): Promise<void> => {};
  afterEach(() => close());

  it("speaks over HTTP, and the bank's links lead back to it", async () => {
    const { fake, client } = open();
    const served = await serveFake(fake);
    close = served.close;
    const probe = await client.ok("taobao.user.seller.get", { fields: "nick" });
    expect(probe.user.nick).toBe(fake.shop.nick);
    const answer = await fetch(`${served.baseUrl}/router/rest`, {
      method: "POST",
      body: new URLSearchParams({ method: "taobao.time.get" }),
    });
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining("<code>28</code>")]);
    expect((await fetch(`${served.baseUrl}/__fake/books?facts=none`)).ok).toBe(true);
  });
});
