/** Readers for what the gateway makes of lists and flags, and amounts in fen. */
import { z } from "zod";
import { localToInstant } from "../../../core/local-time.ts";
import { canonicalDecimal } from "../../../core/money.ts";
import {
  decimalOrNull as wireDecimalOrNull,
  decimalOrZero as wireDecimalOrZero,
  intOrNull as wireIntOrNull,
} from "../../../core/wire.ts";
import { type Fields, isFields } from "../client/envelope.ts";
import { ZONE } from "../config.ts";

/** A list in any form: bare, inside one wrapper (`{trade: […]}`), a single object, or not there at all. */
export function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (!isFields(value)) return [];
  const names = Object.keys(value);
  if (names.length === 0) return [];
  const inner = names.length === 1 ? value[names[0] ?? ""] : undefined;
  if (Array.isArray(inner)) return inner;
  return isFields(inner) ? [inner] : [value];
}

/** Records of a list; anything else in it is left out. */
export const recordsOf = (value: unknown): Fields[] => listOf(value).filter(isFields);

/** A list of ids or words: bare, wrapped (`{string: […]}`, `{number: 1}`), comma-separated, or one alone. */
export function scalarsOf(value: unknown): string[] {
  if (typeof value === "string")
    return value
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
  if (typeof value === "number") return [String(value)];
  if (Array.isArray(value)) return value.flatMap(scalarsOf);
  return isFields(value) ? Object.values(value).flatMap(scalarsOf) : [];
}

/** A list of records, in any form. */
export const list = <T extends z.ZodType>(item: T) => z.preprocess(listOf, z.array(item));

/** A list of ids or words, in any form. */
export const scalars = () => z.unknown().optional().transform(scalarsOf);

/** A flag in any spelling; absent is false. */
export const flag = () =>
  z
    .unknown()
    .optional()
    .transform((value) => value === true || value === 1 || value === "1" || value === "true");

/** A promised time where it is written as one; the platform also writes words there. */
export const timeOrNull = () =>
  z
    .unknown()
    .optional()
    .transform((value) => (typeof value === "string" ? localToInstant(value.trim(), ZONE) : null));

/** Words; absent, blank and the text "null" are null. */
export const wordsOrNull = () =>
  z
    .unknown()
    .optional()
    .transform((value) => {
      const text = typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
      return text.trim() === "" || text === "null" ? null : text;
    });

/** Some services write the text "null" for nothing, in amounts and counts too. */
const nothing = (value: unknown): unknown => (typeof value === "string" && /^\s*null\s*$/i.test(value) ? null : value);

/** As the readers of the same names in core/wire.ts, where nothing may be the text "null". */
export const decimalOrNull = () => z.preprocess(nothing, wireDecimalOrNull());
export const decimalOrZero = () => z.preprocess(nothing, wireDecimalOrZero());
export const intOrNull = () => z.preprocess(nothing, wireIntOrNull());

/** Fen as yuan: `20007` is `200.07`. Throws `RangeError` for anything but a whole number. */
export function yuanOfFen(fen: string): string {
  const match = /^(-?)(\d+)$/.exec(fen);
  if (!match) throw new RangeError("fen are whole numbers");
  const digits = (match[2] ?? "").padStart(3, "0");
  return canonicalDecimal(`${match[1]}${digits.slice(0, -2).replace(/^0+(?=\d)/, "")}.${digits.slice(-2)}`) ?? "0";
}

/** Yuan as fen: `200.07` is `20007`. Throws `RangeError` for parts of a fen. */
export function fenOfYuan(yuan: string): string {
  const [whole = "", part = ""] = (canonicalDecimal(yuan) ?? "x").split(".");
  if (!/^-?\d+$/.test(whole) || part.length > 2) throw new RangeError("an amount has two digits after the point");
  return (whole + part.padEnd(2, "0")).replace(/^(-?)0+(?=\d)/, "$1");
}

/** Yuan as the gateway writes them, with two digits. Throws `RangeError` for parts of a fen. */
export function yuanText(yuan: string): string {
  const fen = fenOfYuan(yuan);
  const digits = fen.replace("-", "").padStart(3, "0");
  return `${fen.startsWith("-") ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Length as the platform counts its limits: GBK, one byte for ASCII and two for everything else. */
export function gbkLength(text: string): number {
  let length = 0;
  for (const character of text) length += (character.codePointAt(0) ?? 0) < 0x80 ? 1 : 2;
  return length;
}
