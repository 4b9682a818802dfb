/** New orders as they arrive, and how fast the other stores learnt of them. */

import { feedBounds, readChanges } from "../../core/db/changes.ts";
import { type Database, toDate } from "../../core/db/database.ts";
import { padMoney } from "../../core/money.ts";

export interface Arrival {
  order: { id: string; store: string; number: string; total: string; lineCount: number };
  /** SKUs whose available quantity the order lowered. */
  skus: { code: string; before: number; after: number }[];
  /** Other stores whose quantities changed, and how long it took until the last of them confirmed; null: not yet. */
  told: number;
  confirmedMs: number | null;
}

interface OrderRow {
  id: string;
  store: string;
  number: string | null;
  external_id: string;
  total: string | null;
  currency: string;
  synced_at: string;
  lines: string;
}

interface SkuRow {
  code: string;
  held: string;
  available: string | null;
}

/** Waits at most this long for the other stores' confirmation before an order is shown. */
const PATIENCE_MS = 15_000;
const READ_LIMIT = 500;

/** Answers orders that arrived since the last call and are confirmed everywhere, or waited long enough. */
export async function followArrivals(db: Database): Promise<() => Promise<Arrival[]>> {
  let position = (await feedBounds(db)).last;
  const waiting = new Map<string, number>();
  return async () => {
    const { changes, last } = await readChanges(db, { after: position, limit: READ_LIMIT, entities: ["order"] });
    position = last;
    for (const change of changes) if (change.kind === "created") waiting.set(change.id, Date.now());
    const shown: Arrival[] = [];
    for (const [id, since] of waiting) {
      const arrival = await describe(db, id);
      const isReady = arrival === null || arrival.confirmedMs !== null || arrival.told === 0;
      if (!isReady && Date.now() - since < PATIENCE_MS) continue;
      waiting.delete(id);
      if (arrival) shown.push(arrival);
    }
    return shown;
  };
}

async function describe(db: Database, id: string): Promise<Arrival | null> {
  const [order] = await db.query<OrderRow>(
    `select o.id, s.name as store, o.external_number as number, o.external_id, o.total, o.currency, o.synced_at,
       (select count(*) from order_lines l where l.order_id = o.id) as lines
     from orders o join stores s on s.id = o.store_id where o.id = $1::uuid`,
    [id],
  );
  if (!order) return null;
  const skus = await db.query<SkuRow>(
    `select k.code, sum(r.held) as held,
       (select sum(l.on_hand - l.reserved) - k.safety_stock from stock_levels l where l.sku_id = k.id) as available
     from reservations r join skus k on k.id = r.sku_id where r.order_id = $1::uuid and r.held > 0
     group by k.id, k.code, k.safety_stock order by k.code`,
    [id],
  );
  const [push] = await db.query<{ told: string; open: string; confirmed_at: string | null }>(
    `select count(distinct f.store_id) as told, count(*) filter (where f.dirty) as open, max(f.confirmed_at) as confirmed_at
     from offers f join orders o on o.id = $1::uuid
     where f.aspect = 'stock' and f.store_id <> o.store_id and f.desired_at >= o.synced_at
       and f.sku_id in (select r.sku_id from reservations r where r.order_id = o.id and r.held > 0)`,
    [id],
  );
  const confirmedAt = toDate(push?.confirmed_at ?? null);
  const isConfirmed = Number(push?.open) === 0 && confirmedAt !== null;
  return {
    order: {
      id,
      store: order.store,
      number: order.number ?? order.external_id,
      total: amountOf(order),
      lineCount: Number(order.lines),
    },
    skus: skus.map(({ code, held, available }) => {
      const after = Number(available ?? 0);
      return { code, before: after + Number(held), after };
    }),
    told: Number(push?.told ?? 0),
    confirmedMs: isConfirmed ? Math.max(0, confirmedAt.getTime() - toDate(order.synced_at).getTime()) : null,
  };
}

function amountOf({ total, currency }: Pick<OrderRow, "total" | "currency">): string {
  return total === null ? "" : `${currency} ${padMoney({ amount: total, currency }).amount}`;
}
