/**
 * What every offer of a SKU should show, computed where it changed and nowhere else: what is available of the SKU, or the
 * least over a bundle's components, less what campaigns hold, then the offer's rules in the order of allocation.ts, which
 * tells each step. Where a rule names locations, what orders hold beyond what lies at the others comes out of these: such
 * an offer falls too when its store sells from elsewhere. An offer at a campaign's place shows what the campaign holds; one without a rule all that is available. Never below zero; a retired SKU shows zero, and so does a bundle that holds one.
 */
import type { Database } from "../db/database.ts";

/** The channel on which a process that commits new desired values wakes the pushers. */
export const OFFERS_CHANNEL = "tallyport_offers";

// Where a store's own orders moved units, its platform shows another number than it confirmed, whatever is wanted now: the
// quantity goes again, in a version of its own. So it does where it comes back to what was confirmed before what orders changed was sent.
const SOLD_HERE = "(o.store_id = $4::uuid and o.sku_id = any($5::uuid[]) and r.campaign_item_id is null)";

// `offset 0` keeps what is counted once from being counted again wherever it is named.
const SET_DESIRED = `
with touched as (
  select unnest($1::uuid[]) as id union select bundle_id from sku_components where component_id = any($1::uuid[])
), parts as (
  select s.id, coalesce(s.retired_at, k.retired_at) as retired_at, k.id as part_id, k.safety_stock as safety, k.set_apart as apart, coalesce(c.quantity, 1) as n
  from touched join skus s on s.id = touched.id left join sku_components c on c.bundle_id = s.id
  join skus k on k.id = coalesce(c.component_id, s.id)
), part_available as (
  select p.part_id, sum(l.on_hand - l.reserved) - p.safety as free
  from (select distinct part_id, safety from parts) p
  join stock_levels l on l.sku_id = p.part_id join locations o on o.id = l.location_id and o.sellable and o.kind = 'own'
  group by p.part_id, p.safety
), quantity as (
  select p.id, bool_or(p.retired_at is not null) as retired, min(floor((coalesce(a.free, 0) - p.apart)::numeric / p.n)) as available
  from parts p left join part_available a on a.part_id = p.part_id group by p.id
), target as (
  select o.id, d.q, coalesce(${SOLD_HERE}, false) as sold
  from quantity q join offers o on o.sku_id = q.id and o.aspect = 'stock'
  left join offer_rules r on r.offer_id = o.id
  cross join lateral (select case when q.retired or r.pause then 0 when r.offer_id is null then greatest(0, q.available)
    when r.campaign_item_id is not null then coalesce((select greatest(0, greatest(0, i.quantity - i.sold) + least(0, q.available))
      from campaign_items i where i.id = r.campaign_item_id), 0)
    else (select case when r.zero_below > y.n then 0 else y.n end from (select case
      when r.fixed is not null then least(r.fixed, x.n)
      else least(r.cap, floor(greatest(0, x.n - coalesce(r.buffer, 0)) * coalesce(r.share, 100) / 100)) end as n
      from (select greatest(0, coalesce(r.replenishable, 0) + case when r.locations is null then q.available else (
        select min(floor((coalesce((select sum(l.on_hand - l.reserved) from stock_levels l
          where l.sku_id = p.part_id and l.location_id = any(r.locations)), 0) + least(0, (select sum(l.on_hand - l.reserved)
          from stock_levels l join locations o on o.id = l.location_id and o.sellable and o.kind = 'own'
          where l.sku_id = p.part_id and l.location_id <> all(r.locations))) - p.safety - p.apart)::numeric / p.n))
        from parts p where p.id = q.id) end) as n offset 0) x offset 0) y) end as q offset 0) d
  where o.desired is distinct from d.q or ${SOLD_HERE} order by o.id for no key update of o
), changed as (
update offers o set desired = t.q, desired_version = o.desired_version + 1, desired_at = $2::timestamptz, cause = $3,
  dirty = t.sold or o.dirty and o.cause = 'order' or o.confirmed_value is distinct from t.q or o.sent_version > o.confirmed_version,
  urgency = case when t.q = 0 then 0 when t.q < coalesce(o.confirmed_value, o.observed_value, 0) then 1 else 2 end,
  state = case when o.state = 'rejected' then 'idle' else o.state end, attempts = 0,
  due_at = case when o.state in ('idle', 'rejected') then null else o.due_at end
from target t where o.id = t.id returning o.store_id, o.dirty
)
select store_id, count(*)::int as changed, bool_or(dirty) as dirty from changed group by store_id`;

/**
 * Sets the desired quantity of every offer of the SKUs (and of bundles that hold them) where it differs. `sold`: a store
 * whose own orders moved units of some SKUs.
 */
export async function setDesiredQuantities(
  tx: Database,
  skuIds: readonly string[],
  input: { cause: string; at: Date; sold?: { storeId: string; skuIds: readonly string[] } },
): Promise<{ changed: number; dirtyStores: string[] }> {
  if (skuIds.length === 0) return { changed: 0, dirtyStores: [] };
  await lockBundles(tx, skuIds);
  const rows = await tx.query<{ store_id: string; changed: number; dirty: boolean }>(SET_DESIRED, [
    skuIds,
    input.at.toISOString(),
    input.cause,
    input.sold?.storeId ?? null,
    input.sold?.skuIds ?? [],
  ]);
  return {
    changed: rows.reduce((sum, row) => sum + row.changed, 0),
    dirtyStores: rows.filter((row) => row.dirty).map((row) => row.store_id),
  };
}

/**
 * Two transactions that hold different components of one bundle must not both compute it from what they saw before the
 * other's commit: the second waits here, and its next statement sees the first one's levels.
 */
async function lockBundles(tx: Database, skuIds: readonly string[]): Promise<void> {
  await tx.query(
    `select id from skus where id in (select bundle_id from sku_components where component_id = any($1::uuid[]))
     order by id for no key update`,
    [skuIds],
  );
}
