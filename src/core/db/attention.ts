/** Whether an order needs a hand. */
import type { Database } from "./database.ts";

/** The flag of these orders by what stands in the books now: warnings, unmapped or oversold lines, a hold. */
export async function settleAttention(tx: Database, orderIds: readonly string[]): Promise<void> {
  if (orderIds.length === 0) return;
  await tx.query(
    `update orders o set attention = x.attention
     from (select o.id, o.unmapped_lines > 0 or o.warning_count > 0 or o.hold is not null
         or exists (select 1 from reservations r where r.order_id = o.id and r.oversold > 0) as attention
       from orders o where o.id = any($1::uuid[])) x
     where o.id = x.id and o.attention <> x.attention`,
    [orderIds],
  );
}
