import { describe, expect, it } from "vitest";
import {
  disputeViewSchema,
  entryViewSchema,
  settlementViewSchema,
  shipmentViewSchema,
} from "../../src/api/schemas/after-sales.ts";
import type { Dispute, LedgerEntry, Settlement, Shipment } from "../../src/core/model/records.ts";
import { exampleOrder, ingestExamples, orderDocument } from "../support/example.ts";
import { givenApi } from "./given-api.ts";

const day = (n: number) => new Date(Date.UTC(2026, 0, n));
const jpy = (amount: string) => ({ amount, currency: "JPY" });

const shipment = (externalId: string, overrides: Partial<Shipment> = {}): Shipment => ({
  externalId,
  orderExternalId: "1001",
  status: "in_transit",
  externalStatus: "moving",
  carrier: "dhl",
  externalCarrier: "DHL-1",
  trackingNumber: `T-${externalId}`,
  trackingUrl: null,
  place: null,
  fulfilledBy: "seller",
  shippedAt: day(2),
  deliveredAt: null,
  lines: [{ orderLineExternalId: "1", quantity: 1 }],
  events: [{ at: day(2), status: "in_transit", externalCode: "X", text: "picked up", location: "Berlin" }],
  warnings: [],
  ...overrides,
});

const dispute = (externalId: string, overrides: Partial<Dispute> = {}): Dispute => ({
  externalId,
  orderExternalId: "1001",
  system: null,
  kind: "return_refund",
  externalKind: "RR",
  status: "open_awaiting_seller",
  externalStatus: "WAIT",
  reason: "too_small",
  externalReason: "size",
  amount: jpy("1200"),
  turn: "seller",
  dueAt: day(10),
  openedAt: day(3),
  closedAt: null,
  lines: [{ orderLineExternalId: "1", variantExternalId: null, quantity: 1, amount: jpy("1200") }],
  events: [{ at: day(3), by: "buyer", text: "asks" }],
  returnTracking: { carrier: "dhl", number: "R1" },
  lockToken: null,
  restockedByPlatform: null,
  warnings: [],
  ...overrides,
});

const settlement = (externalId: string, end: number): Settlement => ({
  externalId,
  periodStart: day(end - 7),
  periodEnd: day(end),
  currency: "JPY",
  total: jpy("900"),
  payout: jpy("900"),
  payoutCurrencyRate: null,
  paidAt: null,
  externalStatus: "closed",
  warnings: [],
});

const entry = (
  externalId: string,
  settlementExternalId: string,
  kind: LedgerEntry["kind"],
  amount: string,
): LedgerEntry => ({
  externalId,
  settlementExternalId,
  book: "main",
  state: "posted",
  kind,
  externalKind: kind.toUpperCase(),
  amount: jpy(amount),
  postedAt: day(5),
  orderExternalId: "1001",
  orderLineExternalId: null,
  shipmentExternalId: null,
  refundExternalId: null,
  sellerCode: null,
  description: null,
});

async function givenRecords() {
  const api = await givenApi();
  const store = await api.store();
  await ingestExamples(api.engine, store, "orders", [orderDocument(exampleOrder())]);
  await ingestExamples(api.engine, store, "shipments", [
    { externalId: "P1", says: { shipments: [shipment("P1")] } },
    { externalId: "P2", says: { shipments: [shipment("P2", { status: "delivered", deliveredAt: day(4) })] } },
    { externalId: "P3", says: { shipments: [shipment("P3", { orderExternalId: "other" })] } },
  ]);
  await ingestExamples(api.engine, store, "disputes", [
    { externalId: "D1", says: { disputes: [dispute("D1")] } },
    { externalId: "D2", says: { disputes: [dispute("D2", { dueAt: day(5), openedAt: day(4) })] } },
    { externalId: "D3", says: { disputes: [dispute("D3", { dueAt: null, openedAt: day(5) })] } },
    {
      externalId: "D4",
      says: {
        disputes: [dispute("D4", { status: "resolved_refunded", openedAt: day(1), closedAt: day(6), turn: null })],
      },
    },
  ]);
  await ingestExamples(api.engine, store, "settlements", [
    {
      externalId: "S1",
      says: {
        settlements: [settlement("S1", 8)],
        entries: [entry("E1", "S1", "sale", "1000"), entry("E2", "S1", "commission", "-100")],
      },
    },
    { externalId: "S2", says: { settlements: [settlement("S2", 15)], entries: [entry("E3", "S2", "sale", "900")] } },
  ]);
  const key = await api.key("admin");
  const ids = async (path: string): Promise<string[]> =>
    (await api.send(key, `GET ${path}`)).body.data.map((row: { external_id: string }) => row.external_id);
  return { api, store, key, ids };
}

describe("shipments", () => {
  it("come with lines and events in the documented shape", async () => {
    const { api, key } = await givenRecords();
    const { body } = await api.send(key, "GET /v1/shipments?tracking_number=T-P1");
    for (const row of body.data) shipmentViewSchema.parse(row);
    expect(body.data).toMatchObject([
      { external_id: "P1", lines: [{ quantity: 1 }], events: [{ text: "picked up", at: "2026-01-02T00:00:00.000Z" }] },
    ]);
    expect((await api.send(key, `GET /v1/shipments/${body.data[0].id}`)).body).toEqual(body.data[0]);
  });

  it("are narrowed by order and status, and page to their end", async () => {
    const { api, key, ids } = await givenRecords();
    const [{ id }] = (await api.send(key, "GET /v1/orders")).body.data;
    expect((await ids(`/v1/shipments?order=${id}`)).sort()).toEqual(["P1", "P2"]);
    expect(await ids("/v1/shipments?status=delivered")).toEqual(["P2"]);
    const first = (await api.send(key, "GET /v1/shipments?limit=2")).body;
    const rest = await ids(`/v1/shipments?limit=2&cursor=${first.next}`);
    expect([...first.data.map((row: { external_id: string }) => row.external_id), ...rest].sort()).toEqual([
      "P1",
      "P2",
      "P3",
    ]);
  });
});

describe("disputes", () => {
  it("come newest first, or the soonest deadline first and those without one last", async () => {
    const { ids } = await givenRecords();
    expect(await ids("/v1/disputes")).toEqual(["D3", "D2", "D1", "D4"]);
    expect(await ids("/v1/disputes?open=true&sort=due")).toEqual(["D2", "D1", "D3"]);
  });

  it("page by deadline over those that have none", async () => {
    const { api, key } = await givenRecords();
    const seen: string[] = [];
    for (let cursor = ""; ; ) {
      const { body } = await api.send(key, `GET /v1/disputes?open=true&sort=due&limit=1${cursor}`);
      seen.push(...body.data.map((row: { external_id: string }) => row.external_id));
      if (body.next === null) break;
      cursor = `&cursor=${body.next}`;
    }
    expect(seen).toEqual(["D2", "D1", "D3"]);
    const byDue = (await api.send(key, "GET /v1/disputes?sort=due&limit=1")).body.next;
    expect(await api.send(key, `GET /v1/disputes?limit=1&cursor=${byDue}`)).toMatchObject({
      status: 400,
      body: { code: "invalid_cursor" },
    });
  });

  it("put our own due time beside the platform's: the earlier one counts", async () => {
    const { api, ids } = await givenRecords();
    await api.db.query("update disputes set own_due_at = $1::timestamptz where external_id = 'D3'", [
      day(4).toISOString(),
    ]);
    expect(await ids("/v1/disputes?open=true&sort=due")).toEqual(["D3", "D2", "D1"]);
  });

  it("have the documented shape, with amounts padded to their currency", async () => {
    const { api, key } = await givenRecords();
    const { body } = await api.send(key, "GET /v1/disputes?turn=seller");
    expect(body.data).toHaveLength(3);
    for (const row of body.data) disputeViewSchema.parse(row);
    expect(body.data[0]).toMatchObject({
      amount: { amount: "1200", currency: "JPY" },
      return_tracking: { number: "R1" },
    });
    expect((await api.send(key, `GET /v1/disputes/${body.data[0].id}`)).body).toEqual(body.data[0]);
  });
});

describe("settlements", () => {
  it("come newest period first, with their entries", async () => {
    const { api, key, ids } = await givenRecords();
    expect(await ids("/v1/settlements")).toEqual(["S2", "S1"]);
    const [row] = (await api.send(key, "GET /v1/settlements?external_id=S1")).body.data;
    settlementViewSchema.parse(row);
    expect(row.total).toEqual({ amount: "900", currency: "JPY" });
    const entries = (await api.send(key, `GET /v1/settlements/${row.id}/entries`)).body.data;
    for (const entry of entries) entryViewSchema.parse(entry);
    expect(entries.map((entry: { external_id: string }) => entry.external_id).sort()).toEqual(["E1", "E2"]);
    expect(await ids(`/v1/settlements/${row.id}/entries?kind=commission`)).toEqual(["E2"]);
    expect((await api.send(key, `GET /v1/settlements/${row.id}`)).body).toEqual(row);
  });

  it("are narrowed by the end of their period", async () => {
    const { ids } = await givenRecords();
    expect(await ids(`/v1/settlements?ends_from=${day(10).toISOString()}`)).toEqual(["S2"]);
    expect(await ids(`/v1/settlements?ends_until=${day(10).toISOString()}`)).toEqual(["S1"]);
  });

  it("are not for the warehouse", async () => {
    const { api } = await givenRecords();
    expect((await api.send(await api.key("warehouse"), "GET /v1/settlements")).status).toBe(403);
  });
});
