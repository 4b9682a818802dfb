/** Parcels of an order: its fulfilments. Pure. */
import { look } from "../../../core/model/look.ts";
import { type Shipment, type Unified, unified, type Warning } from "../../../core/model/records.ts";
import { UNSAID_SHIPMENT } from "../../../core/model/unsaid.ts";
import type { Tree } from "../../../core/tree.ts";
import { FULFILLMENT, PARCEL } from "../codes.ts";
import { sentParcels } from "../orders/status.ts";
import { nodesIn, piecesIn, read } from "../schemas.ts";
import { CARRIERS } from "./carriers.ts";

export const shipmentsIn = (order: Tree): Shipment[] =>
  order.list("fulfillments").map((parcel) => toShipment(order, parcel));

/** Throws for a document without a list of fulfilments. */
export function toUnified({ payload }: { payload: unknown }): Unified {
  const order = read(payload);
  if (!Array.isArray(order.fields.fulfillments)) throw new TypeError("fulfillments is missing");
  return unified({ shipments: shipmentsIn(order) });
}

function toShipment(order: Tree, parcel: Tree): Shipment {
  const warnings: Warning[] = [];
  const tracking = parcel.list("trackingInfo");
  const [first] = tracking;
  const externalStatus = parcel.text("displayStatus", "status");
  const table = parcel.text("displayStatus") === null ? FULFILLMENT : PARCEL;
  const known = look(table, "fulfilment", externalStatus ?? "", "unknown", warnings);
  const trackingNumber = first?.text("number") ?? null;
  const company = first?.text("company") ?? null;
  if (tracking.length > 1)
    warnings.push({
      code: "several_parcels",
      detail: `The fulfilment has ${tracking.length} tracking numbers; the first is shown.`,
    });
  return {
    ...UNSAID_SHIPMENT,
    externalId: parcel.need("id"),
    orderExternalId: order.need("id"),
    status: known === "sent" ? (trackingNumber === null ? "pending" : "in_transit") : known,
    externalStatus,
    carrier: CARRIERS.codeOfName(company),
    externalCarrier: company,
    trackingNumber,
    trackingUrl: first?.text("url") ?? null,
    place: parcel.text("location/id"),
    fulfilledBy: "seller",
    shippedAt: parcel.time("inTransitAt", "createdAt"),
    deliveredAt: parcel.time("deliveredAt"),
    lines: linesOf(order, parcel),
    events: [],
    warnings,
  };
}

/** What was in it. A bulk run does not say: of an order's only parcel it is what has left. */
function linesOf(order: Tree, parcel: Tree): Shipment["lines"] {
  if ("fulfillmentLineItems" in parcel.fields)
    return nodesIn(parcel, "fulfillmentLineItems").flatMap((part) => {
      const orderLineExternalId = part.text("lineItem/id");
      return orderLineExternalId === null ? [] : [{ orderLineExternalId, quantity: piecesIn(part, "quantity") }];
    });
  const sent = sentParcels(order);
  if (sent.length !== 1 || sent[0]?.text("id") !== parcel.text("id")) return [];
  return nodesIn(order, "lineItems").flatMap((line) => {
    const quantity = piecesIn(line, "quantity") - piecesIn(line, "unfulfilledQuantity");
    return quantity > 0 ? [{ orderLineExternalId: line.need("id"), quantity }] : [];
  });
}
