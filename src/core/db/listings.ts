/** Reading listings with their variants. */
import { type Database, toDate } from "./database.ts";
import { conditions, type PageRequest, type RowPage, readPage } from "./page.ts";

export interface ListingFilter {
  stores: readonly string[] | null;
  store?: string | undefined;
  status?: string | undefined;
  externalId?: string | undefined;
  /** True: every variant has a SKU. False: some have none. */
  mapped?: boolean | undefined;
  updatedSince?: Date | undefined;
  ids?: readonly string[] | undefined;
}

export interface VariantView {
  id: string;
  external_id: string;
  seller_code: string | null;
  barcode: string | null;
  title: string | null;
  options: Record<string, string>;
  /** Decimal text: as a number a digit could be lost. */
  price: string | null;
  regular_price: string | null;
  currency: string | null;
  quantity: number | null;
  places: { place: string; quantity: number }[];
  external_product_id: string | null;
  fulfilled_by: string;
  active: boolean;
  sku: string | null;
  mapped_by: string | null;
  gone: boolean;
}

export interface ListingView {
  id: string;
  store_id: string;
  external_id: string;
  marketplace: string | null;
  title: string;
  status: string;
  external_status: string;
  category: string | null;
  url: string | null;
  image_url: string | null;
  warnings: unknown[];
  source_updated_at: string | null;
  version: string;
  synced_at: string;
  updated_at: string;
  gone_at: string | null;
  variants: VariantView[];
}

const VARIANTS = `coalesce((select json_agg(json_build_object('id', v.id, 'external_id', v.external_id, 'seller_code', v.seller_code,
    'barcode', v.barcode, 'title', v.title, 'options', v.options, 'price', v.price::text, 'regular_price', v.regular_price::text,
    'currency', v.currency, 'quantity', v.quantity, 'places', v.places, 'external_product_id', v.external_product_id,
    'fulfilled_by', v.fulfilled_by, 'active', v.active, 'sku', s.code, 'mapped_by', v.mapped_by, 'gone', v.gone_at is not null)
    order by v.position, v.id)
  from listing_variants v left join skus s on s.id = v.sku_id where v.listing_id = l.id), '[]')`;

/** A page of listings, in an order that never changes. */
export async function listListings(
  db: Database,
  filter: ListingFilter,
  page: PageRequest,
): Promise<RowPage<ListingView>> {
  const where = conditions();
  where.visible("l.store_id", filter.stores);
  where.equal("l.store_id", filter.store, "uuid");
  where.equal("l.status", filter.status);
  where.equal("l.external_id", filter.externalId);
  if (filter.ids) where.add(`l.id = any(${where.bind(filter.ids)}::uuid[])`);
  if (filter.updatedSince) where.add(`l.updated_at >= ${where.bind(filter.updatedSince.toISOString())}::timestamptz`);
  if (filter.mapped !== undefined)
    where.add(
      `${filter.mapped ? "not " : ""}exists (select 1 from listing_variants u where u.listing_id = l.id and u.sku_id is null and u.gone_at is null)`,
    );
  const found = await readPage<ListingView>(db, {
    select: `l.id, l.store_id, l.external_id, l.marketplace, l.title, l.status, l.external_status, l.category, l.url, l.image_url,
      l.warnings, l.source_updated_at, l.version, l.synced_at, l.updated_at, l.gone_at, ${VARIANTS} as variants`,
    from: "listings l",
    where,
    keyset: { columns: [{ sql: "l.id", cast: "uuid" }], direction: "asc" },
    page,
  });
  return found;
}

/** A variant with its listing's store, for acts on it; null where there is none that the reader may see. */
export async function findVariant(
  db: Database,
  id: string,
  stores: readonly string[] | null,
): Promise<{ id: string; storeId: string; listingId: string; skuId: string | null; goneAt: Date | null } | null> {
  const [row] = await db.query<{
    id: string;
    store_id: string;
    listing_id: string;
    sku_id: string | null;
    gone_at: string | null;
  }>(
    `select id, store_id, listing_id, sku_id, gone_at from listing_variants
     where id = $1::uuid and ($2::uuid[] is null or store_id = any($2::uuid[]))`,
    [id, stores],
  );
  if (!row) return null;
  return {
    id: row.id,
    storeId: row.store_id,
    listingId: row.listing_id,
    skuId: row.sku_id,
    goneAt: toDate(row.gone_at),
  };
}

export interface Suggestion {
  variant_id: string;
  store_id: string;
  listing_id: string;
  title: string;
  seller_code: string | null;
  barcode: string | null;
  candidates: { sku: string; confidence: number; reason: string }[];
}

/** A code without what people write differently: case, spaces, dashes, dots, underscores. */
const PLAIN = (column: string) => `regexp_replace(lower(${column}), '[\\s._/-]+', '', 'g')`;

/**
 * Unmapped variants with the SKUs that they may be: the same barcode, the same code mapped in another store, a code that
 * differs in spelling alone.
 */
export async function listSuggestions(
  db: Database,
  filter: { stores: readonly string[] | null; store?: string | undefined },
  page: PageRequest,
): Promise<RowPage<Suggestion>> {
  const where = conditions();
  where.add("v.sku_id is null");
  where.add("v.gone_at is null");
  where.visible("v.store_id", filter.stores);
  where.equal("v.store_id", filter.store, "uuid");
  const candidates = `select c.sku, max(c.confidence) as confidence, (array_agg(c.reason order by c.confidence desc))[1] as reason from (
      select s.code as sku, 0.95 as confidence, 'same code' as reason from skus s where s.code = v.seller_code
      union all select s.code, 0.9, 'same barcode' from skus s where s.barcode = v.barcode and v.barcode <> ''
      union all select s.code, 0.85, 'same code in another store' from listing_variants o join skus s on s.id = o.sku_id
        where o.seller_code = v.seller_code and v.seller_code <> '' and o.id <> v.id
      union all select s.code, 0.8, 'same barcode in another store' from listing_variants o join skus s on s.id = o.sku_id
        where o.barcode = v.barcode and v.barcode <> '' and o.id <> v.id
      union all select s.code, 0.6, 'code differs in spelling alone' from skus s
        where ${PLAIN("s.code")} = ${PLAIN("v.seller_code")} and length(v.seller_code) > 2
    ) c group by c.sku order by 2 desc, 1 limit 5`;
  return readPage<Suggestion>(db, {
    select: `v.id as variant_id, v.store_id, v.listing_id, l.title || coalesce(' - ' || v.title, '') as title, v.seller_code, v.barcode,
      coalesce((select json_agg(c) from (${candidates}) c), '[]') as candidates`,
    from: "listing_variants v join listings l on l.id = v.listing_id",
    where,
    keyset: { columns: [{ sql: "v.id", cast: "uuid" }], direction: "asc" },
    page,
  });
}
