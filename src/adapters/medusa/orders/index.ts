/** Orders: by change, and the newest by creation once more, since a refund need not move an order's change time. */
import type { OrderCapability, Stream } from "../../../core/adapter.ts";
import { type Client, documentsInFile, listRows, windowOf } from "../client.ts";
import { GET_BATCH, PAGE, WINDOW } from "../limits.ts";
import { createOrderActs } from "./acts.ts";
import { FIELDS, isOrder, ORDERS, readOrders, toDocument, versionOf } from "./read.ts";
import { toUnified } from "./to-order.ts";

/** How long after an order its money may move. */
const REFUND_DAYS = 30;

const STREAMS: readonly Stream[] = [
  { name: "changed", by: "change", window: WINDOW, everySeconds: 60, backfill: true },
  {
    name: "recent",
    by: "creation",
    window: { ...WINDOW, overlapSeconds: REFUND_DAYS * 86_400 },
    everySeconds: 900,
    audit: true,
  },
];

export function createOrders(client: Client): OrderCapability {
  return {
    streams: STREAMS,
    rereadOpenMinutes: 1440,
    getBatch: GET_BATCH,
    async list(store, input, signal) {
      const isRecent = input.stream === "recent";
      const { rows, ...page } = await listRows(client.at(store, signal), input, {
        ...ORDERS,
        operation: `orders.list.${input.stream}`,
        query: isRecent
          ? { ...FIELDS.light, ...windowOf(input, "created_at") }
          : { ...FIELDS.whole, ...windowOf(input, "updated_at") },
        most: isRecent ? PAGE.light : PAGE.orders,
      });
      return isRecent ? { ...page, references: rows.map(versionOf) } : { ...page, documents: rows.map(toDocument) };
    },
    getMany: (store, keys, signal) =>
      readOrders(
        client.at(store, signal),
        keys.map(({ externalId }) => externalId),
      ),
    toUnified,
    parseFile: (bytes) => documentsInFile(bytes, "order", (value) => (isOrder(value) ? [toDocument(value)] : null)),
    acts: createOrderActs(client),
  };
}
