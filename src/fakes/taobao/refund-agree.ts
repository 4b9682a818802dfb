/** Agreeing to refunds in batches. https://open.taobao.com/api.htm?docId=22465 */

import type { Call } from "./method.ts";
import { isExchange, payBack } from "./refunds.ts";
import type { Store } from "./store.ts";
import { invalidParameter, refusal } from "./top-error.ts";
import { List, type Row } from "./wire.ts";

const BATCH = 20;

/** The code that the seller's phone gets. */
export const SMS_CODE = "246810";

interface Agreement {
  id: string;
  amount: string;
  version: string | undefined;
  phase: string | undefined;
}

/** Up to twenty refunds; each stands for itself, but a large sum asks for the code of the seller's phone first. */
export function agreeMany(call: Call): Row {
  const { store, parameters, session } = call;
  if (session?.isSub !== true) throw refusal("isv.invalid-permission:not_sub_user", "sub-accounts alone may agree");
  const infos = parameters.id("refund_infos").split(",").map(parseAgreement);
  if (infos.length > BATCH) throw invalidParameter("refund_infos", `more than ${BATCH} refunds`);
  const sum = infos.reduce((all, info) => all + Number(info.amount), 0);
  const code = parameters.text("code");
  if (sum > store.smsAboveFen && code !== SMS_CODE && parameters.flag("ignore_code") !== true)
    return {
      succ: false,
      msg_code: "OP_FAILURE_UE",
      message: code === undefined ? "需要短信验证码" : "短信验证码错误",
    };
  const results = infos.map((info) => {
    const problem = agreeOne(store, info);
    return { refund_id: info.id, succ: problem === null, message: problem ?? "操作成功" };
  });
  const good = results.filter((result) => result.succ).length;
  const outcome = good === results.length ? "OP_SUCC" : good > 0 ? "SOME_OP_SUCC" : "OP_FAILURE_UE";
  return {
    succ: good === results.length,
    msg_code: outcome,
    message: outcome,
    results: new List("refund_mapping_result", results),
  };
}

function parseAgreement(text: string): Agreement {
  const [id = "", amount = "", version, phase] = text.trim().split("|");
  if (!/^\d+$/.test(id) || !/^\d+$/.test(amount)) throw invalidParameter("refund_infos", `cannot read ${text}`);
  return { id, amount, version, phase };
}

/** Why a refund is not agreed to; null when the money goes back. */
function agreeOne(store: Store, { id, amount, version, phase }: Agreement): string | null {
  const refund = store.refunds.get(id);
  if (refund === undefined) return "退款不存在";
  if (version !== String(refund.version)) return "退款版本已过期";
  if (Number(amount) !== refund.fee) return "退款金额不一致";
  if (store.shop.type === "B" && phase !== refund.phase) return "退款阶段错误";
  if (store.shop.type === "B" && !refund.isReviewed) return "退款未审核";
  const isReady =
    refund.status === "WAIT_SELLER_CONFIRM_GOODS" ||
    refund.status === "EXCHANGE_TRANSFORM_TO_REFUND" ||
    (refund.status === "WAIT_SELLER_AGREE" && !refund.isReturn);
  if (!isReady || (isExchange(refund) && refund.status !== "EXCHANGE_TRANSFORM_TO_REFUND")) return "退款状态错误";
  if (refund.constraint === "refund_onweb") return "请在网页操作";
  payBack(store, refund, "api");
  return null;
}
