/** Reading the merchant's own catalogue. */
import type { Database } from "./database.ts";
import { conditions, type PageRequest, type RowPage, readPage } from "./page.ts";

export interface SkuView {
  id: string;
  code: string;
  title: string | null;
  barcode: string | null;
  bundle: boolean;
  safety_stock: number;
  set_apart: number;
  retired_at: string | null;
  version: string;
  created_at: string;
  updated_at: string;
  components: { code: string; quantity: number }[];
  on_hand: string;
  reserved: string;
}

const COLUMNS = `s.id, s.code, s.title, s.barcode, s.bundle, s.safety_stock, s.set_apart, s.retired_at, s.version, s.created_at, s.updated_at,
  coalesce((select json_agg(json_build_object('code', p.code, 'quantity', c.quantity) order by p.code)
    from sku_components c join skus p on p.id = c.component_id where c.bundle_id = s.id), '[]') as components,
  coalesce((select sum(l.on_hand) from stock_levels l where l.sku_id = s.id), 0) as on_hand,
  coalesce((select sum(l.reserved) from stock_levels l where l.sku_id = s.id), 0) as reserved`;

/** SKUs by code. */
export async function listSkus(
  db: Database,
  filter: {
    code?: string | undefined;
    codePrefix?: string | undefined;
    barcode?: string | undefined;
    bundle?: boolean | undefined;
    retired?: boolean | undefined;
    updatedSince?: Date | undefined;
    ids?: readonly string[] | undefined;
  },
  page: PageRequest,
): Promise<RowPage<SkuView>> {
  const where = conditions();
  where.equal("s.code", filter.code);
  where.equal("s.barcode", filter.barcode);
  where.equal("s.bundle", filter.bundle, "boolean");
  if (filter.codePrefix !== undefined) where.add(`starts_with(s.code, ${where.bind(filter.codePrefix)})`);
  if (filter.retired !== undefined) where.add(`s.retired_at is ${filter.retired ? "not " : ""}null`);
  if (filter.updatedSince) where.add(`s.updated_at >= ${where.bind(filter.updatedSince.toISOString())}::timestamptz`);
  if (filter.ids) where.add(`s.id = any(${where.bind(filter.ids)}::uuid[])`);
  return readPage<SkuView>(db, {
    select: COLUMNS,
    from: "skus s",
    where,
    keyset: { columns: [{ sql: "s.code", cast: "text" }], direction: "asc" },
    page,
  });
}

/** The SKU with this code; null where there is none. */
export async function findSku(db: Database, code: string): Promise<SkuView | null> {
  const { rows } = await listSkus(db, { code }, { limit: 1, after: null });
  return rows[0] ?? null;
}

/** Ids of SKUs by code. */
export async function findSkuIds(db: Database, codes: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.query<{ id: string; code: string }>("select id, code from skus where code = any($1::text[])", [
    codes,
  ]);
  return new Map(rows.map((row) => [row.code, row.id]));
}

/** Codes of the SKUs that variants are mapped to. */
export async function findCodes(db: Database, variantIds: readonly string[]): Promise<string[]> {
  if (variantIds.length === 0) return [];
  const rows = await db.query<{ code: string }>(
    "select distinct s.code from listing_variants v join skus s on s.id = v.sku_id where v.id = any($1::uuid[])",
    [variantIds],
  );
  return rows.map((row) => row.code);
}
