/**
 * Amounts of the fake store: whole millionths, because the platform keeps line taxes to six decimals and rounds only
 * the header.
 */

export type Micros = number;

const SCALE = 1_000_000;

/** Reads a decimal string or number; anything unreadable is 0, as in PHP. */
export function toMicros(value: unknown): Micros {
  const number = typeof value === "number" ? value : Number.parseFloat(String(value ?? ""));
  return Number.isFinite(number) ? Math.round(number * SCALE) : 0;
}

/** Rounds to `decimals`; halves go away from zero, or towards it in stores whose prices include tax. */
export function roundMicros(amount: Micros, decimals: number, halfDown = false): Micros {
  const unit = 10 ** Math.max(0, 6 - decimals);
  const size = Math.abs(amount) / unit;
  const whole = halfDown && size % 1 === 0.5 ? Math.floor(size) : Math.floor(size + 0.5);
  return Math.sign(amount) * whole * unit || 0;
}

/** Writes an amount with exactly `decimals` digits, rounding half away from zero. */
export function formatMicros(amount: Micros, decimals: number): string {
  const digits = Math.min(decimals, 6);
  const units = Math.abs(roundMicros(amount, digits)) / 10 ** (6 - digits);
  const text = String(Math.round(units)).padStart(digits + 1, "0");
  const whole = digits === 0 ? text : text.slice(0, -digits);
  const fraction = (digits === 0 ? "" : text.slice(-digits)).padEnd(decimals, "0");
  const sign = amount < 0 && units > 0 ? "-" : "";
  return decimals === 0 ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}

/** Writes an amount with no more digits than it needs: "9", "0.79". */
export function trimMicros(amount: Micros): string {
  return formatMicros(amount, 6).replace(/0+$/, "").replace(/\.$/, "");
}

/** The float that PHP would print. */
export function toFloat(amount: Micros): number {
  return amount / SCALE || 0;
}

/** The ISO 4217 exponent of the currencies the fake trades in. */
export function decimalsOf(currency: string): number {
  if (["JPY", "KRW", "VND", "CLP", "ISK"].includes(currency)) return 0;
  if (["KWD", "BHD", "OMR", "JOD", "TND"].includes(currency)) return 3;
  return 2;
}

/** Name, symbol in order answers, and symbol as the platform's currency list writes it. */
export function currencyFacts(currency: string): { name: string; symbol: string; entity: string } {
  const facts: Record<string, [string, string, string]> = {
    USD: ["United States (US) dollar", "$", "&#36;"],
    EUR: ["Euro", "€", "&euro;"],
    GBP: ["Pound sterling", "£", "&pound;"],
    JPY: ["Japanese yen", "¥", "&yen;"],
    CNY: ["Chinese yuan", "¥", "&yen;"],
    KWD: ["Kuwaiti dinar", "د.ك", "&#x62f;.&#x643;"],
    CAD: ["Canadian dollar", "$", "&#36;"],
  };
  const [name, symbol, entity] = facts[currency] ?? [currency, currency, currency];
  return { name, symbol, entity };
}
