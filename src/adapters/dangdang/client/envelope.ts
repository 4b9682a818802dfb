/**
 * Answers. A call fails with `errorResponse` or `Error`, an act with a `Result` whose code is not 0, each at the root or
 * below `response`; rows of a file fail one by one inside a call that succeeds. HTTP is 200 for all of them.
 */
import type { HttpAnswer, PlatformFailure, RawDocument } from "../../../core/adapter.ts";
import { DEFAULT_ROWS, toAdapterError } from "../../../core/error-table.ts";
import type { AdapterError } from "../../../core/errors.ts";
import { documentsIn } from "../../../core/file-records.ts";
import { textOfGbk } from "../../../core/gbk.ts";
import { type Fields, findIn, isFields, type Tree, textIn } from "../../../core/tree.ts";
import { parseWire } from "../../../core/wire.ts";
import { ID } from "../config.ts";
import { ERRORS } from "../errors.ts";
import { countIn, read, XML } from "../schemas.ts";
import { unconfirmed } from "./helpers.ts";

const PARSED = new WeakMap<HttpAnswer, Fields>();

/** What an answer's root holds; parsed once. Throws `SyntaxError` for what is no XML. */
export function rootOf(answer: HttpAnswer): Fields {
  const known = PARSED.get(answer) ?? XML.parse(textOfGbk(answer.bytes));
  PARSED.set(answer, known);
  return known;
}

/** What stands inside `response`; the root's own name is no matter. Throws `TypeError` for text alone. */
export const contentOf = (answer: HttpAnswer): Tree => read(Object.values(rootOf(answer))[0]);

const DONE = "0";

/** The failure in an answer, or null. */
export function failureIn(root: Fields): PlatformFailure | null {
  for (const holder of [root, ...Object.values(root)].filter(isFields)) {
    const { errorResponse, Error: refusal, Result: result } = holder;
    if (isFields(errorResponse))
      return { code: textIn(errorResponse.errorCode), message: textIn(errorResponse.errorMessage) };
    const found = verdictOf(refusal) ?? verdictOf(result) ?? verdictOf(holder);
    if (found && found.code !== DONE) return found;
    if (holder.success === "false" || holder.result === "false")
      return { code: textIn(holder.code ?? holder.resultCode), message: textIn(holder.message) };
  }
  return null;
}

/** The code and words that a row bears, whichever of its two names the code has. */
function verdictOf(value: unknown): PlatformFailure | null {
  const fields = isFields(value) ? value : {};
  const code = textIn(fields.operCode ?? fields.orderOperCode);
  return code === null ? null : { code, message: textIn(fields.operation ?? fields.orderOperation) };
}

/** What became of each row of a file, at whatever depth the answer has them; `error` null: done. */
export const verdictsIn = (answer: Tree, operation: string): { row: Fields; error: AdapterError | null }[] =>
  findIn(answer.fields, (row) => {
    const verdict = verdictOf(row);
    return verdict && [{ row, error: verdict.code === DONE ? null : toError(verdict, operation, "keyed-write") }];
  });

/** The verdict of the one row that was sent. Throws what it says, and where there is none. */
export function confirmed(answer: Tree, operation: string): void {
  const [verdict] = verdictsIn(answer, operation);
  if (!verdict) throw unconfirmed(operation);
  if (verdict.error) throw verdict.error;
}

const toError = (failure: PlatformFailure, operation: string, effect: "read" | "keyed-write"): AdapterError =>
  toAdapterError(ERRORS, DEFAULT_ROWS, { platform: ID, operation, effect, failure });

/**
 * Documents of a file: whole answers as XML (GBK, or saved anew as UTF-8), or our own documents as JSON. `toDocuments` gives
 * those of a record, or null for what is none and is searched further. Throws for a refusal, and for a file without records.
 */
export function documentsInFile(
  bytes: Uint8Array,
  what: string,
  toDocuments: (value: Fields, whole: unknown) => RawDocument[] | null,
): RawDocument[] {
  const text = textOfGbk(bytes).replace(/^\uFEFF/, "");
  const parts = text.split(/(?=<\?xml\b)/).filter((part) => part.trim() !== "");
  const roots = /^\s*</.test(text) ? parts.map(XML.parse) : [parseWire(text).value];
  return roots.flatMap((root) => {
    const failure = isFields(root) ? failureIn(root) : null;
    if (failure) throw toError(failure, "file", "read");
    return documentsIn([root], what, (value) => toDocuments(value, root), isEmptyList);
  });
}

/** An answer that counts what it holds, and holds nothing. */
function isEmptyList(root: unknown): boolean {
  const [content] = isFields(root) ? Object.values(root) : [];
  return isFields(content) && ("totalInfo" in content || "refundInfos" in content) && countIn(read(content)) === 0;
}
