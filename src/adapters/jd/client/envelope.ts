/**
 * Answers: `{"<method>_responce": {"code": "0", "<result>": {…}}}`, misspelt by the platform. The first property of the root
 * counts, whatever its name; below it stands a result with a success flag of its own. Both are looked at.
 */
import { z } from "zod";
import type { HttpAnswer, PlatformFailure, RawDocument } from "../../../core/adapter.ts";
import { DEFAULT_ROWS, toAdapterError } from "../../../core/error-table.ts";
import { documentsIn } from "../../../core/file-records.ts";
import { parseWire } from "../../../core/wire.ts";
import { ERRORS } from "../errors.ts";
import { type Fields, isFields } from "../schemas.ts";

const CODE = z.union([z.string(), z.number()]).transform(String);
const CONTENT = z.looseObject({ code: CODE });
const ENVELOPE = /_respon[cs]e$/;

const PARSED = new WeakMap<HttpAnswer, Fields>();

/** The object that an answer is; parsed once. Throws `SyntaxError` for JSON that is none. */
export function documentOf(answer: HttpAnswer): Fields {
  const known = PARSED.get(answer);
  if (known) return known;
  const { value } = parseWire(answer.text());
  if (!isFields(value)) throw new SyntaxError("the answer is no object");
  PARSED.set(answer, value);
  return value;
}

/** What stands inside the answer's first property. Throws `ZodError` for another shape. */
export const contentOf = (answer: HttpAnswer): Fields => CONTENT.parse(Object.values(documentOf(answer))[0]);

/** The failure in an answer of the gateway, or null. Throws `ZodError` for what is none of its answers. */
export function failureIn(document: Fields): PlatformFailure | null {
  const [name, first] = Object.entries(document)[0] ?? [];
  const content = CONTENT.parse(first);
  if (name === "error_response" || content.code !== "0") return { code: content.code, message: wordsIn(content) };
  return [content, ...Object.values(content)].map((layer) => refusalIn(layer, content)).find((found) => found) ?? null;
}

/** The failure in an answer of the token address, whose refusals have their code at the root. */
export function tokenFailureIn(document: Fields): PlatformFailure | null {
  if ("access_token" in document) return null;
  const { error, code } = document;
  if (error === undefined && code === undefined) return failureIn(document);
  return { code: `oauth:${CODE.parse(error ?? code)}`, message: wordsIn(document) };
}

/** A success flag that is false, on a result or on the `apiResult` inside it. */
function refusalIn(layer: unknown, content: Fields): PlatformFailure | null {
  if (!isFields(layer)) return null;
  for (const verdict of [layer, layer.apiResult, layer.api_jos_result]) {
    if (!isFields(verdict) || (verdict.success !== false && verdict.success !== "false")) continue;
    const { numberCode, errorCode, resultCode, result_code, errCode } = verdict;
    const own = numberCode ?? errorCode ?? resultCode ?? result_code ?? errCode;
    const subCode = own ?? (layer === content ? null : verdict.code);
    const isSaid = typeof subCode === "string" || typeof subCode === "number";
    return { code: "business", subCode: isSaid ? String(subCode) : null, message: wordsIn(verdict) };
  }
  return null;
}

const WORDS =
  "chineseErrCode,errorMsg,errorMessage,message,messsage,msg,resultMsg,result_describe,zh_desc,en_desc,englishErrCode,error_description";

function wordsIn(fields: Fields): string | null {
  const found = WORDS.split(",").map((name) => fields[name]);
  return found.find((words): words is string => typeof words === "string" && words !== "") ?? null;
}

/**
 * Documents of a file: whole answers, lists, bare records. `read` gives a record's documents, or null for what is none and
 * is searched further. Throws for a refusal, and for a file without records that is no empty list either.
 */
export function documentsInFile(
  bytes: Uint8Array,
  what: string,
  read: (value: Fields) => RawDocument[] | null,
): RawDocument[] {
  const { value } = parseWire(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  return documentsIn(
    [value],
    what,
    (fields) => {
      const failure = ENVELOPE.test(Object.keys(fields)[0] ?? "") ? failureIn(fields) : null;
      if (failure)
        throw toAdapterError(ERRORS, DEFAULT_ROWS, { platform: "jd", operation: "file", effect: "read", failure });
      return read(fields);
    },
    isEmptyList,
  );
}

/** An answer of the platform whose lists are all empty. */
function isEmptyList(value: unknown): boolean {
  if (!isFields(value) || !ENVELOPE.test(Object.keys(value)[0] ?? "")) return false;
  const lists = (inner: unknown): unknown[][] =>
    Array.isArray(inner) ? [inner] : isFields(inner) ? Object.values(inner).flatMap(lists) : [];
  const all = lists(value);
  return all.length > 0 && all.every((list) => list.length === 0);
}
