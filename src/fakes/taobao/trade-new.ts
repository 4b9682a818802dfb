/** A new trade: lines, discounts by payer, gifts, presale stages, holds. */

import { share, yuan } from "./money.ts";
import { makeBuyer, makeReceiver, oaidOf } from "./people.ts";
import { holdUnits, takeUnits } from "./stock.ts";
import { announceTrade, type Choice, log, newTradeId, nowOf, type Store } from "./store.ts";
import { DAY } from "./time.ts";
import { lineTotal, paymentOf } from "./totals.ts";
import { closeUnpaid } from "./trade-status.ts";
import type { Line, Promotion, Trade, TradeStatus } from "./types.ts";

export interface NewTrade {
  wants: readonly (Choice & { num: number })[];
  /** Default `fixed`. */
  type?: string;
  status?: TradeStatus;
  /** Part of the price paid at once, in fen. */
  deposit?: number;
  isCod?: boolean;
  hold?: Trade["hold"];
  o2o?: Trade["o2o"];
  /** Everything that can stand in a trade: coupons of both payers, points, a gift, a bundle, a service, a remark. */
  isRich?: boolean;
  /** A plain order without chance, as tests ask for. */
  isPlain?: boolean;
}

/** A buyer orders. Stock is taken or held; an unpaid order closes by itself after a day. */
export function placeTrade(store: Store, order: NewTrade): Trade {
  const { random } = store;
  const now = nowOf(store);
  const isRich = order.isRich ?? false;
  const isVirtual = order.wants.every(({ item }) => item.isVirtual);
  const receiver = isVirtual || order.type === "o2o_offlinetrade" ? null : makeReceiver(random);
  const tid = newTradeId(store);
  const lines = order.wants.map((want) => newLine(store, want, order));
  const [only] = lines;
  // Most trades of one line share the number with it; some have one beside it, and write it as text.
  if (lines.length === 1 && only !== undefined && order.isPlain !== true && random.chance(0.25)) only.isOidText = true;
  else if (lines.length === 1 && only !== undefined) only.oid = tid;
  if (isRich) addExtras(store, lines);

  const trade: Trade = {
    tid,
    type: order.type ?? (isVirtual ? "eticket" : "fixed"),
    status: order.status ?? "WAIT_BUYER_PAY",
    created: now,
    modified: now,
    payTime: null,
    consignTime: null,
    endTime: null,
    timeoutAt: null,
    buyer: makeBuyer(random),
    receiver,
    oaid: receiver === null ? null : oaidOf(store.app.secret + store.shop.userId, receiver),
    isAddressChanged: false,
    lines,
    postFee: isVirtual || order.isPlain === true ? 0 : random.pick([0, 0, 800, 1000]),
    discount: 0,
    subsidy: 0,
    codFee: order.isCod === true ? 500 : 0,
    promotions: [],
    means: {
      redPacket: isRich ? 300 : 0,
      points: isRich ? 120 : 0,
      alipayPoint: isRich ? 50 : 0,
      card: isRich ? 500 : 0,
      cardBonus: isRich ? 100 : 0,
      credit: isRich || (order.isPlain !== true && random.chance(0.2)) ? 1 : 0,
    },
    isTmall: store.shop.type === "B",
    received: 0,
    step: order.deposit === undefined ? null : { status: "FRONT_NOPAID_FINAL_NOPAID", deposit: order.deposit },
    cod: order.isCod === true ? { status: "NEW_CREATED" } : null,
    o2o: order.o2o ?? null,
    hold: order.hold ?? "none",
    shippingType: receiver === null ? "virtual" : "express",
    message: isRich || (order.isPlain !== true && random.chance(0.2)) ? "请尽快发货" : null,
    memo: null,
    flag: 0,
    from: isRich ? "TAOBAO,TBK" : random.pick(["WAP", "WAP,WAP", "TAOBAO", "JHS"]),
    alipayNo: null,
    services: [],
    isDelayed: false,
    isSplit: false,
    parcels: [],
    mandatoryCarriers: isRich ? ["SF", "EMS"] : [],
  };
  if (order.isPlain !== true) addDiscounts(store, trade, isRich);
  if (isRich && only !== undefined)
    trade.services.push({ oid: newTradeId(store), itemOid: only.oid, title: "安装服务", price: 3000 });
  save(store, trade);
  return trade;
}

function save(store: Store, trade: Trade): void {
  for (const line of trade.lines) line.status = trade.status;
  store.trades.set(trade.tid, trade);
  store.lastTrade = trade;
  store.byCreated.add(trade);
  store.byModified.add(trade);
  for (const line of trade.lines) store.lineOwner.set(line.oid, trade);
  log(store, {
    kind: "order_placed",
    orderId: trade.tid,
    status: trade.status,
    currency: "CNY",
    total: yuan(paymentOf(trade)),
    lines: trade.lines.map((line) => ({
      lineId: line.oid,
      listingId: line.itemId,
      variantId: line.skuId ?? line.itemId,
      sku: line.code,
      quantity: line.num,
    })),
    by: "buyer",
  });
  for (const line of trade.lines) {
    const item = store.items.get(line.itemId);
    if (item?.takesAtPayment === true && trade.cod === null) holdUnits(store, line);
    else takeUnits(store, trade, line);
  }
  announceTrade(store, trade, "taobao_trade_TradeCreate");
  const until = trade.created + (trade.step === null ? DAY : 3 * DAY);
  store.jobs.add(until, () => {
    if (isUnpaid(trade)) closeUnpaid(store, trade, "buyer");
  });
}

export function isUnpaid(trade: Trade): boolean {
  return ["TRADE_NO_CREATE_PAY", "WAIT_BUYER_PAY", "PAY_PENDING", "WAIT_PRE_AUTH_CONFIRM"].includes(trade.status);
}

function newLine(store: Store, { item, sku, num }: Choice & { num: number }, order: NewTrade): Line {
  const price = (sku ?? item).price;
  const discount = order.isPlain === true ? 0 : store.random.pick([0, 0, Math.floor(price / 20)]);
  return {
    oid: newTradeId(store),
    isOidText: false,
    itemId: item.id,
    skuId: sku?.id ?? null,
    code: sku?.code ?? item.code,
    itemCode: item.code,
    title: item.title,
    skuText: sku === null ? null : textOf(sku.propertiesName),
    cid: item.cid,
    num,
    price,
    discount,
    adjust: 0,
    partDiscount: 0,
    status: "WAIT_BUYER_PAY",
    consignTime: null,
    endTime: null,
    carrier: null,
    trackingNumber: null,
    refundId: null,
    isGift: false,
    boundTo: null,
    bundle: [],
    packed: 0,
    refunded: 0,
    isPaymentCleared: false,
    isOversold: false,
    taken: 0,
    held: 0,
    commission: 0,
  };
}

/** `颜色分类:黑色;尺码:S` of `pid:vid:颜色分类:黑色;pid:vid:尺码:S`. */
export function textOf(propertiesName: string): string {
  return propertiesName
    .split(";")
    .map((part) => part.split(":").slice(2).join(":"))
    .join(";");
}

function addExtras(store: Store, lines: Line[]): void {
  const [first] = lines;
  if (first === undefined) return;
  lines.push({ ...first, oid: newTradeId(store), isGift: true, num: 1, price: 0, discount: 0, code: "GIFT-1" });
  first.boundTo = lines.at(-1)?.oid ?? null;
  if (first.skuId !== null)
    first.bundle = [
      { itemId: first.itemId, skuId: first.skuId, quantity: first.num, code: first.code, fee: first.price },
    ];
}

/** Discounts of the whole trade, shared out to its lines; the platform pays for some. */
function addDiscounts(store: Store, trade: Trade, isRich: boolean): void {
  const totals = trade.lines.map(lineTotal);
  const goods = totals.reduce((sum, total) => sum + total, 0);
  const promotions: Promotion[] = [];
  const add = (id: string, name: string, amount: number, promotionId: string): void => {
    if (amount > 0) promotions.push({ id, name, amount, promotionId, gift: null });
  };
  for (const line of trade.lines) add(line.oid, "限时折扣", line.discount, `Tmall$dacu-${line.itemId}`);
  const coupon = isRich || store.random.chance(0.3) ? Math.min(2000, Math.floor(goods / 10)) : 0;
  const subsidy = isRich || store.random.chance(0.1) ? Math.min(500, Math.floor(goods / 50)) : 0;
  add(trade.tid, "店铺优惠券", coupon, `shopbonus-${trade.tid.slice(-4)}_2`);
  add(trade.tid, "平台补贴", subsidy, "platform-1");
  const gift = trade.lines.find((line) => line.isGift);
  if (gift !== undefined)
    promotions.push({
      id: trade.tid,
      name: "满就送",
      amount: 0,
      promotionId: "mjs-1_1",
      gift: { itemId: gift.itemId, num: gift.num },
    });
  trade.discount = coupon + subsidy;
  trade.subsidy = subsidy;
  trade.promotions = promotions;
  for (const [index, part] of share(trade.discount, totals).entries()) {
    const line = trade.lines[index];
    if (line !== undefined) line.partDiscount = part;
  }
}
