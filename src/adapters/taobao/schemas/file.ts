/** Files with documents: ours, whole answers in either form, and lists of them. */
import type { RawDocument } from "../../../core/adapter.ts";
import { sha256, toHex } from "../../../core/crypto.ts";
import { DEFAULT_ROWS, toAdapterError } from "../../../core/error-table.ts";
import { InputError } from "../../../core/errors.ts";
import type { Unified } from "../../../core/model/records.ts";
import { parseWire } from "../../../core/wire.ts";
import { type Fields, failureIn, isFields, unwrap } from "../client/envelope.ts";
import { ERRORS } from "../errors.ts";
import { listOf } from "./helpers.ts";

/** An id as text; null for what cannot be one. */
export function idIn(value: unknown): string | null {
  if (typeof value === "number") return Number.isSafeInteger(value) && value > 0 ? String(value) : null;
  return typeof value === "string" && value.trim() !== "" && value.trim() !== "0" ? value.trim() : null;
}

/** A row that is no record: it is set aside alone, with its place, and the rest of its file is taken. */
const NO_RECORD_FORM = "no-record@2.0";

function noRecord(row: unknown, what: string, place: string): RawDocument {
  return {
    externalId: `row:${toHex(sha256(`${place}\n${JSON.stringify(row)}`)).slice(0, 24)}`,
    via: { row: place, what },
    sourceUpdatedAt: null,
    sourceVersion: null,
    form: NO_RECORD_FORM,
    payload: row,
  };
}

/** The mapping of a capability, with the reason for rows that are no record. */
export function refusingRows<Context>(
  map: (raw: RawDocument, context: Context) => Unified,
): (raw: RawDocument, context: Context) => Unified {
  return (raw, context) => {
    if (raw.form !== NO_RECORD_FORM) return map(raw, context);
    const { row, line, what } = raw.via ?? {};
    throw new Error(
      `${line ? `line ${line}` : `row ${row}`} is no ${what}: it has no id, or lacks what every ${what} has`,
    );
  };
}

/** Documents of rows, those that are no record as such; null where none is one. */
export function rowsOf(
  rows: readonly Fields[],
  what: string,
  isRecord: (row: Fields) => boolean,
  toDocument: (row: Fields) => RawDocument,
): RawDocument[] | null {
  if (rows.length > 0 && !rows.some(isRecord)) return null;
  return rows.map((row, index) => (isRecord(row) ? toDocument(row) : noRecord(row, what, String(index + 1))));
}

/**
 * Documents of a file. `read` answers null for an object that is none of its kind: alone in its file that is refused, among
 * others it is set aside. An answer that lists nothing gives none. Throws where the file holds something else.
 */
export function documentsInFile(
  bytes: Uint8Array,
  what: string,
  read: (value: Fields) => RawDocument[] | null,
): RawDocument[] {
  const { value } = parseWire(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  const items = Array.isArray(value) ? value : [value];
  const found = items.map((item) => {
    if (!isFields(item)) return null;
    const failure = failureIn(item);
    if (failure)
      throw toAdapterError(ERRORS, DEFAULT_ROWS, { platform: "taobao", operation: "file", effect: "read", failure });
    return isEmptyAnswer(item) ? [] : read(unwrap(item) ?? item);
  });
  const wrong = found.indexOf(null);
  if (wrong >= 0 && !found.some((documents) => documents !== null && documents.length > 0)) {
    const place = Array.isArray(value) ? ` (item ${wrong + 1})` : "";
    throw new InputError(`no_${what}`, `the file holds no ${what}${place}`, { status: 422 });
  }
  return found.flatMap((documents, index) => {
    const place = String(index + 1);
    if (documents === null) return [noRecord(items[index], what, place)];
    return Array.isArray(value) ? documents.map((raw) => placedIn(place, raw)) : documents;
  });
}

/** A row inside an item of a list: the item's place stands first. */
const placedIn = (place: string, raw: RawDocument): RawDocument =>
  raw.form === NO_RECORD_FORM ? { ...raw, via: { ...raw.via, row: `${place}.${raw.via?.row}` } } : raw;

const ABOUT_THE_LIST = /^(?:request_id|has_next|total\w*|page\w*)$/;

/** An answer of the gateway that says how much it lists, and lists nothing. */
function isEmptyAnswer(item: Fields): boolean {
  const wrapped = unwrap(item);
  const fields = wrapped ?? item;
  if (wrapped === null && !("request_id" in item)) return false;
  return Object.entries(fields).every(([name, value]) => {
    if (typeof value === "object" && value !== null) return listOf(value).length === 0;
    return ABOUT_THE_LIST.test(name) && !(/^total_(?:results|count)$/.test(name) && Number(value) > 0);
  });
}
