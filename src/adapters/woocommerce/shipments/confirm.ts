/**
 * Confirming a parcel, and completing the order once everything has left: the tracking first, because the status sends
 * the mail. No call of the platform takes a key, so what stands there already is read before anything is written.
 */
import { z } from "zod";
import type { Act, ActCapability, ActOutcome, ConfirmShipmentInput, Store } from "../../../core/adapter.ts";
import type { Clock } from "../../../core/clock.ts";
import type { Client } from "../client/index.ts";
import { refusable, refuse } from "../client/refusals.ts";
import { externalCarrier, META_KEYS, OUR_META } from "../codes.ts";
import { writeNote } from "../orders/acts.ts";
import { currentOrder } from "../orders/read.ts";
import { FULFILLMENT, metaText, type OrderDocument } from "../schemas/index.ts";
import { fulfilledLines, type OurShipment, ourShipments, shippedUnits } from "./to-shipment.ts";
import {
  fulfillmentBody,
  listFulfillments,
  noteText,
  openUnits,
  orderRoute,
  shipmentKey,
  type Way,
  wayOf,
  writeOrder,
  writePluginTracking,
} from "./ways.ts";

const OPERATION = "shipments.confirm";

export const CONFIRM_INPUT = z.object({
  orderExternalId: z.string().min(1),
  carrier: z.string().min(1).nullable(),
  trackingNumber: z.string().min(1).nullable(),
  trackingUrl: z.url().nullable(),
  shippedAt: z.string().nullable(),
  place: z.string().nullable(),
  lines: z.array(z.object({ orderLineExternalId: z.string().min(1), quantity: z.int().positive() })),
  notifyBuyer: z.boolean(),
  method: z.string().nullable(),
});

/** What is known of an order's parcels before a new one is noted. */
interface Known {
  order: OrderDocument;
  /** Id of the parcel that this very act has made already. */
  made: string | null;
  shipped: Map<string, number>;
}

export function createConfirmAct(client: Client, clock: Clock): ActCapability<ConfirmShipmentInput> {
  return {
    input: CONFIRM_INPUT,
    idempotent: false,
    perform: (store, act, signal) => refusable(() => confirm(client, clock, store, act, signal)),
    async findEffect(store, act, signal) {
      const known = await look(client, store, act, signal);
      if (!known || known.made === null) return null;
      return refusable(() => finish(client, store, known, known.made ?? "", new Map(), signal));
    },
  };
}

async function confirm(
  client: Client,
  clock: Clock,
  store: Store,
  act: Act<ConfirmShipmentInput>,
  signal: AbortSignal,
): Promise<ActOutcome> {
  const known = await look(client, store, act, signal);
  if (!known) return refuse("not_found", OPERATION, `order ${act.input.orderExternalId} does not exist`);
  if (known.made !== null) return finish(client, store, known, known.made, new Map(), signal);
  const units = unitsToShip(known, act.input);
  if (!(units instanceof Map)) return units;
  const way = wayOf(store);
  const made =
    way === "fulfillments"
      ? await confirmFulfillment(client, store, act, units, signal)
      : await confirmElsewhere(client, clock, store, way, known.order, act, units, signal);
  return finish(client, store, known, made, units, signal);
}

/** The order, its parcels, and whether this act's is among them; null where the order does not exist. */
async function look(
  client: Client,
  store: Store,
  act: Act<ConfirmShipmentInput>,
  signal: AbortSignal,
): Promise<Known | null> {
  const order = await currentOrder(client, store, act.input.orderExternalId, signal);
  if (!order) return null;
  const key = shipmentKey(act.idempotencyKey);
  if (wayOf(store) !== "fulfillments") {
    const own = ourShipments(order).find((item) => item.key === key);
    return {
      order,
      made: own ? `${order.id}:${own.tracking_id ?? own.key}` : null,
      shipped: shippedUnits(order).byLine,
    };
  }
  const parcels = await listFulfillments(client, store, order.id, signal);
  const shipped = new Map<string, number>();
  for (const parcel of parcels.filter((item) => item.is_fulfilled))
    for (const line of fulfilledLines(parcel))
      shipped.set(line.orderLineExternalId, (shipped.get(line.orderLineExternalId) ?? 0) + line.quantity);
  const own = parcels.find((parcel) => metaText(parcel.meta_data, OUR_META.key) === key);
  return { order, made: own?.id ?? null, shipped };
}

/** Units by line, or the refusal. */
function unitsToShip(known: Known, input: ConfirmShipmentInput): Map<string, number> | ActOutcome {
  const { order, shipped } = known;
  if (["cancelled", "refunded", "failed", "trash"].includes(order.status))
    return refuse("conflict", OPERATION, `the order is ${order.status}: nothing of it is to be shipped`);
  const open = openUnits(order, shipped);
  if (input.lines.length === 0) {
    const rest = new Map([...open].filter(([, units]) => units > 0));
    return rest.size > 0 || order.line_items.length === 0
      ? rest
      : refuse("conflict", OPERATION, "everything in this order has been shipped already");
  }
  const wanted = new Map<string, number>();
  for (const line of input.lines)
    wanted.set(line.orderLineExternalId, (wanted.get(line.orderLineExternalId) ?? 0) + line.quantity);
  for (const [line, units] of wanted) {
    const left = open.get(line);
    if (left === undefined) return refuse("invalid_request", OPERATION, `the order has no line ${line}`);
    if (units > left) return refuse("conflict", OPERATION, `line ${line} has ${left} units left to ship, not ${units}`);
  }
  return wanted;
}

const asLines = (units: ReadonlyMap<string, number>): OurShipment["lines"] =>
  [...units].map(([id, quantity]) => ({ id, quantity }));

async function confirmFulfillment(
  client: Client,
  store: Store,
  act: Act<ConfirmShipmentInput>,
  units: ReadonlyMap<string, number>,
  signal: AbortSignal,
): Promise<string> {
  const route = `${orderRoute(act.input.orderExternalId)}/fulfillments`;
  const body = fulfillmentBody(act.input, asLines(units), shipmentKey(act.idempotencyKey));
  return FULFILLMENT.parse(await client.one(store, { operation: OPERATION, method: "POST", route, body }, signal)).id;
}

async function confirmElsewhere(
  client: Client,
  clock: Clock,
  store: Store,
  way: Exclude<Way, "fulfillments">,
  order: OrderDocument,
  act: Act<ConfirmShipmentInput>,
  units: ReadonlyMap<string, number>,
  signal: AbortSignal,
): Promise<string> {
  const { input } = act;
  const now = clock.now();
  // A lost answer may have left the parcel with the plugin and not yet in our notes: its number tells.
  const isNoted = input.trackingNumber !== null && hasPluginNumber(order, input.trackingNumber);
  const trackingId =
    way === "meta" || isNoted || input.trackingNumber === null
      ? null
      : await writePluginTracking(client, store, way, input, now, signal);
  const parcel: OurShipment = {
    key: shipmentKey(act.idempotencyKey),
    number: input.trackingNumber,
    carrier: externalCarrier(input.carrier),
    url: input.trackingUrl,
    at: input.shippedAt ?? now.toISOString(),
    lines: asLines(units),
    tracking_id: trackingId,
  };
  await writeOrder(client, store, order.id, { parcels: [...ourShipments(order), parcel] }, signal);
  if (way === "meta" && input.notifyBuyer)
    await writeNote(client, store, { orderExternalId: order.id, text: noteText(input), toBuyer: true }, signal);
  return `${order.id}:${trackingId ?? parcel.key}`;
}

function hasPluginNumber(order: OrderDocument, number: string): boolean {
  const kept = order.meta_data.findLast((meta) => meta.key === META_KEYS.tracking)?.value;
  return JSON.stringify(kept ?? null).includes(JSON.stringify(number));
}

/** Completes the order when nothing is open any more. */
async function finish(
  client: Client,
  store: Store,
  known: Known,
  shipmentId: string,
  units: ReadonlyMap<string, number>,
  signal: AbortSignal,
): Promise<ActOutcome> {
  const shipped = new Map(known.shipped);
  for (const [line, count] of units) shipped.set(line, (shipped.get(line) ?? 0) + count);
  const left = [...openUnits(known.order, shipped).values()].some((count) => count > 0);
  if (!left && known.order.status !== "completed")
    await writeOrder(client, store, known.order.id, { status: "completed" }, signal);
  return {
    outcome: "done",
    externalId: shipmentId,
    reread: [
      { resource: "orders", externalId: known.order.id },
      { resource: "shipments", externalId: known.order.id },
    ],
  };
}
