/**
 * What may be written down: fields are judged by their NAME, at any depth, and text loses query strings and e-mail
 * addresses wherever it stands. Used by the log and by whatever else shows values to people who need not see them.
 */
import { ZodError } from "zod";
import { isAdapterError } from "./errors.ts";
import { maskSecrets } from "./mask.ts";

export const REDACTED = "[redacted]";

/** Names without case, `_` and `-`; a trailing `s` is ignored. Ends of longer names: `accessToken`, `buyerEmail`. */
const ENDS =
  /(?:token|secret|password|passphrase|passwd|signature|authorization|cookie|apikey|appkey|privatekey|masterkey|sessionkey|signkey|credential|email|mail|phone|mobile|telephone|addres|addresse|fullname|firstname|lastname|nickname|buyername|receivername|recipientname|contactname|customername|username|body|payload|postcode|zipcode|taxid|idcard)$/;
/** Whole names. `name` alone is a buyer's until its writer says whose it is (`storeName`). */
const NAMES = new Set(
  "name,sign,sig,session,nick,buyer,recipient,receiver,consignee,contact,customer,shipto,billto,street,city,district,tel,zip,query,search,querystring,html,raw,text,content,platformmessage,values,remark,memo,note".split(
    ",",
  ),
);
const MAX_DEPTH = 6;
const MAX_ITEMS = 50;
const MAX_TEXT = 2000;

/** A copy of the fields that may be written: JSON values only, bigint as text, errors as plain records. */
export function redactFields(fields: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined)
      out[name] = isPrivate(name) && !isHarmless(value) ? REDACTED : redactValue(value, MAX_DEPTH);
  }
  return out;
}

/** Text without secrets (mask.ts), query strings, user parts of URLs and e-mail addresses, at most 2000 characters of it. */
export function scrubText(text: string): string {
  const cut = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  return maskSecrets(cut)
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)(?:[^\s/?#"'@]*@)?([^\s?#"']*)[?#][^\s"']*/gi, "$1$2?…")
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'@]*@/gi, "$1…@")
    .replace(/[\w.+-]+@[\w-]+\.[\w.-]+/g, "[e-mail]");
}

/** An error as a record: class, our message, place in the code, and what a platform's failure carries that is safe. */
export function describeError(error: Error, depth = 3): Record<string, unknown> {
  const out: Record<string, unknown> = { name: error.name, message: messageOf(error) };
  if (isAdapterError(error)) {
    // `platformMessage` stays behind: platforms quote the input in it.
    const { category, platform, operation, platformCode, httpStatus, platformRequestId, retryAfterMs, maybeApplied } =
      error;
    Object.assign(out, {
      category,
      platform,
      operation,
      platformCode,
      httpStatus,
      platformRequestId,
      retryAfterMs,
      maybeApplied,
    });
    if (error.issues.length > 0) out.issuePaths = error.issues.slice(0, MAX_ITEMS).map((issue) => issue.path);
  }
  const { code } = error as { code?: unknown };
  if (typeof code === "string" && code.length <= 60) out.errorCode = scrubText(code);
  const frames = error.stack?.split("\n").filter((line) => /^\s+at /.test(line));
  if (frames && frames.length > 0) out.stack = frames.slice(0, 15).join("\n");
  if (error.cause instanceof Error && depth > 0) out.cause = describeError(error.cause, depth - 1);
  return out;
}

/** Messages that quote what they read are replaced by what went wrong where. */
function messageOf(error: Error): string {
  if (error instanceof ZodError) {
    return error.issues
      .slice(0, 10)
      .map((issue) => `${issue.path.join(".") || "(root)"}: ${issue.code}`)
      .join("; ");
  }
  // V8 quotes the text that it could not parse.
  if (error instanceof SyntaxError) return "invalid syntax";
  return scrubText(error.message);
}

function isPrivate(name: string): boolean {
  const plain = name.toLowerCase().replace(/[_-]/g, "").replace(/s$/, "");
  return NAMES.has(plain) || NAMES.has(`${plain}s`) || ENDS.test(plain);
}

function isHarmless(value: unknown): boolean {
  return value === null || typeof value === "boolean";
}

function redactValue(value: unknown, depth: number): unknown {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "string") return scrubText(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object") return `[${typeof value}]`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "[invalid date]" : value.toISOString();
  if (value instanceof Error) return describeError(value);
  if (value instanceof URL) return scrubText(value.href);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (depth === 0) return "[deep]";
  if (value instanceof Map) return redactRecord(Object.fromEntries(value) as Record<string, unknown>, depth);
  if (Array.isArray(value) || value instanceof Set) {
    const items = [...value].slice(0, MAX_ITEMS).map((item) => redactValue(item, depth - 1));
    const size = Array.isArray(value) ? value.length : value.size;
    return size > MAX_ITEMS ? [...items, `[${size - MAX_ITEMS} more]`] : items;
  }
  return redactRecord(value as Record<string, unknown>, depth);
}

function redactRecord(record: Record<string, unknown>, depth: number): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(record)) {
    if (value !== undefined)
      out[name] = isPrivate(name) && !isHarmless(value) ? REDACTED : redactValue(value, depth - 1);
  }
  return out;
}
