/** Parcels: of the seller, and what leaves the platform's warehouses. */

import type { Cause } from "../fake.ts";
import { log, nowOf } from "../living.ts";
import { bookShipment } from "./ledger.ts";
import { isPending, unsentOf } from "./order-status.ts";
import { touch } from "./orders.ts";
import { leave } from "./stock.ts";
import type { Store } from "./store.ts";
import type { Line, Order, PackageStatus, Parcel } from "./types.ts";

/** Codes that the platform knows; another one leaves an order as it is. */
export const CARRIERS: readonly string[] =
  "4PX,Amazon Shipping,China Post,Colissimo,Correos,Deutsche Post,DHL,DHL eCommerce,DPD,Evri,FedEx,GLS,Hermes,La Poste,OnTrac,Other,Poste Italiane,Royal Mail,Sagawa,SF Express,UPS,UPS Mail Innovations,USPS,Yamato Transport,Yodel,YunExpress".split(
    ",",
  );

type Pieces = readonly { line: Line; quantity: number }[];

export interface NewParcel {
  reference: string;
  carrier: string;
  service: string | null;
  tracking: string;
  shipped: number;
  pieces: Pieces;
}

/** Sends pieces; the buyer is charged for them. */
export function ship(store: Store, order: Order, { pieces, ...spec }: NewParcel, by: Cause): Parcel {
  const parcel: Parcel = { ...spec, created: nowOf(store), status: "SHIPPED", detail: null, lines: [...pieces] };
  order.parcels.push(parcel);
  charge(store, order, pieces);
  log(store, {
    kind: "shipment_made",
    shipmentId: `${order.id}/${parcel.reference}`,
    orderId: order.id,
    tracking: parcel.tracking,
    by,
  });
  touch(store, order, "shipped", by);
  return parcel;
}

/** The same reference again: what an earlier confirmation said is mended. */
export function edit(store: Store, order: Order, parcel: Parcel, { pieces, ...spec }: NewParcel): void {
  Object.assign(parcel, spec);
  for (const { line, quantity } of pieces) {
    const held = parcel.lines.find((one) => one.line === line);
    const more = quantity - (held?.quantity ?? 0);
    if (more > 0) charge(store, order, [{ line, quantity: more }]);
    if (held === undefined) parcel.lines.push({ line, quantity });
    else held.quantity = Math.max(held.quantity, quantity);
  }
  touch(store, order, "parcel edited", "api");
}

function charge(store: Store, order: Order, pieces: Pieces): void {
  for (const { line, quantity } of pieces) line.shipped += quantity;
  bookShipment(store, order, pieces);
}

/** The platform's warehouse sends all, or the first pieces; such parcels are not told of. */
export function shipByAmazon(store: Store, order: Order, most = Number.POSITIVE_INFINITY): void {
  if (order.fulfilledBy !== "AMAZON" || order.state !== "OPEN") return;
  const pieces = piecesOf(order, most);
  if (pieces.length === 0) return;
  for (const { line, quantity } of pieces) leave(line, quantity);
  charge(store, order, pieces);
  touch(store, order, "shipped", "owner");
}

/** What is left of an order, or a piece of its first line. */
export function piecesOf(order: Order, most = Number.POSITIVE_INFINITY): Pieces {
  return order.lines
    .slice(0, most < 9 ? 1 : 99)
    .map((line) => ({ line, quantity: Math.min(most, unsentOf(line)) }))
    .filter(({ quantity }) => quantity > 0);
}

/** The seller sends what is left, or a part of it, by his own page; null where nothing can be sent. */
export function shipByOwner(store: Store, order: Order, most?: number): Parcel | null {
  const pieces = piecesOf(order, most);
  const isReady = order.state === "OPEN" && order.fulfilledBy === "MERCHANT" && !isPending(order);
  if (!isReady || pieces.length === 0 || order.verification?.status === "Pending") return null;
  const reference = String(order.parcels.length + 1);
  const tracking = `JJD0${store.random.int(1_000_000_000, 9_999_999_999)}`;
  const spec = { reference, carrier: "DHL", service: "Paket", tracking, shipped: nowOf(store), pieces };
  return ship(store, order, spec, "owner");
}

/** The carrier tells how a parcel fares. */
export function carry(store: Store, order: Order, status: PackageStatus, detail: string | null): void {
  for (const parcel of order.parcels) Object.assign(parcel, { status, detail });
  if (order.parcels.length > 0) touch(store, order, (detail ?? status).toLowerCase(), "owner");
}
