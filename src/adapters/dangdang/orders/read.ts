/** Orders by id, and the documents that they are. */
import type { RawDocument, Store } from "../../../core/adapter.ts";
import { orNull } from "../../../core/outcomes.ts";
import { type Fields, isFields, type Tree } from "../../../core/tree.ts";
import { type Client, isId } from "../client/index.ts";
import { read } from "../schemas.ts";

/** The platform's own order; null where there is none of this id. */
export async function readOrder(
  client: Client,
  store: Store,
  orderId: string,
  signal: AbortSignal,
): Promise<Tree | null> {
  if (!isId(orderId)) return null;
  const call = { method: "dangdang.order.details.get", version: "4.0", parameters: { o: orderId } };
  const order = await orNull(() => client.call(store, call, signal));
  return order?.text("orderID") === orderId ? order : null;
}

export function toDocument(row: Fields): RawDocument {
  const order = read(row);
  const form = isFields(row.ItemsList) || isFields(row.buyerInfo) ? "order@4.0" : "order-row@3.0";
  const sourceUpdatedAt = order.time("lastModifyTime");
  return { externalId: order.need("orderID"), sourceUpdatedAt, sourceVersion: null, form, payload: row };
}
