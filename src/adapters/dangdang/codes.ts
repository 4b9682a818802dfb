/** Tables: the platform's codes for our vocabularies. */
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

interface Carrier {
  code: string | null;
  /** The platform's name, as the ship call takes it. */
  name: string;
  letters: string;
  number: string | null;
  /** Public number; the platform wants one. */
  phone?: string;
}

const CARRIERS: readonly Carrier[] = [
  { code: "yto", name: "圆通快递", letters: "YTO", number: "101", phone: "95554" },
  { code: "zto", name: "中通快递", letters: "ZTO", number: "102", phone: "95311" },
  { code: "yunda", name: "韵达快递", letters: "YUNDA", number: "103", phone: "95546" },
  { code: "sto", name: "申通快递", letters: "STO", number: "104", phone: "95543" },
  { code: "sf", name: "顺丰快递", letters: "SF", number: "105", phone: "95338" },
  { code: null, name: "全峰", letters: "QFKD", number: "106" },
  { code: "best", name: "百世", letters: "BEST", number: "107" },
  { code: null, name: "天天", letters: "TTKDEX", number: "108" },
  { code: "zjs", name: "宅急送", letters: "ZJS", number: "109" },
  { code: null, name: "国通", letters: "GTO", number: "110" },
  { code: null, name: "龙邦", letters: "LB", number: "111" },
  { code: null, name: "安能", letters: "ANE56", number: "112" },
  { code: null, name: "优速", letters: "UC", number: "113" },
  { code: "ems", name: "EMS", letters: "EMS", number: "114", phone: "11183" },
  { code: null, name: "快捷", letters: "FAST", number: "115" },
  { code: null, name: "中铁", letters: "CRE", number: "116" },
  { code: "deppon", name: "德邦", letters: "DBWL", number: "117", phone: "95353" },
  { code: "china_post", name: "邮政", letters: "YZ", number: "118", phone: "11185" },
  { code: null, name: "跨越", letters: "KYSY", number: "119" },
  { code: "jt", name: "极兔", letters: "JT", number: null },
];

/** Our code, or the platform's letters or number after `platform:`; null for a carrier that the table does not have. */
export function carrierOf(wanted: string): Carrier | null {
  const own = wanted.startsWith("platform:") ? wanted.slice("platform:".length) : null;
  return (
    CARRIERS.find(({ code, letters, number }) =>
      own === null ? code === wanted.toLowerCase() : letters === own || number === own,
    ) ?? null
  );
}

/** Our code for a carrier that an order names; null for one that the table does not have. */
export const carrierOfName = (name: string | null): string | null =>
  CARRIERS.find((known) => name?.includes(known.name.replace("快递", "")))?.code ?? null;

export const listCarriers = () =>
  CARRIERS.map(({ code, letters, name }) => ({ code: code ?? `platform:${letters}`, externalCode: letters, name }));

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

export const REFUND_STATE: Readonly<Record<string, DisputeState>> = {
  "1": platform,
  "2": ended("resolved_refunded"),
  "3": ended("resolved_rejected"),
};
