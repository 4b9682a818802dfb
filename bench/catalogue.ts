/** A merchant of five stores that sell the same 10 000 SKUs, so that an order changes what all of them should show. */
import { ensureCheckpoint } from "../src/core/db/checkpoints.ts";
import type { Database } from "../src/core/db/database.ts";
import { derivedId } from "../src/core/ids.ts";
import { variantId } from "../src/core/ingest/record-ids.ts";
import type { IngestStore } from "../src/core/ingest/types.ts";
import { productId, SKU_COUNT, skuCode } from "./wire-orders.ts";

const STORES = 5;
const ON_HAND = 100_000;
const PART = 10_000;

const LOCATION = derivedId("bench", "locations", "main");
const storeId = (index: number) => derivedId("bench", "stores", String(index));
const skuId = (index: number) => derivedId("bench", "skus", String(index));

/** The store whose orders are ingested. */
export const STORE: IngestStore = {
  id: storeId(0),
  platform: "woocommerce",
  stockFrom: new Date("2025-01-01T00:00:00Z"),
  adoptSkus: false,
  locationId: LOCATION,
};

export const STREAM = { storeId: STORE.id, resource: "orders", stream: "changed" };

/** SKUs with their levels, and in each store a variant of each with its stock offer. */
export async function seedCatalogue(db: Database): Promise<void> {
  const skus = Array.from({ length: SKU_COUNT }, (_, index) => ({ id: skuId(index), code: skuCode(index) }));
  await db.query("insert into locations (id, code, name) values ($1::uuid, 'main', 'Main')", [LOCATION]);
  await inParts(
    db,
    skus,
    "insert into skus (id, code) select r.id, r.code from json_to_recordset($1::text::json) as r(id uuid, code text)",
  );
  await db.query("insert into stock_levels (sku_id, location_id, on_hand) select id, $1::uuid, $2::int from skus", [
    LOCATION,
    ON_HAND,
  ]);
  for (let index = 0; index < STORES; index++) await seedStore(db, index);
  await ensureCheckpoint(db, STREAM, { watermark: null, everySeconds: 60, dueAt: STORE.stockFrom });
}

async function seedStore(db: Database, index: number): Promise<void> {
  const store = storeId(index);
  await db.query(
    `insert into stores (id, platform, name, currency, time_zone, mode, stock_from, location_id)
     values ($1::uuid, 'woocommerce', $2, 'EUR', 'Europe/Berlin', 'live', $3::timestamptz, $4::uuid)`,
    [store, `Store ${index + 1}`, STORE.stockFrom.toISOString(), LOCATION],
  );
  const rows = Array.from({ length: SKU_COUNT }, (_, sku) => {
    const external = String(productId(sku));
    const id = variantId(store, external);
    return { id, external, code: skuCode(sku), sku: skuId(sku), offer: derivedId(id, "offers", "stock/") };
  });
  await inParts(
    db,
    rows,
    `insert into listing_variants (id, listing_id, store_id, listing_external_id, external_id, seller_code, quantity, sku_id, mapped_by, read_seq, synced_at)
     select r.id, r.id, $2::uuid, r.external, r.external, r.code, $3::int, r.sku, 'seller_code', 0, now()
     from json_to_recordset($1::text::json) as r(id uuid, external text, code text, sku uuid)`,
    [store, ON_HAND],
  );
  await inParts(
    db,
    rows,
    `insert into offers (id, store_id, variant_id, sku_id, aspect, desired, desired_version, sent_value, sent_version, confirmed_value, confirmed_version)
     select r.offer, $2::uuid, r.id, r.sku, 'stock', $3::int, 1, $3::int, 1, $3::int, 1
     from json_to_recordset($1::text::json) as r(id uuid, sku uuid, offer uuid)`,
    [store, ON_HAND],
  );
}

async function inParts(
  db: Database,
  rows: readonly object[],
  statement: string,
  params: readonly (string | number)[] = [],
): Promise<void> {
  for (let at = 0; at < rows.length; at += PART)
    await db.query(statement, [JSON.stringify(rows.slice(at, at + PART)), ...params]);
}
