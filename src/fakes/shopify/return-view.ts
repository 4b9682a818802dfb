/** Returns as the API tells them. */

import { lineItem } from "./goods-view.ts";
import { partsOf } from "./pages.ts";
import { parcelLine } from "./shipping-view.ts";
import type { Store } from "./store.ts";
import type { Order, Refund, Return, ReturnLine, ReverseWork } from "./types.ts";
import { gid, time, timeOrNull, type View } from "./wire.ts";

const REASONS = { size_too_small: "Size was too small", defective: "Defective", unwanted: "Unwanted" } as const;

/** A return; how its order and its refunds are told is given. */
export function returnView(
  store: Store,
  back: Return,
  tellOrder: (store: Store, order: Order) => View,
  tellRefund: (store: Store, refund: Refund) => View,
): View {
  const { order, reverse } = back;
  const refunds = order.refunds.filter((refund) => refund.back === back);
  return {
    __typename: "Return",
    id: gid("Return", back.id),
    name: back.name,
    status: back.status,
    createdAt: time(back.created),
    requestApprovedAt: timeOrNull(back.approved),
    closedAt: timeOrNull(back.closed),
    totalQuantity: back.lines.reduce((sum, { quantity }) => sum + quantity, 0),
    decline: back.decline,
    order: () => tellOrder(store, order),
    returnLineItems: partsOf(back.lines, (line) => lineView(store, order, line)),
    exchangeLineItems: partsOf(back.exchange, ({ id, line, quantity }) => ({
      id: gid("ExchangeLineItem", id),
      quantity,
      lineItems: () => [lineItem(store, order, line)],
    })),
    reverseFulfillmentOrders: partsOf(reverse === null ? [] : [reverse], (work) => reverseView(store, order, work)),
    refunds: partsOf(refunds, (refund) => tellRefund(store, refund)),
  };
}

function lineView(store: Store, order: Order, line: ReturnLine): View {
  return {
    __typename: "ReturnLineItem",
    id: gid("ReturnLineItem", line.id),
    quantity: line.quantity,
    processedQuantity: line.processed,
    refundedQuantity: line.refunded,
    customerNote: line.note,
    returnReasonNote: "",
    returnReasonDefinition: {
      id: gid("ReturnReasonDefinition", Object.keys(REASONS).indexOf(line.reason) + 1),
      handle: line.reason.replaceAll("_", "-"),
      name: REASONS[line.reason],
    },
    fulfillmentLineItem: () => parcelLine(store, { order }, line.source),
  };
}

function reverseView(store: Store, order: Order, { id, status, lines, deliveries }: ReverseWork): View {
  return {
    id: gid("ReverseFulfillmentOrder", id),
    status,
    lineItems: partsOf(lines, ({ id: lineId, source, disposed }) => ({
      id: gid("ReverseFulfillmentOrderLineItem", lineId),
      totalQuantity: source.quantity,
      dispositions: disposed.map(({ id: disposal, quantity, type }) => {
        return { id: gid("ReverseFulfillmentOrderDisposition", disposal), quantity, type };
      }),
      fulfillmentLineItem: () => parcelLine(store, { order }, source.source),
    })),
    reverseDeliveries: partsOf(deliveries, ({ id: delivery, number, url, carrier }) => ({
      id: gid("ReverseDelivery", delivery),
      deliverable: {
        __typename: "ReverseDeliveryShippingDeliverable",
        tracking: { number, url, carrierName: carrier },
      },
    })),
  };
}
