/** Lines of the money, and the bills that they stand on one day. Payouts are told nowhere. */

import { yuan } from "../fen.ts";
import { log, nowOf } from "../living.ts";
import { newBigId, newId, type Store } from "./store.ts";
import type { Fee, Line, Schedule, Sku } from "./types.ts";

/** Names of the line types, with the sign that they have from the supplier's side. */
export const LINE_TYPES: Readonly<Record<string, readonly [string, 1 | -1]>> = {
  CR_CUST: ["客户销售", 1],
  DR_CUST: ["客户退货", -1],
  DR_CUST_EXTRA: ["跨月客退", -1],
  CR_CUST_DISCOUNT: ["销售满减分摊", -1],
  DR_CUST_DISCOUNT: ["客退满减分摊", 1],
  DR_SUP: ["供应商入库", 1],
  CR_SUP: ["退供应商", -1],
  RMA: ["退货补贴", -1],
  SUBSIDY: ["客退补贴", 1],
  REBATE: ["补差返利", -1],
  NLC: ["验货折让", -1],
  VRET: ["入库差异", -1],
  VI: ["转VI", 1],
  OTHER: ["样品", -1],
  "OTHER-LENT2": ["借出", -1],
  "OTHER-RETURN2": ["归还", 1],
  "OTHER-SHORTAGE2": ["盘亏", -1],
  "OTHER-OVERAGE2": ["盘盈", 1],
  "OTHER-INSPECT_IN2": ["送检归还", 1],
  "OTHER-INSPECT_OUT2": ["送检", -1],
  "OTHER-SCRAP2": ["报废", -1],
};
export const TAX_PERCENT = 13;
/** What the supplier bears of a promotion. */
export const VENDOR_PERCENT = 50;

export interface NewFee {
  orderSn: string;
  sku: Sku;
  schedule: Schedule;
  count: number;
  /** With tax. */
  gross: number;
}

export function book(store: Store, type: string, { gross, ...fee }: NewFee): void {
  const [, sign] = LINE_TYPES[type] ?? ["", 1];
  store.fees.push({
    ...fee,
    id: newBigId(store),
    type,
    sign,
    isDiscount: type.endsWith("_DISCOUNT"),
    salePrice: fee.sku.sellPrice,
    gross,
    net: Math.round((gross * 100) / (100 + TAX_PERCENT)),
    at: nowOf(store),
    billNo: null,
  });
}

/** Goods that were sold, or came back: what the platform pays for them, and the supplier's part of a promotion. */
export function bookGoods(store: Store, orderSn: string, { sku, count, offer }: Line, isBack = false): void {
  const schedule = offer?.schedule ?? store.schedules[0];
  if (schedule === undefined) return;
  const fee = { orderSn, sku, schedule, count };
  book(store, isBack ? "DR_CUST" : "CR_CUST", { ...fee, gross: sku.supplyPrice * count });
  const promotion = promotionOf(orderSn);
  if (promotion > 0)
    book(store, isBack ? "DR_CUST_DISCOUNT" : "CR_CUST_DISCOUNT", {
      ...fee,
      gross: (promotion * VENDOR_PERCENT) / 100,
    });
}

/** Every third order has a promotion. */
export function promotionOf(orderSn: string): number {
  return Number(orderSn.slice(-2)) % 3 === 0 ? 2000 : 0;
}

/** Closes a bill over all lines that stand on none; null when there are none. */
export function closeBill(store: Store): string | null {
  const open = store.fees.filter(({ billNo }) => billNo === null);
  if (open.length === 0) return null;
  const billNo = `BILL${newId(store)}`;
  const total = open.reduce((sum: number, fee: Fee) => sum + fee.sign * fee.gross, 0);
  for (const fee of open) fee.billNo = billNo;
  log(store, { kind: "settlement_made", settlementId: billNo, currency: "CNY", total: yuan(total) });
  return billNo;
}
