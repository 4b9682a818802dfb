/** Reading stock levels, the ledger and offers. */
import type { Database } from "./database.ts";
import { conditions, type PageRequest, type RowPage, readPage } from "./page.ts";
import { DIFFERS } from "./push-preview.ts";

export interface LevelView {
  sku_id: string;
  sku: string;
  title: string | null;
  location: string;
  on_hand: number;
  reserved: number;
  safety_stock: number;
  sellable: boolean;
  counted_at: string | null;
  count_basis: string | null;
  version: string;
  updated_at: string;
}

export interface LevelFilter {
  stores: readonly string[] | null;
  sku?: string | undefined;
  location?: string | undefined;
  updatedSince?: Date | undefined;
  /** Less is available than this. */
  below?: number | undefined;
  skuIds?: readonly string[] | undefined;
}

/** Levels by SKU code and location. Locations of a platform belong to their store. */
export async function listLevels(db: Database, filter: LevelFilter, page: PageRequest): Promise<RowPage<LevelView>> {
  const where = conditions();
  if (filter.stores) where.add(`(o.store_id is null or o.store_id = any(${where.bind(filter.stores)}::uuid[]))`);
  where.equal("s.code", filter.sku);
  where.equal("o.code", filter.location);
  if (filter.updatedSince) where.add(`l.updated_at >= ${where.bind(filter.updatedSince.toISOString())}::timestamptz`);
  if (filter.below !== undefined)
    where.add(`l.on_hand - l.reserved - s.safety_stock < ${where.bind(filter.below)}::int`);
  if (filter.skuIds) where.add(`l.sku_id = any(${where.bind(filter.skuIds)}::uuid[])`);
  return readPage<LevelView>(db, {
    select: `l.sku_id, s.code as sku, s.title, o.code as location, l.on_hand, l.reserved, s.safety_stock, o.sellable, l.counted_at,
      l.count_basis, l.version, l.updated_at`,
    from: "stock_levels l join skus s on s.id = l.sku_id join locations o on o.id = l.location_id",
    where,
    keyset: {
      columns: [
        { sql: "s.code", cast: "text" },
        { sql: "o.code", cast: "text" },
      ],
      direction: "asc",
    },
    page,
  });
}

export interface OfferView {
  id: string;
  store_id: string;
  variant_id: string;
  listing_external_id: string;
  variant_external_id: string;
  seller_code: string | null;
  sku: string | null;
  aspect: "stock" | "price";
  place: string;
  currency: string | null;
  desired: string | null;
  desired_version: string;
  desired_at: string | null;
  cause: string | null;
  sent_value: string | null;
  sent_at: string | null;
  confirmed_value: string | null;
  confirmed_at: string | null;
  observed_value: string | null;
  observed_at: string | null;
  dirty: boolean;
  state: string;
  attempts: number;
  due_at: string | null;
  error_code: string | null;
  error_text: string | null;
}

/** Offers in an order that never changes. */
export async function listOffers(
  db: Database,
  filter: {
    stores: readonly string[] | null;
    store?: string | undefined;
    aspect?: string | undefined;
    state?: string | undefined;
    dirty?: boolean | undefined;
    /** The platform shows another value than it should. */
    differs?: boolean | undefined;
    sku?: string | undefined;
    variant?: string | undefined;
  },
  page: PageRequest,
): Promise<RowPage<OfferView>> {
  const where = conditions();
  where.visible("o.store_id", filter.stores);
  where.equal("o.store_id", filter.store, "uuid");
  where.equal("o.aspect", filter.aspect);
  where.equal("o.state", filter.state);
  where.equal("s.code", filter.sku);
  where.equal("o.variant_id", filter.variant, "uuid");
  if (filter.dirty !== undefined) where.add(filter.dirty ? "o.dirty" : "not o.dirty");
  if (filter.differs !== undefined) where.add(filter.differs ? `(${DIFFERS})` : `(${DIFFERS}) is not true`);
  return readPage<OfferView>(db, {
    select: `o.id, o.store_id, o.variant_id, v.listing_external_id, v.external_id as variant_external_id, v.seller_code, s.code as sku,
      o.aspect, o.place, o.currency, o.desired, o.desired_version, o.desired_at, o.cause, o.sent_value, o.sent_at, o.confirmed_value,
      o.confirmed_at, o.observed_value, o.observed_at, o.dirty, o.state, o.attempts, o.due_at, o.error_code, o.error_text`,
    from: "offers o join listing_variants v on v.id = o.variant_id left join skus s on s.id = o.sku_id",
    where,
    keyset: { columns: [{ sql: "o.id", cast: "uuid" }], direction: "asc" },
    page,
  });
}

/** Locations by code. */
export async function findLocations(db: Database, codes: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.query<{ id: string; code: string }>(
    "select id, code from locations where code = any($1::text[]) and kind = 'own'",
    [codes],
  );
  return new Map(rows.map((row) => [row.code, row.id]));
}
