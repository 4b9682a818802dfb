import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createManualClock, foldEvents } from "../../src/fakes/fake.ts";
import { createJdFake, type JdFakeOptions } from "../../src/fakes/jd/index.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
type Body = any;
type Fields = Record<string, unknown>;

/** MD5 over the secret, sorted names and values that are not empty, and the secret. */
function sign(secret: string, values: Record<string, string>): string {
  const names = Object.keys(values).filter((name) => name !== "sign" && values[name] !== "");
  const text = names.sort().reduce((all, name) => all + name + values[name], "");
  return createHash("md5").update(`${secret}${text}${secret}`).digest("hex").toUpperCase();
}

const beijing = (at: Date | number): string =>
  new Date(Number(at) + 8 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");

/** Whole numbers of 14 digits and more as text. */
const parseBig = (text: string): Body =>
  JSON.parse(text.replace(/("(?:[^"\\]|\\.)*")|(-?\d{14,})/g, (_, quoted, digits) => quoted ?? `"${digits}"`));

const START = new Date("2026-03-01T08:00:00Z");
const DAY = 86_400_000;

function given(options: JdFakeOptions = {}) {
  const clock = createManualClock(START);
  const fake = createJdFake({ clock, name: "test", seed: 5, ...options });
  const send = async (
    method: string,
    fields: Fields | string = {},
    system: Record<string, string> = {},
  ): Promise<Body> => {
    const values: Record<string, string> = {
      method,
      v: "2.0",
      app_key: fake.app.key,
      access_token: fake.credentials.access_token,
      timestamp: beijing(clock.now()),
      "360buy_param_json": typeof fields === "string" ? fields : JSON.stringify(fields),
      ...system,
    };
    values.sign ??= sign(fake.app.secret, values);
    const body = new URLSearchParams(values);
    const response = await fake.fetch(new Request("http://inside.example/routerjson", { method: "POST", body }));
    expect(response.status).toBe(200);
    return parseBig(await response.text());
  };
  return {
    fake,
    clock,
    send,
    /** What stands under the root, whose name is the vendor's. */
    async ok(method: string, fields: Fields | string = {}): Promise<Body> {
      const body = await send(method, fields);
      const answer = body[`${method.replaceAll(".", "_")}_responce`];
      if (answer?.code !== "0") throw new Error(`${method}: ${JSON.stringify(body)}`);
      return answer;
    },
    /** The gateway's code of a refusal. */
    async code(method: string, fields: Fields | string = {}, system: Record<string, string> = {}): Promise<string> {
      return (await send(method, fields, system)).error_response?.code;
    },
  };
}

type Given = ReturnType<typeof given>;

const FIELDS =
  "orderId,orderType,payType,orderState,orderTotalPrice,orderPayment,balanceUsed,modified,paymentConfirmTime,orderEndTime," +
  "waybill,logisticsId,itemInfoList,consigneeInfo,vatInfo,deliveryType,returnOrder,parentOrderId,couponDetailList";
const window = (from: number, to = Number(START)): Fields => ({ start_date: beijing(from), end_date: beijing(to) });
const SEARCH = { order_state: "ALL", optional_fields: FIELDS, page: "1", page_size: "50" };
const EN = "jingdong.pop.order.enSearch";

async function searched({ ok }: Given, fields: Fields = {}): Promise<Body> {
  return (await ok(EN, { ...SEARCH, ...window(Number(START) - 20 * DAY), ...fields })).searchorderinfo_result;
}

/** All orders of the past, month by month. */
async function allOrders(shop: Given, until = Number(START)): Promise<Body[]> {
  const rows = new Map<string, Body>();
  for (let from = until - 85 * DAY; from <= until; from += 28 * DAY)
    for (let page = 1; ; page += 1) {
      const to = Math.min(until, from + 28 * DAY);
      const { orderInfoList } = await searched(shop, { ...window(from, to), page: String(page), dateType: "1" });
      for (const row of orderInfoList) rows.set(row.orderId, row);
      if (orderInfoList.length < 50) break;
    }
  return [...rows.values()];
}

const who = ({ fake }: Given): Fields => ({ buId: fake.shop.venderId, operatePin: "op", operateNick: "op" });

describe("the gateway", () => {
  const KEY = "0123456789ABCDEF0123456789ABCDEF";
  const SECRET = "fedcba9876543210fedcba9876543210";
  const COMMON = {
    method: "jingdong.pop.order.enGet",
    app_key: KEY,
    v: "2.0",
    access_token: "aaaabbbbccccddddeeeeffff00001111uijk",
    timestamp: "2026-01-15 10:20:30.000+0800",
  };
  const VECTORS: [Record<string, string>, string][] = [
    [
      { "360buy_param_json": '{"order_id":"290123456789","optional_fields":"orderId,orderState,itemInfoList"}' },
      "104CA4A0B6A35C6592E3BFEE010C0D16",
    ],
    [
      {
        method: "jingdong.stock.write.updateSkuStock",
        format: "json",
        timestamp: "2026-01-15 10:20:31",
        "360buy_param_json": '{"skuId":100012345678,"stockNum":42,"storeId":0}',
      },
      "5F7A01F76F40117F10BFF989638116BB",
    ],
    [
      {
        method: "jingdong.pop.order.modifyVenderRemark",
        "360buy_param_json": '{"flag":"1","order_id":290123456789,"remark":"加急 请用顺丰"}',
      },
      "6F711564F9E5614BC23C1BA28DB2B88F",
    ],
    [
      { method: "jingdong.areas.province.get", access_token: "", "360buy_param_json": "{}" },
      "940959489DBCF5B2F9CB95D13CD0A54A",
    ],
  ];

  it.each(VECTORS)("takes the vendor's signatures, and no others: %j", async (more, theirs) => {
    const values = { ...COMMON, ...more };
    const clock = createManualClock("2026-01-15T02:20:30Z");
    const fake = createJdFake({ clock, orders: 0, app: { key: KEY, secret: SECRET } });
    const codeOf = async (signature: string): Promise<string | undefined> => {
      const body = new URLSearchParams({ ...values, sign: signature });
      const response = await fake.fetch(new Request("http://x.example/routerjson", { method: "POST", body }));
      return ((await response.json()) as Body).error_response?.code;
    };
    expect(sign(SECRET, values)).toBe(theirs);
    expect(await codeOf(theirs.replace(/^./, "0").replace(/.$/, "0"))).toBe("12");
    // A right signature comes as far as the token, which the vectors only invent; areas need none.
    expect(await codeOf(theirs)).toBe(values.access_token === "" ? undefined : "19");
  });

  it("refuses what is missing, wrong or unknown, each with its code", async () => {
    const { code, clock, ok } = given({ orders: 0 });
    const shop = "jingdong.vender.shop.query";
    const cases: [Record<string, string>, string][] = [
      [{ method: "" }, "14"],
      [{ method: "jingdong.sku.write.updateSkuStock" }, "15"],
      [{ v: "" }, "4"],
      [{ v: "1.0" }, "5"],
      [{ app_key: "" }, "20"],
      [{ app_key: "sandbox" }, "21"],
      [{ timestamp: "" }, "7"],
      [{ timestamp: beijing(Number(clock.now()) - 361_000) }, "8"],
      [{ timestamp: beijing(Number(clock.now()) + 361_000) }, "8"],
      [{ timestamp: clock.now().toISOString() }, "8"],
      [{ sign: "" }, "11"],
      [{ sign: "A".repeat(32) }, "12"],
      [{ access_token: "" }, "18"],
      [{ access_token: "wrong" }, "19"],
      [{ format: "xml" }, "10"],
      [{ zz: "1" }, "10"],
    ];
    for (const [system, expected] of cases) expect(await code(shop, {}, system), JSON.stringify(system)).toBe(expected);
    expect(await code(shop, { zz: 1 })).toBe("10");
    expect(await code(shop, "[1]")).toBe("10");
    expect(await code("jingdong.stock.write.updateSkuStock", { skuId: "x", stockNum: 1 })).toBe("10");
    expect(await code("jingdong.pop.order.shipment", { orderId: "1", logiCoprId: "467" })).toBe("10");
    for (const timestamp of [beijing(Number(clock.now()) - 350_000), `${beijing(clock.now())}.123+0800`])
      expect(await code(shop, {}, { timestamp })).toBeUndefined();
    expect((await ok(shop)).shop_jos_result).toMatchObject({
      shop_name: "test官方旗舰店",
      vender_id: expect.any(Number),
    });
    expect(await code("jingdong.areas.province.get", {}, { access_token: "" })).toBeUndefined();
  });

  it("counts the day's calls, of the app and of one method, until midnight in Beijing", async () => {
    const { code, clock } = given({ orders: 0, dayQuota: 5, methodDayQuotas: { "jingdong.vender.shop.query": 2 } });
    const [shop, carriers] = ["jingdong.vender.shop.query", "jingdong.logistics.carriers.list"];
    const answers = [];
    for (const method of [shop, shop, shop, carriers, carriers, carriers, carriers]) answers.push(await code(method));
    expect(answers).toEqual([undefined, undefined, "2", undefined, undefined, undefined, "2"]);
    clock.set("2026-03-01T15:59:59Z");
    expect(await code(shop)).toBe("2");
    clock.set("2026-03-01T16:00:00Z");
    expect(await code(shop)).toBeUndefined();
  });

  it("refuses order methods outside the platform's cloud, and orders with buyers in clear", async () => {
    const outside = given({ insideHost: "relay.example" });
    const refusal = (await outside.send(EN, SEARCH)).error_response;
    expect(refusal.zh_desc).toMatch(/敏感api.*云鼎/);
    expect(await outside.code("jingdong.vender.shop.query")).toBeUndefined();
    const inside = given({ insideHost: "inside.example" });
    expect((await searched(inside)).apiResult.success).toBe(true);
    expect(await inside.code("jingdong.pop.order.search", SEARCH)).toBe("24");
    expect(await inside.code("jingdong.pop.order.get", { order_id: "1", optional_fields: "orderId" })).toBe("24");
    const masked = await given({ hasPlainOrders: true }).ok("jingdong.pop.order.search", {
      ...SEARCH,
      ...window(Number(START) - 20 * DAY),
    });
    expect(masked.searchorderinfo_result.orderInfoList[0].consigneeInfo.fullname).toMatch(/^Z\*\*$/);
  });

  it("gives tokens for a code once, and new ones for a refresh token once", async () => {
    const { fake, code } = given({ orders: 0 });
    const token = async (path: string, values: Record<string, string>): Promise<Body> => {
      const query = new URLSearchParams({ app_key: fake.app.key, app_secret: fake.app.secret, ...values });
      return (await fake.fetch(new Request(`http://open-oauth.example/oauth2/${path}?${query}`))).json();
    };
    const login = new URLSearchParams({
      app_key: fake.app.key,
      response_type: "code",
      redirect_uri: "https://us.example/back",
      state: "s",
      scope: "snsapi_base",
    });
    const sent = await fake.fetch(new Request(`http://open-oauth.example/oauth2/to_login?${login}`));
    const back = new URL(sent.headers.get("location") ?? "");
    expect(back.searchParams.get("state")).toBe("s");
    const exchange = { grant_type: "authorization_code", code: back.searchParams.get("code") ?? "" };
    const granted = await token("access_token", exchange);
    expect(granted).toMatchObject({ code: 0, token_type: "bearer", time: Number(START), expires_in: 365 * 86_400 });
    expect((await token("access_token", exchange)).access_token).toBeUndefined();
    expect((await token("access_token", { ...exchange, app_secret: "no" })).access_token).toBeUndefined();
    fake.expireToken();
    expect(await code("jingdong.vender.shop.query")).toBe("19");
    const refresh = { grant_type: "refresh_token", refresh_token: granted.refresh_token };
    expect((await token("refresh_token", refresh)).access_token).toBe(fake.credentials.access_token);
    expect(await code("jingdong.vender.shop.query")).toBeUndefined();
    expect((await token("refresh_token", refresh)).access_token).toBeUndefined();
    const last = fake.credentials.refresh_token;
    fake.revoke();
    expect(await code("jingdong.vender.shop.query")).toBe("19");
    expect(
      (await token("refresh_token", { grant_type: "refresh_token", refresh_token: last })).access_token,
    ).toBeUndefined();
  });

  it("answers by script, and keeps a record without credentials", async () => {
    const { fake, send } = given({ orders: 0 });
    fake.fail("jingdong.vender.shop.query", [{ code: "66", message: "busy" }]);
    expect(await send("jingdong.vender.shop.query")).toEqual({
      error_response: { code: "66", zh_desc: "busy", en_desc: "busy" },
    });
    expect(fake.requests).toMatchObject([{ operation: "jingdong.vender.shop.query", query: "", fault: "scripted" }]);
  });
});

describe("orders", () => {
  it("the search refuses what the platform refuses, in its second layer", async () => {
    const shop = given();
    const now = Number(START);
    const cases: Fields[] = [
      { optional_fields: "" },
      { order_state: "7" },
      { order_state: "WAIT_SELLER_STOCK_OUT,8" },
      { order_state: "SHIPPED" },
      { start_date: "", end_date: "" },
      { start_date: "2026-02-01" },
      window(now - 32 * DAY),
      { ...window(Date.parse("2026-02-01T00:00:00Z"), Date.parse("2026-03-01T00:00:01Z")) },
      { page: "51" },
      { page: "0" },
      { page_size: "51" },
    ];
    for (const fields of cases) {
      const { apiResult, orderInfoList } = await searched(shop, fields);
      expect(apiResult, JSON.stringify(fields)).toMatchObject({
        success: false,
        chineseErrCode: expect.stringMatching(/./),
      });
      expect(orderInfoList).toBeUndefined();
    }
    const waiting = await searched(shop, { order_state: "WAIT_SELLER_STOCK_OUT", start_date: "", end_date: "" });
    expect(waiting.apiResult.success).toBe(true);
    expect(await shop.code(EN, { ...SEARCH, ...window(now - DAY), page: 1 }), "numbers are no text").toBe("10");
  });

  it("shows all of the books' orders in true shapes; unpaid and FBP ones are elsewhere", async () => {
    const shop = given({ orders: 90 });
    const rows = await allOrders(shop);
    const { orders } = shop.fake.books();
    const fbp = [...shop.fake.orders.values()].filter(({ type, isSeen }) => type === 21 && isSeen);
    expect(fbp.length).toBeGreaterThan(0);
    const visible = [...orders.values()].filter((fact) => !fact.isHidden);
    expect(new Set(rows.map((row) => row.orderId))).toEqual(
      new Set(visible.map(({ orderId }) => orderId).filter((id) => !fbp.some((order) => order.id === id))),
    );
    for (const row of rows) {
      const fact = orders.get(row.orderId);
      expect(row.orderState).toBe(fact?.status);
      const owed = Math.round(100 * (Number(row.orderPayment) + Number(row.balanceUsed)));
      expect(owed, "a balance pays a part").toBe(Math.round(100 * Number(fact?.total)));
      expect(row.itemInfoList.map((line: Body) => line.skuId)).toEqual(fact?.lines.map((line) => line.variantId));
      expect(row.venderId, "not asked for").toBeUndefined();
      expect(row.consigneeInfo.fullname).toMatch(/^AWN/);
      if (/^1(-|$)/.test(row.payType)) expect(row.paymentConfirmTime).toBeUndefined();
    }
    const has = (test: (row: Body) => boolean): void => expect(rows.some(test), test.toString()).toBe(true);
    has((row) => row.orderId.length > 16);
    has((row) => row.orderEndTime === "0001-01-01 00:00:00");
    has((row) => row.orderEndTime === "1970-01-01 00:00:00");
    has((row) => Array.isArray(row.vatInfo));
    has((row) => !Array.isArray(row.vatInfo));
    has((row) => /\D/.test(row.deliveryType));
    has((row) => row.itemInfoList[0].itemExt !== undefined && JSON.parse(row.itemInfoList[0].itemExt).skuUuid !== "");
    has((row) => row.itemInfoList[0].itemExt === undefined);
    has((row) => row.consigneeInfo.mobile.includes("****") && row.consigneeInfo.desen_mobile.startsWith("AWN"));
    has((row) => /-/.test(row.payType));
    const found = await shop.ok("jingdong.pop.order.fbp.search", {
      startDate: beijing(fbp[0]!.modified * 1000),
      endDate: beijing(fbp[0]!.modified * 1000),
      orderState: "ALL",
      optionalFields: "orderId,orderType",
    });
    expect(found.searchfbporderinfo_result.orderInfoList).toContainEqual({ orderId: fbp[0]!.id, orderType: "21" });
    const unpaid = shop.fake.buyer.order();
    const list = await shop.ok("jingdong.pop.order.notPayOrderInfo", {
      startDate: beijing(Number(START) - DAY),
      endDate: beijing(START),
      page: 1,
      pageSize: 50,
    });
    expect(list.paginatedInfo.data.map((row: Body) => String(row.orderId))).toContain(unpaid);
    const missing = await shop.ok("jingdong.pop.order.enGet", { order_id: unpaid, optional_fields: "orderId" });
    expect(missing.orderDetailInfo.apiResult.success).toBe(false);
  });

  it("a search by change moves with states and waybills alone, and pages move with it", async () => {
    const shop = given();
    const first = shop.fake.buyer.order();
    shop.fake.buyer.pay(first);
    shop.clock.advance(DAY);
    const edge = Number(shop.clock.now());
    const changed = async (fields: Fields = {}) =>
      (await searched(shop, { ...window(edge, edge + DAY), ...fields })).orderInfoList.map((row: Body) => row.orderId);
    const json = `{"order_id":${first},"flag":"1","remark":"加急"}`;
    expect((await shop.ok("jingdong.pop.order.modifyVenderRemark", json)).modifyvenderremark_result.success).toBe(true);
    expect(await changed()).toEqual([]);
    const memo = await shop.ok("jingdong.order.venderRemark.queryByOrderId", { order_id: first });
    expect(memo.venderRemarkQueryResult.vender_remark).toMatchObject({ order_id: first, remark: "加急", flag: "1" });
    const [one, two] = [...shop.fake.books().orders.keys()].slice(0, 2) as [string, string];
    for (const id of [one, two, first]) {
      shop.clock.advance(1000);
      shop.fake.owner.touch(id);
    }
    expect(await changed()).toEqual([one, two, first]);
    expect(await changed({ sortType: "1" })).toEqual([first, two, one]);
    expect(await changed({ page: "2", page_size: "1" })).toEqual([two]);
    shop.clock.advance(1000);
    shop.fake.owner.touch(one);
    expect(await changed({ page: "2", page_size: "1" })).toEqual([first]);
    expect(await changed({ dateType: "1" })).toEqual([]);
    const none = await shop.ok("jingdong.pop.order.modifyVenderRemark", { order_id: 1, flag: "9", remark: "x" });
    expect(none.modifyvenderremark_result.success).toBe(false);
  });

  it("takes the forms of newer notes where they are in use", async () => {
    const shop = given({ parameterForm: "containers" });
    const inner = { ...SEARCH, ...window(Number(START) - 20 * DAY) };
    expect(await shop.code(EN, inner)).toBe("10");
    const answer = await shop.ok(EN, { paramOrderJSFQuery: inner, source_id: "test" });
    expect(answer.searchorderinfo_result.orderTotal).toBeGreaterThan(0);
  });
});

describe("shipping", () => {
  it("is done once, for orders that may be shipped, in the platform's separators", async () => {
    const shop = given();
    const ship = async (orderId: string, logiCoprId = "467", logiNo = "SF1000001"): Promise<Body> =>
      (await shop.ok("jingdong.pop.order.shipment", { orderId, logiCoprId, logiNo })).sopjosshipment_result;
    const paid = (more = {}): string => {
      const id = shop.fake.buyer.order(more);
      shop.fake.buyer.pay(id);
      return id;
    };
    const id = paid();
    for (const [carriers, numbers] of [
      ["9", "SF1000001"],
      ["467", "1"],
      ["467|463", "SF1000001"],
    ])
      expect((await ship(id, carriers, numbers)).success).toBe(false);
    expect(await ship(id, "467|463", "SF1000001,SF1000002|YT1000003")).toMatchObject({ success: true });
    const shown = await shop.ok("jingdong.pop.order.enGet", {
      order_id: id,
      optional_fields: "waybill,logisticsId,orderState",
    });
    expect(shown.orderDetailInfo.orderInfo).toEqual({
      waybill: "SF1000001,SF1000002|YT1000003",
      logisticsId: "467|463",
      orderState: "WAIT_GOODS_RECEIVE_CONFIRM",
    });
    expect((await ship(id)).success, "once").toBe(false);
    const locked = paid();
    shop.fake.buyer.applyRefund(locked);
    expect((await ship(locked)).chineseErrCode).toContain("锁定");
    expect((await ship(paid({ type: 75 }))).success).toBe(false);
    expect((await ship(paid({ type: 21 }))).success).toBe(false);
    expect((await ship(paid({ shippingKind: 68 }))).success).toBe(false);
    expect((await ship(paid({ shippingKind: 68 }), "2087", "JD1000001")).success).toBe(true);
    const way = await shop.ok("jingdong.getThirdTrace", { orderId: id });
    expect(way.result.data[0]).toMatchObject({ opeTitle: "揽收" });
    const carriers = await shop.ok("jingdong.logistics.carriers.list");
    expect(carriers.carriers_details).toContainEqual({
      carriers_id: 467,
      carriers_name: "顺丰速运",
      carriers_phone: "",
    });
    expect(shop.fake.events.filter((event) => event.kind === "shipment_made" && event.orderId === id)).toHaveLength(3);
  });
});

describe("goods", () => {
  it("shows listings and SKUs with the asked fields alone, as the books have them", async () => {
    const shop = given({ listings: 20 });
    const wares = (
      await shop.ok("jingdong.ware.read.searchWare4Valid", { pageNo: 1, pageSize: 100, field: "title,wareStatus" })
    ).page;
    expect(new Set(wares.data.map((ware: Body) => ware.wareStatus))).toEqual(
      new Set([8, 1, 2, 4, 513, 514, 516, 520, 1028]),
    );
    expect(Object.keys(wares.data[0]).sort()).toEqual(["title", "wareId", "wareStatus"]);
    const gone = (await shop.ok("jingdong.ware.read.searchWare4Recycled", { field: "wareStatus" })).page;
    expect(gone.data).toMatchObject([{ wareStatus: -1 }]);
    expect(wares.totalItem + gone.totalItem).toBe(shop.fake.books().counts.listings);
    const { page } = await shop.ok("jingdong.sku.read.searchSkuList", {
      pageNo: 1,
      page_size: 100,
      field: "jdPrice,outerId,stockNum,status,modified",
    });
    const { variants } = shop.fake.books();
    expect(page.data).toHaveLength(variants.size);
    for (const sku of page.data) {
      const fact = variants.get(String(sku.skuId));
      expect(sku).toMatchObject({ outerId: fact?.sku, stockNum: fact?.quantity, jdPrice: Number(fact?.price) });
    }
    expect(page.data.some((sku: Body) => String(sku.skuId).length > 16)).toBe(true);
    expect(await shop.code("jingdong.sku.read.searchSkuList", { pageSize: 10 }), "page_size here").toBe("10");
    expect(await shop.code("jingdong.ware.read.searchWare4Valid", { pageNo: 101, pageSize: 100 })).toBe("10");
  });

  it("writes stock and prices one SKU at a time, and tells what is reserved apart", async () => {
    const shop = given({ largestPriceCut: 0.5 });
    const fact = [...shop.fake.books().variants.values()].find(({ quantity }) => (quantity ?? 0) > 10)!;
    const write = async (method: string, rest: string): Promise<Body> =>
      shop.ok(method, `{"skuId":${fact.variantId},${rest}}`);
    expect(await write("jingdong.stock.write.updateSkuStock", '"stockNum":30,"storeId":0')).toMatchObject({
      success: true,
    });
    shop.fake.sell({ sku: fact.sku, quantity: 4 });
    const stocks = await write("jingdong.stock.read.findSkuStock", '"field":"stockNum,orderBookingNum,canUsedNum"');
    const [stock] = stocks.skuStocks;
    expect(stock).toMatchObject({ stockNum: 26, canUsedNum: 26 });
    expect(stock.orderBookingNum).toBeGreaterThanOrEqual(4);
    for (let times = 0; times < 2; times += 1)
      await write("jingdong.stock.write.increaseSkuStock", '"stockNum":5,"storeId":0,"stockRfId":"r1"');
    expect(shop.fake.books().variants.get(fact.variantId)?.quantity).toBe(31);
    expect(await write("jingdong.price.write.updateSkuJdPrice", '"jdPrice":"1.00"')).toMatchObject({ success: false });
    expect(await write("jingdong.price.write.updateSkuJdPrice", '"jdPrice":"888.50"')).toMatchObject({ success: true });
    expect(shop.fake.books().variants.get(fact.variantId)?.price).toBe("888.50");
    const missing = await shop.ok("jingdong.stock.write.updateSkuStock", '{"skuId":8999999999999999999,"stockNum":1}');
    expect(missing).toMatchObject({ success: false, errorMsg: "sku不存在" });
    const booked = given({ stockIncludesBooked: true, hasUnpaid: false });
    shop.fake.clearFaults();
    const sold = booked.fake.sell({ sku: fact.sku, quantity: 2 });
    expect(sold.sold).toBe(true);
    await booked.ok("jingdong.stock.write.updateSkuStock", `{"skuId":${fact.variantId},"stockNum":20}`);
    const [held] = (await booked.ok("jingdong.stock.read.findSkuStock", `{"skuId":${fact.variantId}}`)).skuStocks;
    expect(held.canUsedNum).toBe(20 - held.orderBookingNum);
  });
});

describe("disputes and money", () => {
  it("a refund application locks the order until it is answered; sums are fen", async () => {
    const shop = given();
    const asked = (): [string, string] => {
      const id = shop.fake.buyer.order();
      shop.fake.buyer.pay(id);
      return [id, shop.fake.buyer.applyRefund(id)];
    };
    const list = async (fields: Fields): Promise<Body[]> =>
      (await shop.ok("jingdong.pop.afs.soa.refundapply.queryPageList", { pageIndex: 1, pageSize: 50, ...fields }))
        .queryResult.result;
    const reply = async (id: string, rest: string): Promise<Body> =>
      (await shop.ok("jingdong.pop.afs.soa.refundapply.replyRefund", `{"id":${id},${rest}}`)).replyResult;
    const stateOf = (id: string) => shop.fake.books().orders.get(id)?.status;
    const [order, refund] = asked();
    expect(stateOf(order)).toBe("LOCKED");
    const [row] = await list({ orderId: order });
    expect(row).toMatchObject({ status: 0, checkTime: "0001-01-01 00:00:00" });
    expect(row.applyRefundSum).toBe(Math.round(Number(shop.fake.books().orders.get(order)?.total) * 100));
    const today = { checkTimeStart: beijing(Number(START) - DAY), checkTimeEnd: beijing(Number(START) + DAY) };
    expect(await list({ orderId: order, ...today }), "nobody has checked it").toEqual([]);
    expect(await reply(refund, '"status":2,"remark":"x"')).toMatchObject({ success: false });
    expect(await reply(refund, '"status":1,"outWareStatus":2,"remark":"同意"')).toMatchObject({ success: true });
    expect(await reply(refund, '"status":1,"outWareStatus":2')).toMatchObject({ success: false });
    expect(await list({ orderId: order, ...today })).toMatchObject([{ status: 1 }]);
    expect(stateOf(order)).toBe("LOCKED");
    shop.clock.advance(1_800_000);
    const fact = shop.fake.books().orders.get(order);
    expect(fact).toMatchObject({ status: "TRADE_CANCELED", refunded: fact?.total });
    expect(await list({ orderId: order })).toMatchObject([{ status: 3 }]);
    const [kept, refused] = asked();
    expect(await reply(refused, '"status":2,"rejectType":1,"outWareStatus":1,"remark":"已发货"')).toMatchObject({
      success: true,
    });
    expect(stateOf(kept)).toBe("WAIT_SELLER_STOCK_OUT");
  });

  it("a service order is answered by who saw its last version, and paid by the platform", async () => {
    const shop = given();
    const order = shop.fake.buyer.order();
    shop.fake.buyer.pay(order);
    shop.fake.owner.ship(order);
    shop.fake.buyer.receive(order);
    const id = shop.fake.buyer.openService(order, 10);
    const fields = (more: string): string =>
      `${JSON.stringify(who(shop)).slice(0, -1)},"serviceId":${id},"orderId":${order}${more}}`;
    const view = async (): Promise<Body> => (await shop.ok("jingdong.asc.query.view", fields(""))).result.data;
    const send = async (version: number): Promise<Body> =>
      (await shop.ok("jingdong.asc.audit.send", fields(`,"approveNotes":"同意","sysVersion":${version}`))).result;
    expect(await shop.code("jingdong.asc.query.list", { buId: shop.fake.shop.venderId })).toBe("10");
    const seen = await view();
    expect(seen).toMatchObject({ serviceStatus: 10001, customerExpect: 10, sysVersion: 1, applyTime: Number(START) });
    expect(await send(0)).toMatchObject({ success: false });
    expect(await send(1)).toMatchObject({ success: true });
    expect(await view()).toMatchObject({ serviceStatus: 10005, approveResult: 33, sysVersion: 2 });
    await shop.ok("jingdong.asc.receive.register", fields(',"receivePin":"op"').replace(',"extJsonStr":""', ""));
    expect(await view()).toMatchObject({ serviceStatus: 10041 });
    const synced = await shop.ok("jingdong.asc.sync.list", {
      ...who(shop),
      updateTimeBegin: beijing(Number(START)),
      updateTimeEnd: beijing(Number(START) + DAY),
      pageNumber: "1",
      pageSize: "20",
    });
    expect(synced.pageResult.data.map((row: Body) => String(row.serviceId))).toContain(id);
    shop.clock.advance(1_200_000);
    expect(await view()).toMatchObject({ serviceStatus: 10010, processResult: 100 });
    const foreign = await shop.ok("jingdong.asc.query.list", { ...who(shop), buId: "1" });
    expect(foreign.pageResult.success).toBe(false);
  });

  it("bills sum to the settlements of the books; a long range times out", async () => {
    const shop = given({ orders: 90 });
    const totals = new Map<string, number>();
    const names = new Set<string>();
    for (let day = Number(START) - 85 * DAY; day <= Number(START); day += DAY)
      for (const kind of ["", "Refund"]) {
        const method = `jingdong.pop.taurus.query${kind}BillChargeListByCondition`;
        const fields = { dateType: 1, startDate: beijing(day), endDate: beijing(day + DAY - 1000) };
        for (const { feeList } of (await shop.ok(method, fields)).returnType.values)
          for (const { money, direction, billNo, settleRemark, settlementStatus } of feeList) {
            names.add(settleRemark);
            expect(settlementStatus).toBe(billNo === undefined ? 0 : 1);
            if (billNo !== undefined)
              totals.set(billNo, (totals.get(billNo) ?? 0) + Math.round(money * 100) * (direction === 1 ? 1 : -1));
          }
      }
    const made = shop.fake.events.flatMap((event) => (event.kind === "settlement_made" ? [event] : []));
    expect(made.length).toBeGreaterThan(20);
    expect([...totals].sort()).toEqual(
      made.map(({ settlementId, total }): [string, number] => [settlementId, Math.round(Number(total) * 100)]).sort(),
    );
    expect(names.size).toBe(11);
    const long = { dateType: 1, startDate: beijing(Number(START) - 9 * DAY), endDate: beijing(START) };
    expect(await shop.code("jingdong.pop.taurus.queryBillChargeListByCondition", long)).toBe("67");
  });
});

describe("what else is asked", () => {
  it("discounts by payer, claims, closed days, parts of an order, both carrier lists", async () => {
    const shop = given({ orders: 90 });
    const order = [...shop.fake.orders.values()].find(
      ({ coupons, isSeen }) => isSeen && coupons.some(({ type }) => type === 41),
    )!;
    const { couponDetailVo } = (await shop.ok("jingdong.pop.order.coupondetail", `{"orderId":${order.id}}`))
      .couponDetailExternal;
    const ofJd = order.coupons.filter(({ type }) => type === 41).reduce((sum, { amount }) => sum + amount, 0);
    expect(couponDetailVo.totalCoupon).toBe((ofJd / 100).toFixed(2));
    const claim = shop.fake.owner.claim(order.id);
    const claims = await shop.ok("jingdong.pop.afs.soa.compensate.queryCompensateList", {
      modifiedStartTime: beijing(START),
      modifiedEndTime: beijing(START),
      pageIndex: 1,
      pageSize: 20,
    });
    expect(claims.queryResult.result.map((row: Body) => [String(row.compensateId), row.refId])).toEqual([
      [claim, order.id],
    ]);
    const days = await shop.ok("jingdong.scf.invoice.dailybill.queryDailyBillList", {
      beginDate: beijing(Number(START) - 85 * DAY),
      endDate: beijing(START),
      pageNum: 1,
    });
    expect(days.ResultMO.totalElements).toBe(shop.fake.books().counts.settlements);
    const part = [...shop.fake.orders.values()].find(({ parcels }) => parcels.length === 2)!;
    expect(part.parcels.map(({ numbers }) => numbers.length)).toEqual([2, 1]);
    const own = await shop.ok("jingdong.fce.alpha.getVenderCarrier");
    expect(own.StandardGenericResponse.result.carrierList).toHaveLength(8);
  });
});

describe("life", () => {
  it("an hour holds every state, kind and answer that the platform has", () => {
    const { fake } = given({ orders: 0, listings: 20 });
    fake.tick(3_600_000);
    const statusesOf = (kind: "order" | "dispute"): Set<string> =>
      new Set(
        fake.events.flatMap((event) =>
          kind === "order"
            ? (event.kind === "order_changed" || event.kind === "order_placed") && event.status !== undefined
              ? [event.status]
              : []
            : event.kind === "dispute_opened" || event.kind === "dispute_changed"
              ? [event.status]
              : [],
        ),
      );
    const states =
      "NOT_PAID WAIT_SELLER_STOCK_OUT WAIT_SELLER_DELIVERY WAIT_SEND_CODE WAIT_GOODS_RECEIVE_CONFIRM FINISHED_L " +
      "SEND_TO_DISTRIBUTION_CENER DISTRIBUTION_CENTER_RECEIVED RECEIPTS_CONFIRM TRADE_CANCELED PARENT_TRADE_CANCELED " +
      "LOCKED PAUSE POP_ORDER_PAUSE";
    expect([...statusesOf("order")].sort()).toEqual(states.split(" ").sort());
    const disputes = [0, 1, 2, 3, 4, 5, 6, 7, 9].concat(
      [10000, 10001, 10012, 10013, 10002, 10009, 10005, 10006, 10007, 13000, 10041, 1100, 12000, 14000, 10004, 10010],
      [10011],
    );
    expect([...statusesOf("dispute")].sort()).toEqual([...disputes.map(String), "claim"].sort());
    const services = [...fake.services.values()];
    expect(new Set(services.map(({ expect: wanted }) => wanted))).toEqual(
      new Set([10, 20, 30, 70, 11, 90, 80, 40, 50, 60, 100, 1]),
    );
    expect(new Set(services.map(({ processResult }) => processResult))).toEqual(
      new Set([0, 1, 2, 3, 4, 5, 6, 23, 40, 70, 80, 100]),
    );
    expect(new Set([...fake.orders.values()].map(({ type }) => type))).toEqual(new Set([22, 75, 21, 23, 25, 61]));
    expect(new Set(fake.fees.map(({ type }) => type)).size).toBe(11);
    expect(foldEvents(fake.events)).toEqual(fake.books());
  });

  it("is the same for the same seed, and sells what there is", () => {
    const [one, two] = [given({ orders: 20 }), given({ orders: 20 })];
    for (const { fake } of [one, two]) fake.tick(600_000);
    expect(one.fake.events).toEqual(two.fake.events);
    const shop = given({ skus: [{ sku: "A", name: "a", price: "10", stock: 2 }], orders: 0 });
    expect(shop.fake.sell({ sku: "A", quantity: 2 })).toMatchObject({ sold: true, shown: 2 });
    expect(shop.fake.sell({ sku: "A" })).toEqual({ sold: false, reason: "out_of_stock", shown: 0 });
    expect(shop.fake.sell({ sku: "A", force: true })).toMatchObject({ sold: true, shown: 0 });
    expect(shop.fake.sell({ sku: "B" })).toMatchObject({ reason: "unknown_sku" });
  });
});
