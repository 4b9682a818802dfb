/**
 * What prices are computed of: base prices, costs and rates, set in bulk and answered row by row. All prices that follow
 * are written in the same transaction.
 */
import { appendAudit } from "../db/audit.ts";
import { type Database, repeatable } from "../db/database.ts";
import { findSkuIds } from "../db/skus.ts";
import { compare, money } from "../money.ts";
import { repriceOrMark, workOffMarks } from "./marks.ts";
import { lockPricing, type PriceScope } from "./reprice.ts";

export interface RowOutcome {
  outcome: "created" | "updated" | "unchanged" | "removed" | "rejected";
  error: { code: string; detail: string } | null;
}

export interface BasePriceInput {
  sku: string;
  currency: string;
  /** Null: there is no base price in this currency any more. */
  amount: string | null;
  floor: string | null;
  ceiling: string | null;
}

export interface CostInput {
  sku: string;
  currency: string;
  amount: string;
  validFrom: string;
}

export interface RateInput {
  base: string;
  quote: string;
  validOn: string;
  rate: string;
  source: string | null;
}

interface Written {
  key: string;
  created: boolean;
}

/** Sets base prices, or removes them. */
export function setBasePrices(
  db: Database,
  input: { prices: readonly BasePriceInput[]; actor: string },
  at: Date,
): Promise<RowOutcome[]> {
  return setOfSkus(
    db,
    input.prices,
    { cause: "base price", act: "prices.set_base", actor: input.actor, at },
    {
      keyOf: ({ sku, currency }) => `${sku}/${currency}`,
      check: ({ currency, floor, ceiling }) =>
        floor !== null && ceiling !== null && compare(money(floor, currency), money(ceiling, currency)) > 0
          ? { code: "floor_above_ceiling", detail: "`floor` is above `ceiling`." }
          : null,
      write: async (tx, rows) => {
        const json = JSON.stringify(rows.map((row) => ({ ...row, key: `${row.sku}/${row.currency}` })));
        const given =
          "from json_to_recordset($1::text::json) as r(key text, id uuid, currency text, amount numeric, floor numeric, ceiling numeric)";
        const removed = await tx.query<{ key: string }>(
          `delete from base_prices b using (select r.* ${given}) r where r.amount is null and b.sku_id = r.id and b.currency = r.currency returning r.key`,
          [json],
        );
        const set = await tx.query<Written>(
          `insert into base_prices as b (sku_id, currency, amount, floor, ceiling, updated_at)
         select r.id, r.currency, r.amount, r.floor, r.ceiling, $2::timestamptz ${given} where r.amount is not null
         on conflict (sku_id, currency) do update set amount = excluded.amount, floor = excluded.floor, ceiling = excluded.ceiling,
           updated_at = excluded.updated_at
         where (b.amount, b.floor, b.ceiling) is distinct from (excluded.amount, excluded.floor, excluded.ceiling)
         returning (select s.code from skus s where s.id = b.sku_id) || '/' || b.currency as key, (xmax = 0) as created`,
          [json, at.toISOString()],
        );
        return new Map<string, RowOutcome["outcome"]>([
          ...removed.map(({ key }) => [key, "removed"] as const),
          ...set.map(({ key, created }) => [key, created ? "created" : "updated"] as const),
        ]);
      },
    },
  );
}

/** Sets standard costs, each in force from its day on. */
export function setCosts(
  db: Database,
  input: { costs: readonly CostInput[]; actor: string },
  at: Date,
): Promise<RowOutcome[]> {
  return setOfSkus(
    db,
    input.costs,
    { cause: "cost", act: "prices.set_cost", actor: input.actor, at },
    {
      keyOf: ({ sku, currency, validFrom }) => `${sku}/${currency}/${validFrom}`,
      write: async (tx, rows) => {
        const set = await tx.query<Written>(
          `insert into sku_costs as c (sku_id, currency, valid_from, amount)
         select r.id, r.currency, r."validFrom", r.amount
         from json_to_recordset($1::text::json) as r(id uuid, currency text, "validFrom" date, amount numeric)
         on conflict (sku_id, currency, valid_from) do update set amount = excluded.amount where c.amount <> excluded.amount
         returning (select s.code from skus s where s.id = c.sku_id) || '/' || c.currency || '/' || c.valid_from::text as key, (xmax = 0) as created`,
          [JSON.stringify(rows)],
        );
        return new Map(set.map(({ key, created }) => [key, created ? "created" : "updated"] as const));
      },
    },
  );
}

/** Sets exchange rates, each of a day. */
export async function setRates(
  db: Database,
  input: { rates: readonly RateInput[]; actor: string },
  at: Date,
): Promise<RowOutcome[]> {
  const keyOf = ({ base, quote, validOn }: RateInput) => `${base}/${quote}/${validOn}`;
  const rows = await repeatable(db, async (tx) => {
    await lockPricing(tx);
    const rows = refuseTwice(input.rates, keyOf);
    const accepted = input.rates.filter((_, i) => rows[i]?.error === null);
    const written = await tx.query<Written>(
      `insert into exchange_rates as t (base, quote, valid_on, rate, source)
       select r.base, r.quote, r."validOn", r.rate, r.source
       from json_to_recordset($1::text::json) as r(base text, quote text, "validOn" date, rate numeric, source text)
       on conflict (base, quote, valid_on) do update set rate = excluded.rate, source = excluded.source
         where t.rate <> excluded.rate or t.source is distinct from excluded.source
       returning t.base || '/' || t.quote || '/' || t.valid_on::text as key, (xmax = 0) as created`,
      [JSON.stringify(accepted)],
    );
    const outcomes = new Map(written.map(({ key, created }) => [key, created ? "created" : "updated"] as const));
    tellOutcomes(rows, input.rates, keyOf, outcomes);
    await auditRows(
      tx,
      { actor: input.actor, act: "prices.set_rate", subject: "exchange_rate", at },
      input.rates,
      rows,
      keyOf,
    );
    // Where a rate is asked for by a rule.
    const scopes = await tx.query<{ storeId: string | null; listingId: string | null; skuId: string | null }>(
      `select store_id as "storeId", listing_id as "listingId", sku_id as "skuId" from price_rules
       where kind = 'rate' and params ->> 'from' = any($1::text[])`,
      [[...new Set(accepted.map((rate) => rate.base))]],
    );
    const scope: PriceScope = { of: "rules", scopes };
    if (outcomes.size > 0) await repriceOrMark(tx, scope, { cause: "rate", actor: input.actor, at });
    return rows;
  });
  await workOffMarks(db, at);
  return rows;
}

interface Setting<Row> {
  keyOf(row: Row): string;
  /** Why a row cannot be taken; null: it can. */
  check?(row: Row): { code: string; detail: string } | null;
  /** What became of each key; those that stayed as they were are absent. */
  write(tx: Database, rows: readonly (Row & { id: string })[]): Promise<Map<string, RowOutcome["outcome"]>>;
}

async function setOfSkus<Row extends { sku: string }>(
  db: Database,
  inputs: readonly Row[],
  told: { cause: string; act: string; actor: string; at: Date },
  { keyOf, check, write }: Setting<Row>,
): Promise<RowOutcome[]> {
  const rows = await repeatable(db, async (tx) => {
    await lockPricing(tx);
    const ids = await findSkuIds(tx, [...new Set(inputs.map((row) => row.sku))]);
    const rows = refuseTwice(inputs, keyOf);
    for (const [i, row] of rows.entries()) {
      const input = inputs[i];
      if (!input || row.error !== null) continue;
      const fault = ids.has(input.sku)
        ? (check?.(input) ?? null)
        : { code: "unknown_sku", detail: `There is no SKU "${input.sku}".` };
      if (fault) refuse(row, fault.code, fault.detail);
    }
    const accepted = inputs.flatMap((row, i) => {
      const id = ids.get(row.sku);
      return id !== undefined && rows[i]?.error === null ? [{ ...row, id }] : [];
    });
    const outcomes = await write(tx, accepted);
    tellOutcomes(rows, inputs, keyOf, outcomes);
    await auditRows(tx, { ...told, subject: "sku" }, inputs, rows, keyOf);
    const skuIds = [...new Set(accepted.filter((row) => outcomes.has(keyOf(row))).map((row) => row.id))];
    if (skuIds.length > 0) await repriceOrMark(tx, { of: "skus", skuIds }, told);
    return rows;
  });
  await workOffMarks(db, told.at);
  return rows;
}

function refuseTwice<Row>(inputs: readonly Row[], keyOf: (row: Row) => string): RowOutcome[] {
  const seen = new Set<string>();
  return inputs.map((input) => {
    const row: RowOutcome = { outcome: "unchanged", error: null };
    const key = keyOf(input);
    if (seen.has(key)) refuse(row, "named_twice", "The same row stands twice in this request.");
    seen.add(key);
    return row;
  });
}

function refuse(row: RowOutcome, code: string, detail: string): void {
  row.outcome = "rejected";
  row.error = { code, detail };
}

function tellOutcomes<Row>(
  rows: readonly RowOutcome[],
  inputs: readonly Row[],
  keyOf: (row: Row) => string,
  outcomes: ReadonlyMap<string, RowOutcome["outcome"]>,
): void {
  for (const [i, row] of rows.entries()) {
    const input = inputs[i];
    if (input && row.error === null) row.outcome = outcomes.get(keyOf(input)) ?? "unchanged";
  }
}

async function auditRows<Row>(
  tx: Database,
  { actor, act, subject, at }: { actor: string; act: string; subject: string; at: Date },
  inputs: readonly Row[],
  rows: readonly RowOutcome[],
  keyOf: (row: Row) => string,
): Promise<void> {
  const entries = inputs.flatMap((input, i) => {
    const outcome = rows[i]?.outcome ?? "rejected";
    if (outcome === "rejected" || outcome === "unchanged") return [];
    return [
      {
        actor,
        act,
        storeId: null,
        subject,
        subjectId: keyOf(input),
        cause: null,
        detail: { ...input } as Record<string, unknown>,
        outcome,
      },
    ];
  });
  await appendAudit(tx, entries, at);
}
