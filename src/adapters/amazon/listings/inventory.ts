/** What lies in the platform's own warehouses: read alone. A page token dies after half a minute. */
import { z } from "zod";
import type { ListInput, Page, RawDocument } from "../../../core/adapter.ts";
import { type Unified, unified } from "../../../core/model/records.ts";
import { type Fields, recordsOf } from "../../../core/tree.ts";
import { parseCursor, type Query, type Shop } from "../client/index.ts";
import { marketplacesOf, settingsOf } from "../config.ts";
import { documentOf, read } from "../schemas.ts";
import { variantId } from "./ids.ts";

export const FORM = "inventory_summary@v1";
export const PREFIX = "fba:";

const OPERATION = "inventory.list";
const POSITION = z.object({ at: z.int().min(0), token: z.string().nullable() });

/** One marketplace after the other. */
export async function listInventory(shop: Shop, input: ListInput): Promise<Page> {
  const { at, token } = input.cursor === null ? { at: 0, token: null } : parseCursor(POSITION, input.cursor, OPERATION);
  const marketplaces = marketplacesOf(shop.store);
  const marketplace = marketplaces[at];
  const page: Page = { documents: [], references: [], next: null };
  if (marketplace === undefined || !settingsOf(shop.store.settings).fba) return page;
  const { documents, token: nextToken } = await ask(shop, marketplace, { nextToken: token ?? undefined });
  const next =
    nextToken !== null ? { at, token: nextToken } : at + 1 < marketplaces.length ? { at: at + 1, token: null } : null;
  return { ...page, documents, next: next && JSON.stringify(next) };
}

/** By SKU: at most 50 of one marketplace. A list parts its SKUs by commas: one that holds a comma is asked for alone. */
export async function getInventory(shop: Shop, marketplace: string, skus: readonly string[]): Promise<RawDocument[]> {
  const plain = skus.filter((sku) => !sku.includes(","));
  const queries: Query[] = skus.filter((sku) => sku.includes(",")).map((sellerSku) => ({ sellerSku }));
  if (plain.length > 0) queries.push({ sellerSkus: plain });
  const documents: RawDocument[] = [];
  for (const query of queries) documents.push(...(await ask(shop, marketplace, query)).documents);
  return documents;
}

async function ask(shop: Shop, marketplace: string, query: Query) {
  const granularity = { granularityType: "Marketplace", granularityId: marketplace, marketplaceIds: [marketplace] };
  const path = "/fba/inventory/v1/summaries";
  const all = { details: true, ...granularity, ...query };
  const body = read(await shop.send({ operation: OPERATION, plan: "inventory", path, query: all }));
  const rows = recordsOf((body.fields.payload as Fields | undefined)?.inventorySummaries);
  return { documents: rows.map((row) => toDocument(row, marketplace)), token: body.text("pagination/nextToken") };
}

export const isSummary = ({ sellerSku, inventoryDetails }: Fields): boolean =>
  typeof sellerSku === "string" && inventoryDetails !== undefined;

export function toDocument(row: Fields, marketplace: string): RawDocument {
  const id = variantId(marketplace, read(row).text("sellerSku") ?? "");
  return { ...documentOf(`${PREFIX}${id}`, FORM, row), via: { marketplace } };
}

/** What can be sold; what is on its way there or set aside is not. */
export function toUnified(raw: RawDocument, marketplace: string): Unified {
  const summary = read(raw.payload);
  const variantExternalId = variantId(marketplace, summary.need("sellerSku"));
  const quantity = summary.count("inventoryDetails/fulfillableQuantity");
  return unified({ observations: [{ variantExternalId, place: null, quantity, price: null }] });
}
