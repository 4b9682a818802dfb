/** Documents as they are read: exact amounts stand as text in `raw_…` beside floats, which are written as they are where there is no such text. */
import { adapterError } from "../../core/errors.ts";
import type { Money } from "../../core/model/records.ts";
import { money } from "../../core/money.ts";
import { type Fields, isFields, recordsOf, type Tree, treeOf } from "../../core/tree.ts";
import { ID, ZONE } from "./config.ts";

export const read = (value: unknown): Tree => treeOf(value, ZONE);

/** An amount by its field (`total`, `summary/refunded_total`), from its exact text where the document has it. */
export const amountIn = (record: Tree, path: string): string | null =>
  record.decimal(`${path.replace(/[^/]+$/, "raw_$&")}/value`, path);

export const moneyIn = (record: Tree, path: string, currency: string): Money =>
  money(amountIn(record, path) ?? "0", currency);

/** Pieces, by the field's name; none where the document does not say. */
export const piecesIn = (record: Tree, path: string): number => record.count(path) ?? 0;

/** The currency that an order names, itself or by its payments; null where neither does. */
export const currencyIn = (order: Tree): string | null =>
  (order.text("currency_code") ?? order.list("payment_collections")[0]?.text("currency_code") ?? null)?.toUpperCase() ??
  null;

export const paymentsOf = (order: Tree): Tree[] =>
  order.list("payment_collections").flatMap((each) => each.list("payments"));

/** The rows of a list and how many there are. Throws where the answer is no such list. */
export function rowsIn(answer: unknown, plural: string, operation: string): { rows: Fields[]; total: number } {
  const { [plural]: rows, count } = isFields(answer) ? answer : {};
  if (Array.isArray(rows) && typeof count === "number") return { rows: recordsOf(rows), total: count };
  throw adapterError("permanent", { platform: ID, operation, message: `the answer is no list of ${plural}` });
}
