/** Orders: the list, the details, and the opening of ciphertexts. */

import { CallError, checkWindow, each, type Method, pageOf, RowError, UNPUBLISHED, wrongParameter } from "./method.ts";
import { cipherOf, detailRow, listRow } from "./order-view.ts";
import type { Store } from "./store.ts";
import type { Order } from "./types.ts";
import type { Row } from "./xml.ts";

/** Integrators know no longer window. */
const MOST_DAYS = 15;
const MOST_CIPHERS = 20;
const STATES = new Set(["9999", "100", "50", "101", "260", "300", "400", "1000", "-100", "1100"]);
const SEND_MODES = new Set(["", "9999", "1", "2", "3", "4"]);

/** An order that the platform still shows. Throws `RowError`. */
export function orderOf(store: Store, id: string): Order {
  const order = store.orders.get(id);
  if (order === undefined || order.state === -200) throw new RowError("订单不存在");
  return order;
}

export const ORDER_METHODS: readonly Method[] = [
  {
    name: "dangdang.orders.list.get",
    versions: ["1.0", "3.0"],
    http: "GET",
    parameters: {
      ...each("o outerOrderID productID oit pm", "text"),
      ...each("os sm p pageSize", "int"),
      ...each("osd oed lastModifyTime_start lastModifyTime_end sgsd sged", "time"),
    },
    run: (call) => {
      const { store, has, text } = call;
      // Without a state only those that wait to be shipped.
      const state = has("os") ? text("os") : "101";
      if (!STATES.has(state)) throw wrongParameter("os");
      if (!SEND_MODES.has(text("sm"))) throw wrongParameter("sm");
      const isOrdered = checkWindow(call, "osd", "oed", Infinity);
      const isModified = checkWindow(call, "lastModifyTime_start", "lastModifyTime_end", MOST_DAYS);
      const isSent = checkWindow(call, "sgsd", "sged", Infinity);
      const items = has("productID") ? new Set(text("productID").split(",")) : null;
      const orders = [...store.orders.values()]
        .filter(
          (order) =>
            order.state !== -200 &&
            (state === "9999" || order.state === Number(state)) &&
            (!has("o") || order.id === text("o")) &&
            (!has("outerOrderID") || order.outerId === text("outerOrderID")) &&
            (!has("oit") || order.lines.some(({ sku }) => sku.code === text("oit"))) &&
            (items === null || order.lines.some(({ sku }) => items.has(sku.id))) &&
            isOrdered(order.created) &&
            isModified(order.modified) &&
            ((!has("sgsd") && !has("sged")) || (order.sent !== null && isSent(order.sent))),
        )
        .sort((a, b) => b.created - a.created || (a.id < b.id ? 1 : -1));
      const page = pageOf(call, orders);
      return {
        totalInfo: {
          orderCount: orders.length,
          sendGoodsOrderCount: orders.filter((order) => order.state === 101).length,
          pageSize: page.size,
          pageTotal: page.total,
          currentPage: page.number,
        },
        OrdersList: { OrderInfo: page.rows.map(listRow) },
      };
    },
  },
  {
    name: "dangdang.order.details.get",
    versions: ["1.0", "2.0", "4.0"],
    http: "GET",
    parameters: each("o outerOrderID", "text"),
    run: ({ store, has, text, version }) => {
      if (has("o")) return detailRow(orderOf(store, text("o")), version);
      if (!has("outerOrderID")) throw wrongParameter("missing o");
      const id = [...store.orders.values()].find(({ outerId }) => outerId === text("outerOrderID"))?.id;
      return detailRow(orderOf(store, id ?? ""), version);
    },
  },
  {
    name: "dangdang.orders.content.decrypt",
    http: "POST",
    parameters: { o_cryptStr: "text!" },
    run: ({ store, text }) => {
      if (store.options.mayDecrypt === false) throw new CallError(UNPUBLISHED.permission, "无权限调用该接口");
      const entries = ciphersOf(text("o_cryptStr"));
      if (entries.length === 0 || entries.length > MOST_CIPHERS) throw wrongParameter(`o_cryptStr: 1-${MOST_CIPHERS}`);
      return { code: 0, message: "成功", success: "true", data: entries.map((entry) => openedRow(store, entry)) };
    },
  },
];

interface Cipher {
  o: string;
  content: string;
}

function ciphersOf(text: string): Cipher[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    throw wrongParameter("o_cryptStr");
  }
  if (!Array.isArray(list)) throw wrongParameter("o_cryptStr");
  return list.map((entry: { o?: unknown; encrypt_content?: unknown } | null) => {
    if (typeof entry?.o !== "string" || typeof entry.encrypt_content !== "string") throw wrongParameter("o_cryptStr");
    return { o: entry.o, content: entry.encrypt_content };
  });
}

/** Each entry has a code of its own. */
function openedRow(store: Store, { o, content }: Cipher): Row {
  const order = store.orders.get(o);
  if (order === undefined || cipherOf(order) !== content)
    return { orderId: o, operCode: UNPUBLISHED.row, operation: "密文与订单不匹配" };
  const { name, mobile, street } = order.buyer;
  return {
    orderId: o,
    operCode: 0,
    operation: "成功",
    cryptUserInfo: {
      consigneeName: name,
      consigneeTel: "",
      consigneeMobileTel: mobile,
      consigneeAddr: `北京市东城区${street}`,
      invoiceAddress: "",
      identityNum: `11010119800101fa4e${order.number}`,
      match: "true",
    },
  };
}
