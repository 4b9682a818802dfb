/** Offers of prices: one for each mapped variant that shows a price, on platforms whose prices can be set. */
import type { Database } from "../db/database.ts";
import { derivedId } from "../ids.ts";
import { tellHeld } from "./held-alerts.ts";
import { SHOWN_PRICE } from "./load.ts";
import { repriceOrMark } from "./marks.ts";
import { lockPricing } from "./reprice.ts";

/** Setting that holds, by platform, whether its prices can be set. */
export const PLATFORMS = "priced_platforms";

/**
 * Makes what is missing, takes over what platforms show, and computes the prices of these variants; null: of all. To be
 * called under the mapping lock. Answers the stores whose offers now want a push.
 */
export async function completePrices(tx: Database, variantIds: readonly string[] | null, at: Date): Promise<string[]> {
  const rows = await tx.query<{
    id: string;
    store_id: string;
    sku_id: string;
    price: string;
    currency: string | null;
    offer_id: string | null;
  }>(
    `select v.id, v.store_id, v.sku_id, ${SHOWN_PRICE} as price, upper(v.currency) as currency, o.id as offer_id
     from listing_variants v join stores s on s.id = v.store_id left join offers o on o.variant_id = v.id and o.aspect = 'price'
     where ($1::uuid[] is null or v.id = any($1::uuid[])) and v.sku_id is not null and ${SHOWN_PRICE} is not null and v.gone_at is null
       and (o.id is not null or coalesce((select (value ->> s.platform)::boolean from settings where name = $2), false))
       and (o.id is null or o.sku_id is distinct from v.sku_id or o.observed_value is distinct from ${SHOWN_PRICE}
         or o.currency is distinct from upper(v.currency))`,
    [variantIds, PLATFORMS],
  );
  if (rows.length === 0) return [];
  await lockPricing(tx);
  const offers = rows.map((row) => ({ ...row, offer_id: row.offer_id ?? derivedId(row.id, "offers", "price/") }));
  await tx.query(
    `insert into offers as o (id, store_id, variant_id, sku_id, aspect, place, currency, observed_value, observed_at, confirmed_value, urgency)
     select r.offer_id, r.store_id, r.id, r.sku_id, 'price', '', r.currency, r.price, $2::timestamptz, r.price, 3
     from json_to_recordset($1::text::json) as r(id uuid, store_id uuid, sku_id uuid, price numeric, currency text, offer_id uuid)
     on conflict (id) do update set sku_id = excluded.sku_id where o.sku_id is distinct from excluded.sku_id`,
    [JSON.stringify(offers), at.toISOString()],
  );
  const offerIds = offers.map((offer) => offer.offer_id);
  return repriceOrMark(tx, { of: "offers", offerIds }, { cause: "listing", actor: null, at });
}

/** Nothing is held back of variants that are no SKU of ours any more. */
export async function forgetPrices(tx: Database, variantIds: readonly string[], at: Date): Promise<void> {
  const rows = await tx.query<{ offer_id: string }>(
    "delete from offer_prices p using offers o where o.id = p.offer_id and o.variant_id = any($1::uuid[]) returning p.offer_id",
    [variantIds],
  );
  await tellHeld(tx, { held: [], freed: rows.map((row) => row.offer_id) }, at);
}
