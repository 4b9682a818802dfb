/** Trades of the fake shop: lists that move, money by payer, masked buyers, writes, parcels. */

import { describe, expect, it } from "vitest";
import { createManualClock } from "../../src/fakes/fake.ts";
import { createTaobaoFake, type TaobaoFakeOptions } from "../../src/fakes/taobao/index.ts";
import { type Body, clientOf, timestampOf } from "./taobao-client.ts";

const NOW = "2026-03-01T08:00:00Z";
const ALL_TYPES =
  "fixed,auction,guarantee_trade,step,independent_simple_trade,independent_shop_trade,auto_delivery,ec,cod,nopaid,eticket,tmall_i18n,pre_auth_type,o2o_offlinetrade,instant_trade";
const OAID = "receiver_name,receiver_address,created,receiver_mobile,receiver_phone";
const LIST = "taobao.trades.sold.increment.get";
const FULL = "taobao.trade.fullinfo.get";

function open(options: TaobaoFakeOptions = {}) {
  const clock = createManualClock(NOW);
  const fake = createTaobaoFake({ clock, name: "zz", seed: 3, ...options });
  const client = clientOf(fake, () => clock.now());
  const text = (ms: number): string => timestampOf(new Date(clock.now().getTime() + ms));
  const lastHour = () => ({ start_modified: text(-3_600_000), end_modified: text(0) });
  const full = async (tid: string, fields: string): Promise<Body> => (await client.ok(FULL, { fields, tid })).trade;
  /** A paid trade of so many lines. */
  const paid = (lines = 1, more = {}): string => {
    const tid = fake.buyer.order(more, lines);
    fake.buyer.pay(tid);
    return tid;
  };
  return { clock, fake, client, text, lastHour, full, paid };
}

const cents = (amount: string): number => Math.round(Number(amount) * 100);

describe("lists of trades", () => {
  it("hold every trade of three months once, the newest first, when asked by all types", async () => {
    const { fake, client } = open({ orders: 60 });
    const rows = await client.all("taobao.trades.sold.get", "trades", { fields: "tid,created", type: ALL_TYPES });
    expect(rows.map((row) => row.tid).sort()).toEqual([...fake.trades.keys()].sort());
    expect(rows.map((row) => row.created)).toEqual(
      rows
        .map((row) => row.created)
        .sort()
        .reverse(),
    );
    const usual = await client.all("taobao.trades.sold.get", "trades", { fields: "tid,type" });
    expect(usual.length).toBeLessThan(rows.length);
    expect(new Set(usual.map((row) => row.type))).not.toContain("o2o_offlinetrade");
    const waiting = await client.all("taobao.trades.sold.get", "trades", {
      fields: "status",
      type: ALL_TYPES,
      status: "ALL_CLOSED",
    });
    expect(new Set(waiting.map((row) => row.status))).toEqual(new Set(["TRADE_CLOSED", "TRADE_CLOSED_BY_TAOBAO"]));
  });

  it("take windows of a day at most, and pages of a hundred", async () => {
    const { client, text } = open();
    const window = { fields: "tid", start_modified: text(-86_401_000), end_modified: text(0) };
    expect(await client.refusal(LIST, window)).toBe("41 isv.invalid-parameter:start_modified");
    const turned = { fields: "tid", start_modified: text(0), end_modified: text(-1000) };
    expect(await client.refusal(LIST, turned)).toBe("41 isv.invalid-parameter:end_modified");
    const large = { ...window, start_modified: text(-1000), page_size: 101 };
    expect(await client.refusal(LIST, large)).toBe("41 isv.invalid-parameter:page_size");
    expect(await client.refusal(LIST, { ...large, page_size: 40, status: "PAID" })).toBe(
      "41 isv.invalid-parameter:status",
    );
  });

  it("lose what is edited while they are read forwards, and lose nothing backwards", async () => {
    const { fake, client, clock, lastHour } = open({ orders: 0 });
    for (let count = 0; count < 6; count += 1) {
      fake.buyer.order();
      clock.advance(1000);
    }
    const window = { ...lastHour(), fields: "tid", page_size: 2 };
    const read = async (page_no: number): Promise<string[]> =>
      ((await client.ok(LIST, { ...window, page_no })).trades ?? []).map((row: Body) => row.tid);
    const edit = (tid: string | undefined): void => {
      clock.advance(1000);
      fake.owner.setMemo(String(tid), "x");
    };
    const total = (await client.ok(LIST, { ...window, page_no: 1 })).total_results;
    expect(total).toBe(6);
    const [newest] = await read(1);
    const oldest = [...fake.trades.keys()][0];
    // Edited outside the window: what stood behind moves forward by a place.
    const first = await read(1);
    edit(newest);
    const forwards = new Set([...first, ...(await read(2)), ...(await read(3))]);
    expect(forwards.size).toBe(5);

    Object.assign(window, lastHour());
    const backwards = new Set(await read(3));
    edit(oldest);
    for (const page of [2, 1]) for (const tid of await read(page)) backwards.add(tid);
    expect(backwards.size).toBe(6);
  });

  it("tell a total, or whether there is more", async () => {
    const { fake, client, lastHour } = open({ orders: 0 });
    for (let count = 0; count < 3; count += 1) fake.buyer.order();
    const window = { ...lastHour(), fields: "tid", page_size: 2 };
    const counted = await client.ok(LIST, window);
    expect([counted.total_results, counted.has_next]).toEqual([3, undefined]);
    const cheap = await client.ok(LIST, { ...window, use_has_next: true });
    expect([cheap.total_results, cheap.has_next]).toEqual([undefined, true]);
    expect((await client.ok(LIST, { ...window, use_has_next: true, page_no: 2 })).has_next).toBe(false);
  });

  it("can leave out a trade that changed, for a while", async () => {
    const { fake, client, clock, lastHour } = open({ orders: 0 });
    const tid = fake.buyer.order();
    fake.hideFromChanges([tid], 60_000);
    expect((await client.ok(LIST, { ...lastHour(), fields: "tid" })).trades).toBeUndefined();
    clock.advance(60_000);
    expect((await client.ok(LIST, { ...lastHour(), fields: "tid" })).trades).toHaveLength(1);
  });

  it("show what was asked for and what the method knows, ids as bare numbers", async () => {
    const { fake, client, lastHour, paid } = open({ orders: 0 });
    const tid = paid(2);
    const answer = await client.call(LIST, { ...lastHour(), fields: "tid,tid_str,status,buyer_message,seller_memo" });
    expect(answer.text).toContain(`{"tid":${tid},"status":"WAIT_SELLER_SEND_GOODS"}`);
    const whole = await client.ok(FULL, { fields: "tid_str,orders", tid });
    expect(Object.keys(whole.trade)).toEqual(["tid_str", "orders"]);
    expect(whole.trade.orders.map((line: Body) => line.oid_str)).toEqual(
      fake
        .books()
        .orders.get(tid)
        ?.lines.map((line) => line.lineId),
    );
    expect(await client.refusal(FULL, { fields: "tid", tid: "8999999999999999999" })).toBe("15 isv.trade-not-exist");
  });
});

describe("a trade", () => {
  it("adds up: lines, shares of discounts, shipping, payment", async () => {
    const { fake, full } = open({ orders: 120 });
    const fields = "payment,total_fee,post_fee,discount_fee,cod_fee,orders,promotion_details,num,price";
    for (const tid of fake.trades.keys()) {
      const trade = await full(tid, fields);
      const lines: Body[] = trade.orders;
      const sum = (name: string): number => lines.reduce((all, line) => all + cents(line[name] ?? "0"), 0);
      const extra = cents(trade.post_fee) + cents(trade.cod_fee ?? "0");
      expect(sum("divide_order_fee") + extra, tid).toBe(cents(trade.payment));
      expect(sum("part_mjz_discount"), tid).toBe(cents(trade.discount_fee));
      for (const line of lines) {
        const own = cents(line.price) * line.num + cents(line.adjust_fee) - cents(line.discount_fee);
        expect(own).toBe(cents(line.total_fee));
        expect(own - cents(line.part_mjz_discount ?? "0")).toBe(cents(line.divide_order_fee));
        const shown = lines.length === 1 ? trade.payment : line.total_fee;
        if (line.payment !== "0.00") expect(line.payment).toBe(shown);
      }
      if (lines.length > 1) expect([trade.num, trade.price]).toEqual([0, undefined]);
      expect(fake.books().orders.get(tid)?.total).toBe(trade.payment);
    }
  });

  it("shows coupons of both payers, points, a gift and a bundle", async () => {
    const { full, paid, fake } = open();
    const tid = paid(2, { isRich: true });
    const trade = await full(
      tid,
      "platform_subsidy_fee,tmall_coupon_fee,coupon_fee,alipay_point,pcc_af,point_fee,expandcard_info,promotion_details,orders,service_orders,logistics_infos",
    );
    expect(trade).toMatchObject({ tmall_coupon_fee: 300, alipay_point: 50, pcc_af: 500, point_fee: 120 });
    expect(trade.coupon_fee).toBeUndefined();
    expect(trade.expandcard_info).toEqual({ basic_price_used: "5.00", expand_price_used: "1.00" });
    expect(trade.orders.at(-1)).toMatchObject({ is_free_gift: true, price: "0.00" });
    expect(trade.promotion_details.map((row: Body) => row.promotion_name)).toContain("平台补贴");
    expect(trade.service_orders).toHaveLength(1);
    expect(trade.logistics_infos[0]).toMatchObject({ biz_delivery_type: 2, white_delivery_cps: "SF,EMS" });
    expect(fake.books().orders.get(tid)?.lines.length).toBe(trade.orders.length);
  });

  it("masks the receiver, and has an id for them only when the five fields are asked for", async () => {
    const { client, full, paid } = open();
    const tid = paid();
    const trade = await full(tid, `${OAID},buyer_nick,receiver_state,oaid`);
    expect(trade.receiver_name).toBe("Z**");
    expect(trade.receiver_mobile).toMatch(/^138\*{4}\d{4}$/);
    expect(trade.receiver_address).not.toContain("Zzbuyer");
    expect(trade.receiver_state).toBeTruthy();
    expect(trade.oaid).toBeTruthy();
    expect((await full(tid, "oaid,receiver_name")).oaid).toBeUndefined();
    const few = { fields: "oaid,receiver_name", tid, include_oaid: "true" };
    expect(await client.refusal(FULL, few)).toBe("15 isv.oaid-field-miss");
  });

  it("goes through a presale, and forfeits the deposit", async () => {
    const { fake, full, clock } = open();
    const tid = fake.buyer.order({ type: "step", deposit: 1000 });
    const shown = () => full(tid, "status,step_trade_status,step_paid_fee");
    expect(await shown()).toEqual({ status: "WAIT_BUYER_PAY", step_trade_status: "FRONT_NOPAID_FINAL_NOPAID" });
    fake.buyer.pay(tid);
    expect(await shown()).toMatchObject({ step_trade_status: "FRONT_PAID_FINAL_PAID", step_paid_fee: "10.00" });
    const other = fake.buyer.order();
    clock.advance(86_400_000);
    expect((await full(other, "status")).status).toBe("TRADE_CLOSED_BY_TAOBAO");
  });

  it("shows the commission after its end alone", async () => {
    const { fake, client, full, paid } = open();
    const tid = paid();
    fake.owner.ship(tid, "SF1234567890123");
    expect((await full(tid, "commission_fee")).commission_fee).toBe("0.00");
    fake.buyer.confirm(tid);
    const { trade_amount: amount } = await client.ok("taobao.trade.amount.get", {
      fields: "payment,commission_fee,order_amounts",
      tid,
    });
    expect(cents(amount.commission_fee)).toBeGreaterThan(0);
    expect(await full(tid, "received_payment,available_confirm_fee")).toEqual({
      received_payment: amount.payment,
      available_confirm_fee: "0.00",
    });
  });
});

describe("writes to a trade", () => {
  it("keep the memo and lose the flag when it is not sent", async () => {
    const { client, full, paid } = open();
    const tid = paid();
    const update = (fields: Body) => client.ok("taobao.trade.memo.update", { tid, ...fields });
    await update({ memo: "缺货", flag: 1 });
    await update({ memo: undefined });
    expect(await full(tid, "seller_memo,seller_flag")).toEqual({ seller_memo: "缺货", seller_flag: 0 });
    await update({ reset: true });
    expect((await full(tid, "seller_memo")).seller_memo).toBeUndefined();
    await client.ok("taobao.trade.memo.add", { tid, memo: "a" });
    expect(await client.refusal("taobao.trade.memo.add", { tid, memo: "b" })).toContain("15");
    const long = { tid, memo: "长".repeat(501) };
    expect(await client.refusal("taobao.trade.memo.update", long)).toBe("41 isv.invalid-parameter:memo");
    expect(await client.refusal("taobao.trade.memo.update", { tid, flag: 6 })).toBe("41 isv.invalid-parameter:flag");
  });

  it("close what is unpaid, not at once, and nothing else", async () => {
    const { fake, client, clock, full, paid } = open();
    const tid = fake.buyer.order();
    const close = { tid, close_reason: "缺货" };
    expect(await client.refusal("taobao.trade.close", close)).toContain("CLOSE_TRADE_TOO_FAST");
    clock.advance(10_000);
    await client.ok("taobao.trade.close", close);
    expect((await full(tid, "status")).status).toBe("TRADE_CLOSED_BY_TAOBAO");
    expect(await client.refusal("taobao.trade.close", { ...close, tid: paid() })).toContain("TRADE_STATUS_ERROR");
  });

  it("change the address before shipping, counted in bytes, and with it the receiver's id", async () => {
    const { client, full, paid, fake } = open();
    const tid = paid();
    const before = await full(tid, OAID);
    const address = { tid, receiver_address: "文三路1号" };
    await client.ok("taobao.trade.shippingaddress.update", address);
    const after = await full(tid, `${OAID},lm`);
    expect(after.oaid).not.toBe(before.oaid);
    expect(after.lm).toBe("1");
    expect(await client.refusal("taobao.trade.shippingaddress.update", { tid, receiver_name: "名".repeat(26) })).toBe(
      "41 isv.invalid-parameter:receiver_name",
    );
    fake.owner.ship(tid, "SF1234567890123");
    expect(await client.refusal("taobao.trade.shippingaddress.update", address)).toContain("TRADE_STATUS_ERROR");
  });

  it("delay the receipt once, by some numbers of days", async () => {
    const { client, full, paid, fake } = open();
    const tid = paid();
    fake.owner.ship(tid, "SF1234567890123");
    expect((await full(tid, "timeout_action_time")).timeout_action_time).toBe("2026-03-11 16:00:00");
    expect(await client.refusal("taobao.trade.receivetime.delay", { tid, days: 4 })).toBe(
      "41 isv.invalid-parameter:days",
    );
    await client.ok("taobao.trade.receivetime.delay", { tid, days: 3 });
    expect((await full(tid, "timeout_action_time")).timeout_action_time).toBe("2026-03-14 16:00:00");
    expect(await client.refusal("taobao.trade.receivetime.delay", { tid, days: 3 })).toContain("DELAY_NOT_ALLOWED");
  });
});

describe("shipping", () => {
  const OFFLINE = "taobao.logistics.offline.send";
  const parcel = (tid: string, more: Body = {}) => ({ tid, company_code: "SF", out_sid: "SF1234567890123", ...more });

  it("by one's own carrier ships at once, and its parcel says that it was received", async () => {
    const { client, full, paid, fake } = open();
    const tid = paid();
    const answer = await client.call(OFFLINE, parcel(tid), { simplify: undefined });
    expect(answer.body.logistics_offline_send_response.shipping).toEqual({ is_success: true });
    const trade = await full(tid, "status,orders");
    expect(trade.status).toBe("WAIT_BUYER_CONFIRM_GOODS");
    expect(trade.orders[0]).toMatchObject({ logistics_company: "顺丰速运", invoice_no: "SF1234567890123" });
    const fields = "tid,status,out_sid,mails,seller_confirm";
    const { shippings } = await client.ok("taobao.logistics.orders.detail.get", { fields, tid });
    expect(shippings[0]).toMatchObject({ status: "ACCEPTED_BY_RECEIVER", seller_confirm: "yes" });
    fake.owner.track(tid, "SIGNED");
    const trace = await client.ok("taobao.logistics.trace.search", { tid });
    expect(trace.status).toBe("对方已签收");
    expect(trace.trace_list.map((step: Body) => step.action)).toEqual(["CONSIGN", "SIGNED"]);
    expect((await client.ok("taobao.logistics.trace.get", { tid })).result).toHaveLength(1);
  });

  const refusals: [string, Body, string][] = [
    ["an unknown carrier", { company_code: "NONE" }, "P03"],
    ["a carrier of the platform's orders alone", { company_code: "CNSD", out_sid: "123456789012" }, "B57"],
    ["a number that the carrier does not have", { out_sid: "1Z999" }, "B60"],
    ["a trade that is not there", { tid: "8999999999999999999" }, "B01"],
    ["half of the sign of a split", { is_split: 1 }, "P25"],
    ["an address that is not one's own", { sender_id: 1 }, "B101"],
  ];

  it.each(refusals)("refuses %s", async (_, more, suffix) => {
    const { client, paid } = open();
    expect(await client.refusal(OFFLINE, parcel(paid(2), more))).toBe(
      `15 isv.logistics-offline-service-error:${suffix}`,
    );
  });

  it("refuses what is unpaid, held, shipped, virtual, or paid on delivery", async () => {
    const { client, fake, paid } = open();
    const suffix = async (tid: string) => (await client.refusal(OFFLINE, parcel(tid))).split(":")[1];
    expect(await suffix(fake.buyer.order())).toBe("B02");
    expect(await suffix(paid(1, { hold: "team_buy_hold" }))).toBe("B02");
    expect(await suffix(paid(1, { hold: "top_hold" }))).toBe("B02");
    const done = paid();
    await client.ok(OFFLINE, parcel(done));
    expect(await suffix(done)).toBe("B04");
    expect(await suffix(paid(1, { type: "o2o_offlinetrade" }))).toBe("B98");
    const cod = fake.buyer.order({ isCod: true, type: "cod", status: "WAIT_SELLER_SEND_GOODS" });
    expect(await suffix(cod)).toBe("B98");
    await client.ok("taobao.logistics.online.send", parcel(cod));
    const virtual = paid(1, { type: "o2o_offlinetrade" });
    await client.ok("taobao.logistics.dummy.send", { tid: virtual });
    expect(await client.refusal("taobao.logistics.dummy.send", { tid: paid() })).toContain("B98");
  });

  it("of some lines splits the trade, and the split rules hold from then on", async () => {
    const { client, full, paid } = open();
    const tid = paid(3);
    const oids: string[] = (await full(tid, "orders")).orders.map((line: Body) => line.oid_str);
    const split = (sub_tid: string[]) => parcel(tid, { is_split: 1, sub_tid: sub_tid.join(",") });
    expect(await client.refusal(OFFLINE, split(oids))).toContain("P38");
    await client.ok(OFFLINE, split(oids.slice(0, 1)));
    expect((await full(tid, "status")).status).toBe("SELLER_CONSIGNED_PART");
    expect(await client.refusal(OFFLINE, parcel(tid))).toContain("CD22");
    expect(await client.refusal(OFFLINE, split(oids.slice(0, 1)))).toContain("B06");
    await client.ok(OFFLINE, split(oids.slice(1)));
    expect(await full(tid, "status,is_part_consign")).toEqual({
      status: "WAIT_BUYER_CONFIRM_GOODS",
      is_part_consign: true,
    });
    const { shippings } = await client.ok("taobao.logistics.orders.get", { fields: "sub_tids,is_split", tid });
    expect(shippings.flatMap((row: Body) => row.sub_tids).sort()).toEqual([...oids].sort());
  });

  it("of several parcels with parts of a line leaves the line waiting for the rest", async () => {
    const { client, full, fake } = open();
    const tid = fake.buyer.order({}, 2);
    fake.buyer.pay(tid);
    const oids: string[] = (await full(tid, "orders")).orders.map((line: Body) => line.oid_str);
    const goods = oids.slice(0, 1).map((sub_tid) => ({ sub_tid, num: 1, item_type: 0 }));
    const consign_pkgs = JSON.stringify([{ company_code: "SF", out_sid: "SF1234567890123", goods }]);
    await client.ok("alibaba.ascp.logistics.offline.send", { tid, consign_type: 1, consign_pkgs });
    expect((await full(tid, "status")).status).toBe("SELLER_CONSIGNED_PART");
    await client.ok("alibaba.ascp.logistics.consign.modify", {
      tid,
      old_out_sid: "SF1234567890123",
      new_out_sid: "SF9999999999999",
    });
    expect((await full(tid, "orders")).orders[0].invoice_no).toBe("SF9999999999999");
  });

  it("online waits for its confirmation", async () => {
    const { client, full, paid } = open();
    const tid = paid();
    await client.ok("taobao.logistics.online.send", parcel(tid, { out_sid: undefined }));
    expect((await full(tid, "status")).status).toBe("WAIT_SELLER_SEND_GOODS");
    expect(await client.refusal(OFFLINE, parcel(tid))).toContain("B27");
    await client.ok("taobao.logistics.online.confirm", { tid, out_sid: "SF1234567890123" });
    expect((await full(tid, "status")).status).toBe("WAIT_BUYER_CONFIRM_GOODS");
    const again = { tid, out_sid: "SF1234567890123" };
    expect(await client.refusal("taobao.logistics.online.confirm", again)).toContain("HD06");
  });

  it("can be corrected, not to the same number and not before it is sent", async () => {
    const { client, full, paid } = open();
    const tid = paid();
    const method = "taobao.logistics.consign.resend";
    expect(await client.refusal(method, parcel(tid))).toContain("mailno-error:CD19");
    await client.ok(OFFLINE, parcel(tid));
    expect(await client.refusal(method, parcel(tid))).toContain("mailno-error:P07");
    await client.ok(method, parcel(tid, { out_sid: "SF2222222222222" }));
    expect((await full(tid, "orders")).orders[0].invoice_no).toBe("SF2222222222222");
  });

  it("lists carriers with the form of their numbers, and the seller's addresses", async () => {
    const { client } = open();
    const { logistics_companies: all } = await client.ok("taobao.logistics.companies.get", {
      fields: "id,code,name,reg_mail_no",
    });
    for (const carrier of all) expect(() => new RegExp(carrier.reg_mail_no)).not.toThrow();
    expect(all.map((carrier: Body) => carrier.code)).toContain("SF");
    const { addresses } = await client.ok("taobao.logistics.address.search", { rdef: "get_def" });
    expect(addresses).toHaveLength(1);
  });
});

describe("clear receivers", () => {
  it("are decrypted within a budget, while the id is that of the address", async () => {
    const { client, full, paid } = open({ decryptBudget: 2 });
    const tid = paid();
    const { oaid } = await full(tid, OAID);
    const ask = (query: Body) => client.ok("taobao.top.oaid.decrypt", { query_list: JSON.stringify([query]) });
    const { receiver_list: found } = await ask({ oaid, tid, scene: "1004" });
    expect(found[0]).toMatchObject({ matched: true, tid, oaid });
    expect(found[0].name).toContain("Zzbuyer");
    expect((await ask({ oaid: "stale", tid, scene: "1004" })).receiver_list[0]).toMatchObject({ matched: false });
    await expect(ask({ oaid, tid, scene: "1004" })).rejects.toThrow("isv.oaid-decrypt-limit");
    await expect(ask({ oaid, tid, scene: "9" })).rejects.toThrow("query_list.scene");
  });

  it("are not needed to find orders of one receiver", async () => {
    const { client } = open();
    const merge_list = JSON.stringify([
      { oaid: "a", tid: "1" },
      { oaid: "b", tid: "2" },
      { oaid: "a", tid: "3" },
    ]);
    expect((await client.ok("taobao.top.oaid.merge", { merge_list })).tid_list).toEqual(["1,3", "2"]);
  });
});
