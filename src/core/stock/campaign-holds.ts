/**
 * Campaigns by their time: units are set apart, shown at the campaign's place, and go back when it is over. All of it
 * follows from the campaigns' rows; `next_at` says when one is to be looked at again.
 */
import type { Database } from "../db/database.ts";
import { derivedId } from "../ids.ts";
import { resolveItems } from "./campaign-items.ts";
import { drawOnCampaigns, refreshSetApart } from "./campaign-sales.ts";
import { setDesiredQuantities } from "./desired.ts";
import { compileOfferRules } from "./offer-rules.ts";

/** Campaigns that are worked off in one transaction. */
const BATCH = 200;
const ORDERS_PER_DRAW = 2_000;

/**
 * What an announced campaign holds it holds as soon as it is known: the platform wants the committed units there before
 * its start. One of our own holds from its start unless it says otherwise.
 */
const HOLD_FROM = "coalesce(c.hold_from, case when c.external_id is null then c.starts_at else '-infinity' end)";
const RELEASE_AT = "greatest(c.ends_at, c.release_at)";
/** Sales of the last moments are read before the rest goes back; a store that is not read is waited for this long. */
const LONGEST_WAIT = "interval '1 day'";
const LOOK_AGAIN = "interval '30 seconds'";

const ADVANCE = `
with due as (
  select c.id, ${HOLD_FROM} as hold_from, ${RELEASE_AT} as release_at,
    exists (select 1 from stores s where s.id = c.store_id and s.mode <> 'disconnected') as connected,
    exists (select 1 from checkpoints p where p.store_id = c.store_id and p.resource = 'orders' and p.stream not like '%@backfill')
      and not exists (select 1 from checkpoints p where p.store_id = c.store_id and p.resource = 'orders'
        and p.stream not like '%@backfill' and p.watermark >= ${RELEASE_AT}) as unread
  from campaigns c where c.id = any($1::uuid[])
), told as (
  select c.id, d.hold_from, d.release_at, case
    when c.state = 'cancelled' then 'cancelled'
    when not d.connected then 'released'
    when $2::timestamptz >= d.release_at and (not d.unread or $2::timestamptz >= d.release_at + ${LONGEST_WAIT}) then 'released'
    when $2::timestamptz >= c.ends_at then 'ended'
    when $2::timestamptz >= d.hold_from then 'holding'
    else 'planned' end as state
  from campaigns c join due d on d.id = c.id
)
update campaigns c set state = t.state, next_at = case t.state
    when 'planned' then t.hold_from
    when 'holding' then case when $2::timestamptz < c.starts_at then c.starts_at else c.ends_at end
    when 'ended' then case when $2::timestamptz < t.release_at then t.release_at else $2::timestamptz + ${LOOK_AGAIN} end end
from told t where c.id = t.id`;

/** Whether a campaign is to be looked at. */
export const CAMPAIGNS_DUE = "exists (select 1 from campaigns where next_at <= $2::timestamptz)";

/** Brings the campaigns that are due to where their time is, under the mapping lock alone. Answers the stores to push to. */
export async function applyDueCampaigns(tx: Database, at: Date): Promise<string[]> {
  const dirty = new Set<string>();
  for (;;) {
    const due = await tx.query<{ id: string }>(
      "select id from campaigns where next_at <= $1::timestamptz order by id limit $2::int for no key update",
      [at.toISOString(), BATCH],
    );
    if (due.length === 0) return [...dirty];
    const ids = due.map((row) => row.id);
    for (const storeId of await applyCampaigns(tx, ids, at)) dirty.add(storeId);
  }
}

/** Brings these campaigns to where their time is, with all that follows for stock and offers. Hold the mapping lock alone. */
export async function applyCampaigns(tx: Database, ids: readonly string[], at: Date): Promise<string[]> {
  if (ids.length === 0) return [];
  const before = await listSkus(tx, ids);
  await resolveItems(tx, ids);
  await drawEarlierOrders(tx, ids, at);
  await tx.query(ADVANCE, [ids, at.toISOString()]);
  await tx.query(
    `update campaign_items i set released = case when c.state in ('released', 'cancelled') then coalesce(i.released, greatest(0, i.quantity - i.sold)) end
     from campaigns c where c.id = i.campaign_id and c.id = any($1::uuid[])
       and (i.released is null) = (c.state in ('released', 'cancelled'))`,
    [ids],
  );
  const skuIds = [...new Set([...before, ...(await listSkus(tx, ids))])];
  await refreshSetApart(tx, skuIds);
  await openOffers(tx, ids);
  await closeOffers(tx, ids);
  const variants = await tx.query<{ id: string }>(
    `select v.id from listing_variants v where v.sku_id = any($1::uuid[])
       and v.store_id in (select store_id from campaigns where id = any($2::uuid[]))`,
    [skuIds, ids],
  );
  const compiled = await compileOfferRules(
    tx,
    at,
    variants.map((row) => row.id),
  );
  const parts = await tx.query<{ id: string }>(
    `select component_id as id from sku_components where bundle_id = any($1::uuid[]) union select unnest($1::uuid[])`,
    [[...new Set([...skuIds, ...compiled])]],
  );
  const { dirtyStores } = await setDesiredQuantities(
    tx,
    parts.map((row) => row.id),
    { cause: "campaign", at },
  );
  return dirtyStores;
}

async function listSkus(tx: Database, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ sku_id: string }>(
    "select distinct sku_id from campaign_items where campaign_id = any($1::uuid[]) and sku_id is not null",
    [ids],
  );
  return rows.map((row) => row.sku_id);
}

/**
 * Orders that were read before the campaign, or before its items had a SKU, belong to it as the later ones do. After the
 * campaign itself was written, those that belonged to it are looked at again too.
 */
async function drawEarlierOrders(tx: Database, ids: readonly string[], at: Date): Promise<void> {
  const orders = await tx.query<{ id: string }>(
    `select distinct o.id from campaigns c join campaign_items i on i.campaign_id = c.id
     join orders o on o.store_id = c.store_id and o.placed_at < ${RELEASE_AT} and greatest(o.placed_at, o.paid_at) >= c.starts_at
     join order_lines l on l.order_id = o.id and l.sku_id = i.sku_id
       and (c.next_at = c.updated_at or not exists (select 1 from campaign_sales x where x.line_id = l.id))
     where c.id = any($1::uuid[]) and c.starts_at <= $2::timestamptz
     union select x.order_id from campaigns c join campaign_items i on i.campaign_id = c.id join campaign_sales x on x.item_id = i.id
     where c.id = any($1::uuid[]) and c.next_at = c.updated_at
     order by 1`,
    [ids, at.toISOString()],
  );
  for (let start = 0; start < orders.length; start += ORDERS_PER_DRAW)
    await drawOnCampaigns(
      tx,
      orders.slice(start, start + ORDERS_PER_DRAW).map((row) => row.id),
    );
}

/** Offers at the places of campaigns that hold: until the campaign's end, and never sent after it. */
async function openOffers(tx: Database, ids: readonly string[]): Promise<void> {
  const rows = await tx.query<{ store_id: string; variant_id: string; sku_id: string; place: string; until: string }>(
    `select c.store_id, v.id as variant_id, v.sku_id, c.place, max(c.ends_at) as until
     from campaigns c join campaign_items i on i.campaign_id = c.id
     join listing_variants v on v.store_id = c.store_id and v.sku_id = i.sku_id and (i.variant_id is null or v.id = i.variant_id)
       and v.gone_at is null and v.fulfilled_by = 'seller'
     where c.id = any($1::uuid[]) and c.state = 'holding' and c.place <> '' group by 1, 2, 3, 4`,
    [ids],
  );
  await tx.query(
    `insert into offers as o (id, store_id, variant_id, sku_id, aspect, place, valid_until)
     select r.id, r.store_id, r.variant_id, r.sku_id, 'stock', r.place, r.until
     from json_to_recordset($1::text::json) as r(id uuid, store_id uuid, variant_id uuid, sku_id uuid, place text, until timestamptz)
     order by r.id on conflict (id) do update set sku_id = excluded.sku_id, valid_until = excluded.valid_until`,
    [JSON.stringify(rows.map((row) => ({ ...row, id: derivedId(row.variant_id, "offers", `stock/${row.place}`) })))],
  );
}

/** Offers at the places of campaigns that are over show nothing of ours any more. */
async function closeOffers(tx: Database, ids: readonly string[]): Promise<void> {
  await tx.query(
    `update offers o set sku_id = null, desired = null, desired_version = o.desired_version + 1, dirty = false
     from (select distinct store_id, place from campaigns where id = any($1::uuid[]) and place <> '') c
     where o.store_id = c.store_id and o.place = c.place and o.aspect = 'stock' and o.valid_until is not null and o.sku_id is not null
       and not exists (select 1 from campaigns h join campaign_items i on i.campaign_id = h.id where h.store_id = o.store_id
         and h.place = o.place and h.state = 'holding' and i.sku_id = o.sku_id and (i.variant_id is null or i.variant_id = o.variant_id))`,
    [ids],
  );
}
