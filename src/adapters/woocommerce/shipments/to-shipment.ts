/**
 * Parcels in the three places that stores keep them: the core's fulfilments, the meta data of the tracking plugins
 * (an array under one key), and the keys that we write where there is neither. Pure.
 */
import { z } from "zod";
import type { RawDocument } from "../../../core/adapter.ts";
import { type Shipment, type Unified, unified } from "../../../core/model/records.ts";
import type { ShipmentStatus } from "../../../core/model/vocabulary.ts";
import { instantOrNull, intOrNull, textOrNull } from "../../../core/wire.ts";
import { FULFILLMENT_STATUS, META_KEYS, OUR_META, unifiedCarrier } from "../codes.ts";
import {
  FULFILLMENTS_OF_ORDER,
  type FulfillmentDocument,
  list,
  metaJson,
  metaText,
  type OrderDocument,
} from "../schemas/index.ts";

/** A parcel as we note it on the order: which lines it holds, and the act that made it. */
export const OUR_SHIPMENT = z.object({
  key: z.string(),
  number: z.string().nullable(),
  carrier: z.string().nullable(),
  url: z.string().nullable(),
  at: z.string(),
  lines: z.array(z.object({ id: z.string(), quantity: z.int().min(0) })),
  /** The plugin's id of the same parcel, where it keeps one. */
  tracking_id: z.string().nullable().default(null),
});
export type OurShipment = z.infer<typeof OUR_SHIPMENT>;

const PLUGIN_ITEM = z.object({
  tracking_id: textOrNull(),
  tracking_provider: textOrNull(),
  custom_tracking_provider: textOrNull(),
  custom_tracking_link: textOrNull(),
  tracking_link: textOrNull(),
  tracking_number: textOrNull(),
  date_shipped: z.unknown(),
});
type PluginItem = z.infer<typeof PLUGIN_ITEM>;

const FULFILLED_ITEMS = list(z.object({ item_id: textOrNull(), qty: intOrNull() }));
const ITEMS = list(z.unknown());
const INSTANT = instantOrNull();

/** A fulfilments document: all fulfilments of one order. */
export function toUnified(raw: RawDocument): Unified {
  const document = FULFILLMENTS_OF_ORDER.parse(raw.payload);
  return unified({ shipments: document.fulfillments.map((item) => toShipment(item, document.order_id)) });
}

function toShipment(item: FulfillmentDocument, orderId: string): Shipment {
  const known = FULFILLMENT_STATUS[item.status];
  const status: ShipmentStatus = item.date_deleted
    ? "cancelled"
    : item.is_fulfilled
      ? "in_transit"
      : (known ?? "unknown");
  const carrier = metaText(item.meta_data, META_KEYS.shipmentProvider, META_KEYS.trackingProvider);
  const fulfilledAt = metaText(item.meta_data, META_KEYS.dateFulfilled);
  return {
    ...EMPTY,
    externalId: item.id,
    orderExternalId: item.entity_id ?? orderId,
    status,
    externalStatus: item.status || null,
    carrier: unifiedCarrier(carrier),
    externalCarrier: carrier,
    trackingNumber: metaText(item.meta_data, META_KEYS.trackingNumber),
    trackingUrl: metaText(item.meta_data, META_KEYS.trackingUrl),
    shippedAt: item.is_fulfilled ? (INSTANT.parse(fulfilledAt) ?? item.date_updated) : null,
    lines: fulfilledLines(item),
    warnings:
      known || item.is_fulfilled
        ? []
        : [{ code: "unknown_status", detail: `"${item.status}" is no known fulfilment status.` }],
  };
}

/** Order lines and units of a fulfilment. */
export function fulfilledLines(item: FulfillmentDocument): Shipment["lines"] {
  return FULFILLED_ITEMS.parse(metaJson(item.meta_data, META_KEYS.items)).flatMap(({ item_id, qty }) =>
    item_id === null ? [] : [{ orderLineExternalId: item_id, quantity: qty ?? 1 }],
  );
}

const EMPTY: Omit<Shipment, "externalId" | "orderExternalId" | "status"> = {
  externalStatus: null,
  carrier: null,
  externalCarrier: null,
  trackingNumber: null,
  trackingUrl: null,
  place: null,
  fulfilledBy: "seller",
  shippedAt: null,
  deliveredAt: null,
  lines: [],
  events: [],
  warnings: [],
};

/** Parcels that an order carries itself: a plugin's, ours, and what stands alone under the conventional keys. */
export function shipmentsOfOrder(order: OrderDocument): Shipment[] {
  const ours = ourShipments(order);
  const plugins = pluginItems(order);
  const kept = plugins.map((item) =>
    pluginShipment(
      order,
      item,
      ours.find((own) => isSame(own, item)),
    ),
  );
  // A parcel that a plugin keeps too is told once, under the plugin's id.
  const own = ours
    .filter((item) => !plugins.some((plugin) => isSame(item, plugin)))
    .map((item) => ownShipment(order, item));
  if (kept.length + own.length > 0) return [...kept, ...own];
  const number = metaText(order.meta_data, META_KEYS.trackingNumber);
  return number === null ? [] : [bareShipment(order, number)];
}

/** Our notes of an order's parcels; what does not parse is none of ours. */
export function ourShipments(order: OrderDocument): OurShipment[] {
  const value = metaJson(order.meta_data, OUR_META.shipments);
  return ITEMS.parse(value).flatMap((item) => {
    const read = OUR_SHIPMENT.safeParse(item);
    return read.success ? [read.data] : [];
  });
}

function pluginItems(order: OrderDocument): PluginItem[] {
  return ITEMS.parse(metaJson(order.meta_data, META_KEYS.tracking)).flatMap((item) => {
    const read = PLUGIN_ITEM.safeParse(item);
    return read.success && (read.data.tracking_id ?? read.data.tracking_number) !== null ? [read.data] : [];
  });
}

const isSame = (own: OurShipment, item: PluginItem) =>
  own.tracking_id !== null
    ? own.tracking_id === item.tracking_id
    : own.number !== null && own.number === item.tracking_number;

function pluginShipment(order: OrderDocument, item: PluginItem, own: OurShipment | undefined): Shipment {
  const carrier = item.custom_tracking_provider ?? item.tracking_provider;
  const link = item.tracking_link ?? item.custom_tracking_link;
  return {
    ...EMPTY,
    externalId: `${order.id}:${item.tracking_id ?? item.tracking_number}`,
    orderExternalId: order.id,
    status: "in_transit",
    carrier: unifiedCarrier(carrier),
    externalCarrier: carrier,
    trackingNumber: item.tracking_number,
    trackingUrl: link === null ? null : fillLink(link, order, item.tracking_number ?? ""),
    shippedAt: shippedOn(item.date_shipped),
    lines: own ? linesOf(own) : [],
  };
}

function ownShipment(order: OrderDocument, own: OurShipment): Shipment {
  return {
    ...EMPTY,
    externalId: `${order.id}:${own.key}`,
    orderExternalId: order.id,
    status: "in_transit",
    carrier: unifiedCarrier(own.carrier),
    externalCarrier: own.carrier,
    trackingNumber: own.number,
    trackingUrl: own.url,
    shippedAt: INSTANT.parse(own.at),
    lines: linesOf(own),
  };
}

function bareShipment(order: OrderDocument, number: string): Shipment {
  const carrier = metaText(order.meta_data, META_KEYS.trackingProvider, META_KEYS.shipmentProvider);
  return {
    ...EMPTY,
    externalId: `${order.id}:${number}`,
    orderExternalId: order.id,
    status: "in_transit",
    carrier: unifiedCarrier(carrier),
    externalCarrier: carrier,
    trackingNumber: number,
    trackingUrl: metaText(order.meta_data, META_KEYS.trackingUrl),
    shippedAt: null,
    lines: [],
  };
}

const linesOf = (own: OurShipment): Shipment["lines"] =>
  own.lines.map((line) => ({ orderLineExternalId: line.id, quantity: line.quantity }));

/** `%1$s` number, `%2$s` postcode, `%3$s` country. The postcode is the buyer's and is not put into an address. */
function fillLink(link: string, order: OrderDocument, number: string): string {
  return link
    .replaceAll("%1$s", encodeURIComponent(number))
    .replaceAll("%2$s", "")
    .replaceAll("%3$s", encodeURIComponent(order.shipping.country ?? order.billing.country ?? ""));
}

/** Plugins keep seconds since 1970; their answers give a day. */
function shippedOn(value: unknown): Date | null {
  const text = String(value ?? "").trim();
  const seconds = /^\d{9,11}$/.test(text) ? Number(text) : null;
  if (seconds !== null) return new Date(seconds * 1000);
  const read = INSTANT.safeParse(text);
  return read.success ? read.data : null;
}

export interface ShippedUnits {
  byLine: Map<string, number>;
  some: boolean;
  all: boolean;
}

/** Units by line in parcels that name their lines; `some` and `all` for parcels that do not. */
export function shippedUnits(order: OrderDocument, shipments = shipmentsOfOrder(order)): ShippedUnits {
  const byLine = new Map<string, number>();
  let unnamed = 0;
  for (const shipment of shipments) {
    if (shipment.lines.length === 0) unnamed++;
    for (const line of shipment.lines)
      byLine.set(line.orderLineExternalId, (byLine.get(line.orderLineExternalId) ?? 0) + line.quantity);
  }
  return { byLine, some: shipments.length > 0, all: unnamed > 0 && byLine.size === 0 && order.line_items.length > 0 };
}
