import { describe, expect, it } from "vitest";
import type { Unified } from "../../../src/core/model/records.ts";
import { CONTEXT, givenAdapter } from "./stub.ts";

const { adapter } = givenAdapter();

function refundIn(overrides: Record<string, unknown>): Unified {
  const refund = {
    id: 5101,
    parent_id: 15,
    date_created_gmt: "2026-11-02T09:00:00",
    amount: "5.00",
    reason: "",
    refunded_by: 1,
    refunded_payment: true,
    line_items: [],
    shipping_lines: [],
    ...overrides,
  };
  const [raw] = adapter.disputes.parseFile(new TextEncoder().encode(JSON.stringify(refund)), CONTEXT);
  return adapter.disputes.toUnified(raw!, CONTEXT);
}

describe("refunds", () => {
  it("of shipping alone have no lines and say how much of it shipping was, with its tax", () => {
    const { refunds, disputes } = refundIn({ shipping_lines: [{ id: 3, total: "-4.20", total_tax: "-0.80" }] });
    expect(refunds).toMatchObject([{ amount: { amount: "5" }, shippingAmount: { amount: "5" }, lines: [] }]);
    expect(disputes).toMatchObject([{ amount: { amount: "5" }, orderExternalId: "15", warnings: [] }]);
  });

  it.each(["5.00", "-5.00", 5, -5])("of %j are money given back", (amount) => {
    const { refunds, disputes } = refundIn({ amount });
    for (const record of [...refunds, ...disputes]) expect(record.amount).toEqual({ amount: "5", currency: "USD" });
  });

  it.each(["", null])("without an amount (%j) are set aside: none is made up", (amount) => {
    expect(() => refundIn({ amount })).toThrow("names no amount");
  });

  it.each([0, "0", "", null])("whose order is %j belong to none, and say so", (parent_id) => {
    const { refunds, disputes } = refundIn({ parent_id });
    expect(refunds[0]?.orderExternalId).toBeNull();
    expect(disputes[0]).toMatchObject({ orderExternalId: null, warnings: [{ code: "order_unknown" }] });
  });
});
