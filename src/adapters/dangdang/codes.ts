/** Tables: the platform's codes for our vocabularies. */
import { carrierTable } from "../../core/carriers.ts";
import type { DisputeKind, DisputeStatus, OrderStatus, ShipmentStatus, Turn } from "../../core/model/vocabulary.ts";

export const DOCS = "https://open.dangdang.com/index.php?c=documentCenterG4&f=show&page_id=132";

export const SPLIT = "-200";
export const ORDER_STATE: Readonly<Record<string, OrderStatus>> = {
  "50": "on_hold",
  "100": "awaiting_payment",
  "101": "awaiting_shipment",
  "260": "partially_shipped",
  "300": "shipped",
  "400": "delivered",
  "1000": "completed",
  "-100": "cancelled",
  "1100": "cancelled",
};

/** Where the order alone tells what became of its parcel; it says nothing of one that was cancelled. */
export const PARCEL_STATUS: Readonly<Partial<Record<OrderStatus, ShipmentStatus>>> = {
  partially_shipped: "in_transit",
  shipped: "in_transit",
  delivered: "delivered",
  completed: "delivered",
};

export const PAY_MODE: Readonly<Record<string, string>> = {
  货到付款: "cash on delivery",
  网上支付: "online",
  银行汇款: "bank transfer",
  邮局汇款: "postal order",
};
export const CASH_ON_DELIVERY = "货到付款";
export const FLAG: Readonly<Record<string, string>> = {
  "1": "red",
  "2": "yellow",
  "3": "green",
  "4": "blue",
  "5": "purple",
};
export const GIFT = "1";

export const ON_SALE: ReadonlySet<string> = new Set(["上架", "可销售", "0"]);
export const SHELF = { on: "0", off: "6" } as const;

/** Our code, name, letters, number, and a public phone of its, because the platform wants one. */
const KNOWN = [
  ["yto", "圆通快递", "YTO", "101", "95554"],
  ["zto", "中通快递", "ZTO", "102", "95311"],
  ["yunda", "韵达快递", "YUNDA", "103", "95546"],
  ["sto", "申通快递", "STO", "104", "95543"],
  ["sf", "顺丰快递", "SF", "105", "95338"],
  [null, "全峰", "QFKD", "106"],
  ["best", "百世", "BEST", "107"],
  [null, "天天", "TTKDEX", "108"],
  ["zjs", "宅急送", "ZJS", "109"],
  [null, "国通", "GTO", "110"],
  [null, "龙邦", "LB", "111"],
  [null, "安能", "ANE56", "112"],
  [null, "优速", "UC", "113"],
  ["ems", "EMS", "EMS", "114", "11183"],
  [null, "快捷", "FAST", "115"],
  [null, "中铁", "CRE", "116"],
  ["deppon", "德邦", "DBWL", "117", "95353"],
  ["china_post", "邮政", "YZ", "118", "11185"],
  [null, "跨越", "KYSY", "119"],
  ["jt", "极兔", "JT", null],
] as const;
export const CARRIERS = carrierTable(
  KNOWN.map(([code, name, externalCode, number, phone]) => ({ code, name, externalCode, number, phone })),
);

export const RETURN = "1";
export const EXCHANGE = "2";
export const REFUND_ONLY = "5";
export const REQUEST_TYPE: Readonly<Record<string, DisputeKind>> = {
  [RETURN]: "return_refund",
  [EXCHANGE]: "exchange",
  [REFUND_ONLY]: "refund_only",
};

export interface DisputeState {
  status: DisputeStatus;
  turn: Turn | null;
}
const platform: DisputeState = { status: "open_awaiting_platform", turn: "platform" };
const ended = (status: DisputeStatus): DisputeState => ({ status, turn: null });
export const UNKNOWN_STATE = ended("unknown");

/** Requests of buyers in the order of their life, so that one which moves while it is read is met twice and not missed. */
export const REQUEST = { waits: "0", accepted: "1000", success: "300", failed: "1100", withdrawn: "-100" } as const;

/** What a state of a request means, by what the buyer wants. */
export function requestStates(type: string): Readonly<Record<string, DisputeState>> {
  return {
    [REQUEST.waits]: { status: "open_awaiting_seller", turn: "seller" },
    [REQUEST.accepted]: type === REFUND_ONLY ? platform : { status: "return_in_transit", turn: "seller" },
    [REQUEST.success]: ended(type === EXCHANGE ? "resolved_replaced" : "resolved_refunded"),
    [REQUEST.failed]: ended("resolved_rejected"),
    [REQUEST.withdrawn]: ended("withdrawn"),
  };
}

export const REFUND_STATES = ["1", "2", "3"] as const;
export const REFUND_STATE: Readonly<Record<string, DisputeState>> = {
  "1": platform,
  "2": ended("resolved_refunded"),
  "3": ended("resolved_rejected"),
};
