/** Why a shipment is refused, by suffix. https://open.taobao.com/api.htm?docId=10690 */

import { findCarrier } from "./carriers.ts";
import { refusal, type TopError } from "./top-error.ts";
import { isClosed } from "./totals.ts";
import { isEnded, isShipped } from "./trade-status.ts";
import type { Line, Trade } from "./types.ts";

export type Way = "offline" | "online" | "dummy" | "confirm";

const TEXTS: Readonly<Record<string, string>> = {
  B01: "order not found",
  B02: "the order's status does not allow it",
  B04: "already shipped or closed",
  B06: "a line was shipped before",
  B27: "a shipping order exists",
  B56: "the carrier is missing",
  B57: "the carrier cannot be used for own shipping",
  B59: "the tracking number is missing",
  B60: "the tracking number breaks the carrier's rule",
  B98: "another way of shipping is needed for this order",
  B101: "the address is not yours",
  P03: "the carrier is unknown",
  P25: "is_split and sub_tid come together",
  P38: "sub_tid must be some of the order's lines, not all",
  CD22: "the order is split: is_split and sub_tid are needed",
  HD06: "already confirmed",
};

export function shippingError(way: Way, suffix: string): TopError {
  return refusal(`isv.logistics-${way}-service-error:${suffix}`, TEXTS[suffix] ?? suffix);
}

/** The seller's addresses, by `contact_id`. */
export const ADDRESSES = [
  { id: "71001", city: "杭州市", addr: "文一西路1号", zip: "310000", isDefault: true },
  { id: "71002", city: "杭州市", addr: "良睦路2号", zip: "310001", isDefault: false },
] as const;

/** Throws when the trade cannot be shipped this way now. */
export function checkTrade(trade: Trade | undefined, way: Way): asserts trade is Trade {
  if (trade === undefined) throw shippingError(way, "B01");
  const lines = trade.lines.filter((line) => !isClosed(line));
  if (isEnded(trade) || lines.every(isShipped)) throw shippingError(way, "B04");
  if (trade.status !== "WAIT_SELLER_SEND_GOODS" && trade.status !== "SELLER_CONSIGNED_PART")
    throw shippingError(way, "B02");
  if (trade.hold !== "none") throw shippingError(way, "B02");
  const isVirtual = trade.shippingType === "virtual";
  if (isVirtual !== (way === "dummy")) throw shippingError(way, "B98");
  if (way === "offline" && trade.cod !== null) throw shippingError(way, "B98");
  const isOrdered = trade.parcels.some((parcel) => parcel.isOnline && parcel.status !== "CANCELLED");
  if (isOrdered && (way === "offline" || way === "online") && !trade.isSplit) throw shippingError(way, "B27");
}

/** Throws when the carrier or its number cannot be used. */
export function checkCarrier(code: string | undefined, trackingNumber: string | undefined, way: Way): void {
  if (code === undefined) throw shippingError(way, "B56");
  const carrier = findCarrier(code);
  if (carrier === undefined) throw shippingError(way, "P03");
  if (way === "offline" && carrier.isOnlineOnly) throw shippingError(way, "B57");
  if (trackingNumber === undefined) {
    if (way === "offline") throw shippingError(way, "B59");
  } else if (!new RegExp(carrier.pattern).test(trackingNumber)) throw shippingError(way, "B60");
}

/** The lines of a parcel. Throws when the rules of split orders are broken. */
export function linesOf(trade: Trade, isSplit: boolean, oids: readonly string[], way: Way): Line[] {
  if (trade.isSplit && !(isSplit && oids.length > 0)) throw shippingError(way, "CD22");
  if (isSplit !== oids.length > 0) throw shippingError(way, "P25");
  const open = trade.lines.filter((line) => !isClosed(line));
  if (!isSplit) return open.filter((line) => !isShipped(line));
  const wanted = trade.lines.filter((line) => oids.includes(line.oid));
  if (wanted.length !== new Set(oids).size || wanted.length >= trade.lines.length) throw shippingError(way, "P38");
  if (wanted.some(isClosed)) throw shippingError(way, "B04");
  if (wanted.some(isShipped)) throw shippingError(way, "B06");
  return wanted;
}

export function checkAddress(id: string | undefined, way: Way): void {
  if (id !== undefined && !ADDRESSES.some((address) => address.id === id)) throw shippingError(way, "B101");
}
