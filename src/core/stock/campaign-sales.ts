/** Units sold within a campaign draw on what it holds: they were taken out of what other offers show before. */
import type { Database } from "../db/database.ts";

/**
 * Lines of these orders that belong to a campaign, and how many units they have now; what an item sold moves by the
 * difference. A campaign at a place has the orders of that place, one without a place all of its store; by the platform's
 * clock, from its start until its stock is released.
 */
const DRAW = `
with wanted as (
  select distinct on (l.id) l.id as line_id, l.order_id, i.id as item_id, l.hold_quantity + l.take_quantity as quantity
  from order_lines l join orders o on o.id = l.order_id
  join campaigns c on c.store_id = o.store_id and c.state <> 'cancelled'
    and (coalesce(c.place, '') = '' or c.place = coalesce(l.place, o.place))
    and greatest(o.placed_at, o.paid_at) >= c.starts_at
    and greatest(o.placed_at, o.paid_at) < case when coalesce(c.place, '') = '' then c.ends_at else greatest(c.ends_at, c.release_at) end
  join campaign_items i on i.campaign_id = c.id and i.sku_id = l.sku_id
  left join listing_variants v on v.id = i.variant_id
  where l.order_id = any($1::uuid[]) and (i.variant_id is null or v.external_id = l.variant_external_id)
    and l.hold_quantity + l.take_quantity > 0
  order by l.id, i.variant_id is null, c.starts_at, c.id, i.id
), before as (
  select line_id, item_id, quantity from campaign_sales where order_id = any($1::uuid[])
), gone as (
  delete from campaign_sales x where x.order_id = any($1::uuid[]) and not exists (select 1 from wanted w where w.line_id = x.line_id)
), written as (
  insert into campaign_sales as t (line_id, order_id, item_id, quantity) select line_id, order_id, item_id, quantity from wanted
  on conflict (line_id) do update set item_id = excluded.item_id, quantity = excluded.quantity
  where (t.item_id, t.quantity) is distinct from (excluded.item_id, excluded.quantity)
), moved as (
  select item_id, sum(quantity) as n from (select item_id, quantity from wanted union all select item_id, -quantity from before) m
  group by item_id having sum(quantity) <> 0
)
update campaign_items i set sold = i.sold + m.n from moved m where i.id = m.item_id returning i.sku_id`;

/** Brings what campaigns sold to what these orders say now; answers the SKUs of items that sold more or less. */
export async function drawOnCampaigns(tx: Database, orderIds: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ sku_id: string }>(DRAW, [orderIds]);
  const skuIds = rows.map((row) => row.sku_id);
  await refreshSetApart(tx, skuIds);
  return skuIds;
}

/** More is not counted: campaigns that together hold more than a column can say hold all that there is. */
export const MAX_UNITS = 2_147_483_647;

const PARTS = `select coalesce(k.component_id, s.id) as id from skus s left join sku_components k on k.bundle_id = s.id where s.id = any($1::uuid[])
  union select unnest($1::uuid[])`;

/**
 * What campaigns hold of these SKUs and of bundles' parts, counted anew; answers where it changed. Ended campaigns hold
 * until they are released.
 */
export async function refreshSetApart(tx: Database, skuIds: readonly string[]): Promise<string[]> {
  if (skuIds.length === 0) return [];
  const rows = await tx.query<{ id: string }>(
    `with parts as (${PARTS}), held as (
       select coalesce(k.component_id, i.sku_id) as id, least(${MAX_UNITS}, sum(greatest(0, i.quantity - i.sold)::bigint * coalesce(k.quantity, 1))) as n
       from campaign_items i join campaigns c on c.id = i.campaign_id and c.state in ('holding', 'ended')
       left join sku_components k on k.bundle_id = i.sku_id
       where i.sku_id in (select id from parts union select bundle_id from sku_components where component_id in (select id from parts))
       group by 1
     ), changed as (
       select s.id, coalesce(h.n, 0) as n from skus s join parts p on p.id = s.id left join held h on h.id = s.id
       where s.set_apart <> coalesce(h.n, 0) order by s.id for no key update of s
     )
     update skus s set set_apart = c.n from changed c where s.id = c.id returning s.id`,
    [skuIds],
  );
  return rows.map((row) => row.id);
}
