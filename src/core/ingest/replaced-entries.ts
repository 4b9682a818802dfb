/** What a statement no longer says: a document that comes anew takes the place of the one before, with all of its rows. */
import type { Database } from "../db/database.ts";
import { holdBooks, keepClosed } from "../finance/closed-months.ts";
import { uncheck } from "../finance/open-entries.ts";
import { documentId } from "./documents.ts";
import { settlementId } from "./money.ts";
import type { IngestStore, MappedDocument } from "./types.ts";

/** A file in parts that has become shorter leaves at most so many behind. */
const PARTS_BEHIND = 100;

/**
 * Removes the entries that these documents brought when they were read before and no longer hold, and those of parts that
 * their file no longer has. What people said of them stays: rows move from part to part, and come again. Called when the entries of the documents are written, which then carry their `readSeq`.
 */
export async function dropReplacedEntries(
  tx: Database,
  store: IngestStore,
  documents: readonly MappedDocument[],
): Promise<void> {
  const rows = documents.flatMap(({ id, raw, readSeq, unified: { settlements, entries } }) => {
    const named = new Set([
      ...settlements.map((settlement) => settlement.externalId),
      ...entries.map((entry) => entry.settlementExternalId),
    ]);
    const ids = [id, ...partsBehind(raw).map((externalId) => documentId(store.id, "settlements", externalId))];
    return [...named].flatMap((external) =>
      external === null
        ? []
        : ids.map((document) => ({ settlement: settlementId(store.id, external), document, seq: readSeq })),
    );
  });
  if (rows.length === 0) return;
  const { openFrom } = await holdBooks(tx, store.id);
  const going = await tx.query<{ id: string }>(
    `select e.id from ledger_entries e join json_to_recordset($1::text::json) as r(settlement uuid, document uuid, seq bigint)
       on e.settlement_id = r.settlement and e.document_id = r.document and e.read_seq < r.seq order by e.id for update of e`,
    [JSON.stringify(rows)],
  );
  if (going.length === 0) return;
  const ids = going.map(({ id }) => id);
  if (openFrom !== null) await keepClosed(tx, ids, openFrom);
  const gone = await tx.query<{ settlement_id: string }>(
    `with gone as (delete from ledger_entries e where e.id = any($1::uuid[]) returning e.id, e.settlement_id),
       opened as (delete from open_entries o using gone where o.entry_id = gone.id),
       matched as (delete from reconciliation_matches m using gone where m.entry_id = gone.id and m.actor is null and m.undone_at is null)
     select distinct settlement_id from gone`,
    [ids],
  );
  await uncheck(
    tx,
    gone.map((row) => row.settlement_id),
  );
}

/** Ids of the parts that would follow the last one. */
function partsBehind({ externalId, part }: MappedDocument["raw"]): string[] {
  if (!part?.last || externalId !== `${part.of}.${part.index}`) return [];
  return Array.from({ length: PARTS_BEHIND }, (_, i) => `${part.of}.${part.index + 1 + i}`);
}
