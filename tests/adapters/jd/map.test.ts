/** Documents as the platform's answers hold them, through `parseFile` and `toUnified`. */
import { describe, expect, it } from "vitest";
import { checkTotals } from "../../../src/core/ingest/totals.ts";
import {
  CONTEXT,
  type Fields,
  file,
  givenAdapter,
  givenFee,
  givenItem,
  givenOrder,
  givenRefund,
  givenService,
  mapOf,
} from "./stub.ts";

const ONE = (fields: Fields = {}) => {
  const [order] = mapOf("orders", givenOrder(fields)).orders;
  if (!order) throw new Error("no order");
  return order;
};

const answer = (root: string, content: Fields) => ({ [root]: { code: "0", ...content } });
const listed = (row: Fields) =>
  answer("jingdong_pop_order_enSearch_responce", {
    searchorderinfo_result: { apiResult: { success: true }, orderTotal: 1, orderInfoList: [row] },
  });

describe("an order", () => {
  it("is the same from a list, from its own answer, in both spellings, and bare", () => {
    const one = { apiResult: { success: true }, orderInfo: givenOrder() };
    const forms = [
      listed(givenOrder()),
      answer("jingdong_pop_order_enGet_responce", { orderDetailInfo: one }),
      answer("jingdong_pop_order_enGet_response", { orderDetailInfo: one }),
      [givenOrder()],
    ];
    for (const form of forms) expect(mapOf("orders", form)).toEqual(mapOf("orders", givenOrder()));
    expect(ONE()).toMatchObject({
      externalId: "290123456789",
      externalKind: "SOP",
      status: "awaiting_shipment",
      paymentStatus: "paid",
      placedAt: new Date("2026-01-15T02:02:11Z"),
      paidAt: new Date("2026-01-15T02:02:40Z"),
      completedAt: null,
      parentExternalId: null,
      total: { amount: "368", currency: "CNY" },
      fulfilledBy: "seller",
      warnings: [],
    });
  });

  it.each([
    ["WAIT_SELLER_STOCK_OUT", "awaiting_shipment", "paid", "unfulfilled"],
    ["WAIT_SELLER_DELIVERY", "awaiting_shipment", "paid", "unfulfilled"],
    ["WAIT_SEND_CODE", "awaiting_shipment", "paid", "unfulfilled"],
    ["WAIT_GOODS_RECEIVE_CONFIRM", "shipped", "paid", "fulfilled"],
    ["SEND_TO_DISTRIBUTION_CENER", "shipped", "paid", "fulfilled"],
    ["DISTRIBUTION_CENTER_RECEIVED", "shipped", "paid", "fulfilled"],
    ["FINISHED_L", "completed", "paid", "fulfilled"],
    ["RECEIPTS_CONFIRM", "completed", "paid", "fulfilled"],
    ["TRADE_CANCELED", "cancelled", "refunded", "cancelled"],
    ["PARENT_TRADE_CANCELED", "cancelled", "refunded", "cancelled"],
    ["LOCKED", "on_hold", "paid", "unfulfilled"],
    ["PAUSE", "on_hold", "paid", "unfulfilled"],
    ["POP_ORDER_PAUSE", "on_hold", "paid", "unfulfilled"],
  ])("in %s is %s and %s", (orderState, status, paymentStatus, fulfilmentStatus) => {
    expect(ONE({ orderState })).toMatchObject({ status, paymentStatus, lines: [{ fulfilmentStatus }], warnings: [] });
  });

  it("in a state that no table knows is unknown, and says so once", () => {
    expect(ONE({ orderState: "ZZ" })).toMatchObject({
      status: "unknown",
      paymentStatus: "unknown",
      externalStatus: "ZZ",
      warnings: [{ code: "unknown_code" }],
    });
  });

  it("of cash on delivery is unpaid until it is done, and has no time of payment", () => {
    const cod = { payType: "1-货到付款", paymentConfirmTime: undefined };
    expect(ONE(cod)).toMatchObject({ paymentStatus: "unpaid", paid: { amount: "0" }, paidAt: null });
    expect(ONE({ ...cod, orderState: "FINISHED_L" })).toMatchObject({ paymentStatus: "paid", paid: { amount: "368" } });
    expect(ONE({ ...cod, orderState: "TRADE_CANCELED" })).toMatchObject({ paymentStatus: "unpaid", refunded: null });
  });

  it("that was cancelled after its payment is refunded; before it, it was never paid", () => {
    expect(ONE({ orderState: "TRADE_CANCELED" }).refunded).toEqual({ amount: "368", currency: "CNY" });
    for (const none of ["0001-01-01 00:00:00", "1970-01-01 00:00:00", ""])
      expect(ONE({ orderState: "TRADE_CANCELED", paymentConfirmTime: none })).toMatchObject({
        paymentStatus: "unpaid",
        refunded: null,
      });
  });

  it("of which a part has left tells how many units", () => {
    const order = ONE({
      itemInfoList: [givenItem(), givenItem({ skuId: "100012345679" })],
      partialLogisticsInfoModel: [{ waybill: "SF1", goods: [{ skuUuid: "", skuId: 100012345678, num: 1 }] }],
    });
    expect(order.status).toBe("partially_shipped");
    expect(order.lines.map((line) => [line.fulfilmentStatus, line.shippedQuantity])).toEqual([
      ["partially_fulfilled", 1],
      ["unfulfilled", 0],
    ]);
  });

  it("that was locked or cancelled on its way has left", () => {
    for (const orderState of ["LOCKED", "TRADE_CANCELED"])
      expect(ONE({ orderState, waybill: "SF1" }).lines[0]).toMatchObject({ shippedQuantity: 2, cancelledQuantity: 0 });
  });

  it("of the platform's warehouses is not the shop's to ship", () => {
    expect(ONE({ orderType: "21" })).toMatchObject({ fulfilledBy: "platform", externalKind: "FBP" });
    expect(ONE({ storeOrder: "京仓订单" })).toMatchObject({
      fulfilledBy: "platform",
      lines: [{ fulfilledBy: "platform" }],
    });
  });

  it("that was split from another names it, the nearest first", () => {
    expect(ONE({ parentOrderId: "280000000001" }).parentExternalId).toBe("280000000001");
    expect(ONE({ parentOrderId: "1", directParentOrderId: "280000000002" }).parentExternalId).toBe("280000000002");
  });

  it("names its lines by skuUuid where all have one, else by place", () => {
    const ext = (uuid: string) => JSON.stringify({ skuUuid: uuid, other: 1 });
    const ids = (items: Fields[]) => ONE({ itemInfoList: items }).lines.map((line) => line.externalId);
    expect(ids([givenItem({ itemExt: ext("1_a") }), givenItem({ itemExt: ext("2_a") })])).toEqual(["1_a", "2_a"]);
    expect(ids([givenItem({ itemExt: ext("1_a") }), givenItem()])).toEqual([
      "290123456789:100012345678:0",
      "290123456789:100012345678:1",
    ]);
  });

  it("keeps ids that no number can hold", () => {
    const text = JSON.stringify(givenOrder()).replace('"290123456789"', "9223372036854775001");
    expect(mapOf("orders", text).orders[0]?.externalId).toBe("9223372036854775001");
  });

  it("without a time of creation, or an order's number, is refused", () => {
    expect(() => ONE({ orderStartTime: "" })).toThrow();
    expect(() => ONE({ orderId: undefined })).toThrow();
  });
});

describe("the money of an order", () => {
  const charges = (order: ReturnType<typeof ONE>) =>
    order.charges.map(({ kind, payer, amount, inTotal }) => [kind, payer, amount.amount, inTotal]);

  it("adds up by the platform's own parts", () => {
    expect(charges(ONE())).toEqual([
      ["discount", "seller", "-20", true],
      ["discount", "platform", "-10", true],
    ]);
    const whole = ONE({
      freightPrice: "6.00",
      serviceFee: "1.50",
      taxFee: "2.00",
      balanceUsed: "5.00",
      orderPayment: "372.50",
    });
    expect(charges(whole)).toEqual([
      ["shipping", "buyer", "6", true],
      ["service_fee", "buyer", "1.5", true],
      ["tax", "buyer", "2", true],
      ["discount", "seller", "-20", true],
      ["discount", "platform", "-10", true],
    ]);
    expect(whole).toMatchObject({
      total: { amount: "377.5" },
      payments: [
        { method: "online", amount: { amount: "372.5" } },
        { method: "balance", amount: { amount: "5" } },
      ],
    });
    for (const order of [ONE(), whole]) expect(checkTotals(order)).toBeNull();
  });

  it("knows a seller's discount that no coupon names", () => {
    const order = ONE({ couponDetailList: [], orderPayment: "378.00" });
    expect(charges(order)).toEqual([["discount", "seller", "-20", true]]);
    expect(checkTotals(order)).toBeNull();
  });

  it("puts a promotion of one item on its line, and of an item that stands twice beside the lines", () => {
    const coupon = { skuId: 100012345678, couponType: "30", couponPrice: "20.00" };
    const one = ONE({ couponDetailList: [coupon], orderPayment: "378.00" });
    expect(one.lines[0]).toMatchObject({ discount: { amount: "20" }, total: { amount: "378" } });
    expect(one.charges).toEqual([]);
    const items = [givenItem({ itemTotal: "1" }), givenItem({ itemTotal: "1" })];
    const two = ONE({ couponDetailList: [coupon], orderPayment: "378.00", itemInfoList: items });
    expect(charges(two)).toEqual([["discount", "seller", "-20", true]]);
    for (const order of [one, two]) expect(checkTotals(order)).toBeNull();
  });

  it("takes a gift card as a way to pay, inside the total where the order adds up so", () => {
    const coupons = [{ skuId: "", couponType: "52-礼品卡", couponPrice: "50.00" }];
    const inside = ONE({ couponDetailList: coupons, orderPayment: "328.00" });
    const outside = ONE({ couponDetailList: coupons, orderPayment: "378.00" });
    expect([inside, outside].map((order) => [order.total?.amount, order.payments.map(({ method }) => method)])).toEqual(
      [
        ["378", ["online", "gift card"]],
        ["378", ["online"]],
      ],
    );
    for (const order of [inside, outside]) expect(checkTotals(order)).toBeNull();
  });

  it("shows a coupon of a kind that no table knows as nobody's, with a warning", () => {
    const order = ONE({ couponDetailList: [{ couponType: "77", couponPrice: "1.00" }], orderPayment: "377.00" });
    expect(charges(order)).toEqual([
      ["discount", "unknown", "-1", true],
      ["discount", "seller", "-20", true],
    ]);
    expect(order.warnings).toMatchObject([{ code: "unknown_code" }]);
  });
});

describe("who bought", () => {
  it("stays ciphertext, with the masked copy to be shown and the open id as the buyer's key", () => {
    const order = ONE();
    expect(order.buyer).toMatchObject({ externalId: "o1AbC", name: null });
    expect(order.shipTo).toMatchObject({
      privacy: "encrypted",
      name: null,
      phone: "138****0000",
      lines: [],
      district: "三环到四环之间",
      city: "朝阳区",
      region: "北京",
      country: "CN",
      encrypted: { fullname: "AWNmdWxsbmFtZWZ1bGxuYW1l" },
    });
    expect(Object.keys(order.shipTo?.encrypted ?? {}).sort()).toEqual([
      "fullAddress",
      "fullname",
      "mobile",
      "telephone",
    ]);
    expect(JSON.stringify(order.extra)).not.toMatch(/AWN|138/);
  });

  it("is told by the values' form where the fields have changed places", () => {
    const swapped = {
      fullname: "张**",
      mobile: "138****0000",
      desen_mobile: "9f86d081884c7d659a2feaa0c55ad015",
      fullAddress: "北京**",
    };
    expect(ONE({ consigneeInfo: swapped }).shipTo).toMatchObject({
      privacy: "encrypted",
      name: "张**",
      phone: "138****0000",
      lines: ["北京**"],
      encrypted: { desen_mobile: swapped.desen_mobile },
    });
    const masked = { fullname: "张**", mobile: "138****0000" };
    expect(ONE({ consigneeInfo: masked }).shipTo).toMatchObject({ privacy: "masked", encrypted: null });
    const clear = { fullname: "张三", mobile: "13800000000", fullAddress: "文一西路1号", province: "香港" };
    expect(ONE({ consigneeInfo: clear }).shipTo).toMatchObject({ privacy: "clear", encrypted: null, country: "HK" });
    expect(ONE({ consigneeInfo: [] }).shipTo).toBeNull();
  });
});

describe("an order that waits for its payment", () => {
  it("is unpaid, with what is owed", () => {
    const row = {
      id: 1,
      orderId: 290123456790,
      payment: 99.5,
      orderCreated: "2026-01-15 10:00:00",
      modified: 1768443600000,
      itemList: [{ skuId: 1, num: 1, jdPrice: 99.5 }],
      userName: "张**",
    };
    const [order] = mapOf("orders", answer("x_responce", { paginatedInfo: { total: 1, rows: [row] } })).orders;
    expect(order).toMatchObject({
      externalId: "290123456790",
      status: "awaiting_payment",
      paymentStatus: "unpaid",
      total: { amount: "99.5" },
      shipTo: { name: "张**", privacy: "masked" },
      lines: [{ variantExternalId: "1", quantity: 1 }],
    });
  });
});

describe("a listing", () => {
  const sku = {
    wareId: 10087654321,
    skuId: 100012345678,
    status: 1,
    jdPrice: 199,
    outerId: "TS-RED-M",
    stockNum: 5,
    skuName: "T恤 红色 M",
    wareTitle: "T恤",
    saleAttrs: [{ attrId: "1000001", attrValues: ["601"], attrValueAlias: ["红色"] }],
  };
  const ware = (fields: Fields = {}) => ({
    ware: { wareId: 10087654321, title: "T恤", wareStatus: 8, logo: "jfs/t1/a.jpg", ...fields },
    skus: [sku],
  });
  const status = (fields: Fields) => mapOf("listings", ware(fields)).listings[0]?.status;

  it("is a ware with its SKUs", () => {
    expect(mapOf("listings", ware()).listings).toMatchObject([
      {
        externalId: "10087654321",
        title: "T恤",
        status: "active",
        imageUrl: "https://img10.360buyimg.com/n1/jfs/t1/a.jpg",
        partial: false,
        variants: [
          {
            externalId: "100012345678",
            sellerCode: "TS-RED-M",
            price: { amount: "199" },
            quantity: 5,
            options: { "1000001": "红色" },
            active: true,
          },
        ],
      },
    ]);
  });

  it.each([
    [-1, "deleted"],
    [1, "draft"],
    [2, "inactive"],
    [4, "inactive"],
    [8, "active"],
    [513, "under_review"],
    [514, "under_review"],
    [516, "under_review"],
    [520, "under_review"],
    [1028, "rejected"],
    [9999, "unknown"],
  ])("in state %i is %s", (wareStatus, expected) => {
    expect(status({ wareStatus })).toBe(expected);
  });

  it("without stock is out of stock", () => {
    expect(status({ stockNum: 0 })).toBe("out_of_stock");
  });

  it("may be a ware alone or SKUs alone, which is a part", () => {
    const wares = answer("jingdong_ware_read_searchWare4Valid_responce", {
      page: { totalItem: 1, data: [{ wareId: 1, wareStatus: 2, title: "a" }] },
    });
    expect(mapOf("listings", wares).listings).toMatchObject([{ externalId: "1", partial: true, variants: [] }]);
    const skus = answer("jingdong_sku_read_searchSkuList_responce", {
      page: { totalItem: 2, data: [sku, { ...sku, skuId: 2 }] },
    });
    expect(mapOf("listings", skus).listings).toMatchObject([{ title: "T恤", variants: [{}, { externalId: "2" }] }]);
  });
});

describe("parcels", () => {
  const parcels = (order: Fields, traces: Fields[] = []) =>
    mapOf("shipments", { order: givenOrder(order), traces }).shipments;

  it("are parted by carriers and numbers", () => {
    const found = parcels({
      waybill: "SF1,SF2|ZT1",
      logisticsId: "467|1499",
      orderState: "WAIT_GOODS_RECEIVE_CONFIRM",
    });
    expect(
      found.map(({ externalId, carrier, trackingNumber, status }) => [externalId, carrier, trackingNumber, status]),
    ).toEqual([
      ["290123456789:SF1", "sf", "SF1", "in_transit"],
      ["290123456789:SF2", "sf", "SF2", "in_transit"],
      ["290123456789:ZT1", "zto", "ZT1", "in_transit"],
    ]);
  });

  it.each([
    ["【北京】已签收，签收人：门卫", "delivered"],
    ["快件正在派送", "out_for_delivery"],
    ["配送中", "out_for_delivery"],
    ["客户拒收", "returned"],
    ["派送异常", "exception"],
    ["已揽收", "in_transit"],
    ["到达【北京中心】", "in_transit"],
    ["别的", "in_transit"],
  ])('whose tracking says "%s" are %s', (opeRemark, status) => {
    const [parcel] = parcels({ waybill: "SF1", logisticsId: "467", orderState: "WAIT_GOODS_RECEIVE_CONFIRM" }, [
      { opeTime: "2026-01-16 10:00:00", opeTitle: "x", opeRemark, waybillCode: "SF1" },
      { opeTime: "2026-01-15 20:00:00", opeTitle: "x", opeRemark: "已揽收", waybillCode: "SF1" },
      { opeTime: "2026-01-17 20:00:00", opeTitle: "x", opeRemark: "已签收", waybillCode: "OTHER" },
    ]);
    expect(parcel).toMatchObject({ status, shippedAt: new Date("2026-01-15T12:00:00Z") });
    expect(parcel?.events).toHaveLength(2);
  });

  it("of a completed order are delivered, also where nobody followed them", () => {
    expect(parcels({ waybill: "X1", orderState: "FINISHED_L" })).toMatchObject([
      { status: "delivered", deliveredAt: null, carrier: null },
    ]);
  });

  it("of an order in a state that no table knows are unknown, with a warning", () => {
    expect(parcels({ waybill: "X1", orderState: "ZZ" })).toMatchObject([{ status: "unknown", warnings: [{}] }]);
  });
});

describe("an application to refund", () => {
  const dispute = (fields: Fields) => mapOf("disputes", givenRefund(fields));

  it.each([
    [0, "open_awaiting_seller", "seller"],
    [1, "open_awaiting_platform", "platform"],
    [2, "resolved_rejected", null],
    [3, "resolved_refunded", null],
    [4, "resolved_rejected", null],
    [5, "open_awaiting_platform", "platform"],
    [7, "unknown", null],
  ])("in state %i is %s", (state, status, turn) => {
    const { disputes } = dispute({ status: state, checkTime: "2026-01-16 10:00:00" });
    expect(disputes).toMatchObject([{ externalId: "refund:46001234", kind: "refund_only", status, turn, dueAt: null }]);
    expect(disputes[0]?.warnings).toHaveLength(status === "unknown" ? 1 : 0);
  });

  it("counts in fen, and gives a refund when it went through", () => {
    const { disputes, refunds } = dispute({ status: 3, checkTime: "2026-01-16 10:00:00" });
    expect(disputes[0]?.amount).toEqual({ amount: "368.5", currency: "CNY" });
    expect(refunds).toMatchObject([
      { amount: { amount: "368.5" }, status: "done", refundedAt: new Date("2026-01-16T02:00:00Z") },
    ]);
    expect(dispute({ status: 1 }).refunds).toEqual([]);
  });
});

describe("a service order", () => {
  const one = (fields: Fields) =>
    mapOf(
      "disputes",
      answer("x_responce", { pageResult: { success: true, totalCount: 1, data: [givenService(fields)] } }),
    ).disputes[0];

  it.each([
    [10000, "open_awaiting_seller"],
    [10001, "open_awaiting_seller"],
    [10012, "open_awaiting_seller"],
    [10013, "open_awaiting_seller"],
    [10002, "open_awaiting_buyer"],
    [10009, "open_awaiting_buyer"],
    [10005, "return_in_transit"],
    [10006, "open_awaiting_seller"],
    [10007, "open_awaiting_seller"],
    [13000, "open_awaiting_seller"],
    [10041, "open_awaiting_platform"],
    [1100, "open_awaiting_platform"],
    [12000, "open_awaiting_platform"],
    [14000, "open_awaiting_platform"],
    [10004, "resolved_rejected"],
    [10011, "withdrawn"],
    [99999, "unknown"],
  ])("in state %i is %s", (serviceStatus, status) => {
    expect(one({ serviceStatus })).toMatchObject({
      externalId: "service:2700654321",
      status,
      openedAt: new Date(1768530000000),
    });
    expect(one({ serviceStatus })?.warnings).toHaveLength(status === "unknown" ? 1 : 0);
  });

  it.each([
    [100, 20, "resolved_refunded"],
    [0, 10, "resolved_refunded"],
    [80, 20, "resolved_replaced"],
    [70, 10, "resolved_rejected"],
    [23, 20, "unknown"],
    [40, 10, "unknown"],
    [0, 30, "unknown"],
  ])("that is done with result %i for wish %i is %s", (processResult, customerExpect, status) => {
    expect(one({ serviceStatus: 10010, processResult, customerExpect })?.status).toBe(status);
  });

  it.each([
    [1, "refund_only"],
    [10, "return_refund"],
    [11, "refund_only"],
    [20, "exchange"],
    [30, "repair"],
    [40, "complaint"],
    [70, "repair"],
    [80, "exchange"],
    [90, "refund_only"],
    [100, "complaint"],
  ])("with the wish %i is %s", (customerExpect, kind) => {
    expect(one({ customerExpect })?.kind).toBe(kind);
  });

  it("counts in yuan", () => {
    expect(one({ actualPayPrice: 184.5 })).toMatchObject({
      amount: { amount: "184.5" },
      orderExternalId: "290123456789",
    });
  });
});

describe("a claim", () => {
  it("is shown as it is, its state being nowhere published", () => {
    const row = {
      compensateId: 77,
      orderId: 290123456789,
      refType: 10,
      modified: "2026-01-17 10:00:00",
      created: "2026-01-16 10:00:00",
    };
    expect(mapOf("disputes", row).disputes).toMatchObject([
      {
        externalId: "claim:77",
        kind: "claim",
        status: "unknown",
        openedAt: new Date("2026-01-16T02:00:00Z"),
        warnings: [{}],
      },
    ]);
  });
});

describe("a bill", () => {
  const bill = (fees: Fields[]) => ({
    orderId: 290123456789,
    venderId: 10012345,
    completed: "2026-01-20 12:00:00",
    createTime: "2026-01-15 10:02:11",
    feeList: fees,
  });
  const map = (fees: Fields[], settings = {}) => mapOf("settlements", bill(fees), settings);

  it("is entries of the statement that its number names: income above nought, expense below", () => {
    const settings = { fee_types: { "2": "commission" } };
    const { entries, settlements } = map([givenFee()], settings);
    const commission = map([givenFee({ detailId: "D2", money: 18.9, direction: 2, feeType: 2 })], settings);
    expect(
      [...entries, ...commission.entries].map(({ externalId, kind, amount }) => [externalId, kind, amount.amount]),
    ).toEqual([
      ["D1", "sale", "378"],
      ["D2", "commission", "-18.9"],
    ]);
    expect(entries[0]).toMatchObject({
      settlementExternalId: "B20260128001",
      state: "posted",
      orderExternalId: "290123456789",
    });
    expect(settlements).toMatchObject([
      { externalId: "B20260128001", periodStart: new Date("2026-01-27T16:00:00Z"), warnings: [] },
    ]);
  });

  it("with a fee that nobody names is `other`, with a warning", () => {
    const { entries, settlements } = map([givenFee({ direction: 2, feeType: 999 })]);
    expect(entries).toMatchObject([{ kind: "other", externalKind: "999" }]);
    expect(settlements).toMatchObject([
      { warnings: [{ code: "unknown_code", detail: expect.stringContaining("999") }] },
    ]);
  });

  it.each([
    ["货款", "sale"],
    ["佣金", "commission"],
    ["价保返佣", "commission"],
    ["运费险", "service_fee"],
    ["平台券补贴", "platform_subsidy"],
    ["京豆补贴", "platform_subsidy"],
    ["退货金额", "refund"],
    ["售后卖家赔付费", "adjustment"],
    ["广告联合活动降扣", "advertising_fee"],
    ["仓配费", "fulfilment_fee"],
    ["代收配送费", "shipping_fee"],
    ["交易服务费", "payment_fee"],
  ])("with a fee called %s is %s", (settleRemark, kind) => {
    expect(map([givenFee({ direction: 2, feeType: 5, settleRemark })]).entries).toMatchObject([{ kind }]);
  });

  it("that is not settled has no statement, and each fee is a document of its own", () => {
    const open = givenFee({ detailId: "D3", billNo: "", settlementTime: "" });
    expect(map([open])).toMatchObject({
      settlements: [],
      entries: [{ state: "deferred", settlementExternalId: null }],
    });
    const { settlements } = givenAdapter().adapter;
    const whole = answer("jingdong_pop_taurus_queryBillChargeListByCondition_responce", {
      returnType: { success: true, values: [bill([givenFee(), open])] },
    });
    expect(settlements.parseFile(file(whole), CONTEXT).map((document) => document.externalId)).toEqual([
      "bill:D1",
      "bill:D3",
    ]);
  });
});

describe("a file", () => {
  const { adapter } = givenAdapter();
  const all = ["orders", "listings", "shipments", "disputes", "settlements"] as const;

  it("of something else is refused", () => {
    for (const resource of all)
      for (const text of ["", "<html></html>", '{"zz":1}', "[1,2]"])
        expect(() => adapter[resource].parseFile(file(text), CONTEXT), `${resource} ${text}`).toThrow();
    expect(() => adapter.listings.parseFile(file(listed(givenOrder())), CONTEXT)).toThrow("no listing");
  });

  it("with a refusal tells it", () => {
    const refusal = '{"error_response":{"code":"19","zh_desc":"无效access_token"}}';
    for (const resource of all)
      expect(() => adapter[resource].parseFile(file(refusal), CONTEXT)).toThrow("auth_expired (19)");
  });

  it("with an empty list has none", () => {
    const empty = answer("jingdong_pop_order_enSearch_responce", {
      searchorderinfo_result: { apiResult: { success: true }, orderTotal: 0, orderInfoList: [] },
    });
    expect(adapter.orders.parseFile(file(empty), CONTEXT)).toEqual([]);
  });
});
