/** Orders: lists name them, `getMany` reads them; one document gives the order, its parcels and refunds. */
import type { OrderCapability, Stream } from "../../../core/adapter.ts";
import { type Client, documentsInFile, listPage, readMany, windowOf } from "../client.ts";
import { GET_BATCH } from "../limits.ts";
import { createOrderActs } from "./acts.ts";
import { referenceOf, toOrderDocument, toUnified } from "./to-order.ts";

/** Thirty-one days a window, three years back; a change shows within seconds. */
const WINDOW = { maxMinutes: 31 * 1440, safetyLagSeconds: 10, overlapSeconds: 120, maxAgeDays: 1095, minSeconds: 2 };

const STREAMS: readonly Stream[] = [
  { name: "changed", by: "change", window: WINDOW, everySeconds: 60, backfill: true },
  // What the list of changes left out is found by the time of the order itself.
  { name: "created", by: "creation", window: { ...WINDOW, overlapSeconds: 86_400 }, everySeconds: 3600, audit: true },
];

export function createOrders(client: Client): OrderCapability {
  return {
    streams: STREAMS,
    // A memo that the seller writes on the platform's own pages moves no change time.
    rereadOpenMinutes: 360,
    getBatch: GET_BATCH,
    async list(store, input, signal) {
      const endpoint = {
        operation: `orders.list.${input.stream}`,
        path: "/v1/orders",
        query: { ...windowOf(input), by: input.stream },
      };
      const { rows, page } = await listPage(client, store, endpoint, input, signal);
      return { ...page, references: rows.map(referenceOf) };
    },
    getMany: (store, keys, signal) =>
      readMany(client, store, { operation: "orders.get", path: "/v1/orders/get" }, keys, toOrderDocument, signal),
    toUnified,
    parseFile: (bytes) => documentsInFile(bytes, toOrderDocument),
    acts: createOrderActs(client),
  };
}
