/** Parcels of orders that the seller ships, as the order's document tells them. */
import { look } from "../../../core/model/look.ts";
import type { Shipment, Warning } from "../../../core/model/records.ts";
import { UNSAID_SHIPMENT } from "../../../core/model/unsaid.ts";
import type { ShipmentStatus } from "../../../core/model/vocabulary.ts";
import type { Tree } from "../../../core/tree.ts";
import { PARCEL, PARCEL_DETAIL } from "../codes.ts";
import { piecesIn } from "../schemas.ts";
import { CARRIERS } from "./carriers.ts";

export const shipmentId = (orderId: string, reference: string): string => `${orderId}/${reference}`;

export const shipmentsIn = (order: Tree): Shipment[] =>
  order.list("packages").map((parcel) => toShipment(order, parcel));

function toShipment(order: Tree, parcel: Tree): Shipment {
  const warnings: Warning[] = [];
  const [state, detail] = [parcel.text("packageStatus/status"), parcel.text("packageStatus/detailedStatus")];
  const orderExternalId = order.need("orderId");
  const carrier = parcel.text("carrier");
  return {
    ...UNSAID_SHIPMENT,
    externalId: shipmentId(orderExternalId, parcel.need("packageReferenceId")),
    orderExternalId,
    status: statusOf(state, detail, warnings),
    externalStatus: [state, detail].filter((word) => word !== null).join("/") || null,
    carrier: CARRIERS.codeOfName(carrier),
    externalCarrier: carrier,
    trackingNumber: parcel.text("trackingNumber"),
    fulfilledBy: "seller",
    shippedAt: parcel.time("shipTime"),
    lines: parcel
      .list("packageItems")
      .map((item) => ({ orderLineExternalId: item.need("orderItemId"), quantity: piecesIn(item, "quantity") })),
    events: [],
    warnings,
  };
}

/** A detail that no table knows leaves what the state says. A parcel without a state is one that was only confirmed. */
function statusOf(state: string | null, detail: string | null, warnings: Warning[]): ShipmentStatus {
  if (state === null) return "in_transit";
  const status = look(PARCEL, "package status", state, "unknown", warnings);
  return detail === null || status === "unknown"
    ? status
    : look(PARCEL_DETAIL, "package detail", detail, status, warnings);
}
