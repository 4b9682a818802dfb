/** Documents and files that nobody planned for: every sum adds up or says that it does not, and nothing stops the rest. */
import { describe, expect, it } from "vitest";
import { checkTotals } from "../../../src/core/ingest/totals.ts";
import type { Order, Unified } from "../../../src/core/model/records.ts";
import { CONTEXT, givenAdapter, givenOrder, rawOf } from "./stub.ts";

const { adapter: MAPS } = givenAdapter();
const map = (order: object): Unified => MAPS.orders.toUnified(rawOf(order), CONTEXT);
const cash = (currencyCode: string) => (amount: string) => ({ amount, currencyCode });
const part = (type: string, subtotal: object, details?: Record<string, object>) => ({
  type,
  subtotal,
  ...(details ? { detailedBreakdowns: Object.entries(details).map(([subtype, value]) => ({ subtype, value })) } : {}),
});
function orderOf(more: Record<string, unknown>, ...lines: Record<string, unknown>[]): Order {
  const whole = givenOrder();
  const [first] = whole.orderItems;
  const orderItems = lines.map((line, i) => ({ ...first, orderItemId: `6${i}`, ...line }));
  const [order] = map({ ...whole, ...more, orderItems }).orders;
  if (!order) throw new Error("no order");
  return order;
}
const chargesOf = ({ charges }: Order) =>
  charges.map(({ kind, amount, inTotal }) => [kind, amount.amount, ...(inTotal ? [] : ["beside"])]);

describe("amounts of an order", () => {
  const usd = cash("USD");
  const US = { salesChannel: { channelName: "AMAZON", marketplaceId: "ATVPDKIKX0DER" } };
  const shirt = (model?: string) => ({
    quantityOrdered: 2,
    product: { sellerSku: "S", price: { unitPrice: usd("10.00") } },
    proceeds: {
      breakdowns: [
        part("ITEM", usd("20.00")),
        part("SHIPPING", usd("5.00")),
        part("TAX", usd("2.06"), { ITEM: usd("1.65"), SHIPPING: usd("0.41") }),
      ],
    },
    ...(model ? { tax: { taxCollections: [{ model, responsibleParty: "Amazon Services, Inc." }] } } : {}),
  });
  const FACILITATED = "MARKETPLACE_FACILITATOR";

  it("tells tax that the platform keeps beside the total, where the total is without it", () => {
    const order = orderOf({ ...US, proceeds: { grandTotal: usd("25.00") } }, shirt(FACILITATED));
    expect(chargesOf(order)).toEqual([
      ["shipping", "5"],
      ["tax", "0"],
      ["tax", "2.06", "beside"],
    ]);
    expect(checkTotals(order)).toBeNull();
    expect(order.taxIncluded).toBe(false);
  });

  it("parts the tax that the platform keeps from the seller's own", () => {
    const order = orderOf({ ...US, proceeds: { grandTotal: usd("52.06") } }, shirt(FACILITATED), shirt());
    expect(chargesOf(order)).toEqual([
      ["shipping", "10"],
      ["tax", "2.06"],
      ["tax", "2.06", "beside"],
    ]);
    expect(checkTotals(order)).toBeNull();
  });

  it("holds the same tax in the total where the total holds it, and warns where it is neither", () => {
    const whole = orderOf({ ...US, proceeds: { grandTotal: usd("27.06") } }, shirt(FACILITATED));
    expect(chargesOf(whole)).toEqual([
      ["shipping", "5"],
      ["tax", "2.06"],
    ]);
    expect(checkTotals(whole)).toBeNull();
    for (const odd of [
      orderOf({ ...US, proceeds: { grandTotal: usd("26.00") } }, shirt(FACILITATED)),
      orderOf({ ...US, proceeds: { grandTotal: usd("25.00") } }, shirt()),
    ])
      expect(checkTotals(odd)?.code).toBe("total_mismatch");
  });

  it.each([
    ["shipping that is given", "0", [part("DISCOUNT", usd("-5.00"), { SHIPPING: usd("-5.00") })]],
    [
      "half of shipping and of goods",
      "2.5",
      [part("DISCOUNT", usd("5.00"), { SHIPPING: usd("2.50"), ITEM: usd("2.50") })],
    ],
    ["a discount that nobody divides", "0", [part("DISCOUNT", usd("-5.00"))]],
    [
      "wrapping with a discount of its own",
      "0",
      [part("GIFT_WRAP", usd("3.00")), part("DISCOUNT", usd("3.00"), { GIFT_WRAP: usd("3.00") })],
    ],
    ["tax on a discount", "0", [part("TAX", usd("1.00"), { ITEM: usd("1.50"), DISCOUNT: usd("-0.50") })]],
    ["a kind that nobody knows", "0", [part("RECYCLING", usd("0.40"))]],
  ])("adds up with %s", (_, __, more) => {
    const sums = more.map(({ type, subtotal }) => {
      const amount = Number((subtotal as { amount: string }).amount);
      return type === "DISCOUNT" ? -Math.abs(amount) : amount;
    });
    const total = (25 + sums.reduce((a, b) => a + b, 0)).toFixed(2);
    const breakdowns = [part("ITEM", usd("20.00")), part("SHIPPING", usd("5.00")), ...more];
    const order = orderOf({ ...US, proceeds: { grandTotal: usd(total) } }, { ...shirt(), proceeds: { breakdowns } });
    expect(checkTotals(order)).toBeNull();
  });

  it("are whole yen, without tax where none is told", () => {
    const yen = cash("JPY");
    const goods = { product: { sellerSku: "J", price: { unitPrice: yen("6980") } } };
    const breakdowns = [part("ITEM", yen("13960")), part("COD_FEE", yen("330"))];
    const order = orderOf(
      {
        salesChannel: { channelName: "AMAZON", marketplaceId: "A1VC38T7YXB528" },
        proceeds: { grandTotal: yen("14290") },
      },
      { ...goods, quantityOrdered: 2, proceeds: { breakdowns } },
    );
    expect(order).toMatchObject({ currency: "JPY", total: { amount: "14290" }, taxIncluded: false });
    expect(checkTotals(order)).toBeNull();
  });

  it("in another currency than the order's are refused, and none are mixed", () => {
    const foreign = { ...shirt(), proceeds: { breakdowns: [part("ITEM", cash("CAD")("20.00"))] } };
    expect(() => orderOf({ ...US, proceeds: { grandTotal: usd("20.00") } }, foreign)).toThrow(RangeError);
  });
});

describe("pieces of a line", () => {
  const piecesOf = (line: Record<string, unknown>, status = "PARTIALLY_SHIPPED") => {
    const fulfillment = { fulfillmentStatus: status, fulfilledBy: "MERCHANT" };
    const [first] = orderOf({ fulfillment }, line).lines;
    return [first?.fulfilmentStatus, first?.quantity, first?.shippedQuantity, first?.cancelledQuantity];
  };
  const stopped = {
    cancellation: { cancellationExecution: { cancelledBy: "MERCHANT", cancelReason: "No inventory" } },
  };

  it.each([
    ["one sent, one cancelled, one open", 3, 1, 1, stopped, ["partially_fulfilled", 3, 1, 1]],
    ["one cancelled, two open", 3, 0, 2, stopped, ["unfulfilled", 3, 0, 1]],
    ["all cancelled", 3, 0, 0, stopped, ["cancelled", 3, 0, 3]],
    ["cancelled, though the numbers do not show it", 3, 0, 3, stopped, ["cancelled", 3, 0, 3]],
    ["one sent, the rest cancelled", 3, 1, 0, stopped, ["fulfilled", 3, 1, 2]],
    ["one sent, two open", 3, 1, 2, {}, ["partially_fulfilled", 3, 1, 0]],
  ])("%s", (_, quantityOrdered, quantityFulfilled, quantityUnfulfilled, more, expected) => {
    const fulfillment = { quantityFulfilled, quantityUnfulfilled };
    expect(piecesOf({ quantityOrdered, fulfillment, ...more })).toEqual(expected);
  });
});
