/** Rules under any combination: what is written in SQL is what the steps tell, and nothing is shown that is not there. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Database } from "../../src/core/db/database.ts";
import { findSku } from "../../src/core/db/skus.ts";
import { RULE_KINDS, type RuleKind } from "../../src/core/stock/allocation.ts";
import { applyDueRules, type RuleInput, setRules } from "../../src/core/stock/allocation-rules.ts";
import { upsertSkus } from "../../src/core/stock/catalogue.ts";
import { moveStock } from "../../src/core/stock/counts.ts";
import { explainStock } from "../../src/core/stock/explain.ts";
import { createTestClock } from "../support/clock.ts";
import { createTestDatabase } from "../support/database.ts";
import { exampleListing, givenContext, givenStore, ingestExamples, listingDocument } from "../support/example.ts";

const DAY_MS = 86_400_000;

interface Asked {
  kind: RuleKind;
  figure: number;
  locations: string[];
  store: 0 | 1 | null;
  sku: 0 | 1 | 2 | null;
  days: [number, number] | null;
}

const asked: fc.Arbitrary<Asked> = fc.record({
  kind: fc.constantFrom(...RULE_KINDS),
  figure: fc.nat(60),
  locations: fc.constantFrom(["main"], ["second"], ["main", "second"]),
  store: fc.constantFrom(0 as const, 1 as const, null),
  sku: fc.constantFrom(0 as const, 1 as const, 2 as const, null),
  days: fc.option(fc.tuple(fc.nat(2), fc.integer({ min: 3, max: 6 }))),
});

const moved = fc.record({
  sku: fc.nat(1),
  location: fc.constantFrom("main", "second"),
  quantity: fc.integer({ min: -30, max: 60 }).filter((quantity) => quantity !== 0),
});

it("shows what the steps tell, never more than is there or can be had", async () => {
  const { db } = await createTestDatabase();
  await db.query("insert into locations (id, code, name) values (gen_random_uuid(), 'second', 'Second')");
  let history = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(asked, moved), { minLength: 4, maxLength: 14 }),
      fc.tuple(fc.nat(9), fc.nat(9)),
      async (steps, safety) => {
        history += 1;
        await db.query("delete from allocation_rules");
        const clock = createTestClock();
        const codes = ["A", "B", "AB"].map((name) => `${history}-${name}`);
        const code = (index: number) => codes[index] ?? "";
        const context = await givenContext(db, clock);
        const stores = [await givenStore(context, { name: "A" }), await givenStore(context, { name: "B" })];
        await upsertSkus(
          db,
          [
            { code: code(0), safetyStock: safety[0] },
            { code: code(1), safetyStock: safety[1] },
            {
              code: code(2),
              components: [
                { code: code(0), quantity: 2 },
                { code: code(1), quantity: 1 },
              ],
            },
          ],
          clock.now(),
        );
        const [variant] = exampleListing().variants;
        if (!variant) throw new Error("the example has a variant");
        const variants = codes.map((sellerCode, i) => ({ ...variant, externalId: `V${i}`, sellerCode }));
        for (const store of stores)
          await ingestExamples(context, store, "listings", [listingDocument(exampleListing({ variants }))]);
        for (const step of steps) {
          clock.advance(60_000);
          if ("kind" in step) {
            const rule = toRule(
              step,
              stores.map((store) => store.id),
              codes,
              clock.now(),
            );
            const { rows } = await setRules(db, { rules: [rule], actor: "test", confirmed: true }, clock.now());
            expect(rows[0]?.error).toBeNull();
          } else {
            const movement = {
              ...step,
              sku: code(step.sku),
              kind: "correction" as const,
              toLocation: null,
              reason: null,
            };
            await moveStock(db, { movements: [movement], actor: "test" }, clock.now());
          }
          await check(db, codes);
        }
        for (let day = 0; day < 8; day++) {
          clock.advance(DAY_MS);
          await applyDueRules(db, clock.now());
          await check(db, codes);
        }
      },
    ),
    { numRuns: 30, endOnFailure: true },
  );
}, 120_000);

function toRule(one: Asked, stores: readonly string[], codes: readonly string[], now: Date): RuleInput {
  const at = (days: number) => new Date(now.getTime() + days * DAY_MS);
  return {
    storeId: one.store === null ? null : (stores[one.store] ?? null),
    listingId: null,
    sku: one.sku === null ? null : (codes[one.sku] ?? null),
    kind: one.kind,
    figure: one.kind === "mirror" || one.kind === "pause" || one.kind === "locations" ? null : one.figure,
    locations: one.kind === "locations" ? one.locations : null,
    validFrom: one.days === null ? null : at(one.days[0]),
    validUntil: one.days === null ? null : at(one.days[1]),
  };
}

async function check(db: Database, codes: readonly string[]): Promise<void> {
  for (const code of codes) {
    const sku = await findSku(db, code);
    if (!sku) throw new Error(`no SKU ${code}`);
    const { offers } = await explainStock(db, { id: sku.id, retired: false }, null);
    expect(offers).toHaveLength(2);
    for (const { shows, desired, steps } of offers) {
      expect(desired).toBe(shows);
      expect(shows).toBeGreaterThanOrEqual(0);
      const [first] = steps;
      const more = steps.find((step) => step.rule === "replenishable")?.figure ?? 0;
      expect(shows).toBeLessThanOrEqual(Math.max(0, (first?.quantity ?? 0) + more));
    }
  }
}
