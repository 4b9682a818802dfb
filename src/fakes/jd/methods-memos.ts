/** The seller's memo of an order. It does not move the order's time of change. */

import { toText } from "../beijing-time.ts";
import { log, nowOf } from "../living.ts";
import { type Method, pageOf, refuseQuery } from "./method.ts";
import { orderOf } from "./methods-orders.ts";
import type { Store } from "./store.ts";
import type { Order } from "./types.ts";
import { BusinessError, type Row } from "./wire.ts";

function setMemo(store: Store, order: Order, text: string, flag: string): void {
  const now = nowOf(store);
  order.memo = { text, flag, created: order.memo?.created ?? now, modified: now };
  log(store, { kind: "order_changed", orderId: order.id, what: "memo", by: "api" });
}

function memoRow(order: Order): Row | undefined {
  const { memo } = order;
  if (memo === null) return undefined;
  const [created, modified] = [toText(memo.created), toText(memo.modified)];
  return { order_id: order.id, remark: memo.text, created, modified, flag: memo.flag };
}

const DONE = { success: true, result_code: "0", result_describe: "" };

export const MEMO_METHODS: readonly Method[] = [
  {
    name: "jingdong.pop.order.modifyVenderRemark",
    parameters: { order_id: "long!", flag: "string", remark: "string!" },
    refuse: refuseQuery("modifyvenderremark_result"),
    run: (call) => {
      const order = orderOf(call.store, call.text("order_id"));
      const flag = call.has("flag") ? call.text("flag") : "0";
      if (!/^[0-5]$/.test(flag)) throw new BusinessError("400", "flag不合法");
      if (call.text("remark").length > 500) throw new BusinessError("400", "备注不能超过500字");
      setMemo(call.store, order, call.text("remark"), flag);
      return { modifyvenderremark_result: { success: true } };
    },
  },
  {
    name: "jingdong.order.venderRemark.queryByOrderId",
    parameters: { order_id: "id!" },
    refuse: ({ code, message }) => ({
      venderRemarkQueryResult: { api_jos_result: { success: false, result_code: code, result_describe: message } },
    }),
    run: (call) => {
      const order = orderOf(call.store, call.text("order_id"));
      return { venderRemarkQueryResult: { api_jos_result: DONE, vender_remark: memoRow(order) } };
    },
  },
  {
    name: "jingdong.pop.order.getRemarkByModifyTime",
    parameters: { startTime: "string!", endTime: "string!", page: "int", sortTime: "int" },
    run: (call) => {
      const [from = 0, to = 0] = [call.time("startTime"), call.time("endTime")];
      const rows = [...call.store.orders.values()]
        .filter(({ memo }) => memo !== null && memo.modified >= from && memo.modified <= to)
        .sort((a, b) => (a.memo?.modified ?? 0) - (b.memo?.modified ?? 0));
      const page = pageOf(rows, call.int("page", 1), 100, { page: 1000, size: 100 });
      return {
        getremarkbymodifytime_result: { api_jos_result: DONE, vender_remark: page.map((order) => memoRow(order)) },
      };
    },
  },
];
