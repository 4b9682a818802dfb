/** Answers as the gateway writes them, and the records that they become. */
import { describe, expect, it } from "vitest";
import {
  answerOf,
  documentsOf,
  type Fields,
  givenBillLine,
  givenDirect,
  givenDirectLine,
  givenGoods,
  givenJitx,
  givenOccupied,
  givenPick,
  givenPickLine,
  givenPickPrices,
  givenProducts,
  givenPurchase,
  givenRequest,
  givenShopOrder,
  mapOf,
} from "./stub.ts";

const BARCODE = "6901234567892";
const orderOf = (value: unknown, settings = {}) => mapOf("orders", value, settings).orders[0];
const at = (text: string) => new Date(`${text}+08:00`);

describe("JITX", () => {
  it("an order as it is documented", () => {
    expect(orderOf(answerOf({ total: 1, orders: [givenJitx()] }))).toMatchObject({
      externalId: "26011500012345",
      externalKind: "JITX",
      parentExternalId: "2000123456",
      status: "awaiting_shipment",
      paymentStatus: "paid",
      place: "WH001",
      placedAt: at("2026-01-15T09:40:00"),
      total: { amount: "398", currency: "CNY" },
      lines: [
        { externalId: BARCODE, quantity: 2, unitPrice: { amount: "199" }, total: { amount: "398" }, options: "M" },
      ],
      shipTo: { name: "张*", phone: "138****0000", privacy: "masked", city: "北京市" },
      extra: { poNo: "2000123456", cooperationNo: "100123", carrierCode: "1000000458" },
      warnings: [],
    });
  });

  it.each([
    ["10", "awaiting_shipment", "paid", "unfulfilled", null],
    ["22", "shipped", "paid", "fulfilled", "pending"],
    ["23", "shipped", "paid", "fulfilled", "in_transit"],
    ["97_10", "cancelled", "refunded", "cancelled", null],
    ["97_22", "cancelled", "refunded", "returned", "returned"],
    ["97_23", "cancelled", "refunded", "returned", "returned"],
    ["70", "cancelled", "paid", "returned", "returned"],
  ])("state %s is %s", (order_status, status, paymentStatus, fulfilmentStatus, parcel) => {
    const value = givenJitx({ order_status });
    expect(orderOf(value)).toMatchObject({ status, paymentStatus, lines: [{ fulfilmentStatus }] });
    if (parcel) expect(mapOf("shipments", value).shipments).toMatchObject([{ status: parcel }]);
    else expect(() => documentsOf("shipments", value)).toThrow("no shipment");
  });

  it("shapes that change: one order instead of a list, numbers as text, nothing instead of empty", () => {
    const goods = givenGoods({ quantity: "3", price: 100, po_no: null });
    const order = orderOf(
      answerOf({ total: "1", orders: givenJitx({ order_goods: goods, remark: null, buyer: undefined }) }),
    );
    expect(order).toMatchObject({
      lines: [{ quantity: 3, total: { amount: "100" }, unitPrice: { amount: "33.33" } }],
      parentExternalId: null,
    });
    expect(documentsOf("orders", answerOf({ total: 0 }))).toEqual([]);
    expect(() => documentsOf("orders", { returnCode: "12", returnMessage: "系统繁忙" })).toThrow("transient");
  });

  it("a request holds its goods until the order comes, or another warehouse has it", () => {
    const request = answerOf({ total: 1, delivery_orders: [givenRequest()] });
    expect(orderOf(request)).toMatchObject({
      externalId: "26011500012345",
      externalKind: "JITX request",
      status: "on_hold",
      extra: { availableWarehouses: "WH001,WH002" },
      lines: [{ quantity: 2, fulfilmentStatus: "unfulfilled" }],
    });
    expect(orderOf(givenRequest({ status: "FAIL" }))).toMatchObject({ status: "cancelled" });
  });

  it("a code that nobody knows", () => {
    const order = orderOf(givenJitx({ order_status: "ZZ" }));
    expect(order).toMatchObject({ status: "unknown", warnings: [{ code: "unknown_code" }] });
  });
});

describe("marketplace", () => {
  const whole = [answerOf({ total: 1, orders: [givenShopOrder()] }), answerOf([givenProducts()])];

  it("an order with its goods", () => {
    expect(orderOf(whole)).toMatchObject({
      externalId: "26011500098765",
      status: "awaiting_shipment",
      place: "VIP_NH",
      total: { amount: "368" },
      lines: [
        { externalId: "7001", sellerCode: "TS-RED-M", listingExternalId: "700", quantity: 2, total: { amount: "398" } },
      ],
      charges: [
        { kind: "discount", amount: { amount: "-20" } },
        { kind: "discount", amount: { amount: "-10" } },
      ],
      shipTo: { name: "李*", privacy: "masked", district: "荔湾区", region: "广东省" },
      warnings: [],
    });
  });

  it("an order whose goods were not read says so", () => {
    expect(orderOf(whole[0])).toMatchObject({
      lines: [],
      warnings: [{ code: "part_missing" }],
      total: { amount: "368" },
    });
  });

  it.each([
    ["10", "awaiting_shipment"],
    ["22", "shipped"],
    ["25", "delivered"],
    ["70", "cancelled"],
    ["97", "cancelled"],
  ])("state %s is %s", (status, expected) => {
    expect(orderOf(givenShopOrder({ status }))?.status).toBe(expected);
  });

  it("a memo of the seller", () => {
    expect(orderOf(givenShopOrder({ vendor_memo: "加急", remark: "快" }))?.notes).toEqual({
      buyer: "快",
      seller: "加急",
      flag: null,
    });
  });
});

describe("direct orders", () => {
  const of = (order_status: unknown) => [
    answerOf({ total: 1, dvd_order_list: [givenDirect({ order_status })] }),
    answerOf({ total: 1, orderDetails: [givenDirectLine()] }),
  ];

  it("an order with its goods, its buyer in the clear", () => {
    expect(orderOf(of("STATUS_10"))).toMatchObject({
      status: "awaiting_shipment",
      total: { amount: "200" },
      charges: [
        { kind: "shipping", amount: { amount: "10" } },
        { kind: "discount", amount: { amount: "-9" } },
      ],
      lines: [{ externalId: BARCODE, quantity: 1 }],
      shipTo: { name: "王五", privacy: "clear" },
    });
    expect(orderOf(of(10))).toEqual(orderOf(of("STATUS_10")));
  });

  const STATES: readonly (readonly [string, string, (string | null)?])[] = [
    ["0", "awaiting_payment"],
    ..."1 13 14 118 300".split(" ").map((n) => [n, "on_hold"] as const),
    ..."10 11 12 20 21 24 30 31".split(" ").map((n) => [n, "awaiting_shipment"] as const),
    ..."22 23 28 44".split(" ").map((n) => [n, "shipped"] as const),
    ["25", "delivered"],
    ["40", "delivered", "return_in_transit"],
    ..."41 42 48 100".split(" ").map((n) => [n, "completed", "resolved_rejected"] as const),
    ["55", "unknown", "open_awaiting_platform"] as const,
    ..."45 46 47 51 52 56 57 58 59".split(" ").map((n) => [n, "delivered", "open_awaiting_platform"] as const),
    ["49", "completed"],
    ..."53 117".split(" ").map((n) => [n, "delivered", "open_awaiting_seller"] as const),
    ["54", "delivered", "return_in_transit"],
    ["60", "completed"],
    ["61", "completed", "resolved_replaced"],
    ..."70 71 72 96 97 98 99 119".split(" ").map((n) => [n, "cancelled"] as const),
  ];
  it.each(STATES)("state %s is %s", (code, status, dispute = null) => {
    const { orders, disputes } = mapOf("orders", of(`STATUS_${code}`));
    expect(orders[0]?.status).toBe(status);
    expect(disputes[0]?.status ?? null).toBe(dispute);
  });
});

describe("pick lists", () => {
  const parts = (pick: Fields = {}) => [
    answerOf({ picks: [givenPick(pick)], total: 1 }),
    answerOf({ total: 1, pick_detail_list: [givenPickLine()] }),
    answerOf(givenPickPrices()),
    answerOf({ total: 1, purchase_order_list: [givenPurchase()] }),
  ];

  it("are joined by purchase order, pick and barcode", () => {
    expect(orderOf(parts())).toMatchObject({
      externalId: "PICK-2000123456-10",
      externalKind: "JIT pick",
      parentExternalId: "2000123456",
      status: "awaiting_shipment",
      paymentStatus: "authorized",
      place: "100123/VIP_NH",
      total: { amount: "4217.5" },
      lines: [
        {
          externalId: BARCODE,
          quantity: 35,
          unitPrice: { amount: "120.5" },
          place: "100123/VIP_NH",
          shippedQuantity: 0,
        },
      ],
      buyer: { externalId: "VIP_NH", name: "VIP warehouse VIP_NH" },
      extra: { poNo: "2000123456", scheduleId: "987654", cooperationNo: "100123" },
      warnings: [],
    });
  });

  it.each([
    [0, 0, "awaiting_shipment"],
    [0, 5, "partially_shipped"],
    [1, 35, "shipped"],
    ["1", "35", "shipped"],
  ])("delivery_status %s with %s delivered is %s", (delivery_status, delivery_num, status) => {
    expect(orderOf(parts({ delivery_status, delivery_num }))?.status).toBe(status);
  });

  it("say which part was not read", () => {
    const [pick, lines] = parts();
    const details = (value: unknown) => orderOf(value)?.warnings.map(({ detail }) => detail.split(" ")[0]);
    expect(details(pick)).toEqual(["lines", "prices"]);
    expect(details([pick, lines])).toEqual(["prices"]);
    expect(orderOf([pick, lines])).toMatchObject({ total: null, lines: [{ quantity: 35 }] });
    expect(() => mapOf("orders", lines)).toThrow("no time");
  });

  const delivered = (receipt: Fields, delivery: Fields = {}) => ({
    pick: givenPick({ delivery_status: 1, delivery_num: 35 }),
    lines: [givenPickLine({ not_delivery_num: 0 })],
    prices: [{ po_no: "2000123456", barcode: BARCODE, actual_unit_price: "120.50" }],
    purchases: [givenPurchase()],
    deliveries: [
      {
        delivery: {
          storage_no: "S1",
          delivery_no: "SF1",
          out_flag: "1",
          out_time: "2026-01-15 20:00:00",
          carrier_name: "顺丰速运",
          ...delivery,
        },
        goods: [{ po_no: "2000123456", pick_no: "PICK-2000123456-10", barcode: BARCODE, amount: "35" }],
        receipt,
        traces: [{ transport_code: "1", transport_detail: "已揽收", transport_time: "2026-01-15 21:00:00" }],
      },
    ],
    deducted: [givenOccupied()],
  });
  const counted = (actual_amount: number) => ({
    storage_time: "2026-01-16 09:00:00",
    actual_storage_list: [{ barcode: BARCODE, amount: 35, actual_amount, differ_amount: 35 - actual_amount }],
  });

  it("that left, and what the warehouse counted", () => {
    const shipment = (value: Fields) => mapOf("shipments", value).shipments[0];
    expect(shipment(delivered({}))).toMatchObject({
      externalId: "S1:PICK-2000123456-10",
      status: "in_transit",
      carrier: "sf",
      trackingNumber: "SF1",
      lines: [{ orderLineExternalId: BARCODE, quantity: 35 }],
      events: [{ status: "in_transit" }],
    });
    expect(shipment(delivered({}, { out_flag: "0" }))).toMatchObject({ status: "pending", shippedAt: null });
    expect(shipment(delivered(counted(35)))).toMatchObject({ status: "delivered" });
    expect(shipment(delivered(counted(33)))).toMatchObject({ status: "exception" });
    expect(orderOf(delivered({}))).toMatchObject({
      status: "shipped",
      lines: [{ fulfilmentStatus: "fulfilled", shippedQuantity: 35 }],
    });
    expect(orderOf(delivered(counted(35)))?.status).toBe("delivered");
    expect(orderOf(delivered(counted(33)))?.status).toBe("shipped");
  });

  it("deliveries of answers, with or without their pick list", () => {
    const row = {
      storage_no: "S1",
      po_no: "2000123456",
      delivery_no: "SF1",
      out_flag: "1",
      out_time: "2026-01-15 20:00:00",
    };
    const alone = answerOf({ total: 1, delivery_list: [row] });
    expect(mapOf("shipments", alone).shipments).toMatchObject([
      { externalId: "S1:2000123456", orderExternalId: "2000123456", status: "in_transit", trackingNumber: "SF1" },
    ]);
    const goods = { storage_no: "S1", pick_no: "PICK-2000123456-10", barcode: BARCODE, amount: "35" };
    const receipt = answerOf({ storage_no: "S1", ...counted(33) });
    const all = [...parts({ delivery_status: 1 }), alone, answerOf({ delivery_goods_list: [goods] }), receipt];
    expect(mapOf("shipments", all).shipments).toMatchObject([
      { orderExternalId: "PICK-2000123456-10", status: "exception", lines: [{ quantity: 35 }] },
    ]);
  });

  it("take up the reservations of consumer orders", () => {
    expect(mapOf("orders", delivered({})).deleted).toEqual([{ resource: "orders", externalId: "occupied:OCC1" }]);
  });
});

describe("reservations", () => {
  it("hold their units at their place", () => {
    expect(orderOf(answerOf({ has_next: false, occupied_orders: [givenOccupied()] }))).toMatchObject({
      externalId: "occupied:OCC1",
      externalKind: "reservation",
      status: "on_hold",
      place: "100123/VIP_NH",
      total: null,
      lines: [{ quantity: 2, place: "100123/VIP_NH", variantExternalId: BARCODE }],
      extra: { scheduleId: "987654" },
    });
  });

  it("go by their own number, as what takes them up names them", () => {
    const [raw] = documentsOf("orders", givenOccupied({ order_sn: "26011500012345" }));
    expect(raw?.externalId).toBe("occupied:OCC1");
  });

  it("hold their units though the first of their goods tells no time", () => {
    const [item] = givenOccupied().barcodes as Fields[];
    const barcodes = [{ ...item, create_time: "", barcode: "6901234567893" }, item];
    expect(orderOf(givenOccupied({ barcodes }))).toMatchObject({
      placedAt: at("2026-01-15T09:30:00"),
      lines: [{ quantity: 2 }, { quantity: 2 }],
    });
  });

  it("ids above 2^53 stay whole", () => {
    const text = JSON.stringify(givenOccupied()).replace('"sales_no":987654', '"sales_no":9223372036854775807');
    expect(orderOf(text)?.extra).toMatchObject({ scheduleId: "9223372036854775807" });
  });
});

describe("listings and campaigns", () => {
  const sku = {
    vendor_id: 550,
    barcode: BARCODE,
    product_name: "连衣裙",
    brand_id: 1,
    sn: "A1001",
    sell_price: 199,
    market_price: 399,
  };
  const stock = { barcode: BARCODE, cooperation_no: 100123, warehouse: "VIP_NH", leaving_stock: 5, current_hold: 1 };
  const listingOf = (value: unknown) => mapOf("listings", value).listings[0];

  it("a supplier's barcode with its places", () => {
    const kept = {
      product: sku,
      status: "PASS",
      offers: [stock],
      stocks: [stock],
      cooperations: [],
      open: ["100123/VIP_NH"],
    };
    expect(listingOf(kept)).toMatchObject({
      externalId: BARCODE,
      status: "active",
      variants: [
        {
          externalId: BARCODE,
          barcode: BARCODE,
          quantity: 5,
          places: [{ place: "100123/VIP_NH", quantity: 5 }],
          price: { amount: "199" },
        },
      ],
    });
    expect(listingOf({ ...kept, open: [] })?.status).toBe("inactive");
    expect(listingOf({ ...kept, stocks: [{ ...stock, leaving_stock: 0 }] })?.status).toBe("out_of_stock");
    expect(listingOf({ ...kept, status: "SALE_PENDING" })?.status).toBe("under_review");
    expect(listingOf({ ...kept, status: -14 })?.status).toBe("rejected");
    for (const status of ["ZZ", "DEFAULT", "MASTER_PASS"])
      expect(listingOf({ ...kept, status })).toMatchObject({ status: "unknown", warnings: [{ code: "unknown_code" }] });
    expect(listingOf({ ...kept, status: null })).toMatchObject({ status: "active", externalStatus: "" });
  });

  it("in regional sale a place names its area", () => {
    const regional = { ...stock, area_warehouse_id: "GD" };
    const kept = { product: sku, status: "PASS", offers: [regional], stocks: [regional], cooperations: [], open: [] };
    expect(listingOf(kept)?.variants[0]?.places).toEqual([{ place: "100123/VIP_NH/GD", quantity: 5 }]);
  });

  it("rows of answers: SKUs, products with their SKUs, what is on sale", () => {
    expect(listingOf(answerOf({ total: 1, products: [sku] }))).toMatchObject({
      externalId: BARCODE,
      status: "inactive",
    });
    const styled = answerOf({
      total: 1,
      products: [
        { sn: "A1001", product_name: "裙", status: "DRAFT", sku_item_list: [{ barcode: BARCODE, sell_price: 9 }] },
      ],
    });
    expect(listingOf(styled)).toMatchObject({ externalId: BARCODE, status: "draft", title: "裙" });
    const onSale = {
      barcode: BARCODE,
      product_name: "裙",
      selling_status: 1,
      cooperation_no: 100123,
      warehouse: "VIP_NH",
    };
    expect(listingOf(answerOf({ has_next: false, list: [onSale] }))).toMatchObject({
      externalId: BARCODE,
      status: "active",
    });
  });

  it.each([
    ["on", "pass", "active"],
    ["1", "", "active"],
    ["off", "pass", "inactive"],
    ["0", "", "inactive"],
    ["on", "pending", "under_review"],
    ["off", "failed", "rejected"],
  ])("a shop's product %s/%s is %s", (shelf_status, audit_status, status) => {
    const product = { spu_id: "700", title: "T恤", shelf_status, audit_status, sku_ids: ["7001"] };
    expect(listingOf(answerOf({ products: [product], has_next: false }))).toMatchObject({
      externalId: "700",
      status,
      partial: true,
    });
  });

  it("a purchase order is a campaign that holds what was committed", () => {
    const kept = {
      purchase: givenPurchase(),
      stocks: [{ ...stock, leaving_stock: 60 }],
      // What was cancelled is left again.
      sold: [
        { barcode: BARCODE, amount: 40, order_status: "10" },
        { barcode: BARCODE, amount: 3, order_status: "97" },
      ],
    };
    expect(mapOf("listings", kept).campaigns).toEqual([
      {
        externalId: "po:2000123456",
        title: "冬季专场 2000123456",
        place: "100123/VIP_NH",
        startsAt: at("2026-01-15T10:00:00"),
        endsAt: at("2026-01-18T10:00:00"),
        externalStatus: "987654",
        items: [{ variantExternalId: BARCODE, sellerCode: BARCODE, quantity: 100 }],
      },
    ]);
    expect(mapOf("listings", answerOf({ total: 1, purchase_order_list: [givenPurchase()] })).campaigns).toHaveLength(1);
    // Where offers without a place are shown, nothing else is.
    const heldAt = (standing_place: string) => mapOf("listings", kept, { standing_place }).campaigns[0]?.items.length;
    expect(["100123/VIP_NH", "100123/VIP_NH/7", "100123/VIP_SH", "1001/VIP_NH"].map(heldAt)).toEqual([0, 0, 1, 1]);
  });

  it("a schedule is shown, and holds nothing", () => {
    const schedule = {
      schedule_id: 987654,
      schedule_name: "专场",
      start_time: "2026-01-15 10:00:00",
      end_time: "2026-01-18 10:00:00",
    };
    expect(mapOf("listings", answerOf({ schedules: [schedule], total: 1 })).campaigns).toMatchObject([
      { externalId: "schedule:987654", items: [] },
    ]);
  });
});

describe("disputes", () => {
  const disputeOf = (value: unknown) => mapOf("disputes", value).disputes[0];
  const back = {
    order_return_id: "R1",
    order_id: "26011500055555",
    return_reason: "尺码",
    return_time: "2026-01-16 09:00:00",
    transport_no: "SF9",
    carrier: "顺丰",
  };

  it.each([
    [1, "open_awaiting_seller"],
    [2, "resolved_refunded"],
    ["3", "resolved_rejected"],
    [4, "withdrawn"],
  ])("an application to cancel, state %s, is %s", (audit_status, status) => {
    const row = {
      order_id: "26011500098765",
      apply_sn: "C1",
      reason_choice_remark: "不想要",
      audit_status,
      is_system: "否",
    };
    expect(disputeOf(answerOf({ total: 1, cancelInfos: [row] }))).toMatchObject({
      externalId: "cancel:C1",
      kind: "refund_only",
      orderExternalId: "26011500098765",
      status,
      externalReason: "不想要",
      openedAt: at("2026-01-15T00:00:00"),
    });
  });

  it.each([
    [1, 1, "open_awaiting_seller"],
    [1, 0, "return_in_transit"],
    [0, 0, "return_in_transit"],
    [2, 0, "withdrawn"],
  ])("a direct return of kind %s, audit %s, is %s", (return_type, vendor_need_audit, status) => {
    const details = {
      order_return_id: "R1",
      refund_amount: "199.00",
      return_goods_details: [{ barcode: BARCODE, amount: 1 }],
    };
    const answers = [
      answerOf({ total: 1, order_return_list: [{ ...back, return_type, vendor_need_audit }] }),
      answerOf({ total: 1, order_return_detail_list: [details] }),
    ];
    expect(disputeOf(answers)).toMatchObject({
      externalId: "return:R1",
      status,
      amount: { amount: "199" },
      lines: [{ variantExternalId: BARCODE, quantity: 1 }],
      returnTracking: { carrier: "顺丰", number: "SF9" },
    });
  });

  it.each([
    [1, 0, "STATUS_53", "open_awaiting_seller"],
    [1, 1, "STATUS_54", "return_in_transit"],
    [1, 0, "STATUS_58", "open_awaiting_platform"],
    [1, 1, "STATUS_41", "resolved_rejected"],
    [1, 0, "49", "resolved_refunded"],
    [1, 0, "STATUS_61", "resolved_replaced"],
    [0, 0, "STATUS_70", "return_in_transit"],
    [0, 0, "STATUS_49", "resolved_refunded"],
    [2, 0, "STATUS_49", "withdrawn"],
    [1, 0, null, "return_in_transit"],
  ])(
    "a direct return of kind %s, audit %s, is by its order's state %s %s",
    (return_type, vendor_need_audit, state, status) => {
      const kept = { return: { ...back, return_type, vendor_need_audit }, details: [], state };
      expect(disputeOf(kept)).toMatchObject({ externalId: "return:R1", status });
    },
  );

  it("what the platform sends back to the vendor", () => {
    const head = answerOf({
      total: 1,
      returnInfos: [{ return_sn: "V1", warehouse: "VIP_NH", return_type: 101, pay_type: 1 }],
    });
    const goods = { barcode: BARCODE, grade: 100, po_no: "2000123456", qty: 12.0, box_no: "1" };
    const out = answerOf({
      total: 1,
      returnDeliveryInfos: [{ return_sn: "V1", out_time: "2026-01-19 10:00:00", delivery_list: [goods] }],
    });
    expect(disputeOf([head, out])).toMatchObject({
      externalId: "vendor:V1",
      kind: "return_refund",
      externalKind: "VIS_NORMAL",
      status: "return_in_transit",
      openedAt: at("2026-01-19T10:00:00"),
      lines: [{ variantExternalId: BARCODE, quantity: 12 }],
    });
    expect(disputeOf(out)).toMatchObject({ externalId: "vendor:V1", status: "return_in_transit" });
    expect(() => disputeOf(head)).toThrow("nothing tells when");
  });
});

describe("bills", () => {
  const entryOf = (line: Fields, settings = {}) =>
    mapOf("settlements", answerOf({ code: 0, count: 1, billDetails: [line] }), settings);

  it("a line is an entry of its bill", () => {
    expect(entryOf(givenBillLine())).toMatchObject({
      entries: [
        {
          externalId: "9007199254740",
          settlementExternalId: "B202601001",
          kind: "sale",
          state: "posted",
          amount: { amount: "278.6" },
          orderExternalId: "26011500012345",
          postedAt: new Date(1_768_445_000_000),
        },
      ],
      settlements: [
        {
          externalId: "B202601001",
          periodStart: at("2026-01-01T00:00:00"),
          periodEnd: at("2026-02-01T00:00:00"),
          total: null,
        },
      ],
    });
  });

  it.each([
    ["CR_CUST", 1, "sale", "278.6"],
    ["DR_CUST", -1, "refund", "-278.6"],
    ["DR_CUST_EXTRA", -1, "refund", "-278.6"],
    ["CR_CUST_DISCOUNT", -1, "seller_discount", "-278.6"],
    ["DR_CUST_DISCOUNT", 1, "seller_discount", "278.6"],
    ["DR_SUP", 1, "adjustment", "278.6"],
    ["CR_SUP", -1, "adjustment", "-278.6"],
    ["SUBSIDY", 1, "platform_subsidy", "278.6"],
    ["REBATE", 1, "adjustment", "278.6"],
    ["RMA", -1, "adjustment", "-278.6"],
    ["VRET", -1, "adjustment", "-278.6"],
    ["OTHER-SCRAP2", -1, "adjustment", "-278.6"],
  ])("line type %s (%i) is %s", (detailLineType, dataSign, kind, amount) => {
    expect(entryOf(givenBillLine({ detailLineType, dataSign })).entries).toMatchObject([{ kind, amount: { amount } }]);
  });

  it("goods that the platform buys are sales, and settings name what is new", () => {
    expect(entryOf(givenBillLine({ detailLineType: "DR_SUP" }), { buy_out: true }).entries[0]?.kind).toBe("sale");
    expect(entryOf(givenBillLine({ detailLineType: "FINE" })).settlements[0]?.warnings).toHaveLength(1);
    expect(
      entryOf(givenBillLine({ detailLineType: "FINE" }), { line_types: { FINE: "penalty" } }).entries[0]?.kind,
    ).toBe("penalty");
  });

  it("what is not billed yet belongs to no statement, and becomes the line of one", () => {
    const line = givenBillLine({ billNumber: undefined });
    expect(entryOf(line)).toMatchObject({
      entries: [{ externalId: "9007199254740", book: "bills", state: "deferred", settlementExternalId: null }],
      settlements: [],
    });
    expect(entryOf(givenBillLine())).toMatchObject({ entries: [{ externalId: "9007199254740", book: "bills" }] });
  });

  it("the near-time books", () => {
    const sale = {
      order_id: "26011500012345",
      schedule_id: "987654",
      po_no: "2000123456",
      transaction_time: 1768445000,
      create_time: 1768450000,
      barcode: BARCODE,
      document_type: "SALE",
      quantity: 2,
      warehouse: "VIP_NH",
      sale_price: 199.0,
      bill_amount: 139.3,
      total_promotion_amount: 20.0,
      vendor_amount: 10.0,
      vendor_rate: 0.3,
      process_status: "S",
      comments: "",
    };
    const text = `{"returnCode":"0","result":{"order_item_list":[${JSON.stringify(sale)}]}}`;
    expect(mapOf("settlements", text)).toMatchObject({
      entries: [
        {
          book: "sales",
          state: "estimated",
          externalKind: "SALE",
          amount: { amount: "278.6" },
          postedAt: new Date(1_768_445_000_000),
        },
      ],
      settlements: [],
    });
    const purchase = {
      transaction_id: 1,
      transaction_type: "CR_CUST",
      transaction_time: 1768445000000,
      po_no: "1",
      order_no: "9",
      barcode: BARCODE,
      bill_amount: 100.005,
      currency_code: "CNY",
    };
    expect(mapOf("settlements", purchase).entries).toMatchObject([
      // Numbered as lines of bills are, and none of them.
      { externalId: "purchases:1", book: "purchases", kind: "sale", amount: { amount: "100.01" } },
    ]);
    const direct = {
      order_id: "9",
      trx_date: "2026-01-15",
      detail_type: "X",
      sku: BARCODE,
      vendor_total_receivable_fee: "-5.5",
    };
    expect(mapOf("settlements", direct).entries).toMatchObject([
      { book: "direct", kind: "other", amount: { amount: "-5.5" } },
    ]);
  });
});
