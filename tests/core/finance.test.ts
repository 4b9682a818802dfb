/** Statements are added up, and their entries find their orders. */
import { beforeEach, describe, expect, it } from "vitest";
import { matchByHand, undoMatch } from "../../src/core/finance/match-by-hand.ts";
import { isReconciliationDue, reconcile, wasReconciled } from "../../src/core/finance/reconcile.ts";
import type { IngestContext, IngestStore } from "../../src/core/ingest/types.ts";
import type { LedgerEntry, Settlement, Unified } from "../../src/core/model/records.ts";
import { createTestClock, type TestClock } from "../support/clock.ts";
import { createTestDatabase } from "../support/database.ts";
import {
  exampleLine,
  exampleOrder,
  givenContext,
  givenStore,
  ingestExamples,
  orderDocument,
} from "../support/example.ts";
import { exampleEntry, exampleSettlement, STATEMENT_DAY, statementDocument } from "../support/example-money.ts";

const MINUTE = 60_000;
const eur = (amount: string) => ({ amount, currency: "EUR" });

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
  ingestExamples(context, store, "settlements", [statementDocument(exampleSettlement(settlement), entries)]);
const run = () => reconcile(context.db, clock.now());
const states = () =>
  context.db.query<{ state: string; difference: string | null }>(
    "select state, trim_scale(difference)::text as difference from settlements order by external_id",
  );
const openAlerts = async () =>
  (await context.db.query<{ code: string }>("select code from alerts where resolved_at is null order by code")).map(
    ({ code }) => code,
  );
const orderOf = (externalId: string, overrides: Parameters<typeof exampleOrder>[0] = {}) =>
  exampleOrder({ externalId, externalNumber: externalId, placedAt: new Date("2026-02-25T09:00:00Z"), ...overrides });
const givenOrders = (...orders: ReturnType<typeof orderOf>[]) =>
  ingestExamples(
    context,
    store,
    "orders",
    orders.map((order) => orderDocument(order)),
  );
const givenAfter = (resource: "shipments" | "disputes", says: Partial<Unified>) =>
  ingestExamples(context, store, resource, [{ externalId: `doc-${resource}`, says }]);
/** Entry: order and pass, or null while it waits. */
const matches = async () =>
  Object.fromEntries(
    (
      await context.db.query<{ entry: string; match: string | null }>(
        `select e.external_id as entry, (select string_agg(coalesce(o.external_id, '-') || ' by ' || m.pass, ', ' order by o.external_id)
           from reconciliation_matches m left join orders o on o.id = m.order_id where m.entry_id = e.id and m.undone_at is null) as match
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
const entryId = async (externalId: string) =>
  (await context.db.query<{ id: string }>("select id from ledger_entries where external_id = $1", [externalId]))[0]
    ?.id ?? "";
const orderId = async (externalId: string) =>
  (await context.db.query<{ id: string }>("select id from orders where external_id = $1", [externalId]))[0]?.id ?? "";

describe("a statement", () => {
  it("S60 whose row is missing is unbalanced by its amount, until the row comes; nothing is adjusted", async () => {
    const rows = [exampleEntry("a", "100.10"), exampleEntry("fee", "-3.05", { kind: "commission" })];
    await load({ payout: eur("90.00") }, ...rows);
    expect(await isReconciliationDue(context.db, clock.now())).toBe(true);
    await run();
    expect(await states()).toEqual([{ state: "unbalanced", difference: "-7.05" }]);
    expect(await openAlerts()).toEqual(["settlement_unbalanced"]);
    await load({ payout: eur("90.00") }, ...rows, exampleEntry("b", "-7.05", { kind: "refund" }));
    await run();
    expect(await states()).toEqual([{ state: "balanced", difference: null }]);
    expect(await openAlerts()).toEqual([]);
    expect(await matches()).toEqual({ a: null, b: null, fee: null });
  });

  it("S60 is compared with the sum that it states first; its transfer to the bank is no part of what is transferred", async () => {
    await load({ total: eur("5"), payout: eur("10") }, exampleEntry("a", "10"));
    await run();
    expect(await states()).toEqual([{ state: "unbalanced", difference: "-5" }]);
    const out = exampleEntry("out", "-10", { kind: "payout" });
    await load({ total: eur("0"), payout: eur("10") }, exampleEntry("a", "10"), out);
    await run();
    expect(await states()).toEqual([{ state: "balanced", difference: null }]);
  });

  it("that names no payout is never balanced", async () => {
    await load({ total: eur("10") }, exampleEntry("a", "10"));
    await run();
    expect(await states()).toEqual([{ state: "unverified_payout", difference: null }]);
    await load({ total: eur("10.01") }, exampleEntry("a", "10"));
    await run();
    expect(await states()).toEqual([{ state: "unbalanced", difference: "0.01" }]);
  });

  it("counts what is only estimated or deferred nowhere", async () => {
    await load(
      { payout: eur("10") },
      exampleEntry("a", "10"),
      exampleEntry("b", "4", { state: "deferred" }),
      exampleEntry("c", "5", { state: "estimated" }),
    );
    await run();
    expect(await states()).toEqual([{ state: "balanced", difference: null }]);
  });

  it("S65 with a rate and entries in the payout's currency too adds up by both", async () => {
    const usd = { amount: "100", currency: "USD" };
    const inUsd = exampleEntry("b", "-10", { currency: "USD", kind: "commission" });
    await load({ payout: usd, payoutCurrencyRate: "1.1" }, exampleEntry("a", "100"), inUsd);
    await run();
    expect(await states()).toEqual([{ state: "balanced", difference: null }]);
  });

  it("S65 is paid out in another currency at the rate that it states, or by entries of that currency", async () => {
    const usd = { amount: "108.64", currency: "USD" };
    const rows = [exampleEntry("a", "110.00"), exampleEntry("fee", "-10.00", { kind: "commission" })];
    await load({ payout: usd, payoutCurrencyRate: "1.08637" }, ...rows);
    await run();
    expect(await states()).toEqual([{ state: "balanced", difference: null }]);
    await load({ payout: { ...usd, amount: "108.60" }, payoutCurrencyRate: "1.08637" }, ...rows);
    await run();
    expect(await states()).toEqual([{ state: "unbalanced", difference: "-0.04" }]);
    await load({ payout: usd }, ...rows, exampleEntry("converted", "108.64", { currency: "USD", kind: "adjustment" }));
    await run();
    expect(await states()).toEqual([{ state: "balanced", difference: null }]);
    await load({ payout: usd }, ...rows);
    await run();
    expect(await states()).toEqual([{ state: "unverified_payout", difference: null }]);
  });

  it("that nobody can check for now is no work done: looking again at once would find the same", async () => {
    expect(wasReconciled(await run())).toBe(false);
    await load({ payout: eur("10") }, exampleEntry("rent", "10", { kind: "service_fee" }));
    expect(wasReconciled(await run())).toBe(true);
    expect(wasReconciled(await run())).toBe(false);
    await load({ payout: eur("10") }, exampleEntry("rent", "10", { kind: "service_fee" }), exampleEntry("a", "1"));
    expect(wasReconciled(await run())).toBe(true);
  });

  it("waits while it is still being read", async () => {
    await load({ payout: eur("10") }, exampleEntry("a", "4"));
    await context.db.query(
      `insert into checkpoints (store_id, resource, stream, cursor, due_at, every_seconds)
       values ($1::uuid, 'settlements', 'statements', 'page 2', now(), 60)`,
      [store.id],
    );
    await run();
    expect(await states()).toEqual([{ state: "unchecked", difference: null }]);
    await context.db.query("update checkpoints set cursor = null");
    await run();
    expect(await states()).toEqual([{ state: "unbalanced", difference: "6" }]);
  });

  it("with more than one entry in a hundred of an unknown kind asks for a look", async () => {
    const rows = Array.from({ length: 99 }, (_, i) => exampleEntry(`a${i}`, "1", { kind: "service_fee" }));
    const odd = (id: string) => exampleEntry(id, "1", { kind: "other", externalKind: "?" });
    await load({ payout: eur("100") }, ...rows, odd("x"));
    await run();
    expect(await openAlerts()).toEqual([]);
    await load({ payout: eur("101") }, ...rows, odd("x"), odd("y"));
    await run();
    expect(await openAlerts()).toEqual(["entry_kinds_unknown"]);
  });
});

describe("an entry finds its order", () => {
  it("S62 by whatever id the platform gives, each with its pass", async () => {
    await givenOrders(
      orderOf("ORDER-1", { lines: [exampleLine({ externalId: "LINE-1" })] }),
      orderOf("ORDER-2", { externalNumber: "#1002", lines: [exampleLine({ externalId: "LINE-2" })] }),
    );
    const of = { orderExternalId: "ORDER-2", warnings: [] };
    await givenAfter("shipments", {
      shipments: [
        {
          ...of,
          externalId: "PARCEL-2",
          status: "in_transit",
          externalStatus: null,
          carrier: null,
          externalCarrier: null,
          trackingNumber: null,
          trackingUrl: null,
          place: null,
          fulfilledBy: "seller",
          shippedAt: null,
          deliveredAt: null,
          lines: [],
          events: [],
        },
      ],
    });
    await givenAfter("disputes", {
      refunds: [
        {
          externalId: "REFUND-2",
          orderExternalId: "ORDER-2",
          disputeExternalId: null,
          amount: eur("1"),
          reason: null,
          status: "done",
          refundedAt: null,
          lines: [],
          shippingAmount: null,
        },
      ],
    });
    await load(
      {},
      exampleEntry("by order", "1", { orderExternalId: "ORDER-1" }),
      exampleEntry("by line", "1", { orderLineExternalId: "LINE-1" }),
      exampleEntry("a line in the order's place", "1", { orderExternalId: "LINE-2" }),
      exampleEntry("by parcel", "-1", { kind: "shipping_fee", shipmentExternalId: "PARCEL-2" }),
      exampleEntry("a parcel in the order's place", "-1", { kind: "shipping_fee", orderExternalId: "PARCEL-2" }),
      exampleEntry("by refund", "-1", { kind: "refund", refundExternalId: "REFUND-2" }),
      exampleEntry("by number", "1", { orderExternalId: "#1002" }),
      exampleEntry("by text", "-1", { kind: "commission", description: "Commission (ORDER-1), 5 %" }),
      exampleEntry("by two in its text", "-1", { kind: "commission", description: "ORDER-1 and ORDER-2" }),
      exampleEntry("by nothing", "-1", { kind: "commission" }),
      exampleEntry("of the account", "-9", { kind: "service_fee" }),
    );
    const { matched, left } = await run();
    expect(await matches()).toEqual({
      "by order": "ORDER-1 by order",
      "by line": "ORDER-1 by line",
      "a line in the order's place": "ORDER-2 by line",
      "by parcel": "ORDER-2 by shipment",
      "a parcel in the order's place": "ORDER-2 by shipment",
      "by refund": "ORDER-2 by refund",
      "by number": "ORDER-2 by number",
      "by text": "ORDER-1 by text",
      "by two in its text": null,
      "by nothing": null,
      "of the account": null,
    });
    expect(await waiting()).toEqual(["by nothing", "by two in its text"]);
    expect([matched, left]).toEqual([{ order: 1, line: 2, shipment: 2, refund: 1, number: 1, text: 1 }, 2]);
  });

  it("also in another store of the platform, and in none of another platform", async () => {
    const mine = store;
    store = await givenStore(context, { name: "sibling" });
    await givenOrders(orderOf("THEIRS"));
    store = await givenStore(context, { name: "elsewhere", platform: "template" });
    await givenOrders(orderOf("FOREIGN"));
    store = mine;
    await load(
      {},
      exampleEntry("a", "1", { orderExternalId: "THEIRS" }),
      exampleEntry("b", "1", { orderExternalId: "FOREIGN" }),
    );
    await run();
    expect(await matches()).toEqual({ a: "THEIRS by other_store", b: null });
  });

  it("by its amount alone where one order alone waits for it", async () => {
    await givenOrders(
      orderOf("ONE", { total: eur("17.00") }),
      orderOf("TWIN-1", { total: eur("20.00") }),
      orderOf("TWIN-2", { total: eur("20.00") }),
      orderOf("OLD", { total: eur("30.00"), placedAt: new Date("2025-11-01T00:00:00Z") }),
      orderOf("PAID", { total: eur("40.00") }),
    );
    await load(
      {},
      exampleEntry("a", "17"),
      exampleEntry("b", "20"),
      exampleEntry("c", "30"),
      exampleEntry("d", "40", { orderExternalId: "PAID" }),
      exampleEntry("e", "40"),
    );
    await run();
    clock.advance(10 * MINUTE);
    await run();
    expect(await matches()).toEqual({ a: "ONE by amount", b: null, c: null, d: "PAID by order", e: null });
  });

  it("when the order comes later than its money", async () => {
    await load({}, exampleEntry("a", "1", { orderExternalId: "LATE" }));
    await run();
    expect(await isReconciliationDue(context.db, clock.now())).toBe(false);
    await givenOrders(orderOf("LATE"));
    clock.advance(2 * MINUTE);
    expect(await isReconciliationDue(context.db, clock.now())).toBe(true);
    await run();
    expect(await matches()).toEqual({ a: "LATE by order" });
    expect(await waiting()).toEqual([]);
  });

  it("anew where a corrected statement names another, and leaves nothing where it is gone", async () => {
    await givenOrders(orderOf("ORDER-1"), orderOf("ORDER-2"));
    const other = exampleEntry("b", "1", { orderExternalId: "ORDER-1" });
    await load({}, exampleEntry("a", "1", { orderExternalId: "ORDER-1" }), other);
    await run();
    await load({}, exampleEntry("a", "1", { orderExternalId: "ORDER-2" }));
    await run();
    expect(await matches()).toEqual({ a: "ORDER-2 by order" });
    const [row] = await context.db.query<{ n: string }>("select count(*) as n from reconciliation_matches");
    expect(Number(row?.n)).toBe(1);
  });
});

describe("people", () => {
  const reason = "agreed with the buyer";
  const actor = "key:finance";

  it("match an entry with the parts of several orders, or explain it, and take it back", async () => {
    await givenOrders(orderOf("ORDER-1"), orderOf("ORDER-2"));
    await load({}, exampleEntry("merged", "30"), exampleEntry("odd", "-2", { kind: "commission" }));
    await run();
    const [merged, odd] = [await entryId("merged"), await entryId("odd")];
    const parts = async (...amounts: string[]) =>
      Promise.all(amounts.map(async (amount, i) => ({ orderId: await orderId(`ORDER-${i + 1}`), amount })));
    const match = async (...amounts: string[]) =>
      matchByHand(context.db, { entryId: merged, orders: await parts(...amounts), reason, actor }, clock.now());
    await expect(match("10", "19.99")).rejects.toThrow("do not sum to the entry's 30");
    await match("10", "20");
    await expect(match("10", "20")).rejects.toThrow("matched already");
    await matchByHand(context.db, { entryId: odd, orders: [], reason, actor }, clock.now());
    expect(await matches()).toEqual({ merged: "ORDER-1 by hand, ORDER-2 by hand", odd: "- by hand" });
    expect(await waiting()).toEqual([]);
    expect(await undoMatch(context.db, { entryId: merged, reason, actor }, clock.now())).toBe(true);
    expect(await undoMatch(context.db, { entryId: merged, reason, actor }, clock.now())).toBe(false);
    const acts = await context.db.query<{ act: string }>(
      "select act from audit_log where subject = 'entry' order by id",
    );
    expect(acts.map(({ act }) => act)).toEqual(["entry.match", "entry.explain", "entry.unmatch"]);
  });

  it("have the last word: what they took back is not matched again, and what they matched stays when the statement comes anew", async () => {
    await givenOrders(orderOf("ORDER-1"), orderOf("ORDER-2"));
    const rows = ["a", "b"].map((id) => exampleEntry(id, "1", { orderExternalId: "ORDER-1" }));
    await load({}, ...rows);
    await run();
    for (const id of ["a", "b"])
      await undoMatch(context.db, { entryId: await entryId(id), reason, actor }, clock.now());
    const orders = [{ orderId: await orderId("ORDER-2") }];
    await matchByHand(context.db, { entryId: await entryId("b"), orders, reason, actor }, clock.now());
    await load({ total: eur("2") }, ...rows);
    clock.advance(24 * 60 * MINUTE);
    await run();
    expect(await matches()).toEqual({ a: null, b: "ORDER-2 by hand" });
    expect(await waiting()).toEqual(["a"]);
  });

  it("are told what is wrong", async () => {
    const nobody = "00000000-0000-4000-8000-000000000000";
    const match = (entry: string, orders: { orderId: string; amount?: string }[]) =>
      matchByHand(context.db, { entryId: entry, orders, reason, actor }, clock.now());
    await expect(match(nobody, [])).rejects.toThrow("There is no entry");
    await load({}, exampleEntry("a", "1"));
    await expect(match(await entryId("a"), [{ orderId: nobody }])).rejects.toThrow("There is no order");
    await givenOrders(orderOf("ORDER-1"));
    const order = { orderId: await orderId("ORDER-1") };
    await expect(match(await entryId("a"), [order, order])).rejects.toThrow("twice");
    await givenOrders(orderOf("ORDER-2"));
    const other = { orderId: await orderId("ORDER-2"), amount: "-9" };
    await expect(match(await entryId("a"), [{ ...order, amount: "10" }, other])).rejects.toThrow("sign");
    const nothing = { ...other, amount: "0" };
    await expect(match(await entryId("a"), [{ ...order, amount: "1" }, nothing])).rejects.toThrow("sign");
  });
});

describe("months", () => {
  it("S63 are those of the posting in the store's zone; what comes for a closed one counts in the next", async () => {
    const months = async () =>
      (
        await context.db.query<{ row: string }>(
          "select external_id || ' ' || period as row from ledger_entries order by external_id",
        )
      ).map(({ row }) => row);
    await context.db.query("update stores set time_zone = 'Asia/Shanghai'");
    const hold = exampleEntry("hold", "-5", { kind: "reserve", postedAt: new Date("2026-02-28T15:59:59Z") });
    const release = exampleEntry("release", "5", { kind: "reserve", postedAt: new Date("2026-02-28T16:00:00Z") });
    await load({}, hold, release);
    expect(await months()).toEqual(["hold 2026-02-01", "release 2026-03-01"]);
    await context.db.query("update stores set books_open_from = '2026-04-01'");
    const late = exampleEntry("late", "1", { postedAt: STATEMENT_DAY });
    await load({}, hold, release, late);
    expect(await months()).toEqual(["hold 2026-02-01", "late 2026-04-01", "release 2026-03-01"]);
    await load({}, hold, { ...release, amount: eur("6") }, late);
    expect(await months()).toEqual([
      "hold 2026-02-01",
      "late 2026-04-01",
      "release 2026-04-01",
      "release (2026-03) 2026-03-01",
      "release (2026-03, taken back) 2026-04-01",
    ]);
  });
});
