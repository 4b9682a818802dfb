/** Statements and their entries. */
import { expect } from "vitest";
import { isAbsent, type SettlementCapability } from "../../src/core/adapter.ts";
import { compare, sum } from "../../src/core/money.ts";
import { group, needed } from "./check.ts";
import { givenConnected } from "./engine.ts";
import { map, readCapability, readingChecks, readOnce } from "./reading.ts";

export const settlements = group(
  "settlements",
  [
    ...readingChecks("settlements"),
    {
      name: "the entries of a statement sum to its total, whatever parts they come in",
      run: async (given) => {
        const { bench, documents } = await readOnce(given, "settlements");
        const capability = needed(readCapability(bench.adapter, "settlements") ?? undefined, "nothing");
        const all = documents.map((raw) => map(bench, capability, raw));
        const heads = new Map(all.flatMap((unified) => unified.settlements).map((head) => [head.externalId, head]));
        const entries = all.flatMap((unified) => unified.entries);
        expect(
          new Set(entries.map((entry) => `${entry.book}/${entry.externalId}`)).size,
          "an entry stands in one part",
        ).toBe(entries.length);
        const { books } = bench.adapter.settlements as SettlementCapability;
        const counted = new Set(books.flat());
        expect(
          entries.length === 0 || entries.some((entry) => counted.has(entry.book)),
          "no entry stands in a book that counts",
        ).toBe(true);
        for (const head of heads.values()) {
          const own = entries.filter((entry) => entry.settlementExternalId === head.externalId);
          if (head.total)
            expect(
              compare(
                sum(
                  own.map((entry) => entry.amount),
                  head.currency,
                ),
                head.total,
              ),
              head.externalId,
            ).toBe(0);
        }
      },
    },
    {
      name: "a report that is waited for is saved whole",
      run: async (bench) => {
        const engine = await givenConnected(bench);
        for (let turn = 0; turn < 6; turn += 1) {
          await engine.pullAll("settlements");
          bench.clock.advance(10 * 60_000);
        }
        const [row] = await engine.db.query<{ heads: string; entries: string }>(
          "select (select count(*) from settlements) as heads, (select count(*) from ledger_entries) as entries",
        );
        expect(Number(row?.heads)).toBe(bench.subject.fake.books().counts.settlements);
        expect(Number(row?.entries)).toBeGreaterThan(0);
      },
    },
  ],
  (adapter) => !isAbsent(adapter.settlements),
);
