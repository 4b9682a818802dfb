/** Records that the platform has deleted: marked, never removed. A deleted order is a cancelled one. */
import { appendChanges } from "../db/changes.ts";
import { type Database, repeatable } from "../db/database.ts";
import { derivedId } from "../ids.ts";
import type { Unified } from "../model/records.ts";
import type { Resource } from "../model/vocabulary.ts";
import type { StockDemand } from "../stock/reserve.ts";
import { reserveStock } from "../stock/reserve.ts";
import type { Change, IngestContext, IngestStore } from "./types.ts";

const ENTITY = { orders: "order", listings: "listing", shipments: "shipment", disputes: "dispute" } as const;

export async function markGone(
  tx: Database,
  store: IngestStore,
  deleted: Unified["deleted"],
  at: Date,
): Promise<{ changes: Change[]; dirtyStores: string[] }> {
  const changes: Change[] = [];
  const dirtyStores: string[] = [];
  for (const resource of ["orders", "listings", "shipments", "disputes"] as const) {
    const ids = [
      ...new Set(
        deleted
          .filter((item) => item.resource === resource)
          .map((item) => derivedId(store.id, resource, item.externalId)),
      ),
    ].sort();
    if (ids.length === 0) continue;
    const extra =
      resource === "orders"
        ? ", status = 'cancelled', open = false"
        : resource === "listings"
          ? ", status = 'deleted'"
          : resource === "disputes"
            ? ", open = false"
            : "";
    const rows = await tx.query<{ id: string; version: string }>(
      `update ${resource} set gone_at = $2::timestamptz, updated_at = $2::timestamptz, version = version + 1${extra}
       where id = any($1::uuid[]) and gone_at is null returning id, version`,
      [ids, at.toISOString()],
    );
    changes.push(
      ...rows.map(
        (row): Change => ({
          entity: ENTITY[resource],
          entityId: row.id,
          version: Number(row.version),
          kind: "deleted",
        }),
      ),
    );
    const marked = rows.map((row) => row.id);
    if (resource === "listings")
      await tx.query(
        "update listing_variants set gone_at = $2::timestamptz, active = false, updated_at = $2::timestamptz where listing_id = any($1::uuid[]) and gone_at is null",
        [marked, at.toISOString()],
      );
    if (resource === "orders" && marked.length > 0) {
      await tx.query(
        "update orders set document = jsonb_set(document::jsonb, '{status}', '\"cancelled\"')::text where id = any($1::uuid[])",
        [marked],
      );
      await tx.query("update order_lines set hold_quantity = 0 where order_id = any($1::uuid[])", [marked]);
      const released = await reserveStock(tx, {
        storeId: store.id,
        locationId: store.locationId,
        stockFrom: store.stockFrom,
        at,
        demands: await takenDemands(tx, marked),
        replacedOrderIds: marked,
      });
      changes.push(...released.changes);
      dirtyStores.push(...released.dirtyStores);
    }
  }
  return { changes, dirtyStores };
}

/** What has left stays taken; only what was held is released. */
async function takenDemands(tx: Database, orderIds: readonly string[]): Promise<StockDemand[]> {
  const rows = await tx.query<{
    id: string;
    order_id: string;
    sku_id: string;
    take_quantity: number;
    placed_at: string;
  }>(
    `select l.id, l.order_id, l.sku_id, l.take_quantity, o.placed_at from order_lines l join orders o on o.id = l.order_id
     where l.order_id = any($1::uuid[]) and l.sku_id is not null and l.take_quantity > 0`,
    [orderIds],
  );
  return rows.map((row) => ({
    lineId: row.id,
    orderId: row.order_id,
    skuId: row.sku_id,
    held: 0,
    consumed: row.take_quantity,
    since: new Date(row.placed_at),
  }));
}

/** Marks records that the platform says are gone, in a transaction of its own. */
export async function markRecordsGone(
  context: IngestContext,
  store: IngestStore,
  resource: Resource,
  externalIds: readonly string[],
): Promise<void> {
  if (resource === "settlements") return;
  const at = context.clock.now();
  await repeatable(context.db, async (tx) => {
    const deleted = externalIds.map((externalId) => ({ resource, externalId }));
    const { changes } = await markGone(tx, store, deleted, at);
    await appendChanges(tx, store.id, changes);
  });
}
