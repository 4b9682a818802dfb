/** Reading one-off acts, and deciding about those that did not go through. */
import type { Database } from "./database.ts";
import { conditions, type PageRequest, type RowPage, readPage } from "./page.ts";

export interface ActionView {
  id: string;
  store_id: string;
  kind: string;
  subject: string;
  subject_id: string | null;
  status: string;
  maybe_applied: boolean;
  attempts: number;
  due_at: string;
  external_id: string | null;
  error_category: string | null;
  error_code: string | null;
  error_text: string | null;
  actor: string;
  created_at: string;
  finished_at: string | null;
  updated_at: string;
}

const COLUMNS = `id, store_id, kind, subject, subject_id, status, maybe_applied, attempts, due_at, external_id, error_category, error_code,
  error_text, actor, created_at, finished_at, updated_at`;

/** Acts, newest first. */
export async function listActions(
  db: Database,
  filter: {
    stores: readonly string[] | null;
    store?: string | undefined;
    status?: string | undefined;
    kind?: string | undefined;
    subjectId?: string | undefined;
    id?: string | undefined;
  },
  page: PageRequest,
): Promise<RowPage<ActionView>> {
  const where = conditions();
  where.visible("store_id", filter.stores);
  where.equal("store_id", filter.store, "uuid");
  where.equal("status", filter.status);
  where.equal("kind", filter.kind);
  where.equal("subject_id", filter.subjectId, "uuid");
  where.equal("id", filter.id, "uuid");
  return readPage<ActionView>(db, {
    select: COLUMNS,
    from: "actions",
    where,
    keyset: { columns: [{ sql: "id", cast: "uuid" }], direction: "desc" },
    page,
  });
}

/** Makes an act that was set aside due again; null where it is not set aside. */
export async function retryAction(db: Database, id: string, at: Date): Promise<ActionView | null> {
  const [row] = await db.query<ActionView>(
    `update actions set status = 'pending', attempts = 0, due_at = $2::timestamptz, finished_at = null, updated_at = $2::timestamptz,
       error_category = null, error_code = null, error_text = null
     where id = $1::uuid and status in ('dead', 'rejected') returning ${COLUMNS}`,
    [id, at.toISOString()],
  );
  return row ?? null;
}

/** Gives an act up that has not gone out; null where it has, or has ended. */
export async function cancelAction(db: Database, id: string, at: Date): Promise<ActionView | null> {
  const [row] = await db.query<ActionView>(
    `update actions set status = 'cancelled', finished_at = $2::timestamptz, updated_at = $2::timestamptz
     where id = $1::uuid and status in ('pending', 'dead', 'rejected') returning ${COLUMNS}`,
    [id, at.toISOString()],
  );
  return row ?? null;
}
