/** Acts whose answers are lost, or whose record is not what the act is for. */
import { describe, expect, it } from "vitest";
import { type AnyAct, isAbsent } from "../../../src/core/adapter.ts";
import {
  type Fields,
  givenAdapter,
  givenOrder,
  givenRefund,
  givenService,
  givenStore,
  type Sent,
  SIGNAL,
} from "./stub.ts";

const ANSWER = {
  orderExternalId: null,
  system: null,
  reason: null,
  message: "好",
  lockToken: null,
  amount: null,
  currency: null,
  files: [],
  returnAddressId: null,
};

/** An act on a dispute, before a platform that answers as the script says. */
async function answerWith(
  name: "accept" | "receive_return",
  disputeExternalId: string,
  answer: (call: Sent) => Fields,
) {
  const { adapter, sent } = givenAdapter(answer);
  const act = adapter.disputes.acts[name] as AnyAct;
  if (isAbsent(act)) throw new Error("absent");
  const input = act.input.parse({ ...ANSWER, disputeExternalId });
  const address = { name: "仓", mobile: "1", province: "p", city: "c", county: "d", detail: "1号" };
  const store = givenStore({ settings: { return_address: address } });
  const outcome = await act.perform(store, { idempotencyKey: "k", input, progress: null }, SIGNAL);
  return { outcome, writes: sent.filter(({ method }) => !/queryById|query\.|list$/.test(method)) };
}

describe("an answer that was given, and whose own answer was lost", () => {
  it("stands, though its repeat within the call is refused", async () => {
    let status = 0;
    const refund = await answerWith("accept", "refund:46001234", ({ method }) => {
      if (!method.endsWith("replyRefund")) return { queryResult: { success: true, result: [givenRefund({ status })] } };
      status = 1;
      return { replyResult: { success: false, errorMsg: "退款单已审核" } };
    });
    expect(refund.outcome).toMatchObject({ outcome: "done" });
    let serviceStatus = 10005;
    const service = await answerWith("receive_return", "service:2700654321", ({ method }) => {
      if (!method.endsWith("register"))
        return { pageResult: { success: true, data: [givenService({ serviceStatus })] }, result: { success: true } };
      serviceStatus = 10007;
      return { result: { success: false, msg: "数据已被更新" } };
    });
    expect(service.outcome).toMatchObject({ outcome: "done" });
  });

  it("is refused where it does not stand", async () => {
    const refused = await answerWith("accept", "refund:46001234", ({ method }) =>
      method.endsWith("replyRefund")
        ? { replyResult: { success: false, errorMsg: "无权审核" } }
        : { queryResult: { success: true, result: [givenRefund()] } },
    );
    expect(refused.outcome).toMatchObject({ outcome: "rejected", error: { category: "permanent" } });
  });
});

describe("an agreement to a service order", () => {
  const accept = (row: Fields) =>
    answerWith("accept", "service:2700654321", () => ({
      pageResult: { success: true, totalCount: 1, data: [givenService(row)] },
      result: { success: true, sysVersion: 7 },
    }));

  it.each([80, 70, 40, 50, 60, 100, 999])("is not made for wish %i, whose goods do not come back", async (wish) => {
    expect(await accept({ customerExpect: wish })).toMatchObject({
      outcome: { outcome: "rejected", error: { category: "invalid_request" } },
      writes: [],
    });
  });

  it.each([10, 20, 30])("asks for the goods of wish %i", async (wish) => {
    expect((await accept({ customerExpect: wish })).writes.map(({ method }) => method)).toEqual([
      "jingdong.asc.audit.send",
    ]);
  });

  it.each([
    ["in a state that nobody knows", { serviceStatus: 99999 }],
    ["that ended with the goods sent back to the buyer", { serviceStatus: 10010, processResult: 70 }],
    ["that was withdrawn", { serviceStatus: 10011 }],
  ])("is not taken for one that stands, %s", async (_, row) => {
    expect(await accept(row)).toMatchObject({ outcome: { error: { category: "conflict" } }, writes: [] });
  });

  it("stands where the platform pays already", async () => {
    expect(await accept({ serviceStatus: 10010, processResult: 100 })).toMatchObject({
      outcome: { outcome: "done" },
      writes: [],
    });
  });
});

describe("a shipment's numbers", () => {
  it("are sent without what stands around them", async () => {
    const { adapter, sent } = givenAdapter(() => ({
      orderDetailInfo: { apiResult: { success: true }, orderInfo: givenOrder() },
    }));
    const act = adapter.shipments.acts.confirm as AnyAct;
    if (isAbsent(act)) throw new Error("absent");
    const input = {
      orderExternalId: "290123456789",
      carrier: "sf",
      trackingNumber: " SF1 , SF2,",
      trackingUrl: null,
      shippedAt: null,
      place: null,
      lines: [],
      notifyBuyer: false,
      method: null,
    };
    await act.perform(givenStore(), { idempotencyKey: "k", input, progress: null }, SIGNAL);
    expect(sent.at(-1)?.parameters).toMatchObject({ logiNo: "SF1,SF2" });
  });
});
