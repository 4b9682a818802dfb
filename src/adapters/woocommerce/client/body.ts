/** Answers of WordPress: JSON, sometimes with a byte order mark or a plugin's warnings printed before it. */
import type { HttpAnswer, PlatformFailure } from "../../../core/adapter.ts";
import type { Issue } from "../../../core/errors.ts";
import { parseWire, WireSyntaxError } from "../../../core/wire.ts";
import { NOT_JSON } from "../errors.ts";

/** A document begins where an object has its first key, or with the list around that object. */
const FIRST_KEY = /\{\s*"(?:[^"\\]|\\.)*"\s*:/;
/** A document without a single key is taken for one only as a line of its own: warnings hold `[]` too. */
const EMPTY_DOCUMENT = /(?:^|[\n>])[ \t\r]*(\[\s*\]|\{\s*\})\s*$/;

/**
 * The JSON of an answer; `cut` counts the characters of a plugin's output before it. Nothing but such output is ever cut:
 * text that begins with a bracket is read whole or not at all, and what is cut holds no object with a key, so that an
 * answer that broke off is never read from one of its inner brackets. Throws `WireSyntaxError`.
 */
export function parseBody(text: string): { value: unknown; cut: number } {
  if (/^\s*[{[]/.test(text)) return parseWire(text);
  const start = documentStart(text);
  if (start === null) return parseScalar(text);
  try {
    return { value: parseWire(text.slice(start)).value, cut: start };
  } catch (error) {
    throw error instanceof WireSyntaxError ? new WireSyntaxError(start + error.offset, text.length) : error;
  }
}

function documentStart(text: string): number | null {
  const object = FIRST_KEY.exec(text)?.index;
  if (object === undefined) {
    const empty = EMPTY_DOCUMENT.exec(text);
    return empty?.[1] === undefined ? null : text.lastIndexOf(empty[1].charAt(0));
  }
  const list = /\[\s*$/.exec(text.slice(0, object));
  return list ? list.index : object;
}

/** A bare `true`, number or string is a document too; of anything else there is nothing to read. */
function parseScalar(text: string): { value: unknown; cut: number } {
  const read = parseWire(text);
  if (typeof read.value === "object" && read.value !== null) throw new WireSyntaxError(0, text.length);
  return read;
}

/** What an answer says went wrong: an error body, whatever its status, or no JSON at all. */
export function failureOf(answer: HttpAnswer): PlatformFailure | null {
  // A redirect's page says nothing that its address does not.
  if (answer.status >= 300 && answer.status < 400) return null;
  const text = answer.text();
  // Documents of lists and records are not parsed twice.
  if (answer.status < 400 && /^\s*(\[|\{"(?!code"))/.test(text)) return null;
  let value: unknown;
  try {
    value = parseBody(text).value;
  } catch {
    return { code: NOT_JSON, message: "the answer is no JSON" };
  }
  return errorBody(value) ?? (answer.status >= 400 ? { code: null } : null);
}

/** The failure in `{"code","message","data"}`; null for any other document. */
export function errorBody(value: unknown): (PlatformFailure & { status: number | null }) | null {
  if (typeof value !== "object" || value === null) return null;
  const { code, message, data } = value as Record<string, unknown>;
  if (typeof code !== "string" || typeof message !== "string" || !("data" in value)) return null;
  const status = typeof data === "object" && data !== null ? (data as Record<string, unknown>).status : data;
  return {
    code,
    message,
    status: typeof status === "number" ? status : null,
    issues: issuesOf(data),
  };
}

/** An id as it is written: a number where JSON's readers keep it exact, else its digits, which the platform takes too. */
export function idValue(id: string): number | string {
  const value = Number(id);
  return Number.isSafeInteger(value) ? value : id;
}

function issuesOf(data: unknown): Issue[] {
  const params = typeof data === "object" && data !== null ? (data as Record<string, unknown>).params : null;
  if (typeof params !== "object" || params === null) return [];
  return Object.entries(params).map(([path, message]) =>
    // A missing parameter is listed by name alone.
    Array.isArray(params) ? { path: String(message), message: "is missing" } : { path, message: String(message) },
  );
}
