/** What stored order lines ask of the stock, for lines that take a SKU after they were saved. */
import { toDate } from "../db/database.ts";
import type { StockDemand } from "./reserve.ts";

/** Columns of `order_lines l`, `orders o` and `stores s`. */
export const LINE_DEMAND = `l.id, l.order_id, l.sku_id, l.hold_quantity, l.take_quantity, s.location_id, s.stock_from,
  greatest(o.placed_at, o.paid_at) - coalesce(s.clock_skew_ms, 0) * interval '1 millisecond' as since`;

export interface LineDemandRow {
  id: string;
  order_id: string;
  sku_id: string;
  hold_quantity: number;
  take_quantity: number;
  since: string;
  location_id: string;
  stock_from: string;
}

export const toDemand = (row: LineDemandRow): StockDemand => ({
  lineId: row.id,
  orderId: row.order_id,
  skuId: row.sku_id,
  held: row.hold_quantity,
  consumed: row.take_quantity,
  since: toDate(row.since),
});
