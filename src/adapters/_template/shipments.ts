/** Parcels: they come with their order, and with their tracking when the order has changed. https://docs.platform.example/parcels */
import { z } from "zod";
import type {
  Act,
  ActCapability,
  ActOutcome,
  ConfirmShipmentInput,
  CorrectTrackingInput,
  OrderRefInput,
  RawDocument,
  ShipmentCapability,
  Store,
} from "../../core/adapter.ts";
import { adapterError } from "../../core/errors.ts";
import { type Shipment, unified, type Warning } from "../../core/model/records.ts";
import { type Client, documentsInFile, readMany } from "./client.ts";
import { fromCarrierCode, look, SHIPMENT_STATUS, toCarrierCode } from "./codes.ts";
import { GET_BATCH } from "./limits.ts";
import { EFFECT, type Parcel, TRACKING } from "./schemas.ts";

const NO_WINDOW = { maxMinutes: 0, safetyLagSeconds: 0, overlapSeconds: 0, maxAgeDays: null, minSeconds: 0 };

export function createShipments(client: Client): ShipmentCapability {
  return {
    // There is no list of parcels: they are asked for by the orders that changed.
    streams: [{ name: "tracking", by: "parent", window: NO_WINDOW, everySeconds: 1800 }],
    getBatch: GET_BATCH,
    list: async () => ({ documents: [], references: [], next: null }),
    async getMany(store, keys, signal) {
      const orders = keys.map(({ externalId, key }) => ({ externalId: key?.order ?? externalId }));
      return readMany(
        client,
        store,
        { operation: "shipments.tracking", path: "/v1/tracking" },
        orders,
        toTrackingDocument,
        signal,
      );
    },
    toUnified(raw) {
      const { order_id, parcels } = TRACKING.parse(raw.payload);
      return unified({ shipments: toShipments(parcels, order_id) });
    },
    parseFile: (bytes) => documentsInFile(bytes, toTrackingDocument),
    acts: { confirm: confirm(client), correct: correct(client), arrange: arrange(client) },
    carriers: async (store, signal) => {
      const { carriers } = await client.call(
        store,
        { operation: "shipments.carriers", path: "/v1/carriers" },
        CARRIERS,
        signal,
      );
      return carriers.map(({ code, name }) => ({
        code: fromCarrierCode(code) ?? `platform:${code}`,
        externalCode: code,
        name,
      }));
    },
  };
}

/** The tracking of an order is one document, named by the order. */
function toTrackingDocument(payload: unknown): RawDocument {
  const { order_id } = TRACKING.parse(payload);
  return {
    externalId: order_id,
    key: { order: order_id },
    sourceUpdatedAt: null,
    sourceVersion: null,
    form: "tracking@1",
    payload,
  };
}

export function toShipments(parcels: readonly Parcel[], orderExternalId: string): Shipment[] {
  return parcels.map((parcel) => {
    const warnings: Warning[] = [];
    return {
      externalId: parcel.id,
      orderExternalId,
      status: look(SHIPMENT_STATUS, "parcel", parcel.state, "unknown", warnings),
      externalStatus: parcel.state,
      carrier: fromCarrierCode(parcel.carrier),
      externalCarrier: parcel.carrier,
      trackingNumber: parcel.number,
      trackingUrl: parcel.url,
      place: parcel.place,
      fulfilledBy: "seller",
      shippedAt: parcel.shipped_at,
      deliveredAt: parcel.delivered_at,
      lines: parcel.lines.map((line) => ({ orderLineExternalId: line.line_id, quantity: line.quantity })),
      events: parcel.events.map((event) => ({
        at: event.at,
        status: look(SHIPMENT_STATUS, "parcel", event.code, "unknown", warnings),
        externalCode: event.code,
        text: event.text,
        location: event.where,
      })),
      warnings,
    };
  });
}

const CARRIERS = z.looseObject({ carriers: z.array(z.looseObject({ code: z.string(), name: z.string() })) });
const ID = z.string().min(1);
const CONFIRM = z.object({
  orderExternalId: ID,
  carrier: z.string().nullable(),
  trackingNumber: z.string().nullable(),
  trackingUrl: z.string().nullable(),
  shippedAt: z.string().nullable(),
  place: z.string().nullable(),
  lines: z.array(z.object({ orderLineExternalId: ID, quantity: z.int().positive() })),
  notifyBuyer: z.boolean(),
  method: z.string().nullable(),
});

const done = (orderExternalId: string, externalId: string | null): ActOutcome => ({
  outcome: "done",
  externalId,
  reread: [{ resource: "orders", externalId: orderExternalId }],
});

/** Each call makes a parcel: our key goes with it, so that a lost answer can be looked up. */
function confirm(client: Client): ActCapability<ConfirmShipmentInput> {
  return {
    input: CONFIRM,
    idempotent: false,
    async perform(store, act, signal) {
      const { input } = act;
      const carrier = toCarrierCode(input.carrier);
      if (carrier === null) return unknownCarrier(store, input.carrier);
      const lines = input.lines.map((line) => ({ line_id: line.orderLineExternalId, quantity: line.quantity }));
      const body = {
        order_id: input.orderExternalId,
        carrier,
        number: input.trackingNumber,
        url: input.trackingUrl,
        place: input.place,
        lines,
        reference: act.idempotencyKey,
      };
      const { id } = await client.call(
        store,
        { operation: "shipments.confirm", path: "/v1/parcels", body, effect: "write" },
        EFFECT,
        signal,
      );
      return done(input.orderExternalId, id);
    },
    findEffect: (store, act, signal) => findParcel(client, store, act, signal),
  };
}

async function findParcel(
  client: Client,
  store: Store,
  act: Act<ConfirmShipmentInput>,
  signal: AbortSignal,
): Promise<ActOutcome | null> {
  const { orderExternalId } = act.input;
  const body = { ids: [orderExternalId] };
  const { found } = await client.get(store, { operation: "shipments.tracking", path: "/v1/tracking", body }, signal);
  const parcel = found
    .flatMap((item) => TRACKING.parse(item).parcels)
    .find((item) => item.reference === act.idempotencyKey);
  return parcel ? done(orderExternalId, parcel.id) : null;
}

function correct(client: Client): ActCapability<CorrectTrackingInput> {
  return {
    input: CONFIRM.extend({ shipmentExternalId: ID }),
    idempotent: true,
    async perform(store, { input }, signal) {
      const carrier = toCarrierCode(input.carrier);
      if (carrier === null) return unknownCarrier(store, input.carrier);
      const body = {
        parcel_id: input.shipmentExternalId,
        carrier,
        number: input.trackingNumber,
        url: input.trackingUrl,
      };
      const { id } = await client.call(
        store,
        { operation: "shipments.correct", path: "/v1/parcels/correct", body, effect: "keyed-write" },
        EFFECT,
        signal,
      );
      return done(input.orderExternalId, id);
    },
  };
}

/** A label is made in the background; our reference keeps a repeat from making another. */
function arrange(client: Client): ActCapability<OrderRefInput> {
  return {
    input: z.object({ orderExternalId: ID }),
    idempotent: true,
    async perform(store, { input, idempotencyKey }, signal) {
      const body = { order_id: input.orderExternalId, reference: idempotencyKey };
      const { id } = await client.call(
        store,
        { operation: "shipments.arrange", path: "/v1/labels", body, effect: "keyed-write" },
        EFFECT,
        signal,
      );
      return { outcome: "submitted", receipt: id ?? "" };
    },
    async check(store, receipt, signal) {
      const label = await client.call(
        store,
        { operation: "shipments.label", path: "/v1/labels", query: { id: receipt } },
        EFFECT,
        signal,
      );
      return label.state === "MADE" ? { outcome: "done", externalId: receipt } : null;
    },
  };
}

function unknownCarrier(store: Store, carrier: string | null): ActOutcome {
  const message = `the platform needs a carrier that it knows, or platform:<its own code>; got ${carrier ?? "none"}`;
  return {
    outcome: "rejected",
    error: adapterError("invalid_request", { platform: store.platform, operation: "shipments.confirm", message }),
  };
}
