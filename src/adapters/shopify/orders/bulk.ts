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
import { BULK_PAYMENTS, bulkQuery, firstPage, referenceOf, toDocument } from "./read.ts";
import { currentOf, sentParcels } from "./status.ts";

const START = `mutation BulkStart($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: true) { bulkOperation { id status } userErrors { code field message } }
}`;
const POLL = `query BulkPoll($id: ID!) {
  bulkOperation(id: $id) { id status errorCode objectCount rootObjectCount url }
}`;

/** Beside the message that a run has finished. */
const WAIT_MS = 30_000;
/** Bytes of a part: some for each order that is wanted, and enough for the longest. */
const BYTES = { perOrder: 16_384, least: 1_048_576, most: 8_388_608, longest: 33_554_432 } as const;

/** `read`: orders that came before this position. */
const CURSOR = z.object({ run: z.string(), from: z.int().min(0), read: z.int().min(0).default(0) });
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
  return { ...EMPTY, next: JSON.stringify({ run, from: 0, read: 0 }), waitMs: WAIT_MS, run };
}

/** Pages tell null for a field that the app may not see, where a run tells nothing, and need no order of lines. */
const byPages = (input: ListInput, code: string, detail: string): Page => ({
  ...EMPTY,
  next: firstPage(input),
  warnings: [{ code, detail }],
});

/** A stored position that leads nowhere any more: the window begins again. */
const again = (message: string) =>
  adapterError("invalid_request", { platform: ID, operation: "orders.bulk", message: `${message}: begin again` });

export async function readBulk(
  client: Client,
  input: ListInput,
  { run, from, read: before }: Position,
  { store, signal }: { store: Parameters<Client["at"]>[0]; signal: AbortSignal },
): Promise<Page> {
  const operation = "orders.bulk.poll";
  const data = await client.at(store, signal).ask({ operation, document: POLL, variables: { id: run } });
  if (!isFields(data.bulkOperation)) throw again("the bulk run is not known any more");
  const state = read(data.bulkOperation);
  const status = state.need("status");
  if (["CREATED", "RUNNING", "CANCELING"].includes(status))
    return { ...EMPTY, next: JSON.stringify({ run, from, read: before }), waitMs: WAIT_MS, run };
  if (status === "FAILED" && state.text("errorCode") === "ACCESS_DENIED")
    return byPages(input, "bulk_denied", "A bulk run may not tell some field of an order: its time is read by pages.");
  // A shorter time is easier to make. What came of it until then is not all.
  if (status === "FAILED") return { ...EMPTY, tooMany: true };
  if (status !== "COMPLETED") throw again(`the bulk run is ${status}`);
  const [url, count] = [state.text("url"), state.count("rootObjectCount")];
  if (url === null) {
    // A run that found nothing leaves no file; one that found something keeps it for a week.
    if (state.text("objectCount") === "0") return EMPTY;
    throw again("the file of the bulk run is gone");
  }
  const part = await readPart(client, { store, signal }, { url, from, limit: input.limit });
  if (part === null)
    return byPages(
      input,
      "bulk_unordered",
      "A bulk run's lines do not follow their orders: its time is read by pages.",
    );
  const { orders, used, hasMore } = part;
  const known = before + orders.length;
  if (!hasMore && count !== null && known < count)
    throw again(`the file of the bulk run holds ${known} orders of ${count}`);
  const whole = orders.filter(isTold);
  return {
    ...EMPTY,
    documents: whole.map(toDocument),
    references: orders.filter((order) => !isTold(order)).map(referenceOf),
    next: hasMore ? JSON.stringify({ run, from: from + used, read: known }) : null,
    ...(count === null ? {} : { total: count }),
  };
}

/** Whole orders from a position of the file on; null where its lines do not follow their orders. */
async function readPart(
  client: Client,
  { store, signal }: { store: Parameters<Client["at"]>[0]; signal: AbortSignal },
  { url, from, limit }: { url: string; from: number; limit: number },
): Promise<{ orders: Fields[]; used: number; hasMore: boolean } | null> {
  const usual = Math.min(BYTES.most, Math.max(BYTES.least, limit * BYTES.perOrder));
  // An order that is longer than the usual part is read by a longer one.
  for (const most of [usual, BYTES.longest]) {
    const { bytes, total } = await client.part(store, url, { from, most }, signal);
    const isLast = from + bytes.length >= total;
    try {
      const { orders, used } = ordersIn(bytes, isLast, limit);
      if (used > 0 || isLast) return { orders, used, hasMore: !isLast || used < bytes.length };
    } catch (error) {
      if (error instanceof Unordered) return null;
      throw again("a line of the bulk run's file cannot be read");
    }
  }
  throw adapterError("permanent", {
    platform: ID,
    operation: "bulk.file",
    message: "one order of the bulk file is longer than a part of it: set bulk_from_days, so that it is read by pages",
  });
}

class Unordered extends TypeError {}

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
    if (last?.order.id !== parent) throw new Unordered("a line of the bulk file does not follow its order");
    (kindOf(String(record.id)) === "ShippingLine" ? last.shipping : last.lines).push(record);
  }
}
