/** Orders by change; one document gives the order, its parcels and the buyer's wish to cancel. */
import { absent, type OrderCapability, type Stream } from "../../../core/adapter.ts";
import type { Client } from "../client/index.ts";
import { DOCS } from "../config.ts";
import { CHANGES, GET_BATCH } from "../limits.ts";
import { documentsInFile } from "../schemas.ts";
import { getOrders, isOrder, listOrders, toDocument } from "./read.ts";
import { toUnified } from "./to-order.ts";

const DAY_SECONDS = 86_400;

const STREAMS: readonly Stream[] = [
  // 480 pages a day are given: a page every five minutes is 288 of them.
  { name: "changed", by: "change", window: CHANGES, everySeconds: 300, backfill: true },
  {
    name: "created",
    by: "creation",
    window: { ...CHANGES, overlapSeconds: DAY_SECONDS },
    everySeconds: DAY_SECONDS,
    audit: true,
  },
];

const FEEDS = "only the retired XML feeds did so, of which nothing could be verified: do it in Seller Central";

export function createOrders(client: Client): OrderCapability {
  return {
    streams: STREAMS,
    getBatch: GET_BATCH.orders,
    list: (store, input, signal) => listOrders(client, store, input, signal),
    getMany: (store, keys, signal) => getOrders(client, store, keys, signal),
    toUnified,
    parseFile: (bytes) =>
      documentsInFile(bytes, "order", ["orders"], (value) => (isOrder(value) ? [toDocument(value)] : null)),
    acts: {
      set_memo: absent("the platform keeps no note of the seller's on an order", DOCS),
      acknowledge: absent("orders are the seller's from the start; there is nobody to acknowledge them to", DOCS),
      cancel: absent(FEEDS, DOCS),
      refund: absent(FEEDS, DOCS),
    },
  };
}
