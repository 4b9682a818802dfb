/** The lines of a return, to the last. */
import type { Fields } from "../../../core/tree.ts";
import type { Shop } from "../client.ts";
import { allRows, isCut } from "../schemas.ts";

export const LINES = `pageInfo { hasNextPage endCursor }
  nodes {
    __typename id quantity processedQuantity refundedQuantity customerNote returnReasonNote
    returnReasonDefinition { id handle name }
    ... on ReturnLineItem { fulfillmentLineItem { id lineItem { id sku } } }
  }`;
const MORE = `query ReturnLines($id: ID!, $after: String) {
  return(id: $id) { returnLineItems(first: 50, after: $after) { ${LINES} } }
}`;

/** A return with all its lines; as it is where it has vanished meanwhile, and for what is no return. */
export async function withAllLines(shop: Shop, row: Fields): Promise<Fields> {
  if (!isCut(row.returnLineItems)) return row;
  const nodes = await allRows(row, "returnLineItems", async (after) => {
    const call = { operation: "disputes.lines", document: MORE, variables: { id: row.id, after } };
    return (await shop.ask({ ...call, weight: "page" })).return;
  });
  return nodes ? { ...row, returnLineItems: { nodes } } : row;
}
