/** Values that a platform has taken in and works off by itself: each names the receipt under which it is asked for. */
import type { Database } from "./database.ts";

export interface SubmittedOffer {
  id: string;
  receipt: string;
  version: number;
  value: string;
  cause: string | null;
  variantExternalId: string;
  place: string;
  /** The value was overtaken: it went, newer, another way. */
  isOvertaken: boolean;
}

/** Offers with an open receipt that are due to be looked at. */
export async function listSubmittedOffers(
  db: Database,
  storeId: string,
  aspect: string,
  limit: number,
  at: Date,
): Promise<SubmittedOffer[]> {
  const rows = await db.query<{
    id: string;
    receipt: string;
    sent_version: string;
    sent_value: string;
    cause: string | null;
    external_id: string;
    place: string;
    state: string;
  }>(
    `select o.id, o.receipt, o.sent_version, o.sent_value, o.cause, v.external_id, o.place, o.state
     from offers o join listing_variants v on v.id = o.variant_id
     where o.store_id = $1::uuid and o.aspect = $2 and o.state <> 'idle' and o.receipt is not null
       and (o.due_at is null or o.due_at <= $4::timestamptz) order by o.receipt_at limit $3::int`,
    [storeId, aspect, limit, at.toISOString()],
  );
  return rows.map((row) => ({
    id: row.id,
    receipt: row.receipt,
    version: Number(row.sent_version),
    value: row.sent_value,
    cause: row.cause,
    variantExternalId: row.external_id,
    place: row.place,
    isOvertaken: row.state !== "submitted",
  }));
}

/** Offers that the platform still works on are looked at again later. */
export async function putOffSubmitted(db: Database, offers: readonly { id: string }[], dueAt: Date): Promise<void> {
  await db.query("update offers set due_at = $2::timestamptz where id = any($1::uuid[]) and receipt is not null", [
    offers.map((offer) => offer.id),
    dueAt.toISOString(),
  ]);
}

/**
 * A receipt has ended whose values were overtaken meanwhile, or was given up: what it may have written is older than what
 * stands, so the newest value goes once more; as a new version, which no platform takes for a repeat of the one before.
 */
export async function closeReceipts(
  tx: Database,
  offers: readonly Pick<SubmittedOffer, "id" | "receipt">[],
): Promise<void> {
  await tx.query(
    `with closed as (
       update offers o set receipt = null, receipt_at = null, dirty = o.desired is not null, due_at = null,
         desired_version = o.desired_version + (o.desired is not null)::int,
         state = case when o.state in ('submitted', 'checking') then 'unknown' else o.state end
       from json_to_recordset($1::text::json) as r(id uuid, receipt text) where o.id = r.id and o.receipt = r.receipt
       returning o.id, o.desired_version
     ) update offer_prices p set version = c.desired_version from closed c where p.offer_id = c.id and p.version = c.desired_version - 1`,
    [JSON.stringify(offers.map(({ id, receipt }) => ({ id, receipt })))],
  );
}

/** The store's oldest receipts that were given before a time: how many offers, and since when the oldest waits. */
export async function findOverdue(
  db: Database,
  storeId: string,
  aspect: string,
  before: Date,
): Promise<{ offers: number; zeroes: number; since: string | null }> {
  const [row] = await db.query<{ offers: string; zeroes: string; since: string | null }>(
    `select count(*) as offers, count(*) filter (where urgency = 0) as zeroes, min(receipt_at) as since from offers
     where store_id = $1::uuid and aspect = $2 and state = 'submitted' and receipt_at <= $3::timestamptz`,
    [storeId, aspect, before.toISOString()],
  );
  return { offers: Number(row?.offers ?? 0), zeroes: Number(row?.zeroes ?? 0), since: row?.since ?? null };
}

/** Offers whose receipts were given before a time, whatever became of the offers since. */
export async function listGivenUp(
  db: Database,
  storeId: string,
  aspect: string,
  before: Date,
): Promise<{ id: string; receipt: string }[]> {
  return db.query(
    `select id, receipt from offers where store_id = $1::uuid and aspect = $2 and state <> 'idle' and receipt is not null and receipt_at <= $3::timestamptz
     order by id limit 1000`,
    [storeId, aspect, before.toISOString()],
  );
}
