/** Outbound state: what differs, what was sent, what came of it. */
import { type Database, toDate } from "./database.ts";

export interface DirtyOffer {
  id: string;
  variantId: string;
  listingExternalId: string;
  variantExternalId: string;
  sellerCode: string | null;
  codes: Record<string, string>;
  place: string | null;
  desired: string;
  currency: string | null;
  desiredVersion: number;
  observed: string | null;
  attempts: number;
  cause: string | null;
  urgency: number;
}

/**
 * A price goes out above zero, for the SKU that it was computed for and in the currency that the listing shows, whatever
 * was written before. Of offers `o` and their variants `v`.
 */
export const SENDABLE = `(o.aspect <> 'price' or o.desired > 0 and o.sku_id = v.sku_id and o.currency = upper(coalesce(v.currency, o.currency)))`;

/**
 * Offers that differ from what the platform confirmed, most dangerous first. `onlyZero`: those that go whatever the
 * state of the store's reading.
 */
export async function listDirtyOffers(
  db: Database,
  input: { storeId: string; aspect: "stock" | "price"; limit: number; onlyZero: boolean; at: Date },
): Promise<DirtyOffer[]> {
  const rows = await db.query<{
    id: string;
    variant_id: string;
    listing_external_id: string;
    external_id: string;
    seller_code: string | null;
    codes: Record<string, string>;
    place: string;
    desired: string;
    currency: string | null;
    desired_version: string;
    observed_value: string | null;
    attempts: number;
    cause: string | null;
    urgency: number;
  }>(
    `select o.id, o.variant_id, v.listing_external_id, v.external_id, v.seller_code, v.codes, o.place, o.desired, o.currency,
       o.desired_version, o.observed_value, o.attempts, o.cause, o.urgency
     from offers o join listing_variants v on v.id = o.variant_id
     where o.store_id = $1::uuid and o.aspect = $2 and o.dirty and o.state in ('idle', 'unknown') and (o.due_at is null or o.due_at <= $3::timestamptz)
       and v.gone_at is null and o.desired is not null and (not $4 or o.urgency = 0)
       and (o.valid_until is null or o.valid_until > $3::timestamptz) and (o.valid_from is null or o.valid_from <= $3::timestamptz)
       and ${SENDABLE}
     order by o.urgency, o.id limit $5::int`,
    [input.storeId, input.aspect, input.at.toISOString(), input.onlyZero, input.limit],
  );
  return rows.map((row) => ({
    id: row.id,
    variantId: row.variant_id,
    listingExternalId: row.listing_external_id,
    variantExternalId: row.external_id,
    sellerCode: row.seller_code,
    codes: row.codes,
    place: row.place === "" ? null : row.place,
    desired: row.desired,
    currency: row.currency,
    desiredVersion: Number(row.desired_version),
    observed: row.observed_value,
    attempts: row.attempts,
    cause: row.cause,
    urgency: row.urgency,
  }));
}

/** Writes what is about to be sent: a crash afterwards leaves it known that these values may have arrived. */
export async function markSent(tx: Database, offers: readonly DirtyOffer[], at: Date): Promise<void> {
  await tx.query(
    `update offers o set sent_value = r.v, sent_version = r.n, sent_at = $2::timestamptz
     from json_to_recordset($1::text::json) as r(id uuid, v numeric, n bigint) where o.id = r.id`,
    [
      JSON.stringify(offers.map((offer) => ({ id: offer.id, v: offer.desired, n: offer.desiredVersion }))),
      at.toISOString(),
    ],
  );
}

export interface OfferConclusion {
  id: string;
  version: number;
  value: string;
  state: "idle" | "submitted" | "rejected" | "unknown";
  receipt: string | null;
  attempts: number;
  dueAt: Date | null;
  errorCode: string | null;
  errorText: string | null;
}

/**
 * Writes what came of a push, in offer order. An offer whose desired value moved meanwhile stays dirty; a confirmation
 * of an older version than one already confirmed changes nothing. Prices are written into their history.
 */
export async function concludeOffers(tx: Database, conclusions: readonly OfferConclusion[], at: Date): Promise<void> {
  if (conclusions.length === 0) return;
  await tx.query(
    `with r as (select * from json_to_recordset($1::text::json) as r(id uuid, n bigint, v numeric, state text, receipt text, attempts integer,
       due timestamptz, code text, error text)), locked as (select o.* from offers o join r on r.id = o.id order by o.id for no key update of o),
     told as (insert into price_history (variant_id, at, currency, before, after, source, actor, reason, answer)
       select o.variant_id, $2::timestamptz, coalesce(o.currency, ''), case when o.confirmed_value = r.v then o.observed_value else o.confirmed_value end, r.v,
         case when o.desired_version = r.n then coalesce(o.cause, '') else 'superseded' end, p.actor, p.reason,
         case r.state when 'idle' then 'accepted' else 'rejected: ' || coalesce(r.error, '') end
       from r join locked o on o.id = r.id left join offer_prices p on p.offer_id = r.id and p.version = r.n
       where o.aspect = 'price' and r.state in ('idle', 'rejected'))
     update offers o set
       confirmed_value = case when r.state = 'idle' and r.n >= o.confirmed_version then r.v else o.confirmed_value end,
       confirmed_version = case when r.state = 'idle' then greatest(r.n, o.confirmed_version) else o.confirmed_version end,
       confirmed_at = case when r.state = 'idle' then $2::timestamptz else o.confirmed_at end,
       dirty = case when r.state in ('idle', 'submitted') then o.desired_version > r.n when r.state = 'rejected' then o.desired_version > r.n else true end,
       state = case when o.desired_version > r.n and r.state = 'rejected' then 'idle' else r.state end, receipt = r.receipt,
       attempts = r.attempts, due_at = case when o.desired_version > r.n and r.state <> 'unknown' then null else r.due end,
       error_code = r.code, error_text = r.error
     from r join locked on locked.id = r.id where o.id = r.id`,
    [
      JSON.stringify(
        conclusions.map((item) => ({
          id: item.id,
          n: item.version,
          v: item.value,
          state: item.state,
          receipt: item.receipt,
          attempts: item.attempts,
          due: item.dueAt,
          code: item.errorCode,
          error: item.errorText,
        })),
      ),
      at.toISOString(),
    ],
  );
}

/** Offers whose values the platform has taken in but not confirmed yet. */
export async function listSubmittedOffers(
  db: Database,
  storeId: string,
  aspect: string,
  limit: number,
  at: Date,
): Promise<{ id: string; receipt: string; version: number; value: string }[]> {
  const rows = await db.query<{ id: string; receipt: string; sent_version: string; sent_value: string }>(
    `select id, receipt, sent_version, sent_value from offers
     where store_id = $1::uuid and aspect = $2 and state = 'submitted' and receipt is not null
       and (due_at is null or due_at <= $4::timestamptz) order by sent_at limit $3::int`,
    [storeId, aspect, limit, at.toISOString()],
  );
  return rows.map((row) => ({
    id: row.id,
    receipt: row.receipt,
    version: Number(row.sent_version),
    value: row.sent_value,
  }));
}

/** Offers that the platform still works on are looked at again later. */
export async function putOffSubmitted(db: Database, offers: readonly { id: string }[], dueAt: Date): Promise<void> {
  await db.query("update offers set due_at = $2::timestamptz where id = any($1::uuid[]) and state = 'submitted'", [
    offers.map((offer) => offer.id),
    dueAt.toISOString(),
  ]);
}

/** The time up to which a store's orders have been read: the oldest of its streams that bring sales. Null: never read. */
export async function orderWatermark(db: Database, storeId: string, streams: readonly string[]): Promise<Date | null> {
  const [row] = await db.query<{ watermark: string | null; missing: string }>(
    `select min(watermark) as watermark, count(*) filter (where watermark is null) as missing from checkpoints
     where store_id = $1::uuid and resource = 'orders' and stream = any($2::text[])`,
    [storeId, streams],
  );
  return !row || Number(row.missing) > 0 ? null : toDate(row.watermark);
}
