/** Acts of finance on a store's books: the bank's amount of a statement, and months that are closed. */
import { appendAudit } from "../db/audit.ts";
import { appendChanges } from "../db/changes.ts";
import type { Database } from "../db/database.ts";
import { InputError } from "../errors.ts";
import type { Money } from "../model/records.ts";
import { takeBackLeft } from "./closed-months.ts";

/** Notes what the bank shows of a statement; null takes it back. It stands beside and balances nothing. Throws `InputError` where there is no such statement. */
export async function enterBankAmount(
  db: Database,
  input: { settlementId: string; bank: { amount: Money; at: Date } | null; actor: string },
  at: Date,
): Promise<void> {
  const { settlementId, bank, actor } = input;
  await db.transaction(async (tx) => {
    const [row] = await tx.query<{ store_id: string; version: string }>(
      `update settlements set bank_amount = $2::numeric, bank_currency = $3, bank_at = $4::timestamptz, bank_actor = $5,
         version = version + 1, updated_at = $6::timestamptz where id = $1::uuid returning store_id, version`,
      [
        settlementId,
        bank?.amount.amount ?? null,
        bank?.amount.currency ?? null,
        bank?.at.toISOString() ?? null,
        bank ? actor : null,
        at.toISOString(),
      ],
    );
    if (!row) throw new InputError("not_found", "There is no such statement.", { status: 404 });
    const change = {
      entity: "settlement",
      entityId: settlementId,
      version: Number(row.version),
      kind: "updated",
    } as const;
    await appendChanges(tx, row.store_id, [change]);
    const told = {
      storeId: row.store_id,
      subject: "settlement",
      subjectId: settlementId,
      cause: null,
      outcome: "done",
    };
    await appendAudit(tx, [{ ...told, actor, act: "settlement.bank", detail: { bank: bank?.amount ?? null } }], at);
  });
}

/**
 * Closes all months before `openFrom` (its first day), or opens them again. What is posted into a closed month from then on
 * counts in the first open one. Throws `InputError` where the month is not over yet.
 */
export async function closeBooks(
  db: Database,
  input: { storeId: string; openFrom: string | null; reason: string; actor: string },
  at: Date,
): Promise<void> {
  const { storeId, openFrom, reason, actor } = input;
  await db.transaction(async (tx) => {
    const [store] = await tx.query<{ name: string; was: string | null; is_over: boolean }>(
      `select name, books_open_from::text as was, coalesce($2::date <= ($3::timestamptz at time zone time_zone)::date, true) as is_over
       from stores where id = $1::uuid for update`,
      [storeId, openFrom, at.toISOString()],
    );
    if (!store) throw new InputError("not_found", "There is no such store.", { status: 404 });
    if (!store.is_over) throw new InputError("invalid", `The month before ${openFrom} is not over yet.`);
    await tx.query("update stores set books_open_from = $2::date where id = $1::uuid", [storeId, openFrom]);
    await takeBackLeft(tx, storeId, openFrom);
    const told = { storeId, subject: "store", subjectId: storeId, cause: reason, outcome: "done" };
    await appendAudit(tx, [{ ...told, actor, act: "books.close", detail: { from: store.was, to: openFrom } }], at);
  });
}
