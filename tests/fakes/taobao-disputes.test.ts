/** Refunds of the fake shop: locks by version, sessions of employees, deadlines, messages, bills, the bank's file. */

import { createSign } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { addDecimals, createManualClock } from "../../src/fakes/fake.ts";
import { createTaobaoFake, type TaobaoFakeOptions } from "../../src/fakes/taobao/index.ts";
import { type Body, clientOf, timestampOf } from "./taobao-client.ts";

const NOW = "2026-03-01T08:00:00Z";
const DAY = 86_400_000;
const ALL =
  "refund_id,tid,oid,status,refund_version,refund_phase,refund_fee,dispute_type,has_good_return,good_status,sid,company_name,operation_contraint,refund_remind_timeout,cs_status,sku,modified,attribute";
const AGREE = "taobao.rp.refunds.agree";
const PICTURE = new File([new Uint8Array(10)], "proof.png", { type: "image/png" });

function open(options: TaobaoFakeOptions = {}) {
  const clock = createManualClock(NOW);
  const fake = createTaobaoFake({ clock, name: "zz", seed: 9, orders: 0, ...options });
  const client = clientOf(fake, () => clock.now());
  const sub = { session: fake.subCredentials.session };
  const get = async (refund_id: string): Promise<Body> =>
    (await client.ok("taobao.refund.get", { refund_id, fields: ALL })).refund;
  const sold = (lines = 1, isShipped = true): string => {
    const tid = fake.buyer.order({}, lines);
    fake.buyer.pay(tid);
    if (isShipped) fake.owner.ship(tid, "SF1234567890123");
    return tid;
  };
  const info = (refund: Body): string =>
    [refund.refund_id, Math.round(Number(refund.refund_fee) * 100), refund.refund_version, refund.refund_phase].join(
      "|",
    );
  const review = (refund: Body) =>
    client.ok("taobao.rp.refund.review", {
      operator: "ops",
      refund_id: refund.refund_id,
      refund_phase: refund.refund_phase,
      refund_version: refund.refund_version,
      message: "ok",
      result: true,
    });
  return { clock, fake, client, sub, get, sold, info, review };
}

describe("refunds", () => {
  it("are listed by time of change, of few types unless all are asked for", async () => {
    const { client, fake } = open({ orders: 80 });
    const types = "fixed,guarantee_trade,auto_delivery,step,cod,eticket,tmall_i18n,pre_auth_type,o2o_offlinetrade";
    const rows = await client.all("taobao.refunds.receive.get", "refunds", { fields: ALL, type: types, page_size: 7 });
    const ofPrices = [...fake.refunds.values()].filter((refund) => refund.special !== null);
    expect(rows.length + ofPrices.length).toBe(fake.books().counts.disputes);
    expect(rows.map((row) => row.modified)).toEqual(
      rows
        .map((row) => row.modified)
        .sort()
        .reverse(),
    );
    expect(new Set(rows.map((row) => row.refund_id)).size).toBe(rows.length);
    expect(rows[0].cs_status).toBeUndefined();
    const { result } = await client.ok("tmall.dispute.receive.get", {
      fields: "refund_id,status,show_exchange_logistic",
      type: types,
      page_size: 100,
    });
    expect(result.total_results).toBe(rows.length);
    for (const row of result.results) expect(row.status).toMatch(/^\d+$/);
    const special = await client.ok("taobao.special.refunds.receive.get", { fields: "refund_id,special_refund_type" });
    expect(special.refunds[0].special_refund_type).toBe("priceProtect");
    expect(rows.map((row) => row.refund_id)).not.toContain(special.refunds[0].refund_id);
  });

  it("are agreed to by employees alone, with the present version, the amount in fen and a review", async () => {
    const { client, fake, sub, get, sold, info, review } = open();
    const tid = sold(2, false);
    const id = fake.buyer.askRefund(tid, { kind: "REFUND", fee: 100 });
    const refund = await get(id);
    expect(refund).toMatchObject({ status: "WAIT_SELLER_AGREE", refund_fee: "1.00", refund_phase: "onsale" });
    expect(await client.refusal(AGREE, { refund_infos: info(refund) })).toBe("15 isv.invalid-permission:not_sub_user");
    const agree = async (refund_infos: string) => {
      const { msg_code, results } = await client.ok(AGREE, { refund_infos }, sub);
      return [msg_code, ...(results ?? []).map((row: Body) => row.message)];
    };
    expect(await agree(info(refund))).toEqual(["OP_FAILURE_UE", "退款未审核"]);
    await review(refund);
    expect(await agree(info({ ...refund, refund_version: 1 }))).toEqual(["OP_FAILURE_UE", "退款版本已过期"]);
    expect(await agree(info({ ...refund, refund_fee: "2.00" }))).toEqual(["OP_FAILURE_UE", "退款金额不一致"]);
    expect(await agree(info({ ...refund, refund_phase: "aftersale" }))).toEqual(["OP_FAILURE_UE", "退款阶段错误"]);
    expect(await agree(`${info(refund)},77|1|1|onsale`)).toEqual(["SOME_OP_SUCC", "操作成功", "退款不存在"]);
    expect((await get(id)).status).toBe("SUCCESS");
    expect(fake.books().orders.get(tid)).toMatchObject({ refunded: "1.00", status: "WAIT_SELLER_SEND_GOODS" });
    expect(await agree(info(await get(id)))).toEqual(["OP_FAILURE_UE", "退款未审核"]);
    const many = Array.from({ length: 21 }, (_, index) => `${index}|1|1`).join(",");
    expect(await client.refusal(AGREE, { refund_infos: many }, sub)).toContain("refund_infos");
  });

  it("of large sums ask for the code of the seller's phone", async () => {
    const { client, fake, sub, get, sold, info } = open({ sellerType: "C", smsAboveFen: 100 });
    const id = fake.buyer.askRefund(sold(1, false), { kind: "REFUND" });
    const refund_infos = info(await get(id));
    const asked = await client.ok(AGREE, { refund_infos }, sub);
    expect(asked).toMatchObject({ succ: false, msg_code: "OP_FAILURE_UE" });
    expect((await client.ok(AGREE, { refund_infos, code: fake.smsCode }, sub)).succ).toBe(true);
    expect(fake.books().orders.get(String((await get(id)).tid))?.status).toBe("TRADE_CLOSED");
  });

  it("give the goods of an order that was not sent back to the stock", async () => {
    const { fake } = open({ skus: [{ sku: "A", name: "A", price: "12.00", stock: 5 }] });
    const sale = fake.sell({ sku: "A", quantity: 2 });
    const id = fake.buyer.askRefund(sale.sold ? sale.orderId : "", { kind: "REFUND" });
    fake.owner.payBack(id);
    expect(fake.books().variants.values().next().value).toMatchObject({ quantity: 5, soldCount: 2, returnedCount: 2 });
  });

  it("are refused with a reason and a picture, unless nothing was sent or the law forbids it", async () => {
    const { client, fake, get, sold } = open();
    const method = "taobao.refund.refuse";
    const refuse = async (id: string, more: Body = {}, files: Record<string, File> = { refuse_proof: PICTURE }) => {
      const { refund_version, refund_phase } = await get(id);
      const fields = { refund_id: id, refuse_message: "已签收", refund_version, refund_phase, ...more };
      const { body } = await client.call(method, fields, {}, files);
      return body.error_response?.sub_code ?? "done";
    };
    const early = fake.buyer.askRefund(sold(1, false), { kind: "REFUND" });
    expect(await refuse(early)).toBe("isv.invalid-permission:cannot_refuse");
    const id = fake.buyer.askRefund(sold(), { kind: "REFUND" });
    expect(await refuse(id, { refuse_message: "不" })).toBe("isv.invalid-parameter:refuse_message");
    expect(await refuse(id, {}, {})).toBe("isv.missing-parameter:refuse_proof");
    expect(await refuse(id, { refund_version: undefined })).toBe("isv.missing-parameter:refund_version");
    expect(await refuse(id, { refund_version: 5 })).toContain("refund is out of date");
    const large = new File([new Uint8Array(130_001)], "proof.png");
    expect(await refuse(id, {}, { refuse_proof: large })).toBe("isv.invalid-parameter:refuse_proof");
    expect(await refuse(id)).toBe("done");
    expect((await get(id)).status).toBe("SELLER_REFUSE_BUYER");
    const { reasons } = await client.ok("taobao.refund.refusereason.get", {
      refund_id: id,
      refund_phase: "onsale",
      fields: "reason_id,reason_text",
    });
    expect(reasons.length).toBeGreaterThan(0);
  });

  it("with goods go through the return, by an address of the seller", async () => {
    const { client, fake, get, sold, sub, info, review } = open();
    const id = fake.buyer.askRefund(sold(), { kind: "REFUND_AND_RETURN" });
    const before = await get(id);
    expect(before.refund_remind_timeout).toEqual({
      exist_timeout: true,
      remind_type: 3,
      timeout: "2026-03-03 16:00:00",
    });
    const method = "taobao.rp.returngoods.agree";
    const agree = { refund_id: id, refund_phase: "onsale", refund_version: before.refund_version, remark: "请退回" };
    expect(await client.refusal(method, { ...agree, remark: undefined })).toBe("40 isv.missing-parameter:remark");
    expect(await client.refusal(method, { ...agree, seller_address_id: 5 })).toContain("seller_address_id");
    await client.ok(method, { ...agree, seller_address_id: 71001 });
    expect(await client.refusal(method, { ...agree, seller_address_id: 71001 })).toContain("out of date");
    await client.ok("taobao.rp.returngoods.refill", {
      refund_id: id,
      refund_phase: "onsale",
      logistics_company_code: "YTO",
      logistics_waybill_no: "YT1234567890123",
    });
    const back = await get(id);
    expect(back).toMatchObject({
      status: "WAIT_SELLER_CONFIRM_GOODS",
      sid: "YT1234567890123",
      company_name: "圆通速递",
    });
    await review(back);
    expect((await client.ok(AGREE, { refund_infos: info(back) }, sub)).msg_code).toBe("OP_SUCC");
    const messages = await client.ok("taobao.refund.messages.get", {
      refund_id: id,
      refund_phase: "onsale",
      fields: "content,owner_role,message_type",
    });
    expect(messages.refund_messages.map((row: Body) => row.owner_role)).toEqual(["1", "2"]);
    await client.ok("taobao.refund.message.add", { refund_id: id, content: "您好" }, {}, { image: PICTURE });
  });

  it("need the seller's whole address in Taobao shops, and no phase", async () => {
    const { client, fake, sold, get } = open({ sellerType: "C" });
    const id = fake.buyer.askRefund(sold(), { kind: "REFUND_AND_RETURN" });
    const method = "taobao.rp.returngoods.agree";
    const agree = { refund_id: id, seller_address_id: 71001, name: "a", address: "b", post: "310000", tel: "1" };
    expect(await client.refusal(method, agree)).toBe("40 isv.missing-parameter:mobile");
    await client.ok(method, { ...agree, mobile: "13800000000" });
    expect((await get(id)).status).toBe("WAIT_BUYER_RETURN_GOODS");
  });

  it("go on by themselves when a deadline passes", async () => {
    const { fake, clock, sold, get } = open();
    const money = fake.buyer.askRefund(sold(), { kind: "REFUND" });
    const goods = fake.buyer.askRefund(sold(), { kind: "REFUND_AND_RETURN" });
    clock.advance(2 * DAY);
    expect((await get(money)).status).toBe("SUCCESS");
    expect((await get(goods)).status).toBe("WAIT_BUYER_RETURN_GOODS");
    clock.advance(7 * DAY);
    expect((await get(goods)).status).toBe("CLOSED");
  });

  it("hold up the day on which receipt is taken for granted", async () => {
    const { fake, clock, sold } = open();
    const tid = sold();
    const status = () => fake.books().orders.get(tid)?.status;
    const id = fake.buyer.askRefund(tid, { kind: "REFUND_AND_RETURN" });
    clock.advance(DAY);
    fake.owner.agreeReturn(id);
    clock.advance(3 * DAY);
    fake.books();
    fake.buyer.sendBack(id);
    clock.advance(7 * DAY);
    expect(status()).toBe("WAIT_BUYER_CONFIRM_GOODS");
    fake.buyer.withdraw(id);
    clock.advance(3 * DAY);
    expect(status()).toBe("TRADE_FINISHED");
  });
});

describe("messages", () => {
  it("come after a permit, again until they are confirmed, with ids as numbers", async () => {
    const { client, fake, clock } = open();
    const consume = async () =>
      (await client.ok("taobao.tmc.messages.consume", { quantity: 200 }, { session: undefined })).messages ?? [];
    fake.buyer.order();
    expect(await consume()).toEqual([]);
    await client.ok("taobao.tmc.user.permit");
    const tid = fake.buyer.order();
    fake.buyer.pay(tid);
    const first: Body[] = await consume();
    const topics = first.map((row) => row.topic);
    expect(topics).toEqual(expect.arrayContaining(["taobao_trade_TradeCreate", "taobao_trade_TradeBuyerPay"]));
    const paid = first.find((row) => row.topic === "taobao_trade_TradeBuyerPay");
    expect(paid.content).toContain(`"tid":${tid}`);
    expect(JSON.parse(paid.content)).toMatchObject({ type: "guarantee_trade", seller_nick: fake.shop.nick });
    expect(await consume()).toEqual([]);
    clock.advance(5 * 60_000);
    expect((await consume()).map((row: Body) => row.id).sort()).toEqual(first.map((row) => row.id).sort());
    await client.ok("taobao.tmc.messages.confirm", { s_message_ids: first.map((row) => row.id).join(",") });
    clock.advance(5 * 60_000);
    expect(await consume()).toEqual([]);
    expect(fake.waitingMessages).toBe(0);
    expect(await client.refusal("taobao.tmc.messages.consume", { quantity: 5 })).toContain("quantity");
    expect(await client.refusal("taobao.tmc.messages.consume", { group_name: "none" })).toContain("group_name");
  });

  it("are of the topics of the last permit alone, and go to the shop's group", async () => {
    const { client, fake } = open();
    await client.ok("taobao.tmc.user.permit", { topics: "taobao_trade_TradeCreate" });
    await client.ok("taobao.tmc.user.permit", { topics: "taobao_trade_TradeBuyerPay" });
    const { tmc_user: user } = await client.ok("taobao.tmc.user.get", {
      fields: "topics,is_valid",
      nick: fake.shop.nick,
    });
    expect(user).toEqual({ topics: ["taobao_trade_TradeBuyerPay"], is_valid: true });
    await client.ok("taobao.tmc.group.add", { group_name: "own", nicks: fake.shop.nick });
    fake.buyer.pay(fake.buyer.order());
    expect((await client.ok("taobao.tmc.messages.consume", {})).messages).toBeUndefined();
    expect((await client.ok("taobao.tmc.messages.consume", { group_name: "own" })).messages).toHaveLength(1);
    const { datas } = await client.ok("taobao.tmc.queue.get", { group_name: "own" });
    expect(datas[0].put_toal).toBe(1);
    expect(await client.refusal("taobao.tmc.user.permit", { topics: "none" })).toContain("topics");
  });
});

describe("money", () => {
  it("is in the fee ledger of the seller's own app, a day at a time, refunds below nothing", async () => {
    const { client, fake, sold } = open({ appKind: "in_house" });
    const tid = sold();
    fake.buyer.confirm(tid);
    fake.owner.payBack(fake.buyer.askRefund(tid, { kind: "REFUND", fee: 100 }));
    const window = { start_time: "2026-03-01 00:00:00", end_time: "2026-03-02 00:00:00" };
    const fields = "bid,account_id,amount,trade_id,order_id,status";
    const { bills, total_results } = await client.ok("taobao.bill.bills.get", { ...window, fields });
    expect(total_results).toBe(bills.length);
    const own = fake.ledger.filter((entry) => entry.tid === tid);
    const { accounts } = await client.ok("taobao.bill.accounts.get", { fields: "account_id,account_type" });
    const types = new Map(accounts.map((row: Body) => [row.account_id, row.account_type]));
    // What is charged stands above nothing.
    const toSeller = (bill: Body): number => (types.get(bill.account_id) === 2 ? bill.amount : -bill.amount);
    expect(bills.reduce((sum: number, bill: Body) => sum + toSeller(bill), 0)).toBe(
      own.reduce((sum, entry) => sum + entry.amount, 0),
    );
    expect(
      bills
        .filter((bill: Body) => types.get(bill.account_id) === 2)
        .map((bill: Body) => Math.sign(bill.amount))
        .sort(),
    ).toEqual([-1, 1]);
    expect(bills.some((bill: Body) => types.get(bill.account_id) === 3)).toBe(true);
    expect(
      await client.refusal("taobao.bill.bills.get", { ...window, end_time: "2026-03-02 00:00:01", fields }),
    ).toContain("end_time");
    expect(await client.refusal("taobao.bill.bills.get", { ...window, fields, page_size: 39 })).toContain("page_size");
    expect(await open().client.refusal("taobao.bill.bills.get", { ...window, fields })).toBe(
      "11 isv.permission-api-package-limit",
    );
  });

  it("is in the bank's file of the day, behind a link of thirty seconds", async () => {
    const { fake, sold, clock } = open();
    fake.attach("https://shop.example");
    for (let count = 0; count < 3; count += 1) fake.buyer.confirm(sold());
    clock.set("2026-03-02T00:59:59Z");
    const ask = async (bill_date: string, tamper = (text: string) => text) => {
      const { appId, appAuthToken, privateKey } = fake.alipay;
      const values: Record<string, string> = {
        app_id: appId,
        method: "alipay.data.dataservice.bill.downloadurl.query",
        charset: "utf-8",
        sign_type: "RSA2",
        timestamp: timestampOf(clock.now()),
        version: "1.0",
        app_auth_token: appAuthToken,
        biz_content: JSON.stringify({ bill_type: "signcustomer", bill_date }),
      };
      const text = Object.keys(values)
        .sort()
        .map((name) => `${name}=${values[name]}`)
        .join("&");
      values.sign = createSign("RSA-SHA256").update(tamper(text)).sign(privateKey, "base64");
      const request = new Request("https://shop.example/gateway.do", {
        method: "POST",
        body: new URLSearchParams(values),
      });
      const answer = (await (await fake.fetch(request)).json()) as Body;
      return answer.alipay_data_dataservice_bill_downloadurl_query_response;
    };
    expect(await ask("2026-03-01", (text) => `${text}x`)).toMatchObject({
      code: "40002",
      sub_code: "isv.invalid-signature",
    });
    expect(await ask("2026-03-01")).toMatchObject({ code: "40004", sub_code: "BILL_NOT_EXIST" });
    expect(await ask("1 March")).toMatchObject({ sub_code: "INVAILID_ARGUMENTS" });
    clock.advance(1000);
    const { bill_download_url: url } = await ask("2026-03-01");
    expect(fake.books().counts.settlements).toBe(1);
    const file = Buffer.from(await (await fake.fetch(new Request(url))).arrayBuffer());
    clock.advance(31_000);
    expect((await fake.fetch(new Request(url))).status).toBe(403);

    const [detail = "", summary = ""] = unzip(file);
    const lines = detail.split("\r\n");
    expect(lines.slice(0, 4).every((line) => line.startsWith("#"))).toBe(true);
    const header = lines[4]?.split(",") ?? [];
    const rows = lines
      .slice(5)
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => line.split(","));
    const cell = (row: string[], name: string): string => {
      const text = row[header.indexOf(name)] ?? "";
      expect(text.endsWith("\t")).toBe(true);
      return text.trim();
    };
    let sum = "0";
    for (const row of rows) {
      const spent = cell(row, "支出金额（-元）").replace("-", "");
      sum = addDecimals(sum, cell(row, "收入金额（+元）") || `-${spent}`);
      expect(cell(row, "商户订单号")).toMatch(/^T200P\d{19}$/);
    }
    const closed = fake.events.find((event) => event.kind === "settlement_made");
    expect(closed).toMatchObject({ settlementId: "2026-03-01", total: sum });
    expect(rows.length).toBe(fake.ledger.length);
    expect(summary).toContain("汇总");
  });
});

/** The texts of an archive's files, in their order. */
function unzip(file: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; file.readUInt32LE(at) === 0x04034b50; ) {
    const [packed, name, extra] = [file.readUInt32LE(at + 18), file.readUInt16LE(at + 26), file.readUInt16LE(at + 28)];
    const start = at + 30 + name + extra;
    texts.push(new TextDecoder("gbk").decode(inflateRawSync(file.subarray(start, start + packed))));
    at = start + packed;
  }
  return texts;
}
