/** Refund applications before shipping, with their answers, and claims. Sums are fen. */

import { toText } from "../beijing-time.ts";
import { log } from "../living.ts";
import { answerRefund } from "./disputes.ts";
import { type Call, type Method, pageOf, refuseQuery } from "./method.ts";
import { cipher } from "./order-view.ts";
import type { Store } from "./store.ts";
import { EMPTY_TIMES } from "./time.ts";
import type { RefundApply } from "./types.ts";
import { BusinessError, Digits, id64, type Row } from "./wire.ts";

const MOST = { page: 1000, size: 100 };

function refundRow(refund: RefundApply, hasSkus: boolean): Row {
  const { order } = refund;
  return {
    id: id64(refund.id),
    orderId: order.id,
    buyerId: cipher(`pin_${order.buyer.name}`),
    buyerName: cipher(order.buyer.name),
    open_id_buyer: `o1AbC${order.buyer.number}`,
    applyTime: toText(refund.applied),
    checkTime: refund.checked === null ? EMPTY_TIMES[0] : toText(refund.checked),
    applyRefundSum: new Digits(`${refund.sum}.0`),
    status: refund.status,
    checkUserName: refund.checker,
    checkRemark: refund.remark,
    reason: refund.reason,
    systemId: refund.source,
    storeId: 0,
    partRefundType: 0,
    skuVoList: hasSkus
      ? order.lines.map((line) => ({ skuId: id64(line.sku.id), skuUuid: line.uuid ?? undefined, skuNum: line.count }))
      : undefined,
  };
}

function isWithin(at: number | null, from: number | undefined, to: number | undefined): boolean {
  if (from === undefined && to === undefined) return true;
  return at !== null && at >= (from ?? 0) && at <= (to ?? Number.MAX_SAFE_INTEGER);
}

function queryPage(call: Call): Row {
  const ids = call.has("ids") ? new Set(call.text("ids").split(",")) : null;
  const status = call.int("status", -1);
  const applied = [call.time("applyTimeStart"), call.time("applyTimeEnd")] as const;
  const checked = [call.time("checkTimeStart"), call.time("checkTimeEnd")] as const;
  const rows = [...call.store.refunds.values()]
    .filter(
      (refund) =>
        (ids?.has(refund.id) ?? true) &&
        (status === -1 || refund.status === status) &&
        (!call.has("orderId") || refund.order.id === call.text("orderId")) &&
        (!call.has("open_id_buyer") || call.text("open_id_buyer") === `o1AbC${refund.order.buyer.number}`) &&
        isWithin(refund.applied, ...applied) &&
        isWithin(refund.checked, ...checked),
    )
    .sort((a, b) => b.applied - a.applied || (a.id < b.id ? 1 : -1));
  const page = pageOf(rows, call.int("pageIndex", 1), call.int("pageSize", 10), MOST);
  const result = page.map((refund) => refundRow(refund, call.text("showSku") === "true"));
  return { queryResult: { success: true, errorCode: "", errorMsg: "", totalCount: rows.length, result } };
}

function refundOf(store: Store, id: string): RefundApply {
  const refund = store.refunds.get(id);
  if (refund === undefined) throw new BusinessError("404", "退款单不存在");
  return refund;
}

/** Agrees (goods have not left) or refuses (they have, and the reason is told). */
function reply(call: Call): Row {
  const refund = refundOf(call.store, call.text("id"));
  const [status, outWare] = [call.int("status", 0), call.int("outWareStatus", 0)];
  if (status !== 1 && status !== 2) throw new BusinessError("400", "审核状态不合法");
  if (status === 1 && outWare === 1) throw new BusinessError("400", "商品已出库，不能同意退款");
  if (status === 2 && (outWare !== 1 || call.int("rejectType", 0) < 1))
    throw new BusinessError("400", "拒绝类型不合法");
  if (status === 2 && !call.has("remark")) throw new BusinessError("400", "备注不能为空");
  if (refund.status !== 0) throw new BusinessError("409", "退款单已审核");
  if (outWare !== 0) refund.warehouse = outWare;
  answerRefund(call.store, refund, status, "api", call.text("remark"));
  if (call.has("checkUserName")) refund.checker = call.text("checkUserName");
  return { replyResult: { success: true, errorCode: "", errorMsg: "" } };
}

export const REFUND_METHODS: readonly Method[] = [
  {
    name: "jingdong.pop.afs.soa.refundapply.queryPageList",
    parameters: {
      ids: "string",
      status: "long",
      orderId: "id",
      buyerId: "string",
      buyerName: "string",
      applyTimeStart: "string",
      applyTimeEnd: "string",
      checkTimeStart: "string",
      checkTimeEnd: "string",
      pageIndex: "int",
      pageSize: "int",
      storeId: "long",
      showSku: "bool",
      open_id_buyer: "string",
      xid_buyer: "string",
    },
    refuse: refuseQuery("queryResult"),
    run: queryPage,
  },
  {
    name: "jingdong.pop.afs.soa.refundapply.queryById",
    parameters: { id: "long!" },
    refuse: refuseQuery("queryResult"),
    run: ({ store, text }) => {
      const result = [refundRow(refundOf(store, text("id")), true)];
      return { queryResult: { success: true, errorCode: "", errorMsg: "", totalCount: 1, result } };
    },
  },
  {
    name: "jingdong.pop.afs.soa.refundapply.getWaitRefundNum",
    parameters: {},
    run: ({ store }) => ({
      queryResult: {
        success: true,
        errorCode: "",
        errorMsg: "",
        totalCount: [...store.refunds.values()].filter(({ status }) => status === 0).length,
      },
    }),
  },
  {
    name: "jingdong.pop.afs.soa.refundapply.replyRefund",
    parameters: {
      status: "long!",
      id: "long!",
      checkUserName: "string",
      remark: "string",
      rejectType: "int",
      outWareStatus: "int",
    },
    refuse: refuseQuery("replyResult"),
    run: reply,
  },
  {
    name: "jingdong.pop.afs.soa.refundapply.updateWarehouseStatus",
    parameters: { orderId: "long!", refId: "long!", status: "int!" },
    refuse: refuseQuery("returnType"),
    run: (call) => {
      const refund = refundOf(call.store, call.text("refId"));
      if (refund.order.id !== call.text("orderId")) throw new BusinessError("404", "退款单与订单不符");
      refund.warehouse = call.int("status", 0);
      log(call.store, { kind: "order_changed", orderId: refund.order.id, what: "warehouse", by: "api" });
      return { returnType: { success: true, errorCode: "", errorMsg: "" } };
    },
  },
  {
    name: "jingdong.pop.afs.soa.compensate.queryCompensateList",
    parameters: {
      compensateId: "long",
      id: "long",
      refId: "string",
      refType: "long",
      modifiedStartTime: "string",
      modifiedEndTime: "string",
      pageIndex: "int",
      pageSize: "int",
    },
    refuse: refuseQuery("queryResult"),
    run: (call) => {
      const within = [call.time("modifiedStartTime"), call.time("modifiedEndTime")] as const;
      const rows = [...call.store.claims.values()].filter(
        (claim) =>
          (!call.has("compensateId") || claim.id === call.text("compensateId")) &&
          (!call.has("refId") || claim.order.id === call.text("refId")) &&
          (!call.has("refType") || claim.type === call.int("refType", 0)) &&
          isWithin(claim.modified, ...within),
      );
      const result = pageOf(rows, call.int("pageIndex", 1), call.int("pageSize", 10), MOST).map((claim) => ({
        compensateId: id64(claim.id),
        id: id64(claim.id),
        refId: claim.order.id,
        refType: claim.type,
        modified: toText(claim.modified),
      }));
      return { queryResult: { success: true, errorCode: "", errorMsg: "", totalCount: rows.length, result } };
    },
  },
];
