/** What is asked, how often, and what becomes of refusals. */
import { describe, expect, it } from "vitest";
import { type AnyAct, isAbsent, type RawDocument } from "../../../src/core/adapter.ts";
import {
  CONTEXT,
  type Fields,
  givenAdapter,
  givenDirect,
  givenDirectLine,
  givenJitx,
  givenOccupied,
  givenPick,
  givenPickLine,
  givenPurchase,
  givenPush,
  givenRequest,
  givenShopPush,
  givenStore,
  refused,
  type Sent,
  SIGNAL,
} from "./stub.ts";

const at = (time: string) => new Date(`2026-01-19T${time}:00Z`);
const window = (stream: string, since: Date, until: Date) => ({ stream, since, until, cursor: null, limit: 50 });
const requestOf = ({ args }: Sent) => args.request as Fields;
const only = (mode: string, rest: Fields = {}) =>
  givenStore({ settings: { vendor_id: "550", modes: [mode], ...rest } });

describe("lists", () => {
  it("JITX is asked by half hours without a gap, one a page, each of them once while it is empty", async () => {
    const { adapter, sent } = givenAdapter(() => ({ total: 0, orders: [] }));
    const [since, until] = [at("00:00"), at("03:00")];
    let cursor: string | null = null;
    do {
      const before = sent.length;
      const input = { ...window("jitx_changed", since, until), cursor };
      const page: Awaited<ReturnType<typeof adapter.orders.list>> = await adapter.orders.list(
        givenStore(),
        input,
        SIGNAL,
      );
      expect(page).toMatchObject({ documents: [], references: [] });
      expect(sent.length - before).toBe(1);
      cursor = page.next;
    } while (cursor !== null);
    const asked = sent.map(requestOf) as { start_time: number; end_time: number }[];
    expect(asked[0]?.start_time).toBe(since.getTime() / 1000);
    expect(asked.at(-1)?.end_time).toBe(until.getTime() / 1000);
    for (const [index, { start_time, end_time }] of asked.entries()) {
      expect(end_time - start_time).toBeLessThanOrEqual(30 * 60);
      if (index > 0) expect(start_time).toBe(asked[index - 1]?.end_time);
    }
  });

  it("S01 pages are read from the last to the first, and none twice", async () => {
    const pages = (page: number) => [givenJitx({ order_sn: `2601150000000${page}` })];
    const { adapter, sent } = givenAdapter((call) => ({ total: 3, orders: pages(Number(requestOf(call).page)) }));
    const input = { ...window("jitx_changed", at("00:00"), at("00:20")), limit: 1 };
    const listed: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof adapter.orders.list>> = await adapter.orders.list(
        only("jitx"),
        { ...input, cursor },
        SIGNAL,
      );
      listed.push(...page.documents.map((raw) => raw.externalId));
      cursor = page.next;
    } while (cursor !== null);
    expect(sent.map((call) => requestOf(call).page)).toEqual([1, 3, 2, 1]);
    expect(listed).toEqual(["26011500000003", "26011500000002", "26011500000001"]);
  });

  it("a list that counts orders and shows none is not understood", async () => {
    const { adapter } = givenAdapter(() => ({ total: 2, orders: [] }));
    const input = window("jitx_changed", at("00:00"), at("00:20"));
    await expect(adapter.orders.list(givenStore(), input, SIGNAL)).rejects.toMatchObject({ category: "permanent" });
  });

  it("lists of ways in which the supplier does not work are not asked", async () => {
    const { adapter, sent } = givenAdapter();
    for (const { name } of adapter.orders.streams.filter((stream) => !stream.name.startsWith("jitx")))
      await adapter.orders.list(only("jitx"), window(name, at("00:00"), at("00:20")), SIGNAL);
    expect(sent).toEqual([]);
  });

  it.each(["jitx", "dvd"])("a supplier of %s alone has listings by barcode", async (mode) => {
    const { adapter, sent } = givenAdapter(() => ({ total: 1, products: [{ sku_item_list: [{ barcode: "690" }] }] }));
    const page = await adapter.listings.list(only(mode), window("supply", at("00:00"), at("00:20")), SIGNAL);
    expect(page.references).toMatchObject([{ externalId: "690", key: { kind: "supply" } }]);
    await adapter.listings.getMany(only(mode), page.references, SIGNAL);
    expect(sent.map(({ method }) => method)).toEqual(["multiGetProductSpuInfo", "multiGetProductSkuInfo"]);
  });

  it("a request whose order has come is the order", async () => {
    const { adapter } = givenAdapter(({ method }) =>
      method === "getDeliveryOrders"
        ? { total: 2, delivery_orders: [givenRequest(), givenRequest({ order_sn: "26011500077777" })] }
        : { total: 1, orders: [givenJitx()] },
    );
    const page = await adapter.orders.list(givenStore(), window("jitx_requests", at("00:00"), at("00:20")), SIGNAL);
    expect(page.documents.map((raw) => [raw.externalId, raw.form])).toEqual([
      ["26011500012345", "jitx-order@1.0.0"],
      ["26011500077777", "jitx-request@1.0.0"],
    ]);
  });

  it("an order of JITX, or a request, ends the reservation that it was, whichever list is read first", async () => {
    const reservations = [
      givenOccupied({ order_sn: "26011500012345" }),
      givenOccupied({ occupied_order_sn: "OCC2", order_sn: "26011500099999" }),
    ];
    const { adapter, sent } = givenAdapter(({ method }) => {
      if (method === "getInventoryOccupiedOrders") return { has_next: false, occupied_orders: reservations };
      if (method === "getDeliveryOrders")
        return { total: 1, delivery_orders: [givenRequest({ order_sn: "26011500012345" })] };
      return method === "getOrders" ? { total: 1, orders: [givenJitx()] } : { total: 0, orders: [] };
    });
    const both = givenStore({ settings: { vendor_id: "550", modes: ["jit", "jitx"] } });
    for (const stream of ["jitx_changed", "jitx_requests"]) {
      const { documents } = await adapter.orders.list(both, window(stream, at("00:00"), at("00:20")), SIGNAL);
      expect(documents.map((raw) => raw.externalId)).toEqual(["26011500012345", "occupied:OCC1"]);
      expect(adapter.orders.toUnified(documents[1] as RawDocument, CONTEXT).deleted).toHaveLength(1);
    }
    const asked = sent.filter(({ method }) => method === "getInventoryOccupiedOrders").length;
    expect(asked).toBe(2);
    // Whoever has no reservations is asked for none.
    for (const store of [only("jitx"), givenStore({ settings: { ...both.settings, reservations: false } })])
      await adapter.orders.list(store, window("jitx_changed", at("00:00"), at("00:20")), SIGNAL);
    expect(sent.filter(({ method }) => method === "getInventoryOccupiedOrders")).toHaveLength(asked);
  });

  it("direct orders are listed with their state, in whichever way it is written: unchanged ones cost no call", async () => {
    const order = givenDirect({ order_status: "STATUS_22" });
    const { adapter } = givenAdapter(({ method }) => {
      if (method === "getOrderDetail") return { total: 1, orderDetails: [givenDirectLine()] };
      if (method === "getOrderList") return { total: 1, dvd_order_list: [{ ...order, order_status: "22" }] };
      return { total: 1, order_list_by_create_time: [order] };
    });
    for (const stream of ["direct_entered", "direct_recent"]) {
      const page = await adapter.orders.list(only("dvd"), window(stream, at("00:00"), at("00:20")), SIGNAL);
      expect(page.references).toMatchObject([{ externalId: order.order_id, sourceVersion: "22" }]);
      const { documents } = await adapter.orders.getMany(only("dvd"), page.references, SIGNAL);
      expect(documents).toMatchObject([{ externalId: order.order_id, sourceVersion: "22" }]);
    }
  });

  it("a direct order's own dispute is asked for as its order, and goes with the state that told of it", async () => {
    let order_status = "STATUS_58";
    const { adapter } = givenAdapter(({ method }) =>
      method === "getOrderDetail"
        ? { total: 1, orderDetails: [givenDirectLine()] }
        : { total: 1, dvd_order_list: [givenDirect({ order_status })] },
    );
    const id = `order:${givenDirect().order_id}`;
    const read = async () => {
      const { documents, missing } = await adapter.disputes.getMany(only("dvd"), [{ externalId: id }], SIGNAL);
      expect(missing).toEqual([]);
      return documents.map((raw) => adapter.disputes.toUnified(raw, CONTEXT));
    };
    expect(await read()).toMatchObject([{ disputes: [{ externalId: id, externalStatus: "58" }], deleted: [] }]);
    order_status = "STATUS_49";
    expect(await read()).toMatchObject([{ disputes: [], deleted: [{ resource: "disputes", externalId: id }] }]);
    // A state that nobody knows ends nothing.
    order_status = "STATUS_77";
    expect(await read()).toMatchObject([{ disputes: [], deleted: [] }]);
  });

  it("each warehouse is asked what it sends back, until one has something", async () => {
    const { adapter, sent } = givenAdapter(({ method, args }) =>
      method === "getReturnInfo" && args.warehouse === "VIP_CD"
        ? { total: 1, returnInfos: [{ return_sn: "V1", return_type: 1 }] }
        : { total: 0 },
    );
    const input = window("vendor_returns", at("00:00"), at("00:20"));
    const found: RawDocument[][] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof adapter.disputes.list>> = await adapter.disputes.list(
        only("jit"),
        { ...input, cursor },
        SIGNAL,
      );
      found.push([...page.documents]);
      cursor = page.next;
    } while (cursor !== null);
    expect(found).toMatchObject([[{ externalId: "vendor:V1", key: { warehouse: "VIP_CD" } }], []]);
    expect(sent.filter(({ method }) => method === "getReturnInfo").map(({ args }) => args.warehouse)).toEqual([
      "VIP_NH",
      "VIP_SH",
      "VIP_CD",
      "VIP_BJ",
      "VIP_HZ",
    ]);
  });

  it("orders beyond the platform's reach are no deleted ones", async () => {
    const { adapter } = givenAdapter(({ method, args }) => {
      const ids = (args.request as Fields | undefined)?.order_ids;
      return method === "getOrderStatusById" && Array.isArray(ids)
        ? { order_status_list: [{ order_id: "1", order_status: "25" }] }
        : { total: 0 };
    });
    const keys = ["1", "2"].map((externalId) => ({ externalId, key: { mode: "marketplace" } }));
    expect((await adapter.orders.getMany(givenStore(), keys, SIGNAL)).missing).toEqual([
      { externalId: "1", means: "beyond_reach" },
      { externalId: "2", means: "gone" },
    ]);
  });

  it("a reservation that is no longer listed is gone; those of one time are asked for at once", async () => {
    const { adapter, sent } = givenAdapter(() => ({ has_next: false, occupied_orders: [givenOccupied()] }));
    const key = { mode: "jit", occupied: "2026-01-15 09:30:00" };
    const keys = ["occupied:OCC1", "occupied:OCC2"].map((externalId) => ({ externalId, key }));
    const { documents, missing } = await adapter.orders.getMany(only("jit"), keys, SIGNAL);
    expect(documents.map((raw) => raw.externalId)).toEqual(["occupied:OCC1"]);
    expect(missing).toEqual([{ externalId: "occupied:OCC2", means: "gone" }]);
    expect(sent.filter(({ method }) => method === "getInventoryOccupiedOrders")).toHaveLength(1);
  });
});

it("a reservation whose order of JITX has come is held by the order alone", async () => {
  const rows = ["26011500012345", "26011500066666"].map((order_sn, n) =>
    givenOccupied({ occupied_order_sn: `O${n}`, order_sn }),
  );
  const { adapter } = givenAdapter(({ method }) =>
    method === "getOrdersByOrderSn" ? { total: 1, orders: [givenJitx()] } : { has_next: false, occupied_orders: rows },
  );
  const both = givenStore({ settings: { vendor_id: "550", modes: ["jit", "jitx"] } });
  const page = await adapter.orders.list(both, window("reserved", at("00:00"), at("00:20")), SIGNAL);
  expect(page.documents.map(({ externalId, form }) => [externalId, form])).toEqual([
    ["26011500012345", "jitx-order@1.0.0"],
    ["occupied:O1", "occupied-order@1.0.0"],
    ["occupied:O0", "cancelled-order@1.0.0"],
  ]);
  const keys = ["O0", "O1"].map((sn) => ({
    externalId: `occupied:${sn}`,
    key: { mode: "jit", occupied: "2026-01-15 09:30:00" },
  }));
  expect((await adapter.orders.getMany(both, keys, SIGNAL)).missing).toEqual([
    { externalId: "occupied:O0", means: "gone" },
  ]);
});

it("a request that is older than the platform answers is gone, and nothing is asked that it refuses", async () => {
  const { adapter, sent } = givenAdapter(({ method }) =>
    method === "getDeliveryOrders" ? refused("只能查询7天内的订单") : { total: 1, orders: [givenJitx()] },
  );
  const keys = ["26011500012345", "26011500077777"].map((externalId) => ({
    externalId,
    key: { mode: "jitx", asked: "2026-01-09 09:40:00" },
  }));
  const { documents, missing } = await adapter.orders.getMany(only("jitx"), keys, SIGNAL);
  expect(documents.map((raw) => raw.externalId)).toEqual(["26011500012345"]);
  expect(missing).toEqual([{ externalId: "26011500077777", means: "gone" }]);
  expect(sent.map(({ method }) => method)).toEqual(["getOrdersByOrderSn"]);
});

it("pages of one record that do not end are a failure, and no endless reading", async () => {
  const rows = Array.from({ length: 100 }, () => givenOccupied());
  const { adapter } = givenAdapter(() => ({ has_next: true, occupied_orders: rows }));
  const keys = [{ externalId: "occupied:OCC1", key: { mode: "jit", occupied: "2026-01-15 09:30:00" } }];
  await expect(adapter.orders.getMany(only("jit"), keys, SIGNAL)).rejects.toMatchObject({ category: "permanent" });
});

describe("receivers", () => {
  it("of a shop's order are shown by its export, to who asks", async () => {
    const row = { order_id: "9", receiver_name: "李四", receiver_mobile: "13900000000", receiver_address: "天河路1号" };
    const { adapter } = givenAdapter(() => ({ orders: [row] }));
    const { receivers } = adapter.orders;
    if (!receivers || isAbsent(receivers)) throw new Error("receivers are absent");
    const reveal = (store = givenStore(), orderExternalId = "9") =>
      receivers.reveal(store, { orderExternalId, purpose: "shipping_label" }, SIGNAL);
    expect(await reveal()).toMatchObject({ name: "李四", phone: "13900000000", lines: ["天河路1号"] });
    await expect(reveal(givenStore(), "8")).rejects.toMatchObject({ category: "conflict" });
    await expect(reveal(only("jitx"))).rejects.toMatchObject({ category: "conflict" });
  });
});

describe("stock", () => {
  const stockOf = (leaving_stock: number) => [
    { barcode: "6901234567892", cooperation_no: 100123, warehouse: "VIP_NH", leaving_stock, current_hold: 3 },
  ];

  it("S20 S26 a value has a batch number of its own, which each attempt at it repeats", async () => {
    const { adapter, sent } = givenAdapter();
    for (const [value, idempotencyKey] of [
      ["5", "v1"],
      ["5", "v1"],
      ["0", "v2"],
      ["5", "v3"],
    ] as const)
      expect(await adapter.stock.set(givenStore(), [givenPush(value, { idempotencyKey })], SIGNAL)).toMatchObject([
        { outcome: "accepted", shown: value },
      ]);
    const numbers = sent.map((call) => String(requestOf(call).batch_no));
    expect(numbers[0]).toBe(numbers[1]);
    expect(new Set(numbers).size).toBe(3);
    for (const number of numbers) expect(number.length).toBeLessThanOrEqual(40);
    expect(requestOf(sent[0] as Sent)).toMatchObject({
      cooperation_no: 100123,
      warehouse: "VIP_NH",
      quantity: 5,
      sync_mode: 0,
    });
  });

  it.each([
    [5, "accepted"],
    [4, "rejected"],
  ])("a refused repeat counts as done where %i units are shown: %s", async (shown, outcome) => {
    const { adapter } = givenAdapter(({ method }) =>
      method === "updateInventory" ? refused("批次号重复") : stockOf(shown),
    );
    expect(await adapter.stock.set(givenStore(), [givenPush("5")], SIGNAL)).toMatchObject([{ outcome }]);
  });

  it("names the area in regional sale, and the standing place where the offer has none", async () => {
    const { adapter, sent } = givenAdapter();
    const standing = { ...givenStore().settings, standing_place: "7/VIP_BJ" };
    await adapter.stock.set(givenStore(), [givenPush("5", { place: "100123/VIP_NH/GD" })], SIGNAL);
    await adapter.stock.set(givenStore({ settings: standing }), [givenPush("5", { place: null })], SIGNAL);
    expect(sent.map(requestOf)).toMatchObject([
      { area_warehouse_id: "GD" },
      { cooperation_no: 7, warehouse: "VIP_BJ" },
    ]);
    expect(await adapter.stock.set(givenStore(), [givenPush("5", { place: null })], SIGNAL)).toMatchObject([
      { outcome: "rejected", error: { category: "invalid_request" } },
    ]);
  });

  it("holds are added where the contract counts them in", async () => {
    const { adapter, sent } = givenAdapter(({ method }) => (method === "getSkuStock" ? stockOf(9) : null));
    const settings = { ...givenStore().settings, stock_counts: "with_holds" };
    await adapter.stock.set(givenStore({ settings }), [givenPush("5")], SIGNAL);
    expect(requestOf(sent.at(-1) as Sent).quantity).toBe(8);
  });
});

describe("prices", () => {
  it("an application is submitted for all items of a co-operation, and ends when the platform says so", async () => {
    const state = { status: "1" };
    const details: Fields[] = [];
    const answers: Record<string, () => unknown> = {
      createPriceApplicationId: () => "PA1",
      getPriceApplicationStatus: () => [{ application_id: "PA1", ...state }],
      getPriceApplication: () => ({ total: details.length, price_details: details }),
    };
    const { adapter, sent } = givenAdapter(({ method }) => answers[method]?.() ?? null);
    const items = [givenPush("99.5"), givenPush("49", { key: "l", variantExternalId: "6901234567893" })];
    const receipts = items.map(({ variantExternalId }) => `PA1/${variantExternalId}`);
    const outcomes = await adapter.prices.set(givenStore(), items, SIGNAL);
    expect(outcomes).toEqual(["k", "l"].map((key, index) => ({ key, outcome: "submitted", receipt: receipts[index] })));
    expect(sent.map(({ method }) => method)).toEqual([
      "createPriceApplicationId",
      "submitPriceApplication",
      "confirmPriceApplication",
    ]);
    expect(requestOf(sent[1] as Sent)).toMatchObject({
      cooperation_nos: ["100123"],
      price_details: [{ sale_price: 99.5 }, { sale_price: 49 }],
    });
    const check = async () =>
      (await adapter.prices.check?.(givenStore(), receipts, SIGNAL))?.map(({ receipt, outcome }) => [receipt, outcome]);
    const all = (outcome: string) => receipts.map((receipt) => [receipt, outcome]);
    expect(await check()).toEqual([]);
    state.status = "PASS";
    expect(await check()).toEqual(all("accepted"));
    state.status = "REJECT";
    expect(await check()).toEqual(all("rejected"));
    // S24: one price with an exception sinks no other.
    details.push(
      { barcode: items[0]?.variantExternalId, exception_status: "0", exception_description: "" },
      { barcode: "6901234567893", exception_status: "1", exception_description: "价格降幅过大" },
    );
    expect(await check()).toEqual([
      [receipts[0], "unknown"],
      [receipts[1], "rejected"],
    ]);
  });

  it("a shop's price goes with the list price that is there, which is never below it", async () => {
    const { adapter, sent } = givenAdapter(() => ({ success: true }));
    await adapter.prices.set(
      givenStore(),
      [givenShopPush("99.5", { codes: { spu_id: "700", market_price: "399" } })],
      SIGNAL,
    );
    await adapter.prices.set(
      givenStore(),
      [givenShopPush("500", { codes: { spu_id: "700", market_price: "399" } })],
      SIGNAL,
    );
    expect(sent.map(({ args }) => [args.sale_price, args.market_price])).toEqual([
      [99.5, 399],
      [500, 500],
    ]);
  });

  it("other currencies and parts of a fen are refused", async () => {
    const { adapter, sent } = givenAdapter();
    for (const item of [givenPush("1.005"), givenPush("1", { currency: "EUR" })])
      expect(await adapter.prices.set(givenStore(), [item], SIGNAL)).toMatchObject([{ outcome: "rejected" }]);
    expect(sent).toEqual([]);
  });
});

describe("acts that are not repeated blindly", () => {
  const actOf = (adapter: ReturnType<typeof givenAdapter>["adapter"], name: string): AnyAct => {
    const [capability = "", key = ""] = name.split(".");
    const act = adapter[capability as "orders"].acts[key];
    if (!act || isAbsent(act)) throw new Error(`${name} is absent`);
    return act;
  };
  const request = (input: Fields) => ({ idempotencyKey: "k", input, progress: null });

  it("a pick list takes what none has taken; nothing left is its effect", async () => {
    let open = 5;
    const { adapter, sent } = givenAdapter(({ method }) => {
      if (method === "getPoList")
        return { total: 1, purchase_order_list: [givenPurchase({ not_pick: String(open), unpick_list: [] })] };
      if (method === "getPickList") return { total: 1, picks: [givenPick()] };
      open = 0;
      return [{ pick_no: "PICK-1" }];
    });
    const act = actOf(adapter, "orders.create_pick");
    const input = act.input.parse({ purchaseOrderExternalId: "2000123456" });
    expect(await act.findEffect?.(only("jit"), request(input), SIGNAL)).toBeNull();
    expect(await act.perform(only("jit"), request(input), SIGNAL)).toMatchObject({
      outcome: "done",
      externalId: "PICK-1",
    });
    expect(await act.findEffect?.(only("jit"), request(input), SIGNAL)).toMatchObject({ outcome: "done" });
    expect(await act.perform(only("jit"), request(input), SIGNAL)).toMatchObject({ outcome: "rejected" });
    expect(sent.filter(({ method }) => method === "createPick")).toHaveLength(1);
  });

  it("a request is answered with the warehouse, or declined, and a refusal is told", async () => {
    const answer = { code: "0", msg: "" };
    const { adapter, sent } = givenAdapter(({ method }) =>
      method === "feedbackDeliveryResult" ? [answer] : { total: 0 },
    );
    const act = actOf(adapter, "orders.acknowledge");
    const perform = (input: Fields) => act.perform(only("jitx"), request(act.input.parse(input)), SIGNAL);
    expect(await perform({ orderExternalId: "1", place: "WH001" })).toMatchObject({ outcome: "done" });
    expect(await perform({ orderExternalId: "1", decline: true })).toMatchObject({ outcome: "done" });
    const results = sent
      .filter(({ method }) => method === "feedbackDeliveryResult")
      .map((call) => requestOf(call).results);
    expect(results).toEqual([
      [{ order_sn: "1", feedback_status: "SUCCESS", warehouse: "WH001" }],
      [{ order_sn: "1", feedback_status: "FAIL" }],
    ]);
    Object.assign(answer, { code: "501", msg: "已被其他仓库接单" });
    expect(await perform({ orderExternalId: "1", place: "WH001" })).toMatchObject({
      outcome: "rejected",
      error: { platformMessage: null, message: expect.stringContaining("已被其他仓库接单") },
    });
  });

  const PICK = "PICK-2000123456-10";

  /** A pick list of 35 units, one waybill that bears some, and what is open. */
  function givenDelivery(held: Fields, open = 35) {
    const state = { goods: held, open };
    const { adapter, sent } = givenAdapter(({ method, args }) => {
      if (method === "getPickList") return { total: 1, picks: [givenPick()] };
      if (method === "getMultiPoPickDetail")
        return { total: 1, pick_detail_list: [givenPickLine({ pick_num: 35, not_delivery_num: state.open })] };
      if (method === "getDeliveryList")
        return args.delivery_no === "TRUCK-2"
          ? { total: 0 }
          : { total: 1, delivery_list: [{ storage_no: "S1", delivery_no: "TRUCK-1", po_no: "2000123456" }] };
      if (method === "getDeliveryGoods")
        return { total: 1, delivery_goods_list: [{ storage_no: "S1", barcode: "6901234567892", ...state.goods }] };
      if (method === "getCarrierList") return { total: 1, carriers: [{ carrier_code: "7", carrier_name: "顺丰速运" }] };
      return { total: 0 };
    });
    const act = actOf(adapter, "shipments.confirm");
    return {
      act,
      input: (lines: unknown[] = []) =>
        act.input.parse({
          orderExternalId: PICK,
          carrier: "sf",
          trackingNumber: "TRUCK-1",
          trackingUrl: null,
          shippedAt: null,
          place: null,
          lines,
          notifyBuyer: false,
          method: null,
        }) as Fields,
      given: (goods: Fields, left: number) => Object.assign(state, { goods, open: left }),
      deliveries: () => sent.filter(({ method }) => method === "deliveryGoods"),
    };
  }

  it("S50 a waybill bears goods of several pick lists: one that is not in it is sent", async () => {
    const { act, input, given, deliveries } = givenDelivery({ pick_no: "PICK-OTHER", amount: 1 });
    expect(await act.findEffect?.(only("jit"), request(input()), SIGNAL)).toBeNull();
    expect(await act.perform(only("jit"), request(input()), SIGNAL)).toMatchObject({ outcome: "done" });
    expect(deliveries()).toHaveLength(1);
    given({ pick_no: PICK, amount: 35 }, 0);
    expect(await act.findEffect?.(only("jit"), request(input()), SIGNAL)).toMatchObject({ outcome: "done" });
    expect(await act.perform(only("jit"), request(input()), SIGNAL)).toMatchObject({ outcome: "done" });
    expect(deliveries()).toHaveLength(1);
  });

  it("S50 a delivery that was taken in part is no effect, and is not sent again as if nothing of it had left", async () => {
    const { act, input, deliveries } = givenDelivery({ pick_no: PICK, amount: 30 }, 5);
    const line = (quantity: number) => [{ orderLineExternalId: "6901234567892", quantity }];
    const part = { outcome: "rejected", error: { category: "conflict" } };
    for (const lines of [[], line(33)]) {
      expect(await act.findEffect?.(only("jit"), request(input(lines)), SIGNAL)).toBeNull();
      expect(await act.perform(only("jit"), request(input(lines)), SIGNAL)).toMatchObject(part);
    }
    expect(await act.findEffect?.(only("jit"), request(input(line(30))), SIGNAL)).toMatchObject({ outcome: "done" });
    expect(deliveries()).toHaveLength(0);
    // What is missing leaves with another waybill.
    const rest = request({ ...input(line(5)), trackingNumber: "TRUCK-2" });
    expect(await act.perform(only("jit"), rest, SIGNAL)).toMatchObject({ outcome: "done" });
    expect(deliveries().map(requestOf)).toMatchObject([{ delivery_no: "TRUCK-2", delivery_list: [{ amount: 5 }] }]);
  });

  it("S50 a parcel that the platform refuses is told with its words", async () => {
    const failed = {
      success_num: 0,
      success_list: [],
      failed_num: 1,
      failed_list: [{ order_sn: "1", msg: "运单号错误" }],
    };
    const { adapter } = givenAdapter(({ method }) =>
      method === "ship" ? failed : { total: 1, orders: [givenJitx()] },
    );
    const act = actOf(adapter, "shipments.confirm");
    const input = {
      orderExternalId: "26011500012345",
      carrier: null,
      trackingNumber: "FOREIGN",
      trackingUrl: null,
      shippedAt: null,
      place: null,
      lines: [],
      notifyBuyer: false,
      method: null,
    };
    expect(await act.perform(only("jitx"), request(act.input.parse(input)), SIGNAL)).toMatchObject({
      outcome: "rejected",
      error: { category: "conflict", message: expect.stringContaining("运单号错误") },
    });
  });
});
