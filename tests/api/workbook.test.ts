/** Money as workbooks and as CSV for finance. */
import { parse } from "csv-parse/sync";
import { readXlsx } from "hucre/xlsx";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { EXPORT_TABLES } from "../../src/api/export-tables.ts";
import { writeWorkbook } from "../../src/api/export-workbook.ts";
import { hasMoreEntries } from "../../src/core/db/settlements.ts";
import { hasMoreProfit } from "../../src/core/finance/profit.ts";
import type { IngestStore } from "../../src/core/ingest/types.ts";
import { exampleOrder, ingestExamples, orderDocument } from "../support/example.ts";
import { exampleEntry, exampleSettlement, statementDocument } from "../support/example-money.ts";
import type { GivenApi } from "./given-api.ts";
import { givenFinance } from "./given-finance.ts";

let api: GivenApi & { finance: string };
let store: IngestStore;

beforeEach(async () => {
  api = await givenFinance("2026-03-20T08:00:00Z");
  store = await api.store();
  await ingestExamples(api.engine, store, "orders", [
    orderDocument(exampleOrder({ externalId: "A", externalNumber: "A", placedAt: new Date("2026-02-25T09:00:00Z") })),
  ]);
});

const load = async (...amounts: [id: string, amount: string, text?: string][]) => {
  const entries = amounts.map(([id, amount, description]) =>
    exampleEntry(id, amount, { orderExternalId: "A", description: description ?? null }),
  );
  await ingestExamples(api.engine, store, "settlements", [statementDocument(exampleSettlement({}), entries)]);
  await api.send(api.finance, "POST /v1/reconciliation");
};
const ask = (path: string) =>
  api.app.request(`/v1/exports/${path}`, { headers: { authorization: `Bearer ${api.finance}` } });
const workbook = async (path: string) => {
  const answer = await ask(path);
  expect(answer.status).toBe(200);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const { sheets } = await readXlsx(bytes);
  const [names = [], ...rows] = sheets[0]?.rows ?? [];
  return { answer, bytes, rows: rows.map((row) => Object.fromEntries(names.map((name, i) => [String(name), row[i]]))) };
};

describe("a workbook", () => {
  it("holds amounts as numbers and all else as text, formulas too; one that a number cannot hold stays text", async () => {
    await load(["a", "10.50", '=HYPERLINK("x")'], ["b", "-0.01"], ["c", "1234567890123456.78"]);
    const { answer, rows } = await workbook("entries.xlsx");
    expect(answer.headers.get("content-type")).toBe(
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    );
    expect(answer.headers.get("content-disposition")).toBe('attachment; filename="entries.xlsx"');
    const by = Object.fromEntries(rows.map((row) => [row.external_id, row]));
    expect(by.a).toMatchObject({ amount: 10.5, description: '=HYPERLINK("x")', posted_at: "2026-03-01T12:00:00.000Z" });
    expect(by.b).toMatchObject({ amount: -0.01 });
    expect(by.c).toMatchObject({ amount: "1234567890123456.78" });
  });

  it("is the same in every byte where the same is asked again", async () => {
    await load(["a", "10.50"], ["b", "-0.01"]);
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    vi.setSystemTime("2026-03-20T08:00:00Z");
    const first = await workbook("entries.xlsx");
    vi.setSystemTime("2031-05-06T07:08:09Z");
    expect((await workbook("entries.xlsx")).bytes).toEqual(first.bytes);
    expect((await workbook("settlements.xlsx")).rows).toMatchObject([
      { external_id: "S1", state: "unverified_payout" },
    ]);
  });

  it("of more rows than a sheet has is refused, with the CSV that holds them", async () => {
    await load(["a", "1"], ["b", "1"], ["c", "1"]);
    expect((await workbook("entries.xlsx")).rows).toHaveLength(3);
    await load(["a", "1"], ["b", "1"], ["c", "1"], ["d", "1"]);
    // As if a sheet had three rows.
    const table = EXPORT_TABLES.find(({ name }) => name === "entries");
    if (!table) throw new Error("entries are not exported");
    const reader = { engine: api.engine, stores: null, clear: false, trusted: [] };
    await expect(writeWorkbook(table, reader, {}, 3).next()).rejects.toMatchObject({
      code: "too_many_rows",
      status: 422,
      message: expect.stringContaining("GET /v1/exports/entries.csv"),
    });
    expect((await writeWorkbook(table, reader, {}, 4).next()).value).toBeInstanceOf(Uint8Array);
    expect(parse(await (await ask("entries.csv")).text(), { columns: true })).toHaveLength(4);
    expect((await workbook("entries.xlsx?kind=refund")).rows).toEqual([]);
    const all = { stores: null };
    expect([await hasMoreEntries(api.db, all, 3), await hasMoreEntries(api.db, all, 4)]).toEqual([true, false]);
    const byOrder = { by: "order", filter: all } as const;
    expect([await hasMoreProfit(api.db, byOrder, 0), await hasMoreProfit(api.db, byOrder, 1)]).toEqual([true, false]);
  });
});

it("profit as CSV and as a workbook has a column for each sum", async () => {
  await load(["a", "10.50"]);
  const [row] = parse(await (await ask("profit.csv?by=order")).text(), { columns: true }) as Record<string, string>[];
  expect(row).toMatchObject({ by: "order", label: "A", currency: "EUR", sale: "10.50", received: "10.50", profit: "" });
  expect((await workbook("profit.xlsx?by=month")).rows).toMatchObject([
    { by: "month", key: "2026-03", sale: 10.5, units: 1, units_without_cost: 1 },
  ]);
});
