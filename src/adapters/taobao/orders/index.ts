/**
 * Orders (trades). By change for what is new, by creation for the past, by arrival as the audit: the index of change times
 * is asynchronous and can miss one. Lists name trades; each is then read whole.
 */
import type { ListInput, OrderCapability, Page, Stream } from "../../../core/adapter.ts";
import type { Client } from "../client/index.ts";
import { type KeysetList, readCursor, readKeyset, writeCursor } from "../client/pages.ts";
import { TRADE_TYPES } from "../codes.ts";
import { GET_BATCH, PAGE, REACH_DAYS } from "../limits.ts";
import { refusingRows } from "../schemas/file.ts";
import { createOrderActs } from "./acts.ts";
import { tidOf, tradeReference, tradesInFile } from "./documents.ts";
import { REFERENCE_FIELDS } from "./fields.ts";
import { readTrades } from "./read.ts";
import { createReceivers } from "./reveal.ts";
import { toUnified } from "./to-order.ts";

const DAY_MS = 86_400_000;

/** Six hours are a quarter of what the platform takes, and few enough rows for its service not to refuse. */
const BY_CHANGE = { maxMinutes: 360, safetyLagSeconds: 60, overlapSeconds: 300, maxAgeDays: REACH_DAYS, minSeconds: 2 };

const STREAMS: readonly Stream[] = [
  { name: "changed", by: "change", window: BY_CHANGE, everySeconds: 60, backfill: false },
  // The past; beside it, the last three days once a day.
  {
    name: "created",
    by: "creation",
    window: { ...BY_CHANGE, maxMinutes: 7 * 1440 },
    everySeconds: 86_400,
    backfill: true,
  },
  {
    name: "recent",
    by: "creation",
    window: { ...BY_CHANGE, maxMinutes: 7 * 1440, overlapSeconds: 3 * 86_400 },
    everySeconds: 86_400,
    audit: true,
  },
  { name: "arrived", by: "change", window: BY_CHANGE, everySeconds: 3600, audit: true },
];

export function createOrders(client: Client): OrderCapability {
  return {
    streams: STREAMS,
    // Refunds of part of a line and group purchases move no change time for certain.
    rereadOpenMinutes: 1440,
    getBatch: GET_BATCH.orders,
    async list(store, input, signal) {
      const list = listOf(input);
      const position = readCursor(input.cursor, list.method);
      const reach = new Date(client.clock.now().getTime() - (REACH_DAYS + 1) * DAY_MS);
      // What is older than three months is in no list: nothing is asked.
      if (input.until < reach) return { documents: [], references: [], next: null };
      const since = input.since < reach ? reach : input.since;
      const found = await readKeyset(client, store, list, { since, until: input.until }, position, signal);
      const page: Page = {
        documents: [],
        references: found.rows.map(tradeReference),
        next: writeCursor(found.next),
      };
      if (found.total !== null && position === null) page.total = found.total;
      return page;
    },
    getMany: (store, keys, signal) => readTrades(client, store, keys, signal),
    toUnified: refusingRows(toUnified),
    parseFile: (bytes) => tradesInFile(bytes),
    acts: createOrderActs(client),
    receivers: createReceivers(client),
  };
}

/** All three lists are ordered by the time that bounds them, newest first. */
function listOf({ stream, limit }: ListInput): KeysetList {
  const common = {
    order: "newest_first" as const,
    id: tidOf,
    perPage: Math.max(1, Math.min(limit, PAGE.trades)),
    hasNext: true,
    rows: (fields: Record<string, unknown>) => fields.trades,
  };
  const parameters = { fields: REFERENCE_FIELDS, type: TRADE_TYPES };
  switch (stream) {
    case "changed":
      return {
        ...common,
        method: "taobao.trades.sold.increment.get",
        parameters,
        from: "start_modified",
        to: "end_modified",
        field: "modified",
      };
    case "created":
    case "recent":
      return {
        ...common,
        method: "taobao.trades.sold.get",
        parameters: { ...parameters, fields: `${REFERENCE_FIELDS},created` },
        from: "start_created",
        to: "end_created",
        field: "created",
      };
    case "arrived":
      return {
        ...common,
        method: "taobao.trades.sold.incrementv.get",
        parameters: { ...parameters, fields: `${REFERENCE_FIELDS},async_modified` },
        from: "start_create",
        to: "end_create",
        field: "async_modified",
      };
    default:
      throw new Error(`orders have no stream "${stream}"`);
  }
}
