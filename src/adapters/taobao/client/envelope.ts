/**
 * Answers of the gateway: the lean form (fields at the root) and the default one (`<method>_response`); failures are
 * HTTP 200 with `error_response`. The token address and the bank's gateway have forms of their own.
 */
import { z } from "zod";
import type { HttpAnswer, PlatformFailure } from "../../../core/adapter.ts";
import { parseWire } from "../../../core/wire.ts";

export type Fields = Record<string, unknown>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const CODE = z.union([z.string(), z.number()]).transform(String);
const WORDS = z.string().nullish();
const REFUSAL = z.looseObject({ code: CODE, msg: WORDS, sub_code: WORDS, sub_msg: WORDS, request_id: WORDS });
const TOKEN_REFUSAL = z.looseObject({ error: CODE, error_description: WORDS });
/** Every answer carries its number, also one that holds nothing else. */
const LEAN = z.looseObject({ request_id: z.union([z.string(), z.number()]) });
const FAILURE_HEAD = /"(?:error|error_response|alipay_\w+_response)"\s*:/;
const ALIPAY_OK = "10000";

/** The failure that an answer tells, or null. Throws where the text is no JSON and the status speaks of one. */
export function failureOf(answer: HttpAnswer): PlatformFailure | null {
  const text = answer.text();
  if (answer.status < 400 && !FAILURE_HEAD.test(text.slice(0, 400))) return null;
  const { value } = parseWire(text);
  return isFields(value) ? failureIn(value) : null;
}

/** The failure in a document, or null. */
export function failureIn(value: Fields): PlatformFailure | null {
  if (isFields(value.error_response)) return toFailure(value.error_response);
  if (typeof value.error === "string") {
    const { error, error_description: message } = TOKEN_REFUSAL.parse(value);
    return { code: error, message: message ?? null };
  }
  const alipay = Object.entries(value).find(([name]) => /^alipay_\w+_response$/.test(name))?.[1];
  return isFields(alipay) && String(alipay.code) !== ALIPAY_OK ? toFailure(alipay) : null;
}

function toFailure(refusal: Fields): PlatformFailure {
  const { code, msg, sub_code, sub_msg, request_id } = REFUSAL.parse(refusal);
  const ban = /ban will last for (\d+) more seconds/i.exec(`${sub_msg ?? ""} ${msg ?? ""}`)?.[1];
  return {
    code,
    subCode: sub_code || null,
    message: sub_msg || msg || null,
    requestId: request_id || null,
    // A second more, because the number is cut.
    retryAfterMs: ban === undefined ? null : (Number(ban) + 1) * 1000,
  };
}

/**
 * The object that an answer is. Throws `SyntaxError` for JSON that is none (null, a list, a bare text): nothing of the
 * platform's answered, and a repeat may help.
 */
export function documentOf(text: string): Fields {
  const { value } = parseWire(text);
  if (!isFields(value)) throw new SyntaxError("the answer is no object");
  return value;
}

/** The fields of an answer in either form. Throws as `documentOf`, and `ZodError` for an object that has neither. */
export function fieldsOf(text: string): Fields {
  const value = documentOf(text);
  return unwrap(value) ?? LEAN.parse(value);
}

/** What stands inside `<method>_response`; null where the document is not wrapped so. */
export function unwrap(value: unknown): Fields | null {
  if (!isFields(value)) return null;
  const wrapped = Object.entries(value).find(([name]) => name.endsWith("_response"));
  return wrapped && isFields(wrapped[1]) ? wrapped[1] : null;
}
