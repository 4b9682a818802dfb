/** Fields of records of which a platform says nothing: each adapter begins with these and names what it knows. */
import type { Dispute, Order, OrderLine, Shipment, Variant } from "./records.ts";

/** Frozen: mappers spread it, nobody writes it. */
const unsaid = <T extends object>(fields: T): Readonly<T> => Object.freeze(fields);

export const UNSAID_ORDER = unsaid({
  externalNumber: null,
  parentExternalId: null,
  externalKind: null,
  place: null,
  shipBy: null,
  deliverBy: null,
  completedAt: null,
  cancelledAt: null,
  deductsStockOn: null,
} satisfies Partial<Order>);

export const UNSAID_LINE = unsaid({
  listingExternalId: null,
  returnedQuantity: 0,
  place: null,
  parentExternalId: null,
} satisfies Partial<OrderLine>);

export const UNSAID_VARIANT = unsaid({
  barcode: null,
  regularPrice: null,
  externalProductId: null,
} satisfies Partial<Variant>);

export const UNSAID_SHIPMENT = unsaid({
  trackingUrl: null,
  place: null,
  shippedAt: null,
  deliveredAt: null,
} satisfies Partial<Shipment>);

export const UNSAID_DISPUTE = unsaid({
  dueAt: null,
  closedAt: null,
  reason: null,
  returnTracking: null,
  lockToken: null,
  restockedByPlatform: null,
} satisfies Partial<Dispute>);
