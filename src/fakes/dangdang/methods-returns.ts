/** Requests of buyers, the seller's answers, and the records of refunds. */

import { yuan } from "../fen.ts";
import { log } from "../living.ts";
import { closeReturn, moveReturn, reviewReturn } from "./disputes.ts";
import { checkWindow, each, type Method, pageOf, RowError, wrongParameter } from "./method.ts";
import { totalOf } from "./orders.ts";
import type { Store } from "./store.ts";
import type { Refund, Return } from "./types.ts";
import { allOf, type Node, type Row, textOf } from "./xml.ts";

const REFUND_DAYS = 92;
const MOST_FREIGHT = 5000;
const REASONS = ["质量问题", "发错货", "不想要了"];

function returnOf(store: Store, order: string, code: string): Return {
  const request = store.returns.get(code);
  if (request === undefined || request.order.id !== order) throw new RowError("退换货单不存在");
  return request;
}

/** Status and result in the words of the query: 1 pending, 2 handled; 1 agreed, 2 refused. */
const isHandled = ({ status }: Return): boolean => status !== 0;
const resultOf = ({ status }: Return): string =>
  status === 1000 || status === 300 ? "1" : status === 1100 ? "2" : "0";

function returnRow({ code, type, order, line, count }: Return, hasReasons: boolean): Row {
  return {
    returnExchangeCode: code,
    returnExchangeStatus: type,
    orderID: order.id,
    orderMoney: yuan(line.price * count),
    itemsList: {
      ItemInfo: [
        {
          itemID: line.sku.id,
          itemName: line.name,
          unitPrice: yuan(line.price),
          orderCount: count,
          oneLevelReverseReason: hasReasons ? REASONS[order.number % REASONS.length] : undefined,
          reverseDetailReason: hasReasons ? "破损" : undefined,
        },
      ],
    },
  };
}

function refundRow({ id, source, amount }: Refund): Row {
  const { order, line, count } = source;
  return {
    orderId: order.id,
    refundAmount: yuan(amount),
    totalAmount: yuan(totalOf(order)),
    sourceId: id,
    itemsList: { ItemInfo: [{ itemID: line.sku.id, itemName: line.name, orderCount: count }] },
  };
}

/** One row of the file that accepts or refuses requests. */
function reviewRow(store: Store, row: Node): void {
  const request = returnOf(store, textOf(row, "orderID"), textOf(row, "returnExchangeCode"));
  const value = textOf(row, "returnExchangeOrdersApprStatus");
  if (value !== "1" && value !== (store.options.refusalValue ?? "2")) throw new RowError("审核状态错误");
  if (request.type !== 5 && allOf(row, "itemsList").length > 0) throw new RowError("只有仅退款可以提交商品");
  if (value !== "1" && textOf(row, "apprComments") === "") throw new RowError("审核意见不能为空");
  if (request.status !== 0) throw new RowError("退换货单已经审核");
  request.comment = textOf(row, "apprComments");
  reviewReturn(store, request, value === "1", "api");
}

const among = (text: string, values: string): boolean => values.split(" ").includes(text);

export const RETURN_METHODS: readonly Method[] = [
  {
    name: "dangdang.orders.exchange.return.list.get",
    http: "GET",
    parameters: {
      o: "text",
      ...each("applyStatus type status result isNeedReverseReason p pageSize", "int"),
      ...each("resd reed", "date"),
    },
    run: (call) => {
      const { store, has, text } = call;
      const of = (name: string, values: string): string => {
        const value = has(name) ? text(name) : "9999";
        if (!among(value, `9999 ${values}`)) throw wrongParameter(name);
        return value;
      };
      const [applyStatus, type] = [of("applyStatus", "0 1000 300 1100 -100"), of("type", "1 2 5")];
      const [status, result] = [of("status", "1 2"), of("result", "1 2")];
      const isApplied = checkWindow(call, "resd", "reed", Infinity);
      const requests = [...store.returns.values()].filter(
        (one) =>
          (!has("o") || one.order.id === text("o")) &&
          (applyStatus === "9999" || String(one.status) === applyStatus) &&
          (type === "9999" || String(one.type) === type) &&
          (status === "9999" || (isHandled(one) ? "2" : "1") === status) &&
          (result === "9999" || resultOf(one) === result) &&
          isApplied(one.applied),
      );
      const page = pageOf(call, requests.reverse());
      return {
        totalInfo: {
          totalOrderCount: requests.length,
          pageSize: page.size,
          pageTotal: page.total,
          currentPage: page.number,
        },
        OrdersList: { OrderInfo: page.rows.map((one) => returnRow(one, text("isNeedReverseReason") === "1")) },
      };
    },
  },
  {
    name: "dangdang.orders.exchange.return.apply.approve",
    http: "POST",
    upload: "updateReturnExchangeOrdersApprStatus",
    run: ({ store, file }) => {
      const OrderInfo = allOf(file, "OrdersList", "OrderInfo").map((row) => {
        const ids = { orderID: textOf(row, "orderID"), returnExchangeCode: textOf(row, "returnExchangeCode") };
        try {
          reviewRow(store, row);
          return { ...ids, orderOperCode: 0, orderOperation: "成功" };
        } catch (error) {
          if (!(error instanceof RowError)) throw error;
          return { ...ids, orderOperCode: error.code, orderOperation: error.message };
        }
      });
      return { Result: { OrdersList: { OrderInfo } } };
    },
  },
  {
    name: "dangdang.order.return",
    http: "GET",
    parameters: { ...each("o ro", "text!"), op: "int!", ...each("shippingAmount deductAmount", "yuan"), mo: "text" },
    run: ({ store, text, fen }) => {
      const op = text("op");
      if (!among(op, "1000 1100 1200")) throw wrongParameter("op");
      if (text("mo").length > 50) throw wrongParameter("mo");
      const freight = fen("shippingAmount") ?? 0;
      if (freight > MOST_FREIGHT) throw wrongParameter("shippingAmount");
      const request = returnOf(store, text("o"), text("ro"));
      if (request.type !== 1 || request.status !== 1000) throw new RowError("退货单状态不正确");
      const amount = request.line.price * request.count + freight - (fen("deductAmount") ?? 0);
      if (amount < 0) throw wrongParameter("deductAmount");
      request.comment = text("mo");
      if (op === "1000") closeReturn(store, request, amount, "api");
      else if (op === "1100") moveReturn(store, request, 1100, "api");
      else log(store, delayOf(request));
      const ids = { orderID: request.order.id, returnOrderID: request.code };
      return { Result: { ...ids, operCode: 0, operation: "成功" } };
    },
  },
  {
    name: "dangdang.order.goods.exchange",
    http: "GET",
    parameters: { ...each("o ro", "text!"), op: "int!" },
    run: ({ store, text }) => {
      if (!among(text("op"), "0 1 2 3")) throw wrongParameter("op");
      const request = returnOf(store, text("o"), text("ro"));
      const ids = { orderID: request.order.id, returnOrderID: request.code };
      if (request.isQueued) return { Result: { ...ids, operCode: 2, operation: "已在处理队列中" } };
      if (request.type !== 2 || request.status !== 1000) throw new RowError("换货单状态不正确");
      if (text("op") === "2") log(store, delayOf(request));
      else {
        request.isQueued = true;
        if (text("op") === "3") moveReturn(store, request, 1100, "api");
        else {
          if (text("op") === "0") request.type = 1;
          closeReturn(store, request, request.line.price * request.count, "api");
        }
      }
      return { Result: { ...ids, operCode: 0, operation: "成功" } };
    },
  },
  {
    name: "dangdang.orders.refund.list",
    http: "GET",
    parameters: {
      order_id: "text",
      ...each("refundApp_Status pageSize pageIndex", "int"),
      ...each("lastModifyTime_start lastModifyTime_end osd oed", "time"),
    },
    run: (call) => {
      const { store, has, text, int } = call;
      const status = has("refundApp_Status") ? text("refundApp_Status") : "9999";
      if (!among(status, "9999 1 2 3")) throw wrongParameter("refundApp_Status");
      const [size, number] = [int("pageSize", 30), int("pageIndex", 1)];
      if (size < 1 || size > 100 || number < 1) throw wrongParameter("pageSize");
      const isModified = checkWindow(call, "lastModifyTime_start", "lastModifyTime_end", REFUND_DAYS);
      const isOrdered = checkWindow(call, "osd", "oed", REFUND_DAYS);
      const refunds = store.refunds
        .filter(
          (refund) =>
            (!has("order_id") || refund.source.order.id === text("order_id")) &&
            (status === "9999" || refund.status === Number(status)) &&
            isModified(refund.modified) &&
            isOrdered(refund.source.order.created),
        )
        .sort((a, b) => b.modified - a.modified);
      const refundInfo = refunds.slice((number - 1) * size, number * size).map(refundRow);
      return { refundInfos: { totalSize: refunds.length, refundInfoList: { refundInfo } } };
    },
  },
];

function delayOf({ code, order, status }: Return) {
  return {
    kind: "dispute_changed",
    disputeId: code,
    orderId: order.id,
    status: `${status} delayed`,
    by: "api",
  } as const;
}
