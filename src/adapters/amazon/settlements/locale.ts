/**
 * Numbers and times as settlement reports write them: in the manner of the marketplace, which the file does not name. What can
 * be read in two ways is refused.
 */
import { localToInstant } from "../../../core/local-time.ts";
import { canonicalDecimal, currencyDigits } from "../../../core/money.ts";

/** The sign that parts whole units from the rest. */
export type Mark = "." | ",";

const INTEGER = /^-?\d+$/;
const WITH_MARK: Readonly<Record<Mark, RegExp>> = {
  // In India thousands are one group and all above them come in pairs.
  ".": /^-?(?:\d+|\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3})\.\d{1,2}$/,
  ",": /^-?(?:\d+|\d{1,3}(?:[. \u00a0\u202f]\d{3})+),\d{1,2}$/,
};
/** Thousands in groups, and nothing behind them: or a fraction of three digits. */
const GROUPED = /^-?\d{1,3}(?:([., \u00a0\u202f])\d{3})+$/;

/** The mark that an amount shows; null where it shows none. */
export function markIn(amount: string): Mark | null {
  const trimmed = amount.trim();
  if (WITH_MARK["."].test(trimmed)) return ".";
  return WITH_MARK[","].test(trimmed) ? "," : null;
}

/** Canonical decimal of an amount in a file with this mark (null: not known). Throws where there is a doubt. */
export function localDecimal(amount: string, currency: string, mark: Mark | null): string {
  const text = amount.trim();
  const own = markIn(text);
  if (INTEGER.test(text)) return canonical(text);
  if (own !== null) {
    if (mark !== null && own !== mark) throw new TypeError(`an amount has "${own}" where the total has "${mark}"`);
    return canonical(text.replaceAll(own === "." ? /,/g : /[. \u00a0\u202f]/g, "").replace(",", "."));
  }
  const group = GROUPED.exec(text)?.[1];
  const isThousands = group !== undefined && (currencyDigits(currency) === 0 || (mark !== null && mark !== group));
  if (isThousands) return canonical(text.replaceAll(/[., \u00a0\u202f]/g, ""));
  throw new TypeError("an amount can be read in two ways, or is none");
}

function canonical(text: string): string {
  const decimal = canonicalDecimal(text);
  if (decimal === null) throw new TypeError("an amount is no decimal");
  return decimal;
}

const DOTTED = /^(\d{2})\.(\d{2})\.(\d{4})(.*)$/;
const SLASHED = /^(\d{4})\/(\d{2})\/(\d{2})(.*)$/;

/** `2026-01-31 12:00:00 UTC`, `31.01.2026 12:00:00 UTC`, `2026/01/31`; null for nothing. Throws for other forms and zones. */
export function localTime(text: string): Date | null {
  const trimmed = text.trim().replace(/\s*(?:UTC|GMT)$/, " Z");
  if (trimmed === "" || trimmed === "Z") return null;
  const iso = trimmed.replace(DOTTED, "$3-$2-$1$4").replace(SLASHED, "$1-$2-$3$4");
  // A day alone has no zone behind it.
  const instant = localToInstant(/^\d{4}-\d{2}-\d{2} Z$/.test(iso) ? iso.slice(0, 10) : iso.replace(" Z", "Z"), "UTC");
  if (instant === null) throw new TypeError("a date is in a form or a zone that is not known");
  return instant;
}
