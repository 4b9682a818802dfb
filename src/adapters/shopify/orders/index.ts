/** Orders by change: short times by pages, long ones by a bulk run. One document gives the order, its parcels and refunds. */
import type { ListInput, OrderCapability, Store, Stream } from "../../../core/adapter.ts";
import { type Client, documentsInFile } from "../client.ts";
import { settingsOf } from "../config.ts";
import { GET_BATCH, WINDOW } from "../limits.ts";
import { createOrderActs } from "./acts.ts";
import { bulkPosition, readBulk, startBulk } from "./bulk.ts";
import { isOrder, listOrders, nameOrders, readOrders, toDocument } from "./read.ts";
import { toUnified } from "./to-order.ts";

const DAY_MS = 86_400_000;

const AUDIT = { ...WINDOW, overlapSeconds: 86_400 };

const STREAMS: readonly Stream[] = [
  { name: "changed", by: "change", window: WINDOW, everySeconds: 120, backfill: true },
  // What the list by change has not told: orders are named alone, and those that are known cost nothing more.
  { name: "created", by: "creation", window: AUDIT, everySeconds: 21_600, audit: true, backfill: false },
];

const isLong = ({ settings }: Store, { since, until }: ListInput): boolean =>
  until.getTime() - since.getTime() > settingsOf(settings).bulk_from_days * DAY_MS;

export function createOrders(client: Client): OrderCapability {
  return {
    streams: STREAMS,
    rereadOpenMinutes: 1440,
    getBatch: GET_BATCH,
    async list(store, input, signal) {
      const shop = client.at(store, signal);
      if (input.stream === "created") return nameOrders(shop, input);
      const run = bulkPosition(input.cursor);
      if (run) return readBulk(client, input, run, { store, signal });
      return input.cursor === null && isLong(store, input) ? startBulk(shop, input) : listOrders(shop, input);
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
