/** The fake shop's own records. Amounts are whole fen, times are whole seconds since the epoch, ids are text. */

import type { Cause } from "../fake.ts";

export type TradeStatus =
  | "TRADE_NO_CREATE_PAY"
  | "WAIT_BUYER_PAY"
  | "PAY_PENDING"
  | "WAIT_PRE_AUTH_CONFIRM"
  | "PAID_FORBID_CONSIGN"
  | "WAIT_SELLER_SEND_GOODS"
  | "SELLER_CONSIGNED_PART"
  | "WAIT_BUYER_CONFIRM_GOODS"
  | "TRADE_BUYER_SIGNED"
  | "TRADE_FINISHED"
  | "TRADE_CLOSED"
  | "TRADE_CLOSED_BY_TAOBAO";

export interface Buyer {
  nick: string;
  openUid: string;
}

export interface Receiver {
  name: string;
  mobile: string;
  phone: string;
  state: string;
  city: string;
  district: string;
  town: string;
  address: string;
  zip: string;
}

export interface Line {
  oid: string;
  /** A few answers write the id as text. */
  isOidText: boolean;
  itemId: string;
  skuId: string | null;
  code: string;
  itemCode: string;
  title: string;
  skuText: string | null;
  cid: number;
  num: number;
  price: number;
  discount: number;
  adjust: number;
  /** Share of the discounts of the whole trade. */
  partDiscount: number;
  status: TradeStatus;
  consignTime: number | null;
  endTime: number | null;
  carrier: string | null;
  trackingNumber: string | null;
  refundId: string | null;
  isGift: boolean;
  /** Lines to be shipped together. */
  boundTo: string | null;
  bundle: { itemId: string; skuId: string; quantity: number; code: string; fee: number }[];
  /** Units already packed in parcels of parts of the line. */
  packed: number;
  /** What has been refunded of it. */
  refunded: number;
  /** True: its payment shows 0.00 after a full refund. */
  isPaymentCleared: boolean;
  isOversold: boolean;
  /** Units taken from the stock and not given back. */
  taken: number;
  /** Units held for an unpaid order. */
  held: number;
  commission: number;
}

export interface Promotion {
  id: string;
  name: string;
  amount: number;
  promotionId: string;
  gift: { itemId: string; num: number } | null;
}

export interface Parcel {
  orderCode: string;
  tid: string;
  oids: string[];
  isSplit: boolean;
  carrier: string;
  trackingNumber: string;
  isOnline: boolean;
  status: string;
  created: number;
  modified: number;
  steps: { at: number; text: string; action: string }[];
}

export interface Trade {
  tid: string;
  type: string;
  status: TradeStatus;
  created: number;
  modified: number;
  payTime: number | null;
  consignTime: number | null;
  endTime: number | null;
  timeoutAt: number | null;
  buyer: Buyer;
  receiver: Receiver | null;
  oaid: string | null;
  isAddressChanged: boolean;
  lines: Line[];
  postFee: number;
  discount: number;
  subsidy: number;
  codFee: number;
  promotions: Promotion[];
  /** Ways in which the buyer paid, beside money. */
  means: { redPacket: number; points: number; alipayPoint: number; card: number; cardBonus: number; credit: number };
  isTmall: boolean;
  received: number;
  step: { status: string; deposit: number } | null;
  cod: { status: string } | null;
  o2o: { shopId: string; shopName: string; stages: number } | null;
  hold: "none" | "top_hold" | "team_buy_hold";
  shippingType: string;
  message: string | null;
  memo: string | null;
  flag: number;
  from: string;
  alipayNo: string | null;
  services: { oid: string; itemOid: string; title: string; price: number }[];
  isDelayed: boolean;
  isSplit: boolean;
  parcels: Parcel[];
  mandatoryCarriers: string[];
}

export interface Sku {
  id: string;
  properties: string;
  propertiesName: string;
  quantity: number;
  held: number;
  price: number;
  code: string;
  barcode: string;
  created: number;
  modified: number;
  isDeleted: boolean;
}

export type Shelf = "onsale" | "off_shelf" | "never_on_shelf" | "regular_shelved" | "sold_out" | "violation_off_shelf";

export interface Item {
  id: string;
  title: string;
  cid: number;
  code: string;
  barcode: string;
  shelf: Shelf;
  price: number;
  /** A listing without variants counts here. */
  quantity: number;
  held: number;
  /** True: the stock is taken at payment, not at the order. */
  takesAtPayment: boolean;
  isVirtual: boolean;
  skus: Sku[];
  sold: number;
  listed: number | null;
  delisted: number | null;
  created: number;
  modified: number;
  /** Keys of increments that were applied. */
  bizKeys: Set<string>;
}

export type RefundStatus =
  | "WAIT_SELLER_AGREE"
  | "WAIT_BUYER_RETURN_GOODS"
  | "WAIT_SELLER_CONFIRM_GOODS"
  | "SELLER_REFUSE_BUYER"
  | "CLOSED"
  | "SUCCESS"
  | "WAIT_BUYER_CONFIRM_EXCHANGE_SELLER_SEND_GOODS"
  | "EXCHANGE_WAIT_BUYER_CONFIRM_GOODS"
  | "WAIT_SELLER_CONSIGN_GOODS"
  | "EXCHANGE_TRANSFORM_TO_REFUND"
  | "WAIT_BUYER_CONFIRM_REDO_SEND_GOODS"
  | "WAIT_SELLER_CONFIRM_RETURN_ADDRESS"
  | "POST_FEE_DISPUTE_WAIT_ACTIVATE";

export type RefundKind =
  | "REFUND"
  | "REFUND_AND_RETURN"
  | "TMALL_EXCHANGE"
  | "TAOBAO_EXCHANGE"
  | "REPAIR"
  | "RESHIPPING"
  | "OTHERS";

export interface RefundMessage {
  id: string;
  at: number;
  role: "1" | "2" | "3";
  type: "NORMAL" | "RETURN_GOODS_APPROVED";
  text: string;
}

export interface Refund {
  id: string;
  tid: string;
  oid: string;
  kind: RefundKind;
  phase: "onsale" | "aftersale";
  status: RefundStatus;
  /** Milliseconds; grows with each change. */
  version: number;
  fee: number;
  reason: string;
  text: string;
  goods: "BUYER_NOT_RECEIVED" | "BUYER_RECEIVED" | "BUYER_RETURNED_GOODS";
  isReturn: boolean;
  created: number;
  modified: number;
  returnedAt: number | null;
  endTime: number | null;
  timeoutAt: number | null;
  carrier: string | null;
  trackingNumber: string | null;
  address: string | null;
  csStatus: number;
  advanceStatus: number;
  constraint: "cannot_refuse" | "refund_onweb" | null;
  isReviewed: boolean;
  exchangeNumber: string | null;
  messages: RefundMessage[];
  special: "priceProtect" | "cashBack" | null;
}

/** One movement of money, rendered by the fee ledger and by the bank's statement. */
export interface LedgerEntry {
  id: string;
  kind: string;
  at: number;
  tid: string | null;
  oid: string | null;
  itemId: string | null;
  /** Positive: income of the seller. */
  amount: number;
  tradeAmount: number;
  bizTime: number;
}

/** One row of the virtual account's journal. */
export interface JournalEntry {
  id: string;
  type: 101 | 102 | 103 | 104 | 105 | 106;
  amount: number;
  at: number;
}

export type { Cause };
