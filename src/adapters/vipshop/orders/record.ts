/** What orders of all kinds share: a record whose facts nobody states are null, lines that know how far they are. */
import type { Address, Money, Order, OrderCharge, OrderLine, Warning } from "../../../core/model/records.ts";
import { UNSAID_LINE, UNSAID_ORDER } from "../../../core/model/unsaid.ts";
import { allocate, isZero, neg, sum, times, zero } from "../../../core/money.ts";
import type { OrderState } from "../codes.ts";
import { CURRENCY } from "../config.ts";
import { yuan } from "../schemas.ts";

type Known = Pick<Order, "externalId" | "externalKind" | "externalStatus" | "lines"> &
  Partial<Omit<Order, "placedAt">> & { placedAt: Date | null };

/** Throws where nothing tells when it was placed. An order without charges costs what its lines cost. */
export function order(state: OrderState, { placedAt, ...known }: Known): Order {
  if (placedAt === null) throw new Error("the order has no time at which it was placed");
  const parts = [...known.lines.map((one) => one.total), ...(known.charges ?? []).map((one) => one.amount)];
  const total = known.total === undefined ? sum(parts, CURRENCY) : known.total;
  return {
    ...UNSAID_ORDER,
    marketplace: "vipshop",
    status: state.status,
    paymentStatus: state.payment,
    fulfilledBy: "seller",
    paidAt: null,
    currency: CURRENCY,
    paid: state.payment === "paid" || state.payment === "refunded" ? total : null,
    // What of an order that was sent is paid back, bills say.
    refunded: state.payment === "refunded" && state.status === "cancelled" ? total : null,
    taxIncluded: true,
    charges: [],
    payments: [],
    buyer: null,
    shipTo: null,
    notes: { buyer: null, seller: null, flag: null },
    extra: {},
    warnings: [],
    ...known,
    placedAt,
    total,
  };
}

interface LineFacts {
  /** What a line goes by: a barcode, or a shop's SKU. */
  code: string | null;
  listing?: string | null;
  sellerCode?: string | null;
  title?: string | null;
  options?: string | null;
  quantity: number | null;
  unitPrice?: string | null;
  /** Where the price is stated for the whole line. */
  lineTotal?: string | null;
  place?: string | null;
}

/** Lines have no ids: they go by what they name, numbered where an order names it again. */
export function toLines<Row>(state: OrderState, rows: readonly Row[], read: (row: Row) => LineFacts): OrderLine[] {
  const seen = new Map<string | null, number>();
  return rows.map((row) => {
    const facts = read(row);
    const count = (seen.get(facts.code) ?? 0) + 1;
    seen.set(facts.code, count);
    return line(state, facts, count === 1 && facts.code !== null ? facts.code : `${facts.code ?? ""}#${count}`);
  });
}

function line(state: OrderState, facts: LineFacts, externalId: string): OrderLine {
  const quantity = facts.quantity ?? 0;
  const stated = facts.lineTotal ? yuan(facts.lineTotal) : null;
  const unitPrice = stated ? shareOf(stated, quantity) : yuan(facts.unitPrice ?? "0");
  return {
    ...UNSAID_LINE,
    externalId,
    listingExternalId: facts.listing === undefined ? facts.code : facts.listing,
    variantExternalId: facts.code,
    sellerCode: facts.sellerCode === undefined ? facts.code : facts.sellerCode,
    title: facts.title ?? "",
    options: facts.options ?? null,
    quantity,
    unitPrice,
    discount: zero(CURRENCY),
    tax: zero(CURRENCY),
    total: stated ?? times(unitPrice, quantity),
    fulfilmentStatus: state.line,
    shippedQuantity: state.line === "fulfilled" || state.line === "returned" ? quantity : 0,
    cancelledQuantity: state.line === "cancelled" ? quantity : 0,
    returnedQuantity: state.line === "returned" ? quantity : 0,
    fulfilledBy: "seller",
    place: facts.place ?? null,
    gift: false,
  };
}

/** One unit's part of a line's total, in fen. */
const shareOf = (total: Money, quantity: number): Money =>
  quantity > 1 ? (allocate(total, ["1", String(quantity - 1)])[0] ?? total) : total;

export function charge(kind: "shipping" | "discount", amount: string | null, label: string | null): OrderCharge[] {
  // Discounts are told with either sign.
  const stated = yuan(kind === "discount" ? (amount ?? "0").replace("-", "") : (amount ?? "0"));
  if (isZero(stated)) return [];
  const isDiscount = kind === "discount";
  const payer = isDiscount ? "unknown" : "buyer";
  return [{ kind, payer, amount: isDiscount ? neg(stated) : stated, label, inTotal: true }];
}

/** Where stock stands and is sold: a co-operation, a warehouse of the platform, and in regional sale an area. */
export const placeOf = (...parts: (string | null | undefined)[]): string | null =>
  parts.filter((part) => part).join("/") || null;

type Receiver = Partial<
  Record<"name" | "phone" | "street" | "district" | "city" | "region" | "postcode", string | null>
>;

/** Receivers come masked, but for those of direct orders. */
export function address({ name = null, phone = null, street = null, ...rest }: Receiver): Address | null {
  const known = [name, phone, street].filter((value) => value !== null);
  if (known.length === 0 && !rest.region) return null;
  const where = { district: rest.district ?? null, city: rest.city ?? null, region: rest.region ?? null };
  const lines = street === null ? [] : [street];
  const privacy = known.some((value) => value.includes("*")) ? ("masked" as const) : ("clear" as const);
  const country = { postcode: rest.postcode ?? null, country: "CN", privacy, encrypted: null };
  return { name, phone, company: null, lines, ...where, ...country };
}

/** A document that tells too little to make the order whole. */
export const partMissing = (part: string, method: string): Warning => ({
  code: "part_missing",
  detail: `${part} of the order have not been read (${method})`,
});

/** Facts without a field of their own. */
export const extraOf = (facts: Readonly<Record<string, string | null | undefined>>): Order["extra"] =>
  Object.fromEntries(Object.entries(facts).flatMap(([name, value]) => (value ? [[name, value]] : [])));
