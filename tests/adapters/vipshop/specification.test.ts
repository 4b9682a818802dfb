/** Every call that the adapter can make, against the vendor's trees of parameters. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type AnyAct, isAbsent } from "../../../src/core/adapter.ts";
import {
  type Fields,
  givenAdapter,
  givenDirect,
  givenDirectLine,
  givenJitx,
  givenOccupied,
  givenPick,
  givenPickLine,
  givenPickPrices,
  givenProducts,
  givenPurchase,
  givenPush,
  givenRequest,
  givenShopOrder,
  givenShopPush,
  givenStore,
  type Sent,
  SIGNAL,
} from "./stub.ts";

const FILE = join(process.env.TALLYPORT_SPECS ?? "", "vipshop/vop-interfaces.json");
const isThere = process.env.TALLYPORT_SPECS !== undefined && existsSync(FILE);
if (!isThere) console.log("parameters of Vipshop: not checked, TALLYPORT_SPECS names no folder with them");

/** Calls that the catalogue does not hold; it may only shrink. */
const WITHOUT_TREE: Readonly<Record<string, string>> = { "oauth2.token": "not a method of the gateway" };
/** Methods that the adapter calls. */
const CALLED = 71;

interface Parameter {
  name: string;
  type: string;
  optional: boolean;
}
interface Catalogue {
  services: Record<string, { methods: Record<string, { args: Parameter[] }> }>;
  structs: Record<string, Parameter[]>;
  enums: Record<string, Record<string, number>>;
}

/** Types as they stand in the catalogue; a list is cut off (`list<string`), an enum says that it is one. */
function problemsOf(catalogue: Catalogue, at: string, type: string, value: unknown): string[] {
  const [, item] = /^(?:list|set)<(.+)$/.exec(type) ?? [];
  if (item !== undefined)
    return Array.isArray(value)
      ? value.flatMap((one, index) => problemsOf(catalogue, `${at}[${index}]`, item, one))
      : [`${at} is no list`];
  const [, name] = /^enum ([\w.]+)/.exec(type) ?? [];
  if (name !== undefined)
    return typeof value === "string" && value in (catalogue.enums[name] ?? {}) ? [] : [`${at}: ${value}`];
  const struct = catalogue.structs[type];
  if (struct) return fieldsOf(catalogue, at, struct, value as Fields);
  const kinds: Record<string, boolean> = {
    string: typeof value === "string",
    bool: typeof value === "boolean",
    double: typeof value === "number" && Number.isFinite(value),
  };
  const isRight = kinds[type] ?? (/^(?:i16|i32|i64|byte)$/.test(type) && Number.isSafeInteger(value));
  return isRight ? [] : [`${at}: ${JSON.stringify(value)} is no ${type}`];
}

function fieldsOf(catalogue: Catalogue, at: string, parameters: readonly Parameter[], value: Fields): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${at} is no struct`];
  const known = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const missing = parameters.filter(({ name, optional }) => !optional && value[name] === undefined);
  return [
    ...missing.map(({ name }) => `${at} lacks ${name}`),
    ...Object.entries(value).flatMap(([name, field]) => {
      const parameter = known.get(name);
      return parameter ? problemsOf(catalogue, `${at}.${name}`, parameter.type, field) : [`${at} has no ${name}`];
    }),
  ];
}

const BARCODE = "6901234567892";
const WINDOW = {
  since: new Date("2026-01-15T01:00:00Z"),
  until: new Date("2026-01-15T01:20:00Z"),
  cursor: null,
  limit: 50,
};

/** Answers of every method; `state` replaces the rows of those that decide. */
function answerOf({ method, args, service }: Sent, state: Record<string, unknown>): unknown {
  if (method in state) return state[method];
  switch (method) {
    case "getOrders":
      return { total: 1, orders: [service.includes("jitx") ? givenJitx() : givenShopOrder()] };
    case "getOrdersByOrderSn": {
      const { order_sns } = args.request as { order_sns: string[] };
      return { total: 1, orders: order_sns.includes("26011500012345") ? [givenJitx()] : [] };
    }
    case "getOrderDetail":
      return service.includes("Dvd") ? { total: 1, orderDetails: [givenDirectLine()] } : [givenProducts()];
    case "getDeliveryOrders":
      return { total: 1, delivery_orders: [givenRequest({ order_sn: "26011500099999" })] };
    case "getOrderListByCreateTime":
      return { total: 1, order_list_by_create_time: [givenDirect()] };
    case "getOrderList":
      return { total: 1, dvd_order_list: [givenDirect()] };
    case "getPickList":
      return { total: 1, picks: [givenPick({ delivery_num: 5 })] };
    case "getMultiPoPickDetail":
      return { total: 1, pick_detail_list: [givenPickLine()] };
    case "getPickDetail":
      return givenPickPrices();
    case "getPoList":
      return { total: 1, purchase_order_list: [givenPurchase()] };
    case "getPoSkuList":
      return { total: 1, purchase_order_sku_list: [{ barcode: BARCODE, amount: 3 }] };
    case "getDeliveryList":
      return { total: 1, delivery_list: [{ storage_no: "S1", po_no: "2000123456", delivery_no: "OLD" }] };
    case "getDeliveryGoods":
      return {
        total: 1,
        delivery_goods_list: [{ storage_no: "S1", pick_no: "PICK-2000123456-10", barcode: BARCODE, amount: "5" }],
      };
    case "getInventoryOccupiedOrders":
    case "getInventoryCancelledOrders":
      return { has_next: false, occupied_orders: [givenOccupied()] };
    case "getDeductOrderDetail":
      return { has_next: false, deduct_orders: [givenOccupied()] };
    case "createPick":
      return [{ pick_no: "PICK-2000123456-11" }];
    case "feedbackDeliveryResult":
      return [{ order_sn: "1", code: "0", msg: "", status: "SUCCESS" }];
    case "getTransportNos":
      return ["SF1"];
    case "getCarriers":
      return [{ carrier_code: "1000000458", carrier_name: "顺丰速运" }];
    case "getCarrierList":
      return { total: 1, carriers: [{ carrier_code: "1000000458", carrier_name: "顺丰速运", carrier_isvalid: 1 }] };
    case "ship":
    case "editShipInfo":
      return { success_num: 1, success_data: [], fail_num: 0, fail_data: [] };
    case "getProducts":
      return { has_next: false, products: [{ spu_id: "700", title: "T恤", shelf_status: "on", audit_status: "pass" }] };
    case "getProductById":
      return { spu_id: "700", skus: [{ sku_id: "7001", outer_sku_id: "TS" }] };
    case "getSkuPrice":
      return { sku_id: "7001", sale_price: 199, market_price: 399 };
    case "getSkuStock":
      return service.includes("marketplace")
        ? { sku_stocks: [{ sku_id: "7001", leaving_stock: 5, cart_hold: 1, order_hold: 1 }] }
        : [{ barcode: BARCODE, cooperation_no: 100123, warehouse: "VIP_NH", leaving_stock: 5, current_hold: 1 }];
    case "updateSkuStock":
      return { success: true, over_sell_quantity: 0 };
    case "onShelf":
    case "offShelf":
      return { op_results: { "700": true } };
    case "getSkuList":
      return { has_next: false, list: [{ barcode: BARCODE, cooperation_no: 100123, warehouse: "VIP_NH" }] };
    case "getSkuInfo":
      return [{ barcode: BARCODE, cooperation_no: 100123, warehouse: "VIP_NH" }];
    case "getCooperationNoList":
      return { has_next: false, cooperation_no_list: [] };
    case "multiGetProductSpuInfo":
      return { total: 1, products: [{ sn: "A1001", status: "PASS", sku_item_list: [{ barcode: BARCODE }] }] };
    case "multiGetProductSkuInfo":
      return { total: 1, products: [{ sn: "A1001", barcode: BARCODE, product_name: "连衣裙", sell_price: 199 }] };
    case "createPriceApplicationId":
      return "PA1";
    case "getPriceApplicationStatus":
      return [{ application_id: "PA1", status: "REJECT" }];
    case "getPriceApplication":
      return { total: 1, price_details: [{ barcode: BARCODE, exception_description: "价格降幅过大" }] };
    case "batchGetCancelInfo":
      return { total: 1, cancelInfos: [{ order_id: "26011500098765", apply_sn: "C1", audit_status: 1 }] };
    case "getOrderReturnList":
      return {
        total: 1,
        order_return_list: [
          {
            order_return_id: "R1",
            order_id: "26011500055555",
            return_type: 1,
            vendor_need_audit: 1,
            return_time: "2026-01-15 09:10:00",
          },
        ],
      };
    case "getOrderReturnDetails":
      return {
        total: 1,
        order_return_detail_list: [
          { order_return_id: "R1", return_goods_details: [{ barcode: BARCODE, amount: 1, good_name: "裙" }] },
        ],
      };
    case "getReturnInfo":
      return { total: 1, returnInfos: [{ return_sn: "V1", warehouse: "VIP_NH", return_type: 1 }] };
    case "getReturnDetail":
      return {
        total: 1,
        returnDeliveryInfos: [{ return_sn: "V1", out_time: "2026-01-15 12:00:00", delivery_list: [] }],
      };
    case "refreshToken":
      return { access_token: "T", refresh_token: "R", expires_in: 100 };
    default:
      return method === "oauth2.token" ? { access_token: "T" } : null;
  }
}

/** One call of every kind. */
async function everyCall(): Promise<Sent[]> {
  const all: Sent[] = [];
  const store = givenStore();
  const given = (state: Record<string, unknown> = {}) => {
    const made = givenAdapter((call) => answerOf(call, state));
    return { ...made, take: () => all.push(...made.sent) };
  };
  const act = async (name: string, input: Fields, state: Record<string, unknown> = {}) => {
    const made = given(state);
    const [capability = "", key = ""] = name.split(".");
    const found = made.adapter[capability as "orders"].acts[key] as AnyAct;
    if (isAbsent(found)) throw new Error(`${name} is absent`);
    const request = { idempotencyKey: "k", input: found.input.parse(input), progress: null };
    expect(await found.perform(store, request, SIGNAL), name).toMatchObject({ outcome: "done" });
    await found.findEffect?.(store, request, SIGNAL);
    made.take();
  };

  const { adapter, take } = given();
  const app = { id: "a", platform: "vipshop", key: "k", secret: "s", settings: {} };
  for (const mode of ["marketplace", "jitx", "dvd", "jit"])
    await adapter.auth.probe(givenStore({ settings: { vendor_id: "550", modes: [mode] } }), SIGNAL);
  await adapter.auth.exchange?.(app, { query: { code: "c" }, redirectUrl: "" }, SIGNAL);
  await adapter.auth.refresh?.(store, await store.credentials(), SIGNAL);
  for (const name of ["orders", "listings", "disputes", "settlements"] as const)
    for (const { name: stream } of adapter[name].streams)
      await adapter[name].list(
        store,
        { ...WINDOW, until: new Date("2026-01-19T23:59:00Z"), since: new Date("2026-01-19T23:40:00Z"), stream },
        SIGNAL,
      );
  const orders = [
    { externalId: "26011500012345", key: { mode: "jitx" } },
    { externalId: "26011500099999", key: { mode: "jitx", asked: "2026-01-15 09:40:00" } },
    { externalId: "26011500098765", key: { mode: "marketplace" } },
    { externalId: "26011500055555", key: { mode: "dvd" } },
    { externalId: "PICK-2000123456-10", key: { mode: "jit" } },
    { externalId: "occupied:OCC1", key: { mode: "jit", occupied: "2026-01-15 09:30:00" } },
  ];
  expect((await adapter.orders.getMany(store, orders, SIGNAL)).missing).toEqual([]);
  const gone = ["marketplace", "dvd"].map((mode) => ({ externalId: "1", key: { mode } }));
  expect((await adapter.orders.getMany(store, gone, SIGNAL)).missing).toHaveLength(2);
  const listings = [
    { externalId: "700", key: { kind: "shop" } },
    { externalId: BARCODE, key: { kind: "supply" } },
    { externalId: "po:2000123456", key: { kind: "purchase" } },
  ];
  expect((await adapter.listings.getMany(store, listings, SIGNAL)).missing).toEqual([]);
  const disputes = [
    { externalId: "cancel:C1" },
    { externalId: "return:R1", key: { at: "2026-01-15 09:10:00", order: "26011500055555" } },
    { externalId: "vendor:V1", key: { warehouse: "VIP_NH" } },
  ];
  expect((await adapter.disputes.getMany(store, disputes, SIGNAL)).missing).toEqual([]);
  await adapter.shipments.carriers?.(store, SIGNAL);
  await adapter.shipments.carriers?.(givenStore({ settings: { vendor_id: "550", modes: ["dvd"] } }), SIGNAL);
  for (const item of [givenPush("5"), givenShopPush("5")]) {
    expect(await adapter.stock.set(store, [item], SIGNAL)).toMatchObject([{ outcome: "accepted" }]);
    await adapter.stock.read?.(store, [item], SIGNAL);
  }
  const priced = await adapter.prices.set(store, [givenPush("5.5"), givenShopPush("5.5", { key: "s" })], SIGNAL);
  expect(priced).toMatchObject([{ outcome: "submitted" }, { outcome: "accepted" }]);
  await adapter.prices.check?.(store, ["PA1"], SIGNAL);
  await adapter.prices.read?.(store, [givenPush("5.5"), givenShopPush("5.5")], SIGNAL);
  take();

  await act("orders.acknowledge", { orderExternalId: "26011500098765" }, { getOrdersByOrderSn: null });
  await act("orders.acknowledge", { orderExternalId: "26011500055555" });
  await act("orders.acknowledge", { orderExternalId: "26011500099999", place: "WH001" });
  await act("orders.acknowledge", { orderExternalId: "26011500099999", decline: true });
  await act("orders.create_pick", { purchaseOrderExternalId: "2000123456", warehouse: "VIP_NH" });
  const none = { getPoList: { total: 1, purchase_order_list: [givenPurchase({ not_pick: "0", unpick_list: [] })] } };
  const { adapter: after, take: takeAfter } = given(none);
  const pick = after.orders.acts.create_pick as AnyAct;
  const input = pick.input.parse({ purchaseOrderExternalId: "2000123456" });
  expect(await pick.findEffect?.(store, { idempotencyKey: "k", input, progress: null }, SIGNAL)).toMatchObject({
    externalId: "PICK-2000123456-10",
  });
  takeAfter();
  const listing = { listingExternalId: "700", variantExternalId: null, reason: null };
  await act("listings.deactivate", listing);
  await act("listings.activate", listing, {
    getProducts: { has_next: false, products: [{ spu_id: "700", shelf_status: "off" }] },
  });
  const parcel = {
    carrier: "sf",
    trackingNumber: "SF1",
    trackingUrl: null,
    shippedAt: null,
    place: null,
    lines: [],
    notifyBuyer: false,
    method: null,
  };
  const direct = { getOrders: { total: 0, orders: [] } };
  await act("shipments.confirm", { ...parcel, orderExternalId: "26011500098765" });
  await act(
    "shipments.confirm",
    { ...parcel, orderExternalId: "26011500012345", carrier: null, trackingNumber: null },
    direct,
  );
  await act("shipments.confirm", { ...parcel, orderExternalId: "26011500055555" }, direct);
  await act("shipments.confirm", { ...parcel, orderExternalId: "PICK-2000123456-10" }, direct);
  await act("shipments.arrange", { orderExternalId: "26011500012345" }, direct);
  const shipment = { ...parcel, shipmentExternalId: "parcel:1" };
  await act("shipments.correct", { ...shipment, orderExternalId: "26011500055555" }, direct);
  await act("shipments.correct", { ...shipment, orderExternalId: "26011500098765", oldTrackingNumber: "SF0" });
  const answer = {
    orderExternalId: null,
    system: null,
    reason: null,
    message: "同意",
    lockToken: null,
    amount: null,
    currency: null,
    files: [],
    returnAddressId: null,
  };
  for (const name of ["disputes.accept", "disputes.refuse"]) {
    await act(name, { ...answer, disputeExternalId: "cancel:C1" });
    await act(name, { ...answer, disputeExternalId: "return:R1", orderExternalId: "26011500055555" });
  }
  await act("disputes.receive_return", {
    ...answer,
    disputeExternalId: "return:R1",
    orderExternalId: "26011500055555",
  });
  const refusedAtDoor = {
    order_return_id: "R1",
    order_id: "1",
    return_type: 0,
    return_time: "2026-01-15 09:10:00",
    carrier: "SF",
    transport_no: "1",
  };
  await act(
    "disputes.receive_return",
    { ...answer, disputeExternalId: "return:R1" },
    { getOrderReturnList: { total: 1, order_return_list: [refusedAtDoor] } },
  );
  return all;
}

describe("calls", () => {
  it("reach their end, and are of methods that are named", async () => {
    const methods = new Set((await everyCall()).map((call) => `${call.service}.${call.method}`));
    expect(methods.size).toBe(CALLED);
  });

  it.runIf(isThere)("are valid by the vendor's catalogue, but for those that are named here", async () => {
    const catalogue = JSON.parse(readFileSync(FILE, "utf8")) as Catalogue;
    const calls = await everyCall();
    const treeOf = (call: Sent) => catalogue.services[call.service]?.methods[call.method];
    const without = [...new Set(calls.filter((call) => !treeOf(call)).map((call) => call.method))];
    expect(without.sort()).toEqual(Object.keys(WITHOUT_TREE).sort());
    const problems = calls.flatMap((call) => {
      const tree = treeOf(call);
      return tree ? fieldsOf(catalogue, call.method, tree.args, call.args) : [];
    });
    expect([...new Set(problems)]).toEqual([]);
  });
});
