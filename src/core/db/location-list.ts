/** Reading locations with what lies there. */
import type { Database } from "./database.ts";
import { conditions, type PageRequest, type RowPage, readPage } from "./page.ts";

export interface LocationView {
  id: string;
  code: string;
  name: string;
  kind: string;
  store_id: string | null;
  sellable: boolean;
  skus: string;
  on_hand: string;
  reserved: string;
  created_at: string;
}

/** Own locations, and those of platforms where the reader may see their store. */
export async function listLocations(
  db: Database,
  filter: { stores: readonly string[] | null; id?: string | undefined },
  page: PageRequest,
): Promise<RowPage<LocationView>> {
  const where = conditions();
  if (filter.stores) where.add(`(o.store_id is null or o.store_id = any(${where.bind(filter.stores)}::uuid[]))`);
  where.equal("o.id", filter.id, "uuid");
  return readPage<LocationView>(db, {
    select: `o.id, o.code, o.name, o.kind, o.store_id, o.sellable, o.created_at, l.skus, l.on_hand, l.reserved`,
    from: `locations o cross join lateral (select count(*) filter (where on_hand <> 0 or reserved <> 0) as skus,
        coalesce(sum(on_hand), 0) as on_hand, coalesce(sum(reserved), 0) as reserved from stock_levels where location_id = o.id) l`,
    where,
    keyset: { columns: [{ sql: "o.code", cast: "text" }], direction: "asc" },
    page,
  });
}
