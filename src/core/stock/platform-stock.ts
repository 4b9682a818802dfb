/**
 * Goods in a platform's own warehouse: a location of the store that nobody but the platform writes. Its level is what the
 * platform shows, so sales from there are in it already; they touch no shelf of ours.
 */
import type { Database } from "../db/database.ts";
import { derivedId } from "../ids.ts";
import type { Change } from "../ingest/types.ts";
import { appendMovements, lockLevels, type Movement, writeLevels } from "./reserve.ts";

/** Brings the levels at platforms' warehouses to what these variants show; answers the feed's entries. */
export async function followPlatformStock(tx: Database, variantIds: readonly string[], at: Date): Promise<Change[]> {
  // All variants of a SKU that the platform holds for the store, whichever of them was read.
  const shown = await tx.query<{ store_id: string; sku_id: string; quantity: string; name: string }>(
    `select v.store_id, v.sku_id, sum(v.quantity) as quantity, min(s.name) as name
     from listing_variants v join stores s on s.id = v.store_id join skus k on k.id = v.sku_id and not k.bundle
     where v.fulfilled_by = 'platform' and v.quantity is not null and v.gone_at is null
       and (v.store_id, v.sku_id) in (select store_id, sku_id from listing_variants where id = any($1::uuid[]) and fulfilled_by = 'platform')
     group by 1, 2 order by 1, 2`,
    [variantIds],
  );
  if (shown.length === 0) return [];
  const stores = new Map(shown.map((row) => [row.store_id, row.name]));
  await tx.query(
    `insert into locations (id, code, name, kind, store_id, sellable, created_at)
     select r.id, r.code, r.name, 'platform', r.store, false, $2::timestamptz
     from json_to_recordset($1::text::json) as r(id uuid, code text, name text, store uuid) on conflict do nothing`,
    [
      JSON.stringify(
        [...stores].map(([store, name]) => ({
          id: locationOf(store),
          code: `platform:${store}`,
          name: `${name}: the platform's warehouse`,
          store,
        })),
      ),
      at.toISOString(),
    ],
  );
  const wanted = shown.map((row) => ({
    skuId: row.sku_id,
    locationId: locationOf(row.store_id),
    quantity: Number(row.quantity),
  }));
  const levels = await lockLevels(tx, wanted);
  const movements: Movement[] = [];
  for (const { skuId, locationId, quantity } of wanted) {
    const key = `${skuId}/${locationId}`;
    const level = levels.get(key);
    if (!level || (level.onHand === quantity && level.countedAt !== null)) {
      levels.delete(key);
      continue;
    }
    movements.push({
      skuId,
      locationId,
      kind: "count",
      quantity: quantity - level.onHand,
      onHandAfter: quantity,
      orderLineId: null,
      reason: "what the platform shows of its own warehouse",
      actor: null,
    });
    level.onHand = quantity;
    level.countedAt = at;
    level.countBasis = "available";
  }
  if (levels.size === 0) return [];
  const changes = await writeLevels(tx, levels, new Set([...levels.values()].map((level) => level.skuId)), at);
  await appendMovements(tx, movements, at);
  return changes;
}

const locationOf = (storeId: string) => derivedId(storeId, "locations", "platform");
