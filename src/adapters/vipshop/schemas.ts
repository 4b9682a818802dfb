/** Readers of what the platform writes: rows, times, sums. What is not read is kept in the document. */
import { z } from "zod";
import { localToInstant } from "../../core/local-time.ts";
import type { Money } from "../../core/model/records.ts";
import { money, roundMoney } from "../../core/money.ts";
import { decimalOrNull, id, idOrNull, intOrNull, textOrNull } from "../../core/wire.ts";
import { CURRENCY, ZONE } from "./config.ts";

export type Fields = Record<string, unknown>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The records of a list; one record may stand for a list of one. */
export const recordsOf = (value: unknown): Fields[] =>
  Array.isArray(value) ? value.filter(isFields) : isFields(value) ? [value] : [];

const SECONDS = /^\d{9,10}$/;
const MILLISECONDS = /^\d{12,13}$/;

/** A time as text of Beijing, in seconds or in milliseconds since 1970; null for none. */
export function toInstant(value: unknown): Date | null {
  const text = String(value ?? "").trim();
  const epoch = SECONDS.test(text) ? Number(text) * 1000 : MILLISECONDS.test(text) ? Number(text) : null;
  const at = epoch === null ? localToInstant(text, ZONE) : new Date(epoch);
  return at === null || at.getTime() <= 0 ? null : at;
}

/** An id or a word as it stands in a row; absent and empty are null. */
export function textIn(value: unknown): string | null {
  const found = textOrNull().safeParse(value);
  return found.success ? (found.data?.trim() ?? null) : null;
}

/** An exact sum, rounded to fen: some interfaces write doubles. */
export const yuan = (amount: string, currency: string = CURRENCY): Money => {
  const exact = money(amount, currency);
  return /\.\d{3,}$/.test(exact.amount) ? roundMoney(exact, { step: "0.01", ending: "0", to: "nearest" }) : exact;
};

export const time = () => z.unknown().optional().transform(toInstant);
export const list = <T extends z.ZodType>(item: T) => z.preprocess(recordsOf, z.array(item));

/** Fields that are text, each null where it is absent or empty. */
export const texts = <K extends string>(...names: K[]) =>
  // The names are those of the parameter: `fromEntries` forgets them.
  Object.fromEntries(names.map((name) => [name, textOrNull()])) as Record<K, ReturnType<typeof textOrNull>>;
export const sums = <K extends string>(...names: K[]) =>
  Object.fromEntries(names.map((name) => [name, decimalOrNull()])) as Record<K, ReturnType<typeof decimalOrNull>>;
export const times = <K extends string>(...names: K[]) =>
  Object.fromEntries(names.map((name) => [name, time()])) as Record<K, ReturnType<typeof time>>;

export const TOKEN = z.looseObject({
  access_token: z.string().min(1),
  refresh_token: textOrNull(),
  expires_in: intOrNull(),
  ...times("expires_time", "refresh_expires_time"),
});

export { id, idOrNull, intOrNull };
