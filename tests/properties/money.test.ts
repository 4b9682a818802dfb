import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  add,
  allocate,
  canonicalDecimal,
  compare,
  money,
  neg,
  padMoney,
  sub,
  sum,
  zero,
} from "../../src/core/money.ts";

const decimalText = fc
  .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 18n }), fc.stringMatching(/^\d{0,8}$/))
  .map(([negative, whole, part]) => `${negative ? "-" : ""}${whole}${part ? `.${part}` : ""}`);
const amount = decimalText.map((text) => money(text, "USD"));

/** Value of a decimal in units of 10^-30, by BigInt alone. */
function units(text: string): bigint {
  const [whole = "", part = ""] = text.replace("-", "").split(".");
  const size = BigInt(whole + part.padEnd(30, "0"));
  return text.startsWith("-") ? -size : size;
}

describe("money", () => {
  it("keeps every digit on the way in and out", () => {
    fc.assert(
      fc.property(decimalText, (text) => {
        const canonical = canonicalDecimal(text) ?? "";
        expect(units(canonical)).toBe(units(text));
        expect(canonicalDecimal(canonical)).toBe(canonical);
        expect(units(padMoney(money(text, "KWD")).amount)).toBe(units(text));
        expect(padMoney(money(text, "KWD")).amount).toMatch(/\.\d{3,}$/);
      }),
    );
  });

  it("sums alike in any order, and as whole numbers do", () => {
    fc.assert(
      fc.property(fc.array(amount, { maxLength: 12 }), fc.nat(), (list, turn) => {
        const total = sum(list, "USD");
        const turned = [...list.slice(turn % (list.length + 1)), ...list.slice(0, turn % (list.length + 1))].reverse();
        expect(sum(turned, "USD")).toEqual(total);
        expect(list.reduce(add, zero("USD"))).toEqual(total);
        expect(units(total.amount)).toBe(list.reduce((left, right) => left + units(right.amount), 0n));
      }),
    );
  });

  it("subtracts what it adds, and compares as whole numbers do", () => {
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        expect(sub(add(a, b), b)).toEqual(a);
        expect(add(a, neg(a))).toEqual(zero("USD"));
        const difference = units(a.amount) - units(b.amount);
        expect(compare(a, b)).toBe(difference < 0n ? -1 : difference > 0n ? 1 : 0);
      }),
    );
  });

  it("allocates all of it, each share within one unit of its weight", () => {
    const weights = fc.array(
      decimalText.map((text) => text.replace("-", "")),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(amount, weights, fc.constantFrom("USD", "JPY", "KWD"), (a, parts, currency) => {
        const total = { amount: a.amount, currency };
        const shares = allocate(total, parts);
        expect(shares).toHaveLength(parts.length);
        expect(sum(shares, currency)).toEqual(total);
        const whole = parts.reduce((left, right) => left + units(right), 0n);
        const digits = Math.max({ USD: 2, JPY: 0, KWD: 3 }[currency] ?? 2, a.amount.split(".")[1]?.length ?? 0);
        const unit = 10n ** BigInt(30 - digits);
        for (const [index, share] of shares.entries()) {
          if (whole === 0n) continue;
          const off = units(share.amount) * whole - units(a.amount) * units(parts[index] ?? "0");
          expect(off < unit * whole && off > -unit * whole).toBe(true);
        }
      }),
    );
  });
});
