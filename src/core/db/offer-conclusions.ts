/** What came of values that were sent: one ordered statement for many, with their rows of the audit log. */
import type { Database } from "./database.ts";
import { type Lease, LeaseLostError } from "./leases.ts";
import type { Aspect } from "./offers.ts";

export interface OfferConclusion {
  id: string;
  version: number;
  value: string;
  /**
   * `idle`: confirmed. `checking`: confirmed, and read back once later. `waiting`: did not arrive, and goes again when due.
   */
  state: "idle" | "checking" | "waiting" | "submitted" | "rejected" | "unknown";
  /** What the platform shows now, where its answer says so and it is not the value. */
  shown: string | null;
  receipt: string | null;
  /** The receipt that this is the end of. */
  closes?: string;
  attempts: number;
  dueAt: Date | null;
  errorCode: string | null;
  errorText: string | null;
  /** For the audit log. */
  audit: { outcome: string; cause: string | null; detail: Record<string, unknown> };
}

// A value that certainly did not arrive is not remembered as one that may have, unless an earlier one may.
const UPDATE = `
update offers o set
  confirmed_value = case when r.ok and r.n >= o.confirmed_version then r.v else o.confirmed_value end,
  confirmed_version = case when r.ok then greatest(r.n, o.confirmed_version) else o.confirmed_version end,
  confirmed_at = case when r.ok then $2::timestamptz else o.confirmed_at end,
  observed_value = case when r.ok and o.aspect = 'stock' and coalesce(o.observed_at <= o.sent_at, true) then coalesce(r.shown, r.v) else o.observed_value end,
  observed_at = case when r.ok and o.aspect = 'stock' and coalesce(o.observed_at <= o.sent_at, true) then $2::timestamptz else o.observed_at end,
  sent_version = case when r.state in ('rejected', 'waiting') and o.sent_version = r.n and not r.was then o.confirmed_version else o.sent_version end,
  dirty = case when r.ok or r.state in ('submitted', 'rejected') then o.desired_version > r.n else true end,
  state = case when r.state = 'waiting' then case when r.was then 'unknown' else 'idle' end
    when r.state = 'idle' and o.receipt is distinct from r.closes and o.receipt is not null then 'checking'
    when o.desired_version > r.n and r.state = 'rejected' then 'idle' else r.state end,
  receipt = case when r.state = 'submitted' then r.receipt when o.receipt = r.closes then null else o.receipt end,
  receipt_at = case when r.state = 'submitted' then $2::timestamptz when o.receipt = r.closes then null else o.receipt_at end,
  attempts = r.attempts,
  due_at = case when o.desired_version > r.n and r.state in ('idle', 'rejected') then null else r.due end,
  error_code = r.code, error_text = r.error
from (select r.*, state in ('idle', 'checking') as ok from r) r join locked on locked.id = r.id
where o.id = r.id and exists (select 1 from held) returning o.dirty`;

const AUDIT = `
insert into audit_log (at, actor, act, store_id, subject, subject_id, cause, detail, outcome)
select $2::timestamptz, 'tallyport', $3, locked.store_id, 'offer', r.id::text, r.cause, r.detail, r.outcome from r join locked on locked.id = r.id
where exists (select 1 from held)`;

const PRICE_HISTORY = `
insert into price_history (variant_id, at, currency, before, after, source, actor, reason, answer)
select o.variant_id, $2::timestamptz, coalesce(o.currency, ''), case when o.confirmed_value = r.v then o.observed_value else o.confirmed_value end, r.v,
  case when o.desired_version = r.n then coalesce(o.cause, '') else 'superseded' end, p.actor, p.reason,
  case when r.state in ('idle', 'checking') then 'accepted' else 'rejected: ' || coalesce(r.error, '') end
from r join locked o on o.id = r.id left join offer_prices p on p.offer_id = r.id and p.version = r.n
where r.state in ('idle', 'checking', 'rejected') and exists (select 1 from held)`;

const rows = (aspect: Aspect) => `
r as (select * from json_to_recordset($1::text::json) as r(id uuid, n bigint, v numeric, state text, was boolean, shown numeric, receipt text, closes text,
  attempts integer, due timestamptz, code text, error text, outcome text, cause text, detail jsonb)),
locked as (select ${aspect === "price" ? "o.*" : "o.id, o.store_id"} from offers o join r on r.id = o.id order by o.id for no key update of o)`;

/** What is written: parts of a `with`, under the name `held` of a query that has a row where it may be written. */
const concluding = (aspect: Aspect, held: string) => `
with ${rows(aspect)}, held as (${held}), audited as (${AUDIT})${aspect === "price" ? `, told as (${PRICE_HISTORY})` : ""}, concluded as (${UPDATE})
select exists (select 1 from held) as held, exists (select 1 from concluded where dirty) as dirty`;

// Its row is locked after the offers' rows, since that may take long, and shared with who takes offers at the same time:
// only who takes the lease over, or renews it, waits for either.
const UNDER_LEASE = `select 1 from leases
  where name = $4 and fence = $5::bigint and owner is not null and (select count(*) from locked) >= 0 for share`;

export type Conclusion = OfferConclusion & { wasUnknown: boolean };

/**
 * Writes what came of a push, in offer order. An offer whose desired value moved meanwhile stays dirty; a confirmation
 * of an older version than one already confirmed changes nothing. Prices are written into their history.
 */
export async function concludeOffers(
  tx: Database,
  aspect: Aspect,
  conclusions: readonly Conclusion[],
  at: Date,
): Promise<void> {
  if (conclusions.length > 0) await tx.query(concluding(aspect, "select 1"), parametersOf(aspect, conclusions, at));
}

/**
 * The same under a lease. Answers whether any of the offers is still dirty. Throws
 * `LeaseLostError`, and writes nothing, where the lease was lost.
 */
export async function concludeUnderLease(
  db: Database,
  lease: Lease,
  aspect: Aspect,
  conclusions: readonly Conclusion[],
  at: Date,
): Promise<boolean> {
  const [row] = await db.query<{ held: boolean; dirty: boolean }>(concluding(aspect, UNDER_LEASE), [
    ...parametersOf(aspect, conclusions, at),
    ...[lease.name, lease.fence],
  ]);
  if (!row?.held) throw new LeaseLostError(lease.name);
  return row.dirty;
}

/** What is null is left out: the shorter text is read in half the time. */
function parametersOf(aspect: Aspect, conclusions: readonly Conclusion[], at: Date): string[] {
  const rows = conclusions.map((item) => ({
    id: item.id,
    n: item.version,
    v: item.value,
    state: item.state,
    was: item.wasUnknown,
    shown: item.shown ?? undefined,
    receipt: item.receipt ?? undefined,
    closes: item.closes,
    attempts: item.attempts,
    due: item.dueAt ?? undefined,
    code: item.errorCode ?? undefined,
    error: item.errorText ?? undefined,
    outcome: item.audit.outcome,
    cause: item.audit.cause ?? undefined,
    detail: item.audit.detail,
  }));
  return [JSON.stringify(rows), at.toISOString(), aspect === "stock" ? "stock.set" : "prices.set"];
}
