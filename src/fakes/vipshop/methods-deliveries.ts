/** Deliveries to the platform's warehouses: head, boxes, confirmation, road, and what was counted. */

import type { Row, Value } from "../bare-json.ts";
import { parseTime, toText } from "../beijing-time.ts";
import { type Args, type Call, pageOf, type Service, within } from "./method.ts";
import { pickOf, poOf } from "./methods-jit.ts";
import { confirm, openDelivery } from "./picks.ts";
import type { Store } from "./store.ts";
import type { Box, Delivery, Po } from "./types.ts";
import { badArgument, Refusal } from "./wire.ts";

const MOST = 100;
const TRUCK = "1";
const SLOTS: Readonly<Record<string, readonly string[]>> = {
  [TRUCK]: ["09:00:00", "16:00:00", "22:00:00"],
  "2": ["12:00:00", "20:00:00"],
};
export const CARRIERS: readonly (readonly [string, string])[] = [
  ["1000000458", "顺丰速运"],
  ["1000000454", "中通快递"],
  ["1000000456", "圆通速递"],
];

function deliveryOf(store: Store, storageNo: string): Delivery {
  const delivery = store.deliveries.get(storageNo);
  if (delivery === undefined) throw new Refusal(`出仓单不存在:${storageNo}`);
  return delivery;
}

function openOf(store: Store, storageNo: string): Delivery {
  const delivery = deliveryOf(store, storageNo);
  if (delivery.out !== null) throw new Refusal("出仓单已确认出仓");
  return delivery;
}

export function carrierOf(code: string): string {
  const name = CARRIERS.find(([one]) => one === code)?.[1];
  if (name === undefined) throw new Refusal(`承运商不存在:${code}`);
  return name;
}

/** Arrivals are on time slots of the way of transport, after the departure. */
function checkArrival(store: Store, arrives: string, departs: string, method: string): void {
  const slots = store.options.arrivalSlots ?? SLOTS;
  const at = parseTime(arrives);
  if (at === null) throw badArgument("arrival_time is no time");
  if (!(slots[method === "" ? TRUCK : method] ?? []).includes(arrives.slice(11)))
    throw new Refusal(`预计到货时间${arrives}不在允许的时间点`);
  if (departs !== "" && (parseTime(departs) ?? Infinity) >= at) throw new Refusal("送货时间必须早于到货时间");
}

/** The head of a delivery; several purchase orders come joined by commas. */
function create(call: Call, args: Args): Delivery {
  const { store } = call;
  const pos = args
    .text("po_no")
    .split(",")
    .map((no) => poOf(store, no));
  const po = pos[0] as Po;
  const [departs, arrives, method] = [
    args.text("delivery_time"),
    args.text("arrival_time"),
    args.text("delivery_method"),
  ];
  if (args.text("warehouse") !== po.schedule.warehouse) throw new Refusal("送货仓库与PO不符");
  checkArrival(store, arrives, departs, method);
  const carrierCode = args.text("carrier_code");
  const wanted = { deliveryNo: args.text("delivery_no"), carrierCode, carrierName: carrierOf(carrierCode) };
  if ([...store.deliveries.values()].some(({ deliveryNo }) => deliveryNo === wanted.deliveryNo))
    throw new Refusal("送货单号已存在");
  return openDelivery(store, po, args.text("warehouse"), { ...wanted, method, departs, arrives });
}

/** All rows, or none of them. */
function fill(store: Store, delivery: Delivery, rows: readonly Args[]): Value {
  const boxes: Box[] = [];
  if (rows.length === 0) throw badArgument("delivery_list");
  for (const row of rows) {
    const [pick, barcode, amount] = [pickOf(store, row.text("pick_no")), row.text("barcode"), row.num("amount")];
    const line = pick.lines.find(({ sku }) => sku.barcode === barcode);
    if (line === undefined) throw new Refusal(`条码不在拣货单中:${barcode}`);
    if (row.has("po_no") && row.text("po_no") !== pick.po.no) throw new Refusal("拣货单不属于该PO");
    const packed = [...store.deliveries.values()]
      .filter(({ out }) => out === null)
      .flatMap((one) => one.boxes)
      .concat(boxes)
      .filter((box) => box.pick === pick && box.sku === line.sku)
      .reduce((sum, box) => sum + box.amount, 0);
    if (amount < 1 || amount > line.count - line.delivered - packed)
      throw new Refusal(`出仓数量超过未出仓数:${barcode}`);
    boxes.push({ pick, sku: line.sku, boxNo: row.text("box_no"), amount });
  }
  delivery.boxes.push(...boxes);
  return "success";
}

function send(store: Store, storageNo: string): Value {
  const delivery = openOf(store, storageNo);
  if (delivery.boxes.length === 0) throw new Refusal("出仓单没有明细");
  confirm(store, delivery, "api");
  return "success";
}

function edit(call: Call, args: Args): Delivery {
  const delivery = openOf(call.store, args.text("storage_no"));
  const of = (name: string, before: string): string => (args.has(name) ? args.text(name) : before);
  const departs = of("delivery_time", delivery.departs);
  const arrives = of("arrival_time", delivery.arrives);
  const method = of("delivery_method", delivery.method);
  checkArrival(call.store, arrives, departs, method);
  const carrierCode = of("carrier_code", delivery.carrierCode);
  const deliveryNo = of("delivery_no", delivery.deliveryNo);
  return Object.assign(delivery, {
    departs,
    arrives,
    method,
    carrierCode,
    carrierName: carrierOf(carrierCode),
    deliveryNo,
  });
}

const timeOf = (at: number | null): string => (at === null ? "" : toText(at));

function deliveryRow(store: Store, one: Delivery): Row {
  return {
    vendor_id: String(store.vendorId),
    vendor_name: store.name,
    po_no: one.po.no,
    delivery_no: one.deliveryNo,
    warehouse: one.warehouse,
    storage_no: one.storageNo,
    out_time: timeOf(one.out),
    arrive_time: one.arrives,
    real_arrive_time: timeOf(one.arrived),
    out_flag: one.out === null ? "0" : "1",
    create_time: toText(one.created),
    delivery_time: one.departs,
    carrier_code: one.carrierCode,
    carrier_name: one.carrierName,
    delivery_method: one.method,
    jit_type: 1,
  };
}

export function carrierRows(): Row[] {
  return CARRIERS.map(([code, name]) => ({
    tms_carrier_id: code.slice(-3),
    carrier_name: name,
    carrier_shortname: name.slice(0, 2),
    carrier_code: code,
    carrier_isvalid: 1,
  }));
}

export const DELIVERIES: Service = {
  createDelivery: (call) => {
    if (call.text("carrier_name") === "") throw badArgument("carrier_name");
    const { id, storageNo } = create(call, call);
    return { delivery_id: id, storage_no: storageNo };
  },
  createMultiPoDelivery: (call) => create(call, call.one("createMultiPoDeliveryRequest")).storageNo,
  importDeliveryDetail: (call) =>
    fill(call.store, openOf(call.store, call.text("storage_no")), call.list("delivery_list")),
  importMultiPoDeliveryDetail: (call) =>
    fill(call.store, openOf(call.store, call.text("storage_no")), call.list("delivery_list")),
  editDelivery: (call) => edit(call, call).storageNo,
  editMultiPoDelivery: (call) => edit(call, call.one("editMultiPoDeliveryRequest")) !== null,
  deleteDeliveryDetail: (call) => {
    const delivery = openOf(call.store, call.text("storage_no"));
    const rows = delivery.boxes.map(({ sku }, index) => ({
      delivery_no: delivery.deliveryNo,
      barcode: sku.barcode,
      delivery_detail_id: String(index + 1),
    }));
    delivery.boxes = [];
    return rows;
  },
  confirmDelivery: (call) => send(call.store, call.text("storage_no")),
  confirmDeliveryInfo: (call) => send(call.store, call.one("confirmRequest").text("storage_no")),
  deliveryGoods: (call) => {
    const request = call.one("request");
    const delivery = create(call, request);
    try {
      fill(call.store, delivery, request.list("delivery_list"));
    } catch (error) {
      call.store.deliveries.delete(delivery.storageNo);
      throw error;
    }
    send(call.store, delivery.storageNo);
    return delivery.storageNo;
  },
  getDeliveryList: (call) => {
    const isOut = within(call, "st_out_time", "et_out_time");
    const isArrived = within(call, "st_arrive_time", "et_arrive_time");
    const isExpected = within(call, "st_estimate_arrive_time", "et_estimate_arrive_time");
    const is = (name: string, value: string): boolean => !call.has(name) || call.text(name) === value;
    const all = [...call.store.deliveries.values()].filter(
      (one) =>
        is("po_no", one.po.no) &&
        is("delivery_no", one.deliveryNo) &&
        is("warehouse", one.warehouse) &&
        is("storage_no", one.storageNo) &&
        is("out_flag", one.out === null ? "0" : "1") &&
        isOut(one.out) &&
        isArrived(one.arrived) &&
        isExpected(parseTime(one.arrives)),
    );
    const rows = pageOf(call, all.reverse(), MOST).rows.map((one) => deliveryRow(call.store, one));
    return { delivery_list: rows, total: all.length };
  },
  getDeliveryGoods: (call) => {
    const one = deliveryOf(call.store, call.text("storage_no"));
    const rows = pageOf(call, one.boxes, MOST).rows.map(({ pick, sku, amount }) => ({
      storage_no: one.storageNo,
      po_no: pick.po.no,
      delivery_no: one.deliveryNo,
      warehouse: one.warehouse,
      out_time: timeOf(one.out),
      arrive_time: one.arrives,
      carrier_name: one.carrierName,
      barcode: sku.barcode,
      product_name: sku.product.name,
      amount: String(amount),
      pick_no: pick.no,
    }));
    return { delivery_goods_list: rows, total: one.boxes.length };
  },
  getDeliveryTraceInfo: (call) => {
    const { storageNo, deliveryNo, carrierName, traces } = deliveryOf(
      call.store,
      call.one("request").text("storage_no"),
    );
    const rows = traces.map(({ at, text }, index) => ({
      transport_code: String(index + 1),
      transport_detail: text,
      transport_time: toText(at),
    }));
    const info = { storage_no: storageNo, transport_no: deliveryNo, carrier_name: carrierName, traces: rows };
    return { delivery_trace_infoes: rows.length === 0 ? [] : [info] };
  },
  getActualStorageInfo: (call) => {
    const request = call.one("request");
    const one = deliveryOf(call.store, request.text("storage_no"));
    const all = one.counted ?? [];
    const rows = pageOf(request, all, MOST).rows.map(({ box, actual, back }) => ({
      barcode: box.sku.barcode,
      po_no: box.pick.po.no,
      amount: box.amount,
      actual_amount: actual,
      return_amount: back,
      differ_amount: box.amount - actual,
    }));
    return {
      storage_no: one.storageNo,
      storage_time: one.counted === null ? "" : timeOf(one.arrived),
      total: all.length,
      actual_storage_list: rows,
    };
  },
  getCarrierList: (call) => {
    const all = carrierRows();
    return { carriers: pageOf(call.one("carrierRequest"), all, MOST).rows, total: all.length };
  },
};
