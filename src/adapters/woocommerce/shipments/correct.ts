/** Correcting a parcel's carrier, number or address, where it is kept. Absolute: a repeat ends in the same state. */

import { z } from "zod";
import type { ActCapability, ActOutcome, CorrectTrackingInput, Store } from "../../../core/adapter.ts";
import type { Clock } from "../../../core/clock.ts";
import type { Client } from "../client/index.ts";
import { refusable, refuse } from "../client/refusals.ts";
import { externalCarrier } from "../codes.ts";
import { currentOrder } from "../orders/read.ts";
import { FULFILLMENT, type FulfillmentDocument } from "../schemas/index.ts";
import { CONFIRM_INPUT } from "./confirm.ts";
import { type OurShipment, ourShipments } from "./to-shipment.ts";
import { fulfillmentBody, orderRoute, pluginRoute, wayOf, writeOrder, writePluginTracking } from "./ways.ts";

const OPERATION = "shipments.correct";

export function createCorrectAct(client: Client, clock: Clock): ActCapability<CorrectTrackingInput> {
  return {
    input: CONFIRM_INPUT.extend({ shipmentExternalId: z.string().min(1) }),
    idempotent: true,
    perform: (store, act, signal) =>
      refusable(() =>
        wayOf(store) === "fulfillments"
          ? correctFulfillment(client, store, act.input, signal)
          : correctElsewhere(client, clock, store, act.input, signal),
      ),
  };
}

async function correctFulfillment(
  client: Client,
  store: Store,
  input: CorrectTrackingInput,
  signal: AbortSignal,
): Promise<ActOutcome> {
  const route = `${orderRoute(input.orderExternalId)}/fulfillments/${encodeURIComponent(input.shipmentExternalId)}`;
  const found = await client.oneOrNull(store, { operation: OPERATION, route }, signal);
  if (found === null) return refuse("not_found", OPERATION, "the order has no such parcel");
  const lines = input.lines.map((line) => ({ id: line.orderLineExternalId, quantity: line.quantity }));
  const body = withKept(fulfillmentBody(input, lines, null), FULFILLMENT.parse(found));
  await client.one(store, { operation: OPERATION, method: "PUT", route, body, effect: "keyed-write" }, signal);
  return done(input);
}

/** The platform removes what a writing does not name (observed): lines, our key and others' notes are named again. */
function withKept(body: Record<string, unknown>, found: FulfillmentDocument): Record<string, unknown> {
  const named = body.meta_data as { key: string; value: unknown }[];
  const kept = found.meta_data.filter(({ key }) => !named.some((meta) => meta.key === key));
  return { ...body, meta_data: [...named, ...kept.map(({ key, value }) => ({ key, value }))] };
}

async function correctElsewhere(
  client: Client,
  clock: Clock,
  store: Store,
  input: CorrectTrackingInput,
  signal: AbortSignal,
): Promise<ActOutcome> {
  const order = await currentOrder(client, store, input.orderExternalId, signal);
  if (!order) return refuse("not_found", OPERATION, `order ${input.orderExternalId} does not exist`);
  const parcels = ourShipments(order);
  const own = (item: OurShipment) => `${order.id}:${item.tracking_id ?? item.key}` === input.shipmentExternalId;
  const found = parcels.find(own);
  if (!found)
    return refuse("not_found", OPERATION, "this parcel was not noted by Tallyport: correct it in the shop's own pages");
  const way = wayOf(store);
  let trackingId = found.tracking_id;
  if (way !== "meta" && way !== "fulfillments" && found.number !== input.trackingNumber) {
    // The plugins know no change: the new one is written before the old one goes, so that the buyer never sees none.
    trackingId = await writePluginTracking(client, store, way, input, clock.now(), signal);
    if (found.tracking_id !== null) {
      const route = `${pluginRoute(way, order.id)}/${encodeURIComponent(found.tracking_id)}`;
      await client.oneOrNull(store, { operation: OPERATION, method: "DELETE", route, effect: "keyed-write" }, signal);
    }
  }
  const corrected: OurShipment = {
    ...found,
    number: input.trackingNumber,
    carrier: externalCarrier(input.carrier),
    url: input.trackingUrl,
    tracking_id: trackingId,
  };
  await writeOrder(client, store, order.id, { parcels: [...parcels.filter((item) => !own(item)), corrected] }, signal);
  return done(input);
}

function done(input: CorrectTrackingInput): ActOutcome {
  return {
    outcome: "done",
    externalId: input.shipmentExternalId,
    reread: [
      { resource: "orders", externalId: input.orderExternalId },
      { resource: "shipments", externalId: input.orderExternalId },
    ],
  };
}
