/** Offers whose value at the platform is to be looked at once more, and what comes of the look. */
import type { Database } from "./database.ts";
import type { Aspect } from "./offers.ts";

export interface ReadBack {
  id: string;
  variantId: string;
  listingExternalId: string;
  variantExternalId: string;
  sellerCode: string | null;
  codes: Record<string, string>;
  /** Empty: the platform has no places. */
  place: string;
  observed: string | null;
  state: string;
}

/** Offers in the states `checking` and `drift` that are due and wait for no push; or those of `only`, whatever their state. */
export async function listReadBacks(
  db: Database,
  storeId: string,
  aspect: Aspect,
  limit: number,
  at: Date,
  only: readonly { id: string }[] | null = null,
): Promise<ReadBack[]> {
  const rows = await db.query<{
    id: string;
    variant_id: string;
    listing_external_id: string;
    external_id: string;
    seller_code: string | null;
    codes: Record<string, string>;
    place: string;
    observed_value: string | null;
    state: string;
  }>(
    `select o.id, o.variant_id, v.listing_external_id, v.external_id, v.seller_code, v.codes, o.place, o.observed_value, o.state
     from offers o join listing_variants v on v.id = o.variant_id
     where o.store_id = $1::uuid and o.aspect = $5 and case when $4::uuid[] is null
       then o.state in ('checking', 'drift') and not o.dirty and o.receipt is null and o.due_at <= $2::timestamptz
       else o.id = any($4::uuid[]) end and ($4::uuid[] is not null or o.state <> 'idle') order by o.id limit $3::int`,
    [storeId, at.toISOString(), limit, only?.map(({ id }) => id) ?? null, aspect],
  );
  return rows.map((row) => ({
    id: row.id,
    variantId: row.variant_id,
    listingExternalId: row.listing_external_id,
    variantExternalId: row.external_id,
    sellerCode: row.seller_code,
    codes: row.codes,
    place: row.place,
    observed: row.observed_value,
    state: row.state,
  }));
}

/** Looked at again later. */
export async function putOffReadBacks(db: Database, offers: readonly { id: string }[], dueAt: Date): Promise<void> {
  await db.query(
    "update offers set due_at = $2::timestamptz where id = any($1::uuid[]) and state in ('checking', 'drift')",
    [offers.map((offer) => offer.id), dueAt.toISOString()],
  );
}

export interface DriftVerdict {
  id: string;
  sku: string;
  /** What the platform shows, and what it should. */
  shown: number;
  shownAt: Date;
  desired: number;
  /** The number shown says how many goods there are: no bundle, and no rule between the goods and the offer. */
  isPlain: boolean;
  /** The count of available goods at the store's location that the number shown would be; null: there is none. */
  count: { location: string; quantity: number } | null;
}

const JUDGE = `
with seen as (
  select r.id, r.q from json_to_recordset($1::text::json) as r(id uuid, q integer)
), locked as (
  select o.*, s.q from offers o join seen s on s.id = o.id where o.state in ('checking', 'drift') and not o.dirty and o.receipt is null
  order by o.id for no key update of o
), told as (
  update offers o set state = 'idle', due_at = null, observed_value = coalesce(k.q, o.observed_value),
    observed_at = case when k.q is not distinct from o.observed_value then o.observed_at else $2::timestamptz end,
    dirty = o.state = 'drift' and k.q is not null and o.desired <> k.q,
    desired_version = o.desired_version + (o.state = 'drift' and k.q is not null and o.desired <> k.q)::int,
    cause = case when o.state = 'drift' and o.desired <> k.q then 'drift' else o.cause end,
    urgency = case when o.state = 'checking' or k.q is null or o.desired = k.q then o.urgency when o.desired = 0 then 0 when o.desired < k.q then 1 else 2 end
  from locked k where k.id = o.id returning o.id, k.state, k.q, o.desired, o.sku_id, o.store_id
)
select t.id, coalesce(s.code, v.external_id) as sku, t.q, t.desired::int as desired, not coalesce(s.bundle, true) and r.offer_id is null as plain,
  l.code as location, t.q + coalesce(s.safety_stock, 0) + coalesce(s.set_apart, 0) - coalesce((select sum(x.on_hand - x.reserved) from stock_levels x
    join locations y on y.id = x.location_id and y.sellable and y.kind = 'own' where x.sku_id = t.sku_id and x.location_id <> l.id), 0) as quantity
from told t join offers o on o.id = t.id join listing_variants v on v.id = o.variant_id left join skus s on s.id = t.sku_id
left join offer_rules r on r.offer_id = t.id left join stores st on st.id = t.store_id left join locations l on l.id = st.location_id
where t.state = 'drift' and t.q is not null order by t.id`;

/**
 * Ends the look at offers: one that was checked is at rest; one that differed is so too where the platform shows the right
 * number by now, and is to be sent again where it does not, as a new version: a platform that knows the old one's key would
 * set nothing. Answers the verdicts on those that differed. Offers of which the platform shows nothing rest.
 */
export async function judgeDrift(
  tx: Database,
  offers: readonly ReadBack[],
  shown: ReadonlyMap<string, number>,
  at: Date,
): Promise<DriftVerdict[]> {
  const rows = await tx.query<{
    id: string;
    sku: string;
    q: number;
    desired: number;
    plain: boolean;
    location: string | null;
    quantity: string;
  }>(JUDGE, [JSON.stringify(offers.map(({ id }) => ({ id, q: shown.get(id) ?? null }))), at.toISOString()]);
  return rows.map((row) => ({
    id: row.id,
    sku: row.sku,
    shown: row.q,
    shownAt: at,
    desired: row.desired,
    isPlain: row.plain,
    count:
      row.location === null || Number(row.quantity) < 0
        ? null
        : { location: row.location, quantity: Number(row.quantity) },
  }));
}

/** Why a price is set once more: the platform shows another one after an unknown outcome. */
const READ_BACK = "read_back";

const END_PRICE_CHECKS = `
with seen as (
  select r.id, r.q from json_to_recordset($1::text::json) as r(id uuid, q numeric)
), locked as (
  select o.id, o.desired_version + 1 as version, coalesce(s.q <> o.desired, false) and o.cause is distinct from '${READ_BACK}' as again
  from offers o join seen s on s.id = o.id where o.aspect = 'price' and o.state = 'checking' and not o.dirty and o.receipt is null
  order by o.id for no key update of o
), told as (
  update offer_prices p set version = k.version, actor = 'tallyport' from locked k where k.again and p.offer_id = k.id and p.version = k.version - 1
)
update offers o set state = case when k.again then 'unknown' else 'idle' end, dirty = k.again, due_at = null,
  desired_version = case when k.again then k.version else o.desired_version end, cause = case when k.again then '${READ_BACK}' else o.cause end
from locked k where k.id = o.id returning o.dirty`;

/**
 * Ends the look at prices that followed an unknown outcome. Where the platform shows another price, an earlier one came late:
 * ours goes once more, and is looked at again. Shown another one even then, it rests: what somebody else sets is told when the
 * listing is read. Answers whether anything is to be sent.
 */
export async function endPriceChecks(
  tx: Database,
  offers: readonly { id: string }[],
  shown: ReadonlyMap<string, string>,
): Promise<boolean> {
  const rows = await tx.query<{ dirty: boolean }>(END_PRICE_CHECKS, [
    JSON.stringify(offers.map(({ id }) => ({ id, q: shown.get(id) ?? null }))),
  ]);
  return rows.some((row) => row.dirty);
}
