/** Named leases: one holder at a time across processes, by the database's clock, each hand-over with a new fence. */
import type { Database } from "./database.ts";

/** Thrown where a write of progress names a fence that is no longer held: the work was taken over meanwhile. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
  constructor(what: string) {
    super(`the lease on ${what} was taken over; this worker's progress is not written`);
  }
}

export interface Lease {
  name: string;
  owner: string;
  fence: number;
}

/** Takes the lease where it is free or has run out; null where another holds it. */
export async function takeLease(db: Database, name: string, owner: string, ms: number): Promise<Lease | null> {
  const [row] = await db.query<{ fence: string }>(
    `insert into leases as t (name, owner, until, fence) values ($1, $2, clock_timestamp() + $3::int * interval '1 millisecond', 1)
     on conflict (name) do update set owner = excluded.owner, until = excluded.until, fence = t.fence + 1
     where t.owner is null or t.until < clock_timestamp() returning fence`,
    [name, owner, ms],
  );
  return row ? { name, owner, fence: Number(row.fence) } : null;
}

/** Renews inside the transaction that writes what was done under the lease. Throws `LeaseLostError` where it was lost. */
export async function renewLease(tx: Database, lease: Lease, ms: number): Promise<void> {
  const rows = await tx.query(
    "update leases set until = clock_timestamp() + $3::int * interval '1 millisecond' where name = $1 and fence = $2::bigint and owner is not null returning 1 as held",
    [lease.name, lease.fence, ms],
  );
  if (rows.length === 0) throw new LeaseLostError(lease.name);
}

export async function releaseLease(db: Database, lease: Lease): Promise<void> {
  await db.query("update leases set owner = null, until = clock_timestamp() where name = $1 and fence = $2::bigint", [
    lease.name,
    lease.fence,
  ]);
}

const PRESENCE = "present:";

/** Says that a process is there for the next while, by the database's clock; answers all that are, itself included. */
export async function signPresence(db: Database, processId: string, ms: number): Promise<string[]> {
  const rows = await db.query<{ owner: string }>(
    `with gone as (delete from leases where starts_with(name, $1) and until < clock_timestamp() - interval '1 minute' and name <> $1 || $2),
     own as (insert into leases as t (name, owner, until, fence) values ($1 || $2, $2, clock_timestamp() + $3::int * interval '1 millisecond', 1)
       on conflict (name) do update set owner = excluded.owner, until = excluded.until returning owner)
     select owner from own
     union select owner from leases where starts_with(name, $1) and until > clock_timestamp() and owner is not null`,
    [PRESENCE, processId, ms],
  );
  return rows.map((row) => row.owner);
}

/** The process leaves: its seats are others' with their next look. */
export async function endPresence(db: Database, processId: string): Promise<void> {
  await db.query("delete from leases where name = $1 || $2", [PRESENCE, processId]);
}
