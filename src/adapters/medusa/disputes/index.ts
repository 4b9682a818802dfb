/** Disputes: returns, claims and exchanges, each by change. A refund moves none of them: open ones are read again. */
import type { DisputeCapability, Stream } from "../../../core/adapter.ts";
import { type Client, documentsInFile, listRows, windowOf } from "../client.ts";
import { GET_BATCH, PAGE, WINDOW } from "../limits.ts";
import { createDisputeActs } from "./acts.ts";
import { inFile, LISTS, type ListName, NAMES, readDisputes, withOrders } from "./read.ts";
import { toUnified } from "./to-dispute.ts";

const STREAMS: readonly Stream[] = NAMES.map((name) => ({
  name,
  by: "change",
  window: WINDOW,
  everySeconds: 300,
  backfill: true,
}));

export function createDisputes(client: Client): DisputeCapability {
  return {
    streams: STREAMS,
    rereadOpenMinutes: 60,
    getBatch: GET_BATCH,
    async list(store, input, signal) {
      const shop = client.at(store, signal);
      const { path, plural, query } = LISTS[input.stream as ListName];
      const { rows, ...page } = await listRows(shop, input, {
        operation: `disputes.list.${input.stream}`,
        path,
        plural,
        query: { ...query, ...windowOf(input, "updated_at") },
        most: PAGE.disputes,
      });
      return { ...page, documents: await withOrders(shop, rows) };
    },
    getMany: (store, keys, signal) =>
      readDisputes(
        client.at(store, signal),
        keys.map(({ externalId }) => externalId),
      ),
    toUnified,
    parseFile: (bytes) => documentsInFile(bytes, "dispute", inFile),
    acts: createDisputeActs(client),
  };
}
