/**
 * One statement at the beginning of a drain's turn: what its calls brought is written, its lease renewed, and what the turn
 * depends on read: the store's own word, and where its orders stand.
 */
import { type Database, toDate } from "./database.ts";
import { type Lease, LeaseLostError } from "./leases.ts";
import { type Conclusion, concluding, conclusionRows } from "./offer-conclusions.ts";
import type { Aspect } from "./offers.ts";

export interface PushState {
  /** Null: the store is gone. */
  store: { mode: string; pushStopped: boolean; state: string; stateReason: string | null } | null;
  /** As `orderWatermark` answers it. */
  watermark: Date | null;
}

/**
 * Writes what came of calls and renews the lease under which they were made. Throws `LeaseLostError`, and writes nothing,
 * where it was lost.
 */
export async function concludeTurn(
  db: Database,
  lease: Lease,
  leaseMs: number,
  turn: {
    storeId: string;
    aspect: Aspect;
    conclusions: readonly Conclusion[];
    at: Date;
    saleStreams: readonly string[];
  },
): Promise<PushState> {
  const { aspect, conclusions, at } = turn;
  const [row] = await db.query<{
    held: boolean;
    mode: string | null;
    push_stopped: boolean | null;
    state: string | null;
    state_reason: string | null;
    watermark: string | null;
    missing: boolean;
  }>(
    `with held as (update leases set until = clock_timestamp() + $6::int * interval '1 millisecond'
       where name = $4 and fence = $5::bigint and owner is not null returning 1),
     ${concluding(aspect, "exists (select 1 from held)")}
     select exists (select 1 from held) as held, s.mode, s.push_stopped, s.state, s.state_reason, c.watermark, c.missing
     from (select min(watermark) as watermark, count(*) <> count(watermark) or count(*) = 0 as missing from checkpoints
       where store_id = $7::uuid and resource = 'orders' and stream = any($8::text[])) c left join stores s on s.id = $7::uuid`,
    [
      ...conclusionRows(aspect, conclusions, at),
      ...[lease.name, lease.fence, leaseMs],
      ...[turn.storeId, turn.saleStreams],
    ],
  );
  if (!row?.held) throw new LeaseLostError(lease.name);
  const { mode, push_stopped: pushStopped, state } = row;
  const isThere = mode !== null && pushStopped !== null && state !== null;
  return {
    store: isThere ? { mode, pushStopped, state, stateReason: row.state_reason } : null,
    watermark: row.missing ? null : toDate(row.watermark),
  };
}
