import { describe, expect, it } from "vitest";
import { toUnified } from "../../../src/adapters/taobao/disputes/to-dispute.ts";
import type { AnyAct, Store } from "../../../src/core/adapter.ts";
import { givenAdapter, givenRefund, givenStore, raw, type Sent, SIGNAL } from "./stub.ts";

const map = (more: Record<string, unknown> = {}) => toUnified(raw(givenRefund(more), "refund@2.0"));
const dispute = (more: Record<string, unknown> = {}) => map(more).disputes[0];

describe("a refund", () => {
  it("is a dispute with its deadline, its line and the version to be named", () => {
    expect(dispute()).toMatchObject({
      externalId: "104781373664603",
      orderExternalId: "4012345678901234567",
      kind: "return_refund",
      status: "open_awaiting_seller",
      turn: "seller",
      amount: { amount: "88", currency: "CNY" },
      dueAt: new Date("2024-01-20T01:00:00Z"),
      lockToken: "1705291200503",
      lines: [{ orderLineExternalId: "4012345678902234567", variantExternalId: "3208280995138", quantity: 2 }],
      warnings: [],
    });
    expect(map().refunds).toEqual([]);
  });

  it.each([
    ["WAIT_SELLER_AGREE", "open_awaiting_seller", "seller"],
    ["WAIT_BUYER_RETURN_GOODS", "open_awaiting_buyer", "buyer"],
    ["WAIT_SELLER_CONFIRM_GOODS", "return_in_transit", "seller"],
    ["SELLER_REFUSE_BUYER", "open_awaiting_buyer", "buyer"],
    ["CLOSED", "withdrawn", null],
    ["SUCCESS", "resolved_refunded", null],
    ["WAIT_BUYER_CONFIRM_EXCHANGE_SELLER_SEND_GOODS", "open_awaiting_buyer", "buyer"],
    ["EXCHANGE_WAIT_BUYER_CONFIRM_GOODS", "open_awaiting_buyer", "buyer"],
    ["WAIT_SELLER_CONSIGN_GOODS", "open_awaiting_seller", "seller"],
    ["WAIT_SELLER_CONSIGN_GOOGDS", "open_awaiting_seller", "seller"],
    ["EXCHANGE_TRANSFORM_TO_REFUND", "open_awaiting_seller", "seller"],
    ["WAIT_BUYER_CONFIRM_REDO_SEND_GOODS", "open_awaiting_buyer", "buyer"],
    ["WAIT_SELLER_CONFIRM_RETURN_ADDRESS", "open_awaiting_seller", "seller"],
    ["POST_FEE_DISPUTE_WAIT_ACTIVATE", "open_awaiting_platform", "platform"],
    ["1", "open_awaiting_seller", "seller"],
    ["2", "open_awaiting_buyer", "buyer"],
    ["3", "return_in_transit", "seller"],
    ["4", "withdrawn", null],
    ["5", "resolved_refunded", null],
    ["6", "open_awaiting_buyer", "buyer"],
    ["7", "open_awaiting_buyer", "buyer"],
    ["8", "open_awaiting_seller", "seller"],
    ["12", "open_awaiting_seller", "seller"],
    ["13", "open_awaiting_buyer", "buyer"],
    ["14", "open_awaiting_seller", "seller"],
  ])("%s is %s, turn %s", (status, unified, turn) => {
    expect(dispute({ status })).toMatchObject({ status: unified, turn, warnings: [] });
  });

  it("changes its state with the parcel, the platform and the kind", () => {
    expect(dispute({ status: "WAIT_BUYER_RETURN_GOODS", sid: "SF1" })).toMatchObject({
      status: "return_in_transit",
      returnTracking: { number: "SF1" },
    });
    for (const cs_status of [2, 3, 4, 10]) expect(dispute({ cs_status })?.status).toBe("open_awaiting_platform");
    expect(dispute({ status: "CLOSED", cs_status: 9 })?.status).toBe("resolved_rejected");
    expect(dispute({ status: "SUCCESS", dispute_type: "TMALL_EXCHANGE" })?.status).toBe("resolved_replaced");
    expect(map({ status: "SUCCESS", dispute_type: "TMALL_EXCHANGE" }).refunds).toEqual([]);
    const turned = { status: "SUCCESS", dispute_type: "TMALL_EXCHANGE", order_status: "TRADE_CLOSED" };
    expect(map(turned)).toMatchObject({
      disputes: [{ status: "resolved_refunded" }],
      refunds: [{ amount: { amount: "88" } }],
    });
    expect(dispute({ status: "ZZ" })).toMatchObject({ status: "unknown", warnings: [{ code: "unknown_code" }] });
  });

  it.each([
    ["REFUND", "refund_only"],
    ["REFUND_AND_RETURN", "return_refund"],
    ["TMALL_EXCHANGE", "exchange"],
    ["TAOBAO_EXCHANGE", "exchange"],
    ["REPAIR", "repair"],
    ["RESHIPPING", "resend"],
    ["OTHERS", "claim"],
    ["ZZ", "unknown"],
  ])("of type %s is %s", (dispute_type, kind) => {
    expect(dispute({ dispute_type })?.kind).toBe(kind);
  });

  it("for goods that never came, and special ones", () => {
    expect(dispute({ dispute_type: "REFUND", good_status: "BUYER_NOT_RECEIVED" })?.kind).toBe("not_received");
    expect(
      dispute({ dispute_type: "REFUND", good_status: "BUYER_NOT_RECEIVED", order_status: "WAIT_SELLER_SEND_GOODS" })
        ?.kind,
    ).toBe("refund_only");
    expect(dispute({ special_refund_type: "priceProtect" })?.kind).toBe("price_protection");
  });

  it("that went through is money given back", () => {
    expect(map({ status: "SUCCESS", end_time: "2024-01-19 10:00:00" }).refunds).toMatchObject([
      {
        externalId: "104781373664603",
        amount: { amount: "88" },
        status: "done",
        refundedAt: new Date("2024-01-19T02:00:00Z"),
      },
    ]);
  });
});

function given(
  refund: Record<string, unknown>,
  answer: (call: Sent) => Record<string, unknown> = () => ({ is_success: true }),
) {
  const made = givenAdapter((call) => (call.method === "taobao.refund.get" ? { refund } : answer(call)));
  const act = (name: string, input: Record<string, unknown> = {}, store: Store = givenStore()) => {
    const { perform, input: schema } = made.adapter.disputes.acts[name] as AnyAct;
    const parsed = schema.parse({
      disputeExternalId: "104781373664603",
      orderExternalId: null,
      system: null,
      reason: null,
      message: null,
      lockToken: null,
      amount: null,
      currency: null,
      files: [],
      returnAddressId: null,
      ...input,
    });
    return perform(store, { idempotencyKey: "k", input: parsed, progress: null }, SIGNAL);
  };
  const writes = () => made.sent.filter((call) => !call.method.endsWith(".get"));
  return { ...made, act, writes };
}
const PICTURE = { name: "p.png", contentType: "image/png", base64: "iVBORw==" };

describe("answers to a refund", () => {
  const money = givenRefund({ dispute_type: "REFUND", has_good_return: false });

  it("accepting money names amount in fen, version and phase, by an employee's session", async () => {
    const { act, writes } = given(money, () => ({
      succ: true,
      results: [{ refund_id: "104781373664603", succ: true }],
    }));
    expect(await act("accept")).toMatchObject({ outcome: "done" });
    expect(writes().map((call) => call.method)).toEqual(["taobao.rp.refund.review", "taobao.rp.refunds.agree"]);
    expect(writes()[1]?.parameters).toMatchObject({
      refund_infos: "104781373664603|8800|1705291200503|onsale",
      session: "6102employee",
    });
  });

  it("of a Taobao shop names no phase and needs no review", async () => {
    const { act, writes } = given(money, () => ({ succ: true }));
    await act("accept", {}, givenStore({ facts: { seller_type: "C" } }));
    expect(writes()).toMatchObject([{ parameters: { refund_infos: "104781373664603|8800|1705291200503" } }]);
  });

  it("asks for a person without an employee's session, and for the code of the phone", async () => {
    const seller = givenStore({
      credentials: async () => ({ purpose: "api", values: { session: "s" }, version: 1, expiresAt: null }),
    });
    expect(await given(money).act("accept", {}, seller)).toMatchObject({ outcome: "asks", what: "web_page" });
    const coded = given(money, () => ({
      succ: false,
      results: [{ refund_id: "104781373664603", succ: false, message: "需要短信验证码" }],
    }));
    expect(await coded.act("accept")).toMatchObject({ outcome: "asks", what: "code" });
    const with_code = given(money, () => ({ succ: true }));
    await with_code.act("accept", { code: "123456" });
    expect(with_code.writes()[1]?.parameters.code).toBe("123456");
  });

  const addresses = {
    addresses: {
      address_result: [
        { contact_id: 12344, contact_name: "门店", addr: "别处", cancel_def: false },
        {
          contact_id: 12345,
          contact_name: "仓库",
          province: "浙江省",
          city: "杭州市",
          country: "余杭区",
          addr: "文一西路1号",
          zip_code: "310000",
          mobile_phone: "13800000000",
          cancel_def: true,
        },
      ],
    },
  };
  const returned = (refund = givenRefund()) =>
    given(refund, (call) => (call.method.endsWith(".search") ? addresses : { is_success: true }));
  const agreed = (calls: readonly Sent[]) => calls.filter((call) => call.method === "taobao.rp.returngoods.agree");

  it("accepting goods back gives the address: the one that was named, or the standard one for returns", async () => {
    const tmall = returned();
    await tmall.act("accept", { returnAddressId: "12344", message: "请寄回" });
    await tmall.act("accept");
    expect(agreed(tmall.sent).map(({ parameters }) => parameters)).toMatchObject([
      { seller_address_id: "12344", remark: "请寄回", refund_phase: "onsale", refund_version: "1705291200503" },
      { seller_address_id: "12345", remark: expect.stringMatching(/./) },
    ]);
    expect(await returned().act("accept", { returnAddressId: "1" })).toMatchObject({
      outcome: "rejected",
      error: { category: "invalid_request" },
    });
  });

  it("accepting goods back in a Taobao shop writes the whole address", async () => {
    const shop = returned();
    await shop.act("accept", {}, givenStore({ facts: { seller_type: "C" } }));
    const [call] = agreed(shop.sent);
    expect(call?.parameters).toMatchObject({
      seller_address_id: "12345",
      name: "仓库",
      address: "浙江省杭州市余杭区文一西路1号",
      post: "310000",
      tel: "13800000000",
      mobile: "13800000000",
    });
    expect(call?.parameters).not.toHaveProperty("refund_version");
  });

  it("proposes goods against money, within what may be proposed", async () => {
    const rendered = {
      refund_version: 1705291200777,
      max_refund_fee: { max_refund_fee: 8800 },
      address_list: { address: [{ address_id: 7 }, { address_id: 8 }] },
    };
    const made = () => given(money, (call) => (call.method.endsWith(".render") ? rendered : {}));
    const own = made();
    expect(await own.act("negotiate_return", { amount: "80.5", returnAddressId: "8" })).toMatchObject({
      outcome: "done",
    });
    expect(own.sent.at(-1)).toMatchObject({
      method: "taobao.refund.negotiatereturn",
      parameters: { refund_fee: "8050", refund_version: "1705291200777", address_id: "8" },
    });
    for (const input of [{ amount: "88.01" }, { returnAddressId: "9" }]) {
      const refused = made();
      expect(await refused.act("negotiate_return", input)).toMatchObject({ outcome: "rejected" });
      expect(refused.sent.map((call) => call.method)).not.toContain("taobao.refund.negotiatereturn");
    }
  });

  it("fills in the buyer's parcel on Tmall alone, and only while it is waited for", async () => {
    const parcel = { carrier: "sf", trackingNumber: "SF2" };
    const waiting = given(givenRefund({ status: "WAIT_BUYER_RETURN_GOODS" }));
    expect(await waiting.act("fill_return", parcel)).toMatchObject({ outcome: "done" });
    expect(waiting.writes()).toMatchObject([
      {
        method: "taobao.rp.returngoods.refill",
        parameters: { refund_phase: "onsale", logistics_company_code: "SF", logistics_waybill_no: "SF2" },
      },
    ]);
    const there = given(givenRefund({ status: "WAIT_SELLER_CONFIRM_GOODS", sid: "SF2" }));
    expect(await there.act("fill_return", parcel)).toMatchObject({ outcome: "done" });
    expect(there.writes()).toEqual([]);
    expect(await given(givenRefund()).act("fill_return", parcel)).toMatchObject({
      outcome: "rejected",
      error: { category: "conflict" },
    });
    const shop = given(givenRefund({ status: "WAIT_BUYER_RETURN_GOODS" }));
    expect(await shop.act("fill_return", parcel, givenStore({ facts: { seller_type: "C" } }))).toMatchObject({
      outcome: "rejected",
      error: { category: "permanent" },
    });
  });

  it("refusing takes a reason by number or by the platform's words for it", async () => {
    const reasons = { reasons: { reason: [{ reason_id: 31, reason_text: "已影响商品完好" }] } };
    const made = () => given(money, (call) => (call.method.endsWith("refusereason.get") ? reasons : {}));
    const words = made();
    await words.act("refuse", { message: "was sent", files: [PICTURE], reason: "已影响商品完好" });
    expect(words.writes()).toMatchObject([{ parameters: { refuse_reason_id: "31" } }]);
    const unknown = await made().act("refuse", { message: "was sent", files: [PICTURE], reason: "没有理由" });
    expect(unknown).toMatchObject({
      outcome: "rejected",
      error: { category: "invalid_request", message: expect.stringContaining("31 已影响商品完好") },
    });
  });

  it("is a conflict where the refund has changed, and done where it was done", async () => {
    const stale = given(money);
    expect(await stale.act("accept", { lockToken: "1" })).toMatchObject({
      outcome: "rejected",
      error: { category: "conflict" },
    });
    expect(stale.writes()).toEqual([]);
    expect(await given(givenRefund({ status: "SUCCESS" })).act("accept")).toMatchObject({ outcome: "done" });
    expect(await given(givenRefund({ status: "SELLER_REFUSE_BUYER" })).act("refuse")).toMatchObject({
      outcome: "done",
    });
  });

  it("refusing needs words, and on Tmall a picture", async () => {
    const { act, writes } = given(money);
    expect(await act("refuse", { message: "no" })).toMatchObject({
      outcome: "rejected",
      error: { category: "invalid_request" },
    });
    expect(await act("refuse", { message: "was sent", files: [PICTURE], reason: "5" })).toMatchObject({
      outcome: "done",
    });
    expect(writes()).toMatchObject([
      {
        method: "taobao.refund.refuse",
        files: ["refuse_proof"],
        parameters: { refuse_message: "was sent", refuse_reason_id: "5" },
      },
    ]);
    const blocked = given(givenRefund({ operation_contraint: "cannot_refuse" }));
    expect(await blocked.act("refuse", { message: "was sent", files: [PICTURE] })).toMatchObject({
      outcome: "rejected",
    });
  });

  it("refusing goods that came back is another call", async () => {
    const { act, writes } = given(givenRefund({ status: "WAIT_SELLER_CONFIRM_GOODS" }));
    await act("refuse", { message: "they are worn", files: [PICTURE] });
    expect(writes()).toMatchObject([{ method: "taobao.rp.returngoods.refuse", files: ["refuse_proof"] }]);
  });

  it("a message carries a picture, and is found by its words", async () => {
    const { act, adapter, writes } = given(money, (call) =>
      call.method === "taobao.refund.messages.get"
        ? { refund_messages: { refund_message: [{ id: 7, content: "你好", owner_role: "2" }] } }
        : { refund_message: { id: 7 } },
    );
    expect(await act("message", { message: "你好" })).toMatchObject({ outcome: "rejected" });
    expect(await act("message", { message: "你好", files: [PICTURE] })).toMatchObject({ outcome: "done" });
    expect(writes()).toMatchObject([
      { method: "taobao.refund.message.add", files: ["image"], parameters: { content: "你好" } },
    ]);
    const { findEffect } = adapter.disputes.acts.message as AnyAct;
    const look = (message: string) =>
      findEffect?.(
        givenStore(),
        { idempotencyKey: "k", progress: null, input: { disputeExternalId: "104781373664603", message } },
        SIGNAL,
      );
    expect(await look("你好")).toMatchObject({ outcome: "done", externalId: "7" });
    expect(await look("再见")).toBeNull();
  });
});
