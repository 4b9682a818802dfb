/** Reading trades: lists that move while they are read, and one whole trade. https://open.taobao.com/api.htm?docId=128 */

import { pickFields } from "./fields.ts";
import { type Call, type Method, oneOf, tradeOf } from "./method.ts";
import { yuan } from "./money.ts";
import { pageOf } from "./paging.ts";
import { nowOf, type Store } from "./store.ts";
import { DAY, toText } from "./time.ts";
import { invalidParameter, missingParameter, refusal } from "./top-error.ts";
import { kindOfTrade } from "./topics.ts";
import { goodsTotal, linePaid, lineTotal, paymentOf } from "./totals.ts";
import { OAID_FIELDS, type TradeList, tradeRow } from "./trade-view.ts";
import type { Trade, TradeStatus } from "./types.ts";
import { id64, List, type Row } from "./wire.ts";

const PAGE = { usual: 40, most: 100 };
/** What a list has when no type is asked for. */
const USUAL_TYPES = "guarantee_trade,auto_delivery,ec,cod,step";
const MONTHS_3 = 90 * DAY;
const STATUSES: Readonly<Record<string, readonly TradeStatus[]>> = {
  ALL_WAIT_PAY: ["WAIT_BUYER_PAY", "TRADE_NO_CREATE_PAY"],
  ALL_CLOSED: ["TRADE_CLOSED", "TRADE_CLOSED_BY_TAOBAO"],
};
const KNOWN_STATUSES = [
  "TRADE_NO_CREATE_PAY",
  "WAIT_BUYER_PAY",
  "PAY_PENDING",
  "WAIT_PRE_AUTH_CONFIRM",
  "PAID_FORBID_CONSIGN",
  "WAIT_SELLER_SEND_GOODS",
  "SELLER_CONSIGNED_PART",
  "WAIT_BUYER_CONFIRM_GOODS",
  "TRADE_BUYER_SIGNED",
  "TRADE_FINISHED",
  "TRADE_CLOSED",
  "TRADE_CLOSED_BY_TAOBAO",
  "ALL_WAIT_PAY",
  "ALL_CLOSED",
];

const LIST_PARAMETERS = {
  fields: "text!",
  status: "text",
  type: "text",
  ext_type: "text",
  tag: "text",
  page_no: "number",
  page_size: "number",
  use_has_next: "boolean",
} as const;

export const TRADE_METHODS: readonly Method[] = [
  {
    name: "taobao.trades.sold.get",
    level: "r2",
    parameters: {
      ...LIST_PARAMETERS,
      start_created: "date",
      end_created: "date",
      buyer_nick: "text",
      rate_status: "text",
      buyer_open_id: "text",
    },
    run: (call) => {
      const { store, parameters } = call;
      const now = nowOf(store);
      const rows = store.byCreated.between(
        Math.max(parameters.time("start_created") ?? 0, now - MONTHS_3),
        parameters.time("end_created") ?? now,
      );
      return listOf(call, rows.reverse(), "sold");
    },
  },
  {
    name: "taobao.trades.sold.increment.get",
    level: "r2",
    parameters: {
      ...LIST_PARAMETERS,
      start_modified: "date!",
      end_modified: "date!",
      buyer_nick: "text",
      buyer_open_uid: "text",
    },
    run: (call) => listOf(call, changedBetween(call, "start_modified", "end_modified"), "increment"),
  },
  {
    name: "taobao.trades.sold.incrementv.get",
    level: "r2",
    parameters: { ...LIST_PARAMETERS, start_create: "date!", end_create: "date!" },
    run: (call) => listOf(call, changedBetween(call, "start_create", "end_create"), "incrementv"),
  },
  {
    name: "taobao.trade.fullinfo.get",
    level: "r2",
    parameters: { fields: "text!", tid: "number!", include_oaid: "text" },
    run: (call) => {
      const trade = tradeOf(call);
      if (call.parameters.text("include_oaid") === "true" && !hasOaidFields(call))
        throw refusal("isv.oaid-field-miss", `fields must hold ${OAID_FIELDS.join(", ")}`);
      return { trade: rowOf(call, trade, "fullinfo") };
    },
  },
  {
    name: "taobao.trades.sold.query",
    level: "r2",
    parameters: { query_list: "json!", scene: "text!", order_type: "text" },
    run: (call) => ({ tid_list: new List("string", findTids(call)) }),
  },
  {
    name: "taobao.trade.amount.get",
    level: "r2",
    parameters: { fields: "text!", tid: "number!" },
    run: (call) => ({ trade_amount: pickFields(amountRow(tradeOf(call)), call.fields) }),
  },
];

/** The trades that changed in a window, the last changed first. Throws when it is longer than a day. */
function changedBetween(call: Call, from: string, to: string): Trade[] {
  const { store, parameters } = call;
  const [start, end] = [parameters.time(from) ?? 0, parameters.time(to) ?? 0];
  if (end < start) throw invalidParameter(to, `${to} is before ${from}`);
  if (end - start > DAY) throw invalidParameter(from, "the window is longer than one day");
  const now = nowOf(store);
  const rows = store.byModified.between(Math.max(start, now - MONTHS_3), end).reverse();
  return rows.filter((trade) => (store.hiddenFromChanges.get(trade.tid) ?? 0) <= now);
}

function listOf(call: Call, rows: readonly Trade[], list: TradeList): Row {
  const types = new Set((call.parameters.text("type") ?? USUAL_TYPES).split(",").map((type) => type.trim()));
  const status = oneOf(call, "status", KNOWN_STATUSES);
  const statuses: readonly string[] | undefined = status === undefined ? undefined : (STATUSES[status] ?? [status]);
  const openUid = call.parameters.text("buyer_open_uid") ?? call.parameters.text("buyer_open_id");
  const now = nowOf(call.store);
  const found = rows.filter(
    (trade) =>
      trade.created > now - MONTHS_3 &&
      (types.has(trade.type) || types.has(kindOfTrade(trade.type))) &&
      (statuses === undefined || statuses.includes(trade.status)) &&
      (openUid === undefined || trade.buyer.openUid === openUid),
  );
  const page = pageOf(call, found, PAGE);
  return {
    ...page.counts,
    trades: new List(
      "trade",
      page.rows.map((trade) => rowOf(call, trade, list)),
    ),
  };
}

function hasOaidFields(call: Call): boolean {
  return OAID_FIELDS.every((name) => call.fields.has(name));
}

function rowOf(call: Call, trade: Trade, list: TradeList): Row {
  const row = tradeRow(call.store, trade, list);
  const picked = pickFields(row, call.fields);
  if (hasOaidFields(call)) picked.oaid = row.oaid;
  else delete picked.oaid;
  return picked;
}

/** Trades by what the buyer says on the phone: the newest hundred. */
function findTids({ store, parameters }: Call): string[] {
  if (!["1001", "1002"].includes(parameters.text("scene") ?? "")) throw invalidParameter("scene", "1001 or 1002");
  const queries = parameters.json("query_list");
  if (!Array.isArray(queries) || queries.length === 0) throw missingParameter("query_list");
  if (queries.length > 20) throw invalidParameter("query_list", "more than 20 entries");
  const fits = (store: Store, trade: Trade): boolean =>
    queries.some((query: Record<string, unknown>) => {
      const { receiver } = store.trades.get(trade.tid) ?? { receiver: null };
      return (
        receiver !== null &&
        [query.receiver_name, query.receiver_mobile, query.receiver_phone].some((value) => value !== undefined) &&
        (query.receiver_name === undefined || query.receiver_name === receiver.name) &&
        (query.receiver_mobile === undefined || query.receiver_mobile === receiver.mobile) &&
        (query.receiver_phone === undefined || query.receiver_phone === receiver.phone)
      );
    });
  const rows = store.byCreated.between(0, nowOf(store)).reverse();
  return rows
    .filter((trade) => fits(store, trade))
    .slice(0, 100)
    .map((trade) => trade.tid);
}

/** The money of a trade, line by line. */
function amountRow(trade: Trade): Row {
  const isFinished = trade.status === "TRADE_FINISHED";
  const commission = trade.lines.reduce((sum, line) => sum + line.commission, 0);
  return {
    tid: id64(trade.tid),
    alipay_no: trade.alipayNo,
    created: toText(trade.created),
    pay_time: trade.payTime === null ? undefined : toText(trade.payTime),
    end_time: trade.endTime === null ? undefined : toText(trade.endTime),
    total_fee: yuan(goodsTotal(trade)),
    post_fee: yuan(trade.postFee),
    cod_fee: yuan(trade.codFee),
    buyer_cod_fee: yuan(trade.codFee),
    seller_cod_fee: yuan(0),
    payment: yuan(paymentOf(trade)),
    commission_fee: yuan(isFinished ? commission : 0),
    buyer_obtain_point_fee: 0,
    order_amounts: new List(
      "order_amount",
      trade.lines.map((line) => ({
        oid: id64(line.oid),
        title: line.title,
        num_iid: id64(line.itemId),
        sku_id: line.skuId === null ? undefined : id64(line.skuId),
        sku_properties_name: line.skuText,
        num: line.num,
        price: yuan(line.price),
        discount_fee: yuan(line.discount),
        adjust_fee: yuan(line.adjust),
        divide_order_fee: yuan(linePaid(line)),
        part_mjz_discount: yuan(line.partDiscount),
        payment: yuan(trade.lines.length === 1 ? paymentOf(trade) : lineTotal(line)),
      })),
    ),
    promotion_details: new List(
      "promotion_detail",
      trade.promotions.map((promotion) => ({
        id: id64(promotion.id),
        promotion_name: promotion.name,
        discount_fee: yuan(promotion.amount),
      })),
    ),
  };
}
