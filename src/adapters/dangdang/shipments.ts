/** The parcel of an order: one carrier, one number. No method tells its events: the order's state does. */
import { CONFIRM_SHIPMENT, CORRECT_TRACKING } from "../../core/act-inputs.ts";
import type { CorrectTrackingInput, RawDocument, ShipmentCapability, Store } from "../../core/adapter.ts";
import { type ActCapability, type ActOutcome, absent, type ConfirmShipmentInput } from "../../core/adapter.ts";
import type { AdapterError } from "../../core/errors.ts";
import { look } from "../../core/model/look.ts";
import { type Shipment, unified, type Warning } from "../../core/model/records.ts";
import { UNSAID_SHIPMENT } from "../../core/model/unsaid.ts";
import { NO_WINDOW } from "../../core/paging.ts";
import type { Fields, Tree } from "../../core/tree.ts";
import { documentsInFile, verdictsIn } from "./client/envelope.ts";
import { type Client, done, refusable, refuse, unconfirmed } from "./client/index.ts";
import { carrierOf, carrierOfName, DOCS, listCarriers, ORDER_STATE, PARCEL_STATUS } from "./codes.ts";
import { settingsOf } from "./config.ts";
import { GET_BATCH, MINUTES_A_DAY } from "./limits.ts";
import { readOrder } from "./orders/read.ts";
import { itemsOf, read } from "./schemas.ts";

const FORM = "parcel@4.0";

export function createShipments(client: Client): ShipmentCapability {
  return {
    // The order's own document tells its parcel as well: this reads it for those who ask for parcels alone.
    streams: [{ name: "parcels", by: "parent", window: NO_WINDOW, everySeconds: MINUTES_A_DAY * 60 }],
    getBatch: GET_BATCH,
    list: async () => ({ documents: [], references: [], next: null }),
    async getMany(store, keys, signal) {
      const documents: RawDocument[] = [];
      for (const { externalId, key } of keys) {
        const order = await readOrder(client, store, key?.order ?? externalId, signal);
        if (order?.text(NUMBER)) documents.push(toDocument(order));
      }
      // An order without a parcel is no record that is missing.
      return { documents, missing: [] };
    },
    toUnified(raw) {
      const shipment = toShipment(read(raw.payload));
      if (!shipment) throw new Error("the order has no parcel");
      return unified({ shipments: [shipment] });
    },
    parseFile: (bytes) =>
      documentsInFile(bytes, "shipment", (value) =>
        "orderID" in value && read(value).text(NUMBER) ? [toDocument(read(value))] : null,
      ),
    acts: {
      confirm: createConfirmAct(client),
      correct: createCorrectAct(client),
      arrange: absent(
        "parcels for the platform's own delivery are handed over by a call whose parameters are not published",
        DOCS,
      ),
    },
    carriers: async () => listCarriers(),
  };
}

const NUMBER = "sendGoodsInfo/sendOrderID";

/** What the parcel needs of its order; goods, buyer and money stay with the order. */
function toDocument(order: Tree): RawDocument {
  const externalId = order.need("orderID");
  const picked = (path: string, names: readonly string[]): Fields =>
    Object.fromEntries(names.map((name) => [name, order.text(path + name) ?? ""]));
  const parcel = picked("sendGoodsInfo/", ["sendCompany", "sendOrderID", "sendGoodsMode"]);
  const payload = { ...picked("", ["orderID", "orderState", "orderMode", "sendDate"]), sendGoodsInfo: parcel };
  return { externalId, key: { order: externalId }, sourceUpdatedAt: null, sourceVersion: null, form: FORM, payload };
}

/** The parcel of an order, or null before it has a number. Pure. */
export function toShipment(order: Tree): Shipment | null {
  const trackingNumber = order.text(NUMBER);
  if (trackingNumber === null) return null;
  const warnings: Warning[] = [];
  const externalStatus = order.need("orderState");
  const status = look(ORDER_STATE, "order state", externalStatus, "unknown", warnings);
  const externalCarrier = order.text("sendGoodsInfo/sendCompany");
  return {
    ...UNSAID_SHIPMENT,
    externalId: order.need("orderID"),
    orderExternalId: order.need("orderID"),
    status: PARCEL_STATUS[status] ?? "unknown",
    externalStatus,
    carrier: carrierOfName(externalCarrier),
    externalCarrier,
    trackingNumber,
    fulfilledBy: "seller",
    shippedAt: order.time("sendDate"),
    lines: [],
    events: [],
    warnings,
  };
}

const SEND = "dangdang.order.goods.send";
const CHANGE = "dangdang.orders.changeExpressNo";
const shipped = (orderId: string): ActOutcome => done(orderId, "orders", "shipments");

/** Name, phone and letters of a carrier, as the platform takes them; null where it is not in its list. */
function expressOf(store: Store, wanted: string | null) {
  const carrier = wanted === null ? null : carrierOf(wanted);
  if (!carrier) return null;
  const phone = settingsOf(store.settings).carrier_phones[carrier.code ?? carrier.letters] ?? carrier.phone ?? "";
  return { ...carrier, phone };
}

const CARRIER_MISSING = "name a carrier of the list (its code, or platform: and its letters) and a number";

/** One shot: pieces that are not in the call count as out of stock, and are cancelled and refunded. */
function createConfirmAct(client: Client): ActCapability<ConfirmShipmentInput> {
  return {
    input: CONFIRM_SHIPMENT,
    idempotent: false,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const { orderExternalId: orderId, carrier, trackingNumber } = input;
        const order = await readOrder(client, store, orderId, signal);
        if (!order) return refuse("not_found", SEND, `order ${orderId} does not exist`);
        if (isDone(order, input)) return shipped(orderId);
        const reason = refusalOf(order, input);
        if (reason !== null) return refuse("conflict", SEND, reason);
        const express = expressOf(store, carrier);
        if (!express || !trackingNumber) return refuse("invalid_request", SEND, CARRIER_MISSING);
        const { carrier_element: element } = settingsOf(store.settings);
        const OrderInfo = {
          orderID: orderId,
          logisticsName: express.name,
          logisticsTel: express.phone,
          logisticsOrderID: trackingNumber,
          ...(element === undefined ? {} : { [element]: express.letters }),
          SendGoodsList: { ItemInfo: goodsOf(order, input) },
        };
        const file = { field: "sendGoods", content: { OrdersList: { OrderInfo } } };
        const call = { method: SEND, version: element === undefined ? "1.0" : "3.0", file, effect: "write" } as const;
        const [verdict] = verdictsIn((await client.call(store, call, signal)).fields, SEND);
        if (!verdict) throw unconfirmed(SEND);
        return verdict.error ? refused(store, input, verdict.error, signal) : shipped(orderId);
      }),
    async findEffect(store, { input }, signal) {
      const order = await readOrder(client, store, input.orderExternalId, signal);
      return order && isDone(order, input) ? shipped(input.orderExternalId) : null;
    },
  };

  /** A state that forbids it may be the one that was wanted. */
  async function refused(
    store: Store,
    input: ConfirmShipmentInput,
    error: AdapterError,
    signal: AbortSignal,
  ): Promise<ActOutcome> {
    const order = error.category === "conflict" ? await readOrder(client, store, input.orderExternalId, signal) : null;
    if (order && isDone(order, input)) return shipped(input.orderExternalId);
    throw error;
  }
}

/** Whether the order bears our number and has left. */
const isDone = (order: Tree, { trackingNumber }: ConfirmShipmentInput): boolean =>
  trackingNumber !== null && order.text(NUMBER) === trackingNumber && stateOf(order) !== "awaiting_shipment";

const stateOf = (order: Tree) => ORDER_STATE[order.need("orderState")];

/** Why the call would be wrong, or null. */
function refusalOf(order: Tree, { lines, method }: ConfirmShipmentInput): string | null {
  if (order.text("orderMode") === "2") return "the platform delivers this order: hand it over on its own page";
  if (stateOf(order) !== "awaiting_shipment")
    return `the order is ${order.text("orderState")}: nothing of it is to be shipped`;
  const items = itemsOf(order);
  if (lines.some((line) => !items.some(({ lineId }) => lineId === line.orderLineExternalId)))
    return "the order has no such line";
  const isWhole = items.every(({ item, lineId }) => unitsOf(lines, lineId, item) === item.count("orderCount"));
  return isWhole || method === CANCEL_REST
    ? null
    : "an order ships once, and the rest is cancelled: ship it whole, or say so with the method cancel_rest";
}

const CANCEL_REST = "cancel_rest";

/** Pieces of a line that are shipped; without lines all of them. */
const unitsOf = (lines: ConfirmShipmentInput["lines"], lineId: string, item: Tree): number =>
  lines.length === 0
    ? (item.count("orderCount") ?? 0)
    : lines.reduce((sum, line) => sum + (line.orderLineExternalId === lineId ? line.quantity : 0), 0);

const goodsOf = (order: Tree, { lines }: ConfirmShipmentInput): Fields[] =>
  itemsOf(order).map(({ item, lineId }) => ({
    itemID: item.need("itemID"),
    sendGoodsCount: String(unitsOf(lines, lineId, item)),
    belongPromo: item.text("belongPromo") ?? "",
    productItemId: item.text("productItemId") ?? "",
  }));

function createCorrectAct(client: Client): ActCapability<CorrectTrackingInput> {
  return {
    input: CORRECT_TRACKING,
    idempotent: true,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const { orderExternalId: orderId, carrier, trackingNumber: newExpressNo } = input;
        const order = await readOrder(client, store, orderId, signal);
        if (!order) return refuse("not_found", CHANGE, `order ${orderId} does not exist`);
        const expressNo = order.text(NUMBER);
        if (expressNo === null) return refuse("conflict", CHANGE, "the order has no parcel yet");
        if (expressNo === newExpressNo) return shipped(orderId);
        const express = expressOf(store, carrier);
        if (!express || !newExpressNo) return refuse("invalid_request", CHANGE, CARRIER_MISSING);
        const content = {
          orderId,
          newExpressCompanyName: express.name,
          newExpressCompanyId: express.number ?? express.letters,
          newExpressCompanyTel: express.phone,
          expressNo,
          newExpressNo,
        };
        const file = { field: "orderExpressInfo", functionId: "modifyExpressInfo", content };
        await client.call(store, { method: CHANGE, version: "1.0", file, effect: "keyed-write" }, signal);
        return shipped(orderId);
      }),
  };
}
