/**
 * The rules of each offer, worked out when rules or offers change and not when stock does: a sale joins one small table.
 * Of each kind the rule that was set most narrowly holds: of a SKU before a listing before a store before all; with equal
 * narrowness the newest. `mirror` puts out what was set less narrowly than itself. An offer at the place of a campaign
 * has the campaign's item beside them: of several the one that runs, of those the one that began first.
 */
import type { Database } from "../db/database.ts";

const COMPILE = `
with scope as (
  select o.id as offer_id, o.store_id, o.variant_id, o.place, v.listing_id, o.sku_id from offers o join listing_variants v on v.id = o.variant_id
  where o.aspect = 'stock' and ($1::uuid[] is null or o.variant_id = any($1::uuid[]))
), found as (
  select s.offer_id, r.kind, r.params, r.id, r.created_at,
    (r.sku_id is not null)::int * 4 + (r.listing_id is not null)::int * 2 + (r.store_id is not null)::int as narrow
  from allocation_rules r join scope s on (r.store_id is null or r.store_id = s.store_id)
    and (r.listing_id is null or r.listing_id = s.listing_id) and (r.sku_id is null or r.sku_id = s.sku_id)
  where (r.valid_from is null or r.valid_from <= $2::timestamptz) and (r.valid_until is null or r.valid_until > $2::timestamptz)
), heard as (
  select f.*, coalesce(max(narrow) filter (where kind = 'mirror') over (partition by offer_id), -1) as mirrored from found f
), chosen as (
  select distinct on (offer_id, kind) offer_id, kind, params, id from heard where kind <> 'mirror' and narrow >= mirrored
  order by offer_id, kind, narrow desc, created_at desc, id desc
), told as (
  select offer_id,
    max(params ->> 'codes') filter (where kind = 'locations')::jsonb as codes,
    max((params ->> 'quantity')::int) filter (where kind = 'replenishable') as replenishable,
    max((params ->> 'quantity')::int) filter (where kind = 'fixed') as fixed,
    max((params ->> 'quantity')::int) filter (where kind = 'buffer') as buffer,
    max((params ->> 'percent')::int) filter (where kind = 'share') as share,
    max((params ->> 'quantity')::int) filter (where kind = 'cap') as cap,
    max((params ->> 'quantity')::int) filter (where kind = 'zero_below') as zero_below,
    coalesce(bool_or(kind = 'pause'), false) as pause,
    jsonb_object_agg(kind, id) as sources
  from chosen group by offer_id
), held as (
  select distinct on (s.offer_id) s.offer_id, i.id as item
  from scope s join campaign_items i on i.sku_id = s.sku_id and (i.variant_id is null or i.variant_id = s.variant_id)
  join campaigns c on c.id = i.campaign_id and c.store_id = s.store_id and coalesce(c.place, '') = s.place and c.state = 'holding'
    and (s.place <> '' or i.quantity > 0 and c.starts_at <= $2::timestamptz) and c.ends_at > $2::timestamptz
  order by s.offer_id, c.starts_at > $2::timestamptz, i.variant_id is null, c.starts_at, c.id, i.id
), wanted as (
  select coalesce(t.offer_id, h.offer_id) as offer_id, t.replenishable, t.fixed, t.buffer, t.share, t.cap, t.zero_below,
    coalesce(t.pause, false) as pause, h.item as campaign_item_id,
    coalesce(t.sources, '{}') || case when h.item is null then '{}' else jsonb_build_object('campaign', h.item) end as sources, case when t.codes is not null then coalesce((select array_agg(l.id order by l.id) from locations l
    where l.code in (select jsonb_array_elements_text(t.codes))), '{}') end as locations
  from told t full join held h on h.offer_id = t.offer_id
), gone as (
  delete from offer_rules t using scope s where t.offer_id = s.offer_id
    and not exists (select 1 from wanted w where w.offer_id = t.offer_id) returning t.offer_id
), written as (
  insert into offer_rules as t (offer_id, locations, replenishable, fixed, buffer, share, cap, zero_below, pause, campaign_item_id, sources)
  select offer_id, locations, replenishable, fixed, buffer, share, cap, zero_below, pause, campaign_item_id, sources from wanted
  on conflict (offer_id) do update set locations = excluded.locations, replenishable = excluded.replenishable,
    fixed = excluded.fixed, buffer = excluded.buffer, share = excluded.share, cap = excluded.cap,
    zero_below = excluded.zero_below, pause = excluded.pause, campaign_item_id = excluded.campaign_item_id, sources = excluded.sources
  where (t.locations, t.replenishable, t.fixed, t.buffer, t.share, t.cap, t.zero_below, t.pause, t.campaign_item_id, t.sources)
    is distinct from (excluded.locations, excluded.replenishable, excluded.fixed, excluded.buffer, excluded.share, excluded.cap,
      excluded.zero_below, excluded.pause, excluded.campaign_item_id, excluded.sources)
  returning t.offer_id
)
select distinct o.sku_id from offers o
where o.sku_id is not null and o.id in (select offer_id from gone union all select offer_id from written)`;

/**
 * Works out the rules of offers, of all or of some variants; answers the SKUs whose offers changed theirs. To be called
 * under the mapping lock, so that no offer appears meanwhile.
 */
export async function compileOfferRules(
  tx: Database,
  at: Date,
  variantIds: readonly string[] | null,
): Promise<string[]> {
  const rows = await tx.query<{ sku_id: string }>(COMPILE, [variantIds, at.toISOString()]);
  return rows.map((row) => row.sku_id);
}
