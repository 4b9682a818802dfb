/**
 * Exact amounts: decimal strings with a currency. No amount ever passes through a JS number; `Big.strict` refuses one.
 * CANONICAL text has no exponent, no plus sign, no needless zeros: equal amounts are equal strings.
 */
import Big from "big.js";
import type { Money } from "./model/records.ts";

/** Own constructor: settings of big.js elsewhere do not reach it. */
const Decimal = Big();
Decimal.strict = true;

/** Currencies of ISO 4217 whose digits after the point are not two. */
const DIGITS: Readonly<Record<string, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
  CLF: 4,
  UYW: 4,
};

/** No real amount is longer; an exponent of millions must not become a string of millions. */
const MAX_DIGITS = 40;
const PLAIN = /^-?(?:0|[1-9]\d{0,29})(?:\.\d{1,30})?$/;
const ANY = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?$/;

/** Canonical form of a decimal in any spelling, or null when the text is none (or longer than 40 digits). */
export function canonicalDecimal(text: string): string | null {
  if (PLAIN.test(text)) return trimZeros(text);
  if (text.length > 2 * MAX_DIGITS || !ANY.test(text)) return null;
  const value = new Decimal(
    text
      .replace(/^\+/, "")
      .replace(/^(-?)\./, "$10.")
      .replace(/\.(?=$|[eE])/, ""),
  );
  if (Math.abs(value.e) > MAX_DIGITS || value.c.length > MAX_DIGITS) return null;
  return value.eq("0") ? "0" : value.toFixed();
}

/** A `Money`; throws `RangeError` when the amount is no decimal or the currency no code of three letters. */
export function money(amount: string, currency: string): Money {
  const canonical = canonicalDecimal(amount);
  if (canonical === null) throw new RangeError("amount is not a decimal");
  const code = currency.toUpperCase();
  if (!/^[A-Z]{3}$/.test(code)) throw new RangeError("currency is not a code of three letters");
  return { amount: canonical, currency: code };
}

/** Nothing, in a currency. */
export function zero(currency: string): Money {
  return money("0", currency);
}

/** Sum of two amounts of one currency; throws `RangeError` when the currencies differ. */
export function add(a: Money, b: Money): Money {
  sameCurrency(a, b);
  return { amount: print(new Decimal(a.amount).plus(b.amount)), currency: a.currency };
}

/** `a - b`; throws `RangeError` when the currencies differ. */
export function sub(a: Money, b: Money): Money {
  sameCurrency(a, b);
  return { amount: print(new Decimal(a.amount).minus(b.amount)), currency: a.currency };
}

/** The same amount the other way. */
export function neg(a: Money): Money {
  return { amount: print(new Decimal(a.amount).times("-1")), currency: a.currency };
}

/** Sum of a list in the given currency (which an empty list needs); throws `RangeError` when one differs. */
export function sum(list: readonly Money[], currency: string): Money {
  let total = new Decimal("0");
  for (const part of list) {
    if (part.currency !== currency) throw new RangeError(`cannot add ${part.currency} to ${currency}`);
    total = total.plus(part.amount);
  }
  return { amount: print(total), currency };
}

/** -1, 0 or 1; throws `RangeError` when the currencies differ. */
export function compare(a: Money, b: Money): -1 | 0 | 1 {
  sameCurrency(a, b);
  return new Decimal(a.amount).cmp(b.amount);
}

/** Whether nothing is owed. */
export function isZero(a: Money): boolean {
  return new Decimal(a.amount).eq("0");
}

/** An amount times a whole number (a unit price times a quantity); throws `RangeError` for a fraction. */
export function times(a: Money, count: number): Money {
  if (!Number.isSafeInteger(count)) throw new RangeError("an amount is multiplied by whole numbers only");
  return { amount: print(new Decimal(a.amount).times(String(count))), currency: a.currency };
}

/** An amount times any decimal (a rate), exactly. */
export function scale(a: Money, factor: string): Money {
  return { amount: print(new Decimal(a.amount).times(canonical(factor))), currency: a.currency };
}

/** An amount and a percentage of it, exactly: `addPercent(80 EUR, "-25")` is 60 EUR. */
export function addPercent(a: Money, percent: string): Money {
  return scale(a, print(new Decimal("100").plus(canonical(percent)).times("0.01")));
}

/** The amount that, with the percentage added, is `a`; to 20 digits after the point where it does not end. */
export function removePercent(a: Money, percent: string): Money {
  const whole = new Decimal("100").plus(canonical(percent));
  return { amount: print(new Decimal(a.amount).times("100").div(whole)), currency: a.currency };
}

/** Whether two amounts are further apart than this percentage of the greater: the same both ways. */
export function differsByMore(a: Money, b: Money, percent: string): boolean {
  sameCurrency(a, b);
  const [x, y] = [new Decimal(a.amount), new Decimal(b.amount)];
  const greater = x.abs().gt(y.abs()) ? x.abs() : y.abs();
  return x
    .minus(y)
    .abs()
    .times("100")
    .gt(greater.times(canonical(percent)));
}

/** Where rounded amounts lie: `ending`, and whole steps from it. Step 1 with ending 0.99 gives 0.99, 1.99, 2.99. */
export interface Grid {
  step: string;
  ending: string;
  to: "nearest" | "up" | "down";
}

/** The amount on the grid (half way: up). What is above zero stays above zero: below the first step, the first step. */
export function roundMoney(a: Money, { step, ending, to }: Grid): Money {
  const digits = Math.max(...[a.amount, step, ending].map((text) => fraction(canonical(text)).length));
  const [units, every, first] = [toUnits(a.amount, digits), toUnits(step, digits), toUnits(ending, digits)];
  if (every <= 0n) throw new RangeError("a step is above zero");
  const past = (((units - first) % every) + every) % every;
  const lower = units - past;
  const takesLower = past === 0n || to === "down" || (to === "nearest" && past * 2n < every);
  const rounded = takesLower && (lower > 0n || units <= 0n) ? lower : lower + every;
  return { amount: fromUnits(rounded, digits), currency: a.currency };
}

/** Digits after the point that ISO 4217 gives a currency; 2 for a code it does not list. */
export function currencyDigits(currency: string): number {
  return DIGITS[currency] ?? 2;
}

/** The amount with at least the currency's digits: `12.5 CNY` is `12.50`; more digits are kept where they were sent. */
export function padMoney(a: Money): Money {
  const amount = canonical(a.amount);
  const own = fraction(amount);
  const digits = currencyDigits(a.currency);
  if (own.length >= digits) return { amount, currency: a.currency };
  return { amount: `${own === "" ? `${amount}.` : amount}${"0".repeat(digits - own.length)}`, currency: a.currency };
}

/**
 * Shares of a total by weight that sum to it exactly: largest remainder, earlier first among equals. The unit is the
 * currency's last digit, or the total's where that is finer. Equal shares where all weights are zero. Throws `RangeError`
 * for a negative weight or an empty list with something to share.
 */
export function allocate(total: Money, weights: readonly string[]): Money[] {
  if (weights.length === 0) {
    if (isZero(total)) return [];
    throw new RangeError("an amount cannot be shared among none");
  }
  const digits = Math.max(currencyDigits(total.currency), fraction(canonical(total.amount)).length);
  const units = toUnits(total.amount, digits);
  const scale = Math.max(...weights.map((weight) => fraction(canonical(weight)).length));
  let parts = weights.map((weight) => toUnits(weight, scale));
  if (parts.some((part) => part < 0n)) throw new RangeError("a weight is negative");
  if (parts.every((part) => part === 0n)) parts = parts.map(() => 1n);
  const whole = parts.reduce((left, right) => left + right, 0n);
  const size = units < 0n ? -units : units;
  const shares = parts.map((part, index) => ({ index, units: (size * part) / whole, rest: (size * part) % whole }));
  let left = size - shares.reduce((given, share) => given + share.units, 0n);
  for (const share of [...shares].sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))) {
    if (left === 0n) break;
    share.units += 1n;
    left -= 1n;
  }
  return shares.map((share) => ({
    amount: fromUnits(units < 0n ? -share.units : share.units, digits),
    currency: total.currency,
  }));
}

/**
 * Whether parts add up to a total within what rounding explains: half a unit of the currency's last digit per part
 * (platforms round headers, and lines often not).
 */
export function withinRounding(parts: readonly string[], total: string, currency: string): boolean {
  let difference = new Decimal(total).times("-1");
  for (const part of parts) difference = difference.plus(part);
  const allowed = new Decimal(`5e-${currencyDigits(currency) + 1}`).times(String(parts.length));
  return difference.abs().lte(allowed);
}

function sameCurrency(a: Money, b: Money): void {
  if (a.currency !== b.currency) throw new RangeError(`cannot combine ${a.currency} with ${b.currency}`);
}

function canonical(text: string): string {
  const decimal = canonicalDecimal(text);
  if (decimal === null) throw new RangeError("not a decimal");
  return decimal;
}

function print(value: Big): string {
  return value.eq("0") ? "0" : value.toFixed();
}

function trimZeros(text: string): string {
  let end = text.length;
  if (text.includes(".")) {
    while (text[end - 1] === "0") end--;
    if (text[end - 1] === ".") end--;
  }
  const trimmed = text.slice(0, end);
  return trimmed === "-0" ? "0" : trimmed;
}

function fraction(text: string): string {
  const point = text.indexOf(".");
  return point < 0 ? "" : text.slice(point + 1);
}

function toUnits(amount: string, digits: number): bigint {
  const text = canonical(amount);
  const point = text.indexOf(".");
  return BigInt((point < 0 ? text : text.slice(0, point)) + fraction(text).padEnd(digits, "0"));
}

function fromUnits(units: bigint, digits: number): string {
  const size = (units < 0n ? -units : units).toString().padStart(digits + 1, "0");
  const point = size.length - digits;
  return trimZeros(`${units < 0n ? "-" : ""}${size.slice(0, point)}${digits > 0 ? `.${size.slice(point)}` : ""}`);
}
