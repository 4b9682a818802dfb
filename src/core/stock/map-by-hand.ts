/** Mapping that a person decides: never overruled by what a platform shows. */
import { settleAttention } from "../db/attention.ts";
import { appendAudit } from "../db/audit.ts";
import { appendChanges, CHANGES_CHANNEL } from "../db/changes.ts";
import { type Database, repeatable, toDate } from "../db/database.ts";
import type { Change } from "../ingest/types.ts";
import { OFFERS_CHANNEL } from "./desired.ts";
import { LINE_DEMAND, type LineDemandRow, toDemand } from "./line-demand.ts";
import { completeMapping, dropStrayOffers, lockMapping } from "./mapping.ts";
import { reserveStock } from "./reserve.ts";

export interface HandMapping {
  variant: { id: string; storeId: string; listingId: string };
  /** Null: the variant is no SKU of ours. */
  skuId: string | null;
  actor: string;
}

/**
 * Ties a variant to a SKU, or to none. Orders that still hold the former SKU for it hold the new one instead; what has
 * left stays taken from the former.
 */
export async function mapByHand(db: Database, input: HandMapping, at: Date): Promise<{ dirtyStores: string[] }> {
  const { variant, skuId, actor } = input;
  return repeatable(db, async (tx) => {
    await lockMapping(tx, "alone");
    const [before] = await tx.query<{ sku_id: string | null }>(
      "select sku_id from listing_variants where id = $1::uuid for no key update",
      [variant.id],
    );
    await tx.query(
      "update listing_variants set sku_id = $2::uuid, mapped_by = 'hand', updated_at = $3::timestamptz where id = $1::uuid",
      [variant.id, skuId, at.toISOString()],
    );
    const changes: Change[] = await touchListing(tx, variant.listingId, at);
    const dirty = new Set<string>();
    const add = (part: { changes: Change[]; dirtyStores: string[] }) => {
      changes.push(...part.changes);
      for (const id of part.dirtyStores) dirty.add(id);
    };
    if (skuId === null) {
      await dropStrayOffers(tx, [variant.id], at);
    } else {
      if (before?.sku_id && before.sku_id !== skuId) add(await moveOpenLines(tx, variant, before.sku_id, skuId, at));
      add(await completeMapping(tx, [variant.id], at));
    }
    await appendChanges(tx, variant.storeId, changes);
    const entry = { actor, act: "listings.map", storeId: variant.storeId, subject: "variant", subjectId: variant.id };
    const detail = { before: before?.sku_id ?? null, after: skuId };
    await appendAudit(tx, [{ ...entry, cause: null, detail, outcome: "done" }], at);
    await tx.query("select pg_notify($1, '')", [CHANGES_CHANNEL]);
    for (const storeId of dirty) await tx.query("select pg_notify($1, $2)", [OFFERS_CHANNEL, storeId]);
    return { dirtyStores: [...dirty] };
  });
}

async function touchListing(tx: Database, listingId: string, at: Date): Promise<Change[]> {
  const rows = await tx.query<{ version: string }>(
    "update listings set version = version + 1, updated_at = $2::timestamptz where id = $1::uuid returning version",
    [listingId, at.toISOString()],
  );
  return rows.map((row) => ({
    entity: "listing",
    entityId: listingId,
    version: Number(row.version),
    kind: "updated",
  }));
}

async function moveOpenLines(
  tx: Database,
  variant: HandMapping["variant"],
  from: string,
  to: string,
  at: Date,
): Promise<{ changes: Change[]; dirtyStores: string[] }> {
  const moved = await tx.query<{ order_id: string }>(
    `update order_lines l set sku_id = $4::uuid from listing_variants v
     where v.id = $1::uuid and l.store_id = $2::uuid and l.variant_external_id = v.external_id and l.sku_id = $3::uuid
       and l.hold_quantity > 0 and l.take_quantity = 0 returning l.order_id`,
    [variant.id, variant.storeId, from, to],
  );
  const orderIds = [...new Set(moved.map((row) => row.order_id))];
  if (orderIds.length === 0) return { changes: [], dirtyStores: [] };
  const lines = await tx.query<LineDemandRow>(
    `select ${LINE_DEMAND}
     from order_lines l join orders o on o.id = l.order_id join stores s on s.id = l.store_id
     where l.order_id = any($1::uuid[]) and l.sku_id is not null`,
    [orderIds],
  );
  const [first] = lines;
  if (!first) return { changes: [], dirtyStores: [] };
  const result = await reserveStock(tx, {
    locationId: first.location_id,
    stockFrom: toDate(first.stock_from),
    at,
    replacedOrderIds: orderIds,
    demands: lines.map(toDemand),
  });
  await settleAttention(tx, result.oversoldOrderIds);
  return { changes: [...(await touchOrders(tx, orderIds, at)), ...result.changes], dirtyStores: result.dirtyStores };
}

async function touchOrders(tx: Database, ids: readonly string[], at: Date): Promise<Change[]> {
  const rows = await tx.query<{ id: string; version: string }>(
    `update orders set version = version + 1, updated_at = $2::timestamptz where id = any($1::uuid[]) returning id, version`,
    [ids, at.toISOString()],
  );
  return rows.map((row) => ({ entity: "order", entityId: row.id, version: Number(row.version), kind: "updated" }));
}
