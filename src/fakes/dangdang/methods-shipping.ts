/** Parcels: the one call that sends an order, and the change of its number. */

import { CallError, type Method, RowError } from "./method.ts";
import { orderOf } from "./methods-orders.ts";
import { goodsOf, type Parcel, setState, ship } from "./orders.ts";
import type { Store } from "./store.ts";
import type { Line, Order } from "./types.ts";
import { allOf, type Node, type Row, textOf } from "./xml.ts";

const MOST_ORDERS = 50;
/** Letters that version 3.0 wants. */
const CARRIERS = new Set(
  "YTO ZTO YUNDA STO SF QFKD BEST TTKDEX ZJS GTO LB ANE56 UC EMS FAST CRE DBWL YZ KYSY JT".split(" "),
);

function sendOrders(store: Store, file: Node, version: string): Row {
  const rows = allOf(file, "OrdersList", "OrderInfo");
  if (rows.length > MOST_ORDERS) throw new CallError("101", `一次最多${MOST_ORDERS}个订单`);
  const OrderInfo = rows.map((row) => {
    const orderID = textOf(row, "orderID");
    try {
      const order = orderOf(store, orderID);
      checkState(order);
      ship(store, order, parcelOf(order, row, version), "api");
      return { orderID, orderOperCode: 0, orderOperation: "成功" };
    } catch (error) {
      if (!(error instanceof RowError)) throw error;
      return { orderID, orderOperCode: error.code, orderOperation: error.message };
    }
  });
  return { Result: { OrdersList: { OrderInfo } } };
}

function checkState(order: Order): void {
  if (order.state === 50 && order.payMode === "货到付款") throw new RowError("货到付款订单状态不能修改", "601");
  if (order.state === 300 || order.state === 400 || order.state === 1000)
    throw new RowError("订单状态不正确，已发货", "51");
  if (order.state !== 101 || order.mode === 2) throw new RowError("订单状态不允许发货", "605");
}

function parcelOf(order: Order, row: Node, version: string): Parcel {
  const [carrier, phone, number] = [
    textOf(row, "logisticsName"),
    textOf(row, "logisticsTel"),
    textOf(row, "logisticsOrderID"),
  ];
  if (carrier === "" || !/^[\d-]{3,20}$/.test(phone) || !/^[A-Za-z0-9-]{5,40}$/.test(number))
    throw new RowError("物流公司、电话或单号错误", "40");
  // Which element holds the letters is not published: any will do.
  const values = [...row.children.values()].flat().map(({ text }) => text.trim());
  if (version === "3.0" && !values.some((value) => CARRIERS.has(value))) throw new RowError("物流公司编码错误", "40");
  const counts = new Map<Line, number>();
  for (const item of allOf(row, "SendGoodsList", "ItemInfo")) {
    const [line, count] = [lineOf(order, item), textOf(item, "sendGoodsCount")];
    if (!/^\d{1,6}$/.test(count) || Number(count) > line.count || counts.has(line))
      throw new RowError("商品数量错误", "42");
    counts.set(line, Number(count));
  }
  const sent = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (sent === 0) throw new RowError("发货数量全部为0", "39");
  if (order.money.gather > 0 && sent < order.lines.reduce((sum, { count }) => sum + count, 0) && goodsOf(order) > 0)
    throw new RowError("该订单不允许部分发货", "618");
  return { carrier, number, counts };
}

function lineOf(order: Order, item: Node): Line {
  const lines = order.lines.filter(({ sku }) => sku.id === textOf(item, "itemID"));
  if (lines.length === 0) throw new RowError("商品不属于该订单", "41");
  const line = lines.find(({ id }) => id === textOf(item, "productItemId"));
  if (line === undefined) throw new RowError("商品或促销编号错误", "1205");
  return line;
}

export const SHIPPING_METHODS: readonly Method[] = [
  ...["dangdang.order.goods.send", "dangdang.order.goods.sendxml"].map(
    (name): Method => ({
      name,
      http: "POST",
      upload: "sendGoods",
      run: ({ store, file, version }) => sendOrders(store, file, version),
    }),
  ),
  {
    name: "dangdang.orders.changeExpressNo",
    http: "POST",
    upload: "orderExpressInfo",
    functionId: "modifyExpressInfo",
    run: ({ store, file }) => {
      const of = (name: string): string => textOf(file, name);
      const order = orderOf(store, of("orderId"));
      for (const name of ["newExpressCompanyName", "newExpressCompanyId", "newExpressCompanyTel", "newExpressNo"])
        if (of(name) === "") throw new RowError(`${name}不能为空`);
      if (order.state !== 300 || order.tracking !== of("expressNo")) throw new RowError("运单号不属于该订单", "605");
      order.carrier = of("newExpressCompanyName");
      order.tracking = of("newExpressNo");
      setState(store, order, order.state, "api", "修改运单号");
      return { result: "true", resultCode: 1 };
    },
  },
];
