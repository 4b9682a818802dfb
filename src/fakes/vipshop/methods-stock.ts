/** Stock by co-operation and warehouse, reservations of consumers, and the stock of the marketplace. */

import type { Row } from "../bare-json.ts";
import { toText } from "../beijing-time.ts";
import { nowOf } from "../living.ts";
import { isOpen, windowOf } from "./catalogue.ts";
import { type Args, type Call, pageOf, type Service, withinEpoch } from "./method.ts";
import { pickOf } from "./methods-jit.ts";
import { dueOf } from "./picks.ts";
import { setOffer, setShop } from "./stock.ts";
import type { Store } from "./store.ts";
import type { Consumer, Offer, Schedule, Sku } from "./types.ts";
import { badArgument, Refusal } from "./wire.ts";

const MOST = 200;

function schedulesOf(store: Store, args: Args): Schedule[] {
  return store.schedules.filter(
    ({ cooperationNo, warehouse }) =>
      (!args.has("cooperation_no") || args.num("cooperation_no") === cooperationNo) &&
      (!args.has("warehouse") || args.text("warehouse") === warehouse),
  );
}

function reservationRow({ occupiedSn, orderSn, offer, count, created, changed, state }: Consumer): Row {
  const { sku, schedule } = offer;
  return {
    occupied_order_sn: occupiedSn,
    order_sn: orderSn,
    sale_warehouse: schedule.warehouse,
    address_code: "101001",
    barcodes: [
      {
        barcode: sku.barcode,
        amount: count,
        brand_id: sku.product.brandId,
        cooperation_no: schedule.cooperationNo,
        warehouse: schedule.warehouse,
        sales_source_indicator: 1,
        sales_no: BigInt(schedule.id) * 10_000_000_000_000n + 1n,
        create_time: toText(state === "cancelled" ? changed : created),
        cooperation_mode: "jit",
      },
    ],
  };
}

function reservations(call: Call, name: string, isShown: (one: Consumer) => number | null): Row {
  const request = call.one(name);
  const isIn = withinEpoch(request, "st_query_time", "et_query_time");
  const all = call.store.consumers.filter((one) => {
    const at = isShown(one);
    return (
      at !== null &&
      (!request.has("cooperation_no") || request.num("cooperation_no") === one.offer.schedule.cooperationNo) &&
      (!request.has("brand_id") || request.num("brand_id") === one.offer.sku.product.brandId) &&
      isIn(at)
    );
  });
  const { rows, hasNext } = pageOf(request, all, MOST);
  return { has_next: hasNext, occupied_orders: rows.map(reservationRow) };
}

function deducted(call: Call): { request: Args; all: Consumer[] } {
  const request = call.one("inventoryDeductOrdersRequest");
  const pick = pickOf(call.store, request.text("pick_no"));
  if (request.text("po_no") !== pick.po.no) throw new Refusal("拣货单不属于该PO");
  return { request, all: call.store.consumers.filter((one) => one.pick === pick) };
}

/** The one place that a write names. */
function offerOf(store: Store, request: Args): Offer {
  const sku = store.skus.get(request.text("barcode"));
  if (sku === undefined) throw new Refusal(`条码不存在:${request.text("barcode")}`);
  const schedules = new Set(schedulesOf(store, request));
  const offers = sku.offers.filter(({ schedule }) => schedules.has(schedule));
  const [offer] = offers;
  if (offer === undefined) throw new Refusal("商品不在该合作编码和仓库中");
  if (offers.length > 1) throw new Refusal("必须指定合作编码和仓库");
  return offer;
}

function update({ store, one }: Call): null {
  const request = one("request");
  const [batch, quantity, mode] = [request.text("batch_no"), request.num("quantity"), request.num("sync_mode")];
  if (batch === "" || batch.length > 40) throw badArgument("batch_no");
  if (mode !== 0 && mode !== 1) throw badArgument("sync_mode");
  if (mode === 0 && quantity < 0) throw badArgument("quantity");
  if (store.options.isRegional === true && !request.has("area_warehouse_id")) throw badArgument("area_warehouse_id");
  const offer = offerOf(store, request);
  if (store.batches.has(batch)) {
    if (store.options.repeatedBatch === "silent") return null;
    throw new Refusal(`批次号重复:${batch}`);
  }
  if (offer.schedule.end < nowOf(store)) throw new Refusal("档期已结束，不能更新库存");
  if (offer.isBroken && request.num("circuit_break_ack_flag") !== 1) throw new Refusal("库存已熔断，请确认后更新");
  const held = store.options.quantityIncludesHold === true && mode === 0 ? offer.hold : 0;
  const leaving = mode === 0 ? quantity - held : offer.leaving + quantity;
  if (mode === 1 && leaving < 0) throw new Refusal("库存不足");
  store.batches.add(batch);
  offer.isBroken = false;
  setOffer(store, offer, Math.max(0, leaving), "api");
  return null;
}

export const INVENTORY: Service = {
  getCooperationNoList: (call) => {
    const request = call.one("getCooperationNoListRequest");
    const { rows, hasNext } = pageOf(request, schedulesOf(call.store, request), MOST);
    return {
      has_next: hasNext,
      cooperation_no_list: rows.map((schedule) => ({
        vendor_id: call.store.vendorId,
        cooperation_no: schedule.cooperationNo,
        warehouse: schedule.warehouse,
        sell_time_from: windowOf(schedule).from,
        sell_time_to: windowOf(schedule).to,
      })),
    };
  },
  getSkuList: (call) => {
    const criteria = call.one("criteria");
    const now = nowOf(call.store);
    const isIn = criteria.has("start_query") ? withinEpoch(criteria, "start_query", "end_query") : () => true;
    const all = schedulesOf(call.store, criteria)
      .filter((schedule) => isOpen(schedule, now))
      .flatMap(({ offers }) => [...offers.values()])
      .filter(({ changed }) => isIn(changed));
    const { rows, hasNext } = pageOf(call, all, MOST);
    return {
      has_next: hasNext,
      list: rows.map(({ sku, schedule, changed }) => ({
        barcode: sku.barcode,
        product_name: sku.product.name,
        sn: sku.product.sn,
        selling_status: 1,
        cooperation_no: schedule.cooperationNo,
        warehouse: schedule.warehouse,
        latest_update_time: changed,
      })),
    };
  },
  getSkuStock: (call) => {
    const { store } = call;
    const schedules = new Set(schedulesOf(store, call));
    return call
      .text("barcode")
      .split(",")
      .flatMap((barcode) => store.skus.get(barcode)?.offers ?? [])
      .filter(({ schedule }) => schedules.has(schedule))
      .map((offer) => ({
        cooperation_no: offer.schedule.cooperationNo,
        warehouse: offer.schedule.warehouse,
        barcode: offer.sku.barcode,
        leaving_stock: offer.leaving,
        current_hold: offer.hold,
        circuit_break_value: offer.isBroken ? 1 : 0,
      }));
  },
  updateInventory: (call) => update(call),
  getAdvisedSkuList: (call) => {
    const [schedule] = schedulesOf(call.store, call);
    if (schedule === undefined) throw new Refusal("合作编码不存在");
    const due = dueOf(call.store, schedule.po);
    return {
      vendor_id: call.store.vendorId,
      cooperation_no: schedule.cooperationNo,
      warehouse: schedule.warehouse,
      list: [...schedule.offers.values()].map(({ sku, leaving }) => ({
        barcode: sku.barcode,
        advise_num: Math.max(0, 20 - leaving),
        reservations: due.filter(({ offer }) => offer.sku === sku).reduce((sum, { count }) => sum + count, 0),
      })),
    };
  },
  getInventoryOccupiedOrders: (call) => reservations(call, "inventoryOccupiedOrdersRequest", ({ created }) => created),
  getInventoryCancelledOrders: (call) =>
    reservations(call, "inventoryCancelledOrdersRequest", ({ state, changed }) =>
      state === "cancelled" ? changed : null,
    ),
  getInventoryDeductOrders: (call) => {
    const { request, all } = deducted(call);
    const { rows, hasNext } = pageOf(request, all, MOST);
    return { pick_no: request.text("pick_no"), has_next: hasNext, orders: rows.map(({ occupiedSn }) => occupiedSn) };
  },
  getDeductOrderDetail: (call) => {
    const { request, all } = deducted(call);
    const { rows, hasNext } = pageOf(request, all, MOST);
    return {
      pick_no: request.text("pick_no"),
      has_next: hasNext,
      deduct_orders: rows.map(({ occupiedSn, offer: { sku, schedule }, count, changed }) => ({
        occupied_order_sn: occupiedSn,
        barcodes: [
          {
            barcode: sku.barcode,
            amount: count,
            cooperation_no: schedule.cooperationNo,
            warehouse: schedule.warehouse,
            create_time: toText(changed),
          },
        ],
      })),
    };
  },
};

function shopSkuOf(store: Store, request: Args): Sku {
  const sku = store.shopSkus.get(request.text("sku_id"));
  if (sku === undefined) throw new Refusal(`sku不存在:${request.text("sku_id")}`);
  return sku;
}

/** What is set goes on the shelf; what orders hold counts apart. */
export const MARKET_STOCK: Service = {
  getSkuStock: (call) => {
    const sku = shopSkuOf(call.store, call.one("getSkuStockRequest"));
    const held = { cart_hold: 0, order_hold: sku.hold };
    return { sku_stocks: [{ sku_id: sku.skuId, leaving_stock: sku.stock, ...held, warehouse: "VIP_NH" }] };
  },
  updateSkuStock: (call) => {
    const request = call.one("updateSkuStockRequest");
    const sku = shopSkuOf(call.store, request);
    if (request.num("quantity") < 0) throw badArgument("quantity");
    setShop(call.store, sku, request.num("quantity"), "api");
    return { success: true, over_sell_quantity: 0 };
  },
  increaseSkuStock: (call) => {
    const request = call.one("increaseSkuStockRequest");
    const sku = shopSkuOf(call.store, request);
    const batch = request.text("batch_no");
    if (call.store.batches.has(batch)) throw new Refusal(`批次号重复:${batch}`);
    const after = sku.stock + request.num("quantity");
    call.store.batches.add(batch);
    setShop(call.store, sku, Math.max(0, after), "api");
    return { success: true, over_sell_quantity: Math.max(0, -after) };
  },
};
