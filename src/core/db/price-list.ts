/** Reading what prices are computed of, what is held back, and what became of prices. */
import type { Database } from "./database.ts";
import { conditions, type PageRequest, type RowPage, readPage } from "./page.ts";

type Given<T> = T | undefined;

export interface BasePriceView {
  sku: string;
  currency: string;
  amount: string;
  floor: string | null;
  ceiling: string | null;
  updated_at: string;
}

export async function listBasePrices(
  db: Database,
  filter: { sku: Given<string>; currency: Given<string> },
  page: PageRequest,
): Promise<RowPage<BasePriceView>> {
  const where = conditions();
  where.equal("s.code", filter.sku);
  where.equal("b.currency", filter.currency);
  return readPage<BasePriceView>(db, {
    select: "s.code as sku, b.currency, b.amount, b.floor, b.ceiling, b.updated_at",
    from: "base_prices b join skus s on s.id = b.sku_id",
    where,
    keyset: { columns: [text("s.code"), text("b.currency")], direction: "asc" },
    page,
  });
}

export interface CostView {
  sku: string;
  currency: string;
  amount: string;
  valid_from: string;
}

export async function listCosts(
  db: Database,
  filter: { sku: Given<string> },
  page: PageRequest,
): Promise<RowPage<CostView>> {
  const where = conditions();
  where.equal("s.code", filter.sku);
  return readPage<CostView>(db, {
    select: "s.code as sku, c.currency, c.amount, c.valid_from::text as valid_from",
    from: "sku_costs c join skus s on s.id = c.sku_id",
    where,
    keyset: { columns: [text("s.code"), text("c.currency"), text("c.valid_from::text")], direction: "asc" },
    page,
  });
}

export interface RateView {
  base: string;
  quote: string;
  valid_on: string;
  rate: string;
  source: string | null;
}

export async function listRates(
  db: Database,
  filter: { base: Given<string>; quote: Given<string> },
  page: PageRequest,
): Promise<RowPage<RateView>> {
  const where = conditions();
  where.equal("r.base", filter.base);
  where.equal("r.quote", filter.quote);
  return readPage<RateView>(db, {
    select: "r.base, r.quote, r.valid_on::text as valid_on, r.rate, r.source",
    from: "exchange_rates r",
    where,
    keyset: { columns: [text("r.base"), text("r.quote"), text("r.valid_on::text")], direction: "asc" },
    page,
  });
}

export interface PriceRuleView {
  id: string;
  store_id: string | null;
  listing_id: string | null;
  sku: string | null;
  kind: string;
  params: Record<string, unknown>;
  valid_from: string | null;
  valid_until: string | null;
}

/** Rules that a reader may see: those of its stores, or all. */
export async function listPriceRules(
  db: Database,
  filter: { stores: readonly string[] | null; store?: Given<string>; sku: Given<string>; kind: Given<string> },
  page: PageRequest,
): Promise<RowPage<PriceRuleView>> {
  const where = conditions();
  where.visible("r.store_id", filter.stores);
  where.equal("r.store_id", filter.store, "uuid");
  where.equal("s.code", filter.sku);
  where.equal("r.kind", filter.kind);
  return readPage<PriceRuleView>(db, {
    select: "r.id, r.store_id, r.listing_id, s.code as sku, r.kind, r.params, r.valid_from, r.valid_until",
    from: "price_rules r left join skus s on s.id = r.sku_id",
    where,
    keyset: { columns: [{ sql: "r.id", cast: "uuid" }], direction: "asc" },
    page,
  });
}

export interface HeldView {
  offer_id: string;
  store_id: string;
  variant_id: string;
  sku: string;
  code: string;
  detail: string;
  amount: string | null;
  currency: string | null;
  desired: string | null;
  desired_currency: string | null;
  held_at: string;
}

/** Prices that are held back. */
export async function listHeldPrices(
  db: Database,
  filter: { stores: readonly string[] | null; store?: Given<string>; sku: Given<string>; code: Given<string> },
  page: PageRequest,
): Promise<RowPage<HeldView>> {
  const where = conditions();
  where.add("p.held_code is not null");
  where.visible("o.store_id", filter.stores);
  where.equal("o.store_id", filter.store, "uuid");
  where.equal("s.code", filter.sku);
  where.equal("p.held_code", filter.code);
  return readPage<HeldView>(db, {
    select: `o.id as offer_id, o.store_id, o.variant_id, s.code as sku, p.held_code as code, p.held_detail as detail, p.held_amount as amount,
      p.held_currency as currency, o.desired, o.currency as desired_currency, p.held_at`,
    from: "offer_prices p join offers o on o.id = p.offer_id join skus s on s.id = o.sku_id",
    where,
    keyset: { columns: [{ sql: "p.offer_id", cast: "uuid" }], direction: "asc" },
    page,
  });
}

export interface PriceChangeView {
  id: string;
  at: string;
  store_id: string;
  variant_id: string;
  sku: string | null;
  currency: string;
  before: string | null;
  after: string | null;
  source: string;
  actor: string | null;
  reason: string | null;
  answer: string | null;
}

/** What became of prices, newest first. */
export async function listPriceHistory(
  db: Database,
  filter: {
    stores: readonly string[] | null;
    store?: Given<string>;
    sku: Given<string>;
    variant: Given<string>;
    since: Given<Date>;
  },
  page: PageRequest,
): Promise<RowPage<PriceChangeView>> {
  const where = conditions();
  where.visible("v.store_id", filter.stores);
  where.equal("v.store_id", filter.store, "uuid");
  where.equal("s.code", filter.sku);
  where.equal("h.variant_id", filter.variant, "uuid");
  if (filter.since) where.add(`h.at >= ${where.bind(filter.since.toISOString())}::timestamptz`);
  return readPage<PriceChangeView>(db, {
    select: `h.id, h.at, v.store_id, h.variant_id, s.code as sku, h.currency, h.before, h.after, h.source, h.actor, h.reason, h.answer`,
    from: "price_history h join listing_variants v on v.id = h.variant_id left join skus s on s.id = v.sku_id",
    where,
    keyset: { columns: [{ sql: "h.id", cast: "bigint" }], direction: "desc" },
    page,
  });
}

const text = (sql: string) => ({ sql, cast: "text" as const });
