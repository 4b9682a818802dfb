/** The stores of the push benchmark: a database in which all is shown as it should be, and what makes some of it differ. */
import type { Database } from "../src/core/db/database.ts";
import { loadKeyring } from "../src/core/db/keyring.ts";
import { saveCredentials } from "../src/core/db/stores.ts";
import { derivedId } from "../src/core/ids.ts";
import { parseMasterKeys } from "../src/core/secrets.ts";
import { CALLS_AT_ONCE, SECRET, STORES, storeId, storeUrl } from "./push-plan.ts";

/** Variants of each store, and how many of them differ in a run. */
export const VARIANTS = 10_000;
export const DIRTY = 2_000;

export async function seed(db: Database, port: number): Promise<void> {
  const location = derivedId("bench", "locations", "main");
  await db.query("insert into locations (id, code, name) values ($1::uuid, 'main', 'Main')", [location]);
  await db.query(
    "insert into skus (id, code) select gen_random_uuid(), 'SKU-' || i from generate_series(1, $1::int) as i",
    [VARIANTS],
  );
  const keyring = await loadKeyring(db, parseMasterKeys(SECRET));
  for (let index = 0; index < STORES; index++) {
    const id = storeId(index);
    const settings = {
      quotas: { rest: { capacity: 1_000_000, concurrency: CALLS_AT_ONCE } },
      stock_max_age_seconds: 86_400,
    };
    await db.query(
      `insert into stores (id, platform, name, base_url, settings, currency, time_zone, mode, stock_from, location_id)
       values ($1::uuid, 'woocommerce', $2, $3, $4::text::jsonb, 'EUR', 'UTC', 'live', now(), $5::uuid)`,
      [id, `Store ${index + 1}`, storeUrl(index, port), JSON.stringify(settings), location],
    );
    const values = { consumer_key: "ck_bench", consumer_secret: "cs_bench" };
    await saveCredentials(db, keyring, {
      id: derivedId(id, "credentials", "api"),
      storeId: id,
      platform: "woocommerce",
      purpose: "api",
      grant: { values, expiresAt: null },
      at: new Date(),
    });
    await db.query(
      "insert into checkpoints (store_id, resource, stream, watermark, every_seconds, due_at) values ($1::uuid, 'orders', 'changed', now(), 60, now() + interval '1 day')",
      [id],
    );
    await db.query(
      `with s as (select id as sku, row_number() over (order by code) as i, gen_random_uuid() as variant from skus),
         v as (insert into listing_variants (id, listing_id, store_id, listing_external_id, external_id, seller_code, quantity, sku_id, mapped_by, read_seq, synced_at)
           select variant, variant, $1::uuid, i::text, i::text, 'SKU-' || i, 100, sku, 'seller_code', 0, now() from s)
       insert into offers (id, store_id, variant_id, sku_id, aspect, desired, desired_version, sent_value, sent_version, confirmed_value, confirmed_version,
         observed_value, observed_at)
       select gen_random_uuid(), $1::uuid, variant, sku, 'stock', 100, 1, 100, 1, 100, 1, 100, now() from s`,
      [id],
    );
  }
}

/** Some of each store's values are to be others. */
export async function makeDiffer(db: Database): Promise<void> {
  await db.query(
    `update offers o set desired = 1 + (desired::int % 100), desired_version = desired_version + 1, dirty = true, urgency = 1 + (desired::int % 2),
       cause = 'order', desired_at = now()
     from (select id, row_number() over (partition by store_id order by md5(id::text || $1)) as place from offers) x where x.id = o.id and x.place <= $2::int`,
    [String(Math.random()), DIRTY],
  );
  await db.exec("vacuum offers");
}
