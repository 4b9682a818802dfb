/** Reading the audit log, newest first. */
import { type Database, toDate } from "./database.ts";
import { conditions, type PageRequest, type RowPage, readPage } from "./page.ts";

export interface AuditRow {
  id: string;
  at: string;
  actor: string;
  act: string;
  store_id: string | null;
  subject: string | null;
  subject_id: string | null;
  cause: string | null;
  detail: unknown;
  outcome: string | null;
}

export async function listAudit(
  db: Database,
  filter: { store?: string | undefined; subjectId?: string | undefined; act?: string | undefined },
  page: PageRequest,
): Promise<RowPage<AuditRow>> {
  const where = conditions();
  where.equal("store_id", filter.store, "uuid");
  where.equal("subject_id", filter.subjectId);
  where.equal("act", filter.act);
  const found = await readPage<AuditRow>(db, {
    select: "id, at, actor, act, store_id, subject, subject_id, cause, detail, outcome",
    from: "audit_log",
    where,
    keyset: { columns: [{ sql: "id", cast: "bigint" }], direction: "desc" },
    page,
  });
  return { ...found, rows: found.rows.map((row) => ({ ...row, at: toDate(row.at).toISOString() })) };
}
