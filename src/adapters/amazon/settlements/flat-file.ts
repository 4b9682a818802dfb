/**
 * Settlement report V2, a table with tabs: names, a summary row, and a row for each amount. It is read in parts; each keeps
 * names and summary. https://developer-docs.amazon.com/sp-api/docs/report-type-values-settlement
 */
import { z } from "zod";
import type { MapContext, RawDocument } from "../../../core/adapter.ts";
import { InputError } from "../../../core/errors.ts";
import {
  type Dispute,
  type LedgerEntry,
  type Refund,
  type Settlement,
  type Unified,
  unified,
  type Warning,
} from "../../../core/model/records.ts";
import { UNSAID_DISPUTE } from "../../../core/model/unsaid.ts";
import { add, money, neg } from "../../../core/money.ts";
import { cellsOf, partFrom, WESTERN } from "../client/reports.ts";
import { settledKind } from "../codes.ts";
import { settingsOf } from "../config.ts";
import { documentOf } from "../schemas.ts";
import { localDecimal, localTime, type Mark, markIn } from "./locale.ts";

export const STATEMENT_FORM = "settlement.flat_file_v2@2021-06-30";
/** Rows of one document: some 500 KB. */
const PART_ROWS = 2000;
/** Rows of one refund stay in one document, as far as so many rows behind its end. */
const MORE_ROWS = 500;
/** Rows that may go on with the next bytes of a file are held in a cursor, which is short. */
const MOST_HELD = { rows: 50, characters: 4000 };
const REFUND_COLUMNS = ["transaction-type", "order-id", "adjustment-id"];
const FIRST = "settlement-id";

const STATEMENT = z.object({
  columns: z.string(),
  summary: z.string(),
  /** Which document of the file it is, and the place of its first line. */
  index: z.int().min(0),
  from: z.int().min(0),
  lines: z.array(z.string()),
  last: z.boolean(),
});
export interface Head {
  columns: string;
  summary: string;
}

/** The first two lines of a file; null where they are others. */
export function headOf(lines: readonly string[]): Head | null {
  const [columns = "", summary = ""] = lines;
  return cellsOf(columns, columns)[FIRST] && cellsOf(columns, summary)[FIRST] ? { columns, summary } : null;
}

/**
 * Documents of the next lines of a file; an empty statement is one document too. Rows of one refund are not parted: those that
 * may go on behind the last line are `held`, and come before the next lines.
 */
export function partsOf(
  head: Head,
  lines: readonly string[],
  { index, from, isEnd }: { index: number; from: number; isEnd: boolean },
  report: string | null,
): { documents: RawDocument[]; held: string[] } {
  const names = head.columns.split("\t");
  const refundAt = (i: number): string | null => {
    const cells = lines[i]?.split("\t") ?? [];
    const [type = "", ...of] = REFUND_COLUMNS.map((name) => cells[names.indexOf(name)] ?? "");
    return /refund/i.test(type) && of[0] !== "" ? of.join("\t") : null;
  };
  const goesOn = (i: number): boolean => i > 0 && refundAt(i) !== null && refundAt(i) === refundAt(i - 1);
  let end = lines.length;
  if (!isEnd && refundAt(end - 1) !== null) {
    end -= 1;
    while (goesOn(end)) end -= 1;
  }
  const isLong = lines.length - end > MOST_HELD.rows || lines.slice(end).join("").length > MOST_HELD.characters;
  if (isLong) end = lines.length;
  const documents: RawDocument[] = [];
  for (let at = 0; at < end || (at === 0 && isEnd && index === 0); ) {
    let next = Math.min(at + PART_ROWS, end);
    while (next < end && next < at + PART_ROWS + MORE_ROWS && goesOn(next)) next += 1;
    const place = { index: index + documents.length, from: from + at, last: isEnd && next === end };
    documents.push(toStatementDocument({ ...head, ...place, lines: lines.slice(at, next) }, report));
    if (next === at) break;
    at = next;
  }
  return { documents, held: lines.slice(end) };
}

/** In the place of a statement that is none: it is set aside with its reason, and the others go on. */
export const brokenStatement = (report: string, problem: string): RawDocument => ({
  ...documentOf(`report:${report}`, STATEMENT_FORM, { report, problem }),
  key: { report },
});
const BROKEN = z.object({ problem: z.string() });

/** Throws for what is no part of a statement. */
export function toStatementDocument(value: unknown, report: string | null = null): RawDocument {
  const payload = STATEMENT.parse(value);
  const of = `settlement:${cellsOf(payload.columns, payload.summary)[FIRST]}`;
  const document = documentOf(`${of}.${payload.index}`, STATEMENT_FORM, payload);
  const part = { of, index: payload.index, last: payload.last };
  return { ...document, ...(report === null ? {} : { key: { report } }), part };
}

export const isStatementPart = (value: unknown): boolean => STATEMENT.safeParse(value).success;

/** A file as it was downloaded, in the same parts as from the platform. */
export function statementInFile(bytes: Uint8Array, charsets: readonly string[] = WESTERN): RawDocument[] {
  const documents: RawDocument[] = [];
  let head: Head | null = null;
  let held: string[] = [];
  for (let at: number | null = 0, from = 0; at !== null; ) {
    const part = partFrom(bytes, at, charsets);
    const own: Head | null = head ?? headOf(part.lines);
    if (own === null)
      throw new InputError(
        "no_settlement",
        "the file is no settlement report: its first lines do not name settlement-id",
        {
          status: 422,
        },
      );
    const lines: string[] = [...held, ...(head === null ? part.lines.slice(2) : part.lines)];
    const parts = partsOf(own, lines, { index: documents.length, from, isEnd: part.next === null }, null);
    documents.push(...parts.documents);
    [head, at, from, held] = [own, part.next, from + lines.length - parts.held.length, parts.held];
  }
  return documents;
}

export const isStatementFile = (bytes: Uint8Array): boolean =>
  /^\uFEFF?"?settlement-id/.test(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, 32)));

interface About {
  id: string;
  currency: string;
  mark: Mark | null;
  periodEnd: Date;
}

export function statementToUnified(raw: RawDocument, { settings }: MapContext): Unified {
  const broken = BROKEN.safeParse(raw.payload);
  if (broken.success) throw new TypeError(broken.data.problem);
  const payload = STATEMENT.parse(raw.payload);
  const summary = cellsOf(payload.columns, payload.summary);
  const cell = (name: string): string => {
    const found = summary[name];
    if (!found) throw new TypeError(`${name} is missing in the summary`);
    return found;
  };
  const time = (name: string): Date => {
    const found = localTime(cell(name));
    if (found === null) throw new TypeError(`${name} is missing in the summary`);
    return found;
  };
  const [id, currency, amount] = [cell(FIRST), cell("currency"), cell("total-amount")];
  const about: About = { id, currency, mark: markIn(amount), periodEnd: time("settlement-end-date") };
  const total = money(localDecimal(amount, currency, about.mark), currency);
  const warnings: Warning[] = [];
  const rows = payload.lines.map((line, i) =>
    toRow(cellsOf(payload.columns, line), payload.from + i, about, settingsOf(settings).line_kinds, warnings),
  );
  const settlement: Settlement = {
    externalId: id,
    periodStart: time("settlement-start-date"),
    periodEnd: about.periodEnd,
    currency,
    total,
    payout: total.amount.startsWith("-") ? null : total,
    payoutCurrencyRate: null,
    paidAt: localTime(summary["deposit-date"] ?? ""),
    externalStatus: null,
    warnings,
  };
  return unified({
    settlements: [settlement],
    entries: rows.map(({ entry }) => entry),
    refunds: refundsIn(rows),
    disputes: contested(rows),
  });
}

interface Row {
  entry: LedgerEntry;
  cells: Readonly<Record<string, string>>;
}

function toRow(
  cells: Readonly<Record<string, string>>,
  place: number,
  { id, currency, mark, periodEnd }: About,
  kinds: Readonly<Record<string, LedgerEntry["kind"]>>,
  warnings: Warning[],
): Row {
  const externalKind = [cells["transaction-type"], cells["amount-type"], cells["amount-description"]].join("/");
  const kind = kinds[externalKind] ?? settledKind(externalKind);
  const detail = `line of a settlement: "${externalKind}" is not known`;
  if (kind === null && !warnings.some((warning) => warning.detail === detail))
    warnings.push({ code: "unknown_code", detail });
  const postedAt = localTime(cells["posted-date-time"] ?? "") ?? localTime(cells["posted-date"] ?? "") ?? periodEnd;
  const isRefund = /^Refund$/i.test(cells["transaction-type"] ?? "");
  const entry: LedgerEntry = {
    externalId: `${id}:${place}`,
    settlementExternalId: id,
    book: "settlements",
    state: "posted",
    kind: kind ?? "other",
    externalKind,
    amount: money(localDecimal(cells.amount ?? "", currency, mark), currency),
    postedAt,
    orderExternalId: cells["order-id"] || null,
    orderLineExternalId: cells["order-item-code"] || null,
    shipmentExternalId: null,
    refundExternalId: isRefund ? refundId(id, cells) : null,
    sellerCode: cells.sku || null,
    description: cells["amount-description"] || null,
  };
  return { entry, cells };
}

const refundId = (id: string, cells: Readonly<Record<string, string>>): string | null =>
  cells["order-id"] ? `${id}/${cells["adjustment-id"] || cells["order-id"]}` : null;

/** Prices and promotions. Fees that come back with them are the seller's. */
const isBuyers = (cells: Readonly<Record<string, string>>): boolean =>
  /^(?:ItemPrice|Promotion)$/i.test(cells["amount-type"] ?? "");

/** What the buyer got back: prices with tax, less promotions. */
function refundsIn(rows: readonly Row[]): Refund[] {
  const refunds = new Map<string, Refund>();
  for (const { entry, cells } of rows) {
    if (entry.refundExternalId === null || !isBuyers(cells)) continue;
    const { refundExternalId: externalId, orderExternalId, postedAt } = entry;
    const known = refunds.get(externalId);
    const amount = neg(entry.amount);
    if (known) known.amount = add(known.amount, amount);
    else
      refunds.set(externalId, {
        externalId,
        orderExternalId,
        disputeExternalId: null,
        amount,
        reason: null,
        status: "done",
        refundedAt: postedAt,
        lines: [],
        shippingAmount: null,
      });
  }
  return [...refunds.values()].filter(({ amount }) => !/^(?:-|0$)/.test(amount.amount));
}

const CONTESTED = [
  { type: /^Chargeback Refund$/i, kind: "chargeback" },
  { type: /^A-to-z Guarantee Refund$/i, kind: "claim" },
] as const;

/** What was taken back by the buyer's bank or by the platform's guarantee: nothing else tells of the first. */
function contested(rows: readonly Row[]): Dispute[] {
  const disputes = new Map<string, Dispute>();
  for (const { entry, cells } of rows) {
    const found = CONTESTED.find(({ type }) => type.test(cells["transaction-type"] ?? ""));
    if (!found || entry.orderExternalId === null || !isBuyers(cells)) continue;
    const externalId = `${entry.orderExternalId}/${found.kind}/${entry.settlementExternalId}`;
    const known = disputes.get(externalId);
    const amount = neg(entry.amount);
    disputes.set(externalId, {
      ...UNSAID_DISPUTE,
      externalId,
      orderExternalId: entry.orderExternalId,
      system: "settlements",
      kind: found.kind,
      externalKind: cells["transaction-type"] ?? null,
      status: "resolved_refunded",
      externalStatus: "SETTLED",
      externalReason: null,
      amount: known?.amount ? add(known.amount, amount) : amount,
      turn: null,
      openedAt: entry.postedAt,
      closedAt: entry.postedAt,
      lines: [],
      events: [],
      warnings: [],
    });
  }
  return [...disputes.values()];
}
