/** Returns, claims and exchanges: three lists. What is owed to the buyer stands with the order, which is read beside each. */
import type { RawDocument } from "../../../core/adapter.ts";
import { type Fields, isFields } from "../../../core/tree.ts";
import { foundOf, type Query, type Shop } from "../client.ts";
import { ORDERS } from "../orders/read.ts";
import { read } from "../schemas.ts";

interface List {
  path: string;
  plural: string;
  prefix: string;
  query: Query;
}

export const LISTS = {
  returns: {
    path: "/admin/returns",
    plural: "returns",
    prefix: "return_",
    // Whose part it is, is told only where it is asked for.
    query: { fields: "+claim_id,+exchange_id,*items,*items.reason,*fulfillments,*fulfillments.labels" },
  },
  claims: {
    path: "/admin/claims",
    plural: "claims",
    prefix: "claim_",
    query: { fields: "*claim_items,*additional_items,*return" },
  },
  exchanges: {
    path: "/admin/exchanges",
    plural: "exchanges",
    prefix: "oexc_",
    query: { fields: "*additional_items,*return,*return.items" },
  },
} as const satisfies Record<string, List>;
export type ListName = keyof typeof LISTS;
export const NAMES = Object.keys(LISTS) as ListName[];

/** The list that an id is of; null for one that is of none. */
export const listOf = (id: unknown): ListName | null =>
  NAMES.find((name) => String(id).startsWith(LISTS[name].prefix)) ?? null;

/** What a dispute needs of its order. */
const orderPart = ({ id, currency_code, summary }: Fields): Fields => ({ id, currency_code, summary });

export function toDocument(row: Fields, order: Fields | null): RawDocument {
  const record = read(row);
  return {
    externalId: record.need("id"),
    sourceUpdatedAt: record.time("updated_at"),
    sourceVersion: null,
    form: `${listOf(row.id)}@2`,
    payload: { row, order: order && orderPart(order) },
  };
}

/** Documents of a list's rows. */
export async function withOrders(shop: Shop, rows: readonly Fields[]): Promise<RawDocument[]> {
  const ids = [...new Set(rows.map((row) => read(row).need("order_id")))];
  const query = { fields: "id,currency_code,summary" };
  const orders = await shop.byIds({ operation: "disputes.orders", ...ORDERS, query }, ids);
  return rows.map((row) => toDocument(row, orders.find(({ id }) => id === row.order_id) ?? null));
}

export async function readDisputes(shop: Shop, ids: readonly string[]) {
  const documents: RawDocument[] = [];
  for (const name of NAMES) {
    const own = ids.filter((id) => listOf(id) === name);
    const { path, plural, query } = LISTS[name];
    documents.push(
      ...(await withOrders(shop, await shop.byIds({ operation: `disputes.get.${name}`, path, plural, query }, own))),
    );
  }
  return foundOf(ids, documents);
}

const isRow = (value: unknown): boolean => isFields(value) && listOf(value.id) !== null && "order_id" in value;

/** Our own documents, answers that hold an order beside the record, and records alone. */
export function inFile(value: Fields): RawDocument[] | null {
  if (isRow(value)) return [toDocument(value, null)];
  const row = [value.row, value.return, value.claim, value.exchange].filter(isFields).find(isRow);
  const order = [value.order, value.order_preview].find(isFields);
  return row && (order || "row" in value) ? [toDocument(row, order ?? null)] : null;
}
