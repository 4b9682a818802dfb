/** Orders by change; one document gives the order, its parcels and the buyer's wish to cancel. */
import type { OrderCapability, Stream } from "../../../core/adapter.ts";
import type { Client } from "../client/index.ts";
import { CHANGES, GET_BATCH } from "../limits.ts";
import { documentsInFile } from "../schemas.ts";
import { createOrderActs } from "./acts.ts";
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

export function createOrders(client: Client): OrderCapability {
  return {
    streams: STREAMS,
    getBatch: GET_BATCH.orders,
    list: (store, input, signal) => listOrders(client.at(store, signal), input),
    getMany: (store, keys, signal) => getOrders(client.at(store, signal), keys),
    toUnified,
    parseFile: (bytes) =>
      documentsInFile(bytes, "order", ["orders"], (value) => (isOrder(value) ? [toDocument(value)] : null)),
    acts: createOrderActs(client),
  };
}
