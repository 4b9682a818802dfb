/** Rounding, and rounding between bounds. Pure. */

import type { Money } from "../model/records.ts";
import { canonicalDecimal, compare, currencyDigits, type Grid, roundMoney } from "../money.ts";

interface Fit {
  /** Null: the digits of the currency. */
  grid: Grid | null;
  lower: Money | null;
  upper: Money | null;
}

/**
 * The amount on the grid and within the bounds. What a bound moves goes to the nearest step within them; where none lies
 * there, to the bound itself in whole units of the currency. Null: nothing above zero lies between the bounds.
 */
export function fitBounds(amount: Money, { grid, lower, upper }: Fit): Money | null {
  const digits = digitsGrid(amount.currency);
  const steps = grid ? gridOf(grid) : digits;
  const rounded = roundMoney(amount, steps);
  const candidates = [rounded];
  if (lower && compare(rounded, lower) < 0)
    candidates.push(roundMoney(lower, { ...steps, to: "up" }), roundMoney(lower, { ...digits, to: "up" }));
  if (upper && compare(rounded, upper) > 0)
    candidates.push(roundMoney(upper, { ...steps, to: "down" }), roundMoney(upper, { ...digits, to: "down" }));
  const fits = (candidate: Money) =>
    (!lower || compare(candidate, lower) >= 0) && (!upper || compare(candidate, upper) <= 0);
  return candidates.find(fits) ?? null;
}

/** A grid in canonical decimals. */
export function gridOf({ step, ending, to }: Grid): Grid {
  return { step: canonicalDecimal(step) ?? step, ending: canonicalDecimal(ending) ?? ending, to };
}

/** Whole units of the last digit that a currency has. */
function digitsGrid(currency: string): Grid {
  const digits = currencyDigits(currency);
  return { step: digits === 0 ? "1" : `0.${"0".repeat(digits - 1)}1`, ending: "0", to: "nearest" };
}
