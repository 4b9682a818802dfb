/**
 * What prices are computed of, for many offers at once. Of each kind the rule that was set most narrowly holds: of a SKU
 * before a listing before a store before all; then the one for the offer's currency, then one that ends (a promotion
 * before what always holds), then the newest.
 */
import { type Database, toDate } from "../db/database.ts";
import { canonicalDecimal } from "../money.ts";
import type { Shown } from "./checks.ts";
import type { BasePrice, PriceFacts, Rate } from "./compose.ts";
import { KINDS_BY_CURRENCY, type PriceRules } from "./rule-kinds.ts";

const DAY_MS = 86_400_000;

/** An offer of a price, with all that its price depends on. */
export interface PriceOffer {
  id: string;
  storeId: string;
  variantId: string;
  skuId: string;
  facts: PriceFacts;
  shown: Shown;
  /** What the platform shows, where that is not what the offer has written down. */
  seen: { amount: string; currency: string } | null;
  desired: string | null;
  currency: string | null;
  dirty: boolean;
  /** Sent and confirmed, and not what the platform shows by a reading that is newer. */
  drifts: boolean;
  validUntil: string | null;
  /** When a rule that speaks of this offer begins or ends next, or its rate gets too old. */
  nextChange: string | null;
  held: { code: string; detail: string | null; amount: string | null; rate: string | null } | null;
}

interface OfferRow {
  id: string;
  store_id: string;
  variant_id: string;
  sku_id: string;
  currency: string | null;
  target: string | null;
  desired: string | null;
  confirmed_value: string | null;
  observed_value: string | null;
  dirty: boolean;
  valid_until: string | null;
  is_fresh: boolean;
  shown_price: string | null;
  shown_currency: string | null;
  bases: Record<string, BasePrice> | null;
  costs: Record<string, string> | null;
  rules: PriceRules | null;
  next_edge: string | null;
  approved_amount: string | null;
  approved_currency: string | null;
  approved_from: string | null;
  held_code: string | null;
  held_detail: string | null;
  held_amount: string | null;
  held_rate: string | null;
}

/** What a push sets: the price before a running promotion of the platform, where it tells that apart. Of variants `v`. */
export const SHOWN_PRICE = "coalesce(v.regular_price, v.price)";

/** A reading may have begun before the price that was confirmed last: it counts when it is younger by this much. */
const READING_SECONDS = 150;

const SCOPE = `scope as (
  select o.id as offer_id, o.store_id, o.variant_id, o.sku_id, v.listing_id, upper(coalesce(v.currency, s.currency)) as target,
    v.synced_at, ${SHOWN_PRICE} as shown_price, upper(v.currency) as shown_currency
  from offers o join listing_variants v on v.id = o.variant_id and v.sku_id = o.sku_id join stores s on s.id = o.store_id
  where o.id = any($1::uuid[]) and o.aspect = 'price'
)`;

const READ = `
with ${SCOPE}, found as (
  select s.offer_id, s.target, r.*, 4 + (r.listing_id is not null)::int * 2 + (r.store_id is not null)::int as narrow from scope s
    join price_rules r on r.sku_id = s.sku_id and (r.listing_id is null or r.listing_id = s.listing_id) and (r.store_id is null or r.store_id = s.store_id)
  union all select s.offer_id, s.target, r.*, 2 + (r.store_id is not null)::int from scope s
    join price_rules r on r.listing_id = s.listing_id and r.sku_id is null and (r.store_id is null or r.store_id = s.store_id)
  union all select s.offer_id, s.target, r.*, 1 from scope s join price_rules r on r.store_id = s.store_id and r.sku_id is null and r.listing_id is null
  union all select s.offer_id, s.target, r.*, 0 from scope s cross join price_rules r where r.store_id is null and r.sku_id is null and r.listing_id is null
), timely as (
  select * from found where (valid_until is null or valid_until > $2::timestamptz)
    and (kind <> all($4::text[]) or params ->> 'currency' = target)
), chosen as (
  select distinct on (offer_id, kind) offer_id, kind, id, params from timely where valid_from is null or valid_from <= $2::timestamptz
  order by offer_id, kind, narrow desc, (valid_until is not null) desc, created_at desc, id desc
), rules as (
  select offer_id, jsonb_object_agg(kind, jsonb_build_object('id', id, 'params', params)) as rules from chosen group by offer_id
), edges as (
  select offer_id, min(case when valid_from > $2::timestamptz then valid_from else valid_until end) as next_edge from timely group by offer_id
)
select o.id, o.store_id, o.variant_id, o.sku_id, o.currency, s.target, o.desired, o.confirmed_value, o.observed_value, o.dirty, o.valid_until,
  s.shown_price, s.shown_currency, o.confirmed_at is null or s.synced_at >= o.confirmed_at + interval '${READING_SECONDS} seconds' as is_fresh, r.rules, e.next_edge,
  p.approved_amount, p.approved_currency, p.approved_from, p.held_code, p.held_detail, p.held_amount, p.held_rate,
  (select jsonb_object_agg(b.currency, jsonb_build_object('amount', b.amount::text, 'floor', b.floor::text, 'ceiling', b.ceiling::text))
    from base_prices b where b.sku_id = s.sku_id) as bases,
  (select jsonb_object_agg(c.currency, c.amount::text) from (select distinct on (currency) currency, amount from sku_costs k
    where k.sku_id = s.sku_id and k.valid_from <= $3::date order by currency, valid_from desc) c) as costs
from scope s join offers o on o.id = s.offer_id left join rules r on r.offer_id = s.offer_id left join edges e on e.offer_id = s.offer_id
left join offer_prices p on p.offer_id = s.offer_id order by o.id`;

/** The day of an instant, UTC: what dated rates and costs are compared with. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** Reads offers of prices; `lock` keeps them from being concluded meanwhile. */
export async function loadPriceOffers(
  db: Database,
  offerIds: readonly string[],
  rates: Rates,
  { at, lock }: { at: Date; lock: boolean },
): Promise<PriceOffer[]> {
  if (lock)
    await db.query("select id from offers where id = any($1::uuid[]) order by id for no key update", [offerIds]);
  const rows = await db.query<OfferRow>(READ, [offerIds, at.toISOString(), dayOf(at), KINDS_BY_CURRENCY]);
  return rows.map((row) => toOffer(row, rates, at));
}

function toOffer(row: OfferRow, rates: Rates, at: Date): PriceOffer {
  const { shown_price: price, shown_currency: currency } = row;
  const isSeen = price !== null && currency !== null && row.is_fresh;
  const rules = row.rules ?? {};
  const rule = rules.rate?.params;
  const rate = rule && row.target !== null && rule.from !== row.target ? rates(rule.from, row.target) : null;
  const end = rule && rate ? rateEnd(rate, rule.max_age_days) : null;
  // A rate that is too old by now is none: what asks for it is refused, and what does not ask does not end with it.
  const ends = end !== null && end > at.toISOString() ? end : null;
  // What was confirmed in another currency says nothing of this one.
  const isSameCurrency = row.currency === null || row.currency === row.target;
  return {
    id: row.id,
    storeId: row.store_id,
    variantId: row.variant_id,
    skuId: row.sku_id,
    facts: {
      currency: row.target,
      bases: row.bases ?? {},
      costs: row.costs ?? {},
      rules,
      rateOf: rates,
      isManaged: row.desired !== null,
    },
    shown: {
      // Until we set it, what the platform shows is what stands.
      confirmed: isSeen && row.desired === null ? price : isSameCurrency ? row.confirmed_value : null,
      observed: isSeen ? price : isSameCurrency ? row.observed_value : null,
      approved:
        row.approved_amount === null || row.approved_currency === null
          ? null
          : { amount: row.approved_amount, currency: row.approved_currency, from: row.approved_from },
    },
    seen: isSeen && !(isSameCurrency && isSame(row.observed_value, price)) ? { amount: price, currency } : null,
    desired: row.desired,
    currency: row.currency,
    dirty: row.dirty,
    drifts: isSeen && isSameCurrency && !row.dirty && row.desired !== null && !isSame(row.desired, price),
    validUntil: instantOf(row.valid_until),
    nextChange: [instantOf(row.next_edge), ends].filter((edge) => edge !== null).sort()[0] ?? null,
    held:
      row.held_code === null
        ? null
        : { code: row.held_code, detail: row.held_detail, amount: row.held_amount, rate: row.held_rate },
  };
}

/** Equal as numbers, whatever their spelling. */
export function isSame(a: string | null, b: string | null): boolean {
  return a === null || b === null ? a === b : canonicalDecimal(a) === canonicalDecimal(b);
}

const instantOf = (text: string | null): string | null => toDate(text)?.toISOString() ?? null;

/** The rate from one currency to another; null where there is none that is dated today or before. */
export type Rates = (from: string, to: string) => Rate | null;

/** The newest rate of each pair. A rate of the other way round is not turned: it is another price. */
export async function loadRates(db: Database, at: Date): Promise<Rates> {
  const today = dayOf(at);
  const rows = await db.query<{ base: string; quote: string; valid_on: string; rate: string }>(
    `select distinct on (base, quote) base, quote, valid_on::text as valid_on, rate from exchange_rates
     where valid_on <= $1::date order by base, quote, valid_on desc`,
    [today],
  );
  const known = new Map(
    rows.map((row): [string, Rate] => [
      `${row.base}/${row.quote}`,
      {
        rate: row.rate,
        validOn: row.valid_on,
        ageDays: Math.round((Date.parse(today) - Date.parse(row.valid_on)) / DAY_MS),
      },
    ]),
  );
  return (from, to) => known.get(`${from}/${to}`) ?? null;
}

/** The first instant at which a rate is too old. */
function rateEnd({ validOn }: Rate, maxAgeDays: number): string {
  return new Date(Date.parse(validOn) + (maxAgeDays + 1) * DAY_MS).toISOString();
}
