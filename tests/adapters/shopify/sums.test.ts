/** Orders whose amounts are out of the ordinary: each sum is the platform's own, or carries a warning. */
import { describe, expect, it } from "vitest";
import { checkTotals } from "../../../src/core/ingest/totals.ts";
import { bag, CONTEXT, gid, givenAdapter, givenLine, givenOrder, page, rawOf } from "./stub.ts";

const { adapter } = givenAdapter();
const map = (more: Record<string, unknown>) => adapter.orders.toUnified(rawOf(givenOrder(more)), CONTEXT);
const orderOf = (more: Record<string, unknown>) => {
  const [order] = map(more).orders;
  if (!order) throw new Error("no order");
  return order;
};
const chargesOf = (more: Record<string, unknown>) =>
  orderOf(more).charges.map(({ kind, amount, inTotal }) => [kind, amount.amount, inTotal]);

/** What a tip is in an order's list: a line of its own, of nothing that is sold. */
const tipLine = (amount: string) =>
  givenLine(14009, {
    title: "Tip",
    variantTitle: null,
    sku: null,
    quantity: 1,
    currentQuantity: 1,
    unfulfilledQuantity: 0,
    requiresShipping: false,
    product: null,
    variant: null,
    originalUnitPriceSet: bag(amount),
    discountAllocations: [],
    taxLines: [],
  });

describe("sums", () => {
  it("counts a tip once where it is among the lines as well", () => {
    const order = orderOf({ lineItems: page([givenLine(14001), tipLine("2.00")]) });
    expect(checkTotals(order)).toBeNull();
    expect(chargesOf({ lineItems: page([givenLine(14001), tipLine("2.00")]) })).toEqual([
      ["shipping", "5", true],
      ["tax", "4", true],
      ["tip", "2", false],
    ]);
  });

  it("leaves a total flagged that neither way of counting explains", () => {
    const order = orderOf({ totalPriceSet: bag("60.00"), lineItems: page([givenLine(14001), tipLine("2.00")]) });
    expect(checkTotals(order)?.code).toBe("total_mismatch");
    expect(order.charges.find(({ kind }) => kind === "tip")?.inTotal).toBe(true);
  });

  it("counts fees of an order, and not once more what is among them as a duty", () => {
    const fees = { originalTotalAdditionalFeesSet: bag("3.00") };
    const own = orderOf({ ...fees, totalPriceSet: bag("54.00") });
    expect(checkTotals(own)).toBeNull();
    expect(own.charges.find(({ kind }) => kind === "other")).toMatchObject({ amount: { amount: "3" }, inTotal: true });
    const asDuty = orderOf({ ...fees, originalTotalDutiesSet: bag("3.00"), totalPriceSet: bag("54.00") });
    expect(checkTotals(asDuty)).toBeNull();
    expect(asDuty.charges.find(({ kind }) => kind === "other")?.inTotal).toBe(false);
  });

  it("owes what is left where pieces were taken off before anything was paid for them", () => {
    const more = {
      displayFinancialStatus: "PENDING",
      totalReceivedSet: bag("0.0"),
      transactions: [],
      currentTotalPriceSet: bag("28.50", "26.00"),
      lineItems: page([givenLine(14001, { currentQuantity: 1, unfulfilledQuantity: 1 })]),
    };
    const order = orderOf(more);
    expect(order.total).toEqual({ amount: "28.5", currency: "USD" });
    expect(order.extra.presentmentTotal).toBe("26");
    expect(checkTotals(order)).toBeNull();
    expect(order.charges.at(-1)).toMatchObject({ kind: "other", amount: { amount: "-22.5" }, inTotal: true });
    expect(order.lines[0]).toMatchObject({ quantity: 2, cancelledQuantity: 1 });
  });

  it("keeps the total of before where money went back for what was taken off, or the order was cancelled", () => {
    const off = { lineItems: page([givenLine(14001, { currentQuantity: 0, unfulfilledQuantity: 0 })]) };
    const given = orderOf({ ...off, currentTotalPriceSet: bag("7.00"), totalRefundedSet: bag("44.00") });
    const cancelled = orderOf({ ...off, currentTotalPriceSet: bag("0.00"), cancelledAt: "2026-11-21T00:00:00Z" });
    for (const order of [given, cancelled]) {
      expect(order.total?.amount).toBe("51");
      expect(checkTotals(order)).toBeNull();
    }
  });

  it.each([
    ["JPY", "1200.0", "200", "1000.0", "1200", "1000"],
    ["KWD", "12.345", "2.345", "10.000", "12.345", "10"],
  ])("keeps the digits of %s", (currency, total, shipping, unit, whole, price) => {
    const order = orderOf({
      currencyCode: currency,
      presentmentCurrencyCode: currency,
      totalPriceSet: bag(total, total, currency, currency),
      currentTotalPriceSet: bag(total, total, currency, currency),
      totalTaxSet: bag("0.0", "0.0", currency),
      totalTipReceivedSet: bag("0.0", "0.0", currency),
      totalReceivedSet: bag(total, total, currency),
      totalRefundedSet: bag("0.0", "0.0", currency),
      transactions: [],
      lineItems: page([
        givenLine(1, {
          quantity: 1,
          originalUnitPriceSet: bag(unit, unit, currency),
          discountAllocations: [],
          taxLines: [],
        }),
      ]),
      shippingLines: page([
        { id: gid("ShippingLine", 1), title: "P", discountedPriceSet: bag(shipping, "0", currency) },
      ]),
    });
    expect(order.total).toEqual({ amount: whole, currency });
    expect(order.lines[0]?.unitPrice).toEqual({ amount: price, currency });
    expect(checkTotals(order)).toBeNull();
    expect(order.extra).not.toHaveProperty("presentmentTotal");
  });

  it("adds up a gross order of codes on goods and shipping, with letters of any script", () => {
    const order = orderOf({
      taxesIncluded: true,
      totalTipReceivedSet: bag("0.0"),
      totalPriceSet: bag("38.00"),
      currentTotalPriceSet: bag("38.00"),
      note: "请放在门口，谢谢",
      lineItems: page([
        givenLine(1, {
          title: "帆布袋",
          discountAllocations: [{ allocatedAmountSet: bag("1.00") }, { allocatedAmountSet: bag("2.00") }],
        }),
      ]),
      shippingLines: page([{ id: gid("ShippingLine", 1), title: "免运费", discountedPriceSet: bag("0.00") }]),
    });
    expect(checkTotals(order)).toBeNull();
    expect(order.lines[0]).toMatchObject({ title: "帆布袋", discount: { amount: "3" }, total: { amount: "38" } });
    expect(order.notes.seller).toBe("请放在门口，谢谢");
  });
});

describe("refunds", () => {
  const refundOf = (more: Record<string, unknown>) =>
    map({
      refunds: [
        {
          id: gid("Refund", 1),
          createdAt: "2026-11-21T09:00:00Z",
          note: null,
          totalRefundedSet: bag("5.40"),
          return: null,
          refundLineItems: page([]),
          refundShippingLines: page([{ subtotalAmountSet: bag("5.00"), taxAmountSet: bag("0.40") }]),
          transactions: page([{ id: gid("OrderTransaction", 9), status: "SUCCESS" }]),
          ...more,
        },
      ],
    }).refunds[0];

  it("tells what of it was shipping", () => {
    expect(refundOf({})).toMatchObject({
      amount: { amount: "5.4" },
      shippingAmount: { amount: "5", currency: "USD" },
      lines: [],
    });
    expect(refundOf({ refundShippingLines: page([]) })?.shippingAmount).toBeNull();
  });

  it.each([
    ["done", ["SUCCESS"]],
    ["done", ["FAILURE", "SUCCESS"]],
    ["pending", ["SUCCESS", "PENDING"]],
    ["pending", ["AWAITING_RESPONSE"]],
    ["failed", ["FAILURE", "ERROR"]],
    ["unknown", ["UNKNOWN"]],
    ["unknown", ["ZZ_NEW"]],
    ["done", []],
  ])("is %s by its payments (%#)", (status, states) => {
    expect(refundOf({ transactions: page(states.map((state) => ({ id: "x", status: state }))) })?.status).toBe(status);
  });
});

describe("what is left to do", () => {
  it("is nothing where all pieces were taken off before they left", () => {
    const off = page([givenLine(14001, { currentQuantity: 0, unfulfilledQuantity: 0 })]);
    const order = orderOf({ displayFinancialStatus: "REFUNDED", totalRefundedSet: bag("51.00"), lineItems: off });
    expect(order).toMatchObject({ status: "cancelled", paymentStatus: "refunded", warnings: [] });
    expect(order.lines[0]).toMatchObject({ cancelledQuantity: 2, fulfilmentStatus: "cancelled" });
    expect(orderOf({ displayFinancialStatus: "REFUNDED" }).status).toBe("awaiting_shipment");
  });
});
