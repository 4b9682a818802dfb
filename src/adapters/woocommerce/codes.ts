/** Tables: WooCommerce's and its plugins' words for our vocabulary, and the names under which plugins keep things. */

import type { Warning } from "../../core/model/records.ts";
import type { ChargeKind, ListingStatus, OrderStatus, ShipmentStatus } from "../../core/model/vocabulary.ts";

/** Order statuses of the core. `on-hold` and `processing` depend on more and are completed in orders/status.ts. */
export const ORDER_STATUS: Readonly<Record<string, OrderStatus>> = {
  pending: "awaiting_payment",
  "on-hold": "on_hold",
  processing: "awaiting_shipment",
  completed: "completed",
  cancelled: "cancelled",
  refunded: "completed",
  failed: "awaiting_payment",
  trash: "cancelled",
};

/** No orders yet: carts of the block checkout and orders that an administrator has begun. */
export const DRAFT_STATUSES: ReadonlySet<string> = new Set(["checkout-draft", "auto-draft", "draft"]);

/** Methods for which the shop waits for money on its account: on hold means unpaid. */
export const TRANSFER_METHODS: ReadonlySet<string> = new Set(["bacs", "cheque"]);

/** `_fulfillment_status` of an order, kept by the core's fulfilments. */
export const FULFILLED_STATUS: Readonly<Record<string, OrderStatus>> = {
  fulfilled: "shipped",
  partially_fulfilled: "partially_shipped",
};

export const PRODUCT_STATUS: Readonly<Record<string, ListingStatus>> = {
  publish: "active",
  draft: "draft",
  "auto-draft": "draft",
  future: "draft",
  pending: "under_review",
  private: "inactive",
  trash: "deleted",
};

export const FULFILLMENT_STATUS: Readonly<Record<string, ShipmentStatus>> = {
  unfulfilled: "pending",
  fulfilled: "in_transit",
};

/** Names that shops give their fees; others are `other`, and the setting `fee_kinds` knows better. */
export const FEE_KIND: Readonly<Record<string, ChargeKind>> = {
  "gift wrap": "gift_wrap",
  "gift wrapping": "gift_wrap",
  "cod fee": "cod_fee",
  "cash on delivery": "cod_fee",
  "cash on delivery fee": "cod_fee",
  tip: "tip",
  "service fee": "service_fee",
  "handling fee": "service_fee",
};

/** Keys under which we keep things in an order's meta data. */
export const OUR_META = {
  memo: "_tallyport_memo",
  flag: "_tallyport_flag",
  shipments: "_tallyport_shipments",
  cancelReason: "_tallyport_cancel_reason",
  key: "_tallyport_key",
} as const;

/** Keys that the core and known plugins use. */
export const META_KEYS = {
  fulfilment: "_fulfillment_status",
  tracking: "_wc_shipment_tracking_items",
  trackingNumber: "_tracking_number",
  trackingProvider: "_tracking_provider",
  shipmentProvider: "_shipment_provider",
  trackingUrl: "_tracking_url",
  items: "_items",
  dateFulfilled: "_date_fulfilled",
  reducedStock: "_reduced_stock",
  restocked: "_restock_refunded_items",
  statusBeforeTrash: "_wp_trash_meta_status",
  anonymized: "_anonymized",
  refundedItem: "_refunded_item_id",
} as const;

/** Our carrier codes and the keys of the core's providers; what is not listed is named as it is. */
export const CARRIERS: readonly { code: string; externalCode: string; name: string }[] = [
  { code: "ups", externalCode: "ups", name: "UPS" },
  { code: "usps", externalCode: "usps", name: "USPS" },
  { code: "fedex", externalCode: "fedex", name: "FedEx" },
  { code: "dhl", externalCode: "dhl", name: "DHL" },
  { code: "amazon_logistics", externalCode: "amazon-logistics", name: "Amazon Logistics" },
];

/** The platform's own carrier for ours; `platform:x` names it outright. */
export function externalCarrier(carrier: string | null): string | null {
  if (carrier === null) return null;
  if (carrier.startsWith("platform:")) return carrier.slice("platform:".length);
  return CARRIERS.find((known) => known.code === carrier)?.externalCode ?? carrier;
}

/** Our carrier for the platform's, in any spelling; null where the table has none. */
export function unifiedCarrier(external: string | null): string | null {
  if (external === null) return null;
  const wanted = external.trim().toLowerCase();
  return CARRIERS.find((known) => known.externalCode === wanted || known.name.toLowerCase() === wanted)?.code ?? null;
}

/** Which tracking extension a site has, by its namespace. Both answer to the older name, so that the newer goes first. */
export function trackingPlugin(namespaces: readonly string[]): "ast" | "shipment_tracking" | null {
  if (namespaces.includes("wc-ast/v3")) return "ast";
  return namespaces.includes("wc-shipment-tracking/v3") ? "shipment_tracking" : null;
}

/** Sites that name no city have an offset alone; these are the zones that keep one all year, for parts of an hour. */
const FRACTIONAL_ZONES: Readonly<Record<string, string>> = {
  "5.5": "Asia/Kolkata",
  "5.75": "Asia/Kathmandu",
  "3.5": "Asia/Tehran",
  "4.5": "Asia/Kabul",
  "6.5": "Asia/Yangon",
  "9.5": "Australia/Darwin",
  "-3.5": "America/St_Johns",
  "-9.5": "Pacific/Marquesas",
};

/** IANA zone of a site. `offset` is in hours, as decimal text. */
export function siteZone(name: string, offset: string): { zone: string; warning: Warning | null } {
  if (name !== "") return { zone: name, warning: null };
  const detail = `The site names an offset of ${offset} h instead of a city: daylight saving is not followed.`;
  const warning = { code: "time_zone_without_city", detail };
  const fractional = FRACTIONAL_ZONES[offset];
  if (fractional) return { zone: fractional, warning };
  const hours = /^-?\d{1,2}$/.test(offset) ? Number(offset) : 0;
  // Signs of Etc zones are turned round: Etc/GMT-8 is eight hours ahead.
  return { zone: hours === 0 ? "UTC" : `Etc/GMT${hours > 0 ? "-" : "+"}${Math.abs(hours)}`, warning };
}
