/** A count that names every SKU: what it does not name at its locations is not there. */
import type { Database } from "../db/database.ts";
import type { CountInput } from "./counts.ts";

/** SKUs that lie at these locations by our books and were not counted since; as counts of none, by code. */
export async function listAbsent(
  db: Database,
  input: {
    locations: readonly string[];
    countedAt: Date;
    basis: CountInput["basis"];
    after: string | null;
    limit: number;
    /** What was named, as `<location>/<sku>`. */
    except: readonly string[];
  },
): Promise<CountInput[]> {
  const rows = await db.query<{ sku: string; location: string }>(
    `select s.code as sku, o.code as location from stock_levels l join skus s on s.id = l.sku_id join locations o on o.id = l.location_id
     where o.kind = 'own' and o.code = any($1::text[]) and l.on_hand <> 0 and not s.bundle
       and (l.counted_at is null or l.counted_at < $2::timestamptz) and ($3::text is null or o.code || '/' || s.code > $3)
       and o.code || '/' || s.code <> all($5::text[])
     order by o.code || '/' || s.code limit $4::int`,
    [input.locations, input.countedAt.toISOString(), input.after, input.limit, input.except],
  );
  return rows.map((row) => ({ ...row, quantity: 0, basis: input.basis, countedAt: input.countedAt }));
}
