/** What a turn of a drain depends on, in one statement: the lease (renewed), the store's own word, where its orders stand. */
import { type Database, toDate } from "./database.ts";
import { type Lease, LeaseLostError } from "./leases.ts";

export interface PushState {
  /** Null: the store is gone. */
  store: { mode: string; pushStopped: boolean; state: string; stateReason: string | null } | null;
  /** As `orderWatermark` answers it. */
  watermark: Date | null;
}

/** Renews the lease inside the transaction that writes under it. Throws `LeaseLostError` where it was lost. */
export async function renewPush(
  tx: Database,
  lease: Lease,
  leaseMs: number,
  storeId: string,
  saleStreams: readonly string[],
): Promise<PushState> {
  const [row] = await tx.query<{
    held: boolean;
    mode: string | null;
    push_stopped: boolean | null;
    state: string | null;
    state_reason: string | null;
    watermark: string | null;
    missing: boolean;
  }>(
    `with held as (update leases set until = clock_timestamp() + $3::int * interval '1 millisecond'
       where name = $1 and fence = $2::bigint and owner is not null returning 1)
     select exists (select 1 from held) as held, s.mode, s.push_stopped, s.state, s.state_reason, c.watermark, c.missing
     from (select min(watermark) as watermark, count(*) <> count(watermark) or count(*) = 0 as missing from checkpoints
       where store_id = $4::uuid and resource = 'orders' and stream = any($5::text[])) c left join stores s on s.id = $4::uuid`,
    [lease.name, lease.fence, leaseMs, storeId, saleStreams],
  );
  if (!row?.held) throw new LeaseLostError(lease.name);
  const { mode, push_stopped: pushStopped, state } = row;
  const isThere = mode !== null && pushStopped !== null && state !== null;
  return {
    store: isThere ? { mode, pushStopped, state, stateReason: row.state_reason } : null,
    watermark: row.missing ? null : toDate(row.watermark),
  };
}
