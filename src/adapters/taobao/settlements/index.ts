/** Settlements: the bank's statement of each day, the platform's ledger of fees, and its virtual account. No method gives payouts. */
import type { Missing, RawDocument, RecordKey, SettlementCapability, Store, Stream } from "../../../core/adapter.ts";
import { localToInstant } from "../../../core/local-time.ts";
import { type Fields, isFields } from "../client/envelope.ts";
import type { Client } from "../client/index.ts";
import { ZONE } from "../config.ts";
import { documentsInFile, idIn, refusingRows } from "../schemas/file.ts";
import { recordsOf } from "../schemas/helpers.ts";
import { billToUnified, listBills, readBill, toBillDocument } from "./bills.ts";
import { JOURNAL_FORM, journalToUnified, listJournal, toJournalDocument } from "./journal.ts";
import { COLUMN, textOfFile } from "./statement-file.ts";
import {
  listStatements,
  readStatementPart,
  STATEMENT,
  STATEMENT_FORM,
  statementDocumentsInFile,
  statementToUnified,
} from "./statements.ts";
import { isZip } from "./zip.ts";

const STREAMS: readonly Stream[] = [
  {
    name: "statements",
    by: "creation",
    // A day's file is there from nine in the morning of the next: a window ends ten hours after midnight at the earliest.
    window: {
      maxMinutes: 31 * 1440,
      safetyLagSeconds: 34 * 3600,
      overlapSeconds: 3 * 86_400,
      maxAgeDays: null,
      minSeconds: 3600,
    },
    everySeconds: 21_600,
    backfill: true,
  },
  {
    name: "bills",
    by: "creation",
    window: { maxMinutes: 1439, safetyLagSeconds: 600, overlapSeconds: 3600, maxAgeDays: null, minSeconds: 60 },
    everySeconds: 3600,
    backfill: true,
  },
  {
    name: "journal",
    by: "creation",
    window: { maxMinutes: 29 * 1440, safetyLagSeconds: 600, overlapSeconds: 3600, maxAgeDays: null, minSeconds: 60 },
    everySeconds: 21_600,
    backfill: true,
  },
];

const LISTS: Readonly<Record<string, typeof listStatements>> = {
  statements: listStatements,
  bills: listBills,
  journal: listJournal,
};

export function createSettlements(client: Client): SettlementCapability {
  return {
    streams: STREAMS,
    // What the bank moved; without its key the ledger of fees. The virtual account's deductions stand among the fees too.
    books: [["alipay"], ["bills"]],
    getBatch: 1,
    list: (store, input, signal) => {
      const list = LISTS[input.stream];
      if (!list) throw new Error(`settlements have no stream "${input.stream}"`);
      return list(client, store, input, signal);
    },
    getMany: (store, keys, signal) => readSettlements(client, store, keys, signal),
    toUnified: refusingRows((raw) => {
      if (raw.form === STATEMENT_FORM) return statementToUnified(raw);
      return raw.form === JOURNAL_FORM ? journalToUnified(raw) : billToUnified(raw);
    }),
    parseFile: settlementsInFile,
  };
}

async function readSettlements(
  client: Client,
  store: Store,
  keys: readonly RecordKey[],
  signal: AbortSignal,
): Promise<{ documents: RawDocument[]; missing: Missing[] }> {
  const documents: RawDocument[] = [];
  const missing: Missing[] = [];
  for (const { externalId, key } of keys) {
    const paidAt = key?.paid_at === undefined ? null : localToInstant(key.paid_at, ZONE);
    const found =
      paidAt === null
        ? await readStatementPart(client, store, externalId, signal)
        : await readBill(client, store, externalId, paidAt, signal);
    if (found) documents.push(found);
    else missing.push({ externalId, means: "gone" });
  }
  return { documents, missing };
}

/** Statements as the bank gives them (ZIP or CSV), our own documents, and answers with bills. */
function settlementsInFile(bytes: Uint8Array): RawDocument[] {
  const text = isZip(bytes) ? null : textOfFile(bytes);
  if (text === null || /^\s*#/.test(text) || (!/^\s*[{[]/.test(text) && text.includes(COLUMN.id)))
    return statementDocumentsInFile(bytes);
  return documentsInFile(bytes, "settlement", (value) => {
    if (STATEMENT.safeParse(value).success) return [partOf(STATEMENT.parse(value))];
    if (isFields(value.bill)) return [toBillDocument(value.bill, isFields(value.account) ? value.account : null)];
    const bills = recordsOf(value.bills);
    if (bills.length === 0 || bills.some((bill) => idIn(bill.bid) === null)) return rowOf(value);
    return bills.flatMap((bill) => rowOf(bill) ?? toBillDocument(bill, null));
  });
}

/** A movement of the virtual account; null for anything else. */
function rowOf(value: Fields): RawDocument[] | null {
  return "journal_type" in value && idIn(value.bid) !== null ? [toJournalDocument(value)] : null;
}

function partOf(payload: ReturnType<typeof STATEMENT.parse>): RawDocument {
  const of = `alipay:${payload.day}`;
  return {
    externalId: `${of}.${payload.index}`,
    sourceUpdatedAt: null,
    sourceVersion: null,
    form: STATEMENT_FORM,
    payload,
    part: { of, index: payload.index, last: payload.index + 1 === payload.count },
  };
}
