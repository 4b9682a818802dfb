/** Whose SKUs are whose: what stores beside some given ones sell. */
import type { Database } from "./database.ts";

/** Which of the codes stores outside `stores` sell: mapped to their variants, waited for by them, or part of their bundles. */
export async function findSoldElsewhere(
  db: Database,
  codes: readonly string[],
  stores: readonly string[],
): Promise<string[]> {
  const rows = await db.query<{ code: string }>(
    `with foreign_variants as not materialized (
       select v.sku_id, v.seller_code from listing_variants v join stores s on s.id = v.store_id
       where not (v.store_id = any($2::uuid[])) and v.gone_at is null and s.mode <> 'disconnected')
     select k.code from skus k where k.code = any($1::text[]) and (
       exists (select 1 from foreign_variants f where f.sku_id = k.id)
       or exists (select 1 from sku_components p join foreign_variants f on f.sku_id = p.bundle_id where p.component_id = k.id))
     union select f.seller_code from foreign_variants f where f.sku_id is null and f.seller_code = any($1::text[])`,
    [codes, stores],
  );
  return rows.map((row) => row.code);
}
