/** The records that changes speak of, as they are now: one statement per kind, in the form of their lists. */
import type { FeedChange } from "../core/db/changes.ts";
import { findRefunds, listDisputes } from "../core/db/disputes.ts";
import { listListings } from "../core/db/listings.ts";
import { listOrders } from "../core/db/orders.ts";
import { listSettlements } from "../core/db/settlements.ts";
import { listShipments } from "../core/db/shipments.ts";
import { listSkus } from "../core/db/skus.ts";
import { listLevels } from "../core/db/stock.ts";
import { findStore } from "../core/db/stores.ts";
import type { Engine } from "../sync/engine.ts";
import { renderDispute, renderRefund, renderSettlement, renderShipment } from "./after-sales-views.ts";
import type { Entity } from "./schemas/operations.ts";
import { renderStore } from "./store-views.ts";
import { renderLevel, renderListing, renderSku } from "./views.ts";

/** Who reads, and whether buyers in the clear. */
export interface RecordReader {
  engine: Pick<Engine, "db" | "keyring">;
  /** The stores that the reader may see; null: all. */
  stores: readonly string[] | null;
  clear: boolean;
}

type Read = (reader: RecordReader, ids: string[]) => Promise<[string, unknown][]>;

const ALL = { limit: 1000, after: null };

const READERS: Readonly<Record<Entity, Read>> = {
  order: async ({ engine, stores, clear }, ids) => {
    const openWith = clear ? engine.keyring : null;
    const { texts } = await listOrders(engine.db, { stores, ids }, { ...ALL, openWith });
    return texts.map((text) => {
      const order = JSON.parse(text) as { id: string };
      return [order.id, order];
    });
  },
  listing: async ({ engine, stores }, ids) => {
    const { rows } = await listListings(engine.db, { stores, ids }, ALL);
    return rows.map((row) => [row.id, renderListing(row)]);
  },
  shipment: async ({ engine, stores }, ids) => {
    const { rows } = await listShipments(engine.db, { stores, ids }, ALL);
    return rows.map((row) => [row.id, renderShipment(row)]);
  },
  dispute: async ({ engine, stores }, ids) => {
    const { rows } = await listDisputes(engine.db, { stores, ids }, "opened", ALL);
    return rows.map((row) => [row.id, renderDispute(row)]);
  },
  refund: async ({ engine, stores }, ids) => {
    const rows = await findRefunds(engine.db, ids, stores);
    return rows.map((row) => [row.id, renderRefund(row)]);
  },
  settlement: async ({ engine, stores }, ids) => {
    const { rows } = await listSettlements(engine.db, { stores, ids }, ALL);
    return rows.map((row) => [row.id, renderSettlement(row)]);
  },
  sku: async ({ engine }, ids) => {
    const { rows } = await listSkus(engine.db, { ids }, ALL);
    return rows.map((row) => [row.id, renderSku(row)]);
  },
  stock: async ({ engine, stores }, ids) => {
    const { rows } = await listLevels(engine.db, { stores, skuIds: ids }, { limit: 5000, after: null });
    const levels = rows.map(renderLevel);
    return ids.map((id) => [id, { sku_id: id, levels: levels.filter((level) => level.sku_id === id) }]);
  },
  store: async ({ engine }, ids) => {
    const rows = await Promise.all(ids.map((id) => findStore(engine.db, id)));
    return rows.flatMap((row): [string, unknown][] => (row ? [[row.id, renderStore(row)]] : []));
  },
};

/** Records by `entity/id`. */
export async function readCurrent(
  reader: RecordReader,
  changes: readonly FeedChange[],
): Promise<ReadonlyMap<string, unknown>> {
  const found = new Map<string, unknown>();
  for (const [entity, read] of Object.entries(READERS)) {
    const ids = [...new Set(changes.filter((change) => change.entity === entity).map((change) => change.id))];
    if (ids.length === 0) continue;
    for (const [id, record] of await read(reader, ids)) found.set(`${entity}/${id}`, record);
  }
  return found;
}
