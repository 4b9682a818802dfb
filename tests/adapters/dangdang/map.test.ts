import { describe, expect, it } from "vitest";
import { mapFile } from "../../../src/cli/map-file.ts";
import type { MapContext } from "../../../src/core/adapter.ts";
import { encodeGbk } from "../../../src/core/gbk.ts";
import type { Resource } from "../../../src/core/model/vocabulary.ts";
import { givenAdapter, givenOrder, LISTING, REQUESTS, xml } from "./stub.ts";

const CONTEXT: MapContext = {
  storeId: "s",
  currency: "CNY",
  timeZone: "Asia/Shanghai",
  marketplaces: [],
  settings: {},
};

/** What `tallyport map dangdang` says of a file: its records, and what does not map. */
function mapped(resource: Resource, bytes: Uint8Array) {
  const records: Record<string, unknown>[] = [];
  const failures = mapFile({ platform: "dangdang", resource, bytes }, CONTEXT, (record) => records.push(record));
  return { records, failures };
}
const gbk = (inner: string) => encodeGbk(xml(inner));

/** The order of a document. */
function orderOf(edit: (text: string) => string = (text) => text) {
  const { orders } = givenAdapter().adapter;
  const [raw] = orders.parseFile(gbk(givenOrder(edit)), CONTEXT);
  if (!raw) throw new Error("no document");
  const { orders: found } = orders.toUnified(raw, CONTEXT);
  if (!found[0]) throw new Error("no order");
  return found[0];
}

describe("a file of the platform's", () => {
  it("in GBK is mapped as it is", () => {
    const { records, failures } = mapped("orders", gbk(givenOrder()));
    expect(failures).toEqual([]);
    expect(records).toMatchObject([
      {
        external_id: "41234567890",
        status: "awaiting_shipment",
        payment_status: "paid",
        placed_at: "2024-01-15T03:20:31.000Z",
        total: { amount: "128.50", currency: "CNY" },
        notes: { buyer: "请发顺丰", seller: null, flag: "red" },
        ship_to: { name: "张*", city: "北京市", country: "CN", privacy: "masked" },
        lines: [
          {
            external_id: "556677",
            variant_external_id: "1234567890",
            title: "T恤",
            quantity: 2,
            options: "颜色>>黑;尺码>>M",
          },
        ],
        warnings: [],
      },
    ]);
  });

  it("that was saved anew as UTF-8 says the same", () => {
    const text = xml(givenOrder());
    expect(mapped("orders", new TextEncoder().encode(text))).toEqual(mapped("orders", encodeGbk(text)));
  });

  it("may hold several answers, one after the other", () => {
    const two = xml(givenOrder()) + xml(givenOrder((text) => text.replace("41234567890", "41234567891")));
    expect(mapped("orders", encodeGbk(two)).records).toHaveLength(2);
  });

  it("of the list gives rows without lines, and says so", () => {
    const row = `<totalInfo><orderCount>1</orderCount></totalInfo><OrdersList><OrderInfo><orderID>41234567890</orderID>
      <consigneeName>张*</consigneeName><orderMoney>128.50</orderMoney><orderState>101</orderState>
      <orderTimeStart>2024-01-15 11:20:31</orderTimeStart><paymentDate>2024-01-15 11:21:02</paymentDate>
      <lastModifyTime>2024-01-15 11:21:04</lastModifyTime></OrderInfo></OrdersList>`;
    const [order] = mapped("orders", gbk(row)).records;
    expect(order).toMatchObject({ total: { amount: "128.50" }, lines: [], ship_to: { name: "张*" } });
    expect(order?.warnings).toContainEqual(expect.objectContaining({ code: "no_lines" }));
  });

  it("that is an empty list gives nothing, a refusal is told, anything else is refused", () => {
    expect(mapped("orders", gbk("<totalInfo><orderCount>0</orderCount></totalInfo><OrdersList/>"))).toEqual({
      records: [],
      failures: [],
    });
    const refused = gbk(
      "<errorResponse><errorCode>500</errorCode><errorMessage>系统错误</errorMessage></errorResponse>",
    );
    expect(mapped("orders", refused).failures).toHaveLength(1);
    expect(mapped("orders", encodeGbk("<html><body>你好</body></html>")).failures).toHaveLength(1);
    expect(mapped("listings", gbk(givenOrder())).records).toEqual([]);
  });

  it("with listings gives variants, whose misspelt tag may be spelt well", () => {
    const { records } = mapped("listings", gbk(LISTING));
    expect(records).toMatchObject([
      {
        external_id: "1234567000",
        status: "active",
        variants: [
          {
            external_id: "1234567890",
            options: { 颜色: "黑", 尺码: "M" },
            price: { amount: "62.75" },
            quantity: 17,
          },
        ],
      },
    ]);
    expect(mapped("listings", gbk(LISTING.replaceAll("Specila", "Special"))).records).toEqual(records);
  });

  it("with a listing that has no variants makes one of it, in the older form and in the newer", () => {
    const older =
      "<ItemDetail><itemID>7</itemID><itemName>书</itemName><itemState>可销售</itemState><unitPrice>20.00</unitPrice><stockCount>0</stockCount></ItemDetail>";
    const newer =
      "<item><item_id>7</item_id><item_name>书</item_name><stock>3</stock><sale_price>20.00</sale_price><market_price>25</market_price></item>";
    expect(mapped("listings", gbk(older)).records).toMatchObject([
      { status: "out_of_stock", variants: [{ external_id: "7", quantity: 0 }] },
    ]);
    expect(mapped("listings", gbk(newer)).records).toMatchObject([
      { title: "书", variants: [{ external_id: "7", quantity: 3, price: { amount: "20.00" } }] },
    ]);
  });

  it("with requests has lost the query that tells their state: unknown, on the answer's day", () => {
    const { records } = mapped("disputes", gbk(`<time>2024-01-15 12:00:01</time>${REQUESTS}`));
    expect(records).toMatchObject([
      {
        external_id: "return:7700112233",
        kind: "return_refund",
        status: "unknown",
        amount: { amount: "62.75" },
        opened_at: "2024-01-14T16:00:00.000Z",
        external_reason: "质量问题: 破损",
        warnings: [{ code: "unknown_code" }],
      },
    ]);
  });
});

describe("an order's states", () => {
  it.each([
    ["100", "awaiting_payment", "unpaid"],
    ["50", "on_hold", "paid"],
    ["101", "awaiting_shipment", "paid"],
    ["260", "partially_shipped", "paid"],
    ["300", "shipped", "paid"],
    ["400", "delivered", "paid"],
    ["1000", "completed", "paid"],
    ["-100", "cancelled", "refunded"],
    ["1100", "cancelled", "refunded"],
    ["777", "unknown", "unknown"],
  ])("%s is %s and %s", (state, status, paymentStatus) => {
    const order = orderOf((text) => text.replace("<orderState>101", `<orderState>${state}`));
    expect(order).toMatchObject({ status, paymentStatus, externalStatus: state });
  });

  it.each([
    ["50", "unpaid"],
    ["-100", "unpaid"],
    ["1100", "unpaid"],
  ])("%s without a time of payment is %s", (state, paymentStatus) => {
    const edit = (text: string) =>
      text
        .replace("<orderState>101", `<orderState>${state}`)
        .replace(/<paymentDate>.*?<\/paymentDate>/, "<paymentDate/>");
    expect(orderOf(edit)).toMatchObject({ paymentStatus, refunded: null });
  });

  it.each([
    ["101", "unpaid"],
    ["300", "unpaid"],
    ["400", "paid"],
  ])("%s paid on delivery is %s", (state, paymentStatus) => {
    const edit = (text: string) =>
      text.replace("网上支付", "货到付款").replace("<orderState>101", `<orderState>${state}`);
    expect(orderOf(edit).paymentStatus).toBe(paymentStatus);
  });

  it("of one that was split: it is gone, and its parts name it", () => {
    const { orders } = givenAdapter().adapter;
    const [raw] = orders.parseFile(
      gbk(givenOrder((text) => text.replace("<orderState>101", "<orderState>-200"))),
      CONTEXT,
    );
    expect(raw && orders.toUnified(raw, CONTEXT)).toMatchObject({
      orders: [],
      deleted: [{ resource: "orders", externalId: "41234567890" }],
    });
    expect(orderOf((text) => `<parentOrderID>41</parentOrderID>${text}`).parentExternalId).toBe("41");
  });

  it.each([
    ["101", 0, { fulfilmentStatus: "unfulfilled", shippedQuantity: 0, cancelledQuantity: 0 }],
    ["260", 1, { fulfilmentStatus: "partially_fulfilled", shippedQuantity: 1, cancelledQuantity: 0 }],
    ["300", 2, { fulfilmentStatus: "fulfilled", shippedQuantity: 2, cancelledQuantity: 0 }],
    ["300", 1, { fulfilmentStatus: "fulfilled", shippedQuantity: 1, cancelledQuantity: 1 }],
    ["400", 0, { fulfilmentStatus: "cancelled", shippedQuantity: 0, cancelledQuantity: 2 }],
    ["-100", 0, { fulfilmentStatus: "cancelled", shippedQuantity: 0, cancelledQuantity: 2 }],
  ])("%s with %i of 2 pieces sent: what was left out is cancelled", (state, sent, expected) => {
    const edit = (text: string) =>
      text.replace("<orderState>101", `<orderState>${state}`).replace("<sendGoodsCount>0", `<sendGoodsCount>${sent}`);
    expect(orderOf(edit).lines[0]).toMatchObject(expected);
  });
});

describe("an order's money", () => {
  it("is cash, gift cards, balance and points; deductions name who bears them", () => {
    const edit = (text: string) =>
      text
        .replace("<accountBalance>0.00", "<pointDeductionAmount>1.50</pointDeductionAmount><accountBalance>2.00")
        .replace("<activityDeductAmount>0.00", "<activityDeductAmount>3.00")
        .replace("<giftCertMoney>0.00", "<giftCertMoney>4.00")
        .replace("<totalBarginPrice>118.50", "<totalBarginPrice>108.00");
    const order = orderOf(edit);
    expect(order.total?.amount).toBe("121.5");
    expect(order.payments.map(({ method, amount }) => [method, amount.amount])).toEqual([
      ["online", "108"],
      ["gift card", "10"],
      ["balance", "2"],
      ["points", "1.5"],
    ]);
    expect(order.charges.map(({ kind, payer, amount }) => [kind, payer, amount.amount])).toEqual([
      ["shipping", "buyer", "8"],
      ["discount", "unknown", "-5"],
      ["discount", "platform", "-3"],
      ["discount", "seller", "-4"],
    ]);
  });

  it("of an older document stands in one field that holds gift cards", () => {
    const order = orderOf((text) => text.replace(/<totalBarginPrice>.*?<\/totalBarginPrice>/, ""));
    expect(order).toMatchObject({
      total: { amount: "128.5" },
      payments: [{ amount: { amount: "118.5" } }, { amount: { amount: "10" } }],
    });
  });

  it("that does not add up is a warning, and nothing is changed", () => {
    const wrong = givenOrder((text) => text.replace("<postage>8.00", "<postage>9.00"));
    const [order] = mapped("orders", gbk(wrong)).records;
    expect(order).toMatchObject({ total: { amount: "128.50" }, warnings: [{ code: "total_mismatch" }] });
  });

  it("counts nothing for gifts, whose price is dashes; promotions are named beside the deduction", () => {
    const gift =
      "<ItemInfo><itemID>9</itemID><itemName>赠品</itemName><itemType>1</itemType><unitPrice>----</unitPrice><orderCount>1</orderCount><productItemId>2</productItemId></ItemInfo></ItemsList>";
    const promo =
      "<PromoList><promoItem><promotionName>满减</promotionName><promoDicount>5.00</promoDicount></promoItem></PromoList>";
    const order = orderOf((text) => text.replace("</ItemsList>", gift).replace("<PromoList/>", promo));
    expect(order.lines.map(({ gift: isGift, total }) => [isGift, total.amount])).toEqual([
      [false, "125.5"],
      [true, "0"],
    ]);
    expect(order.charges).toContainEqual(expect.objectContaining({ label: "满减", inTotal: false }));
    expect(order.total?.amount).toBe("128.5");
  });
});

describe("parcels", () => {
  it.each([
    ["300", "in_transit"],
    ["400", "delivered"],
    ["1000", "delivered"],
    ["-100", "unknown"],
  ])("of an order in state %s are %s", (state, status) => {
    const edit = (text: string) =>
      text
        .replace("<orderState>101", `<orderState>${state}`)
        .replace(
          "</sendGoodsInfo>",
          "<sendCompany>中通快递</sendCompany><sendOrderID>75123</sendOrderID></sendGoodsInfo>",
        );
    expect(mapped("shipments", gbk(givenOrder(edit))).records).toMatchObject([
      { order_external_id: "41234567890", status, carrier: "zto", tracking_number: "75123" },
    ]);
  });
});

describe("the console's statement file", () => {
  const FILE =
    '结算单,,,,\n流水号,时间,类型,金额,订单号\n1,2024-01-31 10:00:00,货款,"1,128.50",41234567890\n2,2024-01-31 10:00:00,佣金,-12.85,41234567890\n3,2024-01-31 10:00:00,怪,-1,\n,,合计,1114.65,\n';
  const statement = {
    columns: { id: "流水号", time: "时间", amount: "金额", kind: "类型", order: "订单号" },
    kinds: { 货款: "sale", 佣金: "commission" },
  };
  const imported = (settings: Record<string, unknown>) => {
    const records: Record<string, unknown>[] = [];
    const input = { platform: "dangdang", resource: "settlements", bytes: encodeGbk(FILE) } as const;
    const failures = mapFile(input, { ...CONTEXT, settings }, (record) => records.push(record));
    return { records, failures };
  };

  it("S62: is read by the columns that the settings name, each row once and of one kind", () => {
    const { records, failures } = imported({ statement });
    expect(failures).toEqual([]);
    expect(records).toMatchObject([
      { external_id: "1", kind: "sale", amount: { amount: "1128.50" }, order_external_id: "41234567890" },
      { external_id: "2", kind: "commission", amount: { amount: "-12.85" } },
      { external_id: "3", kind: "other", external_kind: "怪", amount: { amount: "-1.00" } },
    ]);
  });

  it("is refused where nobody has named its columns, or other ones", () => {
    expect(imported({}).failures).toMatchObject([{ reason: expect.stringContaining("set statement") }]);
    const other = { statement: { columns: { ...statement.columns, id: "编号" } } };
    expect(imported(other).failures).toMatchObject([{ reason: expect.stringContaining("流水号") }]);
  });
});
