/** Units that were not there when they were sold, and are there now. */
import { settleAttention } from "../db/attention.ts";
import { appendChanges } from "../db/changes.ts";
import type { Database } from "../db/database.ts";
import type { Change } from "../ingest/types.ts";

/**
 * Where a level covers all that is held again, nothing of it is oversold; its orders may need no hand any more. Orders
 * that the transaction writes anyway (`ownOrderIds`) get no version of their own for it. Answers all healed orders.
 */
export async function healOversold(
  tx: Database,
  skuIds: readonly string[],
  at: Date,
  ownOrderIds: readonly string[] = [],
): Promise<string[]> {
  const healed = await tx.query<{ order_id: string }>(
    `update reservations r set oversold = 0, updated_at = $2::timestamptz from stock_levels l
     where r.sku_id = any($1::uuid[]) and r.oversold > 0 and l.sku_id = r.sku_id and l.location_id = r.location_id
       and l.on_hand >= l.reserved returning r.order_id`,
    [skuIds, at.toISOString()],
  );
  const healedIds = [...new Set(healed.map((row) => row.order_id))];
  const others = healedIds.filter((id) => !ownOrderIds.includes(id));
  if (others.length === 0) return healedIds;
  const rows = await tx.query<{ id: string; store_id: string; version: string }>(
    `update orders o set version = o.version + 1, updated_at = $2::timestamptz where o.id = any($1::uuid[]) returning o.id, o.store_id, o.version`,
    [others, at.toISOString()],
  );
  await settleAttention(tx, others);
  const byStore = new Map<string, Change[]>();
  for (const row of rows) {
    const change: Change = { entity: "order", entityId: row.id, version: Number(row.version), kind: "updated" };
    byStore.set(row.store_id, [...(byStore.get(row.store_id) ?? []), change]);
  }
  for (const [storeId, changes] of byStore) await appendChanges(tx, storeId, changes);
  return healedIds;
}
