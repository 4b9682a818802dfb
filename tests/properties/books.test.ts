/**
 * Any month of trade: sales in two currencies, refunds before, in and after the statement of the sale, reserves that are held
 * and released, statements that come again or were wrong at first. What the platform sent stands in the books, each entry
 * once and as it was sent, and nothing else does; a smallest unit that is wrong is found and named.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { writeJournal } from "../../src/core/finance/journal.ts";
import { listProblems } from "../../src/core/finance/problems.ts";
import { listProfit } from "../../src/core/finance/profit.ts";
import { reconcile } from "../../src/core/finance/reconcile.ts";
import type { LedgerEntry } from "../../src/core/model/records.ts";
import { currencyDigits, money } from "../../src/core/money.ts";
import { createTestClock } from "../support/clock.ts";
import { createTestDatabase, engine } from "../support/database.ts";
import {
  exampleLine,
  exampleOrder,
  givenContext,
  givenStore,
  ingestExamples,
  orderDocument,
} from "../support/example.ts";
import { exampleEntry, exampleSettlement, statementDocument } from "../support/example-money.ts";
import { hasHledger, hledger } from "../support/hledger.ts";

const MONTHS = engine === "pglite" ? 12 : 40;
const STATEMENTS = 3;
const CURRENCIES = ["EUR", "JPY", "KWD"] as const;
const TRUSTED = [{ platform: "example", book: "main", rank: 0 }];
const PAGE = { limit: 1_000, after: null };

const sold = fc.record({
  currency: fc.constantFrom(...CURRENCIES),
  units: fc.integer({ min: 100, max: 5_000_000 }),
  commission: fc.integer({ min: 0, max: 3_000 }),
  statement: fc.nat(STATEMENTS - 1),
  /** Parts of a hundred that are given back, and how many statements later. */
  refunds: fc.array(fc.record({ percent: fc.integer({ min: 1, max: 30 }), later: fc.integer({ min: -1, max: 1 }) }), {
    maxLength: 3,
  }),
});
const month = fc.record({
  orders: fc.array(sold, { minLength: 1, maxLength: 8 }),
  reserves: fc.array(
    fc.record({
      currency: fc.constantFrom(...CURRENCIES),
      units: fc.integer({ min: 1, max: 100_000 }),
      held: fc.nat(1),
    }),
    { maxLength: 3 },
  ),
  wrongAtFirst: fc.array(fc.nat(20), { maxLength: 2 }),
  again: fc.array(fc.nat(20), { maxLength: 3 }),
  planted: fc.record({ at: fc.nat(200), by: fc.constantFrom(1, -1) }),
});
type Month = typeof month extends fc.Arbitrary<infer M> ? M : never;

interface Sent {
  id: string;
  kind: LedgerEntry["kind"];
  currency: string;
  units: number;
  statement: number;
  order: string | null;
  refund: string | null;
}

/** What a platform sends in the month, by whole units alone. */
function sentIn({ orders, reserves }: Month): Sent[] {
  const within = (statement: number) => Math.min(STATEMENTS - 1, Math.max(0, statement));
  const ofOrders = orders.flatMap(({ currency, units, commission, statement, refunds }, i): Sent[] => {
    const of = { currency, order: `O${i}`, refund: null, statement };
    return [
      { ...of, id: `O${i}-sale`, kind: "sale", units },
      { ...of, id: `O${i}-fee`, kind: "commission", units: -Math.round((units * commission) / 10_000) },
      ...refunds.map(
        ({ percent, later }, n): Sent => ({
          ...of,
          id: `O${i}-back-${n}`,
          kind: "refund",
          units: -Math.round((units * percent) / 100),
          statement: within(statement + later),
          refund: `R${i}-${n}`,
        }),
      ),
    ];
  });
  const ofReserves = reserves.flatMap(({ currency, units, held }, i): Sent[] => {
    const of = { kind: "reserve", currency, order: null, refund: null } as const;
    return [
      { ...of, id: `hold-${i}`, units: -units, statement: held },
      { ...of, id: `release-${i}`, units, statement: held + 1 },
    ];
  });
  return [...ofOrders, ...ofReserves];
}

function written(units: number, currency: string): string {
  const digits = currencyDigits(currency);
  const size = String(Math.abs(units)).padStart(digits + 1, "0");
  const text = digits === 0 ? size : `${size.slice(0, -digits)}.${size.slice(-digits)}`;
  return money(units < 0 ? `-${text}` : text, currency).amount;
}

const total = (list: readonly Sent[]) => list.reduce((sum, { units }) => sum + units, 0);
const nameOf = ({ statement, currency }: Pick<Sent, "statement" | "currency">) => `S${statement}-${currency}`;
const dayOf = (statement: number) => new Date(Date.UTC(2026, 1, 5 + statement * 10, 12));

it(`S60 S61 S63 S64 S65 S66 holds for ${MONTHS} months of any trade`, async () => {
  const { db } = await createTestDatabase();
  const clock = createTestClock("2026-03-20T08:00:00Z");
  const context = await givenContext(db, clock);
  await fc.assert(
    fc.asyncProperty(month, async (trade) => {
      const store = await givenStore(context);
      const sent = sentIn(trade);
      const statements = new Map<string, Sent[]>();
      for (const one of sent) statements.set(nameOf(one), [...(statements.get(nameOf(one)) ?? []), one]);
      const names = [...statements.keys()];
      /** A statement as the platform sends it; `rows` where they are wrong, its payout never is. */
      const load = async (name: string, rows = statements.get(name) ?? []) => {
        const right = statements.get(name) ?? [];
        const [{ currency, statement } = { currency: "EUR", statement: 0 }] = right;
        const payout = { amount: written(total(right), currency), currency };
        const head = exampleSettlement({ externalId: name, currency, payout, periodEnd: dayOf(statement) });
        const entries = rows.map((row) =>
          exampleEntry(row.id, written(row.units, row.currency), {
            currency: row.currency,
            settlementExternalId: name,
            kind: row.kind,
            externalKind: row.kind,
            orderExternalId: row.order,
            refundExternalId: row.refund,
            postedAt: dayOf(row.statement),
          }),
        );
        await ingestExamples(context, store, "settlements", [statementDocument(head, entries)]);
      };
      const pick = (at: number) => names[at % names.length] ?? "";
      await ingestExamples(
        context,
        store,
        "orders",
        trade.orders.map(({ currency, units }, i) => {
          const amount = { amount: written(units, currency), currency };
          const none = { amount: "0", currency };
          const line = exampleLine({ unitPrice: amount, total: amount, discount: none, tax: none });
          return orderDocument(
            exampleOrder({
              externalId: `O${i}`,
              externalNumber: `O${i}`,
              currency,
              total: amount,
              lines: [line],
              placedAt: dayOf(-1),
            }),
          );
        }),
      );
      for (const at of trade.wrongAtFirst) await load(pick(at), (statements.get(pick(at)) ?? []).slice(1));
      for (const name of names) await load(name);
      for (const at of trade.again) await load(pick(at));
      await reconcile(db, clock.now());

      const stored = await db.query<
        Record<"id" | "kind" | "amount" | "currency" | "document" | "paid_for", string | null>
      >(
        `select e.external_id as id, e.kind, trim_scale(e.amount)::text as amount, e.currency, d.external_id as document,
           (select string_agg(o.external_id, ',') from reconciliation_matches m join orders o on o.id = m.order_id
             where m.entry_id = e.id and m.undone_at is null and m.amount = e.amount) as paid_for
         from ledger_entries e left join raw_documents d on d.id = e.document_id and d.body is not null where e.store_id = $1::uuid`,
        [store.id],
      );
      const byId = (a: { id: string | null }, b: { id: string | null }) => (String(a.id) < String(b.id) ? -1 : 1);
      expect([...stored].sort(byId)).toEqual(
        sent
          .map((row) => ({
            id: row.id,
            kind: row.kind,
            amount: written(row.units, row.currency),
            currency: row.currency,
            document: nameOf(row),
            paid_for: row.order,
          }))
          .sort(byId),
      );

      const states = async () =>
        Object.fromEntries(
          (
            await db.query<{ name: string; state: string; difference: string | null }>(
              "select external_id as name, state, trim_scale(difference)::text as difference from settlements where store_id = $1::uuid",
              [store.id],
            )
          ).map(({ name, state, difference }) => [name, [state, difference]]),
        );
      expect(await states()).toEqual(Object.fromEntries(names.map((name) => [name, ["balanced", null]])));

      const filter = { stores: [store.id] };
      const earned = sent.filter(({ kind }) => kind !== "reserve");
      for (const by of ["month", "order"] as const) {
        const { rows } = await listProfit(db, TRUSTED, { by, filter, page: PAGE });
        const told = rows.map((row) => {
          const amounts = Object.values(row.kinds).map((amount) => unitsOf(amount, row.currency));
          return [by === "month" ? row.currency : row.label, amounts.reduce((sum, units) => sum + units, 0)];
        });
        const wanted = new Map<string, number>();
        for (const row of earned) {
          const key = by === "month" ? row.currency : (row.order ?? "");
          wanted.set(key, (wanted.get(key) ?? 0) + row.units);
        }
        expect(Object.fromEntries(told)).toEqual(Object.fromEntries(wanted));
      }
      expect(total(sent.filter(({ kind }) => kind === "reserve"))).toBe(0);

      const journal = async () => {
        let text = "";
        const request = { storeId: store.id, month: "2026-02-01", opening: true };
        for await (const part of writeJournal(db, TRUSTED, request)) text += part;
        return text;
      };
      const right = await journal();
      if (hasHledger) expect(hledger(right, "check")).toMatchObject({ status: 0, stderr: "" });
      expect(right.match(/; entry: /g)).toHaveLength(sent.length);

      const changed = sent[trade.planted.at % sent.length];
      if (!changed) throw new Error("a month without entries");
      const name = nameOf(changed);
      const { by } = trade.planted;
      const wrong = (statements.get(name) ?? []).map((row) =>
        row === changed ? { ...row, units: row.units + by } : row,
      );
      await load(name, wrong);
      await reconcile(db, clock.now());
      expect(await states()).toEqual({
        ...Object.fromEntries(names.map((one) => [one, ["balanced", null]])),
        [name]: ["unbalanced", written(-by, changed.currency)],
      });
      const found = await listProblems(db, TRUSTED, {
        filter: { ...filter, kind: "unbalanced" },
        at: clock.now(),
        page: PAGE,
      });
      expect(found.rows.map(({ external_id, amount }) => [external_id, unitsOf(amount, changed.currency)])).toEqual([
        [name, -by],
      ]);
      expect(await journal()).toContain(`Nothing is asserted of the statement ${name}: it does not add up`);
    }),
    { numRuns: MONTHS, endOnFailure: true },
  );
}, 240_000);

const unitsOf = (amount: string, currency: string) => Math.round(Number(amount) * 10 ** currencyDigits(currency));
