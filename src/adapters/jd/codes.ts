/** Tables: the platform's codes for our vocabularies. Misspelt names are the platform's own. */
import type {
  DisputeKind,
  DisputeStatus,
  EntryKind,
  ListingStatus,
  OrderStatus,
  ShipmentStatus,
  Turn,
} from "../../core/model/vocabulary.ts";

/** Where methods and parameters are listed (read November 2026). */
export const DOCS = "https://github.com/pifeifei/jingdong-jos-api-sdk";

export const ORDER_STATE: Readonly<Record<string, OrderStatus>> = {
  WAIT_SELLER_STOCK_OUT: "awaiting_shipment",
  WAIT_SELLER_DELIVERY: "awaiting_shipment",
  WAIT_SEND_CODE: "awaiting_shipment",
  WAIT_GOODS_RECEIVE_CONFIRM: "shipped",
  SEND_TO_DISTRIBUTION_CENER: "shipped",
  SEND_TO_DISTRIBUTION_CENTER: "shipped",
  DISTRIBUTION_CENTER_RECEIVED: "shipped",
  FINISHED_L: "completed",
  RECEIPTS_CONFIRM: "completed",
  TRADE_CANCELED: "cancelled",
  PARENT_TRADE_CANCELED: "cancelled",
  // A request to cancel is pending: it may be refused, and until then nothing may leave.
  LOCKED: "on_hold",
  PAUSE: "on_hold",
  POP_ORDER_PAUSE: "on_hold",
};

export const FBP = "21";
export const VOUCHER = "75";
export const CASH_ON_DELIVERY = "1";
export const ORDER_TYPE: Readonly<Record<string, string>> = {
  "22": "SOP",
  [VOUCHER]: "LOC",
  [FBP]: "FBP",
  "23": "LBP",
  "25": "SOPL",
  "61": "EPT",
};
export const PAY_TYPE: Readonly<Record<string, string>> = {
  "1": "cash on delivery",
  "2": "postal remittance",
  "3": "on pick-up",
  "4": "online",
  "5": "company transfer",
  "6": "bank card",
};

/** Who bears a coupon; `means` is a way to pay. A coupon of the platform (41) may be the seller's: it does not say. */
export const COUPON: Readonly<Record<string, { payer: "seller" | "platform" | "means"; name: string }>> = {
  "20": { payer: "seller", name: "bundle" },
  "28": { payer: "seller", name: "flash group" },
  "29": { payer: "seller", name: "group buy" },
  "30": { payer: "seller", name: "promotion of one item" },
  "34": { payer: "platform", name: "red packet" },
  "35": { payer: "seller", name: "spend and save" },
  "39": { payer: "platform", name: "beans" },
  "41": { payer: "platform", name: "coupon" },
  "52": { payer: "means", name: "gift card" },
  "100": { payer: "seller", name: "shop promotion" },
};
export const ONE_ITEM = "30";

export const WARE_STATUS: Readonly<Record<string, ListingStatus>> = {
  "-1": "deleted",
  "1": "draft",
  "2": "inactive",
  "4": "inactive",
  "8": "active",
  "513": "under_review",
  "514": "under_review",
  "516": "under_review",
  "520": "under_review",
  "1028": "rejected",
};

/** Numbers of common carriers; the list of the shop is the truth. */
export const LOGISTICS_OF_JD = "2087";
const CARRIERS: Readonly<Record<string, string>> = {
  sf: "467",
  zto: "1499",
  yto: "463",
  sto: "470",
  yunda: "1327",
  ems: "465",
  jd: LOGISTICS_OF_JD,
  self: "1274",
};

/** The platform's number for our code; `platform:x` names it outright. Null for a carrier that the table does not have. */
export function externalCarrier(carrier: string): string | null {
  if (carrier.startsWith("platform:")) return carrier.slice("platform:".length) || null;
  return CARRIERS[carrier.toLowerCase()] ?? null;
}

/** Our code for the platform's number; null where the table has none. */
export const unifiedCarrier = (external: string): string | null =>
  Object.entries(CARRIERS).find(([, number]) => number === external)?.[0] ?? null;

/** Tracking is words alone; the first that fits. */
const TRACE_WORDS: readonly (readonly [RegExp, ShipmentStatus])[] = [
  [/拒收/, "returned"],
  [/已签收/, "delivered"],
  [/异常/, "exception"],
  [/派送|配送中/, "out_for_delivery"],
  [/揽收|到达|离开/, "in_transit"],
];
export const traceStatus = (words: string): ShipmentStatus =>
  TRACE_WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? "unknown";

export interface DisputeState {
  status: DisputeStatus;
  turn: Turn | null;
}
const seller: DisputeState = { status: "open_awaiting_seller", turn: "seller" };
const buyer: DisputeState = { status: "open_awaiting_buyer", turn: "buyer" };
const platform: DisputeState = { status: "open_awaiting_platform", turn: "platform" };
const ended = (status: DisputeStatus): DisputeState => ({ status, turn: null });
export const UNKNOWN_STATE = ended("unknown");

/** 6, 7 and 9 are seen too ("audited"); what they mean is not known. */
export const REFUND_STATUS: Readonly<Record<string, DisputeState>> = {
  "0": seller,
  "1": platform,
  "2": ended("resolved_rejected"),
  "3": ended("resolved_refunded"),
  "4": ended("resolved_rejected"),
  "5": platform,
};

export const EXPECTED: Readonly<Record<string, DisputeKind>> = {
  "1": "refund_only",
  "10": "return_refund",
  "11": "refund_only",
  "20": "exchange",
  "30": "repair",
  "40": "complaint",
  "50": "complaint",
  "60": "complaint",
  "70": "repair",
  "80": "exchange",
  "90": "refund_only",
  "100": "complaint",
};

export const AWAITS_AUDIT: ReadonlySet<string> = new Set(["10000", "10001", "10012", "10013"]);
export const AWAITS_BUYER = "10002";
export const AWAITS_GOODS = "10005";
export const REFUSED = "10004";
export const DONE = "10010";
const WITHDRAWN = "10011";
/** The parcel has come back: it is looked at, to be confirmed, to be paid, or all is done. */
export const RECEIVED: ReadonlySet<string> = new Set(["10006", "10007", "10009", "10041", DONE]);

/** `10010` (done) is told by its result, see SERVICE_RESULT. */
export const SERVICE_STATUS: Readonly<Record<string, DisputeState>> = {
  ...Object.fromEntries([...AWAITS_AUDIT, "10006", "10007", "13000"].map((code) => [code, seller])),
  [AWAITS_BUYER]: buyer,
  "10009": buyer,
  [AWAITS_GOODS]: { status: "return_in_transit", turn: "seller" },
  ...Object.fromEntries(["10041", "1100", "12000", "14000"].map((code) => [code, platform])),
  [REFUSED]: ended("resolved_rejected"),
  [WITHDRAWN]: ended("withdrawn"),
};

/** The goods went back to the buyer as they were. */
export const SENT_BACK = "70";

/** Results 23 (renewed) and 40 (returned) are seen too, and not mapped. */
export const SERVICE_RESULT: Readonly<Record<string, DisputeState>> = {
  [SENT_BACK]: ended("resolved_rejected"),
  "80": ended("resolved_replaced"),
  "100": ended("resolved_refunded"),
};

/** What a fee is called on a bill. Types are numbers without a public table: the setting `fee_types` gives their meaning. */
export const FEE_NAMES: readonly (readonly [RegExp, EntryKind])[] = [
  [/^货款/, "sale"],
  [/广告|CPS/, "advertising_fee"],
  [/价保返佣|佣金/, "commission"],
  [/运费险/, "service_fee"],
  [/平台券|京豆/, "platform_subsidy"],
  [/退货金额/, "refund"],
  [/售后卖家赔付/, "adjustment"],
  [/仓配/, "fulfilment_fee"],
  [/配送费/, "shipping_fee"],
  [/交易服务费/, "payment_fee"],
];
