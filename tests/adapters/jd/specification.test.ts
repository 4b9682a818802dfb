/** Every call that the adapter can make, against the vendor's list of parameters. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
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
} from "./stub.ts";

const FILE = join(process.env.TALLYPORT_SPECS ?? "", "jd/jos-methods.json");
const isThere = process.env.TALLYPORT_SPECS !== undefined && existsSync(FILE);
if (!isThere) console.log("parameters of JD.com: not checked, TALLYPORT_SPECS names no folder with them");

/** Calls that the list does not hold; it may only shrink. */
const WITHOUT_TREE: Readonly<Record<string, string>> = {
  "oauth2.access_token": "not a method of the gateway",
  "oauth2.refresh_token": "not a method of the gateway",
};
/** Methods that the adapter calls. */
const CALLED = 41;

const FORMS: Readonly<Record<string, RegExp>> = {
  int: /^-?\d+$/,
  long: /^-?\d+$/,
  bool: /^(?:true|false)$/,
  DateTime: /^"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"$/,
  string: /^"/,
};

function problemsOf(call: Sent, params: Readonly<Record<string, string>>): string[] {
  return Object.entries(call.parameters).flatMap(([name, value]) => {
    const type = params[name];
    if (type === undefined) return [`${call.method} has no ${name}`];
    return FORMS[type]?.test(JSON.stringify(value))
      ? []
      : [`${call.method} ${name}: ${JSON.stringify(value)} is no ${type}`];
  });
}

const ORDER_ID = "290123456789";
const SETTINGS = {
  unpaid_orders: true,
  fbp_orders: "on",
  cancel_type: "1",
  logistics_customer_code: "010K1",
  return_address: { name: "仓", mobile: "1", province: "浙江", city: "杭州", county: "余杭", detail: "1号", type: 1 },
};

/** Answers of every method, for an order, a refund and a service order in the given states. */
function answerOf({ method }: Sent, state: { order?: Fields; refund?: Fields; service?: Fields }): Fields | string {
  const ok = { success: true };
  const lists = { totalCount: 1, totalItem: 1, orderTotal: 1, total: 1, success: true };
  switch (method.replace("jingdong.", "")) {
    case "vender.shop.query":
      return { shop_jos_result: { vender_id: 10012345, shop_name: "店" } };
    case "seller.vender.info.get":
      return { vender_info_result: { vender_id: 10012345, col_type: 0 } };
    case "pop.order.enSearch":
      return { searchorderinfo_result: { ...lists, orderInfoList: [givenOrder()] } };
    case "pop.order.fbp.search":
      return { searchfbporderinfo_result: { ...lists, orderInfoList: [givenOrder()] } };
    case "pop.order.enGet":
      return { orderDetailInfo: { apiResult: ok, orderInfo: state.order ?? null } };
    case "pop.afs.soa.refundapply.queryPageList":
    case "pop.afs.soa.refundapply.queryById":
      return { queryResult: { ...lists, result: [givenRefund(state.refund)] } };
    case "pop.afs.soa.compensate.queryCompensateList":
      return { queryResult: { ...lists, result: [{ compensateId: 5, modified: "2026-01-01 00:00:00" }] } };
    case "asc.query.list":
    case "asc.sync.list":
      return { pageResult: { ...lists, data: [givenService(state.service)] } };
    case "asc.query.view":
      return { result: { success: true, data: { sysVersion: 7 } } };
    case "ware.read.findWareById":
      return { ware: { wareId: 10087654321, wareStatus: 2 } };
    case "ware.read.searchWare4Valid":
    case "ware.read.searchWare4Recycled":
    case "sku.read.searchSkuList":
      return { page: { ...lists, data: [{ wareId: 10087654321, skuId: 1 }] } };
    case "stock.read.findSkuStock":
      return { skuStocks: [{ storeId: 0, stockNum: 5, orderBookingNum: 2, appBookingNum: 1 }] };
    case "sku.read.findSkuById":
      return { sku: { skuId: 1, jdPrice: 5 } };
    case "pop.taurus.queryBillChargeListByCondition":
    case "pop.taurus.queryRefundBillChargeListByCondition":
      return { returnType: { success: true, values: [{ orderId: 290123456789, feeList: [givenFee()] }] } };
    case "logistics.carriers.list":
      return { carriers_details: [{ carriers_id: 467, carriers_name: "顺丰" }] };
    case "oauth2.access_token":
    case "oauth2.refresh_token":
      return '{"access_token":"t"}';
    default:
      return { success: true, result: ok, paginatedInfo: { total: 0 } };
  }
}

/** One call of every kind. */
async function everyCall(): Promise<Sent[]> {
  const all: Sent[] = [];
  const store = givenStore({ settings: SETTINGS });
  const window = {
    since: new Date("2026-01-15T00:00:00Z"),
    until: new Date("2026-01-15T05:00:00Z"),
    cursor: null,
    limit: 50,
  };
  const given = (state: Parameters<typeof answerOf>[1] = {}) => {
    const made = givenAdapter((call) => answerOf(call, state));
    return { ...made, take: () => all.push(...made.sent) };
  };
  const act = async (name: string, input: Fields, state: Parameters<typeof given>[0] = {}, by: Store = store) => {
    const made = given(state);
    const [capability = "", key = ""] = name.split(".");
    const found = made.adapter[capability as "orders"].acts[key] as AnyAct;
    if (isAbsent(found)) throw new Error(`${name} is absent`);
    const request = { idempotencyKey: "k", input: found.input.parse(input), progress: null };
    expect(await found.perform(by, request, SIGNAL), name).toMatchObject({ outcome: "done" });
    await found.findEffect?.(by, request, SIGNAL);
    made.take();
  };

  const { adapter, take } = given({ order: givenOrder({ waybill: "JD1|SF1", logisticsId: "2087|467" }) });
  const app = { id: "a", platform: "jd", key: "k", secret: "s", settings: {} };
  await adapter.auth.probe(store, SIGNAL);
  await adapter.auth.exchange?.(app, { query: { code: "c" }, redirectUrl: "" }, SIGNAL);
  await adapter.auth.refresh?.(store, await store.credentials(), SIGNAL);
  for (const name of ["orders", "listings", "disputes", "settlements"] as const)
    for (const { name: stream } of adapter[name].streams)
      await adapter[name].list(store, { ...window, stream }, SIGNAL);
  await adapter.orders.getMany(
    store,
    [{ externalId: ORDER_ID }, { externalId: ORDER_ID, key: { system: "fbp" } }],
    SIGNAL,
  );
  await adapter.listings.getMany(store, [{ externalId: "10087654321" }], SIGNAL);
  await adapter.shipments.getMany(store, [{ externalId: ORDER_ID }], SIGNAL);
  await adapter.shipments.carriers?.(store, SIGNAL);
  const disputes = ["refund:46001234", "service:2700654321", "claim:5"].map((externalId) => ({
    externalId,
    key: { order: ORDER_ID },
  }));
  expect((await adapter.disputes.getMany(store, disputes, SIGNAL)).missing).toEqual([]);
  const bill = { externalId: "bill:D1", key: { order: ORDER_ID } };
  expect((await adapter.settlements.getMany(store, [bill], SIGNAL)).missing).toEqual([]);
  const counted = givenStore({ settings: { stock_counts: "with_bookings" } });
  expect(await adapter.stock.set(counted, [givenPush("5")], SIGNAL)).toMatchObject([
    { outcome: "accepted", shown: "5" },
  ]);
  await adapter.prices.set(store, [givenPush("5.5")], SIGNAL);
  await adapter.stock.read?.(store, [givenPush("5")], SIGNAL);
  await adapter.prices.read?.(store, [givenPush("5")], SIGNAL);
  take();
  const gone = given();
  const missing = await gone.adapter.orders.getMany(
    store,
    [{ externalId: ORDER_ID, key: { system: "unpaid" } }],
    SIGNAL,
  );
  expect(missing.missing).toEqual([{ externalId: ORDER_ID, means: "gone" }]);
  gone.take();

  const order = { orderExternalId: ORDER_ID };
  await act("orders.set_memo", { ...order, text: "加急", flag: null });
  await act("orders.cancel", { ...order, reason: "无货", lines: [], restock: true }, { order: givenOrder() });
  const places = { provinceId: 1, cityId: 72, countyId: 2799, townId: 0 };
  await act("orders.set_address", { ...order, name: "a", phone: "1", street: "s", ...places });
  const listing = { listingExternalId: "10087654321", variantExternalId: null, reason: null };
  await act("listings.activate", listing);
  const parcel = {
    ...order,
    carrier: "sf",
    trackingNumber: "SF1",
    trackingUrl: null,
    shippedAt: null,
    place: null,
    lines: [],
    notifyBuyer: false,
    method: null,
  };
  await act("shipments.confirm", parcel, { order: givenOrder() });
  const answer = {
    orderExternalId: null,
    system: null,
    reason: "3/4",
    message: "抱歉",
    lockToken: null,
    amount: null,
    currency: null,
    files: [],
    returnAddressId: null,
  };
  for (const name of ["disputes.accept", "disputes.refuse"]) {
    await act(name, { ...answer, disputeExternalId: "refund:46001234" });
    await act(name, { ...answer, disputeExternalId: "2700654321", system: "service", lockToken: "7" });
  }
  await act(
    "disputes.accept",
    { ...answer, disputeExternalId: "service:2700654321" },
    { service: { customerExpect: 11 } },
  );
  await act("disputes.message", { ...answer, disputeExternalId: "service:2700654321" });
  const states = { packingState: 1 };
  await act(
    "disputes.receive_return",
    { ...answer, disputeExternalId: "service:2700654321", states },
    { service: { serviceStatus: 10005 } },
  );
  return all;
}

describe("calls", () => {
  it("reach their end, and are of methods that are named", async () => {
    const methods = new Set((await everyCall()).map((call) => call.method));
    expect(methods.size).toBe(CALLED);
  });

  it.runIf(isThere)("are valid by the vendor's list, but for those that are named here", async () => {
    const trees = JSON.parse(readFileSync(FILE, "utf8")) as Record<string, { params: Record<string, string> }>;
    const calls = await everyCall();
    const without = [...new Set(calls.map((call) => call.method))].filter((method) => !(method in trees));
    expect(without.sort()).toEqual(Object.keys(WITHOUT_TREE).sort());
    const problems = calls.flatMap((call) => {
      const tree = trees[call.method];
      return tree ? problemsOf(call, tree.params) : [];
    });
    expect([...new Set(problems)]).toEqual([]);
  });
});
