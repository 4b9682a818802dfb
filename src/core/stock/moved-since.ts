/** What happened to goods after they were counted. */
import type { Database } from "../db/database.ts";

interface Counted {
  index: number;
  skuId: string;
  locationId: string;
  input: { countedAt: Date; basis: "physical" | "available" };
}

/**
 * Per count: what moved since it was taken, and what orders placed before it still hold. Goods that left for such an order
 * were no part of a count of available goods, so their leaving is not taken off again.
 */
export async function movedSince(
  tx: Database,
  rows: readonly Counted[],
): Promise<Map<number, { moved: number; held: number }>> {
  const found = await tx.query<{ i: number; moved: string; held: string }>(
    `select r.i,
       coalesce((select sum(m.quantity) from stock_movements m left join order_lines l on l.id = m.order_line_id left join orders o on o.id = l.order_id left join stores s on s.id = o.store_id
         where m.sku_id = r.s and m.location_id = r.l and m.at > r.t and m.kind <> 'count'
           and not (m.kind = 'correction' and m.order_line_id is not null)
           and not (r.b = 'available' and m.kind = 'sale' and greatest(o.placed_at, o.paid_at) - coalesce(s.clock_skew_ms, 0) * interval '1 millisecond' <= r.t)), 0) as moved,
       coalesce((select sum(v.held) from reservations v join orders o on o.id = v.order_id join stores s on s.id = o.store_id
         where v.sku_id = r.s and v.location_id = r.l and v.held > 0 and greatest(o.placed_at, o.paid_at) - coalesce(s.clock_skew_ms, 0) * interval '1 millisecond' <= r.t), 0) as held
     from json_to_recordset($1::text::json) as r(i integer, s uuid, l uuid, t timestamptz, b text)`,
    [
      JSON.stringify(
        rows.map((row) => ({
          i: row.index,
          s: row.skuId,
          l: row.locationId,
          t: row.input.countedAt,
          b: row.input.basis,
        })),
      ),
    ],
  );
  return new Map(found.map((row) => [row.i, { moved: Number(row.moved), held: Number(row.held) }]));
}
