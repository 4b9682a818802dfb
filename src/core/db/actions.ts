/** One-off acts on platforms: written with the decision, drained by the loop. */
import { newId } from "../ids.ts";
import { type Keyring, openText, sealText } from "../secrets.ts";
import type { Database } from "./database.ts";

export interface ActionInput {
  storeId: string;
  /** capability.act as in the contract: "shipments.confirm". */
  kind: string;
  idempotencyKey: string;
  subject: string;
  subjectId: string | null;
  input: unknown;
  actor: string;
}

const sealedAt = (storeId: string, id: string) => ({ table: "actions", store: storeId, id });

/** Writes an act, once per idempotency key; answers its id and whether it was there already. */
export async function insertAction(
  tx: Database,
  keyring: Keyring,
  input: ActionInput,
  at: Date,
): Promise<{ id: string; repeated: boolean }> {
  const id = newId(at);
  const sealed = sealText(keyring, sealedAt(input.storeId, id), JSON.stringify(input.input));
  const [row] = await tx.query<{ id: string }>(
    `insert into actions (id, store_id, kind, idempotency_key, subject, subject_id, input, due_at, actor, created_at, updated_at)
     values ($1::uuid, $2::uuid, $3, $4, $5, $6::uuid, $7, $8::timestamptz, $9, $8::timestamptz, $8::timestamptz)
     on conflict (store_id, idempotency_key) do nothing returning id`,
    [
      id,
      input.storeId,
      input.kind,
      input.idempotencyKey,
      input.subject,
      input.subjectId,
      sealed,
      at.toISOString(),
      input.actor,
    ],
  );
  if (row) return { id: row.id, repeated: false };
  const [known] = await tx.query<{ id: string }>(
    "select id from actions where store_id = $1::uuid and idempotency_key = $2",
    [input.storeId, input.idempotencyKey],
  );
  if (!known) throw new Error("an action that conflicts is not there");
  return { id: known.id, repeated: true };
}

export interface DueAction {
  id: string;
  kind: string;
  idempotencyKey: string;
  subject: string;
  subjectId: string | null;
  input: unknown;
  status: string;
  maybeApplied: boolean;
  attempts: number;
  receipt: string | null;
  progress: string | null;
  actor: string;
}

/** The oldest due act of a store. `running` ones were left by a crash: their effect is unknown. */
export async function nextAction(db: Database, keyring: Keyring, storeId: string, at: Date): Promise<DueAction | null> {
  const [row] = await db.query<{
    id: string;
    kind: string;
    idempotency_key: string;
    subject: string;
    subject_id: string | null;
    input: Uint8Array;
    status: string;
    maybe_applied: boolean;
    attempts: number;
    receipt: string | null;
    progress: string | null;
    actor: string;
  }>(
    `select id, kind, idempotency_key, subject, subject_id, input, status, maybe_applied, attempts, receipt, progress, actor from actions
     where store_id = $1::uuid and status in ('pending', 'running', 'submitted') and due_at <= $2::timestamptz order by due_at, id limit 1`,
    [storeId, at.toISOString()],
  );
  if (!row) return null;
  return {
    id: row.id,
    kind: row.kind,
    idempotencyKey: row.idempotency_key,
    subject: row.subject,
    subjectId: row.subject_id,
    input: JSON.parse(openText(keyring, sealedAt(storeId, row.id), row.input)),
    status: row.status,
    maybeApplied: row.maybe_applied || row.status === "running",
    attempts: row.attempts,
    receipt: row.receipt,
    progress: row.progress,
    actor: row.actor,
  };
}

export interface ActionUpdate {
  status: "pending" | "running" | "submitted" | "done" | "rejected" | "dead";
  maybeApplied?: boolean;
  attempts?: number;
  dueAt?: Date;
  receipt?: string | null;
  progress?: string | null;
  externalId?: string | null;
  error?: { category: string; code: string | null; text: string } | null;
}

export async function updateAction(db: Database, id: string, update: ActionUpdate, at: Date): Promise<void> {
  const finished = update.status === "done" || update.status === "rejected" || update.status === "dead";
  await db.query(
    `update actions set status = $2, maybe_applied = coalesce($3, maybe_applied), attempts = coalesce($4::int, attempts),
       due_at = coalesce($5::timestamptz, due_at), receipt = coalesce($6, receipt), progress = coalesce($7, progress),
       external_id = coalesce($8, external_id), error_category = $9, error_code = $10, error_text = $11,
       finished_at = case when $12 then $13::timestamptz else null end, updated_at = $13::timestamptz where id = $1::uuid`,
    [
      id,
      update.status,
      update.maybeApplied ?? null,
      update.attempts ?? null,
      update.dueAt?.toISOString() ?? null,
      update.receipt ?? null,
      update.progress ?? null,
      update.externalId ?? null,
      update.error?.category ?? null,
      update.error?.code ?? null,
      update.error?.text ?? null,
      finished,
      at.toISOString(),
    ],
  );
}
