/**
 * Where a store keeps its parcels: the core's fulfilments where they are switched on, else a tracking plugin, else the
 * order's own meta data with a note. Which it is, `probe` has found out.
 */
import type { ConfirmShipmentInput, Store } from "../../../core/adapter.ts";
import { sha256, toHex } from "../../../core/crypto.ts";
import { idValue } from "../client/body.ts";
import type { Client } from "../client/index.ts";
import { externalCarrier, META_KEYS, OUR_META } from "../codes.ts";
import { FULFILLMENT, type FulfillmentDocument, list, type OrderDocument } from "../schemas/index.ts";
import type { OurShipment } from "./to-shipment.ts";

export type Way = "fulfillments" | "ast" | "shipment_tracking" | "meta";

export function wayOf(store: Store): Way {
  if (store.facts.fulfillments === true) return "fulfillments";
  const { tracking } = store.facts;
  return tracking === "ast" || tracking === "shipment_tracking" ? tracking : "meta";
}

/** Key of an act as it is kept on the platform: short, and no key of ours leaks. */
export const shipmentKey = (idempotencyKey: string) => toHex(sha256(idempotencyKey)).slice(0, 16);

export const orderRoute = (orderId: string) => `/wc/v3/orders/${encodeURIComponent(orderId)}`;

/** The fulfilments of an order that stand. */
export async function listFulfillments(
  client: Client,
  store: Store,
  orderId: string,
  signal: AbortSignal,
): Promise<FulfillmentDocument[]> {
  const route = `${orderRoute(orderId)}/fulfillments`;
  const value = await client.one(store, { operation: "shipments.list", route }, signal);
  return list(FULFILLMENT)
    .parse(value)
    .filter((item) => item.date_deleted === null);
}

/** What a fulfilment says of its parcel. */
export function fulfillmentBody(
  input: ConfirmShipmentInput,
  lines: OurShipment["lines"],
  key: string | null,
): Record<string, unknown> {
  const facts: [string, unknown][] = [
    [META_KEYS.trackingNumber, input.trackingNumber],
    [META_KEYS.shipmentProvider, externalCarrier(input.carrier)],
    [META_KEYS.trackingUrl, input.trackingUrl],
    [
      META_KEYS.items,
      lines.length === 0 ? null : lines.map((line) => ({ item_id: idValue(line.id), qty: line.quantity })),
    ],
    [OUR_META.key, key],
  ];
  return {
    status: "fulfilled",
    is_fulfilled: true,
    notify_customer: input.notifyBuyer,
    meta_data: facts.flatMap(([name, value]) => (value === null ? [] : [{ key: name, value }])),
  };
}

/** Notes a parcel with the tracking plugin; answers the plugin's id of it. */
export async function writePluginTracking(
  client: Client,
  store: Store,
  way: "ast" | "shipment_tracking",
  input: ConfirmShipmentInput,
  at: Date,
  signal: AbortSignal,
): Promise<string | null> {
  const isPlatformName = input.carrier?.startsWith("platform:") ?? false;
  const carrier = externalCarrier(input.carrier) ?? "";
  const body = {
    // A provider must be one of the plugin's own names; any other is custom, and then carries its link.
    ...(isPlatformName
      ? { tracking_provider: carrier }
      : { custom_tracking_provider: carrier, custom_tracking_link: input.trackingUrl ?? "" }),
    tracking_number: input.trackingNumber ?? "",
    date_shipped: (input.shippedAt ?? at.toISOString()).slice(0, 10),
    // The order is completed by its own call, once everything has left.
    ...(way === "ast" ? { status_shipped: 0 } : {}),
  };
  const answer = await client.one(
    store,
    { operation: "shipments.confirm", method: "POST", route: pluginRoute(way, input.orderExternalId), body },
    signal,
  );
  const { tracking_id } = (answer ?? {}) as { tracking_id?: unknown };
  return typeof tracking_id === "string" ? tracking_id : null;
}

export function pluginRoute(way: "ast" | "shipment_tracking", orderId: string): string {
  const namespace = way === "ast" ? "wc-ast/v3" : "wc-shipment-tracking/v3";
  return `/${namespace}/orders/${encodeURIComponent(orderId)}/shipment-trackings`;
}

/** Writes our notes of an order's parcels, the conventional keys of the newest, and a status where it changes. */
export async function writeOrder(
  client: Client,
  store: Store,
  orderId: string,
  change: { parcels?: OurShipment[]; status?: "completed" },
  signal: AbortSignal,
): Promise<void> {
  const newest = change.parcels?.at(-1);
  const body = {
    ...(change.status ? { status: change.status } : {}),
    ...(newest && change.parcels
      ? {
          meta_data: [
            { key: OUR_META.shipments, value: change.parcels },
            { key: META_KEYS.trackingNumber, value: newest.number },
            { key: META_KEYS.trackingProvider, value: newest.carrier },
            { key: META_KEYS.trackingUrl, value: newest.url },
          ],
        }
      : {}),
  };
  const operation = change.parcels ? "shipments.confirm" : "orders.complete";
  await client.one(
    store,
    { operation, method: "PUT", route: orderRoute(orderId), body, effect: "keyed-write" },
    signal,
  );
}

/** Words for the buyer where no plugin mails them. */
export function noteText(input: ConfirmShipmentInput): string {
  const carrier = externalCarrier(input.carrier);
  return [
    `Shipped${carrier ? ` with ${carrier}` : ""}${input.trackingNumber ? ` ${input.trackingNumber}` : ""}`,
    input.trackingUrl,
  ]
    .filter((part) => part)
    .join(" ");
}

/** Units of each line that are still open: neither in a parcel nor taken back. */
export function openUnits(order: OrderDocument, shipped: ReadonlyMap<string, number>): Map<string, number> {
  return new Map(
    order.line_items.map((line) => {
      const restocked = Number(line.meta_data.findLast((meta) => meta.key === META_KEYS.restocked)?.value ?? 0) || 0;
      return [line.id, Math.max(0, Math.ceil(Number(line.quantity ?? 0)) - restocked - (shipped.get(line.id) ?? 0))];
    }),
  );
}
