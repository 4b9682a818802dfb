/** Listings and their variants; mapping follows in the same transaction (core/stock/mapping.ts). */
import type { Database } from "../db/database.ts";
import { derivedId } from "../ids.ts";
import type { Listing, Observation } from "../model/records.ts";
import { observe } from "./observations.ts";
import { variantId } from "./record-ids.ts";
import type { IngestStore, Versioned } from "./types.ts";

export const listingId = (storeId: string, externalId: string) => derivedId(storeId, "listings", externalId);

export interface WrittenListing {
  id: string;
  version: number;
  created: boolean;
  listing: Listing;
  variantIds: string[];
}

const UPSERT_LISTINGS = `
insert into listings as t (id, store_id, external_id, marketplace, title, status, external_status, category, url, image_url, warnings,
  source_updated_at, read_seq, synced_at, updated_at)
select r.id, $2::uuid, r.external_id, r.marketplace, r.title, r.status, r.external_status, r.category, r.url, r.image_url, r.warnings,
  r.source_updated_at, r.read_seq, $3::timestamptz, $3::timestamptz
from json_to_recordset($1::text::json) as r(id uuid, external_id text, marketplace text, title text, status text, external_status text,
  category text, url text, image_url text, warnings jsonb, source_updated_at timestamptz, read_seq bigint)
on conflict (id) do update set
  marketplace = excluded.marketplace, title = excluded.title, status = excluded.status, external_status = excluded.external_status,
  category = excluded.category, url = excluded.url, image_url = excluded.image_url, warnings = excluded.warnings,
  source_updated_at = excluded.source_updated_at, read_seq = excluded.read_seq, synced_at = excluded.synced_at,
  updated_at = excluded.updated_at, version = t.version + 1, gone_at = null
where case
  when t.source_updated_at is null or excluded.source_updated_at is null then excluded.read_seq > t.read_seq
  else (excluded.source_updated_at, excluded.read_seq) > (t.source_updated_at, t.read_seq) end
returning id, version, (xmax = 0) as created`;

/** What the variant was mapped by is another now: it is mapped anew. What a person mapped stays. */
const RELABELLED = `(t.mapped_by in ('seller_code', 'barcode') and t.seller_code is distinct from excluded.seller_code
    or t.mapped_by = 'barcode' and t.barcode is distinct from excluded.barcode)`;

const UPSERT_VARIANTS = `
insert into listing_variants as t (id, listing_id, store_id, listing_external_id, external_id, seller_code, barcode, title, options, price,
  regular_price, currency, quantity, places, external_product_id, codes, fulfilled_by, active, position, read_seq, synced_at, updated_at)
select r.id, r.listing_id, $2::uuid, r.listing_external_id, r.external_id, r.seller_code, r.barcode, r.title, r.options, r.price,
  r.regular_price, r.currency, r.quantity, r.places, r.external_product_id, r.codes, r.fulfilled_by, r.active, r.position, r.read_seq,
  $3::timestamptz, $3::timestamptz
from json_to_recordset($1::text::json) as r(id uuid, listing_id uuid, listing_external_id text, external_id text, seller_code text,
  barcode text, title text, options jsonb, price numeric, regular_price numeric, currency text, quantity integer, places jsonb,
  external_product_id text, codes jsonb, fulfilled_by text, active boolean, position integer, read_seq bigint)
on conflict (id) do update set
  listing_id = excluded.listing_id, listing_external_id = excluded.listing_external_id, seller_code = excluded.seller_code,
  barcode = excluded.barcode, title = excluded.title, options = excluded.options, price = excluded.price,
  regular_price = excluded.regular_price, currency = excluded.currency, quantity = excluded.quantity, places = excluded.places,
  external_product_id = excluded.external_product_id, codes = excluded.codes, fulfilled_by = excluded.fulfilled_by, active = excluded.active,
  position = excluded.position, read_seq = excluded.read_seq, synced_at = excluded.synced_at, updated_at = excluded.updated_at,
  gone_at = null,
  sku_id = case when ${RELABELLED} then null else t.sku_id end,
  mapped_by = case when ${RELABELLED} then null else t.mapped_by end
where excluded.read_seq > t.read_seq
returning id, quantity`;

const MARK_GONE = `
update listing_variants v set gone_at = $3::timestamptz, active = false, updated_at = $3::timestamptz
where v.listing_id = any($1::uuid[]) and v.id <> all($2::uuid[]) and v.gone_at is null`;

/** Writes listings where they are newer, with their variants; answers those written. */
export async function upsertListings(
  tx: Database,
  store: IngestStore,
  listings: readonly Versioned<Listing>[],
  at: Date,
): Promise<WrittenListing[]> {
  if (listings.length === 0) return [];
  const rows = listings
    .map(({ record, document }) => ({
      id: listingId(store.id, record.externalId),
      external_id: record.externalId,
      marketplace: record.marketplace,
      title: record.title,
      status: record.status,
      external_status: record.externalStatus,
      category: record.category,
      url: record.url,
      image_url: record.imageUrl,
      warnings: record.warnings,
      source_updated_at: document.raw.sourceUpdatedAt,
      read_seq: document.readSeq,
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  // One document per variant: several may carry the head of the same listing.
  const heads = [...new Map(rows.map((row) => [row.id, row])).values()];
  const result = await tx.query<{ id: string; version: string; created: boolean }>(UPSERT_LISTINGS, [
    JSON.stringify(heads),
    store.id,
    at.toISOString(),
  ]);
  const accepted = new Map(result.map((row) => [row.id, row]));
  const written = listings.flatMap(({ record }) => {
    const id = listingId(store.id, record.externalId);
    const row = accepted.get(id);
    if (!row) return [];
    const variantIds = record.variants.map((variant) => variantId(store.id, variant.externalId));
    return [{ id, version: Number(row.version), created: row.created, listing: record, variantIds }];
  });
  await writeVariants(
    tx,
    store,
    listings.filter(({ record }) => record.partial || accepted.has(listingId(store.id, record.externalId))),
    at,
  );
  const whole = written.filter(({ listing, created }) => !listing.partial && !created);
  if (whole.length > 0)
    await tx.query(MARK_GONE, [
      whole.map(({ id }) => id),
      whole.flatMap(({ variantIds }) => variantIds),
      at.toISOString(),
    ]);
  return written;
}

async function writeVariants(
  tx: Database,
  store: IngestStore,
  listings: readonly Versioned<Listing>[],
  at: Date,
): Promise<void> {
  const rows = listings.flatMap(({ record, document }) =>
    record.variants.map((variant, position) => ({
      id: variantId(store.id, variant.externalId),
      listing_id: listingId(store.id, record.externalId),
      listing_external_id: record.externalId,
      external_id: variant.externalId,
      seller_code: variant.sellerCode,
      barcode: variant.barcode,
      title: variant.title,
      options: variant.options,
      price: variant.price?.amount ?? null,
      regular_price: variant.regularPrice?.amount ?? null,
      currency: variant.price?.currency ?? variant.regularPrice?.currency ?? null,
      quantity: variant.quantity,
      places: variant.places,
      external_product_id: variant.externalProductId,
      codes: variant.codes,
      fulfilled_by: variant.fulfilledBy,
      active: variant.active,
      position,
      read_seq: document.readSeq,
    })),
  );
  if (rows.length === 0) return;
  const unique = [...new Map(rows.map((row) => [row.id, row])).values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const written = await tx.query<{ id: string; quantity: number | null }>(UPSERT_VARIANTS, [
    JSON.stringify(unique),
    store.id,
    at.toISOString(),
  ]);
  await observe(
    tx,
    written.map((row) => ({ variantId: row.id, place: "", quantity: row.quantity })),
    at,
  );
}

/** What the platform shows, where it is told apart from the listing. */
export async function writeObservations(
  tx: Database,
  storeId: string,
  observations: readonly Observation[],
  at: Date,
): Promise<void> {
  if (observations.length === 0) return;
  const rows = observations.map((item) => ({
    id: variantId(storeId, item.variantExternalId),
    place: item.place ?? "",
    quantity: item.quantity,
  }));
  await observe(
    tx,
    rows.map((row) => ({ variantId: row.id, place: row.place, quantity: row.quantity })),
    at,
  );
  await tx.query(
    `update listing_variants v set quantity = r.quantity, synced_at = $2::timestamptz
     from json_to_recordset($1::text::json) as r(id uuid, place text, quantity integer)
     where v.id = r.id and r.place = '' and v.quantity is distinct from r.quantity`,
    [JSON.stringify(rows), at.toISOString()],
  );
}
