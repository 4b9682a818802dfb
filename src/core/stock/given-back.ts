/**
 * A platform that takes a shipment back gives us its units back, but for those that the warehouse has received and put on
 * the shelf already: each unit comes back once.
 */
import type { Database } from "../db/database.ts";

/** What a line had taken off the shelves, and what it is said to have taken now. */
interface Taking {
  lineId: string;
  skuId: string;
  consumed: number;
  consumedBefore: number;
}

/** What the ledger says of a line that gives back what it took: units sold, and units received back onto the shelf. */
export interface LineLedger {
  sold: number;
  received: number;
}

export const NEVER_SOLD: LineLedger = { sold: 0, received: 0 };

/** The ledgers of the lines that give back, by line and SKU. */
export async function findGivingBack(tx: Database, moves: readonly Taking[]): Promise<Map<string, LineLedger>> {
  const back = moves.filter((move) => move.consumed < move.consumedBefore);
  if (back.length === 0) return new Map();
  const rows = await tx.query<{ line_id: string; sku_id: string; sold: string; received: string }>(
    `select order_line_id as line_id, sku_id, coalesce(-sum(quantity) filter (where kind = 'sale'), 0) as sold,
       coalesce(sum(quantity) filter (where kind = 'return'), 0) as received
     from stock_movements where sku_id = any($1::uuid[]) and order_line_id = any($2::uuid[]) group by 1, 2`,
    [back.map((move) => move.skuId), back.map((move) => move.lineId)],
  );
  return new Map(
    rows.map((row) => [`${row.line_id}/${row.sku_id}`, { sold: Number(row.sold), received: Number(row.received) }]),
  );
}

/** Of the units whose shipment the platform takes back, those that the warehouse has not put back already. */
export function givenBack(move: Taking, { sold, received }: LineLedger): number {
  const back = Math.max(0, move.consumedBefore - move.consumed);
  const backBefore = Math.max(0, sold - move.consumedBefore);
  return Math.max(0, backBefore + back - received) - Math.max(0, backBefore - received);
}
