/** Shipments: an order's document tells its parcels; they are read by order for those who ask for parcels alone. */
import { z } from "zod";
import { type ActCapability, absent, type OrderRefInput, type ShipmentCapability } from "../../../core/adapter.ts";
import { NO_WINDOW } from "../../../core/paging.ts";
import type { Fields } from "../../../core/tree.ts";
import { type Client, documentsInFile, done, refusable, refuse } from "../client.ts";
import { DOCS } from "../config.ts";
import { GET_BATCH } from "../limits.ts";
import { isOrder, ORDERS, readOrder } from "../orders/read.ts";
import { createConfirmAct } from "./confirm.ts";
import { toUnified } from "./to-shipment.ts";

const FIELDS = "id,*fulfillments,*fulfillments.items,*fulfillments.labels";

export function createShipments(client: Client): ShipmentCapability {
  return {
    streams: [{ name: "parcels", by: "parent", window: NO_WINDOW, everySeconds: 86_400 }],
    getBatch: GET_BATCH,
    list: async () => ({ documents: [], references: [], next: null }),
    async getMany(store, keys, signal) {
      const ids = [...new Set(keys.map(({ externalId, key }) => key?.order ?? externalId))];
      const query = { fields: FIELDS };
      const rows = await client.at(store, signal).byIds({ operation: "shipments.get", ...ORDERS, query }, ids);
      // An order without a parcel is no record that is missing.
      const documents = rows.filter(({ fulfillments }) => Array.isArray(fulfillments) && fulfillments.length > 0);
      return { documents: documents.map(toDocument), missing: [] };
    },
    toUnified,
    parseFile: (bytes) =>
      documentsInFile(bytes, "shipment", (value) =>
        isParcels(value) ? [toDocument(value)] : isOrder(value) ? [] : null,
      ),
    acts: {
      confirm: createConfirmAct(client),
      correct: absent(
        "labels are written once, and no call changes them: a parcel that has left cannot be undone either",
        DOCS,
      ),
      arrange: absent("pick-up and labels are matters of the fulfilment provider that the shop has installed", DOCS),
      mark_delivered: parcelAct(client, "mark_delivered", { path: "mark-as-delivered", time: "delivered_at" }),
      /** Of a parcel that is packed and has not left. */
      cancel: parcelAct(client, "cancel", { path: "cancel", time: "canceled_at" }),
    },
  };
}

/** What a parcel needs of its order; goods, buyer and money stay with the order. */
const toDocument = ({ id, fulfillments }: Fields) => ({
  externalId: String(id),
  key: { order: String(id) },
  sourceUpdatedAt: null,
  sourceVersion: null,
  form: "fulfillments@2",
  payload: { id, fulfillments },
});

const isParcels = ({ id, fulfillments }: Fields): boolean =>
  /^order_/.test(String(id)) && Array.isArray(fulfillments) && fulfillments.length > 0;

interface ParcelInput extends OrderRefInput {
  shipmentExternalId: string;
}

const ID = z.string().min(1);

/** The platform refuses a repeat: what stands already is left as it is. */
const parcelAct = (
  client: Client,
  act: string,
  { path, time }: { path: string; time: string },
): ActCapability<ParcelInput> => ({
  input: z.object({ orderExternalId: ID, shipmentExternalId: ID }),
  idempotent: true,
  perform: (store, { input: { orderExternalId, shipmentExternalId } }, signal) =>
    refusable(async () => {
      const operation = `shipments.${act}`;
      const shop = client.at(store, signal);
      const order = await readOrder(shop, orderExternalId);
      const parcel = order?.list("fulfillments").find((each) => each.need("id") === shipmentExternalId);
      if (!parcel) return refuse("not_found", operation, `the order has no parcel ${shipmentExternalId}`);
      const call = { operation, path: `${ORDERS.path}/${orderExternalId}/fulfillments/${shipmentExternalId}/${path}` };
      if (parcel.text(time) === null) await shop.post({ ...call, body: {}, effect: "keyed-write" });
      return done(orderExternalId, "orders", "shipments");
    }),
});
