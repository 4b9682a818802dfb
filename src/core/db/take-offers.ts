/** Gives offers to calls: one statement asks whether the store may be sent to now, takes what goes next, and marks it as sent. */
import type { Database } from "./database.ts";
import { type Lease, LeaseLostError } from "./leases.ts";
import { type DirtyOffer, filterParameters, pickParameters, type TakeFilter, whichMayGo } from "./offers.ts";

/** Up to when a store's orders must have been read for anything but zero to go. Times are by our clock. */
export interface SalesBound {
  /** Streams that bring sales. None: what is sent does not depend on orders. */
  streams: readonly string[];
  /** Orders that were read up to this moment are read recently. */
  readAfter: Date;
  /** The platform's clock minus ours, in milliseconds. */
  skewMs: number;
  /** Whether the platform compares with what was observed: see `PushFilter`. */
  isCompared: boolean;
}

export interface Taken {
  /** The store's own word at this moment; null: it is gone. */
  store: { mode: string; pushStopped: boolean; state: string; stateReason: string | null } | null;
  /** False: its orders were not read recently, and nothing but zero was taken. */
  isFresh: boolean;
  offers: DirtyOffer[];
}

// The lease's row is held to the end: nobody takes over between the question and the mark. Shared with what writes down
// what calls have brought: neither waits for the other.
const HELD = "select 1 from leases where name = $6 and fence = $7::bigint and owner is not null for share";

const NOW = `
select s.mode, s.push_stopped, s.state, s.state_reason, s.mode = 'live' and not s.push_stopped and s.state = 'ok' as may_go,
  cardinality($8::text[]) = 0 or coalesce(c.read_until >= $9::timestamptz, false) as is_fresh,
  case when $11::boolean and cardinality($8::text[]) > 0 then coalesce(c.read_until, 'epoch') end as observed_before
from held left join stores s on s.id = $1::uuid cross join (
  select case when count(*) = count(watermark) then min(watermark) - $10::float8 * interval '1 millisecond' end as read_until
  from checkpoints where store_id = $1::uuid and resource = 'orders' and stream = any($8::text[])) c`;

const KNOWN = {
  onlyZero: "(select not is_fresh from now_)",
  observedBefore: "(select observed_before from now_)",
};

// Nothing waits for offers here, so nothing can wait for us and we for it: one that somebody is changing at this moment is
// left for the next look.
const statement = (pick: TakeFilter["pick"]) => `
with held as (${HELD}), now_ as materialized (${NOW}), taken as materialized (
  select o.id, o.variant_id, v.listing_external_id, v.external_id, v.seller_code, v.codes, o.place, o.desired, o.currency,
    o.desired_version, o.observed_value, o.attempts, o.cause, o.urgency,
    o.state in ('unknown', 'checking') or o.sent_version > o.confirmed_version as was_unknown, o.error_text is not null as had_error
  from offers o join listing_variants v on v.id = o.variant_id
  where (select may_go from now_) and ${whichMayGo(pick, KNOWN, 13)}
  order by o.urgency, o.id limit $12::int for no key update of o skip locked
), marked as (
  update offers o set sent_value = o.desired, sent_version = o.desired_version, sent_at = $3::timestamptz,
    state = case when o.state = 'submitted' then 'unknown' else o.state end from taken where o.id = taken.id)
select n.mode, n.push_stopped, n.state, n.state_reason, n.is_fresh, t.* from now_ n left join taken t on true order by t.urgency, t.id`;

type Row = {
  mode: string | null;
  push_stopped: boolean | null;
  state: string | null;
  state_reason: string | null;
  is_fresh: boolean;
} & ({ id: null } | OfferRow);

interface OfferRow {
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
  was_unknown: boolean;
  had_error: boolean;
}

/**
 * Takes offers that differ from what the platform confirmed and may go now, most dangerous first, and writes that they are
 * about to be sent: a crash afterwards leaves it known that these values may have arrived. What the platform still works on
 * is overtaken thereby: its receipt speaks of an older value. Throws `LeaseLostError`, and takes nothing, where the lease
 * was lost.
 */
export async function takeOffers(
  db: Database,
  lease: Lease,
  sales: SalesBound,
  filter: TakeFilter,
  limit: number,
): Promise<Taken> {
  const rows = await db.query<Row>(statement(filter.pick), [
    ...filterParameters(filter),
    ...[lease.name, lease.fence],
    ...[sales.streams, sales.readAfter.toISOString(), sales.skewMs, sales.isCompared, Math.trunc(limit)],
    ...pickParameters(filter.pick),
  ]);
  const [first] = rows;
  if (!first) throw new LeaseLostError(lease.name);
  const { mode, push_stopped: pushStopped, state } = first;
  const isThere = mode !== null && pushStopped !== null && state !== null;
  return {
    store: isThere ? { mode, pushStopped, state, stateReason: first.state_reason } : null,
    isFresh: first.is_fresh,
    offers: rows.flatMap((row) => (row.id === null ? [] : [toOffer(row)])),
  };
}

const toOffer = (row: OfferRow): DirtyOffer => ({
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
  wasUnknown: row.was_unknown,
  hadError: row.had_error,
});
