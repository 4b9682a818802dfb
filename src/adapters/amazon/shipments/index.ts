/** Parcels stand in the orders that the seller ships; they are read once more by order for their way. */
import { absent, type RawDocument, type ShipmentCapability } from "../../../core/adapter.ts";
import { unified } from "../../../core/model/records.ts";
import { NO_WINDOW, readEach } from "../../../core/paging.ts";
import type { Fields } from "../../../core/tree.ts";
import type { Client } from "../client/index.ts";
import { DOCS } from "../config.ts";
import { GET_BATCH } from "../limits.ts";
import { getOrder, isOrder } from "../orders/read.ts";
import { documentOf, documentsInFile, read } from "../schemas.ts";
import { CARRIERS } from "./carriers.ts";
import { createConfirmAct, createCorrectAct } from "./confirm.ts";
import { createPickupAct } from "./pickup.ts";
import { shipmentsIn } from "./to-shipment.ts";

const FORM = "packages@2026-01-01";

export function createShipments(client: Client): ShipmentCapability {
  return {
    // Calls of single orders have a bucket of their own, two hundred times as quick as that of the list.
    streams: [{ name: "parcels", by: "parent", window: NO_WINDOW, everySeconds: 1800 }],
    getBatch: GET_BATCH.orders,
    list: async () => ({ documents: [], references: [], next: null }),
    async getMany(store, keys, signal) {
      const orders = keys.map(({ externalId, key }) => ({ externalId: key?.order ?? externalId }));
      const found = await readEach(orders, async ({ externalId }) => {
        const order = await getOrder(client.at(store, signal), externalId);
        return order && toDocument(order);
      });
      // An order without parcels is no record that is missing.
      return { ...found, documents: found.documents.filter(({ payload }) => hasParcel(payload as Fields)) };
    },
    toUnified: (raw) => {
      const order = read(raw.payload);
      if (!isPackages(order.fields)) throw new TypeError("packages is missing");
      return unified({ shipments: shipmentsIn(order) });
    },
    parseFile: (bytes) =>
      documentsInFile(bytes, "shipment", ["orders"], (value) =>
        isOrder(value) || isPackages(value)
          ? [toDocument(value)].filter(({ payload }) => hasParcel(payload as Fields))
          : null,
      ),
    carriers: async () => CARRIERS.list(),
    acts: {
      confirm: createConfirmAct(client),
      correct: createCorrectAct(client),
      pickup: createPickupAct(client),
      arrange: absent(
        "labels of the platform (Merchant Fulfillment) are bought by size and weight of the parcel, which nobody tells here",
        DOCS,
      ),
    },
  };
}

const isPackages = (value: Fields): boolean => typeof value.orderId === "string" && Array.isArray(value.packages);
const hasParcel = ({ packages }: Fields): boolean => Array.isArray(packages) && packages.length > 0;

/** What a parcel needs of its order; goods, buyer and money stay with the order. */
function toDocument({ orderId, packages }: Fields): RawDocument {
  const id = String(orderId);
  return { ...documentOf(id, FORM, { orderId, packages }), key: { order: id } };
}
