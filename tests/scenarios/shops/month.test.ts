/**
 * A month's money of every fake, told as platforms tell it: of the entries that name their order, by a seeded draw,
 *   3 %   name a parcel or a refund instead, 1 % nothing at all,
 *   0.5 % come in two halves, or two orders' in one, 0.5 % are rounded to whole units,
 *   1 %   stand in the statement of another store of the seller; and 2 % of the statements come twice.
 * Where a platform's statements come as files alone, the file of its orders is read by the columns that a person names.
 * Whatever a person with the same data could decide is matched, nothing is matched wrongly, and the rest is listed.
 */
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isAbsent } from "../../../src/core/adapter.ts";
import { writeJournal } from "../../../src/core/finance/journal.ts";
import { listProblems } from "../../../src/core/finance/problems.ts";
import { reconcile } from "../../../src/core/finance/reconcile.ts";
import { encodeGbk } from "../../../src/core/gbk.ts";
import type { IngestStore } from "../../../src/core/ingest/types.ts";
import { type LedgerEntry, type Settlement, unified } from "../../../src/core/model/records.ts";
import { ENTRY_KINDS } from "../../../src/core/model/vocabulary.ts";
import { sum } from "../../../src/core/money.ts";
import { createRandom } from "../../../src/fakes/random.ts";
import { type Bench, createBench } from "../../conformance/bench.ts";
import { type Connected, givenConnected } from "../../conformance/engine.ts";
import type { Platform } from "../../conformance/platform.ts";
import { map, mapContext, readAll, readCapability } from "../../conformance/reading.ts";
import { engine } from "../../support/database.ts";
import { type ExampleDocument, givenStore, ingestExamples } from "../../support/example.ts";
import { hasHledger, hledger, NEEDS_HLEDGER } from "../../support/hledger.ts";
import { count, drawn, isBare, type Known, MIX, mixed, type Told } from "../month-mix.ts";

const SEED = 20_260_301;
/** In memory a smaller month: the larger one is asked of the server. */
const ORDERS = engine === "pglite" ? 60 : 250;
const SLOW_MS = 280_000;
const SEVERAL = 5;
/** Kinds that also come without a sale. */
const ACCOUNTS: ReadonlySet<LedgerEntry["kind"]> = new Set(
  ENTRY_KINDS.filter(
    (kind) =>
      ![
        "sale",
        "refund",
        "commission",
        "payment_fee",
        "shipping_income",
        "platform_subsidy",
        "seller_discount",
        "tax_collected",
      ].includes(kind),
  ),
);

const PLATFORMS = (
  await Promise.all(
    readdirSync(new URL("../../conformance/platforms", import.meta.url))
      .sort()
      .map(async (file) => ((await import(`../../conformance/platforms/${file}`)) as { platform: Platform }).platform),
  )
).filter((platform) => {
  // Platforms that keep no statements say so, with the reason, in the matrix of the README.
  return !isAbsent(createBench(platform).adapter.settlements);
});

/** Where statements come as files alone, whose columns a person names: the settings that do, and a file of what the orders brought. */
const FILES: Record<string, { settings: object; write(orders: Known["orders"]): Uint8Array }> = {
  dangdang: {
    settings: {
      statement: {
        columns: { id: "流水号", time: "时间", kind: "类型", amount: "金额", order: "订单号" },
        kinds: { 货款: "sale", 佣金: "commission", 退款: "refund", 运费: "shipping_fee", 保证金: "reserve" },
      },
    },
    write: (orders) => encodeGbk(consoleFile(orders)),
  },
};

function consoleFile(orders: Known["orders"]): string {
  const lines = ["流水号,时间,类型,金额,订单号", "保证金-1,2026-03-01 00:00:00,保证金,-1000.00,"];
  for (const [id, { total, placedAt, cancelled }] of orders) {
    const time = new Date(placedAt + 7 * 86_400_000).toISOString().slice(0, 19).replace("T", " ");
    const cents = Math.round(Number(total) * 100);
    const row = (kind: string, amount: number) =>
      lines.push(`${id}-${kind},${time},${kind},${(amount / 100).toFixed(2)},${id}`);
    row("货款", cents);
    row("佣金", -Math.round(cents * 0.06));
    if (cancelled) row("退款", -cents);
    else row("运费", -350);
  }
  return `${lines.join("\n")}\n`;
}

/** Statements as documents: their sums are those of the rows that they hold. */
function toDocuments(
  heads: ReadonlyMap<string, Settlement>,
  told: readonly Told[],
  store: Told["store"],
): ExampleDocument[] {
  const groups = new Map<string, LedgerEntry[]>();
  for (const one of told.filter((each) => each.store === store)) {
    const name = one.entry.settlementExternalId ?? "without a statement";
    groups.set(name, [...(groups.get(name) ?? []), one.entry]);
  }
  return [...groups].map(([name, entries]) => {
    const head = heads.get(name);
    const moved = entries.filter(
      (entry) => ["posted", "paid"].includes(entry.state) && entry.amount.currency === head?.currency,
    );
    const total = (rows: readonly LedgerEntry[]) =>
      sum(
        rows.map(({ amount }) => amount),
        head?.currency ?? "CNY",
      );
    const stated = head && {
      ...head,
      total: head.total && total(moved),
      payout:
        head.payout && head.payout.currency === head.currency
          ? total(moved.filter(({ kind }) => kind !== "payout"))
          : head.payout,
    };
    return { externalId: `${store}:${name}`, says: { settlements: stated ? [stated] : [], entries } };
  });
}

/** Orders, parcels and refunds as the engine read them; entries and statements as the adapter maps them. */
async function readMonth(bench: Bench, connected: Connected) {
  for (const resource of ["orders", "shipments", "disputes"] as const)
    if (readCapability(bench.adapter, resource)) await connected.pullAll(resource, { slices: 400 });
  const capability = readCapability(bench.adapter, "settlements");
  if (!capability) throw new Error("no statements");
  const file = FILES[bench.adapter.id];
  if (file) bench.store = { ...bench.store, settings: { ...bench.store.settings, ...file.settings } };
  const documents = file
    ? capability.parseFile(file.write((await readKnown(connected)).orders), mapContext(bench))
    : await readAll(bench, "settlements");
  const all = documents.map((raw) => map(bench, capability, raw));
  const heads = new Map(all.flatMap(({ settlements }) => settlements).map((head) => [head.externalId, head]));
  const entries = new Map(all.flatMap((one) => one.entries).map((entry) => [entry.externalId, entry]));
  const aside = all.map((one, i) => ({
    externalId: `aside:${i}`,
    says: unified({ refunds: one.refunds, disputes: one.disputes }),
  }));
  return { heads, entries: [...entries.values()].sort((a, b) => (a.externalId < b.externalId ? -1 : 1)), aside };
}

async function readKnown({ db, storeId }: Connected): Promise<Known> {
  const orders = await db.query<{
    id: string;
    total: string | null;
    currency: string;
    placed: string;
    cancelled: boolean;
  }>(
    `select external_id as id, total::text as total, currency, (extract(epoch from placed_at) * 1000)::bigint::text as placed,
       status = 'cancelled' or gone_at is not null as cancelled from orders where store_id = $1::uuid`,
    [storeId],
  );
  const of = async (table: "shipments" | "refunds") => {
    // What names two orders names none.
    const rows = await db.query<{ id: string; ids: string[] }>(
      `select o.external_id as id, json_agg(t.external_id order by t.external_id) as ids from ${table} t join orders o on o.id = t.order_id
       where t.store_id = $1::uuid and not exists (select 1 from orders x where x.external_id = t.external_id) group by 1`,
      [storeId],
    );
    return new Map(rows.map(({ id, ids }) => [id, ids]));
  };
  return {
    orders: new Map(
      orders.map(({ id, total, currency, placed, cancelled }) => [
        id,
        { total, currency, placedAt: Number(placed), cancelled },
      ]),
    ),
    shipments: await of("shipments"),
    refunds: await of("refunds"),
  };
}

describe(`S60 S61 S62 a month of every fake, told by the mix (seed ${SEED})`, () => {
  it.each(PLATFORMS.map((platform) => [platform.entry.id, platform] as const))(
    `%s: what a person could decide is matched, nothing wrongly, the rest is listed; hledger agrees${NEEDS_HLEDGER}`,
    async (_, platform) => {
      const bench = createBench(platform, { orders: ORDERS });
      const connected = await givenConnected(bench);
      const { engine: context, db, storeId } = connected;
      const { heads, entries, aside } = await readMonth(bench, connected);
      const own: IngestStore = {
        id: storeId,
        platform: bench.adapter.id,
        stockFrom: bench.clock.now(),
        adoptSkus: false,
        locationId: "",
      };
      const other = await givenStore(context, { name: "The seller's other store", platform: bench.adapter.id });
      // Stores of one platform, not shops with addresses of their own; amounts in the currency of the first.
      await db.query("update stores set base_url = null");
      await ingestExamples(context, own, "disputes", aside);
      const random = createRandom(SEED).next;
      const told = mixed(entries, await readKnown(connected), random);
      const ours = toDocuments(heads, told, "own");
      await ingestExamples(context, own, "settlements", ours);
      await ingestExamples(context, other, "settlements", toDocuments(heads, told, "other"));
      for (const document of ours) {
        if (random() >= MIX.again) continue;
        count("again");
        await ingestExamples(context, own, "settlements", [document]);
      }
      await reconcile(db, bench.clock.now());

      const rows = await db.query<{ id: string; orders: string[]; waits: boolean }>(
        `select e.external_id as id, e.id in (select entry_id from open_entries) as waits,
           coalesce((select json_agg(o.external_id) from reconciliation_matches m join orders o on o.id = m.order_id where m.entry_id = e.id and m.undone_at is null), '[]') as orders
         from ledger_entries e`,
      );
      expect(rows.length, "each entry once, and no other").toBe(told.length);
      const found = new Map(rows.map((row) => [row.id, row]));
      const wrong = told.filter(({ entry, truth }) => found.get(entry.externalId)?.orders.some((id) => id !== truth));
      expect(
        wrong.map(({ entry }) => entry),
        "matched wrongly",
      ).toEqual([]);
      const decidable = told.filter((one) => one.decidable);
      const matched = decidable.filter(({ entry }) => found.get(entry.externalId)?.orders.length === 1);
      expect(decidable.length).toBeGreaterThan(20);
      expect(
        matched.length / decidable.length,
        `left: ${JSON.stringify(decidable.filter((one) => !matched.includes(one)).slice(0, 3))}`,
      ).toBeGreaterThanOrEqual(0.999);

      const trusted = isAbsent(bench.adapter.settlements)
        ? []
        : bench.adapter.settlements.books.flatMap((group, rank) =>
            group.map((book) => ({ platform: bench.adapter.id, book, rank })),
          );
      const listed = new Set<string>();
      for (let after: readonly string[] | null = null, more = true; more; ) {
        const page = await listProblems(db, trusted, {
          filter: { stores: null, kind: "unexplained" },
          at: bench.clock.now(),
          page: { limit: 200, after },
        });
        for (const { external_id } of page.rows) listed.add(external_id);
        after = page.next;
        more = page.next !== null;
      }
      expect([...listed].sort()).toEqual(
        rows
          .filter((row) => row.waits)
          .map((row) => row.id)
          .sort(),
      );
      // A fee that names nothing is one of the account by all that it says: it waits for nobody.
      const left = told.filter(
        ({ entry, truth }) =>
          truth !== null &&
          found.get(entry.externalId)?.orders.length === 0 &&
          !(isBare(entry) && ACCOUNTS.has(entry.kind)),
      );
      expect(
        left.filter(({ entry }) => !listed.has(entry.externalId)).map(({ entry }) => [entry.kind, entry.externalId]),
      ).toEqual([]);

      const months = await db.query<{ month: string; count: number }>(
        "select period::text as month, count(*)::int as count from ledger_entries where store_id = $1::uuid group by 1 order by 1",
        [storeId],
      );
      let asserted = 0;
      for (const { month } of months) {
        let text = "";
        for await (const part of writeJournal(db, trusted, { storeId, month, opening: true })) text += part;
        asserted += text.match(/ = -?\d/g)?.length ?? 0;
        if (hasHledger) expect(hledger(text, "check"), month).toMatchObject({ status: 0, stderr: "" });
      }
      const states = [...heads.values()].some(({ total, payout }) => total !== null || payout !== null);
      expect(asserted > 0, "what the platform states is asserted").toBe(states);
    },
    SLOW_MS,
  );

  it.skipIf(engine === "pglite")("every part of the mix was drawn, and several times", () => {
    expect(Object.keys(MIX).filter((what) => (drawn.get(what) ?? 0) < SEVERAL)).toEqual([]);
  });
});
