/**
 * Shipments. The core's fulfilments are read per order; parcels that plugins keep in an order's meta data are told by the
 * order document itself (orders/to-order.ts). https://developer.woocommerce.com/docs/features/fulfillments/
 */
import {
  absent,
  type Missing,
  type RawDocument,
  type ShipmentCapability,
  type Store,
  type Stream,
} from "../../../core/adapter.ts";
import type { Clock } from "../../../core/clock.ts";
import type { Client } from "../client/index.ts";
import { CARRIERS } from "../codes.ts";
import { GET_BATCH } from "../limits.ts";
import {
  type Fields,
  idProblem,
  isNoRecord,
  noRecord,
  PROVIDERS,
  readFile,
  refuseForeignFile,
  refuseNoRecord,
  rowProblem,
} from "../schemas/index.ts";
import { createConfirmAct } from "./confirm.ts";
import { createCorrectAct } from "./correct.ts";
import { toUnified } from "./to-shipment.ts";
import { wayOf } from "./ways.ts";

const FORM = "fulfillments@wc/v3";

const STREAMS: readonly Stream[] = [
  {
    name: "fulfillments",
    by: "parent",
    window: { maxMinutes: 60 * 24 * 31, safetyLagSeconds: 5, overlapSeconds: 60, maxAgeDays: null, minSeconds: 2 },
    everySeconds: 600,
  },
];

export function createShipments(client: Client, clock: Clock): ShipmentCapability {
  return {
    streams: STREAMS,
    getBatch: GET_BATCH.parents,
    // A fulfilment moves its order's change time through the order's meta data; a change of its tracking number may not.
    rereadOpenMinutes: 240,
    list: async () => ({ documents: [], references: [], next: null }),
    async getMany(store, keys, signal) {
      const documents: RawDocument[] = [];
      const missing: Missing[] = [];
      if (wayOf(store) !== "fulfillments") return { documents, missing };
      for (const orderId of new Set(keys.map((key) => key.key?.order ?? key.externalId))) {
        const document = await fulfillmentsOf(client, store, orderId, signal);
        if (document) documents.push(document);
        else missing.push({ externalId: orderId, means: "gone" });
      }
      return { documents, missing };
    },
    toUnified: (raw) => (isNoRecord(raw) ? refuseNoRecord(raw, "fulfilment", fulfillmentProblem) : toUnified(raw)),
    parseFile: fulfillmentsInFile,
    acts: {
      confirm: createConfirmAct(client, clock),
      correct: createCorrectAct(client, clock),
      arrange: absent(
        "the core sells no labels and books no carrier; that is a shipping plugin's business",
        "https://woocommerce.github.io/woocommerce-rest-api-docs/",
      ),
    },
    async carriers(store, signal) {
      const way = wayOf(store);
      if (way === "fulfillments" || way === "meta") return [...CARRIERS];
      const namespace = way === "ast" ? "wc-ast/v3" : "wc-shipment-tracking/v3";
      // The list stands below any order; it is the same for all.
      const route = `/${namespace}/orders/0/shipment-trackings/providers`;
      const regions = PROVIDERS.parse(await client.one(store, { operation: "shipments.carriers", route }, signal));
      const names = [...new Set(Object.values(regions).flatMap((region) => Object.keys(region)))];
      return names.map((name) => ({ code: `platform:${name}`, externalCode: name, name }));
    },
  };
}

async function fulfillmentsOf(
  client: Client,
  store: Store,
  orderId: string,
  signal: AbortSignal,
): Promise<RawDocument | null> {
  const route = `/wc/v3/orders/${encodeURIComponent(orderId)}/fulfillments`;
  const fulfillments = await client.oneOrNull(store, { operation: "shipments.getMany", route }, signal);
  return fulfillments === null ? null : toDocument(orderId, fulfillments);
}

/** All fulfilments of an order in one document: what has left the list is seen to be gone. */
function toDocument(orderId: string, fulfillments: unknown): RawDocument {
  return {
    externalId: orderId,
    key: { order: orderId },
    sourceUpdatedAt: null,
    sourceVersion: null,
    form: FORM,
    payload: { order_id: orderId, fulfillments },
  };
}

function fulfillmentsInFile(bytes: Uint8Array): RawDocument[] {
  const items = readFile(bytes).map((item) => ({ ...item, problem: item.problem ?? fulfillmentProblem(item.value) }));
  refuseForeignFile(items, "shipment");
  const byOrder = new Map<string, unknown[]>();
  const others: RawDocument[] = [];
  for (const { value, row, problem } of items) {
    const fields = value as Fields;
    if (problem !== null) others.push(noRecord(value, row));
    else if (Array.isArray(fields.fulfillments)) byOrder.set(String(fields.order_id), fields.fulfillments);
    else {
      const orderId = String(fields.entity_id);
      byOrder.set(orderId, [...(byOrder.get(orderId) ?? []), value]);
    }
  }
  return [...[...byOrder].map(([orderId, fulfillments]) => toDocument(orderId, fulfillments)), ...others];
}

/** Why a value is neither a fulfilment nor all those of one order; null where it is one. */
function fulfillmentProblem(value: unknown): string | null {
  if (typeof value !== "object" || value === null) return rowProblem(value);
  if ("order_id" in value && "fulfillments" in value && Array.isArray(value.fulfillments))
    return idProblem(value.order_id);
  if (!("entity_id" in value) || !("is_fulfilled" in value))
    return "it is no fulfilment; tracking of plugins is in the orders";
  return rowProblem(value) ?? idProblem(value.entity_id);
}
