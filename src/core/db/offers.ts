/** Outbound state: what differs from what the platform confirmed, and may go now. */
import { type Database, type Parameter, toDate } from "./database.ts";

export type Aspect = "stock" | "price";

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
  /** An earlier value may have arrived, or may yet arrive: its outcome was never known. */
  wasUnknown: boolean;
  /** It was refused or failed before. */
  hadError: boolean;
}

/** `due`: what is due. `overdue`: what a platform has not worked off in time and goes another way, up to this urgency. */
export type PushPick = { of: "due" } | { of: "overdue"; sentBefore: Date; urgency: number };

/** Which of a store's offers are meant. */
export interface TakeFilter {
  storeId: string;
  aspect: Aspect;
  at: Date;
  /** On their way at this moment. */
  inFlight: readonly string[];
  /** These alone; null: all. */
  only: readonly string[] | null;
  pick: PushPick;
}

/** Which of them may go now. */
export interface PushFilter extends TakeFilter {
  /** Orders were not read recently: what is not zero waits. */
  onlyZero: boolean;
  /**
   * Where the platform compares with what was observed, the time by our clock up to which the store's orders are read: what
   * it was seen to show since then, and is not what we set, may be sales, and until they are read nothing but zero goes over
   * it. Null: it does not matter.
   */
  observedBefore: Date | null;
}

/**
 * A price goes out above zero, for the SKU that it was computed for and in the currency that the listing shows, whatever
 * was written before. Of offers `o` and their variants `v`.
 */
export const SENDABLE = `(o.aspect <> 'price' or o.desired > 0 and o.sku_id = v.sku_id and o.currency = upper(coalesce(v.currency, o.currency)))`;

/** States from which a value may be sent, beside `submitted` and `rejected`. */
export const SENDABLE_STATES = "('idle', 'unknown', 'checking', 'drift')";

/** A value that holds until a time is not begun to be sent in its last seconds: a call takes its time. */
export const END_MARGIN_SECONDS = 10;

/** SQL of what is known of a store's orders. */
interface Known {
  onlyZero: string;
  observedBefore: string;
}

const mayGo = ({ onlyZero, observedBefore }: Known) => `
  v.gone_at is null and o.desired is not null and ${SENDABLE}
  and (o.valid_until is null or o.valid_until > $3::timestamptz + interval '${END_MARGIN_SECONDS} seconds')
  and (o.valid_from is null or o.valid_from <= $3::timestamptz)
  and (o.urgency = 0 or not ${onlyZero} and (${observedBefore} is null or o.observed_at is null or o.observed_at <= ${observedBefore}
    or o.observed_value is not distinct from o.confirmed_value))
  and o.id not in (select unnest($4::uuid[])) and ($5::uuid[] is null or o.id = any($5::uuid[]))`;

const DUE = `o.store_id = $1::uuid and o.aspect = $2 and o.dirty and o.state in ${SENDABLE_STATES} and o.receipt is null
  and (o.due_at is null or o.due_at <= $3::timestamptz or o.state in ('checking', 'drift'))`;

const overdue = (
  first: number,
) => `o.store_id = $1::uuid and o.aspect = $2 and o.state <> 'idle' and o.receipt is not null and o.desired_version > o.confirmed_version
  and (o.state = 'submitted' and o.receipt_at <= $${first}::timestamptz or o.state in ${SENDABLE_STATES} and o.dirty
    and (o.due_at is null or o.due_at <= $3::timestamptz or o.state in ('checking', 'drift')))
  and o.urgency <= $${first + 1}::int`;

/**
 * Which offers `o` of variants `v` may go: SQL over `filterParameters` ($1 to $5), and over `pickParameters` from `first`
 * on.
 */
export const whichMayGo = ({ of }: PushPick, known: Known, first: number): string =>
  `${of === "overdue" ? overdue(first) : DUE} and ${mayGo(known)}`;

export function filterParameters({ storeId, aspect, at, inFlight, only }: TakeFilter): Parameter[] {
  return [storeId, aspect, at.toISOString(), inFlight, only];
}

export function pickParameters(pick: PushPick): Parameter[] {
  return pick.of === "overdue" ? [pick.sentBefore.toISOString(), pick.urgency] : [];
}

const whereOf = ({ pick }: PushFilter) => whichMayGo(pick, { onlyZero: "$6", observedBefore: "$7::timestamptz" }, 8);

const parametersOf = (filter: PushFilter): Parameter[] => [
  ...filterParameters(filter),
  filter.onlyZero,
  filter.observedBefore?.toISOString() ?? null,
  ...pickParameters(filter.pick),
];

/** The offers that may go, most dangerous first, only looked at: which of them go together is yet to be found out. */
export async function peekDirtyOffers(
  db: Database,
  filter: PushFilter,
  limit: number,
): Promise<Pick<DirtyOffer, "id" | "listingExternalId" | "place">[]> {
  const rows = await db.query<{ id: string; listing_external_id: string; place: string }>(
    `select o.id, v.listing_external_id, o.place from offers o join listing_variants v on v.id = o.variant_id
     where ${whereOf(filter)} order by o.urgency, o.id limit ${Math.trunc(limit)}`,
    parametersOf(filter),
  );
  return rows.map((row) => ({
    id: row.id,
    listingExternalId: row.listing_external_id,
    place: row.place === "" ? null : row.place,
  }));
}

/** What one call may hold together. */
export type CallGroup = "none" | "listing" | "place";

/** How many calls the offers that may go now make, of the `most` first ones, and the most dangerous among them. */
export async function countDueCalls(
  db: Database,
  filter: PushFilter,
  call: { max: number; groupBy: CallGroup },
  most: number,
): Promise<{ calls: number; offers: number; urgency: number }> {
  const group = { none: "''", listing: "v.listing_external_id", place: "o.place" }[call.groupBy];
  const [row] = await db.query<{ calls: string; offers: string; urgency: number | null }>(
    `select coalesce(sum(ceil(n / ${Math.trunc(call.max)}::numeric)), 0) as calls, coalesce(sum(n), 0) as offers, min(urgency) as urgency
     from (select g, count(*) as n, min(urgency) as urgency from (select ${group} as g, o.urgency
       from offers o join listing_variants v on v.id = o.variant_id where ${whereOf(filter)} limit ${Math.trunc(most)}) x group by g) y`,
    parametersOf(filter),
  );
  return { calls: Number(row?.calls ?? 0), offers: Number(row?.offers ?? 0), urgency: row?.urgency ?? 3 };
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

/**
 * Of a store `s` and an aspect `a`, whether anything of its offers is due at $1: to be sent, to be asked for, to be read
 * back. Each question ends at the first row of a small index.
 */
export const IS_PUSH_DUE = `(
  exists (select 1 from offers o join listing_variants v on v.id = o.variant_id
    where o.store_id = s.id and o.aspect = a.aspect and o.dirty and o.state in ${SENDABLE_STATES} and o.receipt is null
      and (o.due_at is null or o.due_at <= $1::timestamptz or o.state in ('checking', 'drift'))
      and v.gone_at is null and o.desired is not null and ${SENDABLE}
      and (o.valid_until is null or o.valid_until > $1::timestamptz + interval '${END_MARGIN_SECONDS} seconds')
      and (o.valid_from is null or o.valid_from <= $1::timestamptz))
  or exists (select 1 from offers o where o.store_id = s.id and o.aspect = a.aspect and o.state <> 'idle'
    and (o.state in ('submitted', 'checking', 'drift') or o.receipt is not null)
    and (o.due_at is null or o.due_at <= $1::timestamptz or o.receipt is not null and o.dirty and o.urgency = 0 and o.state <> 'submitted')))`;
