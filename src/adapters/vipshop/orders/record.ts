/** What orders of all kinds share: a record whose facts nobody states are null, lines that know how far they are. */
import type { Address, Money, Order, OrderCharge, OrderLine, Warning } from "../../../core/model/records.ts";
import { allocate, sum, times, zero } from "../../../core/money.ts";
import type { OrderState } from "../codes.ts";
import { CURRENCY } from "../config.ts";
import { yuan } from "../schemas.ts";

type Known = Pick<Order, "externalId" | "externalKind" | "externalStatus" | "placedAt" | "lines"> & Partial<Order>;

export function order(state: OrderState, known: Known): Order {
  const total = known.total === undefined ? totalOf(known.lines, known.charges ?? []) : known.total;
  return {
    externalNumber: null,
    parentExternalId: null,
    marketplace: "vipshop",
    place: null,
    status: state.status,
    paymentStatus: state.payment,
    fulfilledBy: "seller",
    paidAt: null,
    shipBy: null,
    deliverBy: null,
    completedAt: null,
    cancelledAt: null,
    currency: CURRENCY,
    paid: state.payment === "paid" || state.payment === "refunded" ? total : null,
    refunded: state.payment === "refunded" ? total : null,
    taxIncluded: true,
    deductsStockOn: null,
    charges: [],
    payments: [],
    buyer: null,
    shipTo: null,
    notes: { buyer: null, seller: null, flag: null },
    extra: {},
    warnings: [],
    ...known,
    total,
  };
}

/** Orders without freight and discounts of their own cost what their lines cost. */
const totalOf = (lines: readonly OrderLine[], charges: readonly OrderCharge[]) =>
  sum([...lines.map((line) => line.total), ...charges.map((charge) => charge.amount)], CURRENCY);

interface LineFacts {
  externalId: string;
  variant: string | null;
  listing?: string | null;
  sellerCode?: string | null;
  title: string | null;
  options: string | null;
  quantity: number;
  unitPrice: string | null;
  /** Where the price is stated for the whole line. */
  lineTotal?: string | null;
  place?: string | null;
}

export function line(state: OrderState, facts: LineFacts): OrderLine {
  const { quantity } = facts;
  const stated = facts.lineTotal ? yuan(facts.lineTotal) : null;
  const unitPrice = stated ? shareOf(stated, quantity) : yuan(facts.unitPrice ?? "0");
  const total = stated ?? times(unitPrice, quantity);
  const hasLeft = state.line === "fulfilled" || state.line === "returned";
  return {
    externalId: facts.externalId,
    listingExternalId: facts.listing ?? null,
    variantExternalId: facts.variant,
    sellerCode: facts.sellerCode ?? null,
    title: facts.title ?? "",
    options: facts.options,
    quantity,
    unitPrice,
    discount: zero(CURRENCY),
    tax: zero(CURRENCY),
    total,
    fulfilmentStatus: state.line,
    shippedQuantity: hasLeft ? quantity : 0,
    cancelledQuantity: state.line === "cancelled" ? quantity : 0,
    returnedQuantity: state.line === "returned" ? quantity : 0,
    fulfilledBy: "seller",
    place: facts.place ?? null,
    gift: false,
    parentExternalId: null,
  };
}

/** One unit's part of a line's total, in fen. */
const shareOf = (total: Money, quantity: number): Money =>
  quantity > 1 ? (allocate(total, ["1", String(quantity - 1)])[0] ?? total) : total;

/** Ids of lines that have none: what they name, numbered where an order names it again. */
export function lineIds(codes: readonly (string | null)[]): string[] {
  return codes.map((code, index) => {
    const before = codes.slice(0, index).filter((other) => other === code).length;
    return before === 0 && code !== null ? code : `${code ?? ""}#${before + 1}`;
  });
}

/** Where stock stands and is sold: a co-operation, a warehouse of the platform, and in regional sale an area. */
export const placeOf = (...parts: (string | null | undefined)[]): string | null =>
  parts.filter((part) => part).join("/") || null;

type Receiver = Readonly<
  Record<"name" | "phone" | "address" | "district" | "city" | "region" | "postcode", string | null>
>;

/** Receivers come masked, but for direct orders. */
export function address(receiver: Receiver): Address | null {
  const { address: street, ...rest } = receiver;
  const known = [receiver.name, receiver.phone, street].filter((value) => value !== null);
  if (known.length === 0 && receiver.region === null) return null;
  return {
    ...rest,
    company: null,
    lines: street === null ? [] : [street],
    country: "CN",
    privacy: known.some((value) => value.includes("*")) ? "masked" : "clear",
    encrypted: null,
  };
}

/** Whether a document tells too little to make the order whole. */
export const partMissing = (part: string, method: string): Warning => ({
  code: "part_missing",
  detail: `${part} of the order have not been read (${method})`,
});

export const placed = (at: Date | null): Date => {
  if (at === null) throw new Error("the order has no time at which it was placed");
  return at;
};

/** Facts without a field of their own. */
export const extraOf = (facts: Readonly<Record<string, string | null | undefined>>): Order["extra"] =>
  Object.fromEntries(Object.entries(facts).flatMap(([name, value]) => (value ? [[name, value]] : [])));
