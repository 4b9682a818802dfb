/** What needs a hand: one open row per code and subject, with what to do. */
import { newId } from "../ids.ts";
import { maskSecrets } from "../mask.ts";
import type { Database } from "./database.ts";

export interface AlertInput {
  code: string;
  severity: "info" | "warning" | "critical";
  storeId: string | null;
  subject: string;
  subjectId: string;
  message: string;
  remedy: string;
  dueAt?: Date | null;
}

/** Opens an alert, or counts it again where it is open already. */
export async function raiseAlert(db: Database, alert: AlertInput, at: Date): Promise<void> {
  await db.query(
    `insert into alerts as t (id, code, severity, store_id, subject, subject_id, message, remedy, due_at, opened_at, last_at)
     values ($1::uuid, $2, $3, $4::uuid, $5, $6, $7, $8, $9::timestamptz, $10::timestamptz, $10::timestamptz)
     on conflict (code, subject, subject_id) where resolved_at is null do update set count = t.count + 1, severity = excluded.severity,
       message = excluded.message, remedy = excluded.remedy, due_at = excluded.due_at, last_at = excluded.last_at`,
    [
      newId(at),
      alert.code,
      alert.severity,
      alert.storeId,
      alert.subject,
      alert.subjectId,
      maskSecrets(alert.message),
      maskSecrets(alert.remedy),
      alert.dueAt?.toISOString() ?? null,
      at.toISOString(),
    ],
  );
}

/** Closes an alert whose cause has gone. */
export async function settleAlert(
  db: Database,
  alert: { code: string; subject: string; subjectId: string },
  at: Date,
): Promise<void> {
  await db.query(
    `update alerts set resolved_at = $4::timestamptz, resolved_by = 'tallyport'
     where code = $1 and subject = $2 and subject_id = $3 and resolved_at is null`,
    [alert.code, alert.subject, alert.subjectId, at.toISOString()],
  );
}
