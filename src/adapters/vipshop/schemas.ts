/** Readers of what the platform writes: rows, times, sums. What is not read is kept in the document. */
import { z } from "zod";
import { localToInstant } from "../../core/local-time.ts";
import type { Money } from "../../core/model/records.ts";
import { money, roundMoney } from "../../core/money.ts";
import { isFields, recordsOf, type Tree, textIn, treeOf } from "../../core/tree.ts";
import { intOrNull, textOrNull } from "../../core/wire.ts";
import { CURRENCY, ZONE } from "./config.ts";

export { type Fields, isFields, recordsOf, textIn } from "../../core/tree.ts";

/** A row to be read by its names. Throws for what is no record. */
export const rowOf = (value: unknown): Tree => treeOf(value, ZONE);

/** The records of a result that is a list, or holds one under this name. */
export const rowsOf = (result: unknown, name: string) =>
  recordsOf(isFields(result) && name in result ? result[name] : Array.isArray(result) ? result : null);

const SECONDS = /^\d{9,10}$/;
const MILLISECONDS = /^\d{12,13}$/;

/** A time as text of Beijing, in seconds or in milliseconds since 1970; null for none. */
export function toInstant(value: unknown): Date | null {
  const text = textIn(value) ?? "";
  const epoch = SECONDS.test(text) ? Number(text) * 1000 : MILLISECONDS.test(text) ? Number(text) : null;
  const at = epoch === null ? localToInstant(text, ZONE) : new Date(epoch);
  return at === null || at.getTime() <= 0 ? null : at;
}

/** An exact sum, rounded to fen: some interfaces write doubles. */
export const yuan = (amount: string, currency: string = CURRENCY): Money => {
  const exact = money(amount, currency);
  return /\.\d{3,}$/.test(exact.amount) ? roundMoney(exact, { step: "0.01", ending: "0", to: "nearest" }) : exact;
};

const time = () => z.unknown().optional().transform(toInstant);
export const TOKEN = z.looseObject({
  access_token: z.string().min(1),
  refresh_token: textOrNull(),
  expires_in: intOrNull(),
  expires_time: time(),
  refresh_expires_time: time(),
});
