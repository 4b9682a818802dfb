/** Orders by id, and the documents that they are. */
import type { RawDocument } from "../../../core/adapter.ts";
import { noRecord } from "../../../core/no-record.ts";
import { orNull } from "../../../core/outcomes.ts";
import { type Fields, isFields, type Tree } from "../../../core/tree.ts";
import { isId } from "../client/helpers.ts";
import type { Shop } from "../client/index.ts";
import { changedAt, read } from "../schemas.ts";

/** The platform's own order; null where there is none of this id. */
export async function readOrder(shop: Shop, o: string): Promise<Tree | null> {
  if (!isId(o)) return null;
  const order = await orNull(() => shop.call("dangdang.order.details.get", "4.0", { parameters: { o } }));
  return order?.text("orderID") === o ? order : null;
}

export function toDocument(payload: Fields): RawDocument {
  const order = read(payload);
  const externalId = order.text("orderID");
  if (externalId === null) return noRecord(payload, "order", "orderID");
  const form = isFields(payload.ItemsList) || isFields(payload.buyerInfo) ? "order@4.0" : "order-row@3.0";
  const sourceUpdatedAt = changedAt(order);
  return { externalId, sourceUpdatedAt, sourceVersion: null, form, payload };
}
