/** Documents as they are read: ids are whole (`gid://shopify/Order/1`), amounts text with their currency. */
import type { Money } from "../../core/model/records.ts";
import { money } from "../../core/money.ts";
import { type Fields, isFields, recordsOf, type Tree, treeOf } from "../../core/tree.ts";
import { ZONE } from "./config.ts";

export const read = (value: unknown): Tree => treeOf(value, ZONE);

/** `gid://shopify/<kind>/<number>`; a number alone is of the kind. */
export const gidOf = (kind: string, id: string): string => (id.startsWith("gid:") ? id : `gid://shopify/${kind}/${id}`);

/** What kind of record an id is of. */
export const kindOf = (gid: string): string => /^gid:\/\/shopify\/([A-Za-z]+)\//.exec(gid)?.[1] ?? "";

/** Shop money is what the books are in; the buyer's currency stands beside it. */
export const SHOP_MONEY = "shopMoney { amount currencyCode }";
export const BOTH_MONEY = `${SHOP_MONEY} presentmentMoney { amount currencyCode }`;
export const AMOUNT = "amount currencyCode";

/** An amount at a path; null where it is not told. */
export function amountIn(record: Tree, path: string): Money | null {
  const [amount, currency] = [record.decimal(`${path}/amount`), record.text(`${path}/currencyCode`)];
  return amount === null || currency === null ? null : money(amount, currency);
}

export const shopMoneyIn = (record: Tree, path: string): Money | null => amountIn(record, `${path}/shopMoney`);

/** Pieces, by the field's name; none where the document does not say. */
export const piecesIn = (record: Tree, path: string): number => record.count(path) ?? 0;

/** The records of a connection. */
export const nodesIn = (record: Tree, name: string): Tree[] => record.list(`${name}/nodes`);

/** Whether a connection goes on beyond what was read of it. */
export const isCut = (connection: unknown): boolean =>
  isFields(connection) && isFields(connection.pageInfo) && connection.pageInfo.hasNextPage === true;

/** A connection's rows and where it goes on; null where it ends. Throws `TypeError` for what is none, or goes on and does not say where. */
export function connectionIn(value: unknown): { rows: Fields[]; after: string | null } {
  if (!isFields(value) || !Array.isArray(value.nodes)) throw new TypeError("the answer is no list");
  const after = isCut(value) ? read(value).text("pageInfo/endCursor") : null;
  if (isCut(value) && after === null) throw new TypeError("the list goes on, and does not say where");
  return { rows: recordsOf(value.nodes), after };
}

/** The rows of a record's connection to the last: `more` reads the record on from a cursor. Null where that is no record: it has vanished meanwhile. */
export async function allRows(
  record: Fields,
  name: string,
  more: (after: string) => Promise<unknown>,
): Promise<Fields[] | null> {
  const { rows, after: cut } = connectionIn(record[name]);
  for (let after = cut; after !== null; ) {
    const rest = await more(after);
    if (!isFields(rest)) return null;
    const next = connectionIn(rest[name]);
    rows.push(...next.rows);
    after = next.after;
  }
  return rows;
}
