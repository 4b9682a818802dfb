/** Files with documents: bare ones, lists, recorded answers (`request`, `status`, `body`) and recorded webhook deliveries. */
import type { RawDocument } from "../../../core/adapter.ts";
import { DEFAULT_ROWS, toAdapterError } from "../../../core/error-table.ts";
import { InputError } from "../../../core/errors.ts";
import { errorBody, parseBody } from "../client/body.ts";
import { ERRORS } from "../errors.ts";
import { type Fields, noRecord, type ProblemOf } from "./row.ts";

/** What a file holds at one place, with the path it was asked at, where the file says so. */
export interface FileItem {
  value: unknown;
  /** `/orders/15/refunds`; null for bare documents. */
  path: string | null;
  /** Its place in the file's list, from 1; `3.2` inside the third answer. Null where the file is one document. */
  row: string | null;
  /** Why there is no document to be read at this place; null where there may be one. */
  problem: string | null;
}

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The items of a file. Throws the `AdapterError` of a file that is one recorded error answer, and `InputError` for files
 * that hold no documents; items that a batch answer refuses are left out.
 */
export function readFile(bytes: Uint8Array): FileItem[] {
  const { value } = parseBody(decodeFile(bytes));
  return itemsOf(value, null, null);
}

/** Text of a file. Throws `InputError` where it is not UTF-8. */
function decodeFile(bytes: Uint8Array): string {
  let text: string | null = null;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // Said below.
  }
  // UTF-16 of plain letters is valid UTF-8 with a NUL in every other place, which JSON never holds.
  if (text !== null && !text.includes("\u0000")) return text;
  const isUtf16 =
    bytes.includes(0) || (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  throw new InputError(
    "not_utf8",
    `the file is not UTF-8 text${isUtf16 ? ": it looks like UTF-16 or like no text at all" : ""}; save it as UTF-8, for example with ` +
      `"iconv -f ${isUtf16 ? "UTF-16" : "ISO-8859-1"} -t UTF-8 file > file-utf8", and read that`,
    { status: 422 },
  );
}

/** Documents of the items that are `what`; the others are set aside one by one. Throws where the file holds none at all. */
export function documentsOfFile(
  bytes: Uint8Array,
  what: string,
  problemOf: ProblemOf,
  toDocument: (value: Fields, path: string | null) => RawDocument,
): RawDocument[] {
  const items = readFile(bytes).map((item) => ({ ...item, problem: item.problem ?? problemOf(item.value) }));
  refuseForeignFile(items, what);
  return items.map(({ value, path, row, problem }) =>
    problem === null ? toDocument(value as Fields, path) : noRecord(value, row),
  );
}

/** Throws where none of the items is what the file was said to hold: it is the wrong file, not one with a bad row. */
export function refuseForeignFile(items: readonly FileItem[], what: string): void {
  const [first] = items;
  if (!first || items.some((item) => item.problem === null)) return;
  const place = first.row === null ? "" : ` (row ${first.row})`;
  const asked = first.path === null ? "" : ` (it was asked at ${first.path})`;
  throw new InputError(`no_${what}`, `the file holds no ${what}${asked}: ${first.problem}${place}`, { status: 422 });
}

function itemsOf(value: unknown, path: string | null, row: string | null): FileItem[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => itemsOf(item, path, `${row === null ? "" : `${row}.`}${index + 1}`));
  if (!isObject(value)) {
    if (row === null) throw new InputError("no_document", "the file holds no JSON object and no list of them");
    return [{ value, path, row, problem: null }];
  }
  try {
    if (isRecordedAnswer(value)) return itemsOfAnswer(value, row);
    if (isDelivery(value)) return itemsOfDelivery(value, row);
    const failure = errorBody(value);
    if (failure) throw failureError(failure, failure.status, path);
  } catch (error) {
    if (row === null || !(error instanceof Error)) throw error;
    return [{ value, path, row, problem: `it is a recorded failure: ${error.message}` }];
  }
  if (isBatchAnswer(value))
    return ["create", "update", "delete"].flatMap((act) =>
      itemsOf(Array.isArray(value[act]) ? value[act] : [], path, row).filter(
        (item) => !isObject(item.value) || !isObject(item.value.error),
      ),
    );
  return [{ value, path, row, problem: null }];
}

const isRecordedAnswer = (value: Fields) =>
  isObject(value.request) && typeof value.status === "number" && "body" in value;
const isDelivery = (value: Fields) => isObject(value.headers) && typeof value.body === "string";
const isBatchAnswer = (value: Fields) =>
  !("id" in value) && ["create", "update", "delete"].some((act) => Array.isArray(value[act]));

function itemsOfAnswer(answer: Fields, row: string | null): FileItem[] {
  const { path } = answer.request as Fields;
  const asked = typeof path === "string" ? path : null;
  const status = Number(answer.status);
  if (status >= 400) throw failureError(errorBody(answer.body), status, asked);
  return itemsOf(answer.body, asked, row);
}

/** A ping says nothing, and a deletion names an id alone: neither carries a document. */
function itemsOfDelivery(delivery: Fields, row: string | null): FileItem[] {
  const body = String(delivery.body);
  if (/^webhook_id=\d+$/.test(body)) return [];
  const { value } = parseBody(body);
  if (isObject(value) && Object.keys(value).length === 1 && "id" in value) return [];
  return itemsOf(value, null, row);
}

function failureError(failure: ReturnType<typeof errorBody>, status: number | null, path: string | null): Error {
  return toAdapterError(ERRORS, DEFAULT_ROWS, {
    platform: "woocommerce",
    operation: `file ${path ?? ""}`.trim(),
    effect: "read",
    ...(status === null ? {} : { status }),
    failure,
  });
}
