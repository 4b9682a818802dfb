/** What would go out to a store, counted: also of one that is only observed. */
import type { Database } from "./database.ts";

export interface PushCounts {
  /** Values that differ from what the platform shows. */
  differing: number;
  toZero: number;
  less: number;
  more: number;
  /** Sent or to be confirmed anew, though the platform shows them already. */
  same: number;
  /** Not to be sent now: refused, taken in by the platform, or due later. */
  waiting: number;
}

const SHOWN = "coalesce(o.observed_value, o.confirmed_value)";

/** Of offers `o`: the platform shows another value than it should. */
export const DIFFERS = `o.desired is not null and (o.dirty or o.state in ('submitted', 'rejected')) and o.desired is distinct from ${SHOWN}`;

export async function countPush(
  db: Database,
  storeId: string,
  aspect: "stock" | "price",
  at: Date,
): Promise<PushCounts> {
  const [row] = await db.query<Record<keyof PushCounts, string>>(
    `select count(*) filter (where ${DIFFERS}) as differing,
       count(*) filter (where ${DIFFERS} and o.desired = 0) as "toZero",
       count(*) filter (where ${DIFFERS} and o.desired > 0 and o.desired < ${SHOWN}) as less,
       count(*) filter (where ${DIFFERS} and o.desired > coalesce(${SHOWN}, 0)) as more,
       count(*) filter (where o.dirty and o.desired is not distinct from ${SHOWN}) as same,
       count(*) filter (where o.state in ('submitted', 'rejected') or o.dirty and o.due_at > $3::timestamptz) as waiting
     from offers o join listing_variants v on v.id = o.variant_id
     where o.store_id = $1::uuid and o.aspect = $2 and (o.dirty or o.state <> 'idle') and v.gone_at is null`,
    [storeId, aspect, at.toISOString()],
  );
  const of = (name: keyof PushCounts) => Number(row?.[name] ?? 0);
  return {
    differing: of("differing"),
    toZero: of("toZero"),
    less: of("less"),
    more: of("more"),
    same: of("same"),
    waiting: of("waiting"),
  };
}

/** Milliseconds until all of these budgets give a start again, by their own clock. */
export async function budgetWait(db: Database, keys: readonly string[]): Promise<number> {
  const [row] = await db.query<{ ms: number | null }>(
    `select max(greatest(0, extract(epoch from greatest(tat, paused_until) - clock_timestamp()) * 1000))::float8 as ms
     from budgets where key = any($1::text[])`,
    [keys],
  );
  return row?.ms ?? 0;
}
