import { describe, expect, it } from "vitest";
import { toUnified } from "../../../src/adapters/taobao/shipments/to-shipment.ts";
import type { ActCapability, AnyAct, ConfirmShipmentInput } from "../../../src/core/adapter.ts";
import { givenAdapter, givenLine, givenStore, givenTrade, raw, SIGNAL } from "./stub.ts";

const TID = "4012345678901234567";
const parcel = (more: Record<string, unknown> = {}) => ({
  tid: TID,
  order_code: "LP1",
  out_sid: "SF1234567890123",
  company_name: "顺丰速运",
  status: "PICK_UP",
  created: "2024-01-15 18:00:00",
  is_split: 0,
  ...more,
});
const step = (action: string, status_time = "2024-01-15 18:20:00") => ({ action, status_time, status_desc: "…" });
const map = (parcels: unknown[], traces: unknown = []) =>
  toUnified(raw({ tid: TID, parcels, traces }, "shippings@2.0")).shipments;

describe("a parcel", () => {
  it.each([
    ["CREATED", "pending"],
    ["RECREATED", "pending"],
    ["SENDING", "pending"],
    ["ACCEPTING", "pending"],
    ["ACCEPTED", "pending"],
    ["REJECTED", "exception"],
    ["PICK_UP_FAILED", "exception"],
    ["PICK_UP", "in_transit"],
    ["LOST", "lost"],
    ["REJECTED_BY_RECEIVER", "returned"],
    ["ACCEPTED_BY_RECEIVER", "in_transit"],
    ["CANCELLED", "cancelled"],
    ["CLOSED", "cancelled"],
  ])("%s is %s", (status, unified) => {
    expect(map([parcel({ status })])).toMatchObject([{ status: unified, carrier: "sf", warnings: [] }]);
  });

  it.each([
    ["CREATE", "in_transit"],
    ["CONSIGN", "in_transit"],
    ["GOT", "in_transit"],
    ["ARRIVAL", "in_transit"],
    ["DEPARTURE", "in_transit"],
    ["SENT_CITY", "in_transit"],
    ["TO_EMS", "in_transit"],
    ["OTHER", "in_transit"],
    ["TMS_SIGN_SOON", "in_transit"],
    ["SENT_SCAN", "out_for_delivery"],
    ["SIGNED", "delivered"],
    ["FAILED", "exception"],
    ["LOST", "lost"],
  ])("on its way with %s is %s", (action, status) => {
    const traces = {
      transit_step_result: [{ out_sid: "SF1234567890123", trace_list: { transit_step_info: [step(action)] } }],
    };
    expect(map([parcel({ status: "ACCEPTED_BY_RECEIVER" })], traces)).toMatchObject([
      { status, events: [{ externalCode: action }] },
    ]);
  });

  it("is delivered when tracking says so, and the time is tracking's", () => {
    const traces = [{ out_sid: "SF1234567890123", trace_list: [step("SIGNED", "2024-01-17 10:05:00"), step("GOT")] }];
    expect(map([parcel()], traces)).toMatchObject([
      { status: "delivered", deliveredAt: new Date("2024-01-17T02:05:00Z") },
    ]);
  });
});

function given(trade: Record<string, unknown> | null, refusal?: string) {
  const made = givenAdapter((call) => {
    if (call.method === "taobao.trade.fullinfo.get") return trade === null ? {} : { trade };
    if (call.method === "taobao.logistics.orders.get") return {};
    if (refusal)
      return { error_response: { code: 15, msg: "Remote service error", sub_code: refusal, request_id: "r" } };
    return { shipping: { is_success: true } };
  });
  const confirm = made.adapter.shipments.acts.confirm as ActCapability<ConfirmShipmentInput>;
  return {
    ...made,
    run: (input: Partial<ConfirmShipmentInput> = {}) =>
      confirm.perform(
        givenStore(),
        {
          idempotencyKey: "k",
          progress: null,
          input: {
            orderExternalId: TID,
            carrier: "sf",
            trackingNumber: "SF1234567890123",
            trackingUrl: null,
            shippedAt: null,
            place: null,
            lines: [],
            notifyBuyer: false,
            method: null,
            ...input,
          },
        },
        SIGNAL,
      ),
  };
}

describe("confirming", () => {
  const line = (orderLineExternalId: string, quantity: number) => ({ orderLineExternalId, quantity });

  it("of all lines in one parcel is no split", async () => {
    const { run, sent } = given(givenTrade());
    expect(await run()).toMatchObject({ outcome: "done" });
    expect(sent.at(-1)).toMatchObject({
      method: "taobao.logistics.offline.send",
      parameters: { tid: TID, out_sid: "SF1234567890123", company_code: "SF" },
    });
    expect(sent.at(-1)?.parameters).not.toHaveProperty("is_split");
  });

  it("of some lines names them, and so does every call after it", async () => {
    const { run, sent } = given(givenTrade());
    await run({ lines: [line("4012345678902234567", 2)] });
    expect(sent.at(-1)?.parameters).toMatchObject({ is_split: "1", sub_tid: "4012345678902234567" });
    const rest = given(
      givenTrade({
        status: "SELLER_CONSIGNED_PART",
        orders: [
          givenLine({ status: "WAIT_BUYER_CONFIRM_GOODS", invoice_no: "SF0" }),
          givenLine({ oid: "2", oid_str: "2" }),
        ],
      }),
    );
    await rest.run();
    expect(rest.sent.at(-1)?.parameters).toMatchObject({ is_split: "1", sub_tid: "2" });
  });

  it("of part of a line goes the newer way", async () => {
    const { run, sent } = given(givenTrade());
    await run({ lines: [line("4012345678902234567", 1)] });
    expect(sent.at(-1)?.method).toBe("alibaba.ascp.logistics.offline.send");
    expect(JSON.parse(sent.at(-1)?.parameters.consign_pkgs ?? "")).toEqual([
      {
        out_sid: "SF1234567890123",
        company_code: "SF",
        goods: [{ sub_tid: "4012345678902234567", num: 1, item_type: 0 }],
      },
    ]);
  });

  it("without a parcel, and through the platform's pick-up", async () => {
    const dummy = given(givenTrade());
    await dummy.run({ method: "dummy", carrier: null, trackingNumber: null });
    expect(dummy.sent.at(-1)).toMatchObject({ method: "taobao.logistics.dummy.send", parameters: { tid: TID } });
    const online = given(givenTrade());
    await online.run({ method: "online", carrier: "platform:ZJS" });
    expect(online.sent.at(-1)).toMatchObject({
      method: "taobao.logistics.online.send",
      parameters: { company_code: "ZJS" },
    });
  });

  it("is refused for held, closed and unknown things, before anything is sent", async () => {
    const refused = async (trade: Record<string, unknown> | null, input: Partial<ConfirmShipmentInput> = {}) => {
      const { run, sent } = given(trade);
      const outcome = await run(input);
      expect(sent.filter((call) => call.method.includes("send"))).toEqual([]);
      return outcome.outcome === "rejected" ? outcome.error.category : outcome.outcome;
    };
    expect(await refused(null)).toBe("not_found");
    expect(await refused(givenTrade({ top_hold: 1 }))).toBe("conflict");
    expect(await refused(givenTrade({ status: "WAIT_BUYER_PAY" }))).toBe("conflict");
    expect(await refused(givenTrade(), { lines: [line("7", 1)] })).toBe("invalid_request");
    expect(await refused(givenTrade(), { lines: [line("4012345678902234567", 3)] })).toBe("conflict");
    expect(await refused(givenTrade(), { carrier: "pigeon" })).toBe("invalid_request");
    expect(await refused(givenTrade(), { trackingNumber: null })).toBe("invalid_request");
  });

  it("is done where our number stands on the trade already", async () => {
    const there = givenTrade({
      status: "WAIT_BUYER_CONFIRM_GOODS",
      orders: [givenLine({ status: "WAIT_BUYER_CONFIRM_GOODS", invoice_no: "SF1234567890123" })],
    });
    const { run, sent } = given(there);
    expect(await run()).toMatchObject({ outcome: "done" });
    expect(sent).toHaveLength(1);
  });

  it("that finds the trade shipped by hand is a conflict", async () => {
    const { run } = given(givenTrade(), "isv.logistics-offline-service-error:B04");
    expect(await run()).toMatchObject({ outcome: "rejected", error: { category: "conflict" } });
  });
});

describe("a pick-up", () => {
  const cancel = (status: string | null) => {
    const parcel = { tid: TID, order_code: "LP1", status, created: "2024-01-15 18:00:00" };
    const made = givenAdapter((call) =>
      call.method === "taobao.logistics.orders.get"
        ? { shippings: status === null ? [] : [parcel] }
        : { is_success: true },
    );
    const act = made.adapter.shipments.acts.cancel_pickup as AnyAct;
    const outcome = act.perform(
      givenStore(),
      { idempotencyKey: "k", input: { orderExternalId: TID }, progress: null },
      SIGNAL,
    );
    return { ...made, outcome, asked: () => made.sent.filter(({ method }) => method.endsWith("online.cancel")).length };
  };

  it.each([
    ["SENDING", "done", 1],
    ["ACCEPTED", "done", 1],
    ["CANCELLED", "done", 0],
    ["PICK_UP", "rejected", 0],
    [null, "rejected", 0],
  ])("that is %s ends %s", async (status, outcome, calls) => {
    const made = cancel(status);
    expect(await made.outcome).toMatchObject({ outcome });
    expect(made.asked()).toBe(calls);
  });
});
