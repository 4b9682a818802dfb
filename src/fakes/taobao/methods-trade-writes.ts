/** What a seller does with a trade: memo, close, delay, address, postage, variant. */

import { type Call, type Method, tradeOf } from "./method.ts";
import { parseYuan, yuan } from "./money.ts";
import { gbkLength } from "./parameters.ts";
import { oaidOf } from "./people.ts";
import { choiceOf, returnUnits, takeUnits } from "./stock.ts";
import { announceTrade, changeTrade, nowOf } from "./store.ts";
import { toText } from "./time.ts";
import { invalidParameter, refusal } from "./top-error.ts";
import { paymentOf } from "./totals.ts";
import { isUnpaid, textOf } from "./trade-new.ts";
import { changePrice, closeUnpaid, isEnded, openLines, setMemo, startConfirmTimer } from "./trade-status.ts";
import type { Receiver, Trade } from "./types.ts";
import { id64, type Row } from "./wire.ts";

const MEMO_BYTES = 1000;
const CLOSE_AFTER = 10;
const ADDRESS_BYTES: Readonly<Record<string, number>> = {
  name: 50,
  phone: 30,
  mobile: 11,
  state: 32,
  city: 32,
  district: 32,
  town: 32,
  address: 228,
  zip: 6,
};

export const TRADE_WRITE_METHODS: readonly Method[] = [
  {
    name: "taobao.trade.memo.add",
    level: "w1",
    parameters: { tid: "number!", memo: "text!", flag: "number" },
    run: (call) => {
      if (tradeOf(call).memo !== null) throw refusal("isv.trade-memo-exist", "the trade has a memo; use the update");
      return writeMemo(call);
    },
  },
  {
    name: "taobao.trade.memo.update",
    level: "w1",
    parameters: { tid: "number!", memo: "text", flag: "number", reset: "boolean" },
    run: writeMemo,
  },
  {
    name: "taobao.trade.close",
    level: "w1",
    parameters: { tid: "number!", close_reason: "text!" },
    run: (call) => {
      const { store, parameters } = call;
      const id = parameters.id("tid");
      const byLine = store.trades.has(id) ? undefined : store.lineOwner.get(id);
      const trade = byLine ?? tradeOf(call);
      if (!isUnpaid(trade)) throw refusal("isv.trade-service-error:TRADE_STATUS_ERROR", `the trade is ${trade.status}`);
      if (nowOf(store) - trade.created < CLOSE_AFTER)
        throw refusal("isv.trade-service-error:CLOSE_TRADE_TOO_FAST", "wait for 10 seconds after the order");
      closeUnpaid(store, trade, "api", byLine === undefined ? undefined : id);
      return brief(trade);
    },
  },
  {
    name: "taobao.trade.receivetime.delay",
    level: "w1",
    parameters: { tid: "number!", days: "number!" },
    run: (call) => {
      const trade = tradeOf(call);
      const days = call.parameters.int("days") ?? 0;
      if (![3, 5, 7, 10].includes(days)) throw invalidParameter("days", "3, 5, 7 or 10");
      if (trade.timeoutAt === null || isEnded(trade) || trade.isDelayed)
        throw refusal("isv.trade-service-error:DELAY_NOT_ALLOWED", "receipt is not waited for, or was delayed before");
      const topic = "taobao_trade_TradeDelayConfirmPay";
      changeTrade(
        call.store,
        trade,
        "delayed",
        "api",
        () => {
          trade.isDelayed = true;
        },
        topic,
      );
      startConfirmTimer(call.store, trade, days);
      return brief(trade);
    },
  },
  {
    name: "taobao.trade.shippingaddress.update",
    level: "w1",
    parameters: {
      tid: "number!",
      receiver_name: "text",
      receiver_phone: "text",
      receiver_mobile: "text",
      receiver_state: "text",
      receiver_city: "text",
      receiver_district: "text",
      receiver_town: "text",
      receiver_address: "text",
      receiver_zip: "text",
    },
    run: writeAddress,
  },
  {
    name: "taobao.trade.postage.update",
    level: "w1",
    parameters: { tid: "number!", post_fee: "text!" },
    run: (call) => {
      const trade = tradeOf(call);
      const fee = parseYuan(call.parameters.text("post_fee") ?? "");
      if (fee === null) throw invalidParameter("post_fee", "not a price");
      if (!isUnpaid(trade)) throw refusal("isv.trade-service-error:TRADE_STATUS_ERROR", "the trade is paid");
      changePrice(call.store, trade, "api", () => {
        trade.postFee = fee;
      });
      return {
        trade: { ...brief(trade).trade, post_fee: yuan(fee), total_fee: yuan(paymentOf(trade)) },
      };
    },
  },
  {
    name: "taobao.trade.ordersku.update",
    level: "w1",
    parameters: { oid: "number!", sku_id: "number", sku_props: "text" },
    run: writeSku,
  },
];

function brief(trade: Trade): { trade: Row } {
  return { trade: { tid: id64(trade.tid), modified: toText(trade.modified) } };
}

/** Sending no flag makes it grey again; sending no text keeps the text. */
function writeMemo(call: Call): Row {
  const { store, parameters } = call;
  const trade = tradeOf(call);
  const flag = parameters.int("flag") ?? 0;
  if (flag < 0 || flag > 5) throw invalidParameter("flag", "from 0 to 5");
  const text = parameters.text("memo");
  if (gbkLength(text ?? "") > MEMO_BYTES) throw invalidParameter("memo", `longer than ${MEMO_BYTES} bytes`);
  setMemo(store, trade, parameters.flag("reset") === true ? null : (text ?? trade.memo), flag, "api");
  return brief(trade);
}

function writeAddress(call: Call): Row {
  const { store, parameters } = call;
  const trade = tradeOf(call);
  const { receiver } = trade;
  if (receiver === null || trade.status !== "WAIT_SELLER_SEND_GOODS")
    throw refusal("isv.trade-service-error:TRADE_STATUS_ERROR", `the trade is ${trade.status}`);
  const next: Receiver = { ...receiver };
  for (const [name, most] of Object.entries(ADDRESS_BYTES)) {
    const value = parameters.text(`receiver_${name}`);
    if (value === undefined) continue;
    if (gbkLength(value) > most) throw invalidParameter(`receiver_${name}`, `longer than ${most} bytes`);
    next[name as keyof Receiver] = value === "-1" ? "" : value;
  }
  setReceiver(call, trade, next);
  announceTrade(store, trade, "taobao_trade_TradeLogisticsAddressChanged");
  return brief(trade);
}

function setReceiver({ store }: Call, trade: Trade, receiver: Receiver): void {
  changeTrade(store, trade, "address", "api", () => {
    trade.receiver = receiver;
    trade.oaid = oaidOf(store.app.secret + store.shop.userId, receiver);
    trade.isAddressChanged = true;
  });
}

/** Another variant of the same listing at the same price, before it is shipped. */
function writeSku({ store, parameters }: Call): Row {
  const trade = store.lineOwner.get(parameters.id("oid"));
  const line = trade?.lines.find((candidate) => candidate.oid === parameters.id("oid"));
  if (trade === undefined || line === undefined) throw refusal("isv.trade-not-exist", "the order line does not exist");
  const item = store.items.get(line.itemId);
  const wanted = item?.skus.find(
    (sku) => sku.id === parameters.text("sku_id") || sku.properties === parameters.text("sku_props"),
  );
  if (item === undefined || wanted === undefined) throw refusal("isv.invalid-parameter:sku_id", "no such variant");
  if (!openLines(trade).includes(line)) throw refusal("isv.trade-service-error:TRADE_STATUS_ERROR", "it is shipped");
  if (wanted.price !== line.price) throw refusal("isv.trade-service-error:SKU_PRICE_DIFFER", "the price is another");
  if (choiceOf(store, line) !== null) returnUnits(store, trade, line, "variant");
  Object.assign(line, { skuId: wanted.id, code: wanted.code, skuText: textOf(wanted.propertiesName) });
  takeUnits(store, trade, line);
  changeTrade(store, trade, "variant", "api", () => {}, "taobao_trade_OrderSkuChanged");
  return { order: { oid: id64(line.oid), modified: toText(trade.modified) } };
}
