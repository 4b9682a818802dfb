/** Parcels of an order: its fulfilments, packed, sent and delivered. Pure. */
import { type Shipment, type Unified, unified, type Warning } from "../../../core/model/records.ts";
import { UNSAID_SHIPMENT } from "../../../core/model/unsaid.ts";
import type { Tree } from "../../../core/tree.ts";
import { carrierOf, META, PARCEL_TIMES } from "../codes.ts";
import { piecesIn, read } from "../schemas.ts";

export const shipmentsIn = (order: Tree): Shipment[] =>
  order.list("fulfillments").map((parcel) => toShipment(parcel, order.need("id")));

/** Throws for an order without a list of fulfilments: its answer was not asked for them. */
export function toUnified({ payload }: { payload: unknown }): Unified {
  const order = read(payload);
  if (!Array.isArray(order.fields.fulfillments)) throw new TypeError("fulfillments is missing");
  return unified({ shipments: shipmentsIn(order) });
}

function toShipment(parcel: Tree, orderExternalId: string): Shipment {
  const warnings: Warning[] = [];
  const [time, status] = PARCEL_TIMES.find(([name]) => parcel.time(name) !== null) ?? ["", "unknown" as const];
  if (status === "unknown") warnings.push({ code: "unknown_code", detail: "a fulfilment without any of its times" });
  const [label] = parcel.list("labels");
  const trackingUrl = label?.text("tracking_url") ?? null;
  const named = parcel.text(`metadata/${META.carrier}`);
  return {
    ...UNSAID_SHIPMENT,
    externalId: parcel.need("id"),
    orderExternalId,
    status,
    externalStatus: time.replace(/_at$/, "") || null,
    carrier: named?.startsWith("platform:") ? null : (named ?? carrierOf(trackingUrl)),
    externalCarrier: named?.replace(/^platform:/, "") ?? parcel.text("provider_id", "provider/id"),
    trackingNumber: label?.text("tracking_number") ?? null,
    trackingUrl,
    place: parcel.text("location_id"),
    fulfilledBy: "seller",
    shippedAt: parcel.time("shipped_at"),
    deliveredAt: parcel.time("delivered_at"),
    lines: linesOf(parcel),
    events: [],
    warnings,
  };
}

/** A kit's line stands once for each of its parts; it is told once. */
export function linesOf(parcel: Tree): Shipment["lines"] {
  const lines = new Map<string, number>();
  for (const item of parcel.list("items")) {
    const id = item.text("line_item_id");
    if (id !== null && !lines.has(id)) lines.set(id, piecesIn(item, "quantity"));
  }
  return [...lines].map(([orderLineExternalId, quantity]) => ({ orderLineExternalId, quantity }));
}
