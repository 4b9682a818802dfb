/**
 * Refunds, returns and exchanges. The list of refunds knows two types of trade unless all are named; exchanges of Tmall are
 * in a list of their own, and so are price protection and cash back.
 */
import type { DisputeCapability, ListInput, Page, RecordKey, Store, Stream } from "../../../core/adapter.ts";
import type { Fields } from "../client/envelope.ts";
import type { Client } from "../client/index.ts";
import { type KeysetList, readCursor, readKeyset, writeCursor } from "../client/pages.ts";
import { TRADE_TYPES } from "../codes.ts";
import { sellerType } from "../config.ts";
import { GET_BATCH, PAGE } from "../limits.ts";
import { refusingRows } from "../schemas/file.ts";
import { createDisputeActs } from "./acts.ts";
import { DISPUTE_FIELDS, disputesIn, readDisputes, refundId, refundReference, refundsInFile } from "./read.ts";
import { toUnified } from "./to-dispute.ts";

/** How long a window may be is not written; a day is what the lists of trades take. */
const WINDOW = { maxMinutes: 1439, safetyLagSeconds: 60, overlapSeconds: 300, maxAgeDays: null, minSeconds: 2 };

const STREAMS: readonly Stream[] = [
  { name: "refunds", by: "change", window: WINDOW, everySeconds: 120, backfill: true },
  { name: "tmall_disputes", by: "change", window: WINDOW, everySeconds: 300, backfill: true },
  { name: "special_refunds", by: "change", window: WINDOW, everySeconds: 900, backfill: true },
];

export function createDisputes(client: Client): DisputeCapability {
  return {
    streams: STREAMS,
    // Deadlines and the platform's own steps need not move the change time.
    rereadOpenMinutes: 360,
    getBatch: GET_BATCH.disputes,
    list: (store, input, signal) => listRefunds(client, store, input, signal),
    getMany: (store, keys, signal) => readDisputes(client, store, keys, signal),
    toUnified: refusingRows(toUnified),
    parseFile: (bytes) => refundsInFile(bytes),
    acts: createDisputeActs(client),
  };
}

async function listRefunds(client: Client, store: Store, input: ListInput, signal: AbortSignal): Promise<Page> {
  const list = listOf(input);
  const position = readCursor(input.cursor, list.method);
  // The list of disputes is Tmall's; Taobao shops have all of theirs among the refunds.
  if (input.stream === "tmall_disputes" && sellerType(store) !== "B")
    return { documents: [], references: [], next: null };
  const found = await readKeyset(client, store, list, input, position, signal);
  const key: Pick<RecordKey, "key"> = input.stream === "special_refunds" ? { key: { system: "special" } } : {};
  return {
    documents: [],
    references: found.rows.map((row) => ({ ...refundReference(row), ...key })),
    next: writeCursor(found.next),
  };
}

function listOf({ stream, limit }: ListInput): KeysetList {
  const common = {
    from: "start_modified",
    to: "end_modified",
    field: "modified",
    order: "newest_first" as const,
    id: refundId,
    perPage: Math.max(1, Math.min(limit, PAGE.refunds)),
    hasNext: true,
  };
  const refunds = (fields: Fields) => fields.refunds;
  const parameters = { fields: "refund_id,status,created,modified", type: TRADE_TYPES };
  switch (stream) {
    case "refunds":
      return { ...common, method: "taobao.refunds.receive.get", parameters, rows: refunds };
    case "special_refunds":
      return { ...common, method: "taobao.special.refunds.receive.get", parameters, rows: refunds };
    case "tmall_disputes":
      return {
        ...common,
        method: "tmall.dispute.receive.get",
        parameters: { fields: DISPUTE_FIELDS, type: TRADE_TYPES },
        rows: disputesIn,
      };
    default:
      throw new Error(`disputes have no stream "${stream}"`);
  }
}
