/** Writes that would end the sale of much, kept until a person confirms or withdraws them. */
import { raiseAlert, settleAlert } from "../db/alerts.ts";
import { appendAudit } from "../db/audit.ts";
import type { Database } from "../db/database.ts";
import { conditions, type PageRequest, type RowPage, readPage } from "../db/page.ts";
import { derivedId } from "../ids.ts";

export const APPROVAL_KINDS = ["counts", "skus", "rules", "campaigns"] as const;
export type ApprovalKind = (typeof APPROVAL_KINDS)[number];

export interface Waiting {
  kind: ApprovalKind;
  actor: string;
  ended: number;
  onSale: number;
  /** What was asked for, as it is done when it is confirmed. */
  request: Readonly<Record<string, unknown>>;
  rows: number;
}

/**
 * Keeps a write, or a further part of one (`approvalId`). The same write of the same sender waits once. Answers the
 * approval's id.
 */
export async function keepForApproval(
  db: Database,
  waiting: Waiting,
  approvalId: string | null,
  at: Date,
): Promise<string> {
  const { kind, actor, ended, onSale, rows } = waiting;
  const text = JSON.stringify(waiting.request);
  const id = approvalId ?? derivedId(actor, `approvals:${kind}`, text);
  return db.transaction(async (tx) => {
    // Sent again, or another after the first was decided: what was kept before is replaced.
    if (approvalId === null) await tx.query("delete from approvals where id = $1::uuid", [id]);
    await tx.query(
      `insert into approvals as t (id, kind, actor, ended, on_sale, rows, created_at) values ($1::uuid, $2, $3, $4::int, $5::int, $6::int, $7::timestamptz)
       on conflict (id) do update set ended = greatest(t.ended, excluded.ended), rows = t.rows + excluded.rows`,
      [id, kind, actor, ended, onSale, rows, at.toISOString()],
    );
    await tx.query(
      `insert into approval_parts (approval_id, position, request)
       select $1::uuid, (select count(*) from approval_parts where approval_id = $1::uuid), $2::text::jsonb`,
      [id, text],
    );
    const alert = {
      code: "approval_waiting",
      severity: "warning" as const,
      storeId: null,
      subject: "approval",
      subjectId: id,
      message: `A change of ${kind} by ${actor} would set ${ended} of ${onSale} live offers to zero. It waits, and nothing of it was done.`,
      remedy: "Confirm it (POST /v1/approvals/{id}/confirm) where that is right, or withdraw it.",
    };
    await raiseAlert(tx, alert, at);
    return id;
  });
}

export interface ApprovalView {
  id: string;
  kind: ApprovalKind;
  actor: string;
  status: string;
  ended: number;
  on_sale: number;
  rows: number;
  created_at: string;
  decided_at: string | null;
  decided_by: string | null;
}

export async function listApprovals(
  db: Database,
  filter: { status?: string | undefined; actor?: string | undefined; id?: string | undefined },
  page: PageRequest,
): Promise<RowPage<ApprovalView>> {
  const where = conditions();
  where.equal("a.status", filter.status);
  where.equal("a.actor", filter.actor);
  where.equal("a.id", filter.id, "uuid");
  return readPage<ApprovalView>(db, {
    select: "a.id, a.kind, a.actor, a.status, a.ended, a.on_sale, a.rows, a.created_at, a.decided_at, a.decided_by",
    from: "approvals a",
    where,
    keyset: { columns: [{ sql: "a.id", cast: "uuid" }], direction: "asc" },
    page,
  });
}

/** The next part of a write that is to be done; null: there is none. */
export async function nextPart(
  db: Database,
  id: string,
): Promise<{ position: number; request: Record<string, unknown> } | null> {
  const [row] = await db.query<{ position: number; request: Record<string, unknown> }>(
    "select position, request from approval_parts where approval_id = $1::uuid order by position limit 1",
    [id],
  );
  return row ?? null;
}

/** Forgets a part that was done. */
export async function forgetPart(db: Database, id: string, position: number): Promise<void> {
  await db.query("delete from approval_parts where approval_id = $1::uuid and position = $2::int", [id, position]);
}

/**
 * Writes what a person decided; false where another was faster. Of a write that is withdrawn, what was asked for is
 * forgotten; of one that is confirmed, each part when it is done, so that a crash leaves what is still to be done.
 */
export async function decideApproval(
  db: Database,
  input: { id: string; status: "confirmed" | "withdrawn"; actor: string },
  at: Date,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [row] = await tx.query<{ kind: string }>(
      `update approvals set status = $2, decided_at = $3::timestamptz, decided_by = $4 where id = $1::uuid and status = 'waiting' returning kind`,
      [input.id, input.status, at.toISOString(), input.actor],
    );
    if (!row) return false;
    if (input.status === "withdrawn")
      await tx.query("delete from approval_parts where approval_id = $1::uuid", [input.id]);
    await settleAlert(tx, { code: "approval_waiting", subject: "approval", subjectId: input.id }, at);
    const entry = { actor: input.actor, act: `approvals.${input.status}`, storeId: null, subject: "approval" };
    await appendAudit(
      tx,
      [{ ...entry, subjectId: input.id, cause: null, detail: { kind: row.kind }, outcome: "done" }],
      at,
    );
    return true;
  });
}
