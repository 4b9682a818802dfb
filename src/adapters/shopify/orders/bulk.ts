/**
 * Long times by a bulk run: it costs no points, takes minutes, and leaves a file of lines, of which an order is followed by
 * its children (`groupObjects`). The file is read in parts by byte ranges; a part ends before its last order.
 * https://shopify.dev/docs/api/usage/bulk-operations/queries
 */
import { z } from "zod";
import type { ListInput, Page } from "../../../core/adapter.ts";
import { adapterError } from "../../../core/errors.ts";
import { type Fields, isFields, recordsOf } from "../../../core/tree.ts";
import { parseWire } from "../../../core/wire.ts";
import type { Client } from "../client.ts";
import { ID } from "../config.ts";
import { kindOf, piecesIn, read } from "../schemas.ts";
import { BULK_PAYMENTS, bulkQuery, referenceOf, toDocument } from "./read.ts";
import { currentOf, sentParcels } from "./status.ts";

const START = `mutation BulkStart($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: true) { bulkOperation { id status } userErrors { code field message } }
}`;
const POLL = `query BulkPoll($id: ID!) {
  bulkOperation(id: $id) { id status errorCode objectCount rootObjectCount fileSize url completedAt }
}`;

/** Beside the message that a run has finished. */
const WAIT_MS = 30_000;
/** Bytes of a part: some for each order that is wanted, and enough for the longest. */
const BYTES = { perOrder: 16_384, least: 1_048_576, most: 8_388_608 } as const;

const CURSOR = z.object({ run: z.string(), from: z.int().min(0) });
type Position = z.infer<typeof CURSOR>;

/** The position in a run; null for a position in pages. */
export function bulkPosition(cursor: string | null): Position | null {
  try {
    return CURSOR.parse(JSON.parse(cursor ?? "null"));
  } catch {
    return null;
  }
}

const EMPTY: Page = { documents: [], references: [], next: null };

export async function startBulk(shop: ReturnType<Client["at"]>, input: ListInput): Promise<Page> {
  const operation = "orders.bulk.start";
  const data = await shop.write({ operation, document: START, variables: { query: bulkQuery(input) } });
  const run = read(data.bulkOperationRunQuery).need("bulkOperation/id");
  return { ...EMPTY, next: JSON.stringify({ run, from: 0 }), waitMs: WAIT_MS, run };
}

export async function readBulk(
  client: Client,
  input: ListInput,
  { run, from }: Position,
  { store, signal }: { store: Parameters<Client["at"]>[0]; signal: AbortSignal },
): Promise<Page> {
  const operation = "orders.bulk.poll";
  const fail = (category: "permanent" | "invalid_request", message: string) =>
    adapterError(category, { platform: ID, operation, message });
  const data = await client.at(store, signal).ask({ operation, document: POLL, variables: { id: run } });
  if (!isFields(data.bulkOperation)) throw fail("invalid_request", "the bulk run is not known any more: begin again");
  const state = read(data.bulkOperation);
  const status = state.need("status");
  if (["CREATED", "RUNNING", "CANCELING"].includes(status))
    return { ...EMPTY, next: JSON.stringify({ run, from }), waitMs: WAIT_MS, run };
  if (status === "FAILED" && state.text("errorCode") === "ACCESS_DENIED")
    throw fail("permanent", "the bulk run was refused: a scope is missing");
  // A shorter time is easier to make.
  if (status === "FAILED") return { ...EMPTY, tooMany: true };
  if (status !== "COMPLETED") throw fail("invalid_request", `the bulk run is ${status}: begin again`);
  const url = state.text("url");
  // A run that found nothing leaves no file.
  if (url === null) return EMPTY;
  const most = Math.min(BYTES.most, Math.max(BYTES.least, input.limit * BYTES.perOrder));
  const { bytes, total } = await client.part(store, url, { from, most }, signal);
  const isLast = from + bytes.length >= total;
  const { orders, used } = ordersIn(bytes, isLast, input.limit);
  if (used === 0 && !isLast) throw fail("permanent", "one order of the bulk file is longer than a part of it");
  const hasMore = !isLast || used < bytes.length;
  const whole = orders.filter(isTold);
  const count = state.count("rootObjectCount");
  return {
    ...EMPTY,
    documents: whole.map(toDocument),
    references: orders.filter((order) => !isTold(order)).map(referenceOf),
    next: hasMore ? JSON.stringify({ run, from: from + used }) : null,
    ...(count === null ? {} : { total: count }),
  };
}

/** Whether the run tells all of an order: of several parcels, of one taken back, of refunds and removed pieces it does not say what was in them. */
function isTold(fields: Fields): boolean {
  const order = read(fields);
  const isWhole = order.list("lineItems/nodes").every((line) => piecesIn(line, "quantity") === currentOf(line));
  const parcels = recordsOf(fields.fulfillments).length;
  const isPlain = parcels === 0 || (parcels === 1 && sentParcels(order).length === 1);
  const payments = recordsOf(fields.transactions).length;
  return isWhole && isPlain && payments < BULK_PAYMENTS && recordsOf(fields.refunds).length === 0;
}

/** Whole orders at the beginning of a part, at most `limit`, and how many bytes they are. */
export function ordersIn(bytes: Uint8Array, isLast: boolean, limit: number): { orders: Fields[]; used: number } {
  const orders: { at: number; order: Fields; lines: Fields[]; shipping: Fields[] }[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(10, at);
    if (end < 0 && !isLast) break;
    const text = new TextDecoder().decode(bytes.subarray(at, end < 0 ? bytes.length : end));
    if (text.trim() !== "") add(parseWire(text).value, at);
    at = end < 0 ? bytes.length : end + 1;
    if (orders.length > limit) break;
  }
  // The last order may go on in the next part, or is one more than is wanted.
  const isDone = isLast && at >= bytes.length && orders.length <= limit;
  const next = isDone ? null : orders.pop();
  const used = isDone ? bytes.length : (next?.at ?? 0);
  return {
    orders: orders.map(({ order, lines, shipping }) => ({
      ...order,
      lineItems: { nodes: lines },
      shippingLines: { nodes: shipping },
    })),
    used,
  };

  function add(value: unknown, place: number): void {
    if (!isFields(value)) throw new TypeError("a line of the bulk file is no record");
    const { __parentId: parent, ...record } = value;
    if (parent === undefined) {
      orders.push({ at: place, order: record, lines: [], shipping: [] });
      return;
    }
    const last = orders.at(-1);
    if (last?.order.id !== parent) throw new TypeError("a line of the bulk file does not follow its order");
    (kindOf(String(record.id)) === "ShippingLine" ? last.shipping : last.lines).push(record);
  }
}
