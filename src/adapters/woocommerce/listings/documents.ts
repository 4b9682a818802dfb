/** Listing documents: a product with its variations, or one variation with its product's head. */
import type { RawDocument, Reference } from "../../../core/adapter.ts";
import { type Fields, noRecord, readFile, referenceOf, refuseForeignFile, rowProblem } from "../schemas/index.ts";

export const LISTING_FORM = "listing@wc/v3";
export const PART_FORM = "variation@wc/v3";

/** Why a value is neither a product nor a variation; null where it is one. */
export function productProblem(value: unknown): string | null {
  const problem = rowProblem(value);
  if (problem !== null) return problem;
  const missing = ["regular_price", "stock_status"].find((name) => !(name in (value as Fields)));
  return missing === undefined ? null : `it has no ${missing}`;
}

export function isProduct(value: unknown): value is Fields {
  return productProblem(value) === null;
}

/** Variations come under three roofs: their product's, the store's, and webhooks, which name the type. */
export function isVariation(value: Fields): boolean {
  if (value.type !== undefined) return value.type === "variation";
  // Old stores name no type; a variation has one image, a product a list.
  return "image" in value && !("images" in value);
}

/** Ids of a product's variations, as the product lists them. */
export function variationIds(product: Fields): string[] {
  return Array.isArray(product.variations) ? product.variations.map(String) : [];
}

export const parentOf = (variation: Fields) => {
  const parent = variation.parent_id;
  return parent === undefined || parent === null || parent === 0 || parent === "0" ? null : String(parent);
};

export function versionOf(product: unknown): Reference {
  return referenceOf(product, ["status"]);
}

/** A whole listing; `variations` is null where they were not read (in the bin). */
export function toListingDocument(product: Fields, variations: unknown[] | null): RawDocument {
  return { ...versionOf(product), form: LISTING_FORM, payload: { product, variations } };
}

/** A variation alone. `product` is null where only the variation is known. */
export function toPartDocument(variation: Fields, product: Fields | null): RawDocument {
  return { ...versionOf(variation), form: PART_FORM, payload: { product, variation } };
}

/**
 * Listings of a file: products (their variations beside them in the file count as theirs) and variations alone. Rows that
 * are neither are set aside. Throws for error answers and for files without any listing.
 */
export function listingsInFile(bytes: Uint8Array): RawDocument[] {
  const items = readFile(bytes).map((item) => ({ ...item, problem: item.problem ?? listingProblem(item.value) }));
  refuseForeignFile(items, "product");
  const products = new Map(
    items.flatMap(({ value, problem }) =>
      problem === null && isProduct(value) && !isVariation(value) ? [[idOf(value), value] as const] : [],
    ),
  );
  return items.map(({ value, path, row, problem }) => {
    if (problem !== null) return noRecord(value, row);
    const fields = value as Fields;
    if (isListing(fields)) return toListingDocument(fields.product as Fields, fields.variations as unknown[]);
    // A product with variations that the file does not hold: its head alone.
    if (!isVariation(fields)) return toListingDocument(fields, variationIds(fields).length === 0 ? [] : null);
    const parent = parentOf(fields) ?? parentInPath(path);
    return toPartDocument({ ...fields, parent_id: parent }, products.get(parent ?? "") ?? null);
  });
}

const idOf = (fields: Fields) => String(fields.id).trim();

function listingProblem(value: unknown): string | null {
  return isListing(value) ? productProblem(value.product) : productProblem(value);
}

const isListing = (value: unknown): value is Fields & { product: object } =>
  typeof value === "object" &&
  value !== null &&
  typeof (value as Fields).product === "object" &&
  (value as Fields).product !== null &&
  "variations" in value;

/** `/products/11/variations/12` */
function parentInPath(path: string | null): string | null {
  return /^\/products\/(\d+)\/variations\b/.exec(path ?? "")?.[1] ?? null;
}
