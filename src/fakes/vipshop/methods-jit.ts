/** Purchase orders and the pick lists that are cut from them. */

import type { Row } from "../bare-json.ts";
import { toText } from "../beijing-time.ts";
import { yuan } from "../fen.ts";
import { nowOf } from "../living.ts";
import { promotionOf, VENDOR_PERCENT } from "./ledger.ts";
import { type Args, pageOf, type Service, within } from "./method.ts";
import { cutPick, dueOf, isDelivered } from "./picks.ts";
import type { Store } from "./store.ts";
import type { Pick, Po, Sku } from "./types.ts";
import { double, Refusal, share } from "./wire.ts";

const MOST = 100;

export function poOf(store: Store, no: string): Po {
  const po = store.pos.get(no);
  if (po === undefined) throw new Refusal(`PO不存在:${no}`);
  return po;
}

export function pickOf(store: Store, no: string): Pick {
  const pick = store.picks.get(no);
  if (pick === undefined) throw new Refusal(`拣货单不存在:${no}`);
  return pick;
}

const priced = ({ supplyPrice, marketPrice }: Sku): Row => ({
  actual_unit_price: yuan(supplyPrice),
  actual_market_price: yuan(marketPrice),
});

function poRow(store: Store, po: Po): Row {
  const { schedule } = po;
  const due = dueOf(store, po).reduce((sum, { count }) => sum + count, 0);
  const sold = store.consumers
    .filter(({ offer, state }) => offer.schedule === schedule && state !== "cancelled")
    .reduce((sum, { count }) => sum + count, 0);
  const stock = [...schedule.offers.values()].reduce((sum, { leaving, hold }) => sum + leaving + hold, 0);
  return {
    po_no: po.no,
    co_mode: "jit",
    sell_st_time: toText(schedule.start),
    sell_et_time: toText(schedule.end),
    stock: String(stock),
    sales_volume: String(sold),
    not_pick: String(due),
    trade_mode: "3PL",
    schedule_id: String(schedule.id),
    vendor_name: store.name,
    brand_name: "ABC",
    warehouse: schedule.warehouse,
    schedule_name: schedule.name,
    po_start_time: toText(schedule.start),
    unpick_list: [{ sub_warehouse: schedule.warehouse, warehouse_not_pick: due, supply_num: sold }],
    cooperation_no: String(schedule.cooperationNo),
  };
}

function posOf(args: Args, store: Store): Po[] {
  const isStarted = within(args, "st_sell_st_time", "et_sell_st_time");
  const isEnded = within(args, "st_sell_et_time", "et_sell_et_time");
  const isBegun = within(args, "st_po_start_time", "et_po_start_time");
  const isCreated = within(args, "st_create_time", "et_create_time");
  return [...store.pos.values()].filter(
    ({ no, schedule, created }) =>
      (!args.has("po_no") || args.text("po_no").split(",").includes(no)) &&
      (!args.has("warehouse") || args.text("warehouse") === schedule.warehouse) &&
      (!args.has("co_mode") || args.text("co_mode") === "jit") &&
      isStarted(schedule.start) &&
      isEnded(schedule.end) &&
      isBegun(schedule.start) &&
      isCreated(created),
  );
}

function pickRow(pick: Pick): Row {
  return {
    po_no: pick.po.no,
    pick_no: pick.no,
    co_mode: "jit",
    sell_site: pick.po.schedule.warehouse,
    order_cate: "normal",
    pick_num: pick.lines.reduce((sum, { count }) => sum + count, 0),
    create_time: toText(pick.created),
    first_export_time: pick.exported === null ? "" : toText(pick.exported),
    export_num: pick.exportCount,
    delivery_status: isDelivered(pick) ? 1 : 0,
    delivery_num: pick.lines.reduce((sum, { delivered }) => sum + delivered, 0),
  };
}

/** Who reads the lines has exported the list. */
function exported(store: Store, pick: Pick): Pick {
  pick.exportCount += 1;
  pick.exported ??= nowOf(store);
  return pick;
}

function consumersOf(store: Store, pick: Pick): Row[] {
  return store.consumers
    .filter((consumer) => consumer.pick === pick)
    .map(({ orderSn, offer: { sku }, count, created }) => {
      const promotion = promotionOf(orderSn);
      return {
        order_id: orderSn,
        barcode: sku.barcode,
        amount: count,
        price: double(sku.sellPrice),
        brand_id: String(sku.product.brandId),
        promotions:
          promotion === 0
            ? []
            : [
                {
                  promotion_type: "1",
                  promotion_type_name: "满减",
                  promotion_description: "满200减20",
                  vendor_ratio: share(VENDOR_PERCENT),
                  discount_total_amount: double(promotion),
                  discount_vendor_amount: double((promotion * VENDOR_PERCENT) / 100),
                },
              ],
        failed_promotions: [],
        date: toText(created),
        actual_market_price: double(sku.marketPrice),
      };
    });
}

export const JIT: Service = {
  getPoList: (call) => {
    const all = posOf(call, call.store);
    const rows = pageOf(call, all, MOST).rows.map((po) => poRow(call.store, po));
    return { purchase_order_list: rows, total: all.length };
  },
  getPoOrders: (call) => {
    const all = posOf(call, call.store);
    const rows = pageOf(call, all, MOST).rows.map((po) => ({
      ...poRow(call.store, po),
      normality_flag: po.schedule.isNormal ? 1 : 0,
    }));
    return { po_orders: rows, total: all.length };
  },
  getPoSkuList: (call) => {
    const { store } = call;
    const po = poOf(store, call.text("po_no"));
    const isPicked = within(call, "st_pick_time", "et_pick_time");
    const all = store.consumers.filter(
      ({ offer, state, pick }) =>
        offer.schedule.po === po &&
        state !== "held" &&
        state !== "ordered" &&
        (!call.has("pick_no") || pick?.no === call.text("pick_no")) &&
        isPicked(pick?.created ?? null),
    );
    const rows = pageOf(call, all, MOST).rows.map(({ orderSn, offer: { sku }, count, state, created, changed }) => ({
      sell_site: po.schedule.warehouse,
      warehouse: po.schedule.warehouse,
      barcode: sku.barcode,
      amount: count,
      order_cate: "normal",
      order_status: state === "cancelled" ? "97" : "10",
      create_time: toText(created),
      audit_time: toText(changed),
      ...priced(sku),
      order_sn: orderSn,
    }));
    return { purchase_order_sku_list: rows, total: all.length };
  },
  createPick: (call) => {
    const { store } = call;
    const po = poOf(store, call.text("po_no"));
    if (call.has("warehouse") && call.text("warehouse") !== po.schedule.warehouse) throw new Refusal("仓库与PO不符");
    if (call.has("co_mode") && call.text("co_mode") !== "jit") throw new Refusal("合作模式与PO不符");
    const pick = cutPick(store, po, "api");
    if (pick === null) throw new Refusal("没有未拣货的商品");
    return [{ pick_no: pick.no, pick_type: "normal", warehouse: po.schedule.warehouse, jit_type: 1 }];
  },
  getPickList: (call) => {
    const { store } = call;
    const isCreated = within(call, "st_create_time", "et_create_time");
    const begins = within(call, "st_sell_time_from", "et_sell_time_from");
    const ends = within(call, "st_sell_time_to", "et_sell_time_to");
    const all = [...store.picks.values()].filter(
      ({ no, po, created, exportCount }) =>
        (!call.has("po_no") || call.text("po_no").split(",").includes(po.no)) &&
        (!call.has("pick_no") || call.text("pick_no") === no) &&
        (!call.has("warehouse") || call.text("warehouse") === po.schedule.warehouse) &&
        (!call.has("co_mode") || call.text("co_mode") === "jit") &&
        (!call.has("order_cate") || call.text("order_cate") === "normal") &&
        (!call.has("is_export") || call.num("is_export") === Math.min(1, exportCount)) &&
        isCreated(created) &&
        begins(po.schedule.start) &&
        ends(po.schedule.end),
    );
    return { picks: pageOf(call, all.reverse(), MOST).rows.map(pickRow), total: all.length };
  },
  getPickDetail: (call) => {
    const pick = exported(call.store, pickOf(call.store, call.text("pick_no")));
    const { schedule } = pick.po;
    if (call.text("po_no") !== pick.po.no) throw new Refusal("拣货单不属于该PO");
    return {
      po_no: pick.po.no,
      sell_st_time: toText(schedule.start),
      sell_et_time: toText(schedule.end),
      export_time: toText(nowOf(call.store)),
      export_num: pick.exportCount,
      warehouse: schedule.warehouse,
      order_cate: "normal",
      pick_product_list: pageOf(call, pick.lines, MOST).rows.map(({ sku, count, delivered }) => ({
        stock: count,
        barcode: sku.barcode,
        art_no: sku.product.sn,
        product_name: sku.product.name,
        size: sku.size,
        ...priced(sku),
        not_delivery_num: count - delivered,
        is_attended_activities: false,
      })),
      total: pick.lines.length,
      jit_type: 1,
    };
  },
  getMultiPoPickDetail: (call) => {
    const request = call.one("getPickDetailRequest");
    const pick = exported(call.store, pickOf(call.store, request.text("pick_no")));
    const rows = pageOf(request, pick.lines, MOST).rows.map(({ sku, count, delivered }) => ({
      po_no: pick.po.no,
      pick_no: pick.no,
      warehouse: pick.po.schedule.warehouse,
      barcode: sku.barcode,
      sn: sku.product.sn,
      product_name: sku.product.name,
      size: sku.size,
      pick_num: count,
      not_delivery_num: count - delivered,
      is_attended_activities: false,
      jit_type: 1,
    }));
    return { pick_detail_list: rows, total: pick.lines.length };
  },
  getPickFinancialData: (call) => {
    const request = call.one("request");
    const pick = pickOf(call.store, request.text("pick_no"));
    if (request.text("po_no") !== pick.po.no) throw new Refusal("拣货单不属于该PO");
    const all = consumersOf(call.store, pick);
    return {
      schedule_id: String(pick.po.schedule.id),
      order_details: pageOf(request, all, MOST).rows,
      total: all.length,
    };
  },
  getSkuPriceInfo: (call) => {
    const request = call.one("request");
    const { offers } = poOf(call.store, request.text("po_no")).schedule;
    const rows = request.texts("barcodes").flatMap((barcode) => {
      const sku = offers.get(barcode)?.sku;
      return sku === undefined ? [] : [{ barcode, ...priced(sku) }];
    });
    return { price_list: rows };
  },
};
