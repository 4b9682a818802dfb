/** How the demo's stores stand: our figures beside the platforms' own. */
import { toDate } from "../../core/db/database.ts";
import type { Engine } from "../../sync/engine.ts";
import type { DemoStore } from "./connect.ts";
import { WATCHED_SKUS } from "./stores.ts";

export interface Board {
  /** The past of every store has been read. */
  isSynced: boolean;
  stores: {
    name: string;
    orders: { ours: number; platform: number };
    listings: number;
    to_send: number;
    /** Null while the past is still being read. */
    lag_seconds: number | null;
  }[];
  /** What we may sell, and what each store shows. */
  skus: { code: string; available: number | null; shown: (number | null)[] }[];
}

interface StoreRow {
  store_id: string;
  orders: string;
  listings: string;
  dirty: string;
  reading: string;
  watermark: string | null;
}

export async function readBoard(engine: Engine, stores: readonly DemoStore[]): Promise<Board> {
  const rows = await engine.db.query<StoreRow>(
    `select s.id as store_id,
       (select count(*) from orders o where o.store_id = s.id and o.gone_at is null) as orders,
       (select count(*) from listings l where l.store_id = s.id and l.gone_at is null) as listings,
       (select count(*) from offers f where f.store_id = s.id and f.dirty) as dirty,
       (select count(*) from checkpoints c where c.store_id = s.id and c.resource in ('orders', 'listings')
          and c.stream like '%@backfill' and c.state <> 'done') as reading,
       (select min(c.watermark) from checkpoints c where c.store_id = s.id and c.resource = 'orders' and c.stream = 'changed') as watermark
     from stores s`,
  );
  const byStore = new Map(rows.map((row) => [row.store_id, row]));
  const now = engine.clock.now().getTime();
  const books = stores.map(({ fake }) => fake.fake.books());
  const views = stores.map(({ row }, index) => {
    const own = byStore.get(row.id);
    const watermark = toDate(own?.watermark ?? null);
    const isReading = Number(own?.reading ?? 1) > 0;
    return {
      name: row.name,
      orders: { ours: Number(own?.orders ?? 0), platform: books[index]?.counts.orders ?? 0 },
      listings: Number(own?.listings ?? 0),
      to_send: Number(own?.dirty ?? 0),
      lag_seconds: isReading || !watermark ? null : Math.max(0, Math.round((now - watermark.getTime()) / 1000)),
    };
  });
  const available = await availableOf(engine);
  return {
    isSynced: views.every((view) => view.lag_seconds !== null),
    stores: views,
    skus: WATCHED_SKUS.map((code) => ({
      code,
      available: available.get(code) ?? null,
      shown: books.map(({ variants }) => [...variants.values()].find(({ sku }) => sku === code)?.quantity ?? null),
    })),
  };
}

async function availableOf(engine: Engine): Promise<Map<string, number>> {
  const rows = await engine.db.query<{ code: string; available: string }>(
    `select k.code, sum(l.on_hand - l.reserved) - k.safety_stock as available from skus k join stock_levels l on l.sku_id = k.id
     where k.code = any($1::text[]) group by k.id, k.code, k.safety_stock`,
    [[...WATCHED_SKUS]],
  );
  return new Map(rows.map((row) => [row.code, Number(row.available)]));
}
