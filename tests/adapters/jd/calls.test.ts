/** What is asked, in which order, and what answers become. */
import { describe, expect, it } from "vitest";
import { type AnyAct, isAbsent, type Store } from "../../../src/core/adapter.ts";
import {
  type Fields,
  givenAdapter,
  givenFee,
  givenOrder,
  givenPush,
  givenRefund,
  givenService,
  givenStore,
  type Sent,
  SIGNAL,
  WINDOW,
} from "./stub.ts";

const ORDER = "290123456789";
const page = (orderTotal: number, orderInfoList: Fields[]) => ({
  searchorderinfo_result: { apiResult: { success: true }, orderTotal, orderInfoList },
});

describe("the list of orders", () => {
  it("loses nothing when orders leave it while it is read, by reading its pages from the last to the first", async () => {
    let rows = Array.from({ length: 8 }, (_, i) => givenOrder({ orderId: String(290000000000 + i) }));
    const { adapter, sent } = givenAdapter(({ parameters }) => {
      const [number, size] = [Number(parameters.page), Number(parameters.page_size)];
      const answer = page(rows.length, rows.slice((number - 1) * size, number * size));
      // An order of the first page changes: all behind it move up.
      if (sent.length === 2) rows = rows.slice(1);
      return answer;
    });
    const seen = new Set<string>();
    for (let cursor: string | null = null, calls = 0; calls === 0 || cursor !== null; calls++) {
      const found = await adapter.orders.list(givenStore(), { ...WINDOW, stream: "changed", cursor, limit: 3 }, SIGNAL);
      for (const { externalId } of found.documents) seen.add(externalId);
      cursor = found.next;
    }
    expect(sent.map(({ parameters }) => parameters.page)).toEqual(["1", "3", "2", "1"]);
    expect([...seen].sort()).toEqual(Array.from({ length: 7 }, (_, i) => String(290000000001 + i)));
  });

  it("is asked for by change or by creation, newest first, all fields named, the window in Beijing time", async () => {
    const { adapter, sent } = givenAdapter(() => page(0, []));
    for (const stream of ["changed", "created", "recent"])
      await adapter.orders.list(givenStore(), { ...WINDOW, stream }, SIGNAL);
    expect(sent.map(({ parameters }) => parameters.dateType)).toEqual(["2", "1", "1"]);
    expect(sent[0]?.parameters).toMatchObject({
      start_date: "2026-01-19 08:00:00",
      end_date: "2026-01-20 08:00:01",
      order_state: "ALL",
      page_size: "50",
      sortType: "1",
      optional_fields: expect.stringContaining("partialLogisticsInfoModel"),
    });
  });

  it("that has more pages than the platform gives is too many", async () => {
    const { adapter } = givenAdapter(() => page(2501, [givenOrder()]));
    const found = await adapter.orders.list(givenStore(), { ...WINDOW, stream: "changed" }, SIGNAL);
    expect(found).toMatchObject({ documents: [], next: null, tooMany: true });
  });

  it("is not asked for what is too old, nor for FBP and unpaid orders that nobody wants", async () => {
    const { adapter, sent } = givenAdapter();
    const old = { ...WINDOW, since: new Date("2025-09-01T00:00:00Z"), until: new Date("2025-09-02T00:00:00Z") };
    const calls = [
      { ...old, stream: "changed" },
      { ...WINDOW, stream: "fbp_changed" },
      { ...WINDOW, stream: "fbp_created" },
      { ...WINDOW, stream: "unpaid" },
    ];
    for (const input of calls)
      expect(await adapter.orders.list(givenStore(), input, SIGNAL)).toEqual({
        documents: [],
        references: [],
        next: null,
      });
    expect(sent).toEqual([]);
    await expect(
      adapter.orders.list(givenStore(), { ...WINDOW, stream: "unpaid", cursor: "x" }, SIGNAL),
    ).rejects.toMatchObject({
      category: "invalid_request",
    });
  });

  it("knows the newer container, and FBP shops by what the platform calls them", async () => {
    const { adapter, sent } = givenAdapter(({ method }) =>
      method.endsWith("fbp.search") ? { searchfbporderinfo_result: { orderTotal: 0 } } : page(0, []),
    );
    const store = givenStore({ settings: { order_query: "container", source_id: "9" }, facts: { col_type: "1" } });
    await adapter.orders.list(store, { ...WINDOW, stream: "changed" }, SIGNAL);
    await adapter.orders.list(store, { ...WINDOW, stream: "fbp_changed" }, SIGNAL);
    expect(sent[0]?.parameters).toMatchObject({ paramOrderJSFQuery: { page: "1" }, source_id: "9" });
    expect(sent[1]?.parameters).toMatchObject({ startDate: "2026-01-19 08:00:00", optionalFields: expect.any(String) });
  });

  it("that says it holds some and shows none is refused", async () => {
    const { adapter } = givenAdapter(() => ({ searchorderinfo_result: { orderTotal: 3 } }));
    const input = { ...WINDOW, stream: "changed" };
    await expect(adapter.orders.list(givenStore(), input, SIGNAL)).rejects.toMatchObject({ category: "permanent" });
  });

  it("of an unknown shape is no empty list", async () => {
    const { adapter } = givenAdapter(() => ({ zz: 1 }));
    await expect(adapter.orders.list(givenStore(), { ...WINDOW, stream: "changed" }, SIGNAL)).rejects.toThrow();
  });
});

describe("the list of bills", () => {
  it("is read a day a call", async () => {
    const { adapter, sent } = givenAdapter(() => ({
      returnType: { success: true, values: [{ orderId: 1, feeList: [givenFee()] }] },
    }));
    let cursor: string | null = null;
    do {
      const until = new Date("2026-01-21T06:00:00Z");
      cursor = (await adapter.settlements.list(givenStore(), { ...WINDOW, until, stream: "bills", cursor }, SIGNAL))
        .next;
    } while (cursor !== null);
    expect(sent.map(({ parameters }) => [parameters.startDate, parameters.endDate])).toEqual([
      ["2026-01-19 08:00:00", "2026-01-20 08:00:01"],
      ["2026-01-20 08:00:00", "2026-01-21 08:00:01"],
      ["2026-01-21 08:00:00", "2026-01-21 14:00:01"],
    ]);
  });
});

const inOrder = (order: Fields | null) => ({ orderDetailInfo: { apiResult: { success: true }, orderInfo: order } });

/** Performs an act; `answer` says what the calls get beside the defaults. */
async function perform(name: string, input: Fields, answer: (call: Sent) => Fields, store: Store = givenStore()) {
  const made = givenAdapter(answer);
  const [capability = "", key = ""] = name.split(".");
  const act = made.adapter[capability as "orders"].acts[key] as AnyAct;
  if (isAbsent(act)) throw new Error("absent");
  const outcome = await act.perform(
    store,
    { idempotencyKey: "k", input: act.input.parse(input), progress: null },
    SIGNAL,
  );
  return {
    outcome,
    writes: made.sent.filter(({ method }) => !/\.(?:enGet|queryById|query\.|findWareById)/.test(method)),
  };
}

describe("a memo", () => {
  it("keeps the flag that is there, and is refused where it is too long", async () => {
    const memo = { orderExternalId: ORDER, text: "缺货", flag: null };
    const { writes } = await perform("orders.set_memo", memo, () => ({
      venderRemarkQueryResult: { api_jos_result: { success: true }, vender_remark: { flag: 3 } },
    }));
    expect(writes.at(-1)?.parameters).toEqual({ order_id: 290123456789, flag: "3", remark: "缺货" });
    const long = await perform("orders.set_memo", { ...memo, text: "长".repeat(501) }, () => ({}));
    expect(long).toMatchObject({ outcome: { outcome: "rejected" }, writes: [] });
  });
});

describe("a shipment", () => {
  const parcel = {
    orderExternalId: ORDER,
    carrier: "sf",
    trackingNumber: "SF1",
    trackingUrl: null,
    shippedAt: null,
    place: null,
    lines: [],
    notifyBuyer: false,
    method: null,
  };
  const ship = (order: Fields | null, input: Fields = {}) =>
    perform("shipments.confirm", { ...parcel, ...input }, () => inOrder(order));

  it("names carrier and number", async () => {
    const { outcome, writes } = await ship(givenOrder());
    expect(outcome).toMatchObject({ outcome: "done", reread: [{ resource: "orders" }, { resource: "shipments" }] });
    expect(writes.map(({ parameters }) => parameters)).toEqual([{ orderId: ORDER, logiCoprId: "467", logiNo: "SF1" }]);
    expect((await ship(givenOrder(), { carrier: "platform:999" })).writes[0]?.parameters.logiCoprId).toBe("999");
  });

  it("that is done already is not sent again", async () => {
    const shipped = givenOrder({ orderState: "WAIT_GOODS_RECEIVE_CONFIRM", waybill: "SF1", logisticsId: "467" });
    expect(await ship(shipped)).toMatchObject({ outcome: { outcome: "done" }, writes: [] });
  });

  it.each([
    ["conflict", givenOrder({ orderState: "LOCKED" }), {}],
    ["conflict", givenOrder({ orderState: "FINISHED_L", waybill: "OTHER" }), {}],
    ["conflict", givenOrder({ orderType: "21" }), {}],
    ["conflict", givenOrder({ orderType: "75" }), {}],
    ["conflict", givenOrder(), { lines: [{ orderLineExternalId: "x", quantity: 1 }] }],
    ["invalid_request", givenOrder(), { carrier: "nobody" }],
    ["invalid_request", givenOrder(), { trackingNumber: null }],
    ["not_found", null, {}],
  ])("is refused as %s where it cannot be (%#)", async (category, order, input) => {
    expect(await ship(order, input)).toMatchObject({
      outcome: { outcome: "rejected", error: { category } },
      writes: [],
    });
  });
});

describe("an answer to a refund", () => {
  const input = {
    disputeExternalId: "refund:46001234",
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
  const reply = (act: string, status: number) =>
    perform(`disputes.${act}`, input, () => ({
      queryResult: { success: true, result: [givenRefund({ status })] },
      replyResult: { success: true },
    }));

  it("agrees while the goods are there, and refuses when they have left", async () => {
    expect((await reply("accept", 0)).writes[0]?.parameters).toEqual({
      id: 46001234,
      checkUserName: "tallyport",
      remark: "好",
      status: 1,
      outWareStatus: 2,
    });
    expect((await reply("refuse", 0)).writes[0]?.parameters).toMatchObject({
      status: 2,
      rejectType: 1,
      outWareStatus: 1,
    });
  });

  it("that stands already is done, and the contrary of one is refused", async () => {
    expect(await reply("accept", 1)).toMatchObject({ outcome: { outcome: "done" }, writes: [] });
    expect(await reply("refuse", 2)).toMatchObject({ outcome: { outcome: "done" }, writes: [] });
    expect(await reply("accept", 2)).toMatchObject({ outcome: { error: { category: "conflict" } }, writes: [] });
    expect(await reply("message", 0)).toMatchObject({
      outcome: { error: { category: "invalid_request" } },
      writes: [],
    });
  });
});

describe("an answer to a service order", () => {
  const base = {
    orderExternalId: null,
    system: null,
    reason: "3",
    message: "好",
    lockToken: null,
    amount: null,
    currency: null,
    files: [],
    returnAddressId: null,
  };
  const input = { ...base, disputeExternalId: "service:2700654321" };
  const address = { name: "仓", mobile: "1", province: "p", city: "c", county: "d", detail: "1号" };
  const reply = (act: string, row: Fields, more: Fields = {}, settings: Fields = { return_address: address }) =>
    perform(
      `disputes.${act}`,
      { ...input, ...more },
      () => ({
        pageResult: { success: true, totalCount: 1, data: [givenService(row)] },
        result: { success: true, sysVersion: 7 },
      }),
      givenStore({ settings }),
    );

  it("names the version of the view, who answers, and where goods come back to", async () => {
    const { outcome, writes } = await reply("accept", {});
    expect(outcome.outcome).toBe("done");
    expect(writes).toMatchObject([
      {
        method: "jingdong.asc.audit.send",
        parameters: {
          buId: "10012345",
          operatePin: "tallyport",
          serviceId: 2700654321,
          sysVersion: 7,
          approveReasonCid1: 3,
          returnContactName: "仓",
        },
      },
    ]);
    expect((await reply("accept", { customerExpect: 11 })).writes[0]?.method).toBe("jingdong.asc.audit.compensate");
    expect((await reply("refuse", {})).writes[0]?.method).toBe("jingdong.asc.audit.refuse");
    expect((await reply("message", {})).writes[0]?.method).toBe("jingdong.asc.audit.waitFeedback");
    expect((await reply("receive_return", { serviceStatus: 10005 })).writes[0]?.parameters).toMatchObject({
      receivePin: "tallyport",
      wareNum: 1,
    });
  });

  it("is refused on another version, without an address, and where it is not asked for", async () => {
    expect(await reply("refuse", {}, { lockToken: "6" })).toMatchObject({
      outcome: { error: { category: "conflict" } },
      writes: [],
    });
    expect(await reply("accept", {}, {}, {})).toMatchObject({
      outcome: { error: { category: "invalid_request" } },
      writes: [],
    });
    expect(await reply("accept", { serviceStatus: 10004 })).toMatchObject({
      outcome: { error: { category: "conflict" } },
      writes: [],
    });
    expect(await reply("receive_return", {})).toMatchObject({
      outcome: { error: { category: "conflict" } },
      writes: [],
    });
  });

  it("that stands already is done", async () => {
    for (const [act, serviceStatus] of [
      ["accept", 10005],
      ["refuse", 10004],
      ["message", 10002],
      ["receive_return", 10007],
    ] as const)
      expect(await reply(act, { serviceStatus })).toMatchObject({ outcome: { outcome: "done" }, writes: [] });
  });
});

describe("a push", () => {
  it("is one call per SKU; what the answer does not confirm is unknown, and a refusal harms no other", async () => {
    const { adapter, sent } = givenAdapter(({ parameters }) => {
      if (parameters.skuId === 2) return { success: false, message: "sku无效" };
      return parameters.skuId === 3 ? {} : { success: true };
    });
    const items = ["1", "2", "3"].map((variantExternalId) =>
      givenPush("4", { key: variantExternalId, variantExternalId }),
    );
    expect(await adapter.stock.set(givenStore(), items, SIGNAL)).toMatchObject([
      { key: "1", outcome: "accepted", shown: "4" },
      { key: "2", outcome: "rejected" },
      { key: "3", outcome: "unknown" },
    ]);
    expect(sent[0]?.parameters).toEqual({ skuId: 1, stockNum: 4, storeId: 0 });
  });

  it("of stock holds the bookings where the shop's numbers do", async () => {
    const { adapter, sent } = givenAdapter(({ method }) =>
      method.endsWith("findSkuStock")
        ? {
            skuStocks: [
              { storeId: 5, stockNum: 9 },
              { storeId: 0, stockNum: 9, orderBookingNum: 2, appBookingNum: 1, canUsedNum: 6 },
            ],
          }
        : { success: true },
    );
    const store = givenStore({ settings: { stock_counts: "with_bookings" } });
    await adapter.stock.set(store, [givenPush("4")], SIGNAL);
    expect(sent.at(-1)?.parameters).toMatchObject({ stockNum: 7 });
    expect(await adapter.stock.read?.(store, [givenPush("4")], SIGNAL)).toEqual([{ key: "k", value: "6" }]);
  });

  it("of a price is yuan with two digits, as text", async () => {
    const { adapter, sent } = givenAdapter(() => ({ success: true }));
    await adapter.prices.set(givenStore(), [givenPush("5.5")], SIGNAL);
    expect(sent[0]?.parameters).toEqual({ skuId: 100012345678, jdPrice: "5.50" });
    for (const bad of [givenPush("5.555"), givenPush("5", { currency: "USD" })])
      expect(await adapter.prices.set(givenStore(), [bad], SIGNAL)).toMatchObject([{ outcome: "rejected" }]);
    expect(sent).toHaveLength(1);
  });
});
