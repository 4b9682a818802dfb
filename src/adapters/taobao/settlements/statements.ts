/**
 * The shop's real money: one account statement per day, from its Alipay account. The file's address lives for half a
 * minute and is asked for anew for each part.
 */
import { z } from "zod";
import type { ListInput, Page, RawDocument, Store } from "../../../core/adapter.ts";
import { InputError, isAdapterError } from "../../../core/errors.ts";
import { localDay, localToInstant } from "../../../core/local-time.ts";
import { type LedgerEntry, type Settlement, type Unified, unified, type Warning } from "../../../core/model/records.ts";
import type { EntryKind } from "../../../core/model/vocabulary.ts";
import { money, sub } from "../../../core/money.ts";
import { text } from "../../../core/wire.ts";
import type { Client } from "../client/index.ts";
import { parseCursor } from "../client/pages.ts";
import { STATEMENT_KIND, STATEMENT_OTHER } from "../codes.ts";
import { CURRENCY, ZONE } from "../config.ts";
import { amountOf, COLUMN, readStatement, sumsOf } from "./statement-file.ts";

export const STATEMENT_FORM = "alipay.statement@1.0";
const METHOD = "alipay.data.dataservice.bill.downloadurl.query";
const DAY_MS = 86_400_000;
/** Rows of one document: some 500 KB. */
const PART_ROWS = 1000;
const CURSOR = z.object({ day: z.iso.date(), part: z.int().min(0) });
const DOWNLOAD = z.looseObject({ bill_download_url: text() });

/** One day, or one part of it, per page. */
export async function listStatements(
  client: Client,
  store: Store,
  input: ListInput,
  signal: AbortSignal,
): Promise<Page> {
  const empty: Page = { documents: [], references: [], next: null };
  const position = input.cursor === null ? null : parseCursor(CURSOR, input.cursor, METHOD);
  const { values } = await store.credentials();
  if (!values.alipay_app_id) return empty;
  const first = localDay(input.since, ZONE);
  // A day is told the morning after.
  const yesterday = localDay(new Date(client.clock.now().getTime() - DAY_MS), ZONE);
  const wanted = localDay(input.until, ZONE);
  const last = wanted < yesterday ? wanted : yesterday;
  const { day, part } = position ?? { day: first, part: 0 };
  if (day > last) return empty;
  const parts = await readDay(client, store, day, signal);
  const following = new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
  const next =
    part + 1 < parts.length ? { day, part: part + 1 } : following <= last ? { day: following, part: 0 } : null;
  const document = parts[part];
  return { ...empty, documents: document ? [document] : [], next: next === null ? null : JSON.stringify(next) };
}

/** A document by its id: `alipay:2026-02-28.0`; null where the day has none. */
export async function readStatementPart(
  client: Client,
  store: Store,
  externalId: string,
  signal: AbortSignal,
): Promise<RawDocument | null> {
  const [, day, part] = /^alipay:(\d{4}-\d{2}-\d{2})\.(\d+)$/.exec(externalId) ?? [];
  if (day === undefined) return null;
  return (await readDay(client, store, day, signal))[Number(part)] ?? null;
}

async function readDay(client: Client, store: Store, day: string, signal: AbortSignal): Promise<RawDocument[]> {
  try {
    const answer = await client.alipay(store, METHOD, { bill_type: "signcustomer", bill_date: day }, signal);
    const { bill_download_url: url } = DOWNLOAD.parse(answer);
    return toStatementDocuments(await client.download(store, url, signal), day);
  } catch (error) {
    // No money moved on that day.
    if (isAdapterError(error) && error.category === "not_found") return [];
    throw error;
  }
}

/** The documents of a day's file as the bank gives it for that day. */
export function toStatementDocuments(bytes: Uint8Array, day: string): RawDocument[] {
  const { rows, income, expense, warnings, idle } = readStatement(bytes);
  return documentsOfDay(day, {
    rows,
    income,
    expense,
    warnings: [...warnings, ...idleWarnings([...idle.values()].flat())],
  });
}

/**
 * The documents of a file that somebody downloaded: of a day, a month, or any days. Rows go to the statement of their own
 * day, as its own file gives them. Throws `InputError` where no row has a day.
 */
export function statementDocumentsInFile(bytes: Uint8Array): RawDocument[] {
  const file = readStatement(bytes);
  const [first, ...more] = file.days;
  if (first === undefined)
    throw new InputError("no_settlement", "the statement holds no row with a time", { status: 422 });
  if (more.length === 0) return toStatementDocuments(bytes, first);
  const { income, expense } = sumsOf(file.rows);
  const isWhole = file.income === income && file.expense === expense;
  const warnings = [...file.warnings];
  if (!isWhole && warnings.length === 0)
    warnings.push({
      code: "statement_incomplete",
      detail: "The rows of the file do not make up the sums that it states.",
    });
  return file.days.flatMap((day) => {
    const rows = file.rows.filter((row) => file.dayOf.get(row) === day);
    const sums = isWhole ? sumsOf(rows) : { income: null, expense: null };
    return documentsOfDay(day, { ...sums, rows, warnings: [...warnings, ...idleWarnings(file.idle.get(day) ?? [])] });
  });
}

const idleWarnings = (numbers: readonly string[]): Warning[] =>
  numbers.length === 0
    ? []
    : [
        {
          code: "statement_row_empty",
          detail: `Rows that move no money were left out: ${numbers.slice(0, 20).join(", ")}`,
        },
      ];

interface DayFacts {
  rows: readonly Record<string, string>[];
  income: string | null;
  expense: string | null;
  warnings: Warning[];
}

/** Parts of a thousand rows with a common head, in the order of their time, whatever the order of the file was. */
function documentsOfDay(day: string, { rows, income, expense, warnings }: DayFacts): RawDocument[] {
  const of = `alipay:${day}`;
  const count = Math.max(1, Math.ceil(rows.length / PART_ROWS));
  const place = (row: Record<string, string>) => `${row[COLUMN.time]} ${row[COLUMN.id]}`;
  const sorted = [...rows].sort((a, b) => (place(a) < place(b) ? -1 : 1));
  return Array.from({ length: count }, (_, index) => ({
    externalId: `${of}.${index}`,
    sourceUpdatedAt: null,
    sourceVersion: null,
    form: STATEMENT_FORM,
    payload: {
      day,
      index,
      count,
      income,
      expense,
      ...(warnings.length === 0 ? {} : { warnings }),
      rows: sorted.slice(index * PART_ROWS, (index + 1) * PART_ROWS),
    },
    part: { of, index, last: index + 1 === count },
  }));
}

export const STATEMENT = z.looseObject({
  day: z.iso.date(),
  index: z.int().min(0),
  count: z.int().min(1),
  income: z.string().nullable(),
  expense: z.string().nullable(),
  warnings: z.array(z.object({ code: z.string(), detail: z.string() })).optional(),
  rows: z.array(z.record(z.string(), z.string())),
});

export function statementToUnified(raw: RawDocument): Unified {
  const { day, income, expense, rows, warnings: known = [] } = STATEMENT.parse(raw.payload);
  const warnings: Warning[] = [...known];
  const externalId = `alipay:${day}`;
  const periodStart = localToInstant(day, ZONE);
  if (periodStart === null) throw new Error(`"${day}" is no day`);
  const settlement: Settlement = {
    externalId,
    periodStart,
    periodEnd: new Date(periodStart.getTime() + DAY_MS),
    currency: CURRENCY,
    total: income === null || expense === null ? null : sub(money(income, CURRENCY), money(expense, CURRENCY)),
    payout: null,
    payoutCurrencyRate: null,
    paidAt: null,
    externalStatus: null,
    warnings,
  };
  return unified({ settlements: [settlement], entries: rows.map((row) => toEntry(row, externalId, warnings)) });
}

function toEntry(row: Readonly<Record<string, string>>, settlement: string, warnings: Warning[]): LedgerEntry {
  const id = row[COLUMN.id]?.trim();
  const at = localToInstant(row[COLUMN.time]?.trim() ?? "", ZONE);
  const amount = amountOf(row);
  if (!id || at === null || amount === null)
    throw new Error("a row of the statement has no number, no time, or no amount");
  const type = row[COLUMN.type]?.trim() ?? "";
  const note = row[COLUMN.note]?.trim() ?? "";
  return {
    externalId: id,
    settlementExternalId: settlement,
    book: "alipay",
    state: "posted",
    kind: kindOf(type, `${note} ${row[COLUMN.description] ?? ""}`, warnings),
    externalKind: type,
    amount: money(amount, CURRENCY),
    postedAt: at,
    orderExternalId: tradeIn(row, note),
    orderLineExternalId: null,
    shipmentExternalId: null,
    refundExternalId: null,
    sellerCode: null,
    description: note || row[COLUMN.goods]?.trim() || null,
  };
}

function kindOf(type: string, note: string, warnings: Warning[]): EntryKind {
  const known = STATEMENT_KIND.find((row) => row.type.test(type) && (row.note === undefined || row.note.test(note)));
  if (known) return known.kind;
  const detail = `statement type: "${type}" is not known`;
  if (!STATEMENT_OTHER.has(type) && !warnings.some((warning) => warning.detail === detail))
    warnings.push({ code: "unknown_code", detail });
  return "other";
}

/** The base order's number, else `T200P` and the trade's number, else the one that a deduction's remark names. */
function tradeIn(row: Readonly<Record<string, string>>, note: string): string | null {
  const base = row[COLUMN.baseOrder]?.trim() ?? "";
  if (/^\d{10,}$/.test(base)) return base;
  const own = /^T\d{3}P(\d{10,})$/.exec(row[COLUMN.order]?.trim() ?? "")?.[1];
  return own ?? /(?<!\d)(\d{16,20})(?!\d)/.exec(note)?.[1] ?? null;
}
