/**
 * A fake's own books: an append-only log of what happened in its life, and the facts that follow from it by
 * arithmetic alone. Answers of the fake are never read here, so the two can be compared.
 */

import type { FakeBooks, FakeEvent, FakeEventBody, OrderFact, Sale, VariantFact } from "./book-events.ts";

interface BookState {
  orders: Map<string, OrderFact>;
  variants: Map<string, VariantFact>;
  listings: Set<string>;
  refunds: Map<string, string>;
  shipments: Set<string>;
  disputes: Set<string>;
  settlements: Set<string>;
  sales: Sale[];
  removedOrderCount: number;
}

export interface Bookkeeper {
  readonly events: readonly FakeEvent[];
  /** Takes the body over; the caller must not use it again. */
  append(at: Date, body: FakeEventBody): void;
  books(): FakeBooks;
}

/** Creates an empty log. */
export function createBookkeeper(): Bookkeeper {
  const events: FakeEvent[] = [];
  const state = emptyState();
  let instant = Number.NaN;
  let text = "";
  return {
    events,
    append(at, body) {
      if (at.getTime() !== instant) {
        instant = at.getTime();
        text = at.toISOString();
      }
      const event: FakeEvent = Object.assign(body, { seq: events.length + 1, at: text });
      events.push(event);
      applyEvent(state, event);
    },
    books: () => snapshot(state),
  };
}

/** Computes the books from a log alone. */
export function foldEvents(events: Iterable<FakeEvent>): FakeBooks {
  const state = emptyState();
  for (const event of events) applyEvent(state, event);
  return snapshot(state);
}

/** Plain JSON of the books, for callers in another process. */
export function booksToJson(books: FakeBooks): {
  counts: Record<string, number>;
  orders: OrderFact[];
  variants: VariantFact[];
  sales: Sale[];
} {
  return {
    counts: books.counts,
    orders: [...books.orders.values()],
    variants: [...books.variants.values()],
    sales: [...books.sales],
  };
}

/** Adds two decimal strings without loss. */
export function addDecimals(a: string, b: string): string {
  const digits = Math.max(fractionOf(a).length, fractionOf(b).length);
  const sum = scaled(a, digits) + scaled(b, digits);
  const text = (sum < 0n ? -sum : sum).toString().padStart(digits + 1, "0");
  const whole = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  return sum < 0n ? `-${whole}` : whole;
}

function fractionOf(value: string): string {
  return value.split(".")[1] ?? "";
}

function scaled(value: string, digits: number): bigint {
  const [whole = "0", fraction = ""] = value.split(".");
  return BigInt(whole + fraction.padEnd(digits, "0"));
}

function emptyState(): BookState {
  return {
    orders: new Map(),
    variants: new Map(),
    listings: new Set(),
    refunds: new Map(),
    shipments: new Set(),
    disputes: new Set(),
    settlements: new Set(),
    sales: [],
    removedOrderCount: 0,
  };
}

function snapshot(state: BookState): FakeBooks {
  let hidden = 0;
  for (const order of state.orders.values()) if (order.isHidden) hidden += 1;
  return {
    counts: {
      orders: state.orders.size - hidden,
      hiddenOrders: hidden,
      removedOrders: state.removedOrderCount,
      listings: state.listings.size,
      variants: state.variants.size,
      shipments: state.shipments.size,
      refunds: state.refunds.size,
      disputes: state.disputes.size,
      settlements: state.settlements.size,
    },
    orders: new Map(state.orders),
    variants: new Map([...state.variants].map(([id, fact]) => [id, { ...fact }])),
    sales: state.sales.slice(),
  };
}

function changeOrder(state: BookState, event: FakeEvent, orderId: string, change: Partial<OrderFact>): void {
  const fact = state.orders.get(orderId);
  if (fact !== undefined) state.orders.set(orderId, { ...fact, ...change, changedAt: event.at });
}

function changeVariant(state: BookState, variantId: string, change: (fact: VariantFact) => void): void {
  const fact = state.variants.get(variantId);
  if (fact !== undefined) change(fact);
}

function applyEvent(state: BookState, event: FakeEvent): void {
  switch (event.kind) {
    case "listing_added":
      state.listings.add(event.listingId);
      return;
    case "listing_removed":
      state.listings.delete(event.listingId);
      return;
    case "variant_added":
      state.variants.set(event.variantId, {
        variantId: event.variantId,
        listingId: event.listingId,
        sku: event.sku,
        price: event.price,
        quantity: event.quantity,
        soldCount: 0,
        returnedCount: 0,
      });
      return;
    case "variant_removed":
      state.variants.delete(event.variantId);
      return;
    case "stock_set":
      changeVariant(state, event.variantId, (fact) => {
        fact.quantity = event.quantity;
      });
      return;
    case "price_set":
      changeVariant(state, event.variantId, (fact) => {
        fact.price = event.price;
      });
      return;
    case "order_placed":
      state.orders.set(event.orderId, {
        orderId: event.orderId,
        status: event.status,
        currency: event.currency,
        total: event.total,
        refunded: "0",
        lines: event.lines,
        placedAt: event.at,
        changedAt: event.at,
        isHidden: false,
      });
      return;
    case "order_changed":
      changeOrder(state, event, event.orderId, {
        ...(event.status === undefined ? {} : { status: event.status }),
        ...(event.total === undefined ? {} : { total: event.total }),
        ...(event.lines === undefined ? {} : { lines: event.lines }),
      });
      return;
    case "order_hidden":
    case "order_shown":
      changeOrder(state, event, event.orderId, { isHidden: event.kind === "order_hidden" });
      return;
    case "order_removed":
      if (state.orders.delete(event.orderId)) state.removedOrderCount += 1;
      return;
    default:
      applyTrade(state, event);
  }
}

function applyTrade(state: BookState, event: FakeEvent): void {
  switch (event.kind) {
    case "units_sold": {
      const { at, orderId, variantId, sku, quantity, shown } = event;
      state.sales.push({ at, orderId, variantId, sku, quantity, shown });
      changeVariant(state, variantId, (fact) => {
        fact.soldCount += quantity;
        if (fact.quantity !== null) fact.quantity -= quantity;
      });
      return;
    }
    case "units_returned":
      changeVariant(state, event.variantId, (fact) => {
        fact.returnedCount += event.quantity;
        if (fact.quantity !== null) fact.quantity += event.quantity;
      });
      return;
    case "refund_made": {
      state.refunds.set(event.refundId, event.amount);
      const refunded = addDecimals(state.orders.get(event.orderId)?.refunded ?? "0", event.amount);
      changeOrder(state, event, event.orderId, { refunded });
      return;
    }
    case "refund_removed": {
      const amount = state.refunds.get(event.refundId) ?? "0";
      state.refunds.delete(event.refundId);
      const refunded = addDecimals(state.orders.get(event.orderId)?.refunded ?? "0", `-${amount}`);
      changeOrder(state, event, event.orderId, { refunded });
      return;
    }
    case "shipment_made":
      state.shipments.add(event.shipmentId);
      return;
    case "shipment_removed":
      state.shipments.delete(event.shipmentId);
      return;
    case "dispute_opened":
      state.disputes.add(event.disputeId);
      return;
    case "settlement_made":
      state.settlements.add(event.settlementId);
      return;
    default:
  }
}
