/** Unified records in the API's shape: snake_case, money padded to its currency's digits, instants as RFC 3339 UTC. */
import { padMoney } from "../money.ts";
import type {
  Address,
  Buyer,
  Campaign,
  Dispute,
  LedgerEntry,
  Listing,
  Money,
  Order,
  Refund,
  Settlement,
  Shipment,
  Unified,
  Variant,
} from "./records.ts";

type Json = Record<string, unknown>;

const money = (value: Money) => padMoney(value);
const moneyOrNull = (value: Money | null) => (value === null ? null : padMoney(value));
const instant = (value: Date | null) => (value === null ? null : value.toISOString());

/**
 * An order in the shape of the list and of `map`. Buyer and address stand last, so that the stored text without them can
 * be cut; `privacy` says how the platform gave them.
 */
export function renderOrder(order: Order): Json {
  return { ...renderOrderFacts(order), ...renderPersonal(order) };
}

/** The order without buyer data. */
export function renderOrderFacts(order: Order): Json {
  return {
    external_id: order.externalId,
    external_number: order.externalNumber,
    parent_external_id: order.parentExternalId,
    external_kind: order.externalKind,
    marketplace: order.marketplace,
    place: order.place,
    status: order.status,
    external_status: order.externalStatus,
    payment_status: order.paymentStatus,
    fulfilled_by: order.fulfilledBy,
    placed_at: instant(order.placedAt),
    paid_at: instant(order.paidAt),
    ship_by: instant(order.shipBy),
    deliver_by: instant(order.deliverBy),
    completed_at: instant(order.completedAt),
    cancelled_at: instant(order.cancelledAt),
    currency: order.currency,
    total: moneyOrNull(order.total),
    paid: moneyOrNull(order.paid),
    refunded: moneyOrNull(order.refunded),
    tax_included: order.taxIncluded,
    lines: order.lines.map((line) => ({
      external_id: line.externalId,
      listing_external_id: line.listingExternalId,
      variant_external_id: line.variantExternalId,
      sku: line.sellerCode,
      title: line.title,
      options: line.options,
      quantity: line.quantity,
      unit_price: money(line.unitPrice),
      discount: money(line.discount),
      tax: money(line.tax),
      total: money(line.total),
      fulfilment_status: line.fulfilmentStatus,
      shipped_quantity: line.shippedQuantity,
      cancelled_quantity: line.cancelledQuantity,
      returned_quantity: line.returnedQuantity,
      fulfilled_by: line.fulfilledBy,
      place: line.place,
      gift: line.gift,
      parent_external_id: line.parentExternalId,
    })),
    charges: order.charges.map((charge) => ({
      kind: charge.kind,
      payer: charge.payer,
      amount: money(charge.amount),
      label: charge.label,
      in_total: charge.inTotal,
    })),
    payments: order.payments.map((payment) => ({
      external_id: payment.externalId,
      method: payment.method,
      amount: money(payment.amount),
      paid_at: instant(payment.paidAt),
      due_at: instant(payment.dueAt),
      status: payment.status,
    })),
    notes: order.notes,
    extra: order.extra,
    warnings: order.warnings,
  };
}

type Personal = Pick<Order, "buyer" | "shipTo" | "notes">;
interface PersonalJson {
  notes: Order["notes"];
  buyer: Json | null;
  ship_to: Json | null;
}

/** Buyer, address and the buyer's remark as the platform gave them. */
export function renderPersonal({ notes, buyer, shipTo }: Personal): PersonalJson {
  return { notes, buyer: renderBuyer(buyer), ship_to: renderAddress(shipTo) };
}

/** What stands for a buyer's remark: people write telephone numbers, names and doors into it. That there is one stays. */
const MASKED_REMARK = "***";

/** The same for a reader without the buyer scope: enough to recognise a record, not enough to reach a person. */
export function renderMasked({ notes, buyer, shipTo }: Personal): PersonalJson {
  return renderPersonal({
    notes: { ...notes, buyer: notes.buyer ? MASKED_REMARK : notes.buyer },
    buyer: buyer && {
      externalId: null,
      name: maskName(buyer.name),
      email: null,
      phone: maskPhone(buyer.phone),
      taxId: null,
    },
    shipTo: shipTo && {
      ...shipTo,
      name: maskName(shipTo.name),
      phone: maskPhone(shipTo.phone),
      company: null,
      lines: [],
      postcode: null,
      encrypted: null,
      privacy: "masked",
    },
  });
}

function maskName(name: string | null): string | null {
  if (name === null || name === "") return name;
  return `${Array.from(name)[0]}**`;
}

function maskPhone(phone: string | null): string | null {
  if (phone === null || phone === "") return phone;
  const digits = phone.replace(/\D/g, "");
  return digits.length < 8 ? "****" : `****${digits.slice(-4)}`;
}

function renderBuyer(buyer: Buyer | null): Json | null {
  if (!buyer) return null;
  return {
    external_id: buyer.externalId,
    name: buyer.name,
    email: buyer.email,
    phone: buyer.phone,
    tax_id: buyer.taxId,
  };
}

function renderAddress(address: Address | null): Json | null {
  if (!address) return null;
  return {
    name: address.name,
    phone: address.phone,
    company: address.company,
    lines: address.lines,
    district: address.district,
    city: address.city,
    region: address.region,
    postcode: address.postcode,
    country: address.country,
    privacy: address.privacy,
    ...(address.encrypted ? { encrypted: address.encrypted } : {}),
  };
}

export function renderListing(listing: Listing): Json {
  return {
    external_id: listing.externalId,
    marketplace: listing.marketplace,
    title: listing.title,
    status: listing.status,
    external_status: listing.externalStatus,
    category: listing.category,
    url: listing.url,
    image_url: listing.imageUrl,
    variants: listing.variants.map(renderVariant),
    warnings: listing.warnings,
  };
}

function renderVariant(variant: Variant): Json {
  return {
    external_id: variant.externalId,
    sku: variant.sellerCode,
    barcode: variant.barcode,
    title: variant.title,
    options: variant.options,
    price: moneyOrNull(variant.price),
    regular_price: moneyOrNull(variant.regularPrice),
    quantity: variant.quantity,
    places: variant.places,
    external_product_id: variant.externalProductId,
    fulfilled_by: variant.fulfilledBy,
    active: variant.active,
  };
}

export function renderShipment(shipment: Shipment): Json {
  return {
    external_id: shipment.externalId,
    order_external_id: shipment.orderExternalId,
    status: shipment.status,
    external_status: shipment.externalStatus,
    carrier: shipment.carrier,
    external_carrier: shipment.externalCarrier,
    tracking_number: shipment.trackingNumber,
    tracking_url: shipment.trackingUrl,
    place: shipment.place,
    fulfilled_by: shipment.fulfilledBy,
    shipped_at: instant(shipment.shippedAt),
    delivered_at: instant(shipment.deliveredAt),
    lines: shipment.lines.map((line) => ({
      order_line_external_id: line.orderLineExternalId,
      quantity: line.quantity,
    })),
    events: shipment.events.map((event) => ({
      at: instant(event.at),
      status: event.status,
      external_code: event.externalCode,
      text: event.text,
      location: event.location,
    })),
    warnings: shipment.warnings,
  };
}

export function renderDispute(dispute: Dispute): Json {
  return {
    external_id: dispute.externalId,
    order_external_id: dispute.orderExternalId,
    system: dispute.system,
    kind: dispute.kind,
    external_kind: dispute.externalKind,
    status: dispute.status,
    external_status: dispute.externalStatus,
    reason: dispute.reason,
    external_reason: dispute.externalReason,
    amount: moneyOrNull(dispute.amount),
    turn: dispute.turn,
    due_at: instant(dispute.dueAt),
    opened_at: instant(dispute.openedAt),
    closed_at: instant(dispute.closedAt),
    lines: dispute.lines.map(renderDisputeLine),
    events: dispute.events.map((event) => ({ at: instant(event.at), by: event.by, text: event.text })),
    return_tracking: dispute.returnTracking,
    warnings: dispute.warnings,
  };
}

function renderDisputeLine(line: Dispute["lines"][number]): Json {
  return {
    order_line_external_id: line.orderLineExternalId,
    variant_external_id: line.variantExternalId,
    quantity: line.quantity,
    amount: moneyOrNull(line.amount),
  };
}

export function renderRefund(refund: Refund): Json {
  return {
    external_id: refund.externalId,
    order_external_id: refund.orderExternalId,
    dispute_external_id: refund.disputeExternalId,
    amount: money(refund.amount),
    shipping_amount: moneyOrNull(refund.shippingAmount),
    reason: refund.reason,
    status: refund.status,
    refunded_at: instant(refund.refundedAt),
    lines: refund.lines.map(renderDisputeLine),
  };
}

export function renderSettlement(settlement: Settlement): Json {
  return {
    external_id: settlement.externalId,
    period_start: instant(settlement.periodStart),
    period_end: instant(settlement.periodEnd),
    currency: settlement.currency,
    total: moneyOrNull(settlement.total),
    payout: moneyOrNull(settlement.payout),
    paid_at: instant(settlement.paidAt),
    external_status: settlement.externalStatus,
    warnings: settlement.warnings,
  };
}

export function renderEntry(entry: LedgerEntry): Json {
  return {
    external_id: entry.externalId,
    settlement_external_id: entry.settlementExternalId,
    book: entry.book,
    state: entry.state,
    kind: entry.kind,
    external_kind: entry.externalKind,
    amount: money(entry.amount),
    posted_at: instant(entry.postedAt),
    order_external_id: entry.orderExternalId,
    order_line_external_id: entry.orderLineExternalId,
    shipment_external_id: entry.shipmentExternalId,
    refund_external_id: entry.refundExternalId,
    sku: entry.sellerCode,
    description: entry.description,
  };
}

export function renderCampaign(campaign: Campaign): Json {
  return {
    external_id: campaign.externalId,
    title: campaign.title,
    place: campaign.place,
    starts_at: instant(campaign.startsAt),
    ends_at: instant(campaign.endsAt),
    external_status: campaign.externalStatus,
    items: campaign.items.map((item) => ({
      variant_external_id: item.variantExternalId,
      sku: item.sellerCode,
      quantity: item.quantity,
    })),
  };
}

/** Every record of a document, each with its kind: what `map` prints. */
export function renderUnified(unified: Unified): Json[] {
  const tagged = <T>(record: string, list: T[], render: (item: T) => Json): Json[] =>
    list.map((item) => ({ record, ...render(item) }));
  return [
    ...tagged("order", unified.orders, renderOrder),
    ...tagged("listing", unified.listings, renderListing),
    ...tagged("shipment", unified.shipments, renderShipment),
    ...tagged("dispute", unified.disputes, renderDispute),
    ...tagged("refund", unified.refunds, renderRefund),
    ...tagged("settlement", unified.settlements, renderSettlement),
    ...tagged("entry", unified.entries, renderEntry),
    ...tagged("campaign", unified.campaigns, renderCampaign),
    ...unified.deleted.map((item) => ({ record: "deleted", resource: item.resource, external_id: item.externalId })),
  ];
}
