/** Reading the rules of what offers show. */
import type { Database } from "./database.ts";
import { conditions, type PageRequest, type RowPage, readPage } from "./page.ts";

export interface RuleView {
  id: string;
  store_id: string | null;
  listing_id: string | null;
  sku: string | null;
  kind: string;
  params: { quantity?: number; percent?: number; codes?: string[] };
  valid_from: string | null;
  valid_until: string | null;
}

/** Rules that a reader may see: those of its stores, or all. */
export async function listRules(
  db: Database,
  filter: {
    stores: readonly string[] | null;
    store?: string | undefined;
    sku?: string | undefined;
    kind?: string | undefined;
  },
  page: PageRequest,
): Promise<RowPage<RuleView>> {
  const where = conditions();
  where.visible("r.store_id", filter.stores);
  where.equal("r.store_id", filter.store, "uuid");
  where.equal("s.code", filter.sku);
  where.equal("r.kind", filter.kind);
  return readPage<RuleView>(db, {
    select: "r.id, r.store_id, r.listing_id, s.code as sku, r.kind, r.params, r.valid_from, r.valid_until",
    from: "allocation_rules r left join skus s on s.id = r.sku_id",
    where,
    keyset: { columns: [{ sql: "r.id", cast: "uuid" }], direction: "asc" },
    page,
  });
}
