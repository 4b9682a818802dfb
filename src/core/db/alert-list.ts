/** Reading alerts, and closing one by hand. */
import type { Database } from "./database.ts";
import { conditions, type PageRequest, type RowPage, readPage } from "./page.ts";

export interface AlertView {
  id: string;
  code: string;
  severity: string;
  store_id: string | null;
  subject: string;
  subject_id: string;
  message: string;
  remedy: string;
  due_at: string | null;
  count: number;
  opened_at: string;
  last_at: string;
  resolved_at: string | null;
  resolved_by: string | null;
}

const COLUMNS =
  "id, code, severity, store_id, subject, subject_id, message, remedy, due_at, count, opened_at, last_at, resolved_at, resolved_by";

/** Alerts, newest first. */
export async function listAlerts(
  db: Database,
  filter: {
    stores: readonly string[] | null;
    store?: string | undefined;
    state: "open" | "resolved" | "all";
    severity?: string | undefined;
    code?: string | undefined;
  },
  page: PageRequest,
): Promise<RowPage<AlertView>> {
  const where = conditions();
  where.visible("store_id", filter.stores);
  where.equal("store_id", filter.store, "uuid");
  where.equal("severity", filter.severity);
  where.equal("code", filter.code);
  if (filter.state !== "all") where.add(`resolved_at is ${filter.state === "open" ? "" : "not "}null`);
  return readPage<AlertView>(db, {
    select: COLUMNS,
    from: "alerts",
    where,
    keyset: {
      columns: [
        { sql: "opened_at", cast: "timestamptz" },
        { sql: "id", cast: "uuid" },
      ],
      direction: "desc",
    },
    page,
  });
}

/** Closes an alert; answers it, or null where there is none that the reader may see. Closing it twice changes nothing. */
export async function resolveAlert(
  db: Database,
  id: string,
  input: { stores: readonly string[] | null; actor: string },
  at: Date,
): Promise<AlertView | null> {
  const [row] = await db.query<AlertView>(
    `update alerts set resolved_by = case when resolved_at is null then $3 else resolved_by end, resolved_at = coalesce(resolved_at, $4::timestamptz)
     where id = $1::uuid and ($2::uuid[] is null or store_id = any($2::uuid[])) returning ${COLUMNS}`,
    [id, input.stores, input.actor, at.toISOString()],
  );
  return row ?? null;
}
