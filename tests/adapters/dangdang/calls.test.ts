import { describe, expect, it } from "vitest";
import { signCall } from "../../../src/adapters/dangdang/auth/signing.ts";
import type { ActOutcome, AnyAct, Page, RawDocument } from "../../../src/core/adapter.ts";
import { APP, givenAdapter, givenOrder, givenPush, givenStore, LISTING, REQUESTS, type Sent, SIGNAL } from "./stub.ts";

const LISTED = "<totalInfo><itemsCount>0</itemsCount></totalInfo><ItemsList/>";
const EMPTY = "<totalInfo><totalOrderCount>0</totalOrderCount></totalInfo><OrdersList/>";
const SENT =
  "<Result><OrdersList><OrderInfo><orderID>41234567890</orderID><orderOperCode>0</orderOperCode></OrderInfo></OrdersList></Result>";

const perform = (act: object | undefined, input: object, store = givenStore()): Promise<ActOutcome> =>
  (act as AnyAct).perform(store, { idempotencyKey: "k", input, progress: null }, SIGNAL);

const parcel = (more: object = {}) => ({
  orderExternalId: "41234567890",
  carrier: "zto",
  trackingNumber: "75123456789012",
  trackingUrl: null,
  shippedAt: null,
  place: null,
  lines: [],
  notifyBuyer: false,
  method: null,
  ...more,
});

describe("a call", () => {
  it("is signed over its seven system parameters alone", async () => {
    const { adapter, sent } = givenAdapter(() => "<totalInfo><orderCount>0</orderCount></totalInfo><OrdersList/>");
    const window = { since: new Date("2024-01-15T03:00:00Z"), until: new Date("2024-01-15T03:30:00Z") };
    await adapter.orders.list(givenStore(), { stream: "changed", ...window, cursor: null, limit: 500 }, SIGNAL);
    const { sign, ...query } = sent[0]?.query ?? {};
    expect(query).toEqual({
      app_key: "2100000001",
      format: "xml",
      method: "dangdang.orders.list.get",
      session: "0123456789ABCDEF".repeat(4),
      sign_method: "md5",
      timestamp: "2024-01-15 12:00:00",
      v: "3.0",
      os: "9999",
      lastModifyTime_start: "2024-01-15 11:00:00",
      lastModifyTime_end: "2024-01-15 11:30:01",
      p: "1",
      pageSize: "20",
    });
    expect(sign).toBe(signCall(APP.secret, query));
    expect(signCall(APP.secret, { ...query, p: "2", zz: "1" })).toBe(sign);
    expect(sent[0]?.url).toMatch(/^http:\/\/api\.open\.dangdang\.com\/openapi\/rest\?/);
  });

  it("with characters that the platform's alphabet lacks is not sent", async () => {
    const { adapter, sent } = givenAdapter(() => REQUESTS);
    const input = { disputeExternalId: "return:7700112233", orderExternalId: "41234567890", message: "好😀" };
    const outcome = await perform(adapter.disputes.acts.accept, input);
    expect(outcome).toMatchObject({ outcome: "rejected", error: { category: "invalid_request" } });
    expect(sent.every(({ verb }) => verb === "GET")).toBe(true);
  });

  it("of a first look names the shop by its setting", async () => {
    const { adapter } = givenAdapter(() => LISTED);
    const facts = await adapter.auth.probe(givenStore({ settings: { shop_id: "25452" } }), SIGNAL);
    expect(facts).toMatchObject({ externalId: "25452", currency: "CNY", timeZone: "Asia/Shanghai" });
  });
});

describe("consent", () => {
  it("needs the paths, which nobody publishes", async () => {
    const { adapter } = givenAdapter();
    const input = { state: "s", redirectUrl: "https://tallyport.example/cb", settings: {} };
    expect(() => adapter.auth.authoriseUrl?.(APP, input)).toThrow(/authorize_path/);
    const app = { ...APP, settings: { authorize_path: "/authorize", token_path: "/token" } };
    expect(adapter.auth.authoriseUrl?.(app, input)).toMatch(
      /^http:\/\/oauth\.dangdang\.com\/authorize\?client_id=2100000001&/,
    );
    await expect(adapter.auth.exchange?.(APP, { query: { code: "c" }, redirectUrl: "" }, SIGNAL)).rejects.toThrow(
      /token_path/,
    );
  });

  it("keeps what the answer says of its end", async () => {
    const { adapter } = givenAdapter(() => '{"access_token":"new","refresh_token":"r2","expires_in":3600}');
    const app = { ...APP, settings: { token_path: "/token" } };
    const grant = await adapter.auth.exchange?.(app, { query: { code: "c" }, redirectUrl: "" }, SIGNAL);
    expect(grant).toEqual({
      values: { access_token: "new", refresh_token: "r2" },
      expiresAt: new Date("2024-01-15T05:00:00Z"),
      authorisedUntil: null,
    });
  });
});

describe("quantities and prices", () => {
  const verdict = (code: string, operCode: string, operation = "") =>
    `<ItemIDInfo><outerItemID>${code}</outerItemID><operCode>${operCode}</operCode><operation>${operation}</operation></ItemIDInfo>`;

  it("S24: go in one file, and each row has its own verdict", async () => {
    const { adapter, sent } = givenAdapter(
      () => `<ItemsIDList>${verdict("TEE-BLK-M", "0")}${verdict("NO-SUCH-CODE", "27", "商品不存在")}</ItemsIDList>`,
    );
    const items = [
      givenPush("15"),
      givenPush("3", { key: "b", sellerCode: "NO-SUCH-CODE" }),
      givenPush("4", { key: "c", sellerCode: "LOST" }),
      givenPush("1000001", { key: "d", sellerCode: "TOO-MANY" }),
    ];
    const outcomes = await adapter.stock.set(givenStore(), items, SIGNAL);
    expect(outcomes.map(({ key, outcome }) => [key, outcome])).toEqual([
      ["k", "accepted"],
      ["b", "rejected"],
      ["c", "unknown"],
      ["d", "rejected"],
    ]);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ method: "dangdang.items.stock.update", verb: "POST" });
    expect(sent[0]?.body).toContain('name="multiItemsStock"; filename="multiItemsStock.xml"');
    expect(sent[0]?.body).toContain(
      '<?xml version="1.0" encoding="GBK"?>\n<request><functionID>dangdang.items.stock.update</functionID><time>2024-01-15 12:00:00</time>' +
        "<ItemsList><ItemUpadteInfo><outerItemID>TEE-BLK-M</outerItemID><stockCount>15</stockCount></ItemUpadteInfo>",
    );
  });

  it("of offers without a code of their own go by number", async () => {
    const { adapter, sent } = givenAdapter(() => "<Result><operCode>0</operCode></Result>");
    const items = [
      givenPush("1"),
      givenPush("2", { key: "b", variantExternalId: "8" }),
      givenPush("0", { key: "c", sellerCode: null }),
    ];
    const outcomes = await adapter.stock.set(givenStore(), items, SIGNAL);
    expect(outcomes.every(({ outcome }) => outcome === "accepted")).toBe(true);
    expect(sent.map(({ method, query, body }) => [method, query.v, body])).toEqual([
      ["dangdang.item.stock.update", "3.0", "item_id=1234567890&stock=1"],
      ["dangdang.item.stock.update", "3.0", "item_id=8&stock=2"],
      ["dangdang.item.stock.update", "3.0", "item_id=1234567890&stock=0"],
    ]);
  });

  it("S28: of prices name the list price, and are refused beyond what there is", async () => {
    const { adapter, sent } = givenAdapter(
      () => `<ItemsIDList>${verdict("TEE-BLK-M", "403", "涨幅超过100%")}</ItemsIDList>`,
    );
    const [doubled] = await adapter.prices.set(
      givenStore(),
      [givenPush("125.5", { codes: { market_price: "99" } })],
      SIGNAL,
    );
    expect(doubled).toMatchObject({ outcome: "rejected", error: { category: "invalid_request", platformCode: "403" } });
    expect(sent[0]?.body).toContain("<unitPrice>125.50</unitPrice><marketPrice>99.00</marketPrice>");
    for (const more of [{ value: "0" }, { value: "1.234" }, { value: "10000000" }, { currency: "EUR" }]) {
      const [refused] = await adapter.prices.set(givenStore(), [givenPush("1", more)], SIGNAL);
      expect(refused).toMatchObject({ outcome: "rejected" });
    }
    expect(sent).toHaveLength(1);
  });

  it("are read back from the listing, asked for once", async () => {
    const { adapter, sent } = givenAdapter(() => LISTING);
    const items = [givenPush("1"), givenPush("1", { key: "b", variantExternalId: "0" })];
    expect(await adapter.stock.read?.(givenStore(), items, SIGNAL)).toEqual([
      { key: "k", value: "17" },
      { key: "b", value: null },
    ]);
    expect(await adapter.prices.read?.(givenStore(), items.slice(0, 1), SIGNAL)).toEqual([
      { key: "k", value: "62.75" },
    ]);
    expect(sent).toHaveLength(2);
  });
});

describe("S50: shipping", () => {
  const answering = (order: string, answer: string) => (call: Sent) =>
    call.method === "dangdang.order.details.get" ? order : answer;

  it("sends every piece of the order", async () => {
    const { adapter, sent } = givenAdapter(answering(givenOrder(), SENT));
    expect(await perform(adapter.shipments.acts.confirm, parcel())).toMatchObject({ outcome: "done" });
    expect(sent[1]).toMatchObject({ method: "dangdang.order.goods.send", query: { v: "1.0" } });
    expect(sent[1]?.body).toContain(
      "<orderID>41234567890</orderID><logisticsName>中通快递</logisticsName><logisticsTel>95311</logisticsTel>" +
        "<logisticsOrderID>75123456789012</logisticsOrderID><SendGoodsList><ItemInfo><itemID>1234567890</itemID>" +
        "<sendGoodsCount>2</sendGoodsCount><belongPromo></belongPromo><productItemId>556677</productItemId></ItemInfo></SendGoodsList>",
    );
  });

  it("names the carrier's letters in the element that the settings name", async () => {
    const { adapter, sent } = givenAdapter(answering(givenOrder(), SENT));
    await perform(
      adapter.shipments.acts.confirm,
      parcel(),
      givenStore({ settings: { carrier_element: "logisticsCode" } }),
    );
    expect(sent[1]).toMatchObject({
      query: { v: "3.0" },
      body: expect.stringContaining("<logisticsCode>ZTO</logisticsCode>"),
    });
  });

  it("of a part is refused unless it is meant: the rest would be cancelled", async () => {
    const { adapter, sent } = givenAdapter(answering(givenOrder(), SENT));
    const part = parcel({ lines: [{ orderLineExternalId: "556677", quantity: 1 }] });
    expect(await perform(adapter.shipments.acts.confirm, part)).toMatchObject({
      outcome: "rejected",
      error: { category: "conflict" },
    });
    expect(sent).toHaveLength(1);
    expect(await perform(adapter.shipments.acts.confirm, { ...part, method: "cancel_rest" })).toMatchObject({
      outcome: "done",
    });
    expect(sent.at(-1)?.body).toContain("<sendGoodsCount>1</sendGoodsCount>");
  });

  it.each([
    ["an unknown carrier", parcel({ carrier: "nobody" }), (text: string) => text],
    ["a missing number", parcel({ trackingNumber: null }), (text: string) => text],
    ["an order that the platform delivers", parcel(), (text: string) => text.replace("<orderMode>1", "<orderMode>2")],
    ["an order that has left", parcel(), (text: string) => text.replace("<orderState>101", "<orderState>300")],
    ["a line of another order", parcel({ lines: [{ orderLineExternalId: "1", quantity: 2 }] }), (text: string) => text],
  ])("of %s is refused before it is sent", async (_, input, edit) => {
    const { adapter, sent } = givenAdapter(answering(givenOrder(edit), SENT));
    expect(await perform(adapter.shipments.acts.confirm, input)).toMatchObject({ outcome: "rejected" });
    expect(sent).toHaveLength(1);
  });

  it("that is refused by the state is done where our own number stands there", async () => {
    let looks = 0;
    const left = givenOrder((text) =>
      text
        .replace("<orderState>101", "<orderState>300")
        .replace("</sendGoodsInfo>", "<sendOrderID>75123456789012</sendOrderID></sendGoodsInfo>"),
    );
    const { adapter } = givenAdapter(({ method }) => {
      if (method !== "dangdang.order.details.get") return SENT.replace(">0<", ">605<");
      looks += 1;
      return looks === 1 ? givenOrder() : left;
    });
    expect(await perform(adapter.shipments.acts.confirm, parcel())).toMatchObject({ outcome: "done" });
  });

  it("is corrected by the number that stands there", async () => {
    const shipped = givenOrder((text) =>
      text.replace("</sendGoodsInfo>", "<sendOrderID>1</sendOrderID></sendGoodsInfo>"),
    );
    const { adapter, sent } = givenAdapter(answering(shipped, "<result>true</result><resultCode>1</resultCode>"));
    const input = parcel({ shipmentExternalId: "41234567890", carrier: "platform:SF" });
    expect(await perform(adapter.shipments.acts.correct, input)).toMatchObject({ outcome: "done" });
    expect(sent[1]?.body).toContain(
      "<functionID>modifyExpressInfo</functionID><time>2024-01-15 12:00:00</time><orderId>41234567890</orderId>" +
        "<newExpressCompanyName>顺丰快递</newExpressCompanyName><newExpressCompanyId>105</newExpressCompanyId>" +
        "<newExpressCompanyTel>95338</newExpressCompanyTel><expressNo>1</expressNo><newExpressNo>75123456789012</newExpressNo>",
    );
  });
});

describe("disputes", () => {
  const inState =
    (state: string, type = "1") =>
    (call: Sent) => {
      if (call.query.applyStatus !== undefined)
        return call.query.applyStatus === state ? REQUESTS.replace("Status>1<", `Status>${type}<`) : EMPTY;
      return call.verb === "POST" ? SENT : "<Result><operCode>0</operCode></Result>";
    };
  const input = { disputeExternalId: "return:7700112233", orderExternalId: "41234567890", message: "好" };

  it.each([
    ["0", "1", "return_refund", "open_awaiting_seller"],
    ["1000", "1", "return_refund", "return_in_transit"],
    ["1000", "5", "refund_only", "open_awaiting_platform"],
    ["300", "1", "return_refund", "resolved_refunded"],
    ["300", "2", "exchange", "resolved_replaced"],
    ["1100", "5", "refund_only", "resolved_rejected"],
    ["-100", "2", "exchange", "withdrawn"],
  ])("in state %s of type %s are known by the query that found them", async (state, type, kind, status) => {
    const { adapter } = givenAdapter(inState(state, type));
    const key = { externalId: "return:7700112233", key: { order: "41234567890", day: "2024-01-15" } };
    const { documents } = await adapter.disputes.getMany(givenStore(), [key], SIGNAL);
    const context = { storeId: "s", currency: "CNY", timeZone: "UTC", marketplaces: [], settings: {} };
    expect(documents.flatMap((raw) => adapter.disputes.toUnified(raw, context).disputes)).toMatchObject([
      { kind, status, externalStatus: state, openedAt: new Date("2024-01-14T16:00:00Z"), warnings: [] },
    ]);
  });

  it.each([
    ["1", "open_awaiting_platform", 0],
    ["2", "resolved_refunded", 1],
    ["3", "resolved_rejected", 0],
  ])("of the platform's own records in state %s are %s", async (state, status, refunds) => {
    const row = "<orderId>41</orderId><refundAmount>267.50</refundAmount><sourceId>60</sourceId>";
    const { adapter } = givenAdapter(({ query }) => {
      const rows = query.refundApp_Status === state ? `<refundInfo>${row}</refundInfo>` : "";
      return `<refundInfos><totalSize>${rows ? 1 : 0}</totalSize><refundInfoList>${rows}</refundInfoList></refundInfos>`;
    });
    const at = new Date("2024-01-15T03:00:00Z");
    const seen: RawDocument[] = [];
    let cursor: string | null = null;
    do {
      const input = { stream: "refunds", since: at, until: at, cursor, limit: 500 };
      const page: Page = await adapter.disputes.list(givenStore(), input, SIGNAL);
      seen.push(...page.documents);
      cursor = page.next;
    } while (cursor !== null);
    const context = { storeId: "s", currency: "CNY", timeZone: "UTC", marketplaces: [], settings: {} };
    const found = seen.map((raw) => adapter.disputes.toUnified(raw, context));
    expect(found.flatMap(({ disputes }) => disputes)).toMatchObject([
      { externalId: "refund:60", kind: "refund_only", status },
    ]);
    expect(found.flatMap((unified) => unified.refunds)).toHaveLength(refunds);
  });

  it.each([
    [
      "accept",
      "0",
      "<returnExchangeOrdersApprStatus>1</returnExchangeOrdersApprStatus><apprComments>好</apprComments>",
    ],
    [
      "refuse",
      "0",
      "<returnExchangeOrdersApprStatus>2</returnExchangeOrdersApprStatus><apprComments>好</apprComments>",
    ],
  ] as const)("are answered while they wait: %s", async (act, state, expected) => {
    const { adapter, sent } = givenAdapter(inState(state));
    expect(await perform(adapter.disputes.acts[act], input)).toMatchObject({ outcome: "done" });
    expect(sent.at(-1)?.method).toBe("dangdang.orders.exchange.return.apply.approve");
    expect(sent.at(-1)?.body).toContain(`<returnExchangeCode>7700112233</returnExchangeCode>${expected}`);
  });

  it.each([
    ["receive_return", "1000"],
    ["refuse", "1100"],
    ["delay", "1200"],
  ])("whose goods arrived are answered with %s: %s", async (act, op) => {
    const { adapter, sent } = givenAdapter(inState("1000"));
    expect(await perform(adapter.disputes.acts[act], { ...input, shippingAmount: "8.00" })).toMatchObject({
      outcome: "done",
    });
    expect(sent.at(-1)?.query).toMatchObject({
      o: "41234567890",
      ro: "7700112233",
      op,
      shippingAmount: "8.00",
      mo: "好",
    });
  });

  it.each([
    ["accept", "1000", "done"],
    ["refuse", "1100", "done"],
    ["receive_return", "300", "done"],
    ["accept", "-100", "rejected"],
    ["receive_return", "0", "rejected"],
  ])("that are answered already are not answered again: %s in %s is %s", async (act, state, outcome) => {
    const { adapter, sent } = givenAdapter(inState(state));
    expect(await perform(adapter.disputes.acts[act], input)).toMatchObject({ outcome });
    expect(sent.every(({ query }) => query.applyStatus !== undefined)).toBe(true);
  });
});

describe("a receiver in the clear", () => {
  it("is asked for by the order's ciphertext", async () => {
    const clear =
      "<cryptUserInfo><consigneeName>张三</consigneeName><consigneeMobileTel>13800000000</consigneeMobileTel><consigneeAddr>东长安街1号</consigneeAddr></cryptUserInfo>";
    const { adapter, sent } = givenAdapter(({ method }) =>
      method === "dangdang.order.details.get"
        ? givenOrder()
        : `<code>0</code><success>true</success><data><orderId>41234567890</orderId><operCode>0</operCode>${clear}</data>`,
    );
    const { receivers } = adapter.orders;
    if (!receivers || receivers.absent !== undefined) throw new Error("absent");
    const input = { orderExternalId: "41234567890", purpose: "shipping_label" as const };
    expect(await receivers.reveal(givenStore(), input, SIGNAL)).toMatchObject({
      name: "张三",
      phone: "13800000000",
      lines: ["东长安街1号"],
      city: "北京市",
    });
    expect(decodeURIComponent(sent[1]?.body ?? "")).toBe(
      'o_cryptStr=[{"o":"41234567890","encrypt_content":"Q0lQSEVSVEVYVA=="}]',
    );
  });
});
