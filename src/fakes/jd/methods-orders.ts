/** Orders: searches, single orders, unpaid ones, discounts, memos, requests to cancel, addresses. */

import { DAY, MINUTE } from "../beijing-time.ts";
import { later, log, nowOf } from "../living.ts";
import { type Call, type Method, pageOf, pick, refuseApi, refuseFlag, refuseResult, type Spec } from "./method.ts";
import { couponRow, orderRow, unpaidRow } from "./order-view.ts";
import { cancel, isOpen, lock } from "./orders.ts";
import type { Store } from "./store.ts";
import { monthLater } from "./time.ts";
import type { Order } from "./types.ts";
import { BusinessError, type Row } from "./wire.ts";

const STATES = new Set(
  (
    "WAIT_SELLER_STOCK_OUT WAIT_SELLER_DELIVERY WAIT_SEND_CODE WAIT_GOODS_RECEIVE_CONFIRM FINISHED_L " +
    "SEND_TO_DISTRIBUTION_CENER DISTRIBUTION_CENTER_RECEIVED RECEIPTS_CONFIRM TRADE_CANCELED PARENT_TRADE_CANCELED " +
    "LOCKED PAUSE POP_ORDER_PAUSE ALL"
  ).split(" "),
);
const MOST = { page: 50, size: 50 };
/** How far back a search sees, by time of change and by time of creation. */
const SEEN = { modified: 92 * DAY, created: 730 * DAY };
/** The platform decides about a seller's request to cancel. */
const DECISION = 10 * MINUTE;

/** The order of a call. Throws when the shop shows no such order. */
export function orderOf(store: Store, id: string): Order {
  const order = store.orders.get(id);
  if (order === undefined || !order.isSeen) throw new BusinessError("404", "订单不存在");
  return order;
}

function statesOf(text: string): Set<string> | null {
  if (text === "") return null;
  const states = text.split(",").map((state) => state.trim());
  for (const state of states) if (!STATES.has(state)) throw new BusinessError("400", `订单状态不合法：${state}`);
  return states.includes("ALL") ? null : new Set(states);
}

interface Names {
  start: string;
  end: string;
  state: string;
  fields: string;
  size: string;
}

const FLAT: Names = {
  start: "start_date",
  end: "end_date",
  state: "order_state",
  fields: "optional_fields",
  size: "page_size",
};
const FBP: Names = {
  start: "startDate",
  end: "endDate",
  state: "orderState",
  fields: "optionalFields",
  size: "pageSize",
};

/** The window of a search: at most a month, and the last one where only what waits is asked for. */
function windowOf(call: Call, names: Names): [number, number] {
  const [from, to] = [call.time(names.start), call.time(names.end)];
  if (from === undefined && to === undefined && call.text(names.state) === "WAIT_SELLER_STOCK_OUT") {
    const now = nowOf(call.store);
    return [now - 30 * DAY, now];
  }
  if (from === undefined || to === undefined) throw new BusinessError("400", "开始时间和结束时间不能为空");
  if (to < from) throw new BusinessError("400", "结束时间不能早于开始时间");
  if (to > monthLater(from)) throw new BusinessError("400", "时间跨度不能超过一个月");
  return [from, to];
}

/** One page of a search, newest state of all rows: what changes meanwhile moves between pages. */
function search(call: Call, names: Names, isFbp: boolean, isMasked: boolean): Row {
  const { store } = call;
  if (!call.has(names.fields)) throw new BusinessError("400", `${names.fields}不能为空`);
  if (!call.has(names.state)) throw new BusinessError("400", `${names.state}不能为空`);
  const states = statesOf(call.text(names.state));
  const [from, to] = windowOf(call, names);
  const key = call.text("dateType") === "1" ? "created" : "modified";
  const least = Math.max(from, nowOf(store) - SEEN[key]);
  const rows = [...store.orders.values()]
    .filter((order) => order.isSeen && (order.type === 21) === isFbp)
    .filter((order) => order[key] >= least && order[key] <= to && (states?.has(order.state) ?? true))
    .sort((a, b) => a[key] - b[key] || (a.id < b.id ? -1 : 1));
  if (call.text("sortType") === "1") rows.reverse();
  const page = pageOf(rows, call.int("page", 1), call.int(names.size, 20), MOST);
  return {
    apiResult: { success: true, englishErrCode: "", chineseErrCode: "", numberCode: 0 },
    orderTotal: rows.length,
    orderInfoList: page.map((order) => fieldsOf(call, order, call.text(names.fields), isMasked)),
  };
}

function fieldsOf(call: Call, order: Order, fields: string, isMasked: boolean): Row {
  const row = orderRow(call.store, order, isMasked);
  for (const field of fields.split(",")) if (!(field in row)) call.store.ignored.add(field);
  return pick(row, fields);
}

function single(
  call: Call,
  names: Pick<Names, "state" | "fields">,
  id: string,
  isFbp: boolean,
  isMasked: boolean,
): Row {
  if (!call.has(names.fields)) throw new BusinessError("400", `${names.fields}不能为空`);
  const states = statesOf(call.text(names.state));
  const order = orderOf(call.store, call.text(id));
  if ((order.type === 21) !== isFbp || states?.has(order.state) === false) throw new BusinessError("404", "订单不存在");
  return {
    apiResult: { success: true, englishErrCode: "", chineseErrCode: "", numberCode: 0 },
    orderInfo: fieldsOf(call, order, call.text(names.fields), isMasked),
  };
}

const SEARCH: Record<string, Spec> = {
  start_date: "string",
  end_date: "string",
  order_state: "string",
  optional_fields: "string",
  page: "string",
  page_size: "string",
  sortType: "string",
  dateType: "string",
};
const GET: Record<string, Spec> = { order_state: "string", optional_fields: "string", order_id: "id!" };
const FBP_SEARCH: Record<string, Spec> = {
  startDate: "string",
  endDate: "string",
  orderState: "string",
  page: "string",
  pageSize: "string",
  colType: "string",
  optionalFields: "string",
  orderId: "id",
  sortType: "string",
  dateType: "string",
  storeId: "string",
  cky2: "string",
};

function unpaidOf(store: Store): Order[] {
  return [...store.orders.values()].filter(
    (order) => order.state === "NOT_PAID" && order.parentId === null && order.isHeld,
  );
}

export const ORDER_METHODS: readonly Method[] = [
  ...[false, true].map(
    (isPlain): Method => ({
      name: isPlain ? "jingdong.pop.order.search" : "jingdong.pop.order.enSearch",
      parameters: SEARCH,
      isSensitive: true,
      isPlain,
      refuse: refuseApi("searchorderinfo_result"),
      run: (call) => ({ searchorderinfo_result: search(call, FLAT, false, isPlain) }),
    }),
  ),
  ...[false, true].map(
    (isPlain): Method => ({
      name: isPlain ? "jingdong.pop.order.get" : "jingdong.pop.order.enGet",
      parameters: GET,
      isSensitive: true,
      isPlain,
      refuse: refuseApi("orderDetailInfo"),
      run: (call) => ({ orderDetailInfo: single(call, FLAT, "order_id", false, isPlain) }),
    }),
  ),
  {
    name: "jingdong.pop.order.fbp.search",
    parameters: FBP_SEARCH,
    isSensitive: true,
    refuse: refuseApi("searchfbporderinfo_result"),
    run: (call) => ({ searchfbporderinfo_result: search(call, FBP, true, false) }),
  },
  {
    name: "jingdong.pop.order.fbp.get",
    parameters: { orderState: "string", colType: "string", optionalFields: "string", orderId: "id!" },
    isSensitive: true,
    refuse: refuseApi("searchfbporderbyid_result"),
    run: (call) => ({ searchfbporderbyid_result: single(call, FBP, "orderId", true, false) }),
  },
  {
    name: "jingdong.pop.order.notPayOrderInfo",
    parameters: { startDate: "DateTime!", endDate: "DateTime!", page: "int!", pageSize: "int!" },
    isSensitive: true,
    run: (call) => {
      const [from = 0, to = 0] = [call.time("startDate"), call.time("endDate")];
      const rows = unpaidOf(call.store).filter(({ created }) => created >= from && created <= to);
      const [page, size] = [call.int("page", 1), call.int("pageSize", 20)];
      const list = pageOf(rows, page, size, MOST).map((order) => unpaidRow(call.store, order));
      return { paginatedInfo: { pageNo: page, pageSize: size, totalItem: rows.length, data: list } };
    },
  },
  {
    name: "jingdong.pop.order.notPayOrderById",
    parameters: { orderId: "id!" },
    isSensitive: true,
    run: (call) => {
      const order = unpaidOf(call.store).find(({ id }) => id === call.text("orderId"));
      return { orderDataNotPayInfo: order === undefined ? undefined : unpaidRow(call.store, order) };
    },
  },
  {
    name: "jingdong.pop.order.coupondetail",
    parameters: { orderId: "long!" },
    isSensitive: true,
    refuse: ({ code }) => ({ couponDetailExternal: { rtnCode: code } }),
    run: (call) => ({
      couponDetailExternal: { rtnCode: "0", couponDetailVo: couponRow(orderOf(call.store, call.text("orderId"))) },
    }),
  },
  {
    name: "jingdong.order.orderDelete.apply",
    parameters: { order_id: "id!", del_apply_type: "string!", del_apply_reason: "string!" },
    refuse: refuseResult("result"),
    run: ({ store, text }) => {
      const order = orderOf(store, text("order_id"));
      if (!isOpen(order)) throw new BusinessError("409", "订单当前状态不允许申请删除");
      lock(store, order);
      later(store, nowOf(store) + DECISION, () => {
        if (order.state === "LOCKED") cancel(store, order, "owner");
      });
      return { result: { success: true, code: "0", msg: "" } };
    },
  },
  {
    name: "jingdong.pop.order.modifyOrderAddr",
    parameters: {
      orderId: "long!",
      customerName: "string!",
      customerPhone: "string!",
      provinceId: "int!",
      cityId: "int!",
      countyId: "int!",
      townId: "int",
      detailAddr: "string!",
    },
    isSensitive: true,
    refuse: refuseFlag,
    run: (call) => {
      const order = orderOf(call.store, call.text("orderId"));
      if (!isOpen(order)) throw new BusinessError("409", "订单当前状态不允许修改地址");
      const [name, mobile, street] = ["customerName", "customerPhone", "detailAddr"].map(call.text);
      Object.assign(order.buyer, { name, mobile, street });
      log(call.store, { kind: "order_changed", orderId: order.id, what: "address", by: "api" });
      return { success: true };
    },
  },
];
