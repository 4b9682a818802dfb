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

describe("an order that others name as their parent", () => {
  const PARENT = givenOrder({ orderId: "28", itemInfoList: [givenItem(), givenItem({ skuId: "7", itemTotal: "1" })] });
  const part = (fields: Fields = {}) =>
    givenOrder({ parentOrderId: "28", itemInfoList: [givenItem({ itemTotal: "1" })], ...fields });
  /** What the shop shows: `rows` in its list, and these and `others` by their numbers. */
  const given = (rows: readonly Fields[], ...others: Fields[]) => {
    const { adapter, sent } = givenAdapter(({ method, parameters }) => {
      if (!method.endsWith("enGet"))
        return { searchorderinfo_result: { orderTotal: rows.length, orderInfoList: [...rows] } };
      const orderInfo = [...rows, ...others].find(({ orderId }) => orderId === parameters.order_id);
      return { orderDetailInfo: { apiResult: { success: true }, ...(orderInfo ? { orderInfo } : {}) } };
    });
    return { orders: adapter.orders, sent };
  };
  /** A page and what its references lead to, as the engine reads them: what ends, and what is an order. */
  const read = async (rows: readonly Fields[], ...others: Fields[]) => {
    const { orders } = given(rows, ...others);
    const page = await orders.list(givenStore(), { ...WINDOW, stream: "changed" }, SIGNAL);
    const { documents, missing } = await orders.getMany(givenStore(), page.references, SIGNAL);
    const mapped = [...page.documents, ...documents].flatMap((raw) => {
      try {
        return [orders.toUnified(raw, CONTEXT)];
      } catch {
        return [];
      }
    });
    return {
      orders: mapped.flatMap((unified) => unified.orders.map(({ externalId }) => externalId)),
      ended: mapped.flatMap(({ deleted }) => deleted.map(({ externalId }) => externalId)),
      missing,
      documents,
      references: page.references,
    };
  };

  it("has ended where it holds what the part holds, on the same page and elsewhere", async () => {
    const apart = await read([part()], PARENT);
    expect(apart).toMatchObject({ orders: ["290123456789"], ended: ["28"], missing: [] });
    const together = await read([part(), part({ orderId: "2" }), PARENT]);
    expect(together).toMatchObject({ orders: ["290123456789", "2", "28"], ended: ["28"], references: [] });
  });

  it("has ended as the nearest parent and as the first", async () => {
    const nearest = givenOrder({ orderId: "29", parentOrderId: "28" });
    const { ended } = await read([part({ directParentOrderId: "29" })], PARENT, nearest);
    expect(ended.sort()).toEqual(["28", "29"]);
  });

  it("comes back by no later change, and is looked for once", async () => {
    const { documents, references } = await read([part()], PARENT);
    const [end] = documents;
    expect(end?.sourceUpdatedAt?.getTime()).toBeGreaterThan(Date.parse("2999-01-01T00:00:00Z"));
    expect(end?.sourceVersion).toBe(references[0]?.sourceVersion);
  });

  it.each<[string, Fields, Fields]>([
    ["other goods", part({ itemInfoList: [givenItem({ skuId: "8" })] }), PARENT],
    ["more of its goods", part({ itemInfoList: [givenItem({ itemTotal: "3" })] }), PARENT],
    ["no goods", part({ itemInfoList: [] }), PARENT],
    ["another buyer's", part({ open_id_buyer: "o2" }), PARENT],
    ["each other's parent", part(), { ...PARENT, parentOrderId: "290123456789", itemInfoList: [givenItem()] }],
    ["set aside itself", part({ orderStartTime: "" }), PARENT],
    ["a re-shipment", part({ returnOrder: "1" }), PARENT],
    ["an exchange", part({ returnOrder: "2" }), PARENT],
  ])("stays what it is where the one that names it is of %s", async (_, row, parent) => {
    expect((await read([row], parent)).ended).toEqual([]);
    const together = await read([row, parent]);
    expect(together.ended).toEqual([]);
    expect(together.orders).toContain("28");
  });

  it("hides nothing where it was never seen, and what is read of it later counts", async () => {
    const { ended, missing, documents, references } = await read([part()]);
    expect({ ended, missing }).toEqual({ ended: [], missing: [] });
    expect(documents).toMatchObject([{ externalId: "28", sourceVersion: references[0]?.sourceVersion }]);
    expect(documents[0]?.sourceUpdatedAt?.getTime()).toBeLessThan(Date.parse("2000-01-01T00:00:00Z"));
    expect(
      await read([part({ parentOrderId: "290123456789" }), part({ parentOrderId: "0", directParentOrderId: "" })]),
    ).toMatchObject({
      references: [],
    });
  });

  it("ends in a file that holds the part and it, and by no file that does not", () => {
    const ids = (...rows: Fields[]) =>
      given([])
        .orders.parseFile(file(rows), CONTEXT)
        .map(({ externalId }) => externalId);
    expect(ids(part(), PARENT)).toEqual(["290123456789", "28", "28"]);
    expect(ids(part())).toEqual(["290123456789"]);
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
