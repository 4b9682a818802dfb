import { describe, expect, it } from "vitest";
import { toUnified } from "../../../src/adapters/taobao/orders/to-order.ts";
import type { AnyAct } from "../../../src/core/adapter.ts";
import { checkTotals } from "../../../src/core/ingest/totals.ts";
import { CONTEXT, givenAdapter, givenLine, givenRefund, givenStore, givenTrade, raw, SIGNAL } from "./stub.ts";

const map = (trade: Record<string, unknown>, refunds: unknown[] = [], settings = {}) => {
  const [order] = toUnified(raw({ trade, refunds }), { ...CONTEXT, settings }).orders;
  if (!order) throw new Error("no order");
  return order;
};
const yuan = (amount: string) => ({ amount, currency: "CNY" });
const all = (status: string, more: Record<string, unknown> = {}) =>
  givenTrade({ status, orders: [givenLine({ status, ...more })], payment: "171.08" });

describe("a trade", () => {
  it("is an order whose lines and charges make its total", () => {
    const order = map(givenTrade());
    expect(order).toMatchObject({
      externalId: "4012345678901234567",
      externalKind: "fixed",
      status: "awaiting_shipment",
      paymentStatus: "paid",
      placedAt: new Date("2024-01-15T03:20:03Z"),
      paidAt: new Date("2024-01-15T03:20:41Z"),
      total: yuan("226"),
      paid: yuan("226"),
      refunded: yuan("0"),
      deductsStockOn: "payment",
      notes: { buyer: null, seller: null, flag: "green" },
      warnings: [],
    });
    expect(order.lines).toMatchObject([
      {
        externalId: "4012345678902234567",
        listingExternalId: "539130012662",
        variantExternalId: "3208280995138",
        sellerCode: "B3500-BK",
        quantity: 2,
        unitPrice: yuan("98"),
        discount: yuan("34.92"),
        total: yuan("161.08"),
        fulfilmentStatus: "unfulfilled",
      },
      { externalId: "4012345678903234567", variantExternalId: "539130012777", sellerCode: null, total: yuan("54.92") },
    ]);
    expect(order.charges).toEqual([
      { kind: "shipping", payer: "buyer", amount: yuan("10"), label: null, inTotal: true },
    ]);
    expect(checkTotals(order)).toBeNull();
  });

  it("keeps ids above 2^53 and maps the same in both forms of answer", () => {
    const { adapter } = givenAdapter();
    const { orders, ...trade } = givenTrade();
    const text = JSON.stringify({
      trade_fullinfo_get_response: { trade: { ...trade, orders: { order: orders } }, request_id: "x" },
    }).replaceAll(/"(40123456789\d{8})"/g, "$1");
    expect(text).toContain('"tid":4012345678901234567');
    const [wrapped] = adapter.orders.parseFile(new TextEncoder().encode(text), CONTEXT);
    const [lean] = adapter.orders.parseFile(
      new TextEncoder().encode(JSON.stringify({ trade: givenTrade(), request_id: "x" })),
      CONTEXT,
    );
    expect(wrapped?.externalId).toBe("4012345678901234567");
    expect(wrapped && toUnified(wrapped, CONTEXT)).toEqual(lean && toUnified(lean, CONTEXT));
  });

  it("takes one line that is no list, and none at all", () => {
    expect(map(givenTrade({ orders: { order: givenLine() } })).lines).toHaveLength(1);
    expect(map(givenTrade({ orders: undefined })).lines).toEqual([]);
  });

  it("is masked, with the oaid that stands for the receiver", () => {
    expect(map(givenTrade()).shipTo).toEqual({
      name: "张**",
      phone: "138****0000",
      company: null,
      lines: ["五常街道", "文**路***号"],
      district: "余杭区",
      city: "杭州市",
      region: "浙江省",
      postcode: null,
      country: "CN",
      privacy: "masked",
      encrypted: { oaid: "1ctFfHOw1cCMP3giFqJYUsmJu4ugofb1Db9O" },
    });
    expect(map(givenTrade({ receiver_city: "", receiver_district: "仙桃市" })).shipTo?.city).toBe("仙桃市");
    expect(map(givenTrade()).buyer).toMatchObject({ externalId: "AAHk5d-EAAeGwJedwSFuEXMP", name: "t**x" });
  });
});

describe("status of a trade", () => {
  it.each([
    ["TRADE_NO_CREATE_PAY", "awaiting_payment", "unpaid"],
    ["WAIT_BUYER_PAY", "awaiting_payment", "unpaid"],
    ["PAY_PENDING", "awaiting_payment", "authorized"],
    ["WAIT_PRE_AUTH_CONFIRM", "on_hold", "authorized"],
    ["PAID_FORBID_CONSIGN", "on_hold", "paid"],
    ["WAIT_SELLER_SEND_GOODS", "awaiting_shipment", "paid"],
    ["SELLER_CONSIGNED_PART", "partially_shipped", "paid"],
    ["WAIT_BUYER_CONFIRM_GOODS", "shipped", "paid"],
    ["TRADE_BUYER_SIGNED", "delivered", "paid"],
    ["TRADE_FINISHED", "completed", "paid"],
    ["TRADE_CLOSED", "cancelled", "refunded"],
    ["TRADE_CLOSED_BY_TAOBAO", "cancelled", "unpaid"],
  ])("%s is %s, %s", (status, order, payment) => {
    expect(map(all(status))).toMatchObject({
      status: order,
      paymentStatus: payment,
      externalStatus: status,
      warnings: [],
    });
  });

  it("that no table knows is unknown, with one warning", () => {
    const order = map(givenTrade({ status: "ZZ" }));
    expect(order.status).toBe("unknown");
    expect(order.warnings).toHaveLength(1);
  });

  it.each(["top_hold", "team_buy_hold", "share_group_hold", "ofp_hold", "forbid_consign", "is_sh_ship"])(
    "%s holds a paid trade",
    (hold) => {
      for (const value of [1, "1", true, "true"])
        expect(map(givenTrade({ [hold]: value }))).toMatchObject({ status: "on_hold", extra: { holds: hold } });
      expect(map(givenTrade({ [hold]: 0 })).status).toBe("awaiting_shipment");
    },
  );

  it("is unpaid with cash on delivery until it was signed for", () => {
    const cod = (status: string) => map({ ...all(status), type: "cod", pay_time: null });
    expect(cod("WAIT_SELLER_SEND_GOODS")).toMatchObject({
      status: "awaiting_shipment",
      paymentStatus: "unpaid",
      paid: yuan("0"),
    });
    expect(cod("WAIT_BUYER_CONFIRM_GOODS").paymentStatus).toBe("unpaid");
    expect(cod("TRADE_FINISHED")).toMatchObject({ paymentStatus: "paid", paid: yuan("171.08") });
  });
});

describe("a line", () => {
  it.each([
    ["WAIT_BUYER_PAY", {}, "unfulfilled", [0, 0, 0]],
    ["WAIT_BUYER_CONFIRM_GOODS", {}, "fulfilled", [2, 0, 0]],
    ["TRADE_BUYER_SIGNED", {}, "fulfilled", [2, 0, 0]],
    ["TRADE_FINISHED", {}, "fulfilled", [2, 0, 0]],
    ["TRADE_CLOSED", {}, "cancelled", [0, 2, 0]],
    ["TRADE_CLOSED", { consign_time: "2024-01-16 10:00:00" }, "returned", [2, 0, 2]],
    ["TRADE_CLOSED_BY_TAOBAO", {}, "cancelled", [0, 2, 0]],
  ])("%s %o is %s", (status, more, fulfilment, [shipped, cancelled, returned]) => {
    expect(map(all(status, more)).lines[0]).toMatchObject({
      fulfilmentStatus: fulfilment,
      shippedQuantity: shipped,
      cancelledQuantity: cancelled,
      returnedQuantity: returned,
    });
  });

  it("without its share has its price less its part of the discounts; an only line never counts the postage", () => {
    const unpaid = { divide_order_fee: undefined, part_mjz_discount: "6.00", payment: "180.00" };
    expect(map(givenTrade({ orders: [givenLine(unpaid)] })).lines[0]?.total).toEqual(yuan("170"));
    const bare = { ...unpaid, total_fee: undefined };
    expect(map(givenTrade({ orders: [givenLine(bare)] })).lines[0]?.total).toEqual(yuan("170"));
    expect(
      map(givenTrade({ orders: [givenLine(bare), givenLine({ oid: "2", oid_str: "2" })] })).lines[0]?.total,
    ).toEqual(yuan("180"));
  });

  it("that was given is a gift, and a bundle names its parts", () => {
    const line = givenLine({
      is_free_gift: "true",
      combine_item_info: {
        combine_sub_item_d_o: [
          { outer_sku_id: "A", quantity: 2 },
          { outer_sku_id: "B", quantity: 1 },
        ],
      },
    });
    const order = map(givenTrade({ orders: [line] }));
    expect(order.lines[0]?.gift).toBe(true);
    expect(order.extra.bundle_4012345678902234567).toBe("Ax2,Bx1");
  });
});

describe("money of a trade", () => {
  const step = (status: string, more = {}) =>
    map(givenTrade({ type: "step", step_trade_status: status, step_paid_fee: "50.00", ...more }));

  it("of a pre-sale is a deposit and a balance", () => {
    expect(
      step("FRONT_NOPAID_FINAL_NOPAID", { status: "WAIT_BUYER_PAY", pay_time: null, step_paid_fee: "0.00" }),
    ).toMatchObject({
      paymentStatus: "unpaid",
      payments: [{ amount: yuan("226"), status: "unpaid" }],
    });
    expect(step("FRONT_PAID_FINAL_NOPAID", { status: "WAIT_BUYER_PAY", pay_time: null })).toMatchObject({
      status: "awaiting_payment",
      paymentStatus: "partially_paid",
      paid: yuan("50"),
      payments: [
        { amount: yuan("50"), status: "paid" },
        { amount: yuan("176"), status: "unpaid" },
      ],
    });
    expect(step("FRONT_PAID_FINAL_PAID")).toMatchObject({
      paymentStatus: "paid",
      paid: yuan("226"),
      payments: [
        { amount: yuan("50"), status: "paid", paidAt: null },
        { amount: yuan("176"), status: "paid", paidAt: new Date("2024-01-15T03:20:41Z") },
      ],
    });
    expect(step("FRONT_PAID_FRONT_FORFEITED", { status: "TRADE_CLOSED_BY_TAOBAO" })).toMatchObject({
      status: "cancelled",
      paid: yuan("50"),
      payments: [{ status: "paid" }, { status: "voided" }],
    });
  });

  it("of a closed pre-sale that went back is never more than what was paid", () => {
    const closed = (status: string, more = {}) => step(status, { status: "TRADE_CLOSED", ...more });
    expect(closed("FRONT_PAID_FRONT_FORFEITED")).toMatchObject({ paid: yuan("50"), refunded: yuan("0"), warnings: [] });
    expect(closed("FRONT_PAID_FINAL_NOPAID")).toMatchObject({
      paymentStatus: "refunded",
      paid: yuan("50"),
      refunded: yuan("50"),
      warnings: [],
    });
    expect(closed("FRONT_NOPAID_FINAL_NOPAID", { step_paid_fee: "0.00" })).toMatchObject({
      paid: yuan("0"),
      refunded: yuan("0"),
      warnings: [],
    });
    expect(closed("FRONT_PAID_FINAL_PAID")).toMatchObject({ paid: yuan("226"), refunded: yuan("226"), warnings: [] });
  });

  it("that went back beyond what was paid is said", () => {
    const refund = givenRefund({ status: "SUCCESS", refund_fee: "300.00" });
    const line = givenLine({ refund_status: "SUCCESS", refund_id: "104781373664603" });
    expect(map(givenTrade({ orders: [line] }), [refund])).toMatchObject({
      paid: yuan("226"),
      refunded: yuan("300"),
      warnings: [{ code: "refund_exceeds_paid" }],
    });
    const exact = givenRefund({ status: "SUCCESS", refund_fee: "226.00" });
    expect(map(givenTrade({ orders: [line] }), [exact]).warnings).toEqual([]);
  });

  it("that went back in part comes from the refunds", () => {
    const trade = givenTrade({
      orders: [
        givenLine({ refund_status: "SUCCESS", refund_id: "104781373664603" }),
        givenLine({ oid: "2", oid_str: "2" }),
      ],
    });
    const refund = givenRefund({ status: "SUCCESS", refund_fee: "30.50" });
    expect(map(trade, [refund])).toMatchObject({
      refunded: yuan("30.5"),
      paymentStatus: "partially_refunded",
      warnings: [],
    });
    const exchanged = givenRefund({ status: "SUCCESS", dispute_type: "TMALL_EXCHANGE" });
    expect(map(trade, [exchanged])).toMatchObject({ refunded: yuan("0"), paymentStatus: "paid", warnings: [] });
    const untold = map(trade);
    expect(untold).toMatchObject({ refunded: null, paymentStatus: "partially_refunded" });
    expect(untold.warnings).toMatchObject([{ code: "refund_amount_unknown" }]);
    expect(map(all("TRADE_CLOSED"))).toMatchObject({ refunded: yuan("171.08"), paymentStatus: "refunded" });
  });

  it("that others gave is told by payer, and is no part of the total", () => {
    const order = map(
      givenTrade({
        platform_subsidy_fee: "3.00",
        coupon_fee: 150,
        real_point_fee: 200,
        alipay_point: 5,
        promotion_details: {
          promotion_detail: [
            { id: 1, promotion_name: "店铺优惠券", discount_fee: "20.00", promotion_id: "shopbonus-1_2" },
          ],
        },
      }),
    );
    const given = order.charges.filter((charge) => charge.kind === "discount");
    expect(given.map(({ payer, amount, inTotal }) => [payer, amount.amount, inTotal])).toEqual([
      ["seller", "-20", false],
      ["platform", "-3", false],
      ["platform", "-1.5", false],
      ["platform", "-2", false],
      ["payment_provider", "-0.05", false],
    ]);
    expect(checkTotals(order)).toBeNull();
    expect(order.warnings).toMatchObject([{ code: "promotions_disagree" }]);
  });

  it("counts services and cross-border tax where the trade adds up with them only", () => {
    const service = { oid: "9", title: "安装", payment: "15.00" };
    const beside = map(givenTrade({ service_orders: { service_order: [service] }, payment: "241.00" }));
    expect(checkTotals(beside)).toBeNull();
    const inside = map(givenTrade({ service_orders: [service] }));
    expect(checkTotals(inside)).toBeNull();
    expect(inside.charges).toContainEqual(expect.objectContaining({ kind: "service_fee", inTotal: false }));
  });
});

describe("memo", () => {
  const act = (input: Record<string, unknown>) => ({ idempotencyKey: "k", input, progress: null });
  const given = (trade = givenTrade()) => {
    const made = givenAdapter((call) =>
      call.method === "taobao.trade.fullinfo.get" ? { trade } : { trade: { tid: "1" } },
    );
    const { set_memo: memo } = made.adapter.orders.acts;
    if ("absent" in memo && memo.absent) throw new Error("no memo");
    return { ...made, memo: memo as Extract<typeof memo, { perform: unknown }> };
  };

  it("sends the flag that is there, so that it does not turn grey", async () => {
    const { memo, sent } = given();
    await memo.perform(givenStore(), act({ orderExternalId: "4012345678901234567", text: "缺货", flag: null }), SIGNAL);
    expect(sent.at(-1)?.parameters).toMatchObject({ tid: "4012345678901234567", memo: "缺货", flag: "3" });
    await memo.perform(givenStore(), act({ orderExternalId: "4012345678901234567", text: "", flag: "red" }), SIGNAL);
    expect(sent.at(-1)?.parameters).toMatchObject({ flag: "1", reset: "true" });
    expect(sent.at(-1)?.parameters.memo).toBeUndefined();
  });

  it("is refused where it is too long, or the flag is none", async () => {
    const { memo, sent } = given();
    const long = act({ orderExternalId: "1", text: "字".repeat(501), flag: null });
    expect(await memo.perform(givenStore(), long, SIGNAL)).toMatchObject({ outcome: "rejected" });
    const flag = act({ orderExternalId: "1", text: "a", flag: "pinkish" });
    expect(await memo.perform(givenStore(), flag, SIGNAL)).toMatchObject({ outcome: "rejected" });
    expect(sent).toEqual([]);
  });
});

describe("receivers", () => {
  const TIDS = ["4012345678901234567", "4012345678901234568", "4012345678901234569"];
  const merge = (tid_list: unknown, oaid: string | null = "1ctF") => {
    const made = givenAdapter((call) =>
      call.method === "taobao.top.oaid.merge"
        ? { tid_list }
        : { trade: givenTrade({ tid: call.parameters.tid, tid_str: call.parameters.tid, oaid }) },
    );
    const found = made.adapter.orders.acts.find_same_receiver as AnyAct;
    const [orderExternalId, ...otherExternalIds] = TIDS;
    const input = found.input.parse({ orderExternalId, otherExternalIds });
    const outcome = found.perform(givenStore(), { idempotencyKey: "k", input, progress: null }, SIGNAL);
    return { ...made, outcome };
  };

  it.each([
    [["4012345678901234567,4012345678901234569", "4012345678901234568"]],
    [{ string: ["4012345678901234567,4012345678901234569", "4012345678901234568"] }],
  ])("are compared by the platform, which nobody sees: %#", async (list) => {
    const { outcome, sent } = merge(list);
    expect(await outcome).toMatchObject({
      outcome: "done",
      note: "same receiver: 4012345678901234567, 4012345678901234569",
    });
    expect(JSON.parse(sent.at(-1)?.parameters.merge_list ?? "")).toEqual(TIDS.map((tid) => ({ oaid: "1ctF", tid })));
  });

  it("that are all others', and trades that name none, are told", async () => {
    expect(await merge(TIDS).outcome).toMatchObject({ note: expect.stringContaining("another receiver") });
    const without = merge(TIDS, null);
    expect(await without.outcome).toMatchObject({ outcome: "rejected", error: { category: "conflict" } });
    expect(without.sent.map((call) => call.method)).not.toContain("taobao.top.oaid.merge");
  });
});
