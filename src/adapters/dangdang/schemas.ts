/** The platform's documents: XML without attributes, whose every value is text. Misspelt tags are its own. */
import type { RawDocument, Reference } from "../../core/adapter.ts";
import { adapterError } from "../../core/errors.ts";
import { localToInstant } from "../../core/local-time.ts";
import { noRecord } from "../../core/no-record.ts";
import { type Tree, treeOf } from "../../core/tree.ts";
import { xmlForm } from "../../core/xml.ts";
import { ID, ZONE } from "./config.ts";

const VARIANTS = ["SpecilaItemInfo", "SpecialItemInfo"];
export const XML = xmlForm([
  "OrderInfo",
  "ItemInfo",
  "OperateInfo",
  "promoItem",
  "ItemIDInfo",
  "refundInfo",
  ...VARIANTS,
]);

export const read = (value: unknown): Tree => treeOf(value, ZONE);

/** How much a list holds; each list has a name of its own for it. An answer that does not say is of another shape, and no empty list. */
export function countIn(answer: Tree): number {
  const count = answer.count(
    ...["orderCount", "itemsCount", "totalOrderCount"].map((name) => `totalInfo/${name}`),
    "refundInfos/totalSize",
  );
  if (count === null)
    throw adapterError("permanent", { platform: ID, operation: "list", message: "the answer is of an unknown shape" });
  return count;
}

/** References to what rows name by one of these; those that name nothing are set aside alone. */
export function namedIn(
  rows: readonly Tree[],
  what: string,
  names: readonly string[],
  version: (row: Tree) => Partial<Reference> = () => ({}),
): { documents: RawDocument[]; references: Reference[] } {
  const documents: RawDocument[] = [];
  const references: Reference[] = [];
  for (const row of rows) {
    const externalId = row.text(...names);
    if (externalId === null) documents.push(noRecord(row.fields, what, names[0] ?? "number"));
    else references.push({ externalId, sourceUpdatedAt: null, sourceVersion: null, ...version(row) });
  }
  return { documents, references };
}

export const variantsOf = (item: Tree): Tree[] => item.list(...VARIANTS);

/** Gifts have dashes for a price. */
export const isDashes = (item: Tree): boolean => /^-+$/.test(item.text("unitPrice") ?? "");
export const priceOf = (item: Tree): string | null => (isDashes(item) ? null : item.decimal("unitPrice"));

/** Pieces of a line. One that does not tell them is not understood: taken for none, they would be sold again, or not sent. */
export function orderedOf(item: Tree): number {
  const count = item.count("orderCount");
  if (count === null) throw new TypeError("orderCount is missing");
  return count;
}

/** A time that only tells versions apart; null where it cannot be read: what does not map is set aside alone. */
export const changedAt = (row: Tree): Date | null => localToInstant(row.text("lastModifyTime") ?? "", ZONE);

/** The lines of an order; each has an id of its own, or else its place. */
export function itemsOf(order: Tree): { item: Tree; lineId: string }[] {
  const items = order.list("ItemsList/ItemInfo");
  const ids = new Set(items.map((item) => item.text("productItemId")));
  const areIds = ids.size === items.length && !ids.has(null);
  return items.map((item, index) => ({
    item,
    lineId: areIds ? item.need("productItemId") : `${order.need("orderID")}:${item.need("itemID")}:${index}`,
  }));
}
