/** Parcels of a trade, and what becomes of its lines when they leave. */

import { carrierName } from "./carriers.ts";
import { announceTrade, changeTrade, log, nowOf, type Store } from "./store.ts";
import { toText } from "./time.ts";
import { isClosed } from "./totals.ts";
import { derivedStatus, isShipped, startConfirmTimer } from "./trade-status.ts";
import type { Cause, Line, Parcel, Trade } from "./types.ts";
import { id64 } from "./wire.ts";

export interface Shipment {
  lines: readonly Line[];
  carrier: string;
  trackingNumber: string;
  isOnline: boolean;
  isSplit: boolean;
  /** False: an order to the carrier, whose parcel leaves when it is confirmed. */
  isSent: boolean;
  by: Cause;
}

/** What a carrier reports of a parcel. */
const ACTION_TEXTS: Readonly<Record<string, string>> = {
  CREATE: "订单已创建",
  CONSIGN: "卖家已发货",
  GOT: "快件已揽收",
  ARRIVAL: "快件已到达",
  DEPARTURE: "快件已发出",
  SENT_CITY: "快件已到达派送城市",
  TO_EMS: "快件已转邮政",
  OTHER: "运输中",
  SENT_SCAN: "派送中",
  SIGNED: "已签收",
  FAILED: "派送失败",
  LOST: "快件丢失",
};

/** Makes a parcel; when it is sent, its lines are shipped. */
export function makeParcel(store: Store, trade: Trade, shipment: Shipment): Parcel {
  const now = nowOf(store);
  store.ids.parcel += 1;
  const parcel: Parcel = {
    orderCode: String(store.ids.parcel),
    tid: trade.tid,
    oids: shipment.lines.map((line) => line.oid),
    isSplit: shipment.isSplit,
    carrier: shipment.carrier,
    trackingNumber: shipment.trackingNumber,
    isOnline: shipment.isOnline,
    // The carrier of the seller's own choice reports nothing: the platform takes its parcels as received at once.
    status: shipment.isOnline ? "CREATED" : "ACCEPTED_BY_RECEIVER",
    created: now,
    modified: now,
    steps: [],
  };
  trade.parcels.push(parcel);
  trade.isSplit ||= shipment.isSplit;
  if (shipment.isSent) sendParcel(store, trade, parcel, shipment.by);
  else changeTrade(store, trade, "carrier_ordered", shipment.by, () => {});
  return parcel;
}

/** The parcel leaves: its lines are shipped. */
export function sendParcel(store: Store, trade: Trade, parcel: Parcel, by: Cause): void {
  const now = nowOf(store);
  const lines = trade.lines.filter((line) => parcel.oids.includes(line.oid) && !isClosed(line));
  const wasSent = trade.lines.filter((line) => !isClosed(line)).every(isShipped);
  const left = trade.lines.filter((line) => !isClosed(line) && !isShipped(line) && !lines.includes(line));
  changeTrade(
    store,
    trade,
    "shipped",
    by,
    () => {
      for (const line of lines) {
        if (!isShipped(line)) line.status = "WAIT_BUYER_CONFIRM_GOODS";
        line.consignTime ??= now;
        line.carrier = carrierName(parcel.carrier);
        line.trackingNumber = parcel.trackingNumber;
      }
      trade.consignTime ??= now;
      trade.status = derivedStatus(trade);
      if (trade.cod !== null) trade.cod.status = "ACCEPTED_BY_COMPANY";
    },
    left.length > 0 ? "taobao_trade_TradePartlySellerShip" : "taobao_trade_TradeSellerShip",
  );
  if (parcel.carrier !== "") logShipment(store, trade, parcel, by);
  reportStep(store, trade, parcel, "CONSIGN");
  if (!wasSent && left.length === 0 && trade.cod === null) startConfirmTimer(store, trade);
}

function logShipment(store: Store, trade: Trade, parcel: Parcel, by: Cause): void {
  log(store, {
    kind: "shipment_made",
    shipmentId: parcel.orderCode,
    orderId: trade.tid,
    tracking: parcel.trackingNumber,
    by,
  });
}

/** The carrier reports. */
export function reportStep(store: Store, trade: Trade, parcel: Parcel, action: string): void {
  const at = nowOf(store);
  const text = ACTION_TEXTS[action] ?? action;
  parcel.steps.push({ at, text, action });
  parcel.modified = at;
  store.messages.add("taobao_logistics_LogsticDetailTrace", {
    tid: id64(trade.tid),
    out_sid: parcel.trackingNumber,
    company_name: carrierName(parcel.carrier),
    action,
    desc: text,
    time: toText(at),
  });
  if (action === "SIGNED" && trade.cod !== null) signCod(store, trade);
}

/** A parcel of the platform's carriers goes from state to state. */
export function moveParcel(store: Store, parcel: Parcel, status: string): void {
  parcel.status = status;
  parcel.modified = nowOf(store);
}

/** The receiver takes and pays a parcel that is paid on delivery. */
function signCod(store: Store, trade: Trade): void {
  changeTrade(store, trade, "signed", "buyer", () => {
    for (const line of trade.lines) if (line.status === "WAIT_BUYER_CONFIRM_GOODS") line.status = "TRADE_BUYER_SIGNED";
    if (trade.cod !== null) trade.cod.status = "SIGN_IN";
    trade.payTime = nowOf(store);
    trade.status = derivedStatus(trade);
  });
  startConfirmTimer(store, trade, 1);
}

/** Another number, or another carrier, for a parcel. */
export function correctParcel(
  store: Store,
  trade: Trade,
  parcel: Parcel,
  next: { carrier: string; trackingNumber: string },
  by: Cause,
): void {
  changeTrade(store, trade, "tracking", by, () => {
    Object.assign(parcel, next, { modified: nowOf(store) });
    for (const line of trade.lines.filter((candidate) => parcel.oids.includes(candidate.oid))) {
      line.carrier = carrierName(next.carrier);
      line.trackingNumber = next.trackingNumber;
    }
  });
  announceTrade(store, trade, "taobao_trade_TradeSellerShip");
}
