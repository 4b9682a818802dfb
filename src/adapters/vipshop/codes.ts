/** Tables: the platform's codes for our vocabularies. */
import type {
  DisputeStatus,
  EntryKind,
  FulfilmentStatus,
  ListingStatus,
  OrderStatus,
  PaymentStatus,
  ShipmentStatus,
} from "../../core/model/vocabulary.ts";

/** What a state of an order says of it, its payment, its lines, its parcel, and of a dispute about it. */
export interface OrderState {
  status: OrderStatus;
  payment: PaymentStatus;
  line: FulfilmentStatus;
  parcel: ShipmentStatus | null;
  dispute: DisputeStatus | null;
}

const state = (
  status: OrderStatus,
  line: FulfilmentStatus,
  parcel: ShipmentStatus | null = null,
  rest: Partial<OrderState> = {},
): OrderState => ({ status, payment: "paid", line, parcel, dispute: null, ...rest });

const OPEN = state("awaiting_shipment", "unfulfilled");
const HELD = state("on_hold", "unfulfilled");
const ON_ITS_WAY = state("shipped", "fulfilled", "in_transit");
const SIGNED = state("delivered", "fulfilled", "delivered");
const COMPLETED = state("completed", "fulfilled", "delivered");
const CANCELLED = state("cancelled", "cancelled", null, { payment: "refunded" });
/** It left, and comes back to the platform. */
const TURNED_BACK = state("cancelled", "returned", "returned", { payment: "refunded" });
/** What was paid is given back when a bill shows it. */
const REFUSED = { ...TURNED_BACK, payment: "paid" as const };
const disputed = (of: OrderState, dispute: DisputeStatus): OrderState => ({ ...of, dispute });
const coming = (of: OrderState): OrderState => ({ ...of, line: "returned" });

export const UNKNOWN_STATE = state("unknown", "unknown", "unknown", { payment: "unknown" });

/** Orders of the marketplace. */
export const SHOP_STATE: Readonly<Record<string, OrderState>> = {
  "10": OPEN,
  "22": ON_ITS_WAY,
  "23": ON_ITS_WAY,
  "25": SIGNED,
  "70": REFUSED,
  "97": CANCELLED,
};

export const JITX_STATE: Readonly<Record<string, OrderState>> = {
  ...SHOP_STATE,
  // Packed; the carrier has not collected it yet.
  "22": state("shipped", "fulfilled", "pending"),
  "97_10": CANCELLED,
  "97_22": TURNED_BACK,
  "97_23": TURNED_BACK,
};

/** One meaning of several codes. */
const same = <T>(codes: string, of: T): Record<string, T> =>
  Object.fromEntries(codes.split(" ").map((code) => [code, of]));

/** Direct orders: the number of `STATUS_<n>`. */
export const DVD_STATE: Readonly<Record<string, OrderState>> = {
  "0": state("awaiting_payment", "unfulfilled", null, { payment: "unpaid" }),
  ...same("1 13 14 118", HELD),
  ...same("10 11 12 20 21 24 30 31", OPEN),
  ...same("22 23 28 44", ON_ITS_WAY),
  "25": SIGNED,
  "40": disputed(SIGNED, "return_in_transit"),
  ...same("41 42 48 100", disputed(COMPLETED, "resolved_rejected")),
  ...same("45 46 47 51 52 56 57", disputed(SIGNED, "open_awaiting_platform")),
  // It left, and the buyer refused it: nobody says where it is.
  "55": disputed(state("unknown", "fulfilled", "unknown"), "open_awaiting_platform"),
  "49": state("completed", "fulfilled", "delivered", { payment: "refunded" }),
  ...same("53 117", disputed(SIGNED, "open_awaiting_seller")),
  "54": disputed(SIGNED, "return_in_transit"),
  ...same("58 59", disputed(coming(SIGNED), "open_awaiting_platform")),
  "60": COMPLETED,
  "61": disputed(COMPLETED, "resolved_replaced"),
  ...same("70 71 72", REFUSED),
  "97": CANCELLED,
  // Another order stands for it, or nobody says what became of its payment.
  ...same("96 98 99 119", { ...CANCELLED, payment: "unknown" as const }),
  "300": state("on_hold", "fulfilled", "exception"),
};

/** Direct orders in these states are not shipped any more, whatever else they are. */
export const DO_NOT_SHIP: ReadonlySet<string> = new Set(["45", "49", "53", "54", "97", "117"]);

/** Goods of a direct order are back. */
export const RECEIVED: ReadonlySet<string> = new Set(["45", "49", "58", "59"]);

/** `STATUS_10`, `10` and 10 are one. */
export const stateCode = (status: string): string => status.replace(/^STATUS_/, "");

/** On sale where an offer is open (`active`); see listings. */
export const PRODUCT_STATUS: Readonly<Record<string, ListingStatus>> = {
  ...same("DRAFT MASTER_DRAFT SALE_DRAFT 11 -11 21", "draft"),
  ...same("PENDING MASTER_PENDING SALE_PENDING 12 -12 22", "under_review"),
  ...same("REJECT MASTER_REJECT SALE_REJECT 14 -14 24", "rejected"),
  ...same("PASS SALE_PASS 13 23", "active"),
  ...same("OUTSALE HIDDEN 3 15", "inactive"),
  ...same("DELETED -1", "deleted"),
};

/** `shelf_status` and `audit_status` of the marketplace are words or numbers that nobody publishes. */
export const SHELF: Readonly<Record<string, ListingStatus>> = {
  on: "active",
  "1": "active",
  off: "inactive",
  "0": "inactive",
};
export const AUDIT: Readonly<Record<string, ListingStatus>> = {
  pending: "under_review",
  failed: "rejected",
};

export const CANCEL_STATUS: Readonly<Record<string, DisputeStatus>> = {
  "1": "open_awaiting_seller",
  "2": "resolved_refunded",
  "3": "resolved_rejected",
  "4": "withdrawn",
};

/** 0: the buyer refused the parcel; 1: a return, which the supplier may have to audit; 2: taken back. */
export const RETURN_STATUS: Readonly<Record<string, DisputeStatus>> = {
  ...same("0 1", "return_in_transit" as const),
  "2": "withdrawn",
};

/** The buyer has the money back, and with it the return is over. */
const REFUNDED = "49";

/** What the state of a direct order says of its return; null where it says nothing of it. */
export function returnState(orderState: string | null): DisputeStatus | null {
  const code = stateCode(orderState ?? "");
  return code === REFUNDED ? "resolved_refunded" : (DVD_STATE[code]?.dispute ?? null);
}

/** Kinds of return to the vendor, by number. */
export const RETURN_TYPE: Readonly<Record<string, string>> = Object.fromEntries(
  (
    "1=FIRST 2=SECOND 3=THIRD 20=SECOND_VMI 21=SECOND_PART 30=WITHOUT_PO 40=DEFECTIVE_PO 100=VIS_SECOND 101=VIS_NORMAL " +
    "102=VIS_DEFECTIVE 103=VIS_3PL_PJ_NORMAL 104=VIS_3PL_PJ_DEFECTIVE 105=VIS_3PL_VENDOR 110=PORTAL_NOMAL " +
    "111=PORTAL_DEFECTIVE 112=PORTAL_EXPIRED 113=PORTAL_WAREHOUSE_RECEIPT"
  )
    .split(" ")
    .map((pair) => pair.split("=") as [string, string]),
);

/** Types of a bill's lines; goods that come in or go back are sales where the platform buys them (`buy_out`). */
export const BUY_OUT_LINES: Readonly<Record<string, EntryKind>> = { DR_SUP: "sale", CR_SUP: "refund" };
export const LINE_TYPES: Readonly<Record<string, EntryKind>> = {
  SALE: "sale",
  CR_CUST: "sale",
  DR_CUST: "refund",
  DR_CUST_EXTRA: "refund",
  CR_CUST_DISCOUNT: "seller_discount",
  DR_CUST_DISCOUNT: "seller_discount",
  SUBSIDY: "platform_subsidy",
  ...same(
    "DR_SUP CR_SUP RMA REBATE NLC VRET VI OTHER OTHER-LENT2 OTHER-RETURN2 OTHER-SHORTAGE2",
    "adjustment" as const,
  ),
  ...same("OTHER-OVERAGE2 OTHER-INSPECT_IN2 OTHER-INSPECT_OUT2 OTHER-SCRAP2", "adjustment" as const),
};

/** Carriers by what their name holds: their codes are numbers, which the supplier's list gives. */
const CARRIER_NAMES: readonly (readonly [string, RegExp])[] = [
  ["sf", /顺丰/],
  ["zto", /中通/],
  ["yto", /圆通/],
  ["sto", /申通/],
  ["yunda", /韵达/],
  ["ems", /EMS|邮政/i],
  ["jd", /京东/],
];
export const unifiedCarrier = (name: string | null): string | null =>
  CARRIER_NAMES.find(([, pattern]) => name !== null && pattern.test(name))?.[0] ?? null;

/** Steps of a delivery are words; the first that fits. */
const TRACE_WORDS: readonly (readonly [RegExp, ShipmentStatus])[] = [
  [/拒收|退回/, "returned"],
  [/异常/, "exception"],
  [/签收|入库/, "delivered"],
  [/派送|派件/, "out_for_delivery"],
  [/揽|发出|到达|离开|运输/, "in_transit"],
];
export const traceStatus = (words: string): ShipmentStatus =>
  TRACE_WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? "unknown";
