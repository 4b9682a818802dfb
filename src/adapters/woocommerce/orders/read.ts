/** Orders by id. */
import type { Missing, RawDocument, RecordKey, Store } from "../../../core/adapter.ts";
import { adapterError } from "../../../core/errors.ts";
import type { Client } from "../client/index.ts";
import { isNoRecord, noRecord, ORDER, type OrderDocument } from "../schemas/index.ts";
import { isOrderDocument, orderProblem, toOrderDocument } from "./documents.ts";

/**
 * Reads orders by id. The list leaves the bin out, and a plugin's status may be hidden from it: what did not come is
 * looked for in the bin, then asked for alone; only a clear answer means that an order is gone.
 */
export async function readOrders(
  client: Client,
  store: Store,
  keys: readonly RecordKey[],
  signal: AbortSignal,
): Promise<{ documents: RawDocument[]; missing: Missing[] }> {
  const documents = new Map<string, RawDocument>();
  const missing: Missing[] = [];
  const wanted = [...new Set(keys.map((key) => key.externalId))];
  const open = () => wanted.filter((id) => !documents.has(id));
  for (const status of [undefined, "trash"]) {
    const ids = open();
    if (ids.length === 0) break;
    // One order alone is cheaper asked for directly.
    if (wanted.length === 1) break;
    const params = { include: ids.join(","), per_page: ids.length, status };
    const { rows } = await client.rows(store, { operation: "orders.getMany", route: "/wc/v3/orders", params }, signal);
    // What is no order here is asked for alone below.
    for (const row of rows.filter(isOrderDocument)) {
      const document = toOrderDocument(row);
      documents.set(document.externalId, document);
    }
  }
  for (const externalId of open()) {
    const found = await readOrder(client, store, externalId, signal);
    if (found) documents.set(externalId, found);
    else missing.push({ externalId, means: "gone" });
  }
  return { documents: [...documents.values()], missing };
}

/** One order, wherever it lies; null where it does not exist. */
export async function readOrder(
  client: Client,
  store: Store,
  externalId: string,
  signal: AbortSignal,
): Promise<RawDocument | null> {
  const route = `/wc/v3/orders/${encodeURIComponent(externalId)}`;
  const value = await client.oneOrNull(store, { operation: "orders.get", route }, signal);
  if (value === null) return null;
  // Something is there: a record that cannot be read has not gone.
  return isOrderDocument(value) ? toOrderDocument(value) : { ...noRecord(value), externalId };
}

/** The order of an act, as it is now; null where it does not exist. */
export async function currentOrder(
  client: Client,
  store: Store,
  externalId: string,
  signal: AbortSignal,
): Promise<OrderDocument | null> {
  const document = await readOrder(client, store, externalId, signal);
  if (document && isNoRecord(document))
    throw adapterError("permanent", {
      platform: "woocommerce",
      operation: "orders.get",
      message: `the answer is no order: ${orderProblem(document.payload)}`,
    });
  return document ? ORDER.parse(document.payload) : null;
}
