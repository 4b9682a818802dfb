/**
 * Reading of JSON as platforms write it. Numbers that a JS number would spoil (16 digits and more, fractions,
 * exponents) become strings before JSON.parse sees them; zod helpers turn both forms into what the model wants.
 */
import { LosslessNumber, parse as losslessParse, stringify as losslessStringify } from "lossless-json";
import { z } from "zod";
import { localToInstant } from "./local-time.ts";
import { canonicalDecimal } from "./money.ts";

/** Text that is not JSON. `offset` counts UTF-16 units of the whole text; the content itself is never shown. */
export class WireSyntaxError extends Error {
  override readonly name = "WireSyntaxError";
  readonly offset: number;

  constructor(offset: number, length: number) {
    super(offset >= length ? `JSON ends too early, after ${length} characters` : `not JSON at character ${offset}`);
    this.offset = offset;
  }
}

/**
 * JSON text to values: integers below 16 digits are numbers, every other number is the string that was sent. What stands
 * before the first `{` or `[` (a byte order mark, a warning printed by a plugin) is cut; `cut` counts its characters.
 * Throws `WireSyntaxError`.
 */
export function parseWire(text: string): { value: unknown; cut: number } {
  const start = documentStart(text);
  const json = start === 0 ? text : text.slice(start);
  try {
    const { quoted, hasEscapedKey } = quoteNumbers(json);
    const value: unknown = JSON.parse(quoted);
    return { value: hasEscapedKey ? readKeysAsWritten(quoted) : value, cut: start };
  } catch {
    throw new WireSyntaxError(start + syntaxErrorOffset(json), text.length);
  }
}

/**
 * V8 from 12.8 on (Node 24) can read an escaped key as another key that it has met before
 * (https://github.com/nodejs/node/issues/63785), so documents that have one are read by a parser in JavaScript.
 */
function readKeysAsWritten(json: string): unknown {
  return losslessParse(json, null, { parseNumber: Number, onDuplicateKey: ({ newValue }) => newValue });
}

/** Where the document begins: 0 unless something other than white space stands before it. */
function documentStart(text: string): number {
  const first = text.search(/[^ \t\r\n]/);
  if (first < 0 || text[first] === "{" || text[first] === "[") return 0;
  const afterMark = text.charCodeAt(first) === 0xfeff ? first + 1 : 0;
  // A bare string, number, true, false or null is a document too.
  const rest = text.slice(afterMark).trimStart();
  const end = rest.startsWith('"')
    ? endOfString(rest, 0)
    : (/^(?:-?\d[\d.eE+-]*|true|false|null)/.exec(rest)?.[0].length ?? 0);
  if (end > 0 && rest.slice(end).trim() === "") return afterMark;
  const bracket = text.search(/[{[]/);
  return bracket < 0 ? afterMark : bracket;
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const QUOTE = 34;
const BACKSLASH = 92;
const COLON = 58;
const MINUS = 45;

/**
 * The same JSON with quotes around numbers that need them, and whether any key has an escape. A token is only quoted
 * when it is a number by the grammar and no key, so that invalid text stays invalid.
 */
function quoteNumbers(text: string): { quoted: string; hasEscapedKey: boolean } {
  const { length } = text;
  let hasEscapedKey = false;
  let backslash = text.indexOf("\\");
  let out = "";
  let copied = 0;
  let i = 0;
  while (i < length) {
    const c = text.charCodeAt(i);
    if (c === QUOTE) {
      i = endOfString(text, i);
      if (backslash >= 0 && backslash < i) {
        hasEscapedKey ||= isKey(text, i);
        backslash = text.indexOf("\\", i);
      }
    } else if (c === MINUS || (c >= 48 && c <= 57)) {
      const start = i;
      let digits = 0;
      let exact = true;
      for (; i < length; i++) {
        const d = text.charCodeAt(i);
        if (d >= 48 && d <= 57) digits++;
        else if (d === 46 || d === 69 || d === 101) exact = false;
        else if (d !== MINUS && d !== 43) break;
      }
      if (exact && digits < 16) continue;
      const token = text.slice(start, i);
      if (!JSON_NUMBER.test(token) || isKey(text, i)) continue;
      out += `${text.slice(copied, start)}"${token}"`;
      copied = i;
    } else {
      i++;
    }
  }
  return { quoted: copied === 0 ? text : out + text.slice(copied), hasEscapedKey };
}

/** Index after the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0) {
    let slashes = end - 1;
    while (text.charCodeAt(slashes) === BACKSLASH) slashes--;
    if ((end - slashes) % 2 === 1) return end + 1;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}

function isKey(text: string, from: number): boolean {
  let i = from;
  for (; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c !== 32 && c !== 10 && c !== 13 && c !== 9) return c === COLON;
  }
  return false;
}

const SPACE = /[ \t\r\n]*/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Where text that JSON.parse refused stops being JSON: the first token that cannot stand there. */
function syntaxErrorOffset(text: string): number {
  const open: string[] = [];
  let at = 0;
  let expect: "value" | "value or end" | "key" | "key or end" | "colon" | "comma or end" = "value";
  for (;;) {
    SPACE.lastIndex = at;
    SPACE.test(text);
    at = SPACE.lastIndex;
    const c = text[at];
    if (c === undefined) return at;
    if (expect === "colon") {
      if (c !== ":") return at;
      at++;
      expect = "value";
    } else if (expect === "comma or end") {
      const inside = open.at(-1);
      if (inside !== undefined && c === ",") expect = inside === "{" ? "key" : "value";
      else if ((inside === "{" && c === "}") || (inside === "[" && c === "]")) open.pop();
      else return at;
      at++;
    } else if ((expect === "value or end" && c === "]") || (expect === "key or end" && c === "}")) {
      open.pop();
      at++;
      expect = "comma or end";
    } else if (expect !== "key" && expect !== "key or end" && (c === "{" || c === "[")) {
      open.push(c);
      at++;
      expect = c === "{" ? "key or end" : "value or end";
    } else {
      const isKeyPlace: boolean = expect === "key" || expect === "key or end";
      if (isKeyPlace && c !== '"') return at;
      const token = c === '"' ? stringToken(text, at) : scalarToken(text, at);
      if (token.bad) return token.end;
      at = token.end;
      expect = isKeyPlace ? "colon" : "comma or end";
    }
  }
}

function scalarToken(text: string, at: number): { end: number; bad: boolean } {
  SCALAR.lastIndex = at;
  return SCALAR.test(text) ? { end: SCALAR.lastIndex, bad: false } : { end: at, bad: true };
}

function stringToken(text: string, at: number): { end: number; bad: boolean } {
  for (let i = at + 1; i < text.length; ) {
    const c = text.charCodeAt(i);
    if (c === QUOTE) return { end: i + 1, bad: false };
    ESCAPE.lastIndex = i;
    if (c < 32 || (c === BACKSLASH && !ESCAPE.test(text))) return { end: i, bad: true };
    i = c === BACKSLASH ? ESCAPE.lastIndex : i + 1;
  }
  return { end: text.length, bad: true };
}

/* ------------------------------------------------------------- zod helpers */

type Read<T> = { value: T } | { problem: string };

function helper<T>(read: (value: unknown) => Read<T>) {
  // An absent key reaches `read` as undefined.
  return z.transform((value, context): T => {
    const result = read(value);
    if ("value" in result) return result.value;
    context.issues.push({ code: "custom", message: result.problem, input: undefined });
    return z.NEVER;
  });
}

/** A helper's variant that reads absence (`undefined`, `null`, empty or blank text, and what `none` names) as null. */
function orNull<T>(read: (value: unknown) => Read<T>, none?: (value: unknown) => boolean) {
  return helper<T | null>((value) => (isBlank(value) || none?.(value) ? { value: null } : read(value)));
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "string" && value.trim() === "");
}

function missing(value: unknown, wanted: string): string {
  if (value === undefined) return `is missing (expected ${wanted})`;
  return `expected ${wanted}, got ${value === null ? "null" : typeof value}`;
}

function readId(value: unknown): Read<string> {
  if (typeof value === "string") {
    const trimmed = value.trim();
    return trimmed === "" ? { problem: "expected an id, got an empty string" } : { value: trimmed };
  }
  if (typeof value !== "number") return { problem: missing(value, "an id") };
  return Number.isSafeInteger(value)
    ? { value: String(value + 0) }
    : { problem: "expected an id, got a number that is not exact" };
}

function readDecimal(value: unknown): Read<string> {
  if (typeof value === "number") {
    return Number.isSafeInteger(value)
      ? { value: String(value + 0) }
      : { problem: "expected a decimal, got a number that is not exact: read the text with parseWire" };
  }
  if (typeof value !== "string") return { problem: missing(value, "a decimal") };
  const decimal = canonicalDecimal(value.trim());
  return decimal === null ? { problem: "expected a decimal, got other text" } : { value: decimal };
}

function readInt(value: unknown): Read<number> {
  if (typeof value !== "number" && typeof value !== "string") return { problem: missing(value, "an integer") };
  const decimal = readDecimal(value);
  if ("problem" in decimal) return { problem: "expected an integer, got something else" };
  const number = Number(decimal.value);
  return Number.isSafeInteger(number) && !decimal.value.includes(".")
    ? { value: number }
    : { problem: "expected an integer that a number holds exactly" };
}

function readText(value: unknown): Read<string> {
  if (typeof value === "string") return { value };
  if (typeof value === "number" && Number.isSafeInteger(value)) return { value: String(value + 0) };
  return { problem: missing(value, "text") };
}

function readInstant(zone: string): (value: unknown) => Read<Date> {
  return (value) => {
    if (typeof value !== "string") return { problem: missing(value, "a date and time as text") };
    const instant = localToInstant(value.trim(), zone);
    return instant === null ? { problem: "expected a date and time" } : { value: instant };
  };
}

function readEpoch(unit: "seconds" | "milliseconds"): (value: unknown) => Read<Date> {
  return (value) => {
    const read = readInt(value);
    if ("problem" in read) return { problem: `expected ${unit} since 1970` };
    const date = new Date(unit === "seconds" ? read.value * 1000 : read.value);
    return Number.isNaN(date.getTime()) ? { problem: `expected ${unit} since 1970` } : { value: date };
  };
}

const isZero = (value: unknown) => value === 0 || value === "0";
const isZeroDate = (value: unknown) => isZero(value) || (typeof value === "string" && value.startsWith("0000-00-00"));

/** An id: text or an integer, as text. */
export const id = () => helper(readId);
/** As `id`; absent, empty and 0 (how several platforms write "none") are null. */
export const idOrNull = () => orNull(readId, isZero);

/** An exact decimal of any size, as canonical text (`12.5`, never `12.50`, `+1` or `1e3`). */
export const decimal = () => helper(readDecimal);
/** As `decimal`; absent and empty are null. */
export const decimalOrNull = () => orNull(readDecimal);
/** As `decimal`; absent and empty are `0`: for amounts that a platform leaves out when there are none. */
export const decimalOrZero = () => helper((value) => (isBlank(value) ? { value: "0" } : readDecimal(value)));

/** An integer that a JS number holds exactly; `3.0` is one. For counts, never for ids or amounts. */
export const int = () => helper(readInt);
/** As `int`; absent and empty are null. */
export const intOrNull = () => orNull(readInt);

/** Text as it stands; an integer becomes its digits. */
export const text = () => helper(readText);
/** As `text`; absent, empty and blank are null. */
export const textOrNull = () => orNull(readText);

/** A date and time as text (see `localToInstant`): with its own offset, else local time of `zone`. */
export const instant = (zone = "UTC") => helper(readInstant(zone));
/** As `instant`; absent, empty and the zero date are null. */
export const instantOrNull = (zone = "UTC") => orNull(readInstant(zone), isZeroDate);

/** Seconds or milliseconds since 1970, as number or text. */
export const epoch = (unit: "seconds" | "milliseconds") => helper(readEpoch(unit));
/** As `epoch`; absent, empty and 0 are null. */
export const epochOrNull = (unit: "seconds" | "milliseconds") => orNull(readEpoch(unit), isZero);

/** A decimal that `printWire` writes as a bare number, digit by digit, for platforms that take no text. Throws for what is none. */
export const bareNumber = (decimal: string): LosslessNumber => new LosslessNumber(decimal);

/** JSON text of a request. */
export const printWire = (value: unknown): string => losslessStringify(value) ?? "null";
