/** Documents as they are read: by path, loosely. Amounts are text in orders and listings and bare numbers in finances. */
import type { RawDocument } from "../../core/adapter.ts";
import { documentsIn } from "../../core/file-records.ts";
import type { Money } from "../../core/model/records.ts";
import { money } from "../../core/money.ts";
import { type Fields, isFields, type Tree, treeOf } from "../../core/tree.ts";
import { parseWire } from "../../core/wire.ts";
import { ZONE } from "./config.ts";

/** Paths that the answer of an operation holds: `orders[]` a list, `order{}` a record, `reportId` text. None: it may be empty. */
export const NEEDS: Readonly<Record<string, readonly string[]>> = {
  "auth.probe": ["payload[]"],
  "auth.token": ["access_token"],
  "orders.list": ["orders[]"],
  "orders.get": ["order{}"],
  "listings.list": ["items[]", "numberOfResults"],
  "listings.get": ["sku"],
  "stock.set": ["status"],
  "prices.set": ["status"],
  "feeds.document": ["feedDocumentId", "url"],
  "feeds.create": ["feedId"],
  "feeds.get": ["processingStatus"],
  "feeds.result": ["url"],
  "reports.create": ["reportId"],
  "reports.get": ["processingStatus"],
  "reports.list": ["reports[]"],
  "reports.document": ["url"],
  // An empty page names no transactions.
  "transactions.list": ["payload{}"],
  "payouts.list": ["payouts[]"],
  "inventory.list": ["payload/inventorySummaries[]"],
  "returns.external.list": ["returns[]"],
  "returns.external.get": ["id"],
};

export const read = (value: unknown): Tree => treeOf(value, ZONE);

/** An amount at a path (`amount` or `currencyAmount`); null where it is not told. */
export function moneyIn(record: Tree, path = ""): Money | null {
  const at = (name: string) => (path === "" ? name : `${path}/${name}`);
  const amount = record.decimal(at("amount"), at("currencyAmount"));
  const currency = record.text(at("currencyCode"));
  return amount === null || currency === null ? null : money(amount, currency);
}

/** Pieces, by the field's name; 0 where the document does not say. */
export const piecesIn = (record: Tree, path: string): number => record.count(path) ?? 0;

/** A list of words. */
export const wordsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((word): word is string => typeof word === "string") : [];

/** Documents of a JSON file: whole answers, lists or bare records. An answer without records is an empty list by one of these names. */
export function documentsInFile(
  bytes: Uint8Array,
  what: string,
  lists: readonly string[],
  toDocuments: (value: Fields) => RawDocument[] | null,
): RawDocument[] {
  const { value } = parseWire(new TextDecoder().decode(bytes));
  const isEmpty = (root: unknown): boolean =>
    isFields(root) &&
    (isEmpty(root.payload) || lists.some((name) => Array.isArray(root[name]) && root[name].length === 0));
  return documentsIn([value], what, toDocuments, isEmpty);
}

const unversioned = { sourceUpdatedAt: null, sourceVersion: null };

/** A document without a change time of its own. */
export const documentOf = (externalId: string, form: string, payload: unknown): RawDocument => ({
  externalId,
  ...unversioned,
  form,
  payload,
});

export const referenceOf = (externalId: string) => ({ externalId, ...unversioned });
