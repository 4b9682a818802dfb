/** Statements and entries as they should not be, and several who work on them at once. */
import { beforeEach, describe, expect, it } from "vitest";
import { purgeStore } from "../../src/core/db/store-purge.ts";
import { matchByHand, undoMatch } from "../../src/core/finance/match-by-hand.ts";
import { tryAgain } from "../../src/core/finance/match-entries.ts";
import { reconcile } from "../../src/core/finance/reconcile.ts";
import type { IngestContext, IngestStore } from "../../src/core/ingest/types.ts";
import type { LedgerEntry, Settlement } from "../../src/core/model/records.ts";
import { createTestClock, type TestClock } from "../support/clock.ts";
import { createTestDatabase, itTwoConnections } from "../support/database.ts";
import {
  exampleLine,
  exampleOrder,
  givenContext,
  givenStore,
  ingestExamples,
  orderDocument,
} from "../support/example.ts";
import { exampleEntry, exampleSettlement, statementDocument } from "../support/example-money.ts";

const HOUR = 3_600_000;
const word = { reason: "agreed with the buyer", actor: "key:finance" };
const money = (amount: string, currency = "EUR") => ({ amount, currency });

let clock: TestClock;
let context: IngestContext;
let store: IngestStore;

beforeEach(async () => {
  const { db } = await createTestDatabase();
  clock = createTestClock(new Date("2026-03-05T08:00:00Z"));
  context = await givenContext(db, clock);
  store = await givenStore(context);
});

const load = (settlement: Partial<Settlement>, ...entries: LedgerEntry[]) =>
  ingestExamples(context, store, "settlements", [
    statementDocument(
      exampleSettlement(settlement),
      entries.map((entry) => ({ ...entry, settlementExternalId: settlement.externalId ?? "S1" })),
    ),
  ]);
const part = (index: number, ...entries: LedgerEntry[]) =>
  ingestExamples(context, store, "settlements", [
    {
      externalId: `S1.${index}`,
      says: { settlements: index === 0 ? [exampleSettlement()] : [], entries },
    },
  ]);
const run = async () => {
  await tryAgain(context.db, clock.now());
  return reconcile(context.db, clock.now());
};
const givenOrders = (...orders: { externalId: string; [key: string]: unknown }[]) =>
  ingestExamples(
    context,
    store,
    "orders",
    orders.map((order) =>
      orderDocument(
        exampleOrder({ externalNumber: order.externalId, placedAt: new Date("2026-02-25T09:00:00Z"), ...order }),
      ),
    ),
  );
const states = async () =>
  (
    await context.db.query<{ row: string }>(
      "select concat_ws(' ', external_id, state, trim_scale(difference), difference_currency) as row from settlements order by external_id",
    )
  ).map(({ row }) => row);
/** Entry: order, pass and part; null while it waits for a pass, "people" while it waits for them. */
const matches = async () =>
  Object.fromEntries(
    (
      await context.db.query<{ entry: string; match: string | null }>(
        `select e.external_id as entry, coalesce((select string_agg(concat_ws(' ', coalesce(r.external_id, '-'), m.pass, m.amount), ', ' order by r.external_id)
             from reconciliation_matches m left join orders r on r.id = m.order_id where m.entry_id = e.id and m.undone_at is null),
           (select case when o.due_at is null then 'people' end from open_entries o where o.entry_id = e.id)) as match
         from ledger_entries e order by 1`,
      )
    ).map(({ entry, match }) => [entry, match]),
  );
const waiting = async () =>
  (
    await context.db.query<{ id: string }>(
      "select e.external_id as id from open_entries o join ledger_entries e on e.id = o.entry_id order by 1",
    )
  ).map(({ id }) => id);
const idOf = async (table: "ledger_entries" | "orders", externalId: string) =>
  (await context.db.query<{ id: string }>(`select id from ${table} where external_id = $1`, [externalId]))[0]?.id ?? "";
const matchBy = async (entry: string, ...orders: [string, string?][]) =>
  matchByHand(
    context.db,
    {
      entryId: await idOf("ledger_entries", entry),
      orders: await Promise.all(
        orders.map(async ([order, amount]) => ({ orderId: await idOf("orders", order), amount })),
      ),
      ...word,
    },
    clock.now(),
  );
const takeBack = async (entry: string) =>
  undoMatch(context.db, { entryId: await idOf("ledger_entries", entry), ...word }, clock.now());

describe("a statement", () => {
  it("S61 that loses an entry to another is added up again", async () => {
    await load({ payout: money("3") }, exampleEntry("a", "1"), exampleEntry("moves", "2"));
    await run();
    expect(await states()).toEqual(["S1 balanced"]);
    await load({ externalId: "S2", payout: money("2") }, exampleEntry("moves", "2"));
    await run();
    expect(await states()).toEqual(["S1 unbalanced 2 EUR", "S2 balanced"]);
  });

  it("S65 is compared to the digits that its currency has, however many the platform writes", async () => {
    const rows = [exampleEntry("a", "100.40")];
    await load({ payout: money("109", "USD"), payoutCurrencyRate: "1.08637" }, ...rows);
    await run();
    expect(await states()).toEqual(["S1 unbalanced -0.07 USD"]);
    await load({ payout: money("109.070000", "USD"), payoutCurrencyRate: "1.08637" }, ...rows);
    await run();
    expect(await states()).toEqual(["S1 balanced"]);
    await load({ payout: money("16311.00", "JPY"), payoutCurrencyRate: "162.460000000000000001" }, ...rows);
    await run();
    expect(await states()).toEqual(["S1 balanced"]);
    await load({ payout: money("33.6", "KWD"), payoutCurrencyRate: "0.3345" }, ...rows);
    await run();
    expect(await states()).toEqual(["S1 unbalanced 0.016 KWD"]);
  });

  it("S65 with money of a third currency is not balanced by what is left of it", async () => {
    await load({ payout: money("1") }, exampleEntry("a", "1"), exampleEntry("b", "5", { currency: "GBP" }));
    await run();
    expect(await states()).toEqual(["S1 unverified_payout"]);
    await load({ payout: money("1") }, exampleEntry("a", "1"), exampleEntry("b", "0", { currency: "GBP" }));
    await run();
    expect(await states()).toEqual(["S1 balanced"]);
  });

  it("whose rate is no number keeps no other from being added up", async () => {
    await load({ payout: money("1", "USD"), payoutCurrencyRate: "n/a" }, exampleEntry("a", "1"));
    await load({ externalId: "S2", payout: money("2") }, exampleEntry("b", "2"));
    await run();
    expect(await states()).toEqual(["S1 unverified_payout", "S2 balanced"]);
  });

  it("that came anew states no difference until it is added up", async () => {
    await load({ payout: money("3") }, exampleEntry("a", "1"));
    await run();
    expect(await states()).toEqual(["S1 unbalanced 2 EUR"]);
    await load({ payout: money("1") });
    expect(await states()).toEqual(["S1 unchecked"]);
  });

  it("keeps what an entry came in, also where that is told again without the statement", async () => {
    const entry = exampleEntry("a", "1");
    await load({}, entry, exampleEntry("b", "1"));
    await ingestExamples(context, store, "settlements", [
      { externalId: "journal", says: { entries: [{ ...entry, settlementExternalId: null, state: "paid" }] } },
    ]);
    await load({}, exampleEntry("b", "1"));
    expect(Object.keys(await matches())).toEqual(["b"]);
  });
});

describe("what people said", () => {
  it("S66 stays where rows of a corrected statement move from part to part", async () => {
    await givenOrders({ externalId: "ORDER-1" }, { externalId: "ORDER-2" });
    const [a, b, c] = ["a", "b", "c"].map((id) => exampleEntry(id, "1", { orderExternalId: "ORDER-1" })) as [
      LedgerEntry,
      LedgerEntry,
      LedgerEntry,
    ];
    await part(0, a, b, c);
    await part(1, exampleEntry("d", "1"));
    await run();
    await takeBack("b");
    await takeBack("c");
    await matchBy("c", ["ORDER-2"]);
    await part(0, exampleEntry("new", "7"), a);
    await part(1, b, c, exampleEntry("d", "1"));
    await run();
    expect(await matches()).toMatchObject({ a: "ORDER-1 order 1", b: "people", c: "ORDER-2 hand 1" });
    expect(await waiting()).toEqual(["b", "d", "new"]);
  });

  it("follows an amount that a later statement changes, and waits for them where parts no longer sum", async () => {
    await givenOrders({ externalId: "ORDER-1" }, { externalId: "ORDER-2" });
    await load({}, exampleEntry("whole", "10"), exampleEntry("split", "30"), exampleEntry("explained", "5"));
    await run();
    await matchBy("whole", ["ORDER-1"]);
    await matchBy("split", ["ORDER-1", "10"], ["ORDER-2", "20"]);
    await matchBy("explained");
    await load({}, exampleEntry("whole", "11"), exampleEntry("split", "40"), exampleEntry("explained", "6"));
    await run();
    expect(await matches()).toEqual({ whole: "ORDER-1 hand 11", split: "people", explained: "- hand 6" });
  });
});

describe("an entry that comes anew", () => {
  it("is matched by what it names now, and waits no more where it became one of the account", async () => {
    await givenOrders({ externalId: "ORDER-1", lines: [exampleLine({ externalId: "LINE-1" })] });
    await load(
      {},
      exampleEntry("by line", "1", { orderLineExternalId: "LINE-1" }),
      exampleEntry("by text", "1", { description: "for ORDER-1" }),
      exampleEntry("account", "-1"),
    );
    await run();
    expect(await matches()).toMatchObject({ "by line": "ORDER-1 line 1", "by text": "ORDER-1 text 1" });
    await load(
      {},
      exampleEntry("by line", "1", { orderLineExternalId: "LINE-2" }),
      exampleEntry("by text", "1", { description: "for ORDER-2" }),
      exampleEntry("account", "-1", { kind: "reserve" }),
    );
    await run();
    expect(await matches()).toEqual({ "by line": null, "by text": null, account: null });
    expect(await waiting()).toEqual(["by line", "by text"]);
  });
});

describe("no pass takes an entry for another order's", () => {
  it("S62 whose line has the same number, while the order that it names is not there", async () => {
    await givenOrders({ externalId: "ORDER-1", lines: [exampleLine({ externalId: "1" })] });
    await load({}, exampleEntry("a", "1", { orderExternalId: "ORDER-9", orderLineExternalId: "1" }));
    await run();
    expect(await matches()).toEqual({ a: null });
  });

  it("S62 whose number is part of another word, of an amount, of a list, or stands beside the name of one that is not there", async () => {
    await givenOrders({ externalId: "123456" }, { externalId: "ORDER-1" });
    const text = (id: string, description: string, orderExternalId: string | null = null) =>
      exampleEntry(id, "-1", { kind: "commission", description, orderExternalId });
    await load(
      {},
      text("amount", "fee of 123456.78 EUR"),
      text("comma", "fee of 123456,78 EUR"),
      text("longer", "order Ä123456, 123456-7, X123456 and 123456_b"),
      text("path", "parcels 2026/123456"),
      text("named", "reshipped, see ORDER-1", "ORDER-9"),
      text("sentence", "For order 123456."),
      text("number", "No.123456, paid"),
      text("han", "订单号123456扣款"),
    );
    await run();
    expect(await matches()).toEqual({
      amount: null,
      comma: null,
      longer: null,
      path: null,
      named: null,
      sentence: "123456 text -1",
      number: "123456 text -1",
      han: "123456 text -1",
    });
  });

  it("of a shop of its own, whose numbers begin at one as this one's do", async () => {
    const mine = store;
    store = await givenStore(context, { name: "sibling" });
    await givenOrders({ externalId: "1001" });
    store = mine;
    await context.db.query("update stores set base_url = 'https://' || name || '.example'");
    await load({}, exampleEntry("a", "1", { orderExternalId: "1001" }));
    await run();
    expect(await matches()).toEqual({ a: null });
  });

  it("by an amount of nothing, by that of a cancelled order, or where a cancelled one had the same", async () => {
    const cancelled = { status: "cancelled" };
    await givenOrders(
      { externalId: "FREE", total: money("0") },
      { externalId: "CANCELLED", total: money("20"), ...cancelled },
      { externalId: "LIVE", total: money("30") },
      { externalId: "TWIN", total: money("30"), ...cancelled },
    );
    await load({}, exampleEntry("a", "0"), exampleEntry("b", "20"), exampleEntry("c", "30"));
    await run();
    expect(await matches()).toEqual({ a: null, b: null, c: null });
  });

  it("for good: the order that it names takes it when it comes", async () => {
    await givenOrders({ externalId: "ORDER-1", externalNumber: "1002" });
    await load(
      {},
      exampleEntry("a", "1", { orderExternalId: "1002" }),
      exampleEntry("b", "1", { orderExternalId: "1002" }),
    );
    await run();
    expect(await matches()).toEqual({ a: "ORDER-1 number 1", b: "ORDER-1 number 1" });
    await takeBack("b");
    await matchBy("b", ["ORDER-1"]);
    await givenOrders({ externalId: "1002" });
    await run();
    expect(await matches()).toEqual({ a: "1002 order 1", b: "ORDER-1 hand 1" });
  });
});

it("an entry whose order went with its store waits again: for people where it was their word", async () => {
  const mine = store;
  const theirs = await givenStore(context, { name: "sibling" });
  store = theirs;
  await givenOrders({ externalId: "THEIRS" });
  store = mine;
  await load({}, exampleEntry("a", "1", { orderExternalId: "THEIRS" }), exampleEntry("b", "1"));
  await run();
  await matchBy("b", ["THEIRS"]);
  expect(await matches()).toEqual({ a: "THEIRS other_store 1", b: "THEIRS hand 1" });
  await purgeStore(context.db, theirs.id, word.actor, clock.now());
  expect(await matches()).toEqual({ a: null, b: "people" });
  expect(await waiting()).toEqual(["a", "b"]);
});

describe("at once", () => {
  const count = async () =>
    Number(
      (
        await context.db.query<{ n: string }>(
          "select count(*) as n from reconciliation_matches where undone_at is null",
        )
      )[0]?.n,
    );
  /** What a pass does while `meanwhile` stands uncommitted in another transaction, then after it. */
  const beside = async (meanwhile: (begun: () => Promise<void>) => Promise<unknown>) => {
    let passes: Promise<unknown> = Promise.resolve();
    await meanwhile(async () => {
      passes = run();
      passes.catch(() => {});
      await passes;
    });
    await passes;
    clock.advance(HOUR);
    await run();
  };

  itTwoConnections("an entry that a person holds is left alone by the passes, and matched once", async () => {
    await givenOrders({ externalId: "ORDER-1" }, { externalId: "ORDER-2" });
    await load({}, exampleEntry("a", "1", { orderExternalId: "ORDER-1" }));
    const id = await idOf("ledger_entries", "a");
    await beside((begun) =>
      context.db.transaction(async (tx) => {
        await tx.query("select 1 from ledger_entries where id = $1::uuid for update", [id]);
        await begun();
        const orders = [{ orderId: await idOf("orders", "ORDER-2") }];
        await matchByHand({ ...tx, transaction: (act) => act(tx) }, { entryId: id, orders, ...word }, clock.now());
      }),
    );
    expect(await matches()).toEqual({ a: "ORDER-2 hand 1" });
    expect(await count()).toBe(1);
  });

  itTwoConnections(
    "what a pass has found, not yet committed, is undone by a statement that comes meanwhile",
    async () => {
      await givenOrders({ externalId: "ORDER-1" }, { externalId: "ORDER-2" });
      await load({}, exampleEntry("a", "1", { orderExternalId: "ORDER-1" }));
      let coming: Promise<unknown> | null = null;
      const slow = {
        ...context.db,
        transaction: <T>(act: (tx: typeof context.db) => Promise<T>) =>
          context.db.transaction(async (tx) => {
            const result = await act(tx);
            if (coming) return result;
            coming = load({}, exampleEntry("a", "1", { orderExternalId: "ORDER-2" }));
            coming.catch(() => {});
            await waitsForLock();
            return result;
          }),
      };
      const waitsForLock = async () => {
        for (let i = 0; i < 1000; i++) {
          const [row] = await context.db.query<{ n: string }>(
            "select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
          );
          if (Number(row?.n) > 0) return;
        }
        throw new Error("the statement does not wait for the pass");
      };
      await reconcile(slow, clock.now());
      await coming;
      clock.advance(HOUR);
      await run();
      expect(await matches()).toEqual({ a: "ORDER-2 order 1" });
      expect(await count()).toBe(1);
    },
  );
});
