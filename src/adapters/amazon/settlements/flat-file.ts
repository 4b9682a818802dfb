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
import { cellsOf, partFrom } from "../client/reports.ts";
import { settledKind } from "../codes.ts";
import { settingsOf } from "../config.ts";
import { documentOf } from "../schemas.ts";
import { localDecimal, localTime, type Mark, markIn } from "./locale.ts";

export const STATEMENT_FORM = "settlement.flat_file_v2@2021-06-30";
/** Rows of one document: some 500 KB. */
const PART_ROWS = 2000;
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

/** The first two lines of a file. Throws `InputError` where they are others. */
export function headOf(lines: readonly string[]): Head {
  const [columns = "", summary = ""] = lines;
  if (!cellsOf(columns, columns)[FIRST] || !cellsOf(columns, summary)[FIRST])
    throw new InputError(
      "no_settlement",
      "the file is no settlement report: its first line does not name settlement-id",
      {
        status: 422,
      },
    );
  return { columns, summary };
}

/** Documents of the next lines of a file; an empty statement is one document too. */
export function partsOf(
  head: Head,
  lines: readonly string[],
  { index, from, isEnd }: { index: number; from: number; isEnd: boolean },
  report: string | null,
): RawDocument[] {
  const count = Math.ceil(lines.length / PART_ROWS) || (index === 0 && isEnd ? 1 : 0);
  return Array.from({ length: count }, (_, i) => {
    const at = i * PART_ROWS;
    const place = { index: index + i, from: from + at, last: isEnd && i === count - 1 };
    return toStatementDocument({ ...head, ...place, lines: lines.slice(at, at + PART_ROWS) }, report);
  });
}

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
export function statementInFile(bytes: Uint8Array): RawDocument[] {
  const documents: RawDocument[] = [];
  let head: Head | null = null;
  for (let at: number | null = 0, from = 0; at !== null; ) {
    const part = partFrom(bytes, at, null);
    const own: Head = head ?? headOf(part.lines);
    const lines: string[] = head === null ? part.lines.slice(2) : part.lines;
    documents.push(...partsOf(own, lines, { index: documents.length, from, isEnd: part.next === null }, null));
    [head, at, from] = [own, part.next, from + lines.length];
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

/** What the buyer got back: prices with tax, less promotions. Fees that come back with it are the seller's. */
function refundsIn(rows: readonly Row[]): Refund[] {
  const refunds = new Map<string, Refund>();
  for (const { entry, cells } of rows) {
    if (entry.refundExternalId === null || !/^(?:ItemPrice|Promotion)$/i.test(cells["amount-type"] ?? "")) continue;
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
    if (!found || entry.orderExternalId === null) continue;
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
