/** Orders from their placing to their cancellation. */

import { DAY } from "../beijing-time.ts";
import type { Cause } from "../fake.ts";
import { log, nowOf } from "../living.ts";
import { isSentByAmazon, livePriceOf, priceOf, taxIn } from "./listing-facts.ts";
import type { Marketplace } from "./marketplaces.ts";
import { announceOrder } from "./notify.ts";
import { fulfillmentStatus, unsentOf } from "./order-status.ts";
import { giveBack, take } from "./stock.ts";
import { newItemId, newOrderId, type Store } from "./store.ts";
import { totalOf } from "./totals.ts";
import type { Line, Listing, Order } from "./types.ts";
import { decimal } from "./wire.ts";

export interface NewOrder {
  wants: readonly { listing: Listing; quantity: number }[];
  /** Default: the home, or where the number of the order leads. */
  marketplace?: Marketplace;
  /** True: no tax, discount, shipping or wrapping, in the home marketplace. */
  isPlain?: boolean;
  /** Default: paid, and ready to be sent. */
  state?: Order["state"];
  programs?: readonly string[];
  payment?: string;
  /** The order that this one stands in for. */
  replaces?: { order: Order; type: "REPLACEMENT_ORIGINAL_ID" | "EXCHANGE_ORIGINAL_ID" };
  /** An order of another shop, which the platform's warehouse sends. */
  isForeign?: boolean;
  needsReview?: boolean;
}

const CITIES: Readonly<Record<string, [city: string, region: string | null, postal: string]>> = {
  DE: ["Berlin", null, "10115"],
  FR: ["Lyon", null, "69001"],
  GB: ["London", "England", "SW1A 1AA"],
  US: ["Seattle", "WA", "98101"],
  JP: ["Tokyo", "Tokyo", "150-0002"],
};

/** A buyer orders. */
export function place(store: Store, wanted: NewOrder): Order {
  const { isPlain = false, state = "OPEN", programs = [], replaces, isForeign = false } = wanted;
  const now = nowOf(store);
  const number = store.orders.size + 1;
  const count = store.marketplaces.length;
  const marketplace =
    wanted.marketplace ?? (isPlain ? store.home : (store.marketplaces[number % (count + 1)] ?? store.home));
  const isFba = wanted.wants.every(({ listing }) => isSentByAmazon(listing));
  const isBusiness = programs.includes("AMAZON_BUSINESS");
  const [city, region, postal] = CITIES[marketplace.country] ?? ["Springfield", null, "12345"];
  const name = `Zzbuyer Number${number}`;
  const order: Order = {
    id: isForeign
      ? `S01-${newOrderId(store, "0").slice(2)}`
      : newOrderId(store, String(300 + (Number.parseInt(marketplace.id.slice(1, 3), 36) % 100))),
    alias: !isPlain && number % 4 === 0 ? `OWN-${number}` : null,
    created: now,
    updated: now,
    marketplace,
    isAmazonSale: !isForeign,
    fulfilledBy: isFba ? "AMAZON" : "MERCHANT",
    service: ["STANDARD", "EXPEDITED", "SECOND_DAY", "NEXT_DAY", "FREE_ECONOMY"][number % 5] ?? "STANDARD",
    state,
    programs: [...programs, ...(isFba && number % 2 === 0 ? ["PRIME"] : [])],
    replaced: replaces === undefined ? null : { id: replaces.order.id, type: replaces.type },
    buyer: {
      name,
      email: `zzbuyer${number}fa4e@marketplace.amazon.${marketplace.host}`,
      company: isBusiness ? "Zzbuyer & Co" : null,
      purchaseOrder: isBusiness ? `PO-${number}` : null,
    },
    address: { name, line: `${number} Zzbuyer St <rear>`, city, region, postal, phone: `+1555${1_000_000 + number}` },
    payment: wanted.payment ?? (isBusiness ? "Invoice" : "CreditCard"),
    tip: null,
    lines: wanted.wants.map((want) => newLine(store, want, { number, marketplace, wanted })),
    parcels: [],
    returns: [],
    shipBy: now + 2 * DAY,
    deliverBy: now + 6 * DAY,
    verification: wanted.needsReview === true ? { status: "Pending", reviewer: null, reason: null } : null,
    pickup: programs.includes("IN_STORE_PICK_UP") ? "New" : null,
    refunded: 0,
  };
  if (programs.includes("DELIVERY_BY_AMAZON")) order.tip = { amount: 200, status: "PENDING" };
  store.orders.set(order.id, order);
  store.lastOrder = order;
  log(store, {
    kind: "order_placed",
    orderId: order.id,
    status: fulfillmentStatus(order),
    currency: marketplace.currency,
    total: decimal(totalOf(order), marketplace.currency),
    lines: order.lines.map(({ id, listing, sku, quantity }) => {
      const listingId = listing?.parent?.sku ?? listing?.sku ?? "";
      return { lineId: id, listingId, variantId: listing?.sku ?? "", sku, quantity };
    }),
    by: "buyer",
  });
  for (const line of order.lines) take(store, order, line);
  announceOrder(store, order);
  return order;
}

interface Around {
  number: number;
  marketplace: Marketplace;
  wanted: NewOrder;
}

function newLine(store: Store, want: NewOrder["wants"][number], { number, marketplace, wanted }: Around): Line {
  const { listing, quantity } = want;
  const isFree = wanted.replaces !== undefined || wanted.isForeign === true;
  const isPlain = wanted.isPlain === true || isFree;
  const isBusiness = wanted.programs?.includes("AMAZON_BUSINESS") === true;
  const business = isBusiness ? priceOf(listing, marketplace, "B2B") : null;
  const live = livePriceOf(store, listing, marketplace) ?? livePriceOf(store, listing, store.home) ?? 1000;
  const unit = isFree ? 0 : (business ?? live);
  const step = marketplace.currency === "JPY" ? 100 : 1;
  const round = (cents: number): number => (step === 1 ? cents : Math.round(cents / step) * step);
  const shipping = isPlain || number % 3 === 0 ? 0 : round(499);
  const giftWrap = isPlain || number % 5 !== 1 ? 0 : round(300);
  const discount = isPlain || number % 3 !== 1 ? 0 : Math.min(round(150), unit * quantity);
  const shippingDiscount = isPlain || number % 6 !== 1 ? 0 : Math.min(shipping, round(499));
  const tax = (amount: number): number => (isPlain ? 0 : taxIn(marketplace, amount));
  const isCash = wanted.payment === "CashOnDelivery";
  return {
    id: newItemId(store),
    listing,
    sku: listing.sku,
    asin: listing.asin,
    title: titleOf(listing, marketplace),
    quantity,
    unit,
    shipping,
    giftWrap,
    discount,
    shippingDiscount,
    promotion: discount > 0 ? `PROMO-${number} Größe & more` : null,
    tax: {
      item: tax(unit * quantity - discount),
      shipping: tax(shipping - shippingDiscount),
      giftWrap: tax(giftWrap),
    },
    giftMessage: giftWrap > 0 ? "Zzbuyer says: all the best" : null,
    extra: isCash
      ? { type: "COD_FEE", amount: round(200) }
      : !isPlain && number % 13 === 0
        ? { type: "OTHER", amount: 100 }
        : null,
    isBusinessPrice: business !== null,
    shipped: 0,
    request: null,
    execution: null,
  };
}

/** A listing's name in a marketplace. */
export function titleOf({ attributes, sku }: Listing, { id }: Marketplace): string {
  const names = attributes.item_name ?? [];
  return String((names.find((one) => one.marketplace_id === id) ?? names[0])?.value ?? sku);
}

/** The order moves its time of change, and tells so. */
export function touch(store: Store, order: Order, what: string, by: Cause): void {
  order.updated = Math.max(order.updated, nowOf(store));
  log(store, { kind: "order_changed", orderId: order.id, what, status: fulfillmentStatus(order), by });
  const isRequest = what === "cancel requested";
  announceOrder(
    store,
    order,
    isRequest ? "BuyerRequestedChange" : "OrderStatusChange",
    isRequest ? "Buyer Requested Cancel" : what,
  );
}

/** The payment is made, and the goods are there. */
export function open(store: Store, order: Order): void {
  if (order.state !== "PENDING" && order.state !== "PENDING_AVAILABILITY" && order.state !== "UNFULFILLABLE") return;
  order.state = "OPEN";
  touch(store, order, "opened", "buyer");
}

/** A buyer would like to have the unsent pieces cancelled. */
export function requestCancel(store: Store, order: Order, reason: string): void {
  const rest = order.lines.filter((line) => unsentOf(line) > 0 && line.request === null);
  if (rest.length === 0 || order.state !== "OPEN") return;
  for (const line of rest) {
    line.request = reason;
    const disputeId = `${order.id}/${line.id}`;
    log(store, { kind: "dispute_opened", disputeId, orderId: order.id, status: "REQUESTED", by: "buyer" });
  }
  touch(store, order, "cancel requested", "buyer");
}

type By = NonNullable<Line["execution"]>["by"];

/** Takes lines out of an order that has not been sent; false where there is nothing to take out. */
export function cancel(
  store: Store,
  order: Order,
  { by, reason, lines = order.lines }: { by: By; reason: string; lines?: readonly Line[] },
  cause: Cause,
): boolean {
  const rest = lines.filter((line) => line.shipped === 0 && line.execution === null);
  if (rest.length === 0 || order.state === "CANCELLED") return false;
  for (const line of rest) {
    giveBack(store, order, line, line.quantity, "cancelled");
    line.execution = { by, reason };
  }
  if (order.lines.every(({ execution }) => execution !== null)) order.state = "CANCELLED";
  touch(store, order, "cancelled", cause);
  return true;
}
