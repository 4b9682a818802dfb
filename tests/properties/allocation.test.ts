/** Rules under any combination: what is written in SQL is what the steps tell, and nothing is shown that is not there. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Database } from "../../src/core/db/database.ts";
import { findSku } from "../../src/core/db/skus.ts";
import { RULE_KINDS, type RuleKind } from "../../src/core/stock/allocation.ts";
import { applyDueRules, type RuleInput, setRules } from "../../src/core/stock/allocation-rules.ts";
import { setCampaigns } from "../../src/core/stock/campaigns.ts";
import { upsertSkus } from "../../src/core/stock/catalogue.ts";
import { moveStock } from "../../src/core/stock/counts.ts";
import { explainStock } from "../../src/core/stock/explain.ts";
import { createTestClock } from "../support/clock.ts";
import { createTestDatabase, engine } from "../support/database.ts";
import {
  exampleLine,
  exampleListing,
  exampleOrder,
  givenContext,
  givenStore,
  ingestExamples,
  listingDocument,
  orderDocument,
} from "../support/example.ts";

const DAY_MS = 86_400_000;
/** Most histories are told to PostgreSQL, where each is three times as quick. */
const HISTORIES = engine === "pglite" ? 5 : 25;

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

interface Campaign {
  campaign: 0 | 1;
  place: "P" | null;
  items: [number, number][];
  days: [number, number];
}

/** One campaign a store; setting it again changes it. */
const campaign: fc.Arbitrary<Campaign> = fc.record({
  campaign: fc.constantFrom(0 as const, 1 as const),
  place: fc.constantFrom("P" as const, null),
  items: fc.uniqueArray(fc.tuple(fc.nat(2), fc.nat(30)), { minLength: 1, maxLength: 2, selector: ([sku]) => sku }),
  days: fc.tuple(fc.integer({ min: -1, max: 2 }), fc.integer({ min: 3, max: 6 })),
});

/** An order, new or the same again with other units; none: it is cancelled. */
const sale = fc.record({
  order: fc.nat(3),
  store: fc.nat(1),
  variant: fc.nat(2),
  units: fc.nat(6),
  at: fc.constantFrom("P", null),
});
type Sale = typeof sale extends fc.Arbitrary<infer T> ? T : never;

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
      fc.array(fc.oneof(asked, moved, campaign, sale), { minLength: 4, maxLength: 14 }),
      fc.tuple(fc.nat(9), fc.nat(9)),
      async (steps, safety) => {
        history += 1;
        for (const table of ["allocation_rules", "campaigns", "offers"]) await db.query(`delete from ${table}`);
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
        const campaigns = new Map<number, Campaign & { from: Date; until: Date }>();
        const sales = new Map<string, Sale & { placedAt: Date }>();
        for (const step of steps) {
          clock.advance(60_000);
          if ("campaign" in step) {
            const [from, until] = step.days.map((days) => new Date(clock.now().getTime() + days * DAY_MS));
            if (!from || !until) throw new Error("a campaign has a time");
            campaigns.set(step.campaign, { ...step, from, until });
            const one = {
              storeId: stores[step.campaign]?.id ?? "",
              code: "C",
              title: "Campaign",
              place: step.place,
              startsAt: from,
              endsAt: until,
              holdFrom: null,
              releaseAt: null,
              items: step.items.map(([sku, quantity]) => ({ variant: null, code: code(sku), quantity })),
            };
            const input = { campaigns: [one], stores: null, actor: "test", confirmed: true };
            expect((await setCampaigns(db, input, clock.now()))[0]?.error).toBeNull();
          } else if ("order" in step) {
            const store = stores[step.store];
            if (!store) throw new Error("a store");
            const key = `${step.store}/${step.order}`;
            // The same order stays the one it was, but for its units.
            const known = sales.get(key);
            const now = known ? { ...known, units: step.units } : { ...step, placedAt: clock.now() };
            sales.set(key, now);
            const line = exampleLine({
              variantExternalId: `V${now.variant}`,
              quantity: Math.max(1, now.units),
              place: now.at,
              fulfilmentStatus: now.units === 0 ? "cancelled" : "unfulfilled",
            });
            const order = exampleOrder({ externalId: `${history}-${key}`, placedAt: now.placedAt, lines: [line] });
            await ingestExamples(context, store, "orders", [orderDocument(order)]);
          } else if ("kind" in step) {
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
          await checkSold(db, campaigns, sales, codes);
        }
        for (let day = 0; day < 8; day++) {
          clock.advance(DAY_MS);
          await applyDueRules(db, clock.now());
          await check(db, codes);
        }
      },
    ),
    { numRuns: HISTORIES, endOnFailure: true },
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
    expect(offers.length).toBeGreaterThanOrEqual(2);
    for (const { shows, desired, steps } of offers) {
      expect(desired).toBe(shows);
      expect(shows).toBeGreaterThanOrEqual(0);
      const [first] = steps;
      const held = steps.find((step) => step.rule === "campaign")?.figure;
      if (held != null) {
        expect(shows).toBeLessThanOrEqual(Math.max(0, held + Math.min(0, first?.quantity ?? 0)));
        continue;
      }
      const more = steps.find((step) => step.rule === "replenishable")?.figure ?? 0;
      expect(shows).toBeLessThanOrEqual(Math.max(0, (first?.quantity ?? 0) + more));
    }
  }
}

/** What was sold within each campaign, and what is set apart for what it still holds, told by the orders alone. */
async function checkSold(
  db: Database,
  campaigns: ReadonlyMap<number, Campaign & { from: Date; until: Date }>,
  sales: ReadonlyMap<string, Sale & { placedAt: Date }>,
  codes: readonly string[],
): Promise<void> {
  const rows = await db.query<{ code: string; sold: number; store: string; state: string }>(
    `select s.code, i.sold, t.name as store, c.state from campaign_items i join campaigns c on c.id = i.campaign_id join stores t on t.id = c.store_id
     join skus s on s.id = i.sku_id where i.quantity > 0 or i.sold > 0`,
  );
  const apart = [0, 0];
  for (const [store, { place, items, from, until }] of campaigns)
    for (const [sku, quantity] of items) {
      const sold = [...sales.values()]
        .filter((one) => one.store === store && one.variant === sku && (place === null || one.at === place))
        .filter((one) => one.placedAt >= from && one.placedAt < until)
        .reduce((sum, one) => sum + one.units, 0);
      const row = rows.find((item) => item.code === codes[sku] && item.store === "AB"[store]);
      expect([store, sku, row?.sold ?? 0]).toEqual([store, sku, sold]);
      if (row?.state !== "holding") continue;
      const left = Math.max(0, quantity - sold);
      for (const [part, units] of sku === 2
        ? [
            [0, 2],
            [1, 1],
          ]
        : [[sku, 1]])
        apart[part ?? 0] = (apart[part ?? 0] ?? 0) + left * (units ?? 0);
    }
  const told = await db.query<{ set_apart: number }>(
    "select set_apart from skus where code = any($1::text[]) order by code",
    [codes.slice(0, 2)],
  );
  expect(told.map((row) => row.set_apart)).toEqual(apart);
}
