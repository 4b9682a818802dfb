/** The parcel of an order: one carrier, one number. No method tells its events: the order's state does. */
import { CORRECT_TRACKING } from "../../core/act-inputs.ts";
import type { ActOutcome, RawDocument, ShipmentCapability, Store } from "../../core/adapter.ts";
import {
  type ActCapability,
  absent,
  type ConfirmShipmentInput,
  type CorrectTrackingInput,
} from "../../core/adapter.ts";
import { look } from "../../core/model/look.ts";
import { type Shipment, unified, type Warning } from "../../core/model/records.ts";
import { UNSAID_SHIPMENT } from "../../core/model/unsaid.ts";
import { noRecord, refusingRows } from "../../core/no-record.ts";
import { NO_WINDOW } from "../../core/paging.ts";
import type { Fields, Tree } from "../../core/tree.ts";
import { piecesOf, shipOnce } from "../../core/whole-acts.ts";
import { confirmed, documentsInFile } from "./client/envelope.ts";
import { done, refusable, refuse } from "./client/helpers.ts";
import type { Client } from "./client/index.ts";
import { CARRIERS, DOCS, ORDER_STATE, PARCEL_STATUS } from "./codes.ts";
import { settingsOf } from "./config.ts";
import { GET_BATCH, MINUTES_A_DAY } from "./limits.ts";
import { readOrder } from "./orders/read.ts";
import { itemsOf, orderedOf, read } from "./schemas.ts";

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
        const order = await readOrder(client.at(store, signal), key?.order ?? externalId);
        if (order?.text(NUMBER)) documents.push(toDocument(order));
      }
      // An order without a parcel is no record that is missing.
      return { documents, missing: [] };
    },
    toUnified: refusingRows((raw) => {
      const shipment = toShipment(read(raw.payload));
      if (!shipment) throw new Error("the order has no parcel");
      return unified({ shipments: [shipment] });
    }),
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
    carriers: async () => CARRIERS.list(),
  };
}

const NUMBER = "sendGoodsInfo/sendOrderID";

/** What the parcel needs of its order; goods, buyer and money stay with the order. */
function toDocument(order: Tree): RawDocument {
  const externalId = order.text("orderID");
  if (externalId === null) return noRecord(order.fields, "order", "orderID");
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
    carrier: CARRIERS.codeOfName(externalCarrier),
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
const CANCEL_REST = "cancel_rest";
const shipped = (orderId: string): ActOutcome => done(orderId, "orders", "shipments");

/** Name, letters and phone of a carrier, as the platform takes them; null where it is not in its list. */
function expressOf(store: Store, wanted: string | null) {
  const carrier = wanted === null ? null : CARRIERS.find(wanted);
  if (!carrier) return null;
  const { carrier_phones: phones } = settingsOf(store.settings);
  return { ...carrier, phone: phones[carrier.code ?? carrier.externalCode] ?? carrier.phone ?? "" };
}

const CARRIER_MISSING = "name a carrier of the list (its code, or platform: and its letters) and a number";

/** One shot: pieces that are not in the call count as out of stock, and are cancelled and refunded. */
const createConfirmAct = (client: Client): ActCapability<ConfirmShipmentInput> =>
  shipOnce(refuse, {
    operation: SEND,
    done: shipped,
    read: (store, orderId, signal) => readOrder(client.at(store, signal), orderId),
    isDone: (order, { trackingNumber }) =>
      trackingNumber !== null && order.text(NUMBER) === trackingNumber && stateOf(order) !== "awaiting_shipment",
    refusal: (order, input, store) =>
      refusalOf(order, input) ?? (input.trackingNumber && expressOf(store, input.carrier) ? null : CARRIER_MISSING),
    async send(store, order, { carrier, trackingNumber, lines }, signal) {
      const express = expressOf(store, carrier);
      const { carrier_element: element } = settingsOf(store.settings);
      const goods = itemsOf(order).map(({ item, lineId }) => ({
        itemID: item.need("itemID"),
        sendGoodsCount: String(piecesOf(lines, lineId, orderedOf(item))),
        belongPromo: item.text("belongPromo") ?? "",
        productItemId: item.text("productItemId") ?? "",
      }));
      const OrderInfo = {
        orderID: order.need("orderID"),
        logisticsName: express?.name,
        logisticsTel: express?.phone,
        logisticsOrderID: trackingNumber,
        ...(element === undefined ? {} : { [element]: express?.externalCode }),
        SendGoodsList: { ItemInfo: goods },
      };
      const file = { field: "sendGoods", content: { OrdersList: { OrderInfo } } };
      const version = element === undefined ? "1.0" : "3.0";
      confirmed(await client.at(store, signal).call(SEND, version, { file, effect: "write" }), SEND);
    },
  });

const stateOf = (order: Tree) => ORDER_STATE[order.need("orderState")];

/** Why the call would be wrong, or null. */
function refusalOf(order: Tree, { lines, method }: ConfirmShipmentInput): string | null {
  if (order.text("orderMode") === "2") return "the platform delivers this order: hand it over on its own page";
  if (stateOf(order) !== "awaiting_shipment")
    return `the order is ${order.text("orderState")}: nothing of it is to be shipped`;
  const items = itemsOf(order).map(({ item, lineId }) => ({ lineId, ordered: orderedOf(item) }));
  if (lines.some((line) => items.every(({ lineId }) => lineId !== line.orderLineExternalId)))
    return "the order has no such line";
  const isWhole = items.every(({ lineId, ordered }) => piecesOf(lines, lineId, ordered) === ordered);
  return isWhole || method === CANCEL_REST
    ? null
    : "an order ships once, and the rest is cancelled: ship it whole, or say so with the method cancel_rest";
}

const createCorrectAct = (client: Client): ActCapability<CorrectTrackingInput> => ({
  input: CORRECT_TRACKING,
  idempotent: true,
  perform: (store, { input: { orderExternalId: orderId, carrier, trackingNumber } }, signal) =>
    refusable(async () => {
      const shop = client.at(store, signal);
      const order = await readOrder(shop, orderId);
      if (!order) return refuse("not_found", CHANGE, `order ${orderId} does not exist`);
      const expressNo = order.text(NUMBER);
      if (expressNo === null) return refuse("conflict", CHANGE, "the order has no parcel yet");
      if (expressNo === trackingNumber) return shipped(orderId);
      const express = expressOf(store, carrier);
      if (!express || !trackingNumber) return refuse("invalid_request", CHANGE, CARRIER_MISSING);
      const content = {
        orderId,
        newExpressCompanyName: express.name,
        newExpressCompanyId: express.number ?? express.externalCode,
        newExpressCompanyTel: express.phone,
        expressNo,
        newExpressNo: trackingNumber,
      };
      const file = { field: "orderExpressInfo", functionId: "modifyExpressInfo", content };
      await shop.call(CHANGE, "1.0", { file, effect: "keyed-write" });
      return shipped(orderId);
    }),
});
