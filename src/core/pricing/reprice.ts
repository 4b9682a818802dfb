/**
 * Computes prices and writes those that changed, in the transaction of what changed them: into the offer where every
 * check passes, into `offer_prices` where one does not, and then the offer keeps its earlier desired value (and nothing
 * more of it is sent while it waits). A price that stays as it was writes nothing.
 */
import type { Database } from "../db/database.ts";
import { OFFERS_CHANNEL } from "../stock/desired.ts";
import { type Judged, judgePrice } from "./checks.ts";
import { tellDrift, tellHeld, tellRates } from "./held-alerts.ts";
import { isSame, loadPriceOffers, loadRates, type PriceOffer } from "./load.ts";

const PRICING_LOCK = 7_226_255;
const BATCH = 1_000;

/** Whoever changes what prices are computed of holds this until its commit. After the mapping lock, where both are held. */
export async function lockPricing(tx: Database): Promise<void> {
  await tx.query("select pg_advisory_xact_lock($1)", [PRICING_LOCK]);
}

/** Whose prices are to be computed. */
export type PriceScope =
  | { of: "all" }
  | { of: "skus"; skuIds: readonly string[] }
  | { of: "offers"; offerIds: readonly string[] }
  | { of: "rules"; scopes: readonly { storeId: string | null; listingId: string | null; skuId: string | null }[] };

export interface RepriceCause {
  /** What changed: base price, rule, rate, cost, mapping, time, approval, reading. */
  cause: string;
  actor: string | null;
  at: Date;
}

export interface RepriceResult {
  changed: number;
  held: number;
  dirtyStores: string[];
}

/** Computes the prices of offers. To be called under the pricing lock. */
export async function reprice(tx: Database, scope: PriceScope, cause: RepriceCause): Promise<RepriceResult> {
  const offerIds = await listScope(tx, scope);
  const rates = await loadRates(tx, cause.at);
  const dirty = new Set<string>();
  const result = { changed: 0, held: 0 };
  for (let start = 0; start < offerIds.length; start += BATCH) {
    const ids = offerIds.slice(start, start + BATCH);
    const offers = await loadPriceOffers(tx, ids, rates, { at: cause.at, lock: true });
    const judged = offers.map((offer) => ({ offer, verdict: judgePrice(offer.facts, offer.shown) }));
    for (const storeId of await writeOffers(tx, judged, cause)) dirty.add(storeId);
    result.changed += judged.filter((one) => actOf(one) === "set").length;
    result.held += judged.filter(({ verdict }) => verdict.outcome === "held").length;
    await writeHeld(tx, judged, cause);
    await tellDrift(
      tx,
      judged.filter((one) => actOf(one) === "keep").map(({ offer }) => offer),
      cause.at,
    );
  }
  if (offerIds.length > 0) await tellRates(tx, cause.at);
  for (const storeId of dirty) await tx.query("select pg_notify($1, $2)", [OFFERS_CHANNEL, storeId]);
  return { ...result, dirtyStores: [...dirty] };
}

/** Offers of a scope, in the order in which they are locked. */
export async function listScope(tx: Database, scope: PriceScope): Promise<string[]> {
  if (scope.of === "offers") return [...scope.offerIds].sort();
  const from = "select o.id from offers o where o.aspect = 'price' and o.sku_id is not null";
  const rows =
    scope.of === "all"
      ? await tx.query<{ id: string }>(`${from} order by o.id`)
      : scope.of === "skus"
        ? await tx.query<{ id: string }>(`${from} and o.sku_id = any($1::uuid[]) order by o.id`, [scope.skuIds])
        : await tx.query<{ id: string }>(
            `with r as (select * from json_to_recordset($1::text::json) as r(store uuid, listing uuid, sku uuid)),
               o as (select o.id, o.store_id, o.sku_id, v.listing_id from offers o join listing_variants v on v.id = o.variant_id
                 where o.aspect = 'price' and o.sku_id is not null)
             select o.id from r join o on o.sku_id = r.sku where (r.listing is null or r.listing = o.listing_id) and (r.store is null or r.store = o.store_id)
             union select o.id from r join o on o.listing_id = r.listing where r.sku is null and (r.store is null or r.store = o.store_id)
             union select o.id from r join o on o.store_id = r.store where r.sku is null and r.listing is null
             union select o.id from o where exists (select 1 from r where r.store is null and r.listing is null and r.sku is null)
             order by 1`,
            [
              JSON.stringify(
                scope.scopes.map(({ storeId, listingId, skuId }) => ({
                  store: storeId,
                  listing: listingId,
                  sku: skuId,
                })),
              ),
            ],
          );
  return rows.map((row) => row.id);
}

interface JudgedOffer {
  offer: PriceOffer;
  verdict: Judged;
}

/** set: a new desired price. until: the same, to be sent until another time. cut: what waits must not be sent any more. */
type OfferAct = "set" | "until" | "cut" | "drop" | "keep";

function actOf({ offer, verdict }: JudgedOffer): OfferAct {
  switch (verdict.outcome) {
    case "none":
      return "keep";
    case "manual":
      return offer.desired === null ? "keep" : "drop";
    case "held":
      return offer.dirty && offer.desired !== null ? "cut" : "keep";
    case "desired":
      if (!isSame(offer.desired, verdict.price.amount) || offer.currency !== verdict.price.currency) return "set";
      return offer.validUntil === offer.nextChange ? "keep" : "until";
  }
}

const WRITE = `
with r as (
  select * from json_to_recordset($1::text::json) as r(id uuid, act text, desired numeric, currency text, until timestamptz, seen numeric, adopt boolean)
), w as (
  select o.id, r.act, r.desired, r.currency, r.until, r.seen, case when r.adopt then r.seen else o.confirmed_value end as confirmed
  from r join offers o on o.id = r.id
)
update offers o set
  observed_value = coalesce(w.seen, o.observed_value), observed_at = case when w.seen is null then o.observed_at else $2::timestamptz end,
  confirmed_value = w.confirmed, currency = coalesce(w.currency, o.currency),
  desired = case w.act when 'set' then w.desired when 'drop' then null else o.desired end,
  desired_version = o.desired_version + (w.act in ('set', 'drop'))::int,
  desired_at = case when w.act = 'set' then $2::timestamptz else o.desired_at end,
  cause = case when w.act = 'set' then $3 else o.cause end,
  dirty = case w.act when 'set' then w.confirmed is distinct from w.desired or o.sent_version > o.confirmed_version when 'drop' then false else o.dirty end,
  valid_until = case when w.act in ('set', 'until') then w.until
    when w.act = 'cut' then least(o.valid_until, $2::timestamptz) when w.act = 'drop' then null else o.valid_until end,
  urgency = 3,
  state = case when w.act = 'set' and o.state = 'rejected' then 'idle' else o.state end,
  attempts = case when w.act = 'set' then 0 else o.attempts end,
  due_at = case when w.act = 'set' and o.state in ('idle', 'rejected') then null else o.due_at end
from w where o.id = w.id
returning o.store_id, w.act = 'set' and o.dirty as wants_push`;

async function writeOffers(
  tx: Database,
  judged: readonly JudgedOffer[],
  { cause, at }: RepriceCause,
): Promise<string[]> {
  const rows = judged.flatMap(({ offer, verdict }) => {
    const act = actOf({ offer, verdict });
    const isCut = act === "cut" && offer.validUntil !== null && offer.validUntil <= at.toISOString();
    const { seen } = offer;
    if ((act === "keep" || isCut) && seen === null) return [];
    const price = act === "set" && verdict.outcome === "desired" ? verdict.price : null;
    // Until we set it, what the platform shows is what stands; so it is where it shows another currency than before.
    const adopt = seen !== null && (offer.desired === null || (price !== null && offer.currency !== price.currency));
    const currency = price?.currency ?? (offer.desired === null ? (seen?.currency ?? null) : null);
    return [
      {
        id: offer.id,
        act,
        desired: price?.amount ?? null,
        currency,
        until: offer.nextChange,
        seen: seen?.amount ?? null,
        adopt,
      },
    ];
  });
  if (rows.length === 0) return [];
  const written = await tx.query<{ store_id: string; wants_push: boolean }>(WRITE, [
    JSON.stringify(rows),
    at.toISOString(),
    cause,
  ]);
  return written.filter((row) => row.wants_push).map((row) => row.store_id);
}

/** An approval lasts as long as the price it was given for. */
const WRITE_ORIGIN = `
insert into offer_prices as t (offer_id, version, actor, reason)
select r.id, o.desired_version, $2, r.reason from json_to_recordset($1::text::json) as r(id uuid, reason text) join offers o on o.id = r.id
on conflict (offer_id) do update set version = excluded.version, actor = excluded.actor, reason = excluded.reason,
  approved_amount = case when t.approved_amount = (select desired from offers where id = t.offer_id) then t.approved_amount end`;

const WRITE_HELD = `
insert into offer_prices as t (offer_id, held_code, held_detail, held_amount, held_currency, held_rate, held_at)
select r.id, r.code, r.detail, r.amount, r.currency, r.rate, $2::timestamptz
from json_to_recordset($1::text::json) as r(id uuid, code text, detail text, amount numeric, currency text, rate text)
on conflict (offer_id) do update set held_code = excluded.held_code, held_detail = excluded.held_detail, held_amount = excluded.held_amount,
  held_currency = excluded.held_currency, held_rate = excluded.held_rate, held_at = excluded.held_at`;

const WRITE_FREED = `
update offer_prices set held_code = null, held_detail = null, held_amount = null, held_currency = null, held_rate = null, held_at = null
where offer_id = any($1::uuid[])`;

async function writeHeld(
  tx: Database,
  judged: readonly JudgedOffer[],
  { cause, actor, at }: RepriceCause,
): Promise<void> {
  const set = judged.filter((one) => actOf(one) === "set");
  if (set.length > 0)
    await tx.query(WRITE_ORIGIN, [
      JSON.stringify(set.map(({ offer, verdict }) => ({ id: offer.id, reason: tellSteps(verdict) }))),
      actor ?? cause,
    ]);
  const held = judged.flatMap(({ offer, verdict }) => {
    if (verdict.outcome !== "held") return [];
    const { code, detail, price, rate } = verdict.refusal;
    const { held: before } = offer;
    const isSameAsBefore =
      before?.code === code &&
      before.detail === detail &&
      before.rate === rate &&
      isSame(before.amount, price?.amount ?? null);
    if (isSameAsBefore) return [];
    return [{ id: offer.id, code, detail, amount: price?.amount ?? null, currency: price?.currency ?? null, rate }];
  });
  if (held.length > 0) await tx.query(WRITE_HELD, [JSON.stringify(held), at.toISOString()]);
  const freed = judged.flatMap(({ offer, verdict }) => (offer.held && verdict.outcome !== "held" ? [offer.id] : []));
  if (freed.length > 0) await tx.query(WRITE_FREED, [freed]);
  await tellHeld(tx, { held: held.map(({ id }) => id), freed }, at);
}

/** The steps in one line: what the history keeps after the rules have gone. */
function tellSteps({ steps }: Judged): string {
  return steps
    .filter(({ rule }) => rule !== "approval")
    .map(({ rule, figure, amount }) => `${rule}${figure === null ? "" : ` ${figure}`}: ${amount?.amount ?? "-"}`)
    .join("; ");
}
