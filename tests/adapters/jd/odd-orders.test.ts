/** Orders and parcels whose form is allowed and rare: none of them may lose an order, a unit or a cent. */
import { describe, expect, it } from "vitest";
import {
  CONTEXT,
  type Fields,
  file,
  givenAdapter,
  givenItem,
  givenOrder,
  givenService,
  givenStore,
  mapOf,
  SIGNAL,
  WINDOW,
} from "./stub.ts";

const orderOf = (fields: Fields) => {
  const [order] = mapOf("orders", givenOrder(fields)).orders;
  if (!order) throw new Error("no order");
  return order;
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
  const given = (...rows: Fields[]) =>
    givenAdapter(({ method }) =>
      method.endsWith("enGet")
        ? { orderDetailInfo: { apiResult: { success: true }, orderInfo: rows[0] } }
        : { searchorderinfo_result: { orderTotal: rows.length, orderInfoList: rows } },
    ).adapter.orders;
  const listed = async (...rows: Fields[]) => {
    const orders = given(...rows);
    const { documents } = await orders.list(givenStore(), { ...WINDOW, stream: "changed" }, SIGNAL);
    return { documents, ended: documents.flatMap((raw) => orders.toUnified(raw, CONTEXT).deleted) };
  };
  const ended = async (fields: Fields) => (await listed(givenOrder(fields))).ended.map(({ externalId }) => externalId);

  it("is none any more once a part of it is read; re-shipments and exchanges split nothing", async () => {
    expect(await ended({ parentOrderId: "28", directParentOrderId: "28" })).toEqual(["28"]);
    expect(await ended({ parentOrderId: "28", directParentOrderId: "29" })).toEqual(["29", "28"]);
    expect(await ended({ parentOrderId: "0", directParentOrderId: "" })).toEqual([]);
    expect(await ended({ parentOrderId: "290123456789" })).toEqual([]);
    for (const returnOrder of ["1", "2"]) expect(await ended({ parentOrderId: "28", returnOrder })).toEqual([]);
  });

  it("ends once for all parts of a page, by a document that is newer than whatever changes there later", async () => {
    const parts = ["1", "2"].map((orderId) => givenOrder({ orderId, parentOrderId: "28" }));
    const { documents } = await listed(...parts, givenOrder({ orderId: "28", modified: "2099-01-15 10:02:41" }));
    expect(documents.map(({ externalId }) => externalId)).toEqual(["1", "2", "28", "28"]);
    const [own, end] = documents.slice(2).map(({ sourceUpdatedAt }) => sourceUpdatedAt?.getTime() ?? 0);
    expect(end).toBeGreaterThan(own ?? Number.POSITIVE_INFINITY);
  });

  it("ends by a part that is read by its number, or in a file, too", async () => {
    const part = givenOrder({ parentOrderId: "28" });
    const read = await given(part).getMany(givenStore(), [{ externalId: "290123456789" }], SIGNAL);
    expect(read.documents.map(({ externalId }) => externalId)).toEqual(["290123456789", "28"]);
    expect(given().parseFile(file([part]), CONTEXT)).toEqual(read.documents);
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
