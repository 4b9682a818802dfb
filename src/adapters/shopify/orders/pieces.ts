/** What was in parcels and refunds, to the last row: long ones are asked for by their ids. */
import type { Fields } from "../../../core/tree.ts";
import type { Shop } from "../client.ts";
import { allRows, isCut, SHOP_MONEY } from "../schemas.ts";

const PAGE_INFO = "pageInfo { hasNextPage endCursor }";
export const PARCEL_LINES = `${PAGE_INFO} nodes { id quantity lineItem { id } }`;
export const REFUND_LINES = `${PAGE_INFO}
  nodes { id quantity restockType restocked lineItem { id } subtotalSet { ${SHOP_MONEY} } }`;
const MORE_PIECES = `query MorePieces($id: ID!, $after: String) {
  node(id: $id) {
    ... on Fulfillment { fulfillmentLineItems(first: 100, after: $after) { ${PARCEL_LINES} } }
    ... on Refund { refundLineItems(first: 100, after: $after) { ${REFUND_LINES} } }
  }
}`;

/** Where the pieces of a parcel, or of a refund, stand. */
const LISTS = ["fulfillmentLineItems", "refundLineItems"] as const;

/** Whether a parcel or a refund holds more rows than were read. */
export const isShort = (record: Fields): boolean => LISTS.some((name) => isCut(record[name]));

/** A parcel or a refund with all its rows; as it is where it has vanished meanwhile. */
export async function withAllPieces(shop: Shop, record: Fields): Promise<Fields> {
  const name = LISTS.find((each) => isCut(record[each]));
  if (!name) return record;
  const nodes = await allRows(record, name, async (after) => {
    const variables = { id: record.id, after };
    const { node } = await shop.ask({ operation: "orders.pieces", document: MORE_PIECES, variables, weight: "page" });
    return node;
  });
  return nodes ? { ...record, [name]: { nodes } } : record;
}
