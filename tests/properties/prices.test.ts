/** Prices under any combination of rules: exact, within bounds, never nothing; what is stored is what the steps tell. */
import Big from "big.js";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Database } from "../../src/core/db/database.ts";
import type { IngestStore } from "../../src/core/ingest/types.ts";
import { currencyDigits, roundMoney } from "../../src/core/money.ts";
import { setBasePrices, setCosts, setRates } from "../../src/core/pricing/base-prices.ts";
import { composePrice } from "../../src/core/pricing/compose.ts";
import { applyDuePrices, learnPlatforms } from "../../src/core/pricing/due.ts";
import { explainPrice } from "../../src/core/pricing/explain.ts";
import { type PriceRuleInput, setPriceRules } from "../../src/core/pricing/price-rules.ts";
import type { PriceRules } from "../../src/core/pricing/rule-kinds.ts";
import { upsertSkus } from "../../src/core/stock/catalogue.ts";
import { createTestClock } from "../support/clock.ts";
import { createTestDatabase, engine } from "../support/database.ts";
import { exampleListing, givenContext, givenStore, ingestExamples, listingDocument } from "../support/example.ts";

const DAY_MS = 86_400_000;
/** Most histories are told to PostgreSQL, where each is six times as quick. */
const HISTORIES = engine === "pglite" ? 10 : 40;
const CURRENCIES = ["EUR", "JPY", "KWD"] as const;

/** A decimal with up to so many digits after the point. */
const decimal = (max: number, digits: number): fc.Arbitrary<string> =>
  fc
    .tuple(fc.nat(max), fc.nat(digits))
    .chain(([whole, places]) =>
      places === 0
        ? fc.constant(String(whole))
        : fc.nat(10 ** places - 1).map((part) => `${whole}.${String(part).padStart(places, "0")}`),
    );
const above = (max: number, digits: number) => decimal(max, digits).filter((text) => /[1-9]/.test(text));
const currency = fc.constantFrom(...CURRENCIES);
const grid = currency.chain((code) =>
  fc.record({
    currency: fc.constant(code),
    step: above(100, currencyDigits(code)),
    ending: decimal(20, currencyDigits(code)),
    to: fc.constantFrom("nearest" as const, "up" as const, "down" as const),
  }),
);
const bound = fc.record({ amount: above(200, 4), currency });
const params = {
  manual: fc.constant({}),
  fixed: bound,
  rate: fc.record({ from: currency, max_age_days: fc.nat(3) }),
  markup: fc.oneof(
    fc.record({ percent: decimal(300, 3) }),
    fc.record({ percent: decimal(300, 3), amount: decimal(50, 4), currency }),
  ),
  discount: fc.oneof(fc.record({ percent: decimal(99, 3) }), fc.record({ amount: decimal(50, 4), currency })),
  tax: fc.record({ percent: decimal(30, 3), direction: fc.constantFrom("add" as const, "remove" as const) }),
  rounding: grid,
  floor: bound,
  min_advertised: bound,
  protection: bound,
  margin: fc.record({ percent: decimal(100, 3) }),
  ceiling: bound,
  approval: fc.record({ percent: decimal(99, 3) }),
};
type Kind = keyof typeof params;

const named = <T>(of: fc.Arbitrary<T>) =>
  fc.option(
    of.map((said) => ({ id: "r", params: said })),
    { nil: undefined },
  );
const base = fc.record({ amount: decimal(500, 4), floor: fc.option(above(300, 4)), ceiling: fc.option(above(600, 4)) });

it("is exact, within its bounds, in the currency's digits and never nothing", () => {
  let priced = 0;
  fc.assert(
    fc.property(
      currency,
      fc.record({ EUR: base, JPY: base, KWD: base }),
      fc.record({
        ...Object.fromEntries(
          (Object.keys(params) as Kind[])
            .filter((kind) => kind !== "manual")
            .map((kind) => [kind, named(params[kind] as fc.Arbitrary<object>)]),
        ),
      }),
      above(50, 4),
      (code, bases, given, cost) => {
        const rules = Object.fromEntries(
          Object.entries(given as Record<string, { id: string; params: { currency?: string } }>).filter(
            ([kind, rule]) =>
              rule !== undefined &&
              (!["rounding", "floor", "min_advertised", "protection", "ceiling"].includes(kind) ||
                rule.params.currency === code),
          ),
        ) as PriceRules;
        const rate = { rate: "1.2345", validOn: "2026-03-01", ageDays: 0 };
        const composed = composePrice({
          currency: code,
          bases,
          costs: { [code]: cost },
          rules,
          rateOf: () => rate,
          isManaged: true,
        });
        if (composed.outcome !== "priced") {
          expect(composed.outcome).toBe("refused");
          return;
        }
        priced++;
        const { price } = composed;
        const value = new Big(price.amount);
        expect(price.currency).toBe(code);
        expect(value.gt(0)).toBe(true);
        expect(price.amount.split(".")[1]?.length ?? 0).toBe(currencyDigits(code));
        const from = rules.rate?.params.from ?? code;
        const sources = [...new Set([code, from])];
        const here = (amount: string, of: string) => new Big(amount).times(of === code ? 1 : rate.rate);
        const lowers = [rules.floor, rules.min_advertised, rules.protection].flatMap((rule) =>
          rule ? [new Big(rule.params.amount)] : [],
        );
        const uppers = rules.ceiling ? [new Big(rules.ceiling.params.amount)] : [];
        for (const of of sources) {
          const { floor, ceiling } = bases[of as keyof typeof bases];
          if (floor !== null) lowers.push(here(floor, of));
          if (ceiling !== null) uppers.push(here(ceiling, of));
        }
        if (rules.margin) lowers.push(new Big(cost).times(new Big(rules.margin.params.percent).plus(100)).div(100));
        for (const lower of lowers) expect(value.gte(lower)).toBe(true);
        for (const upper of uppers) expect(value.lte(upper)).toBe(true);
      },
    ),
    { numRuns: 3_000 },
  );
  expect(priced).toBeGreaterThan(300);
});

it("is rounded once and for all, to the grid and never further than a step", () => {
  fc.assert(
    fc.property(above(100_000, 8), grid, (amount, on) => {
      const rounded = roundMoney({ amount, currency: on.currency }, on);
      expect(roundMoney(rounded, on)).toEqual(rounded);
      const away = new Big(rounded.amount).minus(amount);
      expect(new Big(rounded.amount).gt(0)).toBe(true);
      expect(new Big(rounded.amount).minus(on.ending).mod(on.step).eq(0)).toBe(true);
      const isFirst = new Big(rounded.amount).lte(on.step);
      expect(away.abs().lt(on.step) || isFirst).toBe(true);
      if (on.to === "up") expect(away.gte(0)).toBe(true);
      if (on.to === "down" && !isFirst) expect(away.lte(0)).toBe(true);
      if (on.to === "nearest" && !isFirst) expect(away.abs().times(2).lte(on.step)).toBe(true);
    }),
  );
});

type Change =
  | {
      does: "rule";
      kind: Kind;
      params: object;
      store: number | null;
      sku: number | null;
      days: [number, number] | null;
    }
  | { does: "base"; sku: number; currency: string; amount: string | null; floor: string | null; ceiling: string | null }
  | { does: "cost"; sku: number; currency: string; amount: string; day: number }
  | { does: "rate"; base: string; quote: string; rate: string; day: number }
  | { does: "show"; store: number; amount: string }
  | { does: "wait"; days: number };

const ruled = fc.constantFrom(...(Object.keys(params) as Kind[])).chain((kind) =>
  fc.record({
    does: fc.constant("rule" as const),
    kind: fc.constant(kind),
    params: params[kind] as fc.Arbitrary<object>,
    store: fc.option(fc.nat(2)),
    sku: fc.option(fc.nat(1)),
    days: fc.option(fc.tuple(fc.nat(2), fc.integer({ min: 3, max: 5 }))),
  }),
);
const based = fc.record({
  does: fc.constant("base" as const),
  sku: fc.nat(1),
  currency,
  amount: fc.option(decimal(300, 4), { freq: 6 }),
  floor: fc.option(above(100, 4)),
  ceiling: fc.constant(null),
});
const change: fc.Arbitrary<Change> = fc.oneof(
  { arbitrary: ruled, weight: 4 },
  { arbitrary: based, weight: 4 },
  fc.record({
    does: fc.constant("cost" as const),
    sku: fc.nat(1),
    currency,
    amount: above(50, 4),
    day: fc.integer({ min: -1, max: 3 }),
  }),
  fc.record({
    does: fc.constant("rate" as const),
    base: currency,
    quote: currency,
    rate: above(3, 10),
    day: fc.integer({ min: -1, max: 3 }),
  }),
  fc.record({ does: fc.constant("show" as const), store: fc.nat(2), amount: above(300, 0) }),
  fc.record({ does: fc.constant("wait" as const), days: fc.nat(3) }),
);

it("stands written as its steps tell it, whatever changed; what is held back changes nothing", async () => {
  const { db, reset } = await createTestDatabase();
  let computed = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 5, maxLength: 14 }), async (steps) => {
      await reset();
      const clock = createTestClock();
      const context = await givenContext(db, clock);
      const skus = ["A", "B"];
      const stores: IngestStore[] = [];
      for (const name of CURRENCIES) stores.push(await givenStore(context, { name }));
      await learnPlatforms(db, () => true, clock.now());
      await upsertSkus(
        db,
        skus.map((code) => ({ code })),
        clock.now(),
      );
      const [variant] = exampleListing().variants;
      if (!variant) throw new Error("the example has a variant");
      const show = async (at: number, amount: string) => {
        const shown = { amount, currency: CURRENCIES[at] ?? "EUR" };
        const variants = skus.map((sellerCode, i) => ({ ...variant, externalId: `V${i}`, sellerCode, price: shown }));
        const store = stores[at];
        if (store) await ingestExamples(context, store, "listings", [listingDocument(exampleListing({ variants }))]);
      };
      for (const at of [0, 1, 2]) await show(at, "100");
      // One has a price of its own from the start, the other waits for it.
      const given = CURRENCIES.map((code) => ({ sku: "A", currency: code, amount: "120", floor: null, ceiling: null }));
      await setBasePrices(db, { prices: given, actor: "test" }, clock.now());
      await applyDuePrices(db, () => true, clock.now());
      const ids = stores.map((store) => store.id);
      let before = await readAll(db, ids, clock.now());
      expect(before).toHaveLength(6);
      for (const step of steps) {
        clock.advance(60_000);
        await take(db, step, { ids, skus, now: clock.now(), show, wait: (ms) => clock.advance(ms) });
        await applyDuePrices(db, () => true, clock.now());
        const after = await readAll(db, ids, clock.now());
        for (const [i, told] of after.entries()) {
          const earlier = before[i];
          if (told.price) {
            computed++;
            expect(told.desired).toEqual(told.price);
            expect(new Big(told.price.amount).gt(0)).toBe(true);
          } else if (told.held) expect(told.desired).toEqual(earlier?.desired ?? null);
          else expect(told.desired).toBeNull();
          expect(told.isHeld).toBe(told.held !== null);
        }
        await checkArithmetic(
          db,
          after.map((told) => told.steps),
        );
        before = after;
      }
    }),
    { numRuns: HISTORIES, endOnFailure: true },
  );
  expect(computed).toBeGreaterThan(100);
}, 180_000);

interface Place {
  ids: readonly string[];
  skus: readonly string[];
  now: Date;
  show(store: number, amount: string): Promise<void>;
  wait(ms: number): void;
}

async function take(db: Database, step: Change, { ids, skus, now, show, wait }: Place): Promise<void> {
  const dayAfter = (days: number) => new Date(now.getTime() + days * DAY_MS).toISOString().slice(0, 10);
  const sku = (index: number) => skus[index] ?? "";
  const actor = "test";
  switch (step.does) {
    case "rule": {
      const rule: PriceRuleInput = {
        storeId: step.store === null ? null : (ids[step.store] ?? null),
        listingId: null,
        sku: step.sku === null ? null : sku(step.sku),
        kind: step.kind,
        params: { ...step.params },
        validFrom: step.days === null ? null : new Date(now.getTime() + step.days[0] * DAY_MS),
        validUntil: step.days === null ? null : new Date(now.getTime() + step.days[1] * DAY_MS),
      };
      const [row] = await setPriceRules(db, { rules: [rule], actor }, now);
      expect(row?.error).toBeNull();
      return;
    }
    case "base":
      await setBasePrices(db, { prices: [{ ...step, sku: sku(step.sku) }], actor }, now);
      return;
    case "cost":
      await setCosts(db, { costs: [{ ...step, sku: sku(step.sku), validFrom: dayAfter(step.day) }], actor }, now);
      return;
    case "rate":
      if (step.base !== step.quote)
        await setRates(db, { rates: [{ ...step, validOn: dayAfter(step.day), source: null }], actor }, now);
      return;
    case "show":
      await show(step.store, step.amount);
      return;
    case "wait":
      wait(step.days * DAY_MS);
  }
}

async function readAll(db: Database, storeIds: readonly string[], at: Date) {
  const rows = await db.query<{ variant_id: string; held: boolean }>(
    `select o.variant_id, p.held_code is not null as held from offers o left join offer_prices p on p.offer_id = o.id
     where o.aspect = 'price' and o.store_id = any($1::uuid[]) order by o.id`,
    [storeIds],
  );
  const told = [];
  for (const row of rows) {
    const explained = await explainPrice(db, { variantId: row.variant_id, stores: null }, at);
    if (!explained) throw new Error("an offer is explained");
    told.push({ ...explained, isHeld: row.held });
  }
  return told;
}

/** Percentages and rates of all prices, computed by PostgreSQL from the step before. */
async function checkArithmetic(
  db: Database,
  prices: readonly (readonly { rule: string; figure: string | null; amount: { amount: string } | null }[])[],
): Promise<void> {
  const pairs = prices.flatMap((steps) => steps.map((step, i) => ({ ...step, before: steps[i - 1] })));
  const known = pairs.flatMap(({ rule, figure, amount, before }) => {
    const from = before?.amount?.amount;
    const percent = /^(?:add )?(-?[\d.]+) %$/.exec(figure ?? "")?.[1];
    const rate = /^([\d.]+) of /.exec(figure ?? "")?.[1];
    if (from === undefined || amount === null || !["markup", "discount", "tax", "rate"].includes(rule)) return [];
    if (percent === undefined && rate === undefined) return [];
    return [{ from, to: amount.amount, percent: percent ?? null, rate: rate ?? null }];
  });
  if (known.length === 0) return;
  const wrong = await db.query(
    `select * from json_to_recordset($1::text::json) as r("from" numeric, "to" numeric, percent numeric, rate numeric)
     where r."to" <> case when rate is not null then r."from" * rate else r."from" * (100 + percent) * 0.01 end`,
    [JSON.stringify(known)],
  );
  expect(wrong).toEqual([]);
}
