/** Reading refunds: lists that move, one refund, what may be done with it, what was said. https://open.taobao.com/api.htm?docId=52 */

import { type Fields, pickFields } from "./fields.ts";
import { type Call, type Method, oneOf, refundOf } from "./method.ts";
import { pageOf } from "./paging.ts";
import { disputeRow, refundRow } from "./refund-view.ts";
import { isExchange, isOpen, refundable } from "./refunds.ts";
import { ADDRESSES } from "./shipping-checks.ts";
import { nowOf } from "./store.ts";
import { toText } from "./time.ts";
import { refusal } from "./top-error.ts";
import { kindOfTrade } from "./topics.ts";
import type { Refund } from "./types.ts";
import { id64, List, type Row } from "./wire.ts";

const PAGE = { usual: 40, most: 100 };
const DISPUTE_PAGE = { usual: 20, most: 100 };
const USUAL_TYPES = "guarantee_trade,auto_delivery";
const STATUSES = [
  "WAIT_SELLER_AGREE",
  "WAIT_BUYER_RETURN_GOODS",
  "WAIT_SELLER_CONFIRM_GOODS",
  "SELLER_REFUSE_BUYER",
  "CLOSED",
  "SUCCESS",
  "WAIT_BUYER_CONFIRM_EXCHANGE_SELLER_SEND_GOODS",
  "EXCHANGE_TRANSFORM_TO_REFUND",
  "WAIT_SELLER_CONSIGN_GOODS",
];
/** The misspelt one stands so in the platform's own table. */
const DISPUTE_STATUSES = [
  ...STATUSES.slice(0, 6),
  "WAIT_BUYER_CONFIRM_REDO_SEND_GOODS",
  "WAIT_SELLER_CONFIRM_RETURN_ADDRESS",
  "WAIT_SELLER_CONSIGN_GOOGDS",
  "EXCHANGE_TRANSFORM_TO_REFUND",
  "EXCHANGE_WAIT_BUYER_CONFIRM_GOODS",
  "POST_FEE_DISPUTE_WAIT_ACTIVATE",
];

const LIST = {
  fields: "list!<100",
  status: "text",
  type: "text",
  start_modified: "date",
  end_modified: "date",
  page_no: "number",
  page_size: "number",
  use_has_next: "boolean",
  buyer_open_uid: "text",
  buyer_nick: "text",
} as const;

/** Reasons with which a seller may refuse. */
export const REFUSE_REASONS = [
  { id: 100, text: "商品没问题，买家举证无效", tips: "请上传凭证" },
  { id: 101, text: "已经影响二次销售", tips: "请上传凭证" },
] as const;

export const REFUND_METHODS: readonly Method[] = [
  {
    name: "taobao.refunds.receive.get",
    level: "r2",
    parameters: { ...LIST, ouid: "text" },
    run: (call) => {
      const page = listOf(call, STATUSES, (refund) => refund.special === null, PAGE);
      return {
        ...page.counts,
        refunds: new List(
          "refund",
          page.rows.map((refund) => briefRow(call, refund)),
        ),
      };
    },
  },
  {
    name: "taobao.special.refunds.receive.get",
    level: "r2",
    parameters: LIST,
    run: (call) => {
      const page = listOf(call, STATUSES, (refund) => refund.special !== null, PAGE);
      return {
        ...page.counts,
        refunds: new List(
          "refund",
          page.rows.map((refund) => briefRow(call, refund)),
        ),
      };
    },
  },
  {
    name: "taobao.refund.get",
    level: "r2",
    parameters: { fields: "list!<100", refund_id: "number!" },
    run: (call) => ({ refund: pickFields(refundRow(call.store, refundOf(call)), call.fields) }),
  },
  {
    name: "taobao.special.refund.get",
    level: "r2",
    parameters: { fields: "list!<100", refund_id: "number!" },
    run: (call) => ({ refund: pickFields(refundRow(call.store, refundOf(call)), call.fields) }),
  },
  {
    name: "tmall.dispute.receive.get",
    level: "r2",
    only: "B",
    parameters: { ...LIST, refund_id: "number" },
    run: (call) => {
      const wanted = call.parameters.text("refund_id");
      const fits = (refund: Refund): boolean =>
        refund.special === null && (wanted === undefined || refund.id === wanted);
      const page = listOf(call, DISPUTE_STATUSES, fits, DISPUTE_PAGE);
      const fields = disputeFields(call.fields);
      const rows = page.rows.map((refund) => pickFields(disputeRow(call.store, refund), fields));
      return { result: { ...page.counts, page_results: rows.length, results: new List("dispute", rows) } };
    },
  },
  {
    name: "taobao.refund.status.get",
    level: "r2",
    parameters: { query_param: "json!" },
    run: ({ store, parameters }) => {
      const { biz_order_id: id } = parameters.json("query_param") as { biz_order_id?: string | number };
      const found = [...store.refunds.values()]
        .filter(({ tid, oid }) => tid === String(id) || oid === String(id))
        .at(-1);
      const rows =
        found === undefined
          ? []
          : [
              {
                refund_id: id64(found.id),
                tid: id64(found.tid),
                oid: id64(found.oid),
                modified: toText(found.modified),
                status: found.status,
              },
            ];
      return { result_package: { result_list: new List("query_refund_status_response", rows) } };
    },
  },
  {
    name: "taobao.refund.detail.get",
    level: "r2",
    parameters: { refund_id: "number!", fields: "text!" },
    run: (call) => {
      const refund = refundOf(call);
      const row: Row = { refund_version: BigInt(refund.version) };
      const operations = operationsOf(refund).map((code) => ({ operation_code: code, tips: code }));
      if (call.fields.has("allowedOperations")) row.allowed_operations = new List("operation", operations);
      if (!call.fields.has("refund_version")) delete row.refund_version;
      return { detail: row };
    },
  },
  {
    name: "taobao.refund.messages.get",
    level: "r2",
    parameters: {
      fields: "list!<100",
      refund_id: "number!",
      refund_phase: "text",
      page_no: "number",
      page_size: "number",
    },
    run: (call) => {
      const refund = refundOf(call);
      needPhase(call, refund);
      const page = pageOf(call, refund.messages, PAGE);
      const rows = page.rows.map((message) =>
        pickFields(
          {
            id: id64(message.id),
            refund_id: refund.id,
            refund_phase: refund.phase,
            created: toText(message.at),
            message_type: message.type,
            owner_role: message.role,
            owner_nick: message.role === "2" ? call.store.shop.nick : "t**x",
            content: message.text,
          },
          call.fields,
        ),
      );
      return { total_results: refund.messages.length, refund_messages: new List("refund_message", rows) };
    },
  },
  {
    name: "taobao.refund.refusereason.get",
    level: "r2",
    parameters: { refund_phase: "text!", refund_id: "number!", fields: "text!" },
    run: (call) => {
      refundOf(call);
      const rows = REFUSE_REASONS.map(({ id, text, tips }) =>
        pickFields({ reason_id: id, reason_text: text, reason_tips: tips }, call.fields),
      );
      return { total_results: rows.length, has_next: false, reasons: new List("reason", rows) };
    },
  },
  {
    name: "taobao.refund.negotiatereturn.render",
    level: "r2",
    parameters: { refund_id: "number!" },
    run: (call) => {
      const refund = refundOf(call);
      const line = call.store.trades.get(refund.tid)?.lines.find(({ oid }) => oid === refund.oid);
      return {
        refund_version: BigInt(refund.version),
        apply_tips: "",
        max_refund_fee: { max_refund_fee: line === undefined ? 0 : refundable(line) },
        reason_list: new List("reason", [{ reason_id: 300, reason_text: "协商退货退款" }]),
        address_list: new List(
          "address",
          ADDRESSES.map(({ id, city, addr }) => ({ address_id: id64(id), city_name: city, address_detail: addr })),
        ),
      };
    },
  },
];

function listOf(
  call: Call,
  statuses: readonly string[],
  fits: (refund: Refund) => boolean,
  size: { usual: number; most: number },
) {
  const { store, parameters } = call;
  const asked = oneOf(call, "status", statuses)?.replace("GOOGDS", "GOODS");
  const types = new Set((parameters.text("type") ?? USUAL_TYPES).split(",").map((type) => type.trim()));
  const openUid = parameters.text("buyer_open_uid");
  const rows = store.refundsByModified
    .between(parameters.time("start_modified") ?? 0, parameters.time("end_modified") ?? nowOf(store))
    .reverse()
    .filter((refund) => {
      const trade = store.trades.get(refund.tid);
      if (trade === undefined || !fits(refund)) return false;
      return (
        (types.has(trade.type) || types.has(kindOfTrade(trade.type))) &&
        (asked === undefined || refund.status === asked) &&
        (openUid === undefined || trade.buyer.openUid === openUid)
      );
    });
  return pageOf(call, rows, size);
}

/** What a list shows; the whole of a refund has to be asked for. */
const NOT_IN_LIST = ["address", "cs_status", "advance_status", "refund_remind_timeout", "end_time", "good_return_time"];

function briefRow(call: Call, refund: Refund): Row {
  const row = pickFields(refundRow(call.store, refund), call.fields);
  for (const name of [...NOT_IN_LIST, "alipay_no", "num_iid", "price", "shipping_type"]) delete row[name];
  return row;
}

/** Two names of fields stand for groups. */
function disputeFields(fields: Fields): Fields {
  const all = new Set([...fields, "biz_order_id", "attribute"]);
  if (fields.has("show_return_logistic"))
    for (const name of ["company_name", "good_return_time", "address"]) all.add(name);
  const exchange = ["buyer_logistic_name", "buyer_logistic_no", "seller_logistic_name", "seller_logistic_no"];
  if (fields.has("show_exchange_logistic")) for (const name of exchange) all.add(name);
  return all;
}

/** Tmall shops must say in which phase a refund is. */
export function needPhase({ store, parameters }: Call, refund: Refund): void {
  if (store.shop.type !== "B") return;
  const phase = parameters.text("refund_phase");
  if (phase !== refund.phase) throw refusal("isv.invalid-parameter:refund_phase", "Tmall refunds need their phase");
}

function operationsOf(refund: Refund): string[] {
  if (!isOpen(refund)) return [];
  if (refund.status === "WAIT_SELLER_AGREE")
    return [
      isExchange(refund) || refund.isReturn ? "agree_return" : "agree_refund",
      ...(refund.constraint === "cannot_refuse" ? [] : ["refuse"]),
    ];
  if (refund.status === "WAIT_SELLER_CONFIRM_GOODS") return ["agree_refund", "refuse_return"];
  return ["leave_message"];
}
