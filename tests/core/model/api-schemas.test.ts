import { describe, expect, it } from "vitest";
import { listingSchema, moneySchema, orderSchema, recordSchema } from "../../../src/core/model/api-schemas.ts";
import { unified } from "../../../src/core/model/records.ts";
import { renderListing, renderMasked, renderOrder, renderUnified } from "../../../src/core/model/render.ts";
import { exampleListing, exampleOrder } from "../../support/example.ts";

const money = { amount: "1.5", currency: "EUR" };
const at = new Date("2026-01-01T00:00:00Z");
const warnings = [{ code: "unknown_status", detail: "x" }];

describe("the schemas of the API's shape", () => {
  it("take what is rendered of every kind of record", () => {
    const records = renderUnified(
      unified({
        orders: [
          exampleOrder({
            charges: [{ kind: "shipping", payer: "buyer", amount: money, label: null, inTotal: true }],
            payments: [{ externalId: "1", method: null, amount: money, paidAt: at, dueAt: null, status: "paid" }],
            extra: { n: 1, s: "x", b: true },
            warnings,
          }),
        ],
        listings: [exampleListing()],
        shipments: [
          {
            externalId: "1",
            orderExternalId: "2",
            status: "in_transit",
            externalStatus: null,
            carrier: null,
            externalCarrier: null,
            trackingNumber: null,
            trackingUrl: null,
            place: null,
            fulfilledBy: "seller",
            shippedAt: at,
            deliveredAt: null,
            lines: [{ orderLineExternalId: "1", quantity: 1 }],
            events: [{ at, status: "lost", externalCode: null, text: null, location: null }],
            warnings,
          },
        ],
        disputes: [
          {
            externalId: "1",
            orderExternalId: null,
            system: null,
            kind: "claim",
            externalKind: null,
            status: "withdrawn",
            externalStatus: "x",
            reason: null,
            externalReason: null,
            amount: money,
            turn: null,
            dueAt: null,
            openedAt: at,
            closedAt: null,
            lines: [{ orderLineExternalId: null, variantExternalId: null, quantity: 1, amount: null }],
            events: [{ at, by: "buyer", text: "x" }],
            returnTracking: { carrier: null, number: "1" },
            lockToken: null,
            restockedByPlatform: null,
            warnings,
          },
        ],
        refunds: [
          {
            externalId: "1",
            orderExternalId: null,
            disputeExternalId: null,
            amount: money,
            reason: null,
            status: "done",
            refundedAt: at,
            lines: [],
            shippingAmount: null,
          },
        ],
        settlements: [
          {
            externalId: "1",
            periodStart: at,
            periodEnd: at,
            currency: "EUR",
            total: money,
            payout: null,
            payoutCurrencyRate: null,
            paidAt: null,
            externalStatus: null,
            warnings,
          },
        ],
        entries: [
          {
            externalId: "1",
            settlementExternalId: null,
            book: "main",
            state: "posted",
            kind: "sale",
            externalKind: "x",
            amount: { amount: "-1.5", currency: "EUR" },
            postedAt: at,
            orderExternalId: null,
            orderLineExternalId: null,
            shipmentExternalId: null,
            refundExternalId: null,
            sellerCode: null,
            description: null,
          },
        ],
        campaigns: [
          {
            externalId: "1",
            title: "x",
            place: null,
            startsAt: at,
            endsAt: at,
            externalStatus: null,
            items: [{ variantExternalId: null, sellerCode: "A", quantity: 1 }],
          },
        ],
        deleted: [{ resource: "orders", externalId: "1" }],
      }),
    );
    expect(records).toHaveLength(9);
    for (const record of records)
      expect(recordSchema.safeParse(record), String(record.record)).toMatchObject({ success: true });
  });

  it("take a masked order", () => {
    const order = exampleOrder();
    orderSchema.parse({ ...renderOrder(order), ...renderMasked(order) });
  });

  it("refuse a field that is missing, unknown or of another kind", () => {
    const order = renderOrder(exampleOrder());
    const { total: _, ...without } = order;
    expect(orderSchema.safeParse(without).success).toBe(false);
    expect(orderSchema.safeParse({ ...order, totl: null }).success).toBe(false);
    expect(orderSchema.safeParse({ ...order, status: "paid" }).success).toBe(false);
    expect(orderSchema.safeParse({ ...order, placed_at: "2026-01-01 00:00:00" }).success).toBe(false);
    expect(listingSchema.safeParse({ ...renderListing(exampleListing()), variants: [{}] }).success).toBe(false);
    for (const amount of ["1,5", "1e3", "", "1."])
      expect(moneySchema.safeParse({ amount, currency: "EUR" }).success).toBe(false);
    expect(moneySchema.safeParse({ amount: 1.5, currency: "EUR" }).success).toBe(false);
  });
});
