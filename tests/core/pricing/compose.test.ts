import { describe, expect, it } from "vitest";
import { type Composed, composePrice, type PriceFacts } from "../../../src/core/pricing/compose.ts";
import type { PriceRules } from "../../../src/core/pricing/rule-kinds.ts";

const facts = (
  currency: string,
  amount: string,
  rules: PriceRules = {},
  more: Partial<PriceFacts> = {},
): PriceFacts => ({
  currency,
  bases: { [currency]: { amount, floor: null, ceiling: null } },
  costs: {},
  rules,
  rateOf: () => null,
  isManaged: false,
  ...more,
});
const rule = <P>(params: P) => ({ id: "r", params });
const said = (composed: Composed): string =>
  composed.outcome === "priced"
    ? composed.price.amount
    : composed.outcome === "refused"
      ? composed.refusal.code
      : composed.outcome;
const rounding = (currency: string, step: string, ending = "0", to: "nearest" | "up" | "down" = "nearest") => ({
  rounding: rule({ currency, step, ending, to }),
});

describe("a price", () => {
  it.each([
    ["EUR", "10.004", {}, "10.00"],
    ["EUR", "10.005", {}, "10.01"],
    ["JPY", "1000.5", {}, "1001"],
    ["KWD", "1.2345", {}, "1.235"],
    ["EUR", "12.48", rounding("EUR", "1", "0.99"), "11.99"],
    ["EUR", "12.49", rounding("EUR", "1", "0.99"), "12.99"],
    ["EUR", "12.49", rounding("EUR", "1", "0.99", "up"), "12.99"],
    ["EUR", "12.98", rounding("EUR", "1", "0.99", "down"), "11.99"],
    ["EUR", "12.99", rounding("EUR", "1", "0.99", "down"), "12.99"],
    ["EUR", "12.32", rounding("EUR", "0.05"), "12.30"],
    ["JPY", "1234", rounding("JPY", "100", "80"), "1280"],
    ["KWD", "1.2344", rounding("KWD", "0.005"), "1.235"],
    ["EUR", "0.30", rounding("EUR", "1"), "1.00"],
    ["EUR", "0.30", rounding("EUR", "1", "0.99", "down"), "0.99"],
  ])("in %s of %s is rounded to the currency or the rule", (currency, amount, rules, price) => {
    expect(said(composePrice(facts(currency, amount, rules as PriceRules)))).toBe(price);
  });

  it("keeps every digit until it is rounded", () => {
    const rules: PriceRules = {
      rate: rule({ from: "CNY", max_age_days: 3 }),
      markup: rule({ percent: "33.333" }),
      discount: rule({ percent: "7.125" }),
      tax: rule({ percent: "19.999", direction: "add" }),
    };
    const composed = composePrice(
      facts("EUR", "1", rules, {
        bases: { CNY: { amount: "99999999999.9999", floor: null, ceiling: null } },
        rateOf: () => ({ rate: "0.1234567891", validOn: "2026-03-01", ageDays: 3 }),
      }),
    );
    expect(composed.steps.map(({ amount }) => amount?.amount)).toEqual([
      "99999999999.9999",
      "12345678909.99998765432109",
      "16460864061.0702835391359389297",
      "15288027496.719025836972503280958875",
      "18345480115.78786381410863421211784041125",
      "18345480115.79",
    ]);
  });

  it("takes the tax out of prices that are kept with it", () => {
    expect(said(composePrice(facts("EUR", "119.00", { tax: rule({ percent: "19", direction: "remove" }) })))).toBe(
      "100.00",
    );
  });

  it("that is fixed says all, and is bounded all the same", () => {
    const rules: PriceRules = {
      fixed: rule({ amount: "20.00", currency: "EUR" }),
      markup: rule({ percent: "50" }),
      tax: rule({ percent: "19", direction: "add" }),
      ...rounding("EUR", "1", "0.99"),
    };
    expect(said(composePrice(facts("EUR", "10", rules)))).toBe("20.00");
    expect(
      said(composePrice(facts("EUR", "10", { ...rules, ceiling: rule({ amount: "15.50", currency: "EUR" }) }))),
    ).toBe("15.50");
  });
});

describe("bounds", () => {
  const floor = (amount: string) => ({ floor: rule({ amount, currency: "EUR" }) });
  const ceiling = (amount: string) => ({ ceiling: rule({ amount, currency: "EUR" }) });

  it.each([
    ["a price below goes up to the next step", "8", { ...floor("9.20"), ...rounding("EUR", "1", "0.99") }, "9.99"],
    [
      "a price above goes down to the next step",
      "18",
      { ...ceiling("15.20"), ...rounding("EUR", "1", "0.99") },
      "14.99",
    ],
    [
      "the bound itself, where no step lies between",
      "8",
      { ...floor("9.20"), ...ceiling("9.50"), ...rounding("EUR", "1", "0.99") },
      "9.20",
    ],
    [
      "rounding does not carry it over a bound",
      "9.60",
      { ...ceiling("9.70"), ...rounding("EUR", "1", "0.99") },
      "8.99",
    ],
    ["a bound with more digits than the currency", "8", floor("9.2001"), "9.21"],
    [
      "the highest of the lower ones",
      "8",
      {
        ...floor("9"),
        min_advertised: rule({ amount: "10", currency: "EUR" }),
        protection: rule({ amount: "9.50", currency: "EUR" }),
      },
      "10.00",
    ],
    ["bounds that exclude each other", "8", { ...floor("10"), ...ceiling("9") }, "bounds_conflict"],
  ])("%s", (_, amount, rules, price) => {
    expect(said(composePrice(facts("EUR", amount, rules as PriceRules)))).toBe(price);
  });

  it("of the base price count, converted where the price is", () => {
    const bases = {
      CNY: { amount: "80", floor: "120", ceiling: "160" },
      EUR: { amount: "9", floor: "14", ceiling: null },
    };
    const rules: PriceRules = { rate: rule({ from: "CNY", max_age_days: 1 }) };
    const rateOf = () => ({ rate: "0.125", validOn: "2026-03-01", ageDays: 0 });
    expect(said(composePrice(facts("EUR", "", rules, { bases, rateOf })))).toBe("15.00");
    expect(said(composePrice(facts("EUR", "", {}, { bases, rateOf })))).toBe("14.00");
  });

  it("of a margin are over the cost, with the tax that the price carries", () => {
    const margin: PriceRules = { margin: rule({ percent: "20" }) };
    const costs = { EUR: "10" };
    expect(said(composePrice(facts("EUR", "11", margin, { costs })))).toBe("12.00");
    const taxed: PriceRules = { ...margin, tax: rule({ percent: "10", direction: "add" }) };
    expect(said(composePrice(facts("EUR", "10", taxed, { costs })))).toBe("13.20");
  });
});

describe("what cannot be computed is refused with its reason", () => {
  const rate: PriceRules = { rate: rule({ from: "CNY", max_age_days: 2 }) };
  const bases = { CNY: { amount: "80", floor: null, ceiling: null } };
  const fixed = (amount: string, currency: string): PriceRules => ({ fixed: rule({ amount, currency }) });
  it.each<[string, PriceFacts]>([
    ["no_currency", facts("EUR", "10", {}, { currency: null })],
    ["no_base_price", facts("EUR", "10", {}, { bases })],
    ["no_base_price", facts("EUR", "10", {}, { bases: {}, isManaged: true })],
    ["none", facts("EUR", "10", {}, { bases: {} })],
    ["manual", facts("EUR", "10", { manual: rule({}) })],
    ["no_rate", facts("EUR", "10", rate, { bases })],
    [
      "rate_too_old",
      facts("EUR", "", rate, { bases, rateOf: () => ({ rate: "0.1", validOn: "2026-03-01", ageDays: 3 }) }),
    ],
    ["no_cost", facts("EUR", "10", { margin: rule({ percent: "10" }) })],
    ["no_cost", facts("EUR", "10", { margin: rule({ percent: "10" }) }, { costs: { USD: "5" } })],
    ["wrong_currency", facts("EUR", "10", fixed("10", "USD"))],
    ["wrong_currency", facts("EUR", "10", { markup: rule({ amount: "1", currency: "USD" }) })],
    ["not_positive", facts("EUR", "0")],
    ["not_positive", facts("EUR", "10", { discount: rule({ amount: "10", currency: "EUR" }) })],
    [
      "not_positive",
      facts("EUR", "10", { discount: rule({ amount: "11", currency: "EUR" }), ...rounding("EUR", "1") }),
    ],
    ["not_positive", facts("EUR", "10", fixed("0", "EUR"))],
  ])("%s", (code, given) => {
    expect(said(composePrice(given))).toBe(code);
  });
});
