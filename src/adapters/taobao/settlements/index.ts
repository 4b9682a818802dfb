/** Settlements: the bank's statement of each day, the platform's ledger of fees, and its virtual account. No method gives payouts. */
import type { Missing, RawDocument, RecordKey, SettlementCapability, Store, Stream } from "../../../core/adapter.ts";
import { InputError } from "../../../core/errors.ts";
import { localToInstant } from "../../../core/local-time.ts";
import { type Fields, isFields } from "../client/envelope.ts";
import type { Client } from "../client/index.ts";
import { ZONE } from "../config.ts";
import { documentsInFile, idIn } from "../schemas/file.ts";
import { recordsOf } from "../schemas/helpers.ts";
import { billToUnified, listBills, readBill, toBillDocument } from "./bills.ts";
import { JOURNAL_FORM, journalToUnified, listJournal, toJournalDocument } from "./journal.ts";
import { COLUMN } from "./statement-file.ts";
import {
  listStatements,
  readStatementPart,
  STATEMENT,
  STATEMENT_FORM,
  statementToUnified,
  toStatementDocuments,
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
    getBatch: 1,
    list: (store, input, signal) => {
      const list = LISTS[input.stream];
      if (!list) throw new Error(`settlements have no stream "${input.stream}"`);
      return list(client, store, input, signal);
    },
    getMany: (store, keys, signal) => readSettlements(client, store, keys, signal),
    toUnified(raw) {
      if (raw.form === STATEMENT_FORM) return statementToUnified(raw);
      return raw.form === JOURNAL_FORM ? journalToUnified(raw) : billToUnified(raw);
    },
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
  const text = isZip(bytes) ? null : new TextDecoder("gbk").decode(bytes);
  if (text === null || /^\s*#/.test(text) || text.includes(COLUMN.id)) return toStatementDocuments(bytes, dayOf(bytes));
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

/** The day that a file speaks of: that of its first row. */
function dayOf(bytes: Uint8Array): string {
  const [document] = toStatementDocuments(bytes, "1970-01-01");
  const { rows } = STATEMENT.parse(document?.payload);
  const day = rows[0]?.[COLUMN.time]?.trim().slice(0, 10) ?? "";
  if (/^\d{4}-\d{2}-\d{2}$/.test(day)) return day;
  throw new InputError("no_settlement", "the statement holds no row with a time", { status: 422 });
}
