/** Months that are closed: nothing that comes later changes what they hold, and what it changes stands in an open one. */
import { beforeEach, describe, expect, it } from "vitest";
import { listEntries } from "../../src/core/db/settlements.ts";
import { closeBooks } from "../../src/core/finance/books.ts";
import { listOrderMoney } from "../../src/core/finance/expected.ts";
import { writeJournal } from "../../src/core/finance/journal.ts";
import { matchByHand } from "../../src/core/finance/match-by-hand.ts";
import { listProblems } from "../../src/core/finance/problems.ts";
import { listProfit } from "../../src/core/finance/profit.ts";
import { reconcile } from "../../src/core/finance/reconcile.ts";
import type { IngestContext, IngestStore } from "../../src/core/ingest/types.ts";
import type { LedgerEntry, Settlement } from "../../src/core/model/records.ts";
import { createTestClock, type TestClock } from "../support/clock.ts";
import { createTestDatabase } from "../support/database.ts";
import { exampleOrder, givenContext, givenStore, ingestExamples, orderDocument } from "../support/example.ts";
import { exampleEntry, exampleSettlement, statementDocument } from "../support/example-money.ts";
import { hasHledger, hledger } from "../support/hledger.ts";

const TRUSTED = [{ platform: "example", book: "main", rank: 0 }];
const PAGE = { limit: 100, after: null };
const eur = (amount: string) => ({ amount, currency: "EUR" });
const FEBRUARY = new Date("2026-02-20T12:00:00Z");
const MARCH = new Date("2026-03-02T12:00:00Z");

let clock: TestClock;
let context: IngestContext;
let store: IngestStore;

beforeEach(async () => {
  const { db } = await createTestDatabase();
  clock = createTestClock(new Date("2026-03-20T08:00:00Z"));
  context = await givenContext(db, clock);
  store = await givenStore(context);
  await ingestExamples(
    context,
    store,
    "orders",
    ["A", "B"].map((externalId) =>
      orderDocument(
        exampleOrder({ externalId, externalNumber: externalId, placedAt: new Date("2026-02-01T09:00:00Z") }),
      ),
    ),
  );
});

const posted = (id: string, amount: string, more: Partial<LedgerEntry> = {}) =>
  exampleEntry(id, amount, { postedAt: FEBRUARY, orderExternalId: "A", ...more });
const fee = posted("fee", "-10", { kind: "commission", orderExternalId: "B" });

async function load(head: Partial<Settlement>, ...entries: LedgerEntry[]): Promise<void> {
  const periodEnd = new Date("2026-02-27T12:00:00Z");
  const all = entries.map((entry) => ({ ...entry, settlementExternalId: head.externalId ?? "S1" }));
  await ingestExamples(context, store, "settlements", [
    statementDocument(exampleSettlement({ periodEnd, ...head }), all),
  ]);
  await reconcile(context.db, clock.now());
}

const close = (openFrom: string | null) =>
  closeBooks(context.db, { storeId: store.id, openFrom, reason: "month's end", actor: "key:finance" }, clock.now());

/** What each month holds, by kind, and how many entries. */
async function months(): Promise<Record<string, unknown>> {
  const { rows } = await listProfit(context.db, TRUSTED, { by: "month", filter: { stores: null }, page: PAGE });
  return Object.fromEntries(
    rows.map(({ label, kinds, entries }) => [
      label,
      {
        ...Object.fromEntries(Object.entries(kinds).map(([kind, amount]) => [kind, Number(amount)])),
        entries,
      },
    ]),
  );
}

async function journal(month: string, opening = true): Promise<string> {
  let text = "";
  for await (const part of writeJournal(context.db, TRUSTED, { storeId: store.id, month: `${month}-01`, opening }))
    text += part;
  return text;
}

const statements = async () =>
  (
    await context.db.query<{ row: string }>(
      "select concat_ws(' ', external_id, state, trim_scale(difference)) as row from settlements order by 1",
    )
  ).map(({ row }) => row);

describe("a closed month", () => {
  const FIRST = { sale: 100, commission: -10, entries: 2 };

  it("S63 S66 keeps what it held where a statement is corrected; the difference counts in the first open month", async () => {
    await load({ payout: eur("90") }, posted("sale", "100"), fee);
    await close("2026-03-01");
    const before = await journal("2026-02");
    await load({ payout: eur("90") }, posted("sale", "101"), { ...fee, amount: eur("-11") });
    expect(await statements()).toEqual(["S1 balanced"]);
    expect(await months()).toEqual({ "2026-02": FIRST, "2026-03": { sale: 1, commission: -1, entries: 4 } });
    // The payment stands where it was made; the statement's account is asserted where all that it says is told.
    expect(before).toContain("2026-02-27 * payout | S1\n");
    expect(await journal("2026-02")).toBe(before.replace(" = 0.00 EUR", ""));
    expect(await journal("2026-03")).toContain("2026-03-01 * balance of the statement | S1\n");
    expect(await journal("2026-03")).toContain("; entry: sale (2026-02%2C taken back), posted: 2026-02-20");
    if (hasHledger)
      for (const text of [
        await journal("2026-02"),
        await journal("2026-03"),
        (await journal("2026-02")) + (await journal("2026-03", false)),
      ])
        expect(hledger(text, "check"), text).toMatchObject({ status: 0, stderr: "" });
  });

  it("S66 keeps a row that a corrected statement has no more, and takes it back in the open month", async () => {
    await load({ payout: eur("90") }, posted("sale", "100"), fee);
    await close("2026-03-01");
    await load({ payout: eur("-10") }, fee);
    expect(await statements()).toEqual(["S1 balanced"]);
    expect(await months()).toEqual({ "2026-02": FIRST, "2026-03": { sale: -100, entries: 1 } });
    if (hasHledger)
      for (const month of ["2026-02", "2026-03"])
        expect(hledger(await journal(month), "check"), await journal(month)).toMatchObject({ status: 0, stderr: "" });
    // The row comes back: as if it had never gone.
    await load({ payout: eur("90") }, posted("sale", "100"), fee);
    expect(await months()).toEqual({ "2026-02": FIRST });
    expect(await context.db.query("select 1 from ledger_entries where amends is not null")).toEqual([]);
  });

  it("S66 is told once, however often it is corrected, and forgets a correction that is taken back", async () => {
    await load({}, posted("sale", "100"), fee);
    await close("2026-03-01");
    for (const amount of ["101", "102", "103"]) await load({}, posted("sale", amount), fee);
    expect(await months()).toEqual({ "2026-02": FIRST, "2026-03": { sale: 3, entries: 2 } });
    await load({}, posted("sale", "100"), fee);
    expect(await months()).toEqual({ "2026-02": FIRST });
    await load({}, posted("sale", "104"), fee);
    clock.advance(20 * 86_400_000);
    await close("2026-04-01");
    await load({}, posted("sale", "106"), fee);
    expect(await months()).toEqual({
      "2026-02": FIRST,
      "2026-03": { sale: 4, entries: 2 },
      "2026-04": { sale: 2, entries: 2 },
    });
  });

  it("keeps its kinds, and takes no money that was only deferred when it was closed", async () => {
    const later = posted("later", "7", { state: "deferred" });
    await load({}, posted("sale", "100"), fee, later);
    await close("2026-03-01");
    await load({}, posted("sale", "100"), { ...fee, kind: "service_fee" }, { ...later, state: "posted" });
    expect(await months()).toEqual({
      "2026-02": FIRST,
      "2026-03": { sale: 7, commission: 10, service_fee: -10, entries: 3 },
    });
  });

  it("keeps whose money it was, by pass or by hand; the order has it once, and none of it is a duplicate", async () => {
    const stray = posted("stray", "5", { orderExternalId: null });
    await load({}, posted("sale", "10"), stray);
    const [entry] = await context.db.query<{ id: string }>("select id from ledger_entries where external_id = 'stray'");
    const [order] = await context.db.query<{ id: string }>("select id from orders where external_id = 'B'");
    const word = { reason: "the remark names it", actor: "key:finance" };
    await matchByHand(
      context.db,
      { entryId: entry?.id ?? "", orders: [{ orderId: order?.id ?? "" }], ...word },
      clock.now(),
    );
    await close("2026-03-01");
    await load({}, posted("sale", "9"), { ...stray, amount: eur("4") });
    const byOrder = async (filter: { from?: string; until?: string }) => {
      const { rows } = await listProfit(context.db, TRUSTED, {
        by: "order",
        filter: { stores: null, ...filter },
        page: PAGE,
      });
      return Object.fromEntries(rows.map(({ label, kinds }) => [label, Number(kinds.sale)]));
    };
    expect(await byOrder({ until: "2026-02-01" })).toEqual({ A: 10, B: 5 });
    expect(await byOrder({ from: "2026-03-01" })).toEqual({ A: -1, B: -1 });
    expect(await byOrder({})).toEqual({ A: 9, B: 4 });
    const { rows } = await listProblems(context.db, TRUSTED, { filter: { stores: null }, at: clock.now(), page: PAGE });
    expect(rows.filter(({ kind }) => kind !== "unsettled")).toEqual([]);
  });

  it("that is opened again takes what changes from then on", async () => {
    await load({}, posted("sale", "100"), fee);
    await close("2026-03-01");
    await load({}, posted("sale", "101"), fee);
    await close(null);
    expect(await months()).toEqual({ "2026-02": FIRST, "2026-03": { sale: 1, entries: 2 } });
    await load({}, posted("sale", "102"), fee);
    expect(await months()).toEqual({ "2026-02": { sale: 102, commission: -10, entries: 2 } });
  });

  it("takes nothing of an open month's statement along", async () => {
    await load({}, posted("sale", "100"), fee, posted("march", "3", { postedAt: MARCH }));
    await close("2026-03-01");
    await load({}, posted("sale", "100"), fee, posted("march", "4", { postedAt: MARCH }));
    expect(await months()).toEqual({ "2026-02": FIRST, "2026-03": { sale: 4, entries: 1 } });
  });
});

describe("a month that was closed with one of two books", () => {
  const BOOKS = [["main"], ["second"]];
  const RANKED = BOOKS.flatMap((group, rank) => group.map((book) => ({ platform: "example", book, rank })));
  const lesser = (id: string, amount: string, more: Partial<LedgerEntry> = {}) =>
    posted(id, amount, { book: "second", ...more });
  const sums = async (by: "month" | "order") => {
    const { rows } = await listProfit(context.db, RANKED, { by, filter: { stores: null }, page: PAGE });
    return Object.fromEntries(rows.map(({ label, kinds }) => [label, Number(kinds.sale ?? 0)]));
  };
  const received = async () => {
    const { rows } = await listOrderMoney(context.db, RANKED, {
      filter: { stores: null },
      at: clock.now(),
      page: PAGE,
    });
    return Object.fromEntries(rows.map((row) => [row.external_id, Number(row.received)]));
  };
  const told = async (book: string) =>
    (await listEntries(context.db, { stores: null }, PAGE)).rows
      .filter((entry) => entry.book === book)
      .map(({ external_id, period, is_late, is_told_already }) => ({ external_id, period, is_late, is_told_already }));

  beforeEach(() => {
    store = { ...store, books: BOOKS } as IngestStore;
  });

  it("keeps it, and has the money once, where the better book comes later", async () => {
    await load({}, lesser("l1", "100"));
    await close("2026-03-01");
    await load(
      { externalId: "S2" },
      posted("m1", "101"),
      posted("march", "7", { postedAt: MARCH, orderExternalId: "B" }),
    );
    expect(await sums("month")).toEqual({ "2026-02": 100, "2026-03": 7 });
    expect(await received()).toEqual({ A: 100, B: 7 });
    expect(await told("main")).toContainEqual({
      external_id: "m1",
      period: "2026-02-01",
      is_late: false,
      is_told_already: true,
    });
    // It comes again, as it was and changed: neither counts.
    for (const amount of ["101", "102"]) {
      await load(
        { externalId: "S2" },
        posted("m1", amount),
        posted("march", "7", { postedAt: MARCH, orderExternalId: "B" }),
      );
      expect(await sums("month")).toEqual({ "2026-02": 100, "2026-03": 7 });
    }
    expect(await statements()).toEqual(["S1 unverified_payout", "S2 unverified_payout"]);
    expect(await journal("2026-03")).not.toContain("infinity");
    expect(
      await listProblems(context.db, RANKED, {
        filter: { stores: null, kind: "duplicate" },
        at: clock.now(),
        page: PAGE,
      }),
    ).toMatchObject({ rows: [] });
  });

  it("is told by the better one where it is opened again, and stays so when it is closed", async () => {
    await load({}, lesser("l1", "100"));
    await close("2026-03-01");
    await load({ externalId: "S2" }, posted("m1", "101"));
    await close("2026-02-01");
    expect(await sums("month")).toEqual({ "2026-02": 101 });
    await close("2026-03-01");
    await load({ externalId: "S3" }, lesser("l2", "100"));
    expect(await sums("month")).toEqual({ "2026-02": 101 });
    expect(await received()).toMatchObject({ A: 101 });
  });

  it("takes late entries of its own book into the first open month, and any where it held nothing", async () => {
    await load({}, posted("m1", "100"));
    await close("2026-03-01");
    await load({ externalId: "S2" }, posted("m2", "5"), lesser("l1", "100"));
    expect(await sums("month")).toEqual({ "2026-02": 100, "2026-03": 5 });
    const january = new Date("2026-01-15T09:00:00Z");
    await load(
      { externalId: "S3" },
      lesser("l0", "3", { postedAt: january }),
      posted("m0", "4", { postedAt: january }),
    );
    expect(await sums("month")).toEqual({ "2026-02": 100, "2026-03": 9 });
  });
});

describe("the edges of months", () => {
  const period = async (zone: string, at: string) => {
    await context.db.query("update stores set time_zone = $2 where id = $1::uuid", [store.id, zone]);
    await load({}, posted("edge", "1", { postedAt: new Date(at) }));
    const [row] = await context.db.query<{ period: string }>(
      "select period::text as period from ledger_entries where external_id = 'edge'",
    );
    await context.db.query("delete from ledger_entries");
    return row?.period.slice(0, 7);
  };

  it.each([
    // The clocks go forward on 31 March 2024 at 01:00 UTC: the month is an hour shorter.
    ["Europe/Berlin", "2024-02-29T22:59:59.999Z", "2024-02"],
    ["Europe/Berlin", "2024-02-29T23:00:00Z", "2024-03"],
    ["Europe/Berlin", "2024-03-31T00:59:59Z", "2024-03"],
    ["Europe/Berlin", "2024-03-31T21:59:59.999Z", "2024-03"],
    ["Europe/Berlin", "2024-03-31T22:00:00Z", "2024-04"],
    // And back on 27 October: 02:30 comes twice, and is in the month both times.
    ["Europe/Berlin", "2024-10-27T00:30:00Z", "2024-10"],
    ["Europe/Berlin", "2024-10-27T01:30:00Z", "2024-10"],
    ["Europe/Berlin", "2024-10-31T22:59:59Z", "2024-10"],
    ["Europe/Berlin", "2024-10-31T23:00:00Z", "2024-11"],
    ["America/New_York", "2024-11-01T03:59:59Z", "2024-10"],
    ["America/New_York", "2024-11-01T04:00:00Z", "2024-11"],
    // 01:30 on 3 November 2024 comes twice there, and the month ends an hour later by UTC.
    ["America/New_York", "2024-11-03T05:30:00Z", "2024-11"],
    ["America/New_York", "2024-12-01T04:59:59Z", "2024-11"],
    ["America/New_York", "2024-12-01T05:00:00Z", "2024-12"],
    ["America/New_York", "2024-04-01T03:59:59Z", "2024-03"],
  ])("S63 of a store in %s: %s is in %s", async (zone, at, month) => {
    expect(await period(zone, at)).toBe(month);
  });

  it("S63 a month that loses an hour is closed at its end in the store's zone, and not before", async () => {
    await context.db.query("update stores set time_zone = 'Europe/Berlin' where id = $1::uuid", [store.id]);
    clock.set(new Date("2026-03-31T21:59:59Z"));
    await expect(close("2026-04-01")).rejects.toMatchObject({ code: "invalid" });
    clock.set(new Date("2026-03-31T22:00:00Z"));
    await close("2026-04-01");
    await load(
      {},
      posted("before", "1", { postedAt: new Date("2026-03-31T21:59:59Z") }),
      posted("after", "2", { postedAt: new Date("2026-03-31T22:00:00Z") }),
    );
    expect(await months()).toEqual({ "2026-04": { sale: 3, entries: 2 } });
  });
});
