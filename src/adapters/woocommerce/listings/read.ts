/** Products by id, each with all its variations: one document is a whole listing. */
import type { Missing, RawDocument, RecordKey, Store } from "../../../core/adapter.ts";
import type { Client } from "../client/index.ts";
import { PAGE } from "../limits.ts";
import { noRecord } from "../schemas/index.ts";
import { isProduct, isVariation, parentOf, toListingDocument, variationIds } from "./documents.ts";

type Fields = Record<string, unknown>;

export async function readListings(
  client: Client,
  store: Store,
  keys: readonly RecordKey[],
  signal: AbortSignal,
): Promise<{ documents: RawDocument[]; missing: Missing[] }> {
  const wanted = [...new Set(keys.map((key) => key.externalId))];
  const products = await listProducts(client, store, wanted, signal);
  const documents: RawDocument[] = [];
  const missing: Missing[] = [];
  for (const externalId of wanted.filter((id) => !products.has(id))) {
    const found = await getProduct(client, store, externalId, signal);
    if (found !== null && !isProduct(found)) {
      // Something is there: a record that cannot be read has not gone.
      documents.push({ ...noRecord(found), externalId });
      continue;
    }
    // An id may be a variation's (webhooks name them): its listing is its product.
    const parent = found && isVariation(found) ? parentOf(found) : null;
    const product =
      parent === null ? found : (products.get(parent) ?? (await getProduct(client, store, parent, signal)));
    if (isProduct(product)) products.set(String(product.id), product);
    else if (product !== null) documents.push({ ...noRecord(product), externalId: String(parent) });
    else missing.push({ externalId, means: "gone" });
  }
  for (const product of products.values())
    documents.push(toListingDocument(product, await listVariations(client, store, product, signal)));
  return { documents, missing };
}

/** Products of a list of ids, by id; those in the bin are found in a second list. */
async function listProducts(
  client: Client,
  store: Store,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, Fields>> {
  const found = new Map<string, Fields>();
  for (const status of [undefined, "trash"]) {
    const open = ids.filter((id) => !found.has(id));
    if (open.length === 0) break;
    // One product alone is cheaper asked for directly.
    if (ids.length === 1) break;
    const params = { include: open.join(","), per_page: open.length, status };
    const { rows } = await client.rows(
      store,
      { operation: "listings.getMany", route: "/wc/v3/products", params },
      signal,
    );
    for (const row of rows) if (isProduct(row)) found.set(String(row.id), row);
  }
  return found;
}

/** Products by id, without their variations: the heads that variations need. */
export async function readHeads(
  client: Client,
  store: Store,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, Fields>> {
  if (ids.length === 0) return new Map();
  const params = { include: ids.join(","), per_page: ids.length };
  const { rows } = await client.rows(
    store,
    { operation: "listings.getHeads", route: "/wc/v3/products", params },
    signal,
  );
  return new Map(rows.flatMap((row) => (isProduct(row) ? [[String(row.id), row] as const] : [])));
}

async function getProduct(client: Client, store: Store, id: string, signal: AbortSignal): Promise<unknown | null> {
  const route = `/wc/v3/products/${encodeURIComponent(id)}`;
  return client.oneOrNull(store, { operation: "listings.get", route }, signal);
}

/** All variations of a product: the inner pages of one document. Null for products in the bin, whose list may be refused. */
async function listVariations(
  client: Client,
  store: Store,
  product: Fields,
  signal: AbortSignal,
): Promise<unknown[] | null> {
  if (product.status === "trash") return null;
  const wanted = variationIds(product).length;
  if (wanted === 0) return [];
  const variations = new Map<string, unknown>();
  for (let page = 1; ; page++) {
    const { rows } = await client.rows(
      store,
      {
        operation: "listings.variations",
        route: `/wc/v3/products/${encodeURIComponent(String(product.id))}/variations`,
        params: { per_page: PAGE.light, page, orderby: "id", order: "asc" },
      },
      signal,
    );
    // Rows that are no variation too: the listing is then set aside, where it would lose a variant without a word.
    for (const row of rows) variations.set(isProduct(row) ? String(row.id) : `row:${variations.size}`, row);
    if (rows.length < PAGE.light) return [...variations.values()];
  }
}
