/**
 * The `Budget` port over the table `budgets`: one row per scope and quota group, by the database's clock, so that
 * processes need not agree on the time.
 */
import {
  type Budget,
  type BudgetDraw,
  type BudgetObservation,
  type LeaseAnswer,
  MAX_AHEAD_MS,
  MAX_GAP_MS,
  type RefusalReason,
} from "../budget.ts";
import type { Database } from "./database.ts";

/**
 * Commits without waiting for the disk: a start is worth nothing a second later, and a server that fell and came back has
 * been away for longer than what it may have forgotten. Holds for the statement's transaction, which is its own.
 */
const UNHURRIED = "set_config('synchronous_commit', 'off', true)";

/**
 * Takes from all rows or from none. `tat` is the time at which a row's next call may start; what a bucket holds beyond that
 * call (`spare`) may start before it. Rows are locked in key order, so that draws on overlapping sets cannot deadlock, and the
 * clock is read after the last lock was got.
 *
 * own: when the row alone would let the call start. start: when all of them do. A draw is refused, with the time to ask
 * again, when its start lies further ahead than three leases, or when a row would lie idle for the others' sake: the
 * slowest row decides, and the fast ones (an app's, shared by all stores) stay free until then.
 */
const LEASE = `
with draw as (
  select * from json_to_recordset($1::text::json) as d(
    key text, cost float8, capacity float8, window_ms float8, share float8, jitter_ms float8, spacing_ms float8,
    burst float8, learned boolean, daily_limit float8, daily_zone text)
), locked as materialized (
  select b.key, b.tat, b.capacity, b.paused_until, b.day, b.used_today
  from budgets b where b.key = any($2::text[]) order by b.key for update
), clock as materialized (
  select count(*) as found, clock_timestamp() as now from locked
), paced as materialized (
  select d.key, d.cost, c.now, greatest(floor(d.burst * d.share) / d.cost - 1, 0) as spare,
    greatest(
      d.cost * (d.window_ms + d.jitter_ms) / (coalesce(case when d.learned then l.capacity end, d.capacity) * d.share),
      case when d.spacing_ms > 0 then d.spacing_ms + d.jitter_ms else 0 end) as step_ms,
    extract(epoch from l.tat - c.now)::float8 * 1000 as next_ms,
    coalesce(extract(epoch from l.paused_until - c.now)::float8 * 1000, 0) as pause_ms,
    t.today,
    case when d.daily_limit is not null then
      floor((d.daily_limit - case when l.day = t.today then l.used_today else 0 end) / d.cost) end as left_today,
    extract(epoch from ((t.today::date + 1)::timestamp at time zone d.daily_zone) - c.now)::float8 * 1000 as tomorrow_ms
  from draw d join locked l on l.key = d.key cross join clock c
  left join lateral (select to_char(c.now at time zone d.daily_zone, 'YYYY-MM-DD') as today) t on true
), facts as materialized (
  select p.*, greatest(next_ms - spare * step_ms, $4::float8) as tat_ms from paced p
), plan as materialized (
  select max(step_ms) as step_ms,
    max(greatest(tat_ms, pause_ms)) as start_ms,
    min(greatest(tat_ms, pause_ms)) + $6::float8 as latest_ms,
    least($3::float8, coalesce(min(left_today), $3::float8)) as count
  from facts
), verdict as materialized (
  select p.*, $4::float8 + least(3 * $3::float8 * p.step_ms, $5::float8) as ahead_ms,
    (select f.key from facts f where f.left_today < 1 order by f.tomorrow_ms desc limit 1) as spent_key,
    (select max(f.tomorrow_ms) from facts f where f.left_today < 1) as tomorrow_ms,
    (select f.key from facts f order by greatest(f.tat_ms, f.pause_ms) desc, f.key limit 1) as slow_key,
    (select max(f.pause_ms) from facts f) as pause_ms
  from plan p
), granted as (
  update budgets b set
    tat = f.now + make_interval(secs => (greatest(f.next_ms, v.start_ms) + (v.count - 1) * v.step_ms + f.step_ms) / 1000),
    day = coalesce(f.today, b.day),
    used_today = case
      when f.today is null then b.used_today
      when b.day = f.today then b.used_today + ceil(v.count * f.cost)::bigint
      else ceil(v.count * f.cost)::bigint end,
    updated_at = f.now
  from facts f cross join verdict v cross join clock c
  where b.key = f.key and c.found = cardinality($2::text[]) and v.count >= 1
    and v.start_ms <= v.ahead_ms and v.start_ms <= v.latest_ms
  returning b.key
)
select ${UNHURRIED} as hurry, c.found::int as found, extract(epoch from c.now)::float8 * 1000 as clock_ms, coalesce(v.count, 0)::int as count, v.start_ms, v.step_ms,
  (select count(*) from granted)::int as granted,
  case when v.count < 1 then v.tomorrow_ms
    else greatest(v.start_ms - v.ahead_ms, case when v.start_ms > v.latest_ms then v.start_ms - $4::float8 - $6::float8 end, 1)
    end as wait_ms,
  case when v.count < 1 then v.spent_key else v.slow_key end as key,
  case when v.count < 1 then 'daily' when v.pause_ms > 0 and v.pause_ms >= v.start_ms then 'paused' else 'busy' end as reason
from clock c left join verdict v on true`;

/** A row's first call may start at once; a process that came first has made it. */
const CREATE = `
insert into budgets (key, tat, updated_at)
select key, clock_timestamp(), clock_timestamp() from unnest($1::text[]) as key order by key
on conflict (key) do nothing`;

const OBSERVE = `
insert into budgets (key, tat, capacity, paused_until, updated_at)
select o.key, clock_timestamp(), o.capacity, clock_timestamp() + make_interval(secs => o.pause_ms / 1000), clock_timestamp()
from json_to_recordset($1::text::json) as o(key text, capacity float8, pause_ms float8) order by o.key
on conflict (key) do update set
  capacity = coalesce(excluded.capacity, budgets.capacity),
  paused_until = greatest(budgets.paused_until, excluded.paused_until),
  updated_at = excluded.updated_at`;

interface LeaseRow {
  found: number;
  count: number;
  granted: number;
  clock_ms: number;
  start_ms: number;
  step_ms: number;
  wait_ms: number;
  key: string;
  reason: RefusalReason;
}

/** Budgets that hold for every process on this database. Each lease is one statement and one short row lock. */
export function createBudget(db: Database): Budget {
  return {
    lease: async (request) => {
      const keys = request.draws.map((draw) => draw.key).sort();
      if (new Set(keys).size !== keys.length) throw new Error(`a call draws twice on one budget: ${keys.join(", ")}`);
      const params = [
        JSON.stringify(request.draws.map(toRow)),
        keys,
        request.count,
        request.leadMs,
        MAX_AHEAD_MS,
        MAX_GAP_MS,
      ];
      for (let attempt = 0; attempt < 3; attempt++) {
        const [row] = await db.query<LeaseRow>(LEASE, params);
        if (row && row.found === keys.length) return toAnswer(row);
        await db.query(CREATE, [keys]);
      }
      throw new Error(`budgets vanish while they are used: ${keys.join(", ")}`);
    },
    observe: async (observations) => {
      if (observations.length > 0) await db.query(OBSERVE, [JSON.stringify(merge(observations))]);
    },
  };
}

function toAnswer(row: LeaseRow): LeaseAnswer {
  if (row.granted > 0) {
    return {
      isGranted: true,
      count: row.count,
      clockMs: row.clock_ms,
      startMs: row.start_ms,
      stepMs: row.step_ms,
    };
  }
  return { isGranted: false, waitMs: Math.ceil(row.wait_ms), key: row.key, reason: row.reason };
}

function toRow(draw: BudgetDraw) {
  return {
    key: draw.key,
    cost: draw.cost,
    capacity: draw.capacity,
    window_ms: draw.windowMs,
    share: draw.share,
    jitter_ms: draw.jitterMs,
    spacing_ms: draw.spacingMs,
    burst: draw.burst,
    learned: draw.learned,
    daily_limit: draw.daily?.limit ?? null,
    daily_zone: draw.daily?.timeZone ?? null,
  };
}

/** One row per key: an upsert may not touch a row twice. */
function merge(observations: readonly BudgetObservation[]) {
  const rows = new Map<string, { key: string; capacity: number | null; pause_ms: number | null }>();
  for (const { key, capacity, pauseMs } of observations) {
    const row = rows.get(key) ?? { key, capacity: null, pause_ms: null };
    if (capacity !== undefined) row.capacity = capacity;
    if (pauseMs !== undefined) row.pause_ms = Math.max(row.pause_ms ?? 0, pauseMs);
    rows.set(key, row);
  }
  return [...rows.values()];
}
