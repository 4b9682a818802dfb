/** The bill: lines of one order, or of a day. Long ranges run into the gateway's time-out. */

import { DAY, startOfDay, toText } from "../beijing-time.ts";
import { yuan } from "../fen.ts";
import { type Call, type Method, pageOf, type Spec } from "./method.ts";
import type { Fee, Order } from "./types.ts";
import { BusinessError, GatewayError, id64, money, type Row } from "./wire.ts";

/** Longer ranges time out. */
const LONGEST = 2 * DAY;

const QUERY: Record<string, Spec> = {
  businessBeginTime: "DateTime",
  businessEndTime: "DateTime",
  dateType: "int",
  startDate: "DateTime",
  endDate: "DateTime",
  settlementStatus: "string",
  orderId: "id",
};

/** The lines that a query asks for; by the day of business, or where `dateType` is 2 by that of settlement. */
function feesOf(call: Call, isRefund: boolean): Fee[] {
  const isBusiness = call.has("businessBeginTime") || call.has("businessEndTime");
  const [from, to] = isBusiness
    ? [call.time("businessBeginTime"), call.time("businessEndTime")]
    : [call.time("startDate"), call.time("endDate")];
  const hasRange = from !== undefined && to !== undefined;
  if (!hasRange && !call.has("orderId")) throw new BusinessError("400", "查询时间不能为空");
  if (hasRange && to - from > LONGEST) throw new GatewayError("67", "后端服务超时", "Backend timeout");
  const bySettlement = !isBusiness && call.int("dateType", 1) === 2;
  const status = call.text("settlementStatus");
  return call.store.fees.filter((fee) => {
    const at = bySettlement ? fee.settled : fee.at;
    return (
      fee.isRefund === isRefund &&
      (!call.has("orderId") || fee.order.id === call.text("orderId")) &&
      (!hasRange || (at !== null && at >= from && at <= to)) &&
      (status === "" || status === (fee.settled === null ? "0" : "1"))
    );
  });
}

function feeRow(fee: Fee): Row {
  return {
    detailId: fee.id,
    skuId: fee.line === null ? undefined : id64(fee.line.sku.id),
    skuUuid: fee.line?.uuid ?? undefined,
    count: fee.line?.count ?? 1,
    money: money(fee.amount),
    direction: fee.direction,
    feeType: fee.type,
    currency: "CNY",
    settlementStatus: fee.settled === null ? 0 : 1,
    settlementTime: fee.settled === null ? undefined : toText(fee.settled),
    billNo: fee.billNo ?? undefined,
    billType: fee.isRefund ? 2 : 1,
    settleRemark: fee.name,
    merDate: toText(startOfDay(fee.at)).slice(0, 10),
  };
}

function bills(call: Call, isRefund: boolean): Row {
  const byOrder = new Map<Order, Fee[]>();
  for (const fee of feesOf(call, isRefund)) byOrder.set(fee.order, [...(byOrder.get(fee.order) ?? []), fee]);
  const values = [...byOrder].map(([order, fees]) => ({
    orderId: id64(order.id),
    venderId: id64(call.store.shop.venderId),
    completed: order.ended === null ? undefined : toText(order.ended),
    createTime: toText(order.created),
    rfBusiType: isRefund ? "2" : "1",
    feeList: fees.map(feeRow),
  }));
  return { returnType: { success: true, resultCode: "200", message: "", values } };
}

const refuse =
  (root: string) =>
  ({ code, message }: BusinessError): Row => ({ [root]: { success: false, resultCode: code, message } });

export const BILL_METHODS: readonly Method[] = [
  {
    name: "jingdong.pop.taurus.queryBillChargeListByCondition",
    parameters: QUERY,
    refuse: refuse("returnType"),
    run: (call) => bills(call, false),
  },
  {
    name: "jingdong.pop.taurus.queryRefundBillChargeListByCondition",
    parameters: QUERY,
    refuse: refuse("returnType"),
    run: (call) => bills(call, true),
  },
  {
    name: "jingdong.scf.invoice.dailybill.queryDailyBillList",
    parameters: { applyId: "long", rfBillType: "string", endDate: "DateTime!", beginDate: "DateTime!", pageNum: "int" },
    refuse: refuse("ResultMO"),
    run: (call) => {
      const [from = 0, to = 0] = [call.time("beginDate"), call.time("endDate")];
      const totals = new Map<string, number>();
      for (const { settled, billNo, direction, amount } of call.store.fees)
        if (settled !== null && billNo !== null && settled >= from && settled <= to)
          totals.set(billNo, (totals.get(billNo) ?? 0) + (direction === 1 ? amount : -amount));
      const values = pageOf([...totals], call.int("pageNum", 1), 50, { page: 1000, size: 50 });
      return {
        ResultMO: {
          success: true,
          resultCode: "200",
          message: "",
          totalElements: totals.size,
          values: values.map(([billNo, total]) => ({ billNo, money: yuan(total) })),
        },
      };
    },
  },
];
