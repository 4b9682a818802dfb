/** Reading of parcels: carriers, addresses, shipping orders, what carriers report. https://open.taobao.com/api.htm?docId=234 */

import { CARRIERS, carrierName } from "./carriers.ts";
import { pickFields } from "./fields.ts";
import { type Call, type Method, oneOf, tradeOf } from "./method.ts";
import { pageOf } from "./paging.ts";
import { maskReceiver } from "./people.ts";
import { ADDRESSES } from "./shipping-checks.ts";
import { nowOf } from "./store.ts";
import { toText } from "./time.ts";
import { missingParameter } from "./top-error.ts";
import { maskNick } from "./topics.ts";
import type { Parcel, Trade } from "./types.ts";
import { id64, List, type Row } from "./wire.ts";

const PAGE = { usual: 40, most: 100 };
const ORDERS = {
  fields: "text!",
  tid: "number",
  buyer_nick: "text",
  status: "text",
  seller_confirm: "text",
  receiver_name: "text",
  start_created: "date",
  end_created: "date",
  freight_payer: "text",
  type: "text",
  page_no: "number",
  page_size: "number",
  ouid: "text",
} as const;

/** The text of the last report, as `status` of a trace shows it. */
const TRACE_TEXTS: Readonly<Record<string, string>> = { SIGNED: "对方已签收", FAILED: "派送异常", LOST: "已丢失" };

export const LOGISTICS_METHODS: readonly Method[] = [
  {
    name: "taobao.logistics.companies.get",
    parameters: { fields: "list!<20", is_recommended: "boolean", order_mode: "text" },
    run: (call) => {
      const mode = oneOf(call, "order_mode", ["offline", "online", "all"]);
      const rows = CARRIERS.filter(
        (carrier) =>
          (call.parameters.flag("is_recommended") !== true || carrier.isRecommended) &&
          (mode !== "offline" || !carrier.isOnlineOnly),
      ).map(({ id, code, name, pattern }) => pickFields({ id, code, name, reg_mail_no: pattern }, call.fields));
      return { logistics_companies: new List("logistics_company", rows) };
    },
  },
  {
    name: "alibaba.ascp.logistics.cp.get",
    level: "r1",
    parameters: { logistics_resource_request: "json" },
    run: () => ({
      result: {
        success: true,
        resource_list: new List(
          "logistics_resource_d_t_o",
          CARRIERS.map(({ id, code, name, pattern }) => ({
            company_id: id,
            resource_code: code,
            resource_name: name,
            reg_mail_no: pattern,
          })),
        ),
      },
    }),
  },
  {
    name: "taobao.logistics.address.search",
    level: "r1",
    parameters: { rdef: "text" },
    run: (call) => {
      const wanted = oneOf(call, "rdef", ["no_def", "get_def", "cancel_def"]);
      const rows = ADDRESSES.filter(({ isDefault }) => wanted === undefined || isDefault === (wanted !== "no_def"));
      return {
        addresses: new List(
          "address_result",
          rows.map((address) => ({
            contact_id: id64(address.id),
            contact_name: "仓库",
            province: "浙江省",
            city: address.city,
            country: "余杭区",
            addr: address.addr,
            zip_code: address.zip,
            mobile_phone: "13800000000",
            area_id: 330110,
            send_def: address.isDefault,
            get_def: address.isDefault,
            cancel_def: address.isDefault,
          })),
        ),
      };
    },
  },
  {
    name: "taobao.logistics.orders.get",
    level: "r2",
    parameters: ORDERS,
    run: (call) => parcelsOf(call, false),
  },
  {
    name: "taobao.logistics.orders.detail.get",
    level: "r2",
    parameters: ORDERS,
    run: (call) => parcelsOf(call, true),
  },
  {
    name: "taobao.logistics.trace.search",
    level: "r2",
    parameters: { tid: "number!", is_split: "number", sub_tid: "list<50" },
    run: (call) => {
      const trade = tradeOf(call);
      const oids = call.parameters.list("sub_tid");
      const parcel = parcelsSent(trade).find((one) => oids.length === 0 || oids.some((oid) => one.oids.includes(oid)));
      return parcel === undefined ? { tid: id64(trade.tid) } : traceRow(trade, parcel);
    },
  },
  {
    name: "taobao.logistics.trace.get",
    level: "r2",
    parameters: { tid: "number!" },
    run: (call) => {
      const trade = tradeOf(call);
      const rows = parcelsSent(trade)
        .filter((parcel) => parcel.steps.length > 0)
        .map((parcel) => traceRow(trade, parcel));
      return { result: new List("transit_step_result", rows) };
    },
  },
];

/** Goods without a carrier have no parcel. */
function parcelsSent(trade: Trade): Parcel[] {
  return trade.parcels.filter((parcel) => parcel.carrier !== "");
}

function parcelsOf(call: Call, isDetailed: boolean): Row {
  const { store, parameters } = call;
  const tid = parameters.text("tid");
  if (tid === undefined && !parameters.has("start_created")) throw missingParameter("tid");
  const [from, to] = [parameters.time("start_created") ?? 0, parameters.time("end_created") ?? nowOf(store)];
  const trades = tid === undefined ? store.byCreated.between(0, nowOf(store)) : [store.trades.get(tid)];
  const rows = trades
    .flatMap((trade) => (trade === undefined ? [] : parcelsSent(trade).map((parcel) => ({ trade, parcel }))))
    .filter(({ parcel }) => parcel.created >= from && parcel.created <= to)
    .sort((a, b) => b.parcel.created - a.parcel.created);
  const page = pageOf(call, rows, PAGE);
  return {
    total_results: rows.length,
    shippings: new List(
      "shipping",
      page.rows.map(({ trade, parcel }) => pickFields(parcelRow(call, trade, parcel, isDetailed), call.fields)),
    ),
  };
}

function parcelRow({ store }: Call, trade: Trade, parcel: Parcel, isDetailed: boolean): Row {
  const masked = trade.receiver === null ? null : maskReceiver(trade.receiver);
  const common: Row = {
    tid: id64(trade.tid),
    order_code: parcel.orderCode,
    seller_nick: store.shop.nick,
    buyer_nick: maskNick(trade.buyer.nick),
    out_sid: parcel.trackingNumber || undefined,
    item_title: trade.lines[0]?.title,
    receiver_name: masked?.name,
    created: toText(parcel.created),
    modified: toText(parcel.modified),
    status: parcel.status,
    type: "express",
    freight_payer: "seller",
    company_name: parcel.carrier === "" ? undefined : carrierName(parcel.carrier),
    seller_confirm: parcel.steps.length > 0 ? "yes" : "no",
    is_split: parcel.isSplit ? 1 : 0,
    sub_tids: new List("number", parcel.isSplit ? parcel.oids.map(id64) : []),
  };
  if (!isDetailed) return common;
  const mail = { out_sid: parcel.trackingNumber, company_name: carrierName(parcel.carrier) };
  return {
    ...common,
    receiver_mobile: masked?.mobile,
    mails: new List("logistics_mail", parcel.trackingNumber === "" ? [] : [mail]),
    location:
      trade.receiver === null
        ? undefined
        : {
            state: trade.receiver.state,
            city: trade.receiver.city,
            district: trade.receiver.district,
            address: masked?.address,
          },
  };
}

function traceRow(trade: Trade, parcel: Parcel): Row {
  const last = parcel.steps.at(-1);
  return {
    tid: id64(trade.tid),
    out_sid: parcel.trackingNumber,
    company_name: carrierName(parcel.carrier),
    status: last === undefined ? "等候发送给物流公司" : (TRACE_TEXTS[last.action] ?? "运输中"),
    trace_list: new List(
      "transit_step_info",
      parcel.steps.map((step) => ({ status_time: toText(step.at), status_desc: step.text, action: step.action })),
    ),
  };
}
