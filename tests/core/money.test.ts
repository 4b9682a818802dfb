import { describe, expect, it } from "vitest";
import {
  add,
  addPercent,
  allocate,
  canonicalDecimal,
  compare,
  currencyDigits,
  differsByMore,
  isZero,
  money,
  neg,
  padMoney,
  removePercent,
  roundMoney,
  scale,
  sub,
  sum,
  times,
  withinRounding,
  zero,
} from "../../src/core/money.ts";

const cny = (amount: string) => money(amount, "CNY");

describe("money", () => {
  it("is canonical, so that equal amounts are equal text", () => {
    expect(money("12.500000", "cny")).toEqual({ amount: "12.5", currency: "CNY" });
    expect(money("-0.00", "JPY")).toEqual({ amount: "0", currency: "JPY" });
    expect(money("9007199254740993.000001", "USD").amount).toBe("9007199254740993.000001");
  });

  it.each([
    ["", "USD"],
    ["1,00", "USD"],
    ["NaN", "USD"],
    ["Infinity", "USD"],
    ["1e400", "USD"],
    ["1", "US"],
    ["1", "12A"],
  ])("refuses %j %s", (amount, currency) => {
    expect(() => money(amount, currency)).toThrow(RangeError);
  });

  it("reads every spelling of a decimal", () => {
    expect(["1.", "-.5", "+2e2", "1E-3", "00.10"].map(canonicalDecimal)).toEqual(["1", "-0.5", "200", "0.001", "0.1"]);
    expect(["-", ".", "1e", "e5", "1e-99", " 1", "1_0"].map(canonicalDecimal)).toEqual(Array(7).fill(null));
  });
});

describe("arithmetic", () => {
  it("is exact where numbers are not", () => {
    expect(add(cny("0.1"), cny("0.2"))).toEqual(cny("0.3"));
    expect(sub(cny("1"), cny("0.9"))).toEqual(cny("0.1"));
    expect(times(cny("19.99"), 3)).toEqual(cny("59.97"));
    expect(neg(cny("0"))).toEqual(cny("0"));
    expect(sum([], "EUR")).toEqual(zero("EUR"));
    expect(sum([cny("0.01"), cny("0.02"), cny("-0.03")], "CNY")).toEqual(zero("CNY"));
    expect(compare(cny("2"), cny("10"))).toBe(-1);
    expect(isZero(cny("0.000"))).toBe(true);
  });

  it("refuses to combine currencies and to multiply by fractions", () => {
    expect(() => add(cny("1"), money("1", "USD"))).toThrow("cannot combine CNY with USD");
    expect(() => sum([cny("1")], "USD")).toThrow("cannot add CNY to USD");
    expect(() => compare(cny("1"), money("1", "USD"))).toThrow(RangeError);
    expect(() => times(cny("1"), 0.5)).toThrow(RangeError);
  });
});

describe("padMoney", () => {
  it("shows the currency's digits, and more where they were sent", () => {
    expect(["CNY", "JPY", "KWD", "CLF"].map(currencyDigits)).toEqual([2, 0, 3, 4]);
    expect(padMoney(cny("12.5")).amount).toBe("12.50");
    expect(padMoney(cny("12.3456")).amount).toBe("12.3456");
    expect(padMoney(money("1200", "JPY")).amount).toBe("1200");
    expect(padMoney(money("1.5", "KWD")).amount).toBe("1.500");
  });
});

describe("allocate", () => {
  const amounts = (total: string, currency: string, weights: string[]) =>
    allocate(money(total, currency), weights).map((part) => part.amount);

  it("gives what is left over to the largest remainders", () => {
    expect(amounts("10", "CNY", ["1", "1", "1"])).toEqual(["3.34", "3.33", "3.33"]);
    expect(amounts("100", "JPY", ["1", "2", "4"])).toEqual(["14", "29", "57"]);
    expect(amounts("-0.05", "USD", ["0.5", "0.25", "0.25"])).toEqual(["-0.03", "-0.01", "-0.01"]);
    expect(amounts("0.001", "USD", ["1", "1"])).toEqual(["0.001", "0"]);
    expect(amounts("1", "USD", ["0", "0"])).toEqual(["0.5", "0.5"]);
    expect(allocate(zero("USD"), [])).toEqual([]);
  });

  it("refuses what has no answer", () => {
    expect(() => amounts("1", "USD", [])).toThrow(RangeError);
    expect(() => amounts("1", "USD", ["-1", "2"])).toThrow(RangeError);
  });
});

describe("withinRounding", () => {
  it("allows half a unit of the last digit per part and no more", () => {
    expect(withinRounding(["1.005", "1.005"], "2.00", "CNY")).toBe(true);
    expect(withinRounding(["1.005", "1.006"], "2.00", "CNY")).toBe(false);
    expect(withinRounding(["99.6"], "100", "JPY")).toBe(true);
    expect(withinRounding([], "0", "CNY")).toBe(true);
    expect(withinRounding([], "0.01", "CNY")).toBe(false);
  });
});

describe("percentages, rates and steps", () => {
  it("are exact", () => {
    expect(scale(cny("0.1"), "0.0000000003").amount).toBe("0.00000000003");
    expect(addPercent(cny("80"), "-25").amount).toBe("60");
    expect(addPercent(cny("9007199254740993.01"), "0.001").amount).toBe("9007289326733540.4199301");
    expect(removePercent(cny("119"), "19").amount).toBe("100");
    expect(removePercent(cny("1"), "200").amount).toBe("0.33333333333333333333");
  });

  it("compare by the greater amount, the same both ways", () => {
    for (const [a, b] of [
      ["100", "60"],
      ["60", "100"],
    ] as const) {
      expect(differsByMore(cny(a), cny(b), "40")).toBe(false);
      expect(differsByMore(cny(a), cny(b), "39.999")).toBe(true);
    }
    expect(differsByMore(cny("0"), cny("0"), "0")).toBe(false);
    expect(differsByMore(cny("0"), cny("1"), "99.999")).toBe(true);
    expect(() => differsByMore(cny("1"), money("1", "EUR"), "10")).toThrow(RangeError);
  });

  it("leave nothing above zero at zero, and nothing below above", () => {
    const grid = { step: "1", ending: "0", to: "nearest" } as const;
    expect(roundMoney(cny("0.2"), grid).amount).toBe("1");
    expect(roundMoney(cny("0"), grid).amount).toBe("0");
    expect(roundMoney(cny("-0.2"), grid).amount).toBe("0");
    expect(() => roundMoney(cny("1"), { ...grid, step: "0" })).toThrow(RangeError);
  });
});
