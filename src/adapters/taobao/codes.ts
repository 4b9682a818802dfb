/** Tables: the platform's words for our vocabularies. Misspelt names are the platform's own. */
import type {
  DisputeKind,
  DisputeStatus,
  EntryKind,
  FulfilmentStatus,
  OrderStatus,
  PaymentStatus,
  ShipmentStatus,
  Turn,
} from "../../core/model/vocabulary.ts";

/** Types of trades. The lists answer five of them unless all are named. */
export const TRADE_TYPES =
  "fixed,auction,guarantee_trade,step,independent_simple_trade,independent_shop_trade,auto_delivery,ec,cod,game_equipment," +
  "shopex_trade,netcn_trade,external_trade,instant_trade,b2c_cod,hotel_trade,super_market_trade,super_market_cod_trade," +
  "taohua,waimai,o2o_offlinetrade,nopaid,eticket,tmall_i18n,pre_auth_type";

interface TradeState {
  order: OrderStatus;
  payment: PaymentStatus;
}

/** Page of taobao.trade.fullinfo.get, status. Holds, step payments and cash on delivery are added in orders/status.ts. */
export const TRADE_STATUS: Readonly<Record<string, TradeState>> = {
  TRADE_NO_CREATE_PAY: { order: "awaiting_payment", payment: "unpaid" },
  WAIT_BUYER_PAY: { order: "awaiting_payment", payment: "unpaid" },
  PAY_PENDING: { order: "awaiting_payment", payment: "authorized" },
  WAIT_PRE_AUTH_CONFIRM: { order: "on_hold", payment: "authorized" },
  PAID_FORBID_CONSIGN: { order: "on_hold", payment: "paid" },
  WAIT_SELLER_SEND_GOODS: { order: "awaiting_shipment", payment: "paid" },
  SELLER_CONSIGNED_PART: { order: "partially_shipped", payment: "paid" },
  WAIT_BUYER_CONFIRM_GOODS: { order: "shipped", payment: "paid" },
  TRADE_BUYER_SIGNED: { order: "delivered", payment: "paid" },
  TRADE_FINISHED: { order: "completed", payment: "paid" },
  TRADE_CLOSED: { order: "cancelled", payment: "refunded" },
  TRADE_CLOSED_BY_TAOBAO: { order: "cancelled", payment: "unpaid" },
};

/** Step payments of a pre-sale: deposit, then balance. */
export const STEP_STATUS: Readonly<Record<string, { deposit: boolean; balance: boolean; forfeited: boolean }>> = {
  FRONT_NOPAID_FINAL_NOPAID: { deposit: false, balance: false, forfeited: false },
  FRONT_PAID_FINAL_NOPAID: { deposit: true, balance: false, forfeited: false },
  FRONT_PAID_FINAL_PAID: { deposit: true, balance: true, forfeited: false },
  FRONT_PAID_FRONT_FORFEITED: { deposit: true, balance: false, forfeited: true },
};

/** Lines: `TRADE_CLOSED` depends on whether the line had left, see orders/lines.ts. */
export const LINE_STATUS: Readonly<Record<string, FulfilmentStatus>> = {
  TRADE_NO_CREATE_PAY: "unfulfilled",
  WAIT_BUYER_PAY: "unfulfilled",
  PAY_PENDING: "unfulfilled",
  WAIT_PRE_AUTH_CONFIRM: "unfulfilled",
  PAID_FORBID_CONSIGN: "unfulfilled",
  WAIT_SELLER_SEND_GOODS: "unfulfilled",
  SELLER_CONSIGNED_PART: "partially_fulfilled",
  WAIT_BUYER_CONFIRM_GOODS: "fulfilled",
  TRADE_BUYER_SIGNED: "fulfilled",
  TRADE_FINISHED: "fulfilled",
  TRADE_CLOSED: "cancelled",
  TRADE_CLOSED_BY_TAOBAO: "cancelled",
};

/** Colours of the seller's flag. */
const FLAGS = ["grey", "red", "yellow", "green", "blue", "purple"];

/** A flag's colour; a number beyond the six that are documented stays as it is. */
export const flagName = (flag: number | null): string | null => (flag === null ? null : (FLAGS[flag] ?? String(flag)));

/** The number of a colour (or of a number as text); null for what is neither. */
export function flagNumber(name: string): number | null {
  const known = FLAGS.indexOf(
    name
      .trim()
      .toLowerCase()
      .replace(/^pink$/, "purple")
      .replace(/^gray$/, "grey"),
  );
  if (known >= 0) return known;
  return /^[0-5]$/.test(name.trim()) ? Number(name) : null;
}

/** Page of taobao.logistics.orders.get. A parcel of the seller's own carrier is "accepted" the moment it is sent. */
export const PARCEL_STATUS: Readonly<Record<string, ShipmentStatus>> = {
  CREATED: "pending",
  RECREATED: "pending",
  SENDING: "pending",
  ACCEPTING: "pending",
  ACCEPTED: "pending",
  REJECTED: "exception",
  PICK_UP_FAILED: "exception",
  PICK_UP: "in_transit",
  LOST: "lost",
  REJECTED_BY_RECEIVER: "returned",
  ACCEPTED_BY_RECEIVER: "in_transit",
  CANCELLED: "cancelled",
  CLOSED: "cancelled",
};

/** Events of tracking. Carriers add codes of their own (`TMS_…`): a parcel with one is on its way. */
export const TRACE_ACTION: Readonly<Record<string, ShipmentStatus>> = {
  CREATE: "pending",
  CONSIGN: "pending",
  GOT: "in_transit",
  ARRIVAL: "in_transit",
  DEPARTURE: "in_transit",
  SENT_CITY: "in_transit",
  TO_EMS: "in_transit",
  OTHER: "in_transit",
  SENT_SCAN: "out_for_delivery",
  SIGNED: "delivered",
  FAILED: "exception",
  LOST: "lost",
};

/** Our carrier codes, the platform's (taobao.logistics.companies.get lists them in full), and what names begin with. */
const CARRIERS: readonly { code: string; externalCode: string; name: string }[] = [
  { code: "sf", externalCode: "SF", name: "顺丰" },
  { code: "sto", externalCode: "STO", name: "申通" },
  { code: "yto", externalCode: "YTO", name: "圆通" },
  { code: "zto", externalCode: "ZTO", name: "中通" },
  { code: "yunda", externalCode: "YUNDA", name: "韵达" },
  { code: "ems", externalCode: "EMS", name: "EMS" },
  { code: "china_post", externalCode: "POSTB", name: "邮政" },
  { code: "zjs", externalCode: "ZJS", name: "宅急送" },
  { code: "deppon", externalCode: "DBKD", name: "德邦" },
  { code: "best", externalCode: "HTKY", name: "百世" },
  { code: "jt", externalCode: "JTSD", name: "极兔" },
  { code: "other", externalCode: "OTHER", name: "其他" },
];

/** The platform's code for ours; `platform:x` names it outright. Null for a carrier that the table does not have. */
export function externalCarrier(carrier: string): string | null {
  if (carrier.startsWith("platform:")) return carrier.slice("platform:".length) || null;
  return CARRIERS.find((known) => known.code === carrier.toLowerCase())?.externalCode ?? null;
}

/** Our code for a carrier that is only named, as parcels do; null for one that the table does not have. */
export function carrierOfName(name: string | null): string | null {
  return CARRIERS.find((known) => name?.startsWith(known.name))?.code ?? null;
}

/** Our code for the platform's; null where the table has none. */
export function unifiedCarrier(external: string): string | null {
  return CARRIERS.find((known) => known.externalCode === external.toUpperCase())?.code ?? null;
}

export interface DisputeState {
  status: DisputeStatus;
  turn: Turn | null;
}

const seller: DisputeState = { status: "open_awaiting_seller", turn: "seller" };
const buyer: DisputeState = { status: "open_awaiting_buyer", turn: "buyer" };
const coming: DisputeState = { status: "return_in_transit", turn: "seller" };

/** Page of taobao.refund.get, status. The platform's own part (cs_status) is added in disputes/to-dispute.ts. */
export const REFUND_STATUS: Readonly<Record<string, DisputeState>> = {
  WAIT_SELLER_AGREE: seller,
  WAIT_BUYER_RETURN_GOODS: buyer,
  WAIT_SELLER_CONFIRM_GOODS: coming,
  SELLER_REFUSE_BUYER: buyer,
  CLOSED: { status: "withdrawn", turn: null },
  SUCCESS: { status: "resolved_refunded", turn: null },
  WAIT_BUYER_CONFIRM_EXCHANGE_SELLER_SEND_GOODS: buyer,
  EXCHANGE_WAIT_BUYER_CONFIRM_GOODS: buyer,
  WAIT_SELLER_CONSIGN_GOODS: seller,
  WAIT_SELLER_CONSIGN_GOOGDS: seller,
  EXCHANGE_TRANSFORM_TO_REFUND: seller,
  WAIT_BUYER_CONFIRM_REDO_SEND_GOODS: buyer,
  WAIT_SELLER_CONFIRM_RETURN_ADDRESS: seller,
  POST_FEE_DISPUTE_WAIT_ACTIVATE: { status: "open_awaiting_platform", turn: "platform" },
};

/** Numbers of tmall.dispute.receive.get, for refunds and returns, and for exchanges, as the words above. */
export const DISPUTE_NUMBER: Readonly<Record<string, string>> = {
  "1": "WAIT_SELLER_AGREE",
  "2": "WAIT_BUYER_RETURN_GOODS",
  "3": "WAIT_SELLER_CONFIRM_GOODS",
  "4": "CLOSED",
  "5": "SUCCESS",
  "6": "SELLER_REFUSE_BUYER",
  "7": "WAIT_BUYER_CONFIRM_REDO_SEND_GOODS",
  "8": "WAIT_SELLER_CONFIRM_RETURN_ADDRESS",
  "12": "WAIT_SELLER_CONSIGN_GOODS",
  "13": "EXCHANGE_WAIT_BUYER_CONFIRM_GOODS",
  "14": "EXCHANGE_TRANSFORM_TO_REFUND",
};

/** Steps in which the platform decides: wanted, begun, first review, evidence. */
export const PLATFORM_STEPS: ReadonlySet<number> = new Set([2, 3, 4, 10]);
/** The platform decided for the seller. */
export const DECIDED_FOR_SELLER = 9;

export const DISPUTE_TYPE: Readonly<Record<string, DisputeKind>> = {
  REFUND: "refund_only",
  REFUND_AND_RETURN: "return_refund",
  TMALL_EXCHANGE: "exchange",
  TAOBAO_EXCHANGE: "exchange",
  REPAIR: "repair",
  RESHIPPING: "resend",
  OTHERS: "claim",
};

/** Goods for goods: what ends well here gives no money back. */
export const REPLACING_KINDS: ReadonlySet<DisputeKind> = new Set(["exchange", "repair", "resend"]);

export const SPECIAL_TYPE: Readonly<Record<string, DisputeKind>> = {
  priceProtect: "price_protection",
  cashBack: "refund_only",
};

/** account_type of taobao.bill.accounts.get. A charge stands above nought and its reversal below. */
export const ACCOUNT_KIND: Readonly<Record<string, { kind: EntryKind; isCost: boolean }>> = {
  "1": { kind: "adjustment", isCost: true },
  "2": { kind: "sale", isCost: false },
  "3": { kind: "commission", isCost: true },
  "4": { kind: "service_fee", isCost: true },
  "5": { kind: "seller_discount", isCost: true },
  "6": { kind: "other", isCost: true },
};

/** journal_type of taobao.bill.book.bills.get: movements of the virtual account, whose amounts have no sign. */
export const JOURNAL_KIND: Readonly<Record<string, { kind: EntryKind; isCost: boolean; name: string }>> = {
  "101": { kind: "adjustment", isCost: false, name: "topped up" },
  "102": { kind: "adjustment", isCost: true, name: "deducted" },
  "103": { kind: "reserve", isCost: true, name: "frozen" },
  "104": { kind: "reserve", isCost: false, name: "released" },
  "105": { kind: "adjustment", isCost: false, name: "frozen money topped up" },
  "106": { kind: "adjustment", isCost: true, name: "frozen money deducted" },
};

/** What the bank's statement says of a movement: type and remark together; the first that fits. */
export const STATEMENT_KIND: readonly { type: RegExp; note?: RegExp; kind: EntryKind }[] = [
  { type: /退款/, kind: "refund" },
  { type: /淘宝客|推广/, kind: "advertising_fee" },
  { type: /./, note: /淘宝客/, kind: "advertising_fee" },
  { type: /./, note: /返点积分/, kind: "seller_discount" },
  { type: /./, note: /花呗|信用卡/, kind: "payment_fee" },
  { type: /./, note: /运费险|保险/, kind: "service_fee" },
  { type: /运费险|保险/, kind: "service_fee" },
  { type: /./, note: /佣金/, kind: "commission" },
  { type: /佣金/, kind: "commission" },
  { type: /收费|服务费/, note: /服务费|手续费/, kind: "payment_fee" },
  { type: /服务费/, kind: "payment_fee" },
  { type: /赔付|售后支付/, kind: "adjustment" },
  { type: /./, note: /赔付/, kind: "adjustment" },
  { type: /提现|转账到银行/, kind: "payout" },
  { type: /在线支付|交易付款|^交易$|交易分账/, kind: "sale" },
];

/** Types that say themselves that they are none of the others. */
export const STATEMENT_OTHER: ReadonlySet<string> = new Set(["其它", "其他"]);
