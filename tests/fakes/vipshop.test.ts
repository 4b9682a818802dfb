import { describe, expect, it } from "vitest";
import { createManualClock, foldEvents } from "../../src/fakes/fake.ts";
import { createVipshopFake } from "../../src/fakes/vipshop/index.ts";
import {
  BILL,
  type Body,
  DAY,
  FAST,
  given,
  JIT,
  JITX,
  MARKET,
  NOW,
  PRICE,
  START,
  STOCK,
  sign,
} from "./vipshop-client.ts";

describe("the gateway", () => {
  const app = { key: "a1b2c3d4", secret: "77780A5819EF3CFBA8F8E4A9C5D1B2E3" };
  const TOKEN = "0F1E2D3C4B5A69788796A5B4C3D2E1F0";
  const COMMON = { format: "JSON", version: "1.0.0", appKey: app.key };
  const VECTORS: [Record<string, string>, string, string][] = [
    [
      { service: "vipapis.delivery.DvdDeliveryService", method: "healthCheck", timestamp: "1768443630" },
      "{}",
      "79F9C2800F8E477F9EA1F36BD30ED8CB",
    ],
    [
      { service: JITX, method: "getOrders", accessToken: TOKEN, timestamp: "1768443630" },
      '{"request":{"vendor_id":550,"order_status":["10"],"start_time":1768441830,"end_time":1768443600,"page":1,"limit":100}}',
      "136CD9C844D9DCCF6F1658B49BB84081",
    ],
    [
      { service: STOCK, method: "updateInventory", accessToken: TOKEN, language: "zh", timestamp: "1768443631" },
      '{"request":{"vendor_id":550,"cooperation_no":100123,"warehouse":"VIP_NH","barcode":"6901234567892","quantity":42,"batch_no":"inv-20260115-0001","sync_mode":0}}',
      "2E563401AA2DB149709A5D7A9BABABC0",
    ],
    [
      { service: "vipapis.delivery.DvdDeliveryService", method: "getOrderList", timestamp: "1768443632" },
      '{"st_add_time":"2026-01-15 09:00:00","et_add_time":"2026-01-15 10:00:00","order_status":"STATUS_10","vendor_id":"550","page":1,"limit":50,"备注":"唯品会"}',
      "541C7D74E9E1DB418C6D4961D45C2966",
    ],
  ];

  it.each(VECTORS)("takes the vendor's signature of %j, and no other", async (values, body, theirs) => {
    const fake = createVipshopFake({ clock: createManualClock("2026-01-15T02:20:30Z"), orders: 0, app });
    const codeOf = async (signature: string): Promise<string> => {
      const query = new URLSearchParams({ ...COMMON, ...values, sign: signature });
      const response = await fake.fetch(new Request(`https://x.example/?${query}`, { method: "POST", body }));
      return ((await response.json()) as Body).returnCode;
    };
    expect(sign(app.secret, { ...COMMON, ...values }, body)).toBe(theirs);
    expect(await codeOf(`${theirs.slice(1)}0`)).toBe("1002");
    // A right signature comes as far as the method, or the token, which the vectors only invent.
    expect(["1005", "1101"]).toContain(await codeOf(theirs));
  });

  it("refuses what is missing, wrong, unknown or of another type", async () => {
    const { refusal, ok, vendor, fake } = given({ orders: 0 });
    const warehouses = { request: { vendor_id: vendor } };
    const cases: [Record<string, string>, RegExp][] = [
      [{ appKey: "x" }, /appKey/],
      [{ timestamp: String(NOW - 601) }, /timestamp/],
      [{ timestamp: String(NOW * 1000) }, /timestamp/],
      [{ sign: "A".repeat(32) }, /sign/],
      [{ format: "xml" }, /format/],
      [{ accessToken: "wrong" }, /accessToken.*授权/],
      [{ accessToken: "" }, /accessToken/],
      [{ version: "2.0.0" }, /version/],
      [{ method: "getEverything" }, /method/],
      [{ service: "vipapis.Nothing" }, /service/],
      [{ zz: "1" }, /zz/],
    ];
    for (const [system, text] of cases)
      expect(await refusal(JITX, "getWarehouses", warehouses, system), JSON.stringify(system)).toMatch(text);
    const bodies: [Body, RegExp][] = [
      ["{", /JSON/],
      [{}, /request is required/],
      [{ request: {} }, /vendor_id is required/],
      [{ request: { vendor_id: String(vendor) } }, /no i32/],
      [{ request: { vendor_id: vendor, zz: 1 } }, /no zz/],
      [{ request: { vendor_id: vendor + 1 } }, /vendor_id/],
    ];
    for (const [body, text] of bodies) expect(await refusal(JITX, "getWarehouses", body)).toMatch(text);
    expect(await refusal(JIT, "getPoList", { vendor_id: String(vendor), warehouse: "1" })).toMatch(/enum.Warehouse/);
    expect((await ok(JITX, "getWarehouses", warehouses)).length).toBe(2);
    fake.expireToken();
    expect(await refusal(JITX, "getWarehouses", warehouses)).toMatch(/accessToken已过期/);
    const alone = given({ orders: 0, modes: ["mp"], needsToken: false });
    expect(await alone.refusal(JITX, "getWarehouses", {}, { accessToken: "" })).toMatch(/权限/);
    expect(await alone.refusal(MARKET, "getCarriers", {}, { accessToken: "" })).toBeUndefined();
  });

  it("consent brings tokens; a refresh token works once, for a year", async () => {
    const { fake, ok, refusal, clock, vendor } = given({ orders: 0 });
    const query = new URLSearchParams({
      client_id: fake.app.key,
      response_type: "code",
      redirect_uri: "https://us.example/",
    });
    const sent = await fake.fetch(new Request(`https://auth.example/oauth2/authorize?${query}`));
    const back = new URL(sent.headers.get("location") ?? "").searchParams;
    expect(back.get("access_token")).toBe(fake.credentials.access_token);
    expect(Number(back.get("expires_in"))).toBe(90 * DAY);
    clock.advance(91 * DAY * 1000);
    const warehouses = { request: { vendor_id: vendor } };
    expect(await refusal(JITX, "getWarehouses", warehouses)).toMatch(/已过期/);
    const refresh = (refresh_token: string) => ({
      request: { refresh_token, client_id: fake.app.key, client_secret: fake.app.secret, request_client_ip: "1.2.3.4" },
    });
    const OAUTH = "vipapis.oauth.OauthService";
    const old = fake.credentials.refresh_token;
    const fresh = await ok(OAUTH, "refreshToken", refresh(old));
    expect(fresh).toMatchObject({
      access_token: fake.credentials.access_token,
      expires_in: 90 * DAY,
      is_expired: false,
    });
    expect(await refusal(OAUTH, "refreshToken", refresh(old))).toMatch(/重新授权/);
    await ok(JITX, "getWarehouses", warehouses);
    fake.revoke();
    expect(await refusal(OAUTH, "refreshToken", refresh(fresh.refresh_token))).toMatch(/重新授权/);
    const code = given({ orders: 0, consentBrings: "code" }).fake;
    const body = new URLSearchParams({
      grant_type: "authorization_code",
      client_id: code.app.key,
      client_secret: code.app.secret,
      ...code.consent(),
    });
    const answer = await code.fetch(new Request("https://auth.example/oauth2/token", { method: "POST", body }));
    expect(((await answer.json()) as Body).access_token).toBe(code.credentials.access_token);
  });

  it("counts calls by method, answers by script, and keeps a record without credentials", async () => {
    const { fake, refusal, vendor } = given({ orders: 0, quota: { limit: 2, windowMs: 1000 } });
    const body = { request: { vendor_id: vendor } };
    fake.fail("JitXService.getWarehouses", [{ code: "500", message: "系统超时" }]);
    expect(await refusal(JITX, "getWarehouses", body)).toBe("系统超时");
    await refusal(JITX, "getWarehouses", body);
    expect(await refusal(JITX, "getWarehouses", body)).toMatch(/频率.*limit/);
    expect(await refusal(MARKET, "getCarriers")).toBeUndefined();
    expect(fake.requests[0]?.query).not.toMatch(/accessToken|sign=/);
  });
});

describe("stock and prices", () => {
  it("a write names one co-operation and warehouse, and its batch number only once", async () => {
    const { fake, ok, refusal, vendor } = given({ orders: 0 });
    const { cooperation_no_list } = await ok(STOCK, "getCooperationNoList", {
      getCooperationNoListRequest: { vendor_id: vendor },
    });
    expect(cooperation_no_list.length).toBe(5);
    const [barcode, fact] = [...fake.books().variants].find(([id, { listingId }]) => id === listingId) ?? [];
    const levels = async (): Promise<Body[]> => ok(STOCK, "getSkuStock", { vendor_id: vendor, barcode });
    const before = await levels();
    expect(before.reduce((sum, { leaving_stock }) => sum + leaving_stock, 0)).toBe(fact?.quantity);
    const [place] = before;
    const request = {
      vendor_id: vendor,
      barcode,
      cooperation_no: place.cooperation_no,
      warehouse: place.warehouse,
      quantity: 7,
      batch_no: "b1",
    };
    const set = (more: Body = {}): Promise<string | undefined> =>
      refusal(STOCK, "updateInventory", { request: { ...request, ...more } });
    expect(await set({ barcode: "x" })).toMatch(/条码/);
    expect(await set({ quantity: -1 })).toMatch(/quantity/);
    expect(await set({ batch_no: "b".repeat(41) })).toMatch(/batch_no/);
    expect(await set({ cooperation_no: 1 })).toMatch(/合作编码/);
    if (before.length > 1) expect(await set({ cooperation_no: null, warehouse: null })).toMatch(/必须指定/);
    expect(await set()).toBeUndefined();
    expect(await set({ quantity: 8 })).toMatch(/批次号重复/);
    expect(await set({ batch_no: "b2", sync_mode: 1, quantity: -2 })).toBeUndefined();
    expect((await levels())[0].leaving_stock).toBe(5);
    fake.owner.breakCircuit(barcode ?? "", place.cooperation_no);
    expect(await set({ batch_no: "b3" })).toMatch(/熔断/);
    expect(await set({ batch_no: "b3", circuit_break_ack_flag: 1 })).toBeUndefined();
    const ended = fake.schedules.at(-1);
    const [sold] = ended?.offers.keys() ?? [];
    expect(
      await set({ barcode: sold, cooperation_no: ended?.cooperationNo, warehouse: "VIP_BJ", batch_no: "b4" }),
    ).toMatch(/已结束/);
  });

  it("a price is applied for, confirmed, and reviewed some minutes later", async () => {
    const { fake, ok, refusal, clock, vendor } = given({ orders: 0, modes: ["jitx"] });
    const [barcode = "", fact] = [...fake.books().variants][0] ?? [];
    const apply = async (sale_price: number): Promise<string> => {
      const application_id = await ok(PRICE, "createPriceApplicationId", { vendor_id: vendor });
      const request = {
        application_id,
        vendor_id: vendor,
        effective_start_time: NOW,
        effective_end_time: NOW + DAY,
        cooperation_nos: ["100120"],
        price_details: [{ barcode, sale_price }],
      };
      expect(
        await refusal(PRICE, "confirmPriceApplication", { request: { vendor_id: vendor, application_id } }),
      ).toMatch(/状态/);
      await ok(PRICE, "submitPriceApplication", { request });
      await ok(PRICE, "confirmPriceApplication", { request: { vendor_id: vendor, application_id } });
      return application_id;
    };
    const price = Number(fact?.price);
    const [good, bad] = [await apply(price - 1), await apply(price / 10)];
    const statuses = async (): Promise<string[]> =>
      (
        await ok(PRICE, "getPriceApplicationStatus", {
          request: { vendor_id: vendor, application_id_list: [good, bad] },
        })
      ).map(({ status }: Body) => status);
    expect(await statuses()).toEqual(["CONFIRMED", "CONFIRMED"]);
    clock.advance(301_000);
    expect(await statuses()).toEqual(["APPROVED", "REJECTED"]);
    expect(fake.books().variants.get(barcode)?.price).toBe((price - 1).toFixed(2));
    const one = await ok(PRICE, "getPriceApplication", { request: { vendor_id: vendor, application_id: bad } });
    expect(one.price_details[0]).toMatchObject({ exception_status: "1" });
  });
});

describe("money", () => {
  it("lines stand on a bill once it is closed, and sum to it; sources are what stands on none", async () => {
    const { fake, ok, vendor, refusal } = given({ orders: 40 });
    fake.owner.closeBill();
    fake.owner.book("OTHER-SCRAP2", 1234);
    const page = async (method: string, number = 1): Promise<Body> =>
      ok(BILL, method, {
        reqItem: {
          pager: { page: number, size: 100 },
          vendorCode: String(vendor),
          stQueryTime: (NOW - 90 * DAY) * 1000,
          etQueryTime: (NOW + 60) * 1000,
        },
        vendor_code: String(vendor),
      });
    const rows: Body[] = [];
    for (const method of ["getBillGoodsDetailPage", "getBillDiscountDetailPage"])
      for (let number = 1; ; number += 1) {
        const { billDetails, count } = await page(method, number);
        rows.push(...billDetails);
        if (number * 100 >= count) break;
      }
    const sums = new Map<string, number>();
    for (const row of rows)
      sums.set(row.billNumber, (sums.get(row.billNumber) ?? 0) + row.dataSign * Math.round(row.totalBillAmount * 100));
    const bills = fake.events.flatMap((event) => (event.kind === "settlement_made" ? [event] : []));
    expect(bills.length).toBeGreaterThan(0);
    expect(Object.fromEntries(sums)).toEqual(
      Object.fromEntries(bills.map(({ settlementId, total }) => [settlementId, Math.round(Number(total) * 100)])),
    );
    expect(rows.every(({ globalId }) => /^\d{17,}$/.test(globalId))).toBe(true);
    const { billDetails } = await page("getBillGoodsSourcePage");
    expect(billDetails).toMatchObject([{ detailLineType: "OTHER-SCRAP2", dataSign: -1, totalBillAmount: 12.34 }]);
    expect(billDetails[0].billNumber).toBeUndefined();
    expect(
      await refusal(BILL, "getBillGoodsSourcePage", {
        reqItem: { vendorCode: "1", stQueryTime: 0, etQueryTime: 1 },
        vendor_code: "1",
      }),
    ).toMatch(/供应商/);
    const po = await ok(FAST, "getPoFinancialDetail", {
      request: { vendor_id: vendor, st_query_time: NOW - 90 * DAY, et_query_time: NOW, limit: 100 },
    });
    expect(po.has_next).toBe(po.total > 100);
    const sales = await ok(FAST, "getSaleDetailData", {
      vendor_id: vendor,
      st_query_time: NOW - 90 * DAY,
      et_query_time: NOW,
    });
    expect(sales.order_item_list[0]).toMatchObject({ vendor_rate: 0.3, barcode: expect.stringMatching(/^69/) });
  });
});

describe("its life", () => {
  it("one hour shows every status, request, return and line of the money; books follow from events", () => {
    const { fake, clock } = given({ orders: 0 });
    const seen = { jitx: new Set<string>(), mp: new Set<string>(), dvd: new Set<string>() };
    const more = new Set<string>();
    for (let minute = 0; minute < 60; minute += 1) {
      for (let act = 0; act < 6; act += 1) {
        fake.tick(1);
        for (const { mode, status } of fake.orders.values()) seen[mode].add(status);
        for (const { status } of fake.searches.values()) more.add(`search ${status}`);
        for (const { status } of fake.cancels.values()) more.add(`cancel ${status}`);
        for (const { type, needsAudit } of fake.dvdReturns.values()) more.add(`return ${type} ${needsAudit}`);
        for (const { state } of fake.consumers) more.add(`consumer ${state}`);
        for (const { counted, out } of fake.deliveries.values())
          more.add(
            `delivery ${counted === null ? out !== null : counted.some(({ box, actual }) => actual < box.amount)}`,
          );
        for (const { type, billNo } of fake.fees) more.add(type).add(`billed ${billNo !== null}`);
      }
      clock.advance(60_000);
    }
    for (const status of ["10", "22", "23", "70", "97_10", "97_22", "97_23"]) expect(seen.jitx).toContain(status);
    expect(seen.mp).toEqual(new Set(["10", "22", "25", "70", "97"]));
    const direct =
      "0 1 10 11 12 13 14 20 21 22 23 24 25 28 30 31 40 41 42 44 45 46 47 48 49 51 52 53 54 55 56 57 58 59 60 61 70 71 72 96 97 98 99 100 117 118 119 300";
    expect([...seen.dvd].sort()).toEqual(direct.split(" ").sort());
    for (const one of ["search 1", "search 2", "search 3", "cancel 1", "cancel 2", "cancel 3", "cancel 4"])
      expect(more).toContain(one);
    for (const one of ["return 0 false", "return 1 true", "return 1 false", "return 2 false"])
      expect(more).toContain(one);
    for (const one of ["consumer held", "consumer due", "consumer picked", "consumer cancelled", "delivery true"])
      expect(more).toContain(one);
    const types =
      "CR_CUST DR_CUST DR_CUST_EXTRA CR_CUST_DISCOUNT DR_CUST_DISCOUNT DR_SUP CR_SUP RMA SUBSIDY REBATE NLC VRET VI OTHER " +
      "OTHER-LENT2 OTHER-RETURN2 OTHER-SHORTAGE2 OTHER-OVERAGE2 OTHER-INSPECT_IN2 OTHER-INSPECT_OUT2 OTHER-SCRAP2";
    for (const type of types.split(" ")) expect(more, type).toContain(type);
    expect(more).toContain("billed true");
    expect(foldEvents(fake.events)).toEqual(fake.books());
    for (const { quantity } of fake.books().variants.values()) expect(quantity).toBeGreaterThanOrEqual(0);
  });

  it("the same options make the same account; a sale is in the books of each way to work", () => {
    expect(given().fake.events).toEqual(given().fake.events);
    for (const mode of ["jit", "jitx", "dvd", "mp"] as const) {
      const { fake } = given({ skus: [{ sku: "A", name: "衣", price: "25.00", stock: 1 }], orders: 0, modes: [mode] });
      expect(fake.sell({ sku: "A" })).toMatchObject({ sold: true, shown: 1 });
      expect(fake.sell({ sku: "A" })).toMatchObject({ sold: false, reason: "out_of_stock", shown: 0 });
      expect(fake.sell({ sku: "B" })).toMatchObject({ sold: false, reason: "unknown_sku" });
      expect(fake.books().counts).toMatchObject({ orders: mode === "jit" ? 0 : 1, listings: 1, variants: 1 });
      expect(fake.books().sales.length).toBe(1);
    }
    expect(Number(START)).toBe(NOW * 1000);
  });
});
