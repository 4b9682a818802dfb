/** What is due in the books: entries that wait for their orders, statements that are to be added up. */
import type { Database } from "../db/database.ts";
import { checkSettlements, SETTLEMENT_IS_DUE } from "./check-settlements.ts";
import { ENTRY_IS_DUE, matchEntries } from "./match-entries.ts";

/** Whether anything is due. */
export async function isReconciliationDue(db: Database, at: Date): Promise<boolean> {
  const [row] = await db.query<{ due: boolean }>(
    `select exists (select 1 from open_entries o where ${ENTRY_IS_DUE})
       or exists (select 1 from settlements s where ${SETTLEMENT_IS_DUE}) as due`,
    [at.toISOString()],
  );
  return row?.due ?? false;
}

export interface Reconciled {
  /** Entries that each pass matched. */
  matched: Record<string, number>;
  /** Entries that were tried and wait on. */
  left: number;
  /** Settlements that were added up. */
  checked: number;
}

/** Does what is due. Safe to repeat, and in any number of processes. */
export async function reconcile(db: Database, at: Date): Promise<Reconciled> {
  const { matched, left } = await matchEntries(db, at);
  return { matched, left, checked: await checkSettlements(db, at) };
}

/** Whether anything could be done: what another process is at is due as before. */
export const wasReconciled = ({ matched, left, checked }: Reconciled): boolean =>
  left > 0 || checked > 0 || Object.keys(matched).length > 0;
