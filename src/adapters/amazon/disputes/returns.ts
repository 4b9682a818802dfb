/**
 * Returns of orders that the seller ships, as rows of a report: a return, and beside it a claim under the platform's guarantee
 * and the seller's own claim for what was lost. Columns are found by name; some are missing on some marketplaces.
 * https://developer-docs.amazon.com/sp-api/docs/report-type-values-returns
 */
import type { MapContext, RawDocument } from "../../../core/adapter.ts";
import { InputError } from "../../../core/errors.ts";
import { look } from "../../../core/model/look.ts";
import { type Dispute, type Money, type Unified, unified, type Warning } from "../../../core/model/records.ts";
import { UNSAID_DISPUTE } from "../../../core/model/unsaid.ts";
import type { DisputeKind, DisputeStatus } from "../../../core/model/vocabulary.ts";
import { isZero, money } from "../../../core/money.ts";
import { type Fields, textIn } from "../../../core/tree.ts";
import { cellsOf, linesOf } from "../client/reports.ts";
import { RETURN, TURN } from "../codes.ts";
import { documentOf } from "../schemas.ts";
import { localDecimal, localTime } from "../settlements/locale.ts";

export const RETURN_FORM = "return_row@2021-06-30";
const ORDER = "Order ID";
const REQUESTED = "Return request date";

export const isReturnRow = (value: Fields): boolean => typeof value[ORDER] === "string" && REQUESTED in value;

/** A return has no number but the platform's for the parcel that comes back; a parcel may hold several SKUs. */
export function toReturnDocument(row: Fields): RawDocument {
  const parts = [ORDER, "Amazon RMA ID", "Merchant SKU"].map((name) => textIn(row[name]) ?? "");
  // One that names no order is set aside alone, by the mapper.
  return { ...documentOf(`return:${parts.join("/")}`, RETURN_FORM, row), key: { at: textIn(row[REQUESTED]) ?? "" } };
}

export const returnsOf = (columns: string, lines: readonly string[]): RawDocument[] =>
  lines.map((line) => toReturnDocument(cellsOf(columns, line)));

/** A report as it was downloaded. Throws `InputError` where its first line has other names. */
export function returnsInFile(bytes: Uint8Array, charsets: readonly string[]): RawDocument[] {
  const [columns = "", ...lines] = linesOf(bytes, charsets);
  if (isReturnRow(cellsOf(columns, columns))) return returnsOf(columns, lines);
  throw new InputError("no_dispute", `the file is no report of returns: its first line does not name ${ORDER}`, {
    status: 422,
  });
}

const DAY = /^(\d{1,2})-([A-Za-z]{3})-(\d{4})$/;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** As settlements write times, or `03-Feb-2026`. */
export function returnTime(text: string): Date | null {
  const [, day = "", name = "", year = ""] = DAY.exec(text.trim()) ?? [];
  const month = MONTHS.indexOf(name.toLowerCase()) + 1;
  return localTime(month === 0 ? text : `${year}-${String(month).padStart(2, "0")}-${day.padStart(2, "0")}`);
}

export function returnToUnified(raw: RawDocument, context: MapContext): Unified {
  const row = raw.payload as Fields;
  if (typeof row !== "object" || row === null || !isReturnRow(row)) throw new TypeError(`${ORDER} is missing`);
  const cell = (name: string): string => textIn(row[name]) ?? "";
  if (cell(ORDER) === "") throw new TypeError(`${ORDER} is missing`);
  const openedAt = returnTime(cell(REQUESTED));
  if (openedAt === null) throw new TypeError(`${REQUESTED} is missing`);
  const currency = cell("Currency code") || context.currency;
  const amount = (name: string): Money | null =>
    cell(name) === "" ? null : money(localDecimal(cell(name), currency, null), currency);
  const refunded = amount("Refunded Amount");
  const isRefunded = refunded !== null && !isZero(refunded);
  const warnings: Warning[] = [];
  const arrivedAt = returnTime(cell("Return delivery date"));
  const told = look(RETURN, "return status", cell("Return request status"), "unknown" as const, warnings);
  const waiting: DisputeStatus = arrivedAt === null ? "return_in_transit" : "open_awaiting_seller";
  const closed = told === "approved" ? waiting : told;
  const status: DisputeStatus = isRefunded ? "resolved_refunded" : closed;
  const common = { orderExternalId: cell(ORDER), openedAt, warnings: [] };
  const ofReturn = disputeOf(raw, "", status, {
    ...common,
    system: "returns",
    kind: kindOf(cell("Resolution")),
    externalKind: cell("Resolution") || null,
    externalStatus: cell("Return request status"),
    externalReason: cell("Return Reason") || null,
    amount: refunded,
    lines: [
      {
        orderLineExternalId: null,
        variantExternalId: null,
        quantity: Number(cell("Return quantity")) || 0,
        amount: null,
      },
    ],
    returnTracking: { carrier: cell("Return carrier") || null, number: cell("Tracking ID") || null },
    warnings,
  });
  const claim = disputeOf(raw, "/claim", isRefunded ? "resolved_refunded" : "open_awaiting_platform", {
    ...common,
    system: "a_to_z",
    kind: "claim",
    externalKind: "A-to-Z",
    externalStatus: cell("A-to-Z Claim"),
    externalReason: null,
    amount: null,
    lines: [],
  });
  const given = amount("SafeT claim reimbursement amount");
  const isGiven = given !== null && !isZero(given);
  const complaint = disputeOf(raw, "/safe_t", isGiven ? "resolved_refunded" : "open_awaiting_platform", {
    ...common,
    openedAt: returnTime(cell("SafeT claim creation time")) ?? openedAt,
    system: "safe_t",
    kind: "complaint",
    externalKind: "SafeT",
    externalStatus: cell("SafeT claim state"),
    externalReason: cell("SafeT Action reason") || null,
    amount: given,
    lines: [],
  });
  const disputes = [ofReturn];
  if (/^y/i.test(cell("A-to-Z Claim"))) disputes.push(claim);
  if (cell("SafeT claim id") !== "") disputes.push(complaint);
  return unified({ disputes });
}

const kindOf = (resolution: string): DisputeKind =>
  /exchange|replace/i.test(resolution) ? "exchange" : "return_refund";

type Told = Omit<Dispute, keyof typeof UNSAID_DISPUTE | "externalId" | "status" | "turn" | "events"> & Partial<Dispute>;

const disputeOf = ({ externalId }: RawDocument, suffix: string, status: DisputeStatus, told: Told): Dispute => ({
  ...UNSAID_DISPUTE,
  externalId: `${externalId}${suffix}`,
  status,
  turn: TURN[status] ?? null,
  events: [],
  ...told,
});
