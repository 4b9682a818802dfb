/** Readers for what PHP and plugins make of JSON: lists that are objects, objects that are lists, flags as text, HTML entities. */
import { z } from "zod";
import { localToInstant } from "../../../core/local-time.ts";

/** A list; an object's values where PHP kept keys; empty for anything else. */
export const list = <T extends z.ZodType>(item: T) =>
  z.preprocess((value) => {
    if (Array.isArray(value)) return value;
    return typeof value === "object" && value !== null ? Object.values(value) : [];
  }, z.array(item));

/** An object; PHP writes an empty one as `[]`. */
export const record = <T extends z.ZodType>(shape: T) =>
  z.preprocess((value) => (typeof value === "object" && value !== null && !Array.isArray(value) ? value : {}), shape);

/** A flag in any of PHP's spellings. */
export const flag = () =>
  z.transform((value) => value === true || value === 1 || value === "1" || value === "yes" || value === "true");

function wordsOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? decodeEntities(String(value)).trim() : "";
}

/** Display text with its HTML entities decoded; empty where there is none. */
export const words = () => z.transform(wordsOf);

/** As `words`; empty is null. */
export const wordsOrNull = () => z.transform((value) => wordsOf(value) || null);

/**
 * A currency in upper case; null where the document names none. What is no code of three letters is refused: amounts of
 * an unknown currency are worth nothing.
 */
export const currencyOrNull = () =>
  z.transform((value, context): string | null => {
    if (value === undefined || value === null) return null;
    const code = typeof value === "string" ? value.trim().toUpperCase() : "?";
    if (code === "") return null;
    if (/^[A-Z]{3}$/.test(code)) return code;
    context.issues.push({
      code: "custom",
      message: "expected an ISO 4217 code of three letters; correct the order's currency in the shop, then replay it",
      input: undefined,
    });
    return z.NEVER;
  });

/** Years that no shop was open in: how the zero date looks after another program's hands. */
const NO_DATE = /^-?0\d{3}-/;

export const isNoDate = (text: string) => NO_DATE.test(text);

/** An instant in UTC; null for none. A date before the year 1000 is none, and `isOddDate` tells it from plain absence. */
export const dateOrNull = () =>
  z.transform((value, context): Date | null => {
    if (value === undefined || value === null || value === 0) return null;
    const text = typeof value === "string" ? value.trim() : "?";
    if (text === "" || text === "0" || isNoDate(text)) return null;
    const at = localToInstant(text, "UTC");
    if (at !== null) return at;
    context.issues.push({ code: "custom", message: "expected a date and time", input: undefined });
    return z.NEVER;
  });

/** True for a date that is written and means none, other than the common `0000-00-00`. */
export function isOddDate(value: unknown): boolean {
  return typeof value === "string" && isNoDate(value) && !value.startsWith("0000-00-00");
}

/** An entry of `meta_data`; its value may be any JSON. */
export interface Meta {
  key: string;
  value?: unknown;
  display_value?: unknown;
}

/** Entries of `meta_data`. Plugins leave some without a key: those say nothing and are dropped. */
export const metaList = () =>
  z.transform((value): Meta[] => {
    if (typeof value !== "object" || value === null) return [];
    const entries: unknown[] = Array.isArray(value) ? value : Object.values(value);
    return entries.every(hasKey) ? entries : entries.flatMap(readMeta);
  });

const hasKey = (entry: unknown): entry is Meta =>
  typeof entry === "object" && entry !== null && typeof (entry as Meta).key === "string";

function readMeta(entry: unknown): Meta[] {
  if (hasKey(entry)) return [entry];
  if (typeof entry !== "object" || entry === null) return [];
  const { key } = entry as { key?: unknown };
  return typeof key === "number" ? [{ ...entry, key: String(key) }] : [];
}

/** The newest value under a key: plugins may write one twice. */
export function metaValue(meta: readonly Meta[], key: string): unknown {
  return meta.findLast((item) => item.key === key)?.value;
}

/** A scalar under a key as text; null for none and for structures. */
export function metaText(meta: readonly Meta[], ...keys: string[]): string | null {
  for (const key of keys) {
    const value = metaValue(meta, key);
    if ((typeof value === "string" && value.trim() !== "") || typeof value === "number") return String(value).trim();
  }
  return null;
}

/** A structure under a key; plugins store some as JSON text. */
export function metaJson(meta: readonly Meta[], key: string): unknown {
  const value = metaValue(meta, key);
  if (typeof value !== "string" || !/^\s*[{[]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Names of the characters from U+00A0 to U+00FF, in their order. */
const LATIN_1 =
  "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para " +
  "middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave " +
  "Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute " +
  "Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave " +
  "iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";

/** https://www.w3.org/TR/html401/sgml/entities.html: Latin-1, and what stands in texts of the others. */
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ...LATIN_1.split(" ").map((name, index) => [name, String.fromCharCode(0xa0 + index)] as const),
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
  ["OElig", "Œ"],
  ["oelig", "œ"],
  ["Scaron", "Š"],
  ["scaron", "š"],
  ["Yuml", "Ÿ"],
  ["ensp", "\u2002"],
  ["emsp", "\u2003"],
  ["thinsp", "\u2009"],
  ["zwnj", "\u200c"],
  ["zwj", "\u200d"],
  ["lrm", "\u200e"],
  ["rlm", "\u200f"],
  ["ndash", "–"],
  ["mdash", "—"],
  ["lsquo", "‘"],
  ["rsquo", "’"],
  ["sbquo", "‚"],
  ["ldquo", "“"],
  ["rdquo", "”"],
  ["bdquo", "„"],
  ["lsaquo", "‹"],
  ["rsaquo", "›"],
  ["dagger", "†"],
  ["Dagger", "‡"],
  ["bull", "•"],
  ["hellip", "…"],
  ["permil", "‰"],
  ["prime", "′"],
  ["Prime", "″"],
  ["euro", "€"],
  ["trade", "™"],
  ["larr", "←"],
  ["uarr", "↑"],
  ["rarr", "→"],
  ["darr", "↓"],
  ["harr", "↔"],
  ["minus", "−"],
  ["infin", "∞"],
  ["ne", "≠"],
  ["le", "≤"],
  ["ge", "≥"],
]);

/**
 * HTML entities to characters, once: `&amp;lt;` is `&lt;`. Names that are not known stay. The two halves of a character
 * written as two entities become that character; one half alone is left to `storable`.
 */
export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,7}));/g,
    (whole, decimal, hex, name) => {
      if (name !== undefined) return ENTITIES.get(name) ?? whole;
      const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    },
  );
}
