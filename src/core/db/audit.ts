/** The audit log: every write to a platform and every act of a person, with its cause. */
import { maskSecrets } from "../mask.ts";
import type { Database } from "./database.ts";

export interface AuditEntry {
  actor: string;
  act: string;
  storeId: string | null;
  subject: string;
  subjectId: string;
  cause: string | null;
  /** Never buyer data or secrets. */
  detail: Record<string, unknown> | null;
  outcome: string;
}

export async function appendAudit(db: Database, entries: readonly AuditEntry[], at: Date): Promise<void> {
  if (entries.length === 0) return;
  await db.query(
    `insert into audit_log (at, actor, act, store_id, subject, subject_id, cause, detail, outcome)
     select $2::timestamptz, r.actor, r.act, r.store_id, r.subject, r.subject_id, r.cause, r.detail, r.outcome
     from json_to_recordset($1::text::json) as r(actor text, act text, store_id uuid, subject text, subject_id text, cause text, detail jsonb, outcome text)`,
    [
      JSON.stringify(
        entries.map((entry) => ({
          actor: entry.actor,
          act: entry.act,
          store_id: entry.storeId,
          subject: entry.subject,
          subject_id: entry.subjectId,
          cause: entry.cause,
          detail: entry.detail,
          outcome: maskSecrets(entry.outcome),
        })),
      ),
      at.toISOString(),
    ],
  );
}
