/** An order as `orders/2026-01-01` tells it; what was not asked for is left out. */

import type { Row, Value } from "../bare-json.ts";
import { isTaxWithheld, storeNameOf } from "./marketplaces.ts";
import { fulfillmentStatus, isPending, unsentOf } from "./order-status.ts";
import type { Store } from "./store.ts";
import { lineTotal, type Parts, partsOf, sum, taxOf, totalOf } from "./totals.ts";
import type { Line, Order } from "./types.ts";
import { money, time } from "./wire.ts";

export const INCLUDED =
  "BUYER,RECIPIENT,PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX,PAYMENT,FULFILLMENT_ORDERS".split(
    ",",
  );

/** The document of an order. */
export function viewOrder(store: Store, order: Order, wanted: ReadonlySet<string>): Row {
  const { marketplace } = order;
  const has = (name: string): boolean => wanted.has(name);
  const isOpen = !isPending(order);
  const showsBuyer = store.options.showsBuyers !== false;
  const cash = (minor: number): Row => money(minor, marketplace.currency);
  return {
    orderId: order.id,
    orderAliases: order.alias === null ? undefined : [{ aliasId: order.alias, aliasType: "SELLER_ORDER_ID" }],
    createdTime: time(order.created),
    lastUpdatedTime: time(order.updated),
    programs: order.programs.length === 0 ? undefined : order.programs,
    associatedOrders:
      order.replaced === null ? undefined : [{ orderId: order.replaced.id, associationType: order.replaced.type }],
    salesChannel: order.isAmazonSale
      ? { channelName: "AMAZON", marketplaceId: marketplace.id, marketplaceName: storeNameOf(marketplace) }
      : { channelName: "NON_AMAZON", marketplaceId: marketplace.id },
    buyer: has("BUYER") && showsBuyer ? buyerOf(order) : undefined,
    recipient: has("RECIPIENT") && showsBuyer && isOpen ? recipientOf(store, order) : undefined,
    proceeds: has("PROCEEDS") && isOpen ? proceedsOf(store, order) : undefined,
    payment:
      has("PAYMENT") && isOpen
        ? { paymentExecutions: [{ paymentMethod: order.payment, paymentAmount: cash(totalOf(order)) }] }
        : undefined,
    fulfillment: has("FULFILLMENT") ? fulfillmentOf(order) : undefined,
    orderItems: order.lines.map((line) => itemOf(store, order, line, wanted)),
    packages: has("PACKAGES") && order.fulfilledBy === "MERCHANT" ? packagesOf(order) : undefined,
  };
}

function buyerOf({ buyer, fulfilledBy }: Order): Row {
  return {
    buyerName: buyer.name,
    buyerEmail: fulfilledBy === "MERCHANT" ? buyer.email : undefined,
    buyerCompanyName: buyer.company ?? undefined,
    buyerPurchaseOrderNumber: buyer.purchaseOrder ?? undefined,
  };
}

/** The phone is withheld of what the platform sends, and once the order is late. */
function recipientOf(store: Store, { address, fulfilledBy, deliverBy, marketplace, buyer }: Order): Row {
  const isShown = fulfilledBy === "MERCHANT" && store.clock.now().getTime() / 1000 <= deliverBy;
  return {
    deliveryAddress: {
      name: address.name,
      companyName: buyer.company ?? undefined,
      addressLine1: address.line,
      city: address.city,
      stateOrRegion: address.region ?? undefined,
      postalCode: address.postal,
      countryCode: marketplace.country,
      phone: isShown ? address.phone : undefined,
      addressType: buyer.company === null ? "RESIDENTIAL" : "COMMERCIAL",
    },
  };
}

type Kind = { type: string; amount: number; details?: [string, number][] };

function kindsOf(store: Store, parts: readonly Parts[]): Kind[] {
  const all = (of: (one: Parts) => number): number => sum(parts, of);
  const sign = store.options.negativeDiscounts === false ? 1 : -1;
  const discounts: [string, number][] = [
    ["ITEM", sign * all(({ discount }) => discount.item)],
    ["SHIPPING", sign * all(({ discount }) => discount.shipping)],
  ];
  const taxes: [string, number][] = [
    ["ITEM", all(({ tax }) => tax.item)],
    ["SHIPPING", all(({ tax }) => tax.shipping)],
    ["GIFT_WRAP", all(({ tax }) => tax.giftWrap)],
  ];
  const kinds: Kind[] = [
    { type: "ITEM", amount: all(({ item }) => item) },
    { type: "SHIPPING", amount: all(({ shipping }) => shipping) },
    { type: "GIFT_WRAP", amount: all(({ giftWrap }) => giftWrap) },
    { type: "COD_FEE", amount: all(({ codFee }) => codFee) },
    { type: "OTHER", amount: all(({ other }) => other) },
    { type: "TAX", amount: all(taxOf), details: taxes },
    { type: "DISCOUNT", amount: sum(discounts, ([, amount]) => amount), details: discounts },
  ];
  return kinds.filter(({ type, amount }) => type === "ITEM" || amount !== 0);
}

function proceedsOf(store: Store, order: Order): Row {
  const { currency } = order.marketplace;
  const parts = order.lines.map((line) => partsOf(order, line));
  const breakdowns: Row[] = kindsOf(store, parts).map(({ type, amount }) => ({
    type,
    subtotal: money(amount, currency),
  }));
  if (order.tip !== null)
    breakdowns.push({ type: "DELIVERY_TIP", status: order.tip.status, subtotal: money(order.tip.amount, currency) });
  return { grandTotal: money(totalOf(order), currency), breakdowns };
}

function itemProceeds(store: Store, order: Order, line: Line): Row {
  const { currency } = order.marketplace;
  const breakdowns = kindsOf(store, [partsOf(order, line)]).map(({ type, amount, details }) => ({
    type,
    subtotal: money(amount, currency),
    detailedBreakdowns: details
      ?.filter(([, value]) => value !== 0)
      .map(([subtype, value]) => ({ subtype, value: money(value, currency) })),
  }));
  return { proceedsTotal: money(lineTotal(order, line), currency), breakdowns };
}

function fulfillmentOf(order: Order): Row {
  const window = (from: number, until: number): Row => ({ earliestDateTime: time(from), latestDateTime: time(until) });
  return {
    fulfillmentStatus: fulfillmentStatus(order),
    fulfilledBy: order.fulfilledBy,
    fulfillmentServiceLevel: order.service,
    shipByWindow: window(order.created, order.shipBy),
    deliverByWindow: window(order.shipBy, order.deliverBy),
  };
}

function itemOf(store: Store, order: Order, line: Line, wanted: ReadonlySet<string>): Row {
  const { currency } = order.marketplace;
  const has = (name: string): boolean => wanted.has(name);
  const isOpen = !isPending(order);
  const cancellation: Row = {};
  if (line.request !== null) cancellation.cancellationRequest = { requester: "BUYER", cancelReason: line.request };
  if (line.execution !== null)
    cancellation.cancellationExecution = { cancelledBy: line.execution.by, cancelReason: line.execution.reason };
  const packing: Value =
    line.giftMessage === null
      ? undefined
      : { giftOption: { giftMessage: line.giftMessage, giftWrapLevel: "STANDARD" } };
  return {
    orderItemId: line.id,
    quantityOrdered: line.quantity,
    product: {
      asin: line.asin,
      title: line.title,
      sellerSku: line.sku,
      condition: { conditionType: "NEW", conditionSubtype: "NEW" },
      price: isOpen
        ? {
            unitPrice: money(line.unit, currency),
            priceDesignation: line.isBusinessPrice ? "BUSINESS_PRICE" : undefined,
          }
        : undefined,
    },
    proceeds: has("PROCEEDS") && isOpen ? itemProceeds(store, order, line) : undefined,
    promotion:
      has("PROMOTION") && isOpen && line.promotion !== null
        ? { breakdowns: [{ promotionId: line.promotion }] }
        : undefined,
    cancellation: has("CANCELLATION") && Object.keys(cancellation).length > 0 ? cancellation : undefined,
    fulfillment: has("FULFILLMENT")
      ? { quantityFulfilled: line.shipped, quantityUnfulfilled: unsentOf(line), packing }
      : undefined,
    tax:
      has("TAX") && isOpen && taxOf(line) > 0 && isTaxWithheld(order.marketplace)
        ? { taxCollections: [{ model: "MARKETPLACE_FACILITATOR", responsibleParty: "Amazon Services" }] }
        : undefined,
  };
}

function packagesOf(order: Order): Row[] {
  return order.parcels.map((parcel) => ({
    packageReferenceId: parcel.reference,
    createdTime: time(parcel.created),
    packageStatus: { status: parcel.status, detailedStatus: parcel.detail ?? undefined },
    carrier: parcel.carrier,
    shipTime: time(parcel.shipped),
    shippingService: parcel.service ?? undefined,
    trackingNumber: parcel.tracking,
    packageItems: parcel.lines.map(({ line, quantity }) => ({ orderItemId: line.id, quantity })),
  }));
}
