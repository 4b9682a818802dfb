/** Reading campaigns with what they hold and sold. */
import type { Database } from "./database.ts";
import { conditions, type PageRequest, type RowPage, readPage } from "./page.ts";

export interface CampaignView {
  id: string;
  store_id: string;
  external_id: string | null;
  code: string | null;
  title: string;
  place: string | null;
  starts_at: string;
  ends_at: string;
  hold_from: string | null;
  release_at: string | null;
  state: string;
  external_status: string | null;
  updated_at: string;
  items: {
    name: string;
    variant_id: string | null;
    sku: string | null;
    quantity: number;
    sold: number;
    released: number | null;
  }[];
}

const ITEMS = `coalesce((select json_agg(json_build_object('name', i.name, 'variant_id', i.variant_id, 'sku', s.code, 'quantity', i.quantity,
    'sold', i.sold, 'released', i.released) order by i.position, i.id)
  from campaign_items i left join skus s on s.id = i.sku_id where i.campaign_id = c.id and (i.quantity > 0 or i.sold <> 0)), '[]')`;

/** Campaigns, in an order that never changes. */
export async function listCampaigns(
  db: Database,
  filter: {
    stores: readonly string[] | null;
    store?: string | undefined;
    state?: string | undefined;
    sku?: string | undefined;
    ids?: readonly string[] | undefined;
  },
  page: PageRequest,
): Promise<RowPage<CampaignView>> {
  const where = conditions();
  where.visible("c.store_id", filter.stores);
  where.equal("c.store_id", filter.store, "uuid");
  where.equal("c.state", filter.state);
  if (filter.ids) where.add(`c.id = any(${where.bind(filter.ids)}::uuid[])`);
  if (filter.sku !== undefined)
    where.add(
      `exists (select 1 from campaign_items i join skus s on s.id = i.sku_id where i.campaign_id = c.id and s.code = ${where.bind(filter.sku)})`,
    );
  return readPage<CampaignView>(db, {
    select: `c.id, c.store_id, c.external_id, c.code, c.title, c.place, c.starts_at, c.ends_at, c.hold_from, c.release_at, c.state,
      c.external_status, c.updated_at, ${ITEMS} as items`,
    from: "campaigns c",
    where,
    keyset: { columns: [{ sql: "c.id", cast: "uuid" }], direction: "asc" },
    page,
  });
}
