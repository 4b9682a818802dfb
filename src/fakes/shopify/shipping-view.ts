/** Work to ship and parcels as the API tells them. */

import { lineItem, locationView } from "./goods-view.ts";
import { firstOf, partsOf } from "./pages.ts";
import type { Store } from "./store.ts";
import type { Order, Parcel, Work } from "./types.ts";
import { gid, time, timeOrNull, type View } from "./wire.ts";

/** What a caller may do with work, by its status. */
const ACTIONS: Readonly<Record<Work["status"], readonly string[]>> = {
  OPEN: ["CREATE_FULFILLMENT", "HOLD", "MOVE", "SPLIT"],
  IN_PROGRESS: ["CREATE_FULFILLMENT", "HOLD"],
  SCHEDULED: ["MARK_AS_OPEN"],
  ON_HOLD: ["RELEASE_HOLD"],
  INCOMPLETE: [],
  CLOSED: [],
  CANCELLED: [],
};

/** How the order is told, which tells its parts itself. */
type TellOrder = (store: Store, order: Order) => View;

export function workView(store: Store, work: Work, tellOrder: TellOrder): View {
  const { order, location } = work;
  return {
    __typename: "FulfillmentOrder",
    id: gid("FulfillmentOrder", work.id),
    status: work.status,
    requestStatus: work.request,
    createdAt: time(work.created),
    updatedAt: time(work.updated),
    fulfillAt: timeOrNull(work.fulfillAt),
    fulfillBy: null,
    orderId: gid("Order", order.id),
    orderName: `#${order.number}`,
    order: () => tellOrder(store, order),
    assignedLocation: { name: location.name, location: locationView(location) },
    fulfillmentHolds: work.holds.map(({ id, reason, notes, isOurs }) => {
      return { id: gid("FulfillmentHold", id), reason, reasonNotes: notes, heldByRequestingApp: isOurs };
    }),
    supportedActions: ACTIONS[work.status].map((action) => ({ action })),
    deliveryMethod: { id: gid("DeliveryMethod", work.id), methodType: "SHIPPING" },
    lineItems: partsOf(work.lines, ({ id, line, total, remaining }) => ({
      __typename: "FulfillmentOrderLineItem",
      id: gid("FulfillmentOrderLineItem", id),
      totalQuantity: total,
      remainingQuantity: remaining,
      sku: line.sku,
      lineItem: () => lineItem(store, order, line),
    })),
  };
}

export function parcelView(store: Store, parcel: Parcel, tellOrder: TellOrder): View {
  const { order } = parcel;
  return {
    __typename: "Fulfillment",
    id: gid("Fulfillment", parcel.id),
    name: parcel.name,
    status: parcel.status,
    displayStatus: parcel.display,
    createdAt: time(parcel.created),
    updatedAt: time(parcel.updated),
    inTransitAt: timeOrNull(parcel.inTransit),
    deliveredAt: timeOrNull(parcel.delivered),
    estimatedDeliveryAt: null,
    totalQuantity: parcel.lines.reduce((sum, { quantity }) => sum + quantity, 0),
    trackingInfo: firstOf(parcel.tracking, (one) => ({ ...one })),
    fulfillmentLineItems: partsOf(parcel.lines, (row) => parcelLine(store, parcel, row)),
    location: locationView(parcel.location),
    order: () => tellOrder(store, order),
    events: partsOf(parcel.events, eventView),
  };
}

export function parcelLine(store: Store, { order }: Pick<Parcel, "order">, row: Parcel["lines"][number]): View {
  const lineItemOf = (): View => lineItem(store, order, row.line);
  return { id: gid("FulfillmentLineItem", row.id), quantity: row.quantity, lineItem: lineItemOf };
}

export function eventView({ id, status, at, message }: Parcel["events"][number]): View {
  return { id: gid("FulfillmentEvent", id), status, happenedAt: time(at), message };
}
