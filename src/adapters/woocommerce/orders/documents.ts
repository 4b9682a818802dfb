/** Order documents: identity and version from the raw payload, and files that hold them. */
import type { RawDocument } from "../../../core/adapter.ts";
import { documentsOfFile, type Fields, noRecord, referenceOf, rowProblem } from "../schemas/index.ts";

export const ORDER_FORM = "order@wc/v3";

/** Times are whole seconds; status and total tell apart what changed within one, as far as a light list can. */
export const VERSION_FIELDS = ["status", "total"];

/** Why a value is no whole order (but a part of one, or another record); null where it is one. */
export function orderProblem(value: unknown): string | null {
  const problem = rowProblem(value);
  if (problem !== null) return problem;
  const fields = value as Fields;
  if ("refunded_by" in fields) return "it is a refund";
  const missing = ["status", "line_items"].find((name) => !(name in fields));
  return missing === undefined ? null : `it has no ${missing}`;
}

export function isOrderDocument(value: unknown): value is Fields {
  return orderProblem(value) === null;
}

export function toOrderDocument(value: Fields): RawDocument {
  return { ...referenceOf(value, VERSION_FIELDS), form: ORDER_FORM, payload: value };
}

/** Documents of a list's rows. */
export function toDocuments(rows: readonly unknown[]): RawDocument[] {
  return rows.map((row) => (isOrderDocument(row) ? toOrderDocument(row) : noRecord(row)));
}

/** Orders of a file; rows that are none are set aside. Throws for error answers and for files without any order. */
export function ordersInFile(bytes: Uint8Array): RawDocument[] {
  return documentsOfFile(bytes, "order", orderProblem, toOrderDocument);
}
