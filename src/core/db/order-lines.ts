/** What our own side knows of order lines. */
import type { Database } from "./database.ts";

export interface LineStockView {
  orderId: string;
  externalId: string;
  /** The SKU that the line is mapped to; null while it is not. */
  skuCode: string | null;
  held: number;
  oversold: number;
  /** Units that came back and were received. */
  received: number;
}

/** The lines of some orders: the SKU each is mapped to and what it holds on our shelves. */
export async function listLineStock(db: Database, orderIds: readonly string[]): Promise<LineStockView[]> {
  const rows = await db.query<{
    order_id: string;
    external_id: string;
    code: string | null;
    held: string;
    oversold: string;
    received: string;
  }>(
    `select l.order_id, l.external_id, s.code, coalesce(sum(r.held), 0) as held, coalesce(sum(r.oversold), 0) as oversold,
       (select coalesce(sum(b.quantity), 0) from return_receipts b where b.order_id = l.order_id and b.line_id = l.id and b.condition <> 'missing') as received
     from order_lines l left join skus s on s.id = l.sku_id left join reservations r on r.line_id = l.id
     where l.order_id = any($1::uuid[]) group by l.id, s.code order by l.order_id, l.position`,
    [orderIds],
  );
  return rows.map((row) => ({
    orderId: row.order_id,
    externalId: row.external_id,
    skuCode: row.code,
    held: Number(row.held),
    oversold: Number(row.oversold),
    received: Number(row.received),
  }));
}
