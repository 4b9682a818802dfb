/**
 * The rules of each offer, worked out when rules or offers change and not when stock does: a sale joins one small table.
 * Of each kind the rule that was set most narrowly holds: of a SKU before a listing before a store before all; with equal
 * narrowness the newest. `mirror` puts out what was set less narrowly than itself.
 */
import type { Database } from "../db/database.ts";

const COMPILE = `
with scope as (
  select o.id as offer_id, o.store_id, v.listing_id, o.sku_id from offers o join listing_variants v on v.id = o.variant_id
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
), wanted as (
  select t.*, case when t.codes is not null then coalesce((select array_agg(l.id order by l.id) from locations l
    where l.code in (select jsonb_array_elements_text(t.codes))), '{}') end as locations
  from told t
), gone as (
  delete from offer_rules t using scope s where t.offer_id = s.offer_id
    and not exists (select 1 from wanted w where w.offer_id = t.offer_id) returning t.offer_id
), written as (
  insert into offer_rules as t (offer_id, locations, replenishable, fixed, buffer, share, cap, zero_below, pause, sources)
  select offer_id, locations, replenishable, fixed, buffer, share, cap, zero_below, pause, sources from wanted
  on conflict (offer_id) do update set locations = excluded.locations, replenishable = excluded.replenishable,
    fixed = excluded.fixed, buffer = excluded.buffer, share = excluded.share, cap = excluded.cap,
    zero_below = excluded.zero_below, pause = excluded.pause, sources = excluded.sources
  where (t.locations, t.replenishable, t.fixed, t.buffer, t.share, t.cap, t.zero_below, t.pause, t.sources)
    is distinct from (excluded.locations, excluded.replenishable, excluded.fixed, excluded.buffer, excluded.share, excluded.cap,
      excluded.zero_below, excluded.pause, excluded.sources)
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
