/** An order document as unified records: the order, its parcels, and what the buyer asks to be cancelled. Pure. */
import type { MapContext, RawDocument } from "../../../core/adapter.ts";
import {
  type Address,
  type Dispute,
  type Order,
  type OrderLine,
  type Unified,
  unified,
  type Warning,
} from "../../../core/model/records.ts";
import { UNSAID_DISPUTE, UNSAID_LINE, UNSAID_ORDER } from "../../../core/model/unsaid.ts";
import type { DisputeStatus } from "../../../core/model/vocabulary.ts";
import type { Tree } from "../../../core/tree.ts";
import { TURN } from "../codes.ts";
import { currencyOf } from "../config.ts";
import { variantId } from "../listings/ids.ts";
import { moneyIn, piecesIn, read, wordsIn } from "../schemas.ts";
import { shipmentsIn } from "../shipments/to-shipment.ts";
import { chargesIn, isTaxIncluded, lineAmounts } from "./amounts.ts";
import { piecesOf, type Standing, standingOf } from "./status.ts";

export function toUnified(raw: RawDocument, context: MapContext): Unified {
  const order = read(raw.payload);
  if (!Array.isArray(order.fields.orderItems)) throw new TypeError("orderItems is missing");
  const warnings: Warning[] = [];
  const standing = standingOf(order, warnings);
  return unified({
    orders: [toOrder(order, standing, context, warnings)],
    shipments: shipmentsIn(order),
    disputes: order.list("orderItems").flatMap((line) => cancellationIn(order, line, standing)),
  });
}

const NOT_HERE = "NON_AMAZON";

function toOrder(order: Tree, standing: Standing, context: MapContext, warnings: Warning[]): Order {
  const channel = order.text("salesChannel/channelName");
  const marketplace = order.text("salesChannel/marketplaceId") ?? (channel === NOT_HERE ? NOT_HERE : null);
  const lines = order.list("orderItems");
  const total = moneyIn(order, "proceeds/grandTotal");
  const unit = lines.map((line) => line.text("product/price/unitPrice/currencyCode")).find((code) => code !== null);
  // Orders that are not paid yet carry no amounts.
  const currency = total?.currency ?? unit ?? currencyOf(marketplace) ?? context.currency;
  const placedAt = order.time("createdTime");
  if (placedAt === null || order.time("lastUpdatedTime") === null)
    throw new TypeError("createdTime or lastUpdatedTime is missing");
  const taxIncluded = isTaxIncluded(order, currency);
  const { status, payment, fulfilledBy } = standing;
  return {
    ...UNSAID_ORDER,
    externalId: order.need("orderId"),
    externalNumber:
      order
        .list("orderAliases")
        .find((alias) => alias.text("aliasType") === "SELLER_ORDER_ID")
        ?.text("aliasId") ?? null,
    marketplace,
    status,
    externalStatus: order.text("fulfillment/fulfillmentStatus") ?? "",
    paymentStatus: payment,
    fulfilledBy,
    placedAt,
    paidAt: null,
    shipBy: order.time("fulfillment/shipByWindow/latestDateTime"),
    deliverBy: order.time("fulfillment/deliverByWindow/latestDateTime"),
    cancelledAt: null,
    currency,
    total,
    paid: null,
    refunded: null,
    taxIncluded,
    lines: lines.map((line) => toLine(line, standing, { currency, marketplace, taxIncluded })),
    charges: chargesIn(order, { currency, withTax: taxIncluded, total }, warnings),
    payments: order.list("payment/paymentExecutions").flatMap((row) => {
      const amount = moneyIn(row, "paymentAmount");
      if (amount === null) return [];
      return [
        { externalId: null, method: row.text("paymentMethod"), amount, paidAt: null, dueAt: null, status: payment },
      ];
    }),
    buyer: buyerIn(order),
    shipTo: addressIn(order),
    notes: { buyer: null, seller: null, flag: null },
    extra: extraIn(order, channel),
    warnings,
  };
}

function toLine(
  line: Tree,
  standing: Standing,
  about: { currency: string; marketplace: string | null; taxIncluded: boolean },
): OrderLine {
  const sellerCode = line.text("product/sellerSku");
  const variant = sellerCode === null || about.marketplace === null ? null : variantId(about.marketplace, sellerCode);
  return {
    ...UNSAID_LINE,
    ...piecesOf(line, standing),
    ...lineAmounts(line, about.currency, about.taxIncluded),
    externalId: line.need("orderItemId"),
    listingExternalId: variant,
    variantExternalId: variant,
    sellerCode,
    title: line.text("product/title") ?? "",
    options: null,
    quantity: piecesIn(line, "quantityOrdered"),
    fulfilledBy: standing.fulfilledBy,
    gift: "giftOption" in (line.list("fulfillment/packing")[0]?.fields ?? {}),
  };
}

/** Nobody says when it was asked for: it is dated as the order. */
function cancellationIn(order: Tree, line: Tree, { status }: Standing): Dispute[] {
  const requester = line.text("cancellation/cancellationRequest/requester");
  if (requester === null) return [];
  const [orderExternalId, lineId] = [order.need("orderId"), line.need("orderItemId")];
  const isStopped = status === "cancelled" || line.text("cancellation/cancellationExecution/cancelledBy") !== null;
  const hasLeft = piecesIn(line, "fulfillment/quantityFulfilled") > 0 || status === "shipped" || status === "delivered";
  const now: DisputeStatus = isStopped ? "resolved_refunded" : hasLeft ? "resolved_rejected" : "open_awaiting_seller";
  const openedAt = order.time("createdTime");
  if (openedAt === null) return [];
  return [
    {
      ...UNSAID_DISPUTE,
      externalId: `${orderExternalId}/${lineId}/cancellation`,
      orderExternalId,
      system: "cancellations",
      kind: "refund_only",
      externalKind: "cancellationRequest",
      status: now,
      externalStatus: isStopped ? "EXECUTED" : "REQUESTED",
      externalReason: line.text("cancellation/cancellationRequest/cancelReason"),
      amount: null,
      turn: TURN[now] ?? null,
      openedAt,
      lines: [
        {
          orderLineExternalId: lineId,
          variantExternalId: null,
          quantity: piecesIn(line, "quantityOrdered"),
          amount: null,
        },
      ],
      events: [],
      warnings: [],
    },
  ];
}

/** The e-mail is a relay's alias; without roles nothing of the buyer comes. */
function buyerIn(order: Tree): Order["buyer"] {
  const registration = order
    .list("tax/taxRegistrations")
    .find((row) => row.text("entityType") === "BUYER" && row.text("taxRegistrationNumber") !== null);
  const buyer = {
    externalId: null,
    name: order.text("buyer/buyerName"),
    email: order.text("buyer/buyerEmail"),
    phone: order.text("recipient/deliveryAddress/phone"),
    taxId: registration?.text("taxRegistrationNumber") ?? null,
  };
  return Object.values(buyer).every((value) => value === null) ? null : buyer;
}

function addressIn(order: Tree): Address | null {
  const [address] = order.list("recipient/deliveryAddress");
  if (!address) return null;
  const named = ["addressLine1", "addressLine2", "addressLine3"].map((name) => address.text(name));
  const brazil = ["streetName", "streetNumber", "complement"].map((name) => address.text(`extendedFields/${name}`));
  const lines = named.some((line) => line !== null) ? named : brazil;
  return {
    name: address.text("name"),
    phone: address.text("phone"),
    company: address.text("companyName"),
    lines: lines.filter((line) => line !== null),
    district: address.text("districtOrCounty", "extendedFields/neighborhood"),
    city: address.text("city", "municipality"),
    region: address.text("stateOrRegion"),
    postcode: address.text("postalCode"),
    country: address.text("countryCode"),
    privacy: "clear",
    encrypted: null,
  };
}

function extraIn(order: Tree, channel: string | null): Order["extra"] {
  const programs = wordsIn(order.fields.programs).join(", ");
  const [linked] = order.list("associatedOrders");
  const parts: Record<string, string | null> = {
    channel,
    programs: programs || null,
    serviceLevel: order.text("fulfillment/fulfillmentServiceLevel"),
    associatedOrder: linked?.text("orderId") ?? null,
    associationType: linked?.text("associationType") ?? null,
  };
  return Object.fromEntries(Object.entries(parts).filter((part): part is [string, string] => part[1] !== null));
}
