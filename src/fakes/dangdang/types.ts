/** What a shop holds. Times are whole seconds, amounts whole fen, ids text. */

/** 100 unpaid, 50 in review, 101 waits, 260 partly shipped, 300 shipped, 400 delivered, 1000, -100, 1100 ended, -200 split. */
export type OrderState = 100 | 50 | 101 | 260 | 300 | 400 | 1000 | -100 | 1100 | -200;

export type PayMode = "货到付款" | "网上支付" | "银行汇款" | "邮局汇款";

export interface Item {
  id: string;
  title: string;
  code: string;
  barcode: string;
  /** 上架, 可销售, 下架, or another word. */
  state: string;
  skus: Sku[];
  /** True: one SKU that is the listing itself. */
  isPlain: boolean;
}

export interface Sku {
  id: string;
  item: Item;
  code: string;
  /** `name>>value;name>>value`; empty on plain listings. */
  attribute: string;
  price: number;
  marketPrice: number;
  stock: number;
  isInPromotion: boolean;
  /** `batch_seq` of changes that were made. */
  changes: Set<string>;
}

export interface Line {
  /** `productItemId`. */
  id: string;
  sku: Sku;
  name: string;
  price: number;
  isGift: boolean;
  count: number;
  sent: number;
}

/** Parts of an order's money besides its goods. */
export interface Money {
  postage: number;
  promotion: number;
  /** Several things bought together. */
  gather: number;
  /** The bank's, for paying through it. */
  bank: number;
  /** The platform's, for buying on the telephone. */
  activity: number;
  coupon: number;
  giftCard: number;
  balance: number;
  points: number;
}

export interface Order {
  id: string;
  number: number;
  outerId: string;
  parentId: string;
  state: OrderState;
  /** 1 the seller ships, 2 the platform delivers. */
  mode: 1 | 2;
  payMode: PayMode;
  isPresale: boolean;
  lines: Line[];
  money: Money;
  created: number;
  modified: number;
  paid: number | null;
  sent: number | null;
  carrier: string;
  tracking: string;
  message: string;
  remark: string;
  /** 1 red … 5 purple; 0 none. */
  label: number;
  buyer: { account: string; name: string; mobile: string; street: string };
  operations: { at: number; text: string }[];
  /** Pieces are off the shelf. */
  isTaken: boolean;
}

/** What the buyer asks for after the sale. */
export interface Return {
  code: string;
  order: Order;
  /** 1 return, 2 exchange, 5 refund only. */
  type: 1 | 2 | 5;
  /** 0 waits, 1000 accepted, 300 success, 1100 failed, -100 cancelled. */
  status: 0 | 1000 | 300 | 1100 | -100;
  line: Line;
  count: number;
  applied: number;
  comment: string;
  /** An answer to an exchange waits in the platform's queue. */
  isQueued: boolean;
}

export interface Refund {
  id: string;
  source: Return;
  /** 1 not reviewed, 2 approved, 3 rejected. */
  status: 1 | 2 | 3;
  amount: number;
  created: number;
  modified: number;
}
