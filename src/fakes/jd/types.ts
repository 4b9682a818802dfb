/** What a shop holds. Times are whole seconds, amounts whole fen, ids text. */

export type OrderState =
  | "NOT_PAID"
  | "WAIT_SELLER_STOCK_OUT"
  | "WAIT_SELLER_DELIVERY"
  | "WAIT_SEND_CODE"
  | "WAIT_GOODS_RECEIVE_CONFIRM"
  | "FINISHED_L"
  | "SEND_TO_DISTRIBUTION_CENER"
  | "DISTRIBUTION_CENTER_RECEIVED"
  | "RECEIPTS_CONFIRM"
  | "TRADE_CANCELED"
  | "PARENT_TRADE_CANCELED"
  | "LOCKED"
  | "PAUSE"
  | "POP_ORDER_PAUSE";

export interface Ware {
  id: string;
  title: string;
  code: string;
  status: number;
  marketPrice: number;
  costPrice: number;
  skus: Sku[];
  created: number;
  modified: number;
  online: number | null;
  offline: number | null;
}

export interface Sku {
  id: string;
  ware: Ware;
  name: string;
  code: string;
  colour: string;
  /** 1 up, 2 down, 4 deleted. */
  status: number;
  price: number;
  /** What buyers can still buy. */
  sellable: number;
  /** What unshipped orders hold. */
  booked: number;
  created: number;
  modified: number;
  /** `stockRfId` of changes that were made. */
  changes: Map<string, number>;
}

export interface Line {
  sku: Sku;
  /** The line's key; absent on older orders. */
  uuid: string | null;
  name: string;
  price: number;
  count: number;
}

export interface Coupon {
  /** 20…52 and 100. */
  type: number;
  amount: number;
  skuId: string;
}

export interface Parcel {
  carrier: string;
  numbers: string[];
}

export interface Order {
  id: string;
  /** 22 SOP, 75 LOC, 21 FBP, 23 LBP, 25 SOPL, 61 EPT. */
  type: number;
  payType: number;
  state: OrderState;
  lines: Line[];
  coupons: Coupon[];
  freight: number;
  service: number;
  tax: number;
  balance: number;
  created: number;
  modified: number;
  paid: number | null;
  ended: number | null;
  /** What the buyer wants to be told, and what the seller has written. */
  remark: string;
  memo: { text: string; flag: string; created: number; modified: number } | null;
  parentId: string | null;
  returnOrder: 0 | 1 | 2;
  parcels: Parcel[];
  /** Lines of a partial shipment. */
  sent: Line[];
  shippingKind: 0 | 68 | 69;
  warehouse: "" | "京仓订单" | "云仓订单";
  pauses: number[];
  buyer: Buyer;
  isHeld: boolean;
  /** The state before it was locked. */
  before: OrderState | null;
  traces: { at: number; title: string; text: string }[];
  isSeen: boolean;
}

export interface Buyer {
  number: number;
  name: string;
  mobile: string;
  street: string;
}

/** A paid order that the buyer does not want any more, before it is shipped. */
export interface RefundApply {
  id: string;
  order: Order;
  status: number;
  applied: number;
  checked: number | null;
  checker: string;
  remark: string;
  reason: string;
  source: number;
  sum: number;
  /** What the seller's warehouse said: 1 goods have left, 2 they have not. */
  warehouse: number | null;
}

/** A return, exchange or repair of delivered goods. */
export interface ServiceOrder {
  id: string;
  applyId: string;
  order: Order;
  line: Line;
  count: number;
  expect: number;
  status: number;
  /** Optimistic lock. */
  version: number;
  applied: number;
  approved: number | null;
  updated: number;
  finished: number | null;
  approveResult: number;
  processResult: number;
  pickware: number;
  wareType: number;
  paid: number;
  question: string;
  notes: string;
  freight: number | null;
  log: { at: number; text: string }[];
}

export interface Claim {
  id: string;
  order: Order;
  type: number;
  modified: number;
}

export interface Fee {
  id: string;
  order: Order;
  line: Line | null;
  /** A refund's lines are listed apart. */
  isRefund: boolean;
  type: number;
  name: string;
  /** 1 income, 2 expense. */
  direction: 1 | 2;
  amount: number;
  at: number;
  settled: number | null;
  billNo: string | null;
}
