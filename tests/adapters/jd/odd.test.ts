/** Documents and answers that are allowed and rare: none of them may lose an order, a unit or a cent. */
import { describe, expect, it } from "vitest";
import { mapFile } from "../../../src/cli/map-file.ts";
import { type AnyAct, isAbsent } from "../../../src/core/adapter.ts";
import {
  CONTEXT,
  type Fields,
  file,
  givenAdapter,
  givenFee,
  givenItem,
  givenOrder,
  givenPush,
  givenRefund,
  givenService,
  givenStore,
  mapOf,
  type Sent,
  SIGNAL,
} from "./stub.ts";

const orderOf = (fields: Fields) => {
  const [order] = mapOf("orders", givenOrder(fields)).orders;
  if (!order) throw new Error("no order");
  return order;
};
const WINDOW = {
  since: new Date("2026-01-19T00:00:00Z"),
  until: new Date("2026-01-20T00:00:00Z"),
  cursor: null,
  limit: 50,
};

describe("an order whose form is rare", () => {
  it("has its line where one stands for the list", () => {
    expect(orderOf({ itemInfoList: givenItem() }).lines).toMatchObject([{ quantity: 2 }]);
  });

  it("comes from a list that holds one record instead of many", async () => {
    const { adapter } = givenAdapter(() => ({
      searchorderinfo_result: { orderTotal: 1, orderInfoList: givenOrder() },
    }));
    const page = await adapter.orders.list(givenStore(), { ...WINDOW, stream: "changed" }, SIGNAL);
    expect(page.documents).toMatchObject([{ externalId: "290123456789" }]);
  });

  it("does not map where a line tells no quantity: units that nobody counts would be sold again", () => {
    expect(() => orderOf({ itemInfoList: [givenItem(), givenItem({ itemTotal: undefined })] })).toThrow(
      "line 2 has no quantity",
    );
  });

  it("is set aside alone where it has no time that can be read", async () => {
    const bad = givenOrder({ orderId: "1", modified: "soon", orderStartTime: "" });
    const { adapter } = givenAdapter(() => ({
      searchorderinfo_result: { orderTotal: 2, orderInfoList: [bad, givenOrder()] },
    }));
    const { documents } = await adapter.orders.list(givenStore(), { ...WINDOW, stream: "changed" }, SIGNAL);
    const mapped = documents.map((raw) => {
      try {
        return adapter.orders.toUnified(raw, CONTEXT).orders.length;
      } catch {
        return "set aside";
      }
    });
    expect(mapped).toEqual(["set aside", 1]);
  });

  it.each([
    ['{"skuUuid":"1_a"}', "1_a"],
    ['{"other":{"skuUuid" : 77}}', "77"],
    [{ skuUuid: "1_b" }, "1_b"],
    ['{"skuUuid":null}', "290123456789:100012345678:0"],
    ["not json", "290123456789:100012345678:0"],
  ])("names its line by %j as %s", (itemExt, id) => {
    expect(orderOf({ itemInfoList: [givenItem({ itemExt })] }).lines[0]?.externalId).toBe(id);
  });

  it("is partly shipped by a parcel that does not say what it holds", () => {
    const parcels = (partialLogisticsInfoModel: unknown) => orderOf({ partialLogisticsInfoModel });
    expect(parcels([{ waybill: "SF1", goods: null }])).toMatchObject({
      status: "partially_shipped",
      lines: [{ shippedQuantity: 0 }],
    });
    for (const none of [[], {}, [{}], null, ""]) expect(parcels(none).status).toBe("awaiting_shipment");
  });

  it("has units that left counted once, where a SKU stands on two lines", () => {
    const { lines } = orderOf({
      itemInfoList: [givenItem({ itemTotal: "1" }), givenItem({ itemTotal: "3" })],
      partialLogisticsInfoModel: [{ goods: [{ skuId: 100012345678, num: 2 }] }],
    });
    expect(lines.map((line) => line.shippedQuantity)).toEqual([1, 1]);
  });
});

it("an order whose time of payment cannot be read does not map: was it paid, and is it refunded?", () => {
  for (const paymentConfirmTime of ["2026/01/15 10:02", "soon", 5])
    expect(() => orderOf({ orderState: "TRADE_CANCELED", paymentConfirmTime }), String(paymentConfirmTime)).toThrow();
  for (const paymentConfirmTime of [null, " ", 0, "0000-00-00 00:00:00", "0001-01-01 00:00:00"])
    expect(orderOf({ orderState: "TRADE_CANCELED", paymentConfirmTime }).paymentStatus).toBe("unpaid");
});

it("a service order that names no goods has no line", () => {
  const { disputes } = mapOf("disputes", givenService({ skuId: null, skuUuid: "" }));
  expect(disputes).toMatchObject([{ lines: [] }]);
});

describe("an order that was split", () => {
  const deleted = (fields: Fields) => mapOf("orders", givenOrder(fields)).deleted.map(({ externalId }) => externalId);

  it("is none any more once a part of it is read; re-shipments and exchanges split nothing", () => {
    expect(deleted({ parentOrderId: "28", directParentOrderId: "28" })).toEqual(["28"]);
    expect(deleted({ parentOrderId: "28", directParentOrderId: "29" })).toEqual(["29", "28"]);
    expect(deleted({ parentOrderId: "0", directParentOrderId: "" })).toEqual([]);
    expect(deleted({ parentOrderId: "290123456789" })).toEqual([]);
    for (const returnOrder of ["1", "2"]) expect(deleted({ parentOrderId: "28", returnOrder })).toEqual([]);
  });
});

describe("parcels whose form is rare", () => {
  const parcels = (order: Fields, traces: Fields[] = []) =>
    mapOf("shipments", { order: givenOrder({ orderState: "WAIT_GOODS_RECEIVE_CONFIRM", ...order }), traces }).shipments;

  it("are one where a number stands twice", () => {
    expect(parcels({ waybill: "SF1, SF1,|SF1|ZT1", logisticsId: "467|467|1499" })).toMatchObject([
      { externalId: "290123456789:SF1", carrier: "sf" },
      { externalId: "290123456789:ZT1", carrier: "zto" },
    ]);
  });

  it("are delivered, though the words tell whom to call if anything is wrong", () => {
    const step = { opeTime: "2026-01-16 10:00:00", opeRemark: "已签收，如有异常请联系客服" };
    expect(parcels({ waybill: "SF1", logisticsId: "467" }, [step])).toMatchObject([{ status: "delivered" }]);
  });

  it("have their steps, though what holds these has a time too", async () => {
    const steps = [
      { time: "2026-01-15 20:00:00", words: "已揽收" },
      { time: "2026-01-16 10:00:00", words: "已签收" },
    ];
    const order = givenOrder({ waybill: "SF1", logisticsId: "467", orderState: "WAIT_GOODS_RECEIVE_CONFIRM" });
    const { adapter } = givenAdapter(({ method }) =>
      method.endsWith("enGet")
        ? { orderDetailInfo: { apiResult: { success: true }, orderInfo: order } }
        : { result: { success: true, data: { created: "2026-01-16 10:00:01", list: steps } } },
    );
    const { documents } = await adapter.shipments.getMany(givenStore(), [{ externalId: "290123456789" }], SIGNAL);
    expect(documents.map((raw) => (raw.payload as { traces: Fields[] }).traces)).toEqual([steps]);
  });
});

describe("a bill whose form is rare", () => {
  const bill = (feeList: unknown) => ({ orderId: 290123456789, completed: "2026-01-20 12:00:00", feeList });

  it("has its fee where one stands for the list", () => {
    expect(mapOf("settlements", bill(givenFee())).entries).toMatchObject([{ amount: { amount: "378" } }]);
  });

  it.each([
    ["no direction", { direction: undefined }],
    ["a direction that nobody knows", { direction: 3, settleRemark: "佣金" }],
    ["no amount", { money: undefined }],
    ["another currency", { currency: "USD" }],
  ])("does not map with %s: the sign or the sum would be a guess", (_, fee) => {
    expect(() => mapOf("settlements", bill([givenFee(fee)]))).toThrow();
  });

  it("tells the commission of advertising from that of sales", () => {
    const kind = (settleRemark: string) =>
      mapOf("settlements", bill([givenFee({ direction: 2, settleRemark })])).entries[0]?.kind;
    expect(["CPS佣金", "佣金"].map(kind)).toEqual(["advertising_fee", "commission"]);
  });
});

describe("words of a refusal", () => {
  const lookUp = async (chineseErrCode: string) => {
    const { adapter } = givenAdapter(() => ({ orderDetailInfo: { apiResult: { success: false, chineseErrCode } } }));
    return adapter.orders.getMany(givenStore(), [{ externalId: "290123456789" }], SIGNAL).then(
      ({ missing }) => missing,
      (error: { category: string }) => error.category,
    );
  };

  it("about the order say that it is gone; about who asks they say nothing of it", async () => {
    expect(await lookUp("订单不存在")).toEqual([{ externalId: "290123456789", means: "gone" }]);
    for (const words of ["商家不存在", "venderId不存在", "用户token已失效或不存在", "该接口不存在"])
      expect(await lookUp(words), words).toBe("permanent");
  });
});

describe("a read-back", () => {
  it("of a SKU that is gone harms no other", async () => {
    const { adapter } = givenAdapter(({ parameters }) =>
      parameters.skuId === 1
        ? { success: false, message: "sku不存在" }
        : { skuStocks: [{ storeId: 0, stockNum: 4, canUsedNum: 3 }] },
    );
    const items = ["1", "2"].map((variantExternalId) => givenPush("4", { key: variantExternalId, variantExternalId }));
    expect(await adapter.stock.read?.(givenStore(), items, SIGNAL)).toEqual([
      { key: "1", value: null },
      { key: "2", value: "3" },
    ]);
  });
});

describe("the SKUs of a ware", () => {
  const read = async (answer: (page: number) => Fields) => {
    const { adapter, sent } = givenAdapter(({ method, parameters }) =>
      method.endsWith("findWareById") ? { ware: { wareId: 1, wareStatus: 8 } } : answer(Number(parameters.pageNo)),
    );
    const { documents } = await adapter.listings.getMany(givenStore(), [{ externalId: "1" }], SIGNAL);
    const [payload] = documents.map((raw) => raw.payload as { skus: Fields[] });
    return { skus: payload?.skus.length, calls: sent.length - 1 };
  };
  const rows = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({ wareId: 1, skuId: from + index }));

  it("are all read, though a page holds fewer than asked for", async () => {
    expect(await read((page) => ({ page: { totalItem: 45, data: rows(page * 20, page === 3 ? 5 : 20) } }))).toEqual({
      skus: 45,
      calls: 3,
    });
  });

  it("end with a page that brings nothing new, whatever the total says", async () => {
    expect(await read(() => ({ page: { totalItem: 99, data: rows(1, 20) } }))).toEqual({ skus: 20, calls: 2 });
  });
});

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

describe("bills", () => {
  const row = (...feeList: Fields[]) => ({ orderId: 1, completed: "2026-01-20 12:00:00", feeList });
  const whole = (values: unknown) => ({ x_responce: { code: "0", returnType: { success: true, values } } });

  it("may hold one record where a list is usual", () => {
    const { adapter } = givenAdapter();
    expect(adapter.settlements.parseFile(file(whole(row(givenFee()))), CONTEXT)).toMatchObject([
      { externalId: "bill:D1" },
    ]);
  });

  it("S61 S62: keep a fee that another day's answer lacks, and fees of no order apart", async () => {
    const days = [
      [row(givenFee())],
      [row(givenFee({ detailId: "D2" })), { ...row(givenFee({ detailId: "D3" })), orderId: 0 }],
    ];
    const { adapter, sent } = givenAdapter(() => ({
      returnType: { success: true, values: days[sent.length - 1] ?? [] },
    }));
    const input = { ...WINDOW, until: new Date("2026-01-21T00:00:00Z"), stream: "bills" };
    const first = await adapter.settlements.list(givenStore(), input, SIGNAL);
    const second = await adapter.settlements.list(givenStore(), { ...input, cursor: first.next }, SIGNAL);
    const all = [...first.documents, ...second.documents];
    expect(all.map(({ externalId }) => externalId)).toEqual(["bill:D1", "bill:D2", "bill:D3"]);
    expect(all.flatMap((raw) => adapter.settlements.toUnified(raw, CONTEXT).entries)).toMatchObject([
      { orderExternalId: "1" },
      { orderExternalId: "1" },
      { orderExternalId: null },
    ]);
  });

  it("of a file name their statement once", () => {
    const records: unknown[] = [];
    const bytes = file(whole([row(givenFee(), givenFee({ detailId: "D2", direction: 2, feeType: 2 }))]));
    const input = { platform: "jd", resource: "settlements", bytes } as const;
    const failures = mapFile(input, CONTEXT, (record) => records.push([record.record, record.warnings]));
    // Of the second fee nobody knows the type.
    const head = ["settlement", [{ code: "unknown_code", detail: expect.stringContaining("2") }]];
    expect([failures, records]).toEqual([[], [head, ["entry", undefined], ["entry", undefined]]]);
  });
});
