import { beforeEach, expect, it } from "vitest";
import type { z } from "zod";
import { entryViewSchema, settlementViewSchema } from "../../src/api/schemas/after-sales.ts";
import { booksSchema, stepsSchema, waitingSchema } from "../../src/api/schemas/reconciliation.ts";
import type { IngestStore } from "../../src/core/ingest/types.ts";
import { exampleOrder, ingestExamples, orderDocument } from "../support/example.ts";
import { exampleEntry, exampleSettlement, statementDocument } from "../support/example-money.ts";
import { type GivenApi, givenApi } from "./given-api.ts";

const eur = (amount: string) => ({ amount, currency: "EUR" });
const START = "2026-03-05T08:00:00Z";
const reason = "read on the bank's statement";

let api: GivenApi;
let store: IngestStore;
let finance: string;

beforeEach(async () => {
  api = await givenApi({ start: START });
  store = await api.store();
  finance = await api.key("finance");
});

const givenOrder = (externalId: string, total: string, of = store) =>
  ingestExamples(api.engine, of, "orders", [
    orderDocument(
      exampleOrder({
        externalId,
        externalNumber: externalId,
        total: eur(total),
        placedAt: new Date("2026-02-25T09:00:00Z"),
      }),
    ),
  ]);
const givenStatement = (of = store) =>
  ingestExamples(api.engine, of, "settlements", [
    statementDocument(exampleSettlement({ payout: eur("36.00") }), [
      exampleEntry("a", "40.00", { orderExternalId: "ORDER-1" }),
      exampleEntry("fee", "-2.50", { kind: "commission", orderExternalId: "MKT-ORDER-1-X" }),
      exampleEntry("rent", "-1.00", { kind: "service_fee" }),
    ]),
  ]);
const read = async (path: string, key = finance) => (await api.send(key, `GET ${path}`)).body;
const theSettlement = async (): Promise<z.output<typeof settlementViewSchema>> =>
  settlementViewSchema.parse((await read("/v1/settlements")).data[0]);
const waiting = async () =>
  (await read("/v1/reconciliation/entries")).data.map((row: unknown) => waitingSchema.parse(row));

it("tells how the books stand, and what a statement lacks", async () => {
  await givenOrder("ORDER-1", "40.00");
  await givenStatement();
  const run = await api.send(finance, "POST /v1/reconciliation");
  expect(run.body).toEqual({ matched: { order: 1 }, left: 1, checked: 1 });
  const [books] = (await read("/v1/reconciliation")).data.map((row: unknown) => booksSchema.parse(row));
  expect(books).toMatchObject({
    store_id: store.id,
    books_open_from: null,
    waiting: [{ amount: eur("-2.50"), entries: 1 }],
    settlements: [{ state: "unbalanced", count: 1 }],
  });
  const settlement = await theSettlement();
  expect(settlement).toMatchObject({ state: "unbalanced", balanced: false, difference: eur("-0.50"), bank: null });
  expect(stepsSchema.parse(await read(`/v1/settlements/${settlement.id}/steps`))).toEqual({
    data: [
      { kind: "sale", entries: 1, amount: eur("40.00"), running: eur("40.00") },
      { kind: "commission", entries: 1, amount: eur("-2.50"), running: eur("37.50") },
      { kind: "service_fee", entries: 1, amount: eur("-1.00"), running: eur("36.50") },
    ],
    sums: [
      {
        entries: eur("36.50"),
        before_payout: eur("36.50"),
        converted: null,
        left_out: eur("0.00"),
        left_out_entries: 0,
      },
    ],
    stated: { total: null, payout: eur("36.00"), rate: null },
    state: "unbalanced",
    difference: eur("-0.50"),
    bank: null,
  });
  const entries = (await read(`/v1/settlements/${settlement.id}/entries`)).data.map((row: unknown) =>
    entryViewSchema.parse(row),
  );
  expect(entries.find((entry: { external_id: string }) => entry.external_id === "a")).toMatchObject({
    period: "2026-03-01",
    matches: [{ amount: eur("40.00"), pass: "order", actor: null }],
  });
});

it("S65 shows a payout in another currency with its rate, each currency for itself, and what is only deferred apart", async () => {
  const payout = { amount: "108.64", currency: "USD" };
  await ingestExamples(api.engine, store, "settlements", [
    statementDocument(exampleSettlement({ payout, payoutCurrencyRate: "1.08637" }), [
      exampleEntry("a", "110.00"),
      exampleEntry("fee", "-10.00", { kind: "commission" }),
      exampleEntry("hold", "-7.00", { kind: "reserve", state: "deferred" }),
      exampleEntry("out", "-100.00", { kind: "payout" }),
    ]),
  ]);
  await api.send(finance, "POST /v1/reconciliation");
  const { id } = await theSettlement();
  expect(stepsSchema.parse(await read(`/v1/settlements/${id}/steps`))).toMatchObject({
    data: [
      { kind: "sale", running: eur("110.00") },
      { kind: "commission", running: eur("100.00") },
      { kind: "payout", amount: eur("-100.00"), running: eur("0.00") },
    ],
    sums: [
      {
        entries: eur("0.00"),
        before_payout: eur("100.00"),
        converted: payout,
        left_out: eur("-7.00"),
        left_out_entries: 1,
      },
    ],
    stated: { payout, rate: "1.08637" },
    state: "balanced",
    difference: null,
  });
});

it("offers the nearest orders for an entry that waits, and takes a person's word for it", async () => {
  await givenOrder("ORDER-1", "40.00");
  await givenOrder("ORDER-2", "2.60");
  await givenStatement();
  await api.send(finance, "POST /v1/reconciliation");
  const [entry] = await waiting();
  expect(entry).toMatchObject({ external_id: "fee", matches: [], attempts: 1 });
  expect(entry.candidates.map((candidate: { external_id: string }) => candidate.external_id)).toEqual([
    "ORDER-1",
    "ORDER-2",
  ]);
  const [nearest] = entry.candidates;
  const match = (orders: unknown[], key = finance) =>
    api.send(key, "POST /v1/reconciliation/matches", { body: { entry_id: entry.id, orders, reason } });
  expect((await match([{ order_id: nearest.order_id, amount: "-2.49" }])).body).toMatchObject({
    code: "invalid",
    detail: "The parts do not sum to the entry's -2.50.",
  });
  expect((await match([{ order_id: nearest.order_id }])).status).toBe(201);
  expect((await match([])).body).toMatchObject({ code: "matched_already" });
  expect(await waiting()).toEqual([]);
  const back = () => api.send(finance, `POST /v1/reconciliation/entries/${entry.id}/unmatch`, { body: { reason } });
  expect([(await back()).body, (await back()).body]).toEqual([{ undone: true }, { undone: false }]);
  expect(await waiting()).toMatchObject([{ external_id: "fee", due_at: null }]);
  expect((await match([])).status).toBe(201);
  expect(await waiting()).toEqual([]);
});

it("notes the bank's amount of a statement, which balances nothing", async () => {
  await givenStatement();
  await api.send(finance, "POST /v1/reconciliation");
  const { id, version } = await theSettlement();
  const put = (body: unknown) => api.send(finance, `PUT /v1/settlements/${id}/bank`, { body });
  const noted = await put({ amount: "36.50", currency: "EUR", at: "2026-03-04T00:00:00Z" });
  expect(noted.body).toMatchObject({
    version: version + 1,
    state: "unbalanced",
    bank: { amount: eur("36.50"), at: "2026-03-04T00:00:00.000Z" },
  });
  expect((await put({ amount: null, currency: "EUR", at: START })).body.bank).toBeNull();
  expect((await put({ amount: "1,50", currency: "EUR", at: START })).status).toBe(422);
});

it("closes months that are over, and opens them again", async () => {
  const close = (open_from: string | null) =>
    api.send(finance, `PUT /v1/stores/${store.id}/books`, { body: { open_from, reason: "month's end" } });
  expect((await close("2026-04-01")).body).toMatchObject({ code: "invalid" });
  expect((await close("2026-03-02")).status).toBe(422);
  expect((await close("2026-03-01")).body).toEqual({ store_id: store.id, books_open_from: "2026-03-01" });
  expect((await read("/v1/reconciliation")).data[0].books_open_from).toBe("2026-03-01");
  expect((await close(null)).body.books_open_from).toBeNull();
  const admin = await api.key("admin");
  const acts = (await read("/v1/audit?limit=10", admin)).data.map((row: { act: string }) => row.act);
  expect(acts.filter((act: string) => act === "books.close")).toHaveLength(2);
});

it("S73 shows and changes nothing of a store that the key does not see", async () => {
  const other = await api.store({ name: "other" });
  await givenStatement(other);
  await givenOrder("THEIRS", "40.00", other);
  await givenStatement();
  await api.send(finance, "POST /v1/reconciliation");
  const [theirs] = (await read(`/v1/reconciliation/entries?store=${other.id}`)).data;
  const [mine] = (await read(`/v1/reconciliation/entries?store=${store.id}`)).data;
  const [order] = (await read(`/v1/orders?store=${other.id}`)).data;
  const [settlement] = (await read(`/v1/settlements?store=${other.id}`)).data;
  const limited = await api.key("finance", [store.id]);
  expect((await read("/v1/reconciliation", limited)).data).toHaveLength(1);
  expect((await read(`/v1/reconciliation/entries?store=${other.id}`, limited)).data).toEqual([]);
  const refused = async (request: string, body: unknown) => (await api.send(limited, request, { body })).status;
  const match = (entry_id: string, order_id: string) =>
    refused("POST /v1/reconciliation/matches", { entry_id, orders: [{ order_id }], reason });
  expect(await match(theirs.id, order.id)).toBe(404);
  expect(await match(mine.id, order.id)).toBe(404);
  expect(await refused(`POST /v1/reconciliation/entries/${theirs.id}/unmatch`, { reason })).toBe(404);
  expect(await refused(`PUT /v1/settlements/${settlement.id}/bank`, { amount: "1", currency: "EUR", at: START })).toBe(
    404,
  );
  expect(await refused(`PUT /v1/stores/${other.id}/books`, { open_from: null, reason })).toBe(404);
});
