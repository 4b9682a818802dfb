import { createHash } from "node:crypto";
import { XMLParser } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import { createDangdangFake, type DangdangFakeOptions } from "../../src/fakes/dangdang/index.ts";
import { createManualClock, foldEvents } from "../../src/fakes/fake.ts";
import { encodeGbk } from "../../src/fakes/gbk.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
type Body = any;
type Values = Record<string, string | number>;

const SIGNED = ["app_key", "format", "method", "session", "sign_method", "timestamp", "v"];
const LISTS = new Set(["OrderInfo", "ItemInfo", "OperateInfo", "promoItem", "SpecilaItemInfo", "ItemIDInfo"]);
const parser = new XMLParser({
  parseTagValue: false,
  isArray: (name) => LISTS.has(name) || name === "refundInfo" || name === "data",
});

/** MD5 over the secret, the seven system parameters in order, and the secret. */
function sign(secret: string, values: Record<string, string>): string {
  const text = SIGNED.map((name) => name + values[name]).join("");
  return createHash("md5").update(`${secret}${text}${secret}`).digest("hex").toUpperCase();
}

const beijing = (at: Date | number): string =>
  new Date(Number(at) + 8 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");

const escaped = (text: string): string =>
  [...encodeGbk(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");

const queryOf = (values: Values): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${escaped(String(value))}`)
    .join("&");

const START = new Date("2026-03-01T08:00:00Z");
const DAY = 86_400_000;

interface Sending {
  v?: string;
  /** Of a POST: a form, or an uploaded file. */
  form?: Values;
  file?: [field: string, xml: string | Uint8Array<ArrayBuffer>];
  system?: Record<string, string>;
}

function given(options: DangdangFakeOptions = {}) {
  const clock = createManualClock(START);
  const fake = createDangdangFake({ clock, name: "test", seed: 5, ...options });
  const raw = async (method: string, query: Values, { v = "1.0", form, file, system }: Sending): Promise<Response> => {
    const values: Record<string, string> = {
      method,
      v,
      app_key: fake.app.key,
      session: fake.credentials.access_token,
      timestamp: beijing(clock.now()),
      format: "xml",
      sign_method: "md5",
      ...system,
    };
    values.sign ??= sign(fake.app.secret, values);
    const url = `http://api.example/openapi/rest?${queryOf({ ...values, ...query })}`;
    const init: RequestInit = form === undefined && file === undefined ? {} : { method: "POST" };
    if (form !== undefined) {
      init.body = queryOf(form);
      init.headers = { "content-type": "application/x-www-form-urlencoded" };
    }
    if (file !== undefined) {
      const body = new FormData();
      const bytes = typeof file[1] === "string" ? encodeGbk(file[1]) : file[1];
      body.set(file[0], new Blob([bytes]), "rows.xml");
      init.body = body;
    }
    return fake.fetch(new Request(url, init));
  };
  const send = async (method: string, query: Values = {}, sending: Sending = {}): Promise<Body> => {
    const response = await raw(method, query, sending);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^text\/xml;charset=GBK$/);
    return parser.parse(new TextDecoder("gbk", { fatal: true }).decode(await response.arrayBuffer())).response;
  };
  return {
    fake,
    clock,
    raw,
    send,
    async code(method: string, query: Values = {}, sending: Sending = {}): Promise<string | undefined> {
      const body = await send(method, query, sending);
      return body.errorResponse?.errorCode ?? body.Error?.operCode;
    },
  };
}

type Given = ReturnType<typeof given>;
const LIST = "dangdang.orders.list.get";
const DETAIL = "dangdang.order.details.get";
const SEND = "dangdang.order.goods.send";

async function listed({ send }: Given, query: Values = {}): Promise<Body[]> {
  const rows: Body[] = [];
  for (let p = 1; ; p += 1) {
    const body = await send(LIST, { os: 9999, p, pageSize: 20, ...query }, { v: "3.0" });
    rows.push(...(body.OrdersList?.OrderInfo ?? []));
    if (p >= Number(body.totalInfo.pageTotal)) return rows;
  }
}

const detail = async ({ send }: Given, o: string, v = "4.0"): Promise<Body> => send(DETAIL, { o }, { v });

const frame = (functionID: string, inner: string): string =>
  `<?xml version="1.0" encoding="GBK"?><request><functionID>${functionID}</functionID><time>2026-03-01 16:00:00</time>${inner}</request>`;

const stockFile = (rows: [string, number | string][]): [string, string] => [
  "multiItemsStock",
  frame(
    "dangdang.items.stock.update",
    `<ItemsList>${rows.map(([code, count]) => `<ItemUpadteInfo><outerItemID>${code}</outerItemID><stockCount>${count}</stockCount></ItemUpadteInfo>`).join("")}</ItemsList>`,
  ),
];

const parcel = (order: string, items: string, more = ""): string =>
  `<OrderInfo><orderID>${order}</orderID><logisticsName>中通快递</logisticsName><logisticsTel>95311</logisticsTel><logisticsOrderID>75123456789012</logisticsOrderID>${more}<SendGoodsList>${items}</SendGoodsList></OrderInfo>`;

const piece = (line: Body, count: number): string =>
  `<ItemInfo><itemID>${line.itemID}</itemID><sendGoodsCount>${count}</sendGoodsCount><belongPromo></belongPromo><productItemId>${line.productItemId}</productItemId></ItemInfo>`;

async function shipped(shop: Given, orders: string, v = "1.0"): Promise<Body[]> {
  const file: [string, string] = ["sendGoods", frame(SEND, `<OrdersList>${orders}</OrdersList>`)];
  return (await shop.send(SEND, {}, { v, file })).Result.OrdersList.OrderInfo;
}

function paid({ fake }: Given, more: Parameters<typeof fake.buyer.order>[0] = {}, count = 1): string {
  const id = fake.buyer.order({ isPlain: true, ...more }, count);
  fake.buyer.pay(id);
  return id;
}

describe("the gateway", () => {
  const app = { key: "2100000001", secret: "A1B2C3D4E5F60718293A4B5C6D7E8F90" };
  const COMMON = {
    app_key: app.key,
    session: "0123456789ABCDEF".repeat(4),
    timestamp: "2024-01-15 12:00:00",
    format: "xml",
    v: "1.0",
    sign_method: "md5",
  };

  it.each([
    ["dangdang.orders.list.get", "390E61678E672DB0306FF0A6825556EE"],
    ["dangdang.order.details.get", "016DF6013CDB20058BBC198D8F804EA3"],
    ["dangdang.item.stock.update", "BCBABDC54C19FD79611E0D5F3ADD4991"],
  ])("takes the published signature of %s, whatever the business parameters, and no other", async (method, theirs) => {
    const fake = createDangdangFake({ clock: createManualClock("2024-01-15T04:00:00Z"), orders: 0, app });
    const codeOf = async (signature: string, more = ""): Promise<string> => {
      const query = queryOf({ ...COMMON, method, sign: signature });
      const response = await fake.fetch(new Request(`http://x.example/openapi/rest?${query}${more}`));
      return new TextDecoder("gbk").decode(await response.arrayBuffer());
    };
    expect(sign(app.secret, { ...COMMON, method })).toBe(theirs);
    expect(await codeOf(`${theirs.slice(1)}0`)).toContain("签名错误");
    // A right signature comes as far as the session, which the vectors only invent.
    expect(await codeOf(theirs)).toContain("会话");
    expect(await codeOf(theirs, "&p=1&pageSize=20")).toContain("会话");
  });

  it("refuses what is missing, wrong or unknown", async () => {
    const shop = given({ orders: 0 });
    const { code, clock } = shop;
    const cases: [Record<string, string>, string][] = [
      [{ session: "" }, "25"],
      [{ format: "json" }, "25"],
      [{ sign_method: "hmac" }, "25"],
      [{ timestamp: clock.now().toISOString() }, "25"],
      [{ timestamp: beijing(Number(clock.now()) - 601_000) }, "25"],
      [{ app_key: "1" }, "20"],
      [{ sign: "A".repeat(32) }, "20"],
      [{ session: "A".repeat(64) }, "21"],
      [{ method: "dd.goods.get" }, "24"],
      [{ v: "9.0" }, "24"],
    ];
    for (const [system, expected] of cases)
      expect(await code(LIST, {}, { system }), JSON.stringify(system)).toBe(expected);
    expect(await code(LIST, { zz: 1 })).toBe("25");
    expect(await code(LIST, { os: "x" })).toBe("25");
    expect(await code(LIST, { os: 7 })).toBe("25");
    expect(await code(LIST, { p: 1 }, { form: {} }), "a read is a GET").toBe("25");
    expect(await code(LIST)).toBeUndefined();
    expect(await code("dangdang.item.get", { item_id: "1" }, { v: "3.0" })).toBe("410");
    expect(await code("dangdang.item.get", { item_id: "1", gShopID: "1" }, { v: "3.0" })).toBe("411");
  });

  it("lets tokens lapse, and gives new ones for a code or a refresh token once", async () => {
    const { fake, code, clock } = given({ orders: 0, tokenSeconds: 3600 });
    const token = async (values: Record<string, string>): Promise<Body> => {
      const body = new URLSearchParams({ client_id: fake.app.key, client_secret: fake.app.secret, ...values });
      return (await fake.fetch(new Request("http://oauth.example/token", { method: "POST", body }))).json();
    };
    const login = new URLSearchParams({
      client_id: fake.app.key,
      response_type: "code",
      redirect_uri: "https://us.example/back",
      state: "s",
    });
    const sent = await fake.fetch(new Request(`http://oauth.example/authorize?${login}`));
    const back = new URL(sent.headers.get("location") ?? "");
    const exchange = { grant_type: "authorization_code", code: back.searchParams.get("code") ?? "" };
    const granted = await token(exchange);
    expect(granted).toMatchObject({ access_token: expect.stringMatching(/^[0-9A-F]{64}$/), expires_in: 3600 });
    expect((await token(exchange)).access_token).toBeUndefined();
    clock.advance(3_600_000);
    expect(await code(LIST)).toBe("21");
    const refresh = { grant_type: "refresh_token", refresh_token: granted.refresh_token };
    expect((await token(refresh)).access_token).toBe(fake.credentials.access_token);
    expect(await code(LIST)).toBeUndefined();
    expect((await token(refresh)).access_token).toBeUndefined();
    fake.revoke();
    expect(await code(LIST)).toBe("21");
  });

  it("counts calls, answers by script, and keeps a record without credentials", async () => {
    const { fake, send } = given({ orders: 0, quota: { limit: 2, windowMs: 1000 } });
    fake.fail(LIST, [{ code: "500", message: "系统错误" }]);
    expect((await send(LIST, { p: 1 })).errorResponse).toEqual({ errorCode: "500", errorMessage: "系统错误" });
    await send(LIST);
    expect((await send(LIST)).errorResponse.errorMessage).toMatch(/次数超限/);
    expect(fake.requests.map(({ fault }) => fault)).toEqual(["scripted", undefined, "quota"]);
    expect(fake.requests[0]?.query).not.toMatch(/session|sign=/);
    expect(fake.requests[0]?.query).toMatch(/p=1/);
  });
});

describe("orders", () => {
  it("the list shows all of the books' orders; without a state only those that wait", async () => {
    const shop = given({ orders: 90 });
    const rows = await listed(shop);
    const { orders } = shop.fake.books();
    const visible = [...orders.values()].filter(({ isHidden }) => !isHidden);
    expect(orders.size).toBeGreaterThan(visible.length);
    expect(rows.map((row) => row.orderID).sort()).toEqual(visible.map(({ orderId }) => orderId).sort());
    for (const row of rows)
      expect([row.orderState, row.orderMoney]).toEqual([
        orders.get(row.orderID)?.status,
        orders.get(row.orderID)?.total,
      ]);
    const waiting = (await shop.send(LIST, {}, { v: "3.0" })).OrdersList.OrderInfo;
    expect(new Set(waiting.map((row: Body) => row.orderState))).toEqual(new Set(["101"]));
  });

  it("refuses long windows and large pages; pages shift when an order leaves the window", async () => {
    const shop = given();
    const at = (ms: number): string => beijing(Number(START) + ms);
    const window = (from: number, to: number): Values => ({
      lastModifyTime_start: at(from),
      lastModifyTime_end: at(to),
    });
    expect(await shop.code(LIST, window(-16 * DAY, 0))).toBe("25");
    expect(await shop.code(LIST, window(0, -DAY))).toBe("25");
    expect(await shop.code(LIST, { ...window(-DAY, 0), pageSize: 21 })).toBe("25");
    expect(await shop.code(LIST, { ...window(-DAY, 0), p: 0 })).toBe("25");
    const ids = Array.from({ length: 5 }, () => paid(shop));
    shop.clock.advance(60_000);
    const read = async (p: number): Promise<string[]> =>
      (
        (await shop.send(LIST, { os: 101, ...window(0, 0), p, pageSize: 2 }, { v: "3.0" })).OrdersList.OrderInfo ?? []
      ).map((row: Body) => row.orderID);
    const first = await read(1);
    shop.fake.owner.touch(first[0] ?? "");
    const seen = new Set([...first, ...(await read(2)), ...(await read(3))]);
    expect(seen.size, "read forwards, one is skipped").toBe(4);
    expect(ids.every((id) => seen.has(id))).toBe(false);
  });

  it("details add up, by version, with masked buyers and misspelt tags", async () => {
    const shop = given({ orders: 90 });
    const { orders } = shop.fake.books();
    const all = await Promise.all((await listed(shop)).map((row) => detail(shop, row.orderID)));
    for (const one of all) {
      const { buyerInfo: money, ItemsList } = one;
      const fen = (text: string | undefined): number => Math.round(100 * Number(text ?? 0));
      const goods = ItemsList.ItemInfo.reduce(
        (sum: number, line: Body) => sum + (line.unitPrice === "----" ? 0 : fen(line.unitPrice)) * line.orderCount,
        0,
      );
      expect(fen(money.goodsMoney)).toBe(goods);
      const paidBy = ["totalBarginPrice", "giftCardMoney", "accountBalance", "pointDeductionAmount"];
      expect(paidBy.reduce((sum, name) => sum + fen(money[name]), 0)).toBe(fen(orders.get(one.orderID)?.total));
      expect(one.sendGoodsInfo.consigneeName).toBe("Z*");
      expect(one.encrypt_content ?? one.sendGoodsInfo.encrypt_content).toMatch(/^[\w+/=]+$/);
      expect(one.OrderOperateList.OperateInfo[0].operateDetails).toBe("顾客下单");
    }
    const has = (test: (one: Body) => boolean): void => expect(all.some(test), test.toString()).toBe(true);
    has((one) => one.encrypt_content !== undefined);
    has((one) => one.ItemsList.ItemInfo.some((line: Body) => line.itemType === "1" && line.unitPrice === "----"));
    has((one) => one.PromoList.promoItem?.[0].promoDicount === "5.00");
    has((one) => one.parentOrderID !== "");
    has((one) => one.sendGoodsInfo.DangdangWarehouseAddr !== undefined);
    has((one) => one.ItemsList.ItemInfo.some((line: Body) => /^颜色>>/.test(line.specialAttribute)));
    const [any] = all;
    const old = await detail(shop, any.orderID, "1.0");
    expect([old.buyerInfo.totalBarginPrice, old.encrypt_content, old.sendGoodsInfo.encrypt_content]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(await shop.code(DETAIL, { o: "1" }, { v: "4.0" })).toBe("26");
  });

  it("opens at most twenty ciphertexts, each with a code of its own", async () => {
    const shop = given({ orders: 0 });
    const [first, second] = [paid(shop), paid(shop)];
    const cipher = async (id: string): Promise<string> => {
      const one = await detail(shop, id);
      return one.encrypt_content ?? one.sendGoodsInfo.encrypt_content;
    };
    const [a, b] = [await cipher(first), await cipher(second)];
    const open = (entries: Body): Promise<Body> =>
      shop.send("dangdang.orders.content.decrypt", {}, { form: { o_cryptStr: JSON.stringify(entries) } });
    const { data } = await open([
      { o: first, encrypt_content: a },
      { o: first, encrypt_content: b },
    ]);
    expect(data[0]).toMatchObject({ orderId: first, operCode: "0", cryptUserInfo: { consigneeName: "Zzbuyer1" } });
    expect(data[1].operCode).not.toBe("0");
    expect(data[1].cryptUserInfo).toBeUndefined();
    expect(
      (await open(Array.from({ length: 21 }, () => ({ o: first, encrypt_content: a })))).errorResponse,
    ).toBeDefined();
  });
});

describe("parcels", () => {
  it("an order goes out once; what is not in the call is not sent", async () => {
    const shop = given({ orders: 0 });
    const id = paid(shop, {}, 2);
    const { ItemsList } = await detail(shop, id);
    const [line] = ItemsList.ItemInfo;
    const before = shop.fake.books().variants.get(line.itemID)?.quantity ?? 0;
    const [row] = await shipped(shop, parcel(id, piece(line, line.orderCount)));
    expect(row).toEqual({ orderID: id, orderOperCode: "0", orderOperation: "成功" });
    const after = await detail(shop, id);
    expect(after).toMatchObject({
      orderState: "300",
      sendGoodsInfo: { sendOrderID: "75123456789012", sendCompany: "中通快递" },
    });
    expect(after.ItemsList.ItemInfo.map((one: Body) => one.sendGoodsCount)).toEqual([line.orderCount, "0"]);
    expect(shop.fake.books().variants.get(line.itemID)?.quantity, "shipping takes it off the shelf").toBe(
      before - Number(line.orderCount),
    );
    expect((await shipped(shop, parcel(id, piece(line, 1))))[0].orderOperCode).toBe("51");
  });

  it("refuses each wrong row with its code, and the others go out", async () => {
    const shop = given({ orders: 0 });
    const id = paid(shop);
    const { ItemsList } = await detail(shop, id);
    const [line] = ItemsList.ItemInfo;
    const codes = async (xml: string, v = "1.0"): Promise<string> => (await shipped(shop, xml, v))[0].orderOperCode;
    expect(await codes(parcel(id, piece(line, 0)))).toBe("39");
    expect(await codes(parcel(id, ""))).toBe("39");
    expect(await codes(parcel(id, piece(line, 1)).replace("95311", "x"))).toBe("40");
    expect(await codes(parcel(id, piece(line, 1)), "3.0"), "the letters of the carrier").toBe("40");
    expect(await codes(parcel(id, piece({ ...line, itemID: "1" }, 1)))).toBe("41");
    expect(await codes(parcel(id, piece(line, 9)))).toBe("42");
    expect(await codes(parcel(id, piece({ ...line, productItemId: "1" }, 1)))).toBe("1205");
    expect(await codes(parcel(shop.fake.buyer.order(), ""))).toBe("605");
    expect(await codes(parcel(shop.fake.buyer.order({ payMode: "货到付款" }), ""))).toBe("601");
    expect(await codes(parcel(paid(shop, { mode: 2 }), ""))).toBe("605");
    expect(await codes(parcel("1", ""))).toBe("26");
    const other = paid(shop);
    const lines = (await detail(shop, other)).ItemsList.ItemInfo;
    const rows = await shipped(
      shop,
      parcel("1", "") + parcel(other, piece(lines[0], lines[0].orderCount), "<logisticsCode>ZTO</logisticsCode>"),
      "3.0",
    );
    expect(rows.map((row) => row.orderOperCode)).toEqual(["26", "0"]);
    expect(
      await shop.code(
        SEND,
        {},
        { file: ["sendGoods", frame(SEND, `<OrdersList>${parcel("1", "").repeat(51)}</OrdersList>`)] },
      ),
    ).toBe("101");
  });

  it("changes the number of a parcel", async () => {
    const shop = given({ orders: 0 });
    const id = paid(shop);
    shop.fake.owner.ship(id);
    const old = (await detail(shop, id)).sendGoodsInfo.sendOrderID;
    const xml = frame(
      "modifyExpressInfo",
      `<orderId>${id}</orderId><newExpressCompanyName>顺丰</newExpressCompanyName><newExpressCompanyId>105</newExpressCompanyId><newExpressCompanyTel>95338</newExpressCompanyTel><expressNo>${old}</expressNo><newExpressNo>SF100</newExpressNo>`,
    );
    const change = (): Promise<Body> =>
      shop.send("dangdang.orders.changeExpressNo", {}, { file: ["orderExpressInfo", xml] });
    expect(await change()).toMatchObject({ result: "true", resultCode: "1" });
    expect((await detail(shop, id)).sendGoodsInfo).toMatchObject({ sendCompany: "顺丰", sendOrderID: "SF100" });
    expect((await change()).Error.operCode).toBe("605");
  });
});

describe("goods", () => {
  it("the list and the details show all listings; a plain one has no variants", async () => {
    const { fake, send } = given({ orders: 0 });
    const body = await send("dangdang.items.list.get", { its: 9999, p: 1, pageSize: 20 });
    const { listings } = fake.books().counts;
    expect([body.ItemsList.ItemInfo.length, Number(body.totalInfo.itemsCount)]).toEqual([listings, listings]);
    const variants: Body[] = [];
    for (const { itemID } of body.ItemsList.ItemInfo) {
      const { ItemDetail } = await send("dangdang.item.get", { it: itemID }, { v: "2.0" });
      variants.push(...(ItemDetail.SpecilaItemInfo ?? [{ ...ItemDetail, subItemID: ItemDetail.itemID }]));
    }
    for (const { variantId, sku, quantity, price } of fake.books().variants.values())
      expect(variants).toContainEqual(
        expect.objectContaining({
          subItemID: variantId,
          outerItemID: sku,
          stockCount: String(quantity),
          unitPrice: price,
        }),
      );
    expect(new Set(body.ItemsList.ItemInfo.map((row: Body) => row.itemState))).toEqual(
      new Set(["上架", "可销售", "下架", "待审核"]),
    );
  });

  it("a stock file succeeds although rows fail; what is no file is refused", async () => {
    const { fake, send, code } = given({ orders: 0 });
    const FILE = "dangdang.items.stock.update";
    const file = stockFile([
      ["D1000", 15],
      ["NO-SUCH-CODE", 3],
      ["D1000", 1_000_001],
    ]);
    const { ItemsIDList } = await send(FILE, {}, { v: "2.0", file });
    expect(ItemsIDList.ItemIDInfo.map((row: Body) => row.operCode)).toEqual(["0", "26", "26"]);
    expect([...fake.books().variants.values()].find(({ sku }) => sku === "D1000")?.quantity).toBe(15);
    const [field, xml] = file;
    expect(await code(FILE, {}, { v: "2.0", form: {} })).toBe("100");
    expect(await code(FILE, {}, { v: "2.0", file: [field, "a,b"] })).toBe("102");
    expect(await code(FILE, {}, { v: "2.0", file: [field, xml.replace("GBK", "UTF-8")] })).toBe("102");
    expect(await code(FILE, {}, { v: "2.0", file: stockFile(Array.from({ length: 41 }, () => ["D1000", 1])) })).toBe(
      "101",
    );
    expect((await send("dangdang.item.stock.update", { oit: "D1000", stk: 8 }, { v: "2.0" })).Result.operCode).toBe(
      "0",
    );
    expect(await code("dangdang.item.stock.update", { oit: "无此", stk: 8 }, { v: "2.0" })).toBe("26");
    const delta = { form: { oit: "D1000", warehouse_id: "100", stock: -3, batch_seq: "b1" } };
    for (let time = 0; time < 2; time += 1) await send("dangdang.item.stock.updateStockIncrementally", {}, delta);
    expect([...fake.books().variants.values()].find(({ sku }) => sku === "D1000")?.quantity).toBe(5);
  });

  it("prices do not double in one step, nor move in a promotion", async () => {
    const { fake, send } = given({ skus: [{ sku: "A", name: "书", price: "15.00", stock: 5 }], orders: 0 });
    const set = async (pr: string): Promise<string> => {
      const body = await send("dangdang.item.price.update", { oit: "A", pr }, { v: "2.0" });
      return body.Result?.operCode ?? body.Error.operCode;
    };
    const id = [...fake.books().variants.keys()][0] ?? "";
    expect(await set("30.00")).toBe("403");
    expect(await set("19.99")).toBe("0");
    expect(await set("0")).toBe("26");
    fake.owner.promote(id, true);
    expect(await set("19.00")).toBe("26");
    expect(fake.books().variants.get(id)?.price).toBe("19.99");
  });
});

describe("returns", () => {
  const RETURNS = "dangdang.orders.exchange.return.list.get";
  const REVIEW = "dangdang.orders.exchange.return.apply.approve";

  async function delivered(shop: Given): Promise<string> {
    const id = paid(shop);
    shop.fake.owner.ship(id);
    shop.fake.buyer.receive(id);
    return id;
  }

  const review = async (shop: Given, order: string, code: string, value: number, more = ""): Promise<string> => {
    const row = `<OrderInfo><orderID>${order}</orderID><returnExchangeCode>${code}</returnExchangeCode><returnExchangeOrdersApprStatus>${value}</returnExchangeOrdersApprStatus>${more}</OrderInfo>`;
    const file: [string, string] = [
      "updateReturnExchangeOrdersApprStatus",
      frame(REVIEW, `<OrdersList>${row}</OrdersList>`),
    ];
    return (await shop.send(REVIEW, {}, { file })).Result.OrdersList.OrderInfo[0].orderOperCode;
  };

  it("a return is accepted, the goods come, the money goes; the answer never says the state", async () => {
    const shop = given({ orders: 0 });
    const order = await delivered(shop);
    const code = shop.fake.buyer.apply(order, 1);
    const within = async (applyStatus: number): Promise<Body[]> =>
      (await shop.send(RETURNS, { applyStatus, resd: "2026-03-01", reed: "2026-03-01", isNeedReverseReason: 1 }))
        .OrdersList.OrderInfo ?? [];
    const [row] = await within(0);
    expect(row).toMatchObject({ returnExchangeCode: code, returnExchangeStatus: "1", orderID: order });
    expect(row.applyStatus).toBeUndefined();
    expect(await review(shop, order, code, 1, "<itemsList/>")).toBe("26");
    expect(await review(shop, order, code, 1)).toBe("0");
    expect(await review(shop, order, code, 1)).toBe("26");
    expect((await within(1000)).length).toBe(1);
    const close = { o: order, ro: code, op: 1000, shippingAmount: "50.01" };
    expect(await shop.code("dangdang.order.return", close)).toBe("25");
    expect((await shop.send("dangdang.order.return", { ...close, shippingAmount: "1.00" })).Result.operCode).toBe("0");
    expect((await within(300)).length).toBe(1);
    const refunds = async (refundApp_Status: number): Promise<Body> =>
      (await shop.send("dangdang.orders.refund.list", { refundApp_Status, order_id: order })).refundInfos;
    expect((await refunds(1)).totalSize).toBe("1");
    shop.clock.advance(31 * 60_000);
    expect((await refunds(2)).refundInfoList.refundInfo[0]).toMatchObject({
      orderId: order,
      refundAmount: (Number(row.orderMoney) + 1).toFixed(2),
    });
  });

  it("a request is refused with words; money alone comes after the platform's review", async () => {
    const shop = given({ orders: 0 });
    const order = await delivered(shop);
    const [first, second] = [shop.fake.buyer.apply(order, 1), shop.fake.buyer.apply(order, 5)];
    expect(await review(shop, order, first, 2)).toBe("26");
    expect(await review(shop, order, first, 2, "<apprComments>已过期</apprComments>")).toBe("0");
    expect(await review(shop, order, second, 1, "<itemsList><ItemInfo/></itemsList>")).toBe("0");
    const count = async (applyStatus: number): Promise<string> =>
      (await shop.send(RETURNS, { applyStatus, o: order })).totalInfo.totalOrderCount;
    expect([await count(1100), await count(1000), await count(300)]).toEqual(["1", "1", "0"]);
    shop.clock.advance(31 * 60_000);
    expect(await count(300)).toBe("1");
    const window = { lastModifyTime_start: "2025-11-01 00:00:00", lastModifyTime_end: "2026-03-01 00:00:00" };
    expect(await shop.code("dangdang.orders.refund.list", window)).toBe("25");
    expect(await shop.code("dangdang.orders.refund.list", { pageSize: 101 })).toBe("25");
  });
});

describe("its life", () => {
  it("one hour shows every state of orders, requests and refunds; books follow from events", () => {
    const { fake, clock } = given({ orders: 0 });
    const seen = {
      orders: new Set<number>(),
      returns: new Set<string>(),
      refunds: new Set<number>(),
      pay: new Set<string>(),
    };
    for (let minute = 0; minute < 60; minute += 1) {
      for (let act = 0; act < 6; act += 1) {
        fake.tick(1);
        for (const { state, payMode } of fake.orders.values()) {
          seen.orders.add(state);
          seen.pay.add(payMode);
        }
        for (const { type, status } of fake.returns.values()) seen.returns.add(`${type} ${status}`);
        for (const { status } of fake.refunds) seen.refunds.add(status);
      }
      clock.advance(60_000);
    }
    expect(seen.orders).toEqual(new Set([100, 50, 101, 260, 300, 400, 1000, -100, 1100, -200]));
    expect(seen.pay.size).toBe(4);
    for (const one of ["1 0", "1 1000", "1 300", "1 1100", "1 -100", "2 300", "5 1000", "5 300", "5 1100"])
      expect(seen.returns).toContain(one);
    expect(seen.refunds).toEqual(new Set([1, 2, 3]));
    expect(foldEvents(fake.events)).toEqual(fake.books());
    for (const { quantity } of fake.books().variants.values()) expect(quantity).toBeGreaterThanOrEqual(0);
  });

  it("the same options make the same shop; a sale is paid, in the books, and seen", async () => {
    expect(given().fake.events).toEqual(given().fake.events);
    const shop = given({ skus: [{ sku: "A", name: "书", price: "25.00", stock: 1 }], orders: 0 });
    const sale = shop.fake.sell({ sku: "A" });
    expect(sale).toMatchObject({ sold: true, shown: 1 });
    expect(shop.fake.sell({ sku: "B" })).toMatchObject({ sold: false, reason: "unknown_sku" });
    expect(shop.fake.sell({ sku: "A", quantity: 2 })).toMatchObject({ sold: false, reason: "out_of_stock" });
    const [row] = await listed(shop);
    expect(row).toMatchObject({ orderState: "101", orderMoney: "25.00", paymentDate: beijing(START) });
    expect(shop.fake.books().counts).toMatchObject({ orders: 1, refunds: 0 });
    shop.fake.buyer.cancel(row.orderID);
    expect(shop.fake.books().orders.get(row.orderID)).toMatchObject({ status: "-100", refunded: "25.00" });
    const falls = given({
      skus: [{ sku: "A", name: "书", price: "25.00", stock: 3 }],
      orders: 0,
      stockFalls: "on_order",
    });
    falls.fake.sell({ sku: "A" });
    const { ItemDetail } = await falls.send(
      "dangdang.item.get",
      { it: [...falls.fake.items.keys()][0] ?? "" },
      { v: "2.0" },
    );
    expect(ItemDetail.stockCount).toBe("2");
  });
});
