/** The supplier's catalogue, the marketplace's products and prices, and campaigns. */

import type { Row, Value } from "../bare-json.ts";
import { parseDate, parseTime, toText } from "../beijing-time.ts";
import { yuan } from "../fen.ts";
import { log, nowOf } from "../living.ts";
import { type Args, type Call, pageOf, type Service } from "./method.ts";
import type { Store } from "./store.ts";
import type { Product, Sku } from "./types.ts";
import { badArgument, double, fenOf, Refusal } from "./wire.ts";

const MOST = 100;

const prices = ({ marketPrice, sellPrice, supplyPrice }: Sku): Row => ({
  market_price: double(marketPrice),
  sell_price: double(sellPrice),
  supply_price: double(supplyPrice),
});

const picture = ({ sn }: Product): Row => ({ image_url: `http://img.vip.example/${sn}.jpg`, image_index: 1 });

function spuRow(store: Store, product: Product): Row {
  const [first] = product.skus;
  return {
    vendor_id: store.vendorId,
    brand_id: product.brandId,
    product_name: product.name,
    category_id: 1001,
    sn: product.sn,
    ...(first === undefined ? {} : prices(first)),
    tax_rate: double(13),
    status: product.status,
    images: [picture(product)],
    sku_item_list: product.skus.map((sku) => ({
      barcode: sku.barcode,
      sale_props: { 尺码: sku.size },
      ...prices(sku),
    })),
  };
}

function skuRow(store: Store, sku: Sku): Row {
  const { product } = sku;
  return {
    vendor_id: store.vendorId,
    brand_id: product.brandId,
    product_name: product.name,
    category_id: 1001,
    sn: product.sn,
    barcode: sku.barcode,
    flat_sale_props: { 尺码: sku.size },
    ...prices(sku),
    tax_rate: double(13),
    spu_image_list: [picture(product)],
  };
}

function isAsked(args: Args, { brandId, sn }: Product): boolean {
  return (
    (!args.has("brand_id") || args.num("brand_id") === brandId) &&
    (!args.has("category_id") || args.num("category_id") === 1001) &&
    (!args.has("sn") || args.text("sn") === sn)
  );
}

export const CATALOGUE: Service = {
  multiGetProductSpuInfo: (call) => {
    const all = call.store.products.filter(
      (product) => isAsked(call, product) && (!call.has("status") || call.text("status") === product.status),
    );
    return { products: pageOf(call, all, MOST).rows.map((one) => spuRow(call.store, one)), total: all.length };
  },
  multiGetProductSkuInfo: (call) => {
    const all = [...call.store.skus.values()].filter(
      ({ product, barcode }) =>
        isAsked(call, product) && (!call.has("barcode") || call.text("barcode").split(",").includes(barcode)),
    );
    return { products: pageOf(call, all, MOST).rows.map((one) => skuRow(call.store, one)), total: all.length };
  },
};

function productOf(store: Store, spuId: string): Product {
  const product = store.products.find(({ shop }) => shop?.spuId === spuId);
  if (product === undefined) throw new Refusal(`商品不存在:${spuId}`);
  return product;
}

const detailRow = ({ skuId, barcode, size, product }: Sku): Row => ({
  sku_id: skuId,
  outer_sku_id: barcode,
  sale_props: { 尺码: size },
  size_detail_id: 90_000_000_000_000_017n,
  spu_id: product.shop?.spuId ?? "",
});

/** Each product by itself: what may not go on the shelf stays where it is. */
function shelve(call: Call, container: string, shelf: "0" | "1"): Value {
  const results: Row = {};
  const details: Row = {};
  for (const spuId of call.one(container).texts("spu_ids")) {
    const shop = call.store.products.find((product) => product.shop?.spuId === spuId)?.shop;
    const success = shop !== undefined && shop !== null && shop.audit === "PASS";
    if (success) shop.shelf = shelf;
    results[spuId] = success;
    details[spuId] = { success, result_message: success ? "" : "商品不存在或未通过审核" };
  }
  return { modify_time: toText(nowOf(call.store)), op_results: results, shelf_results: details };
}

export const PRODUCTS: Service = {
  getProducts: (call) => {
    const request = call.one("request");
    const is = (name: string, value: string): boolean => !request.has(name) || request.text(name) === value;
    const all = call.store.products.filter(
      ({ sn, shop }) =>
        shop !== null &&
        is("spu_id", shop.spuId) &&
        is("outer_spu_id", sn) &&
        is("shelf_status", shop.shelf) &&
        is("audit_status", shop.audit),
    );
    const { rows, hasNext } = pageOf(request, all, MOST);
    return {
      products: rows.map(({ sn, name, brandId, shop, skus }) => ({
        spu_id: shop?.spuId ?? "",
        outer_spu_id: sn,
        title: name,
        brand_id: String(brandId),
        shelf_status: shop?.shelf,
        audit_status: shop?.audit,
        image_url: `http://img.vip.example/${sn}.jpg`,
        sku_ids: skus.map(({ skuId }) => skuId),
      })),
      has_next: hasNext,
    };
  },
  getProductById: (call) => {
    const product = productOf(call.store, call.text("spu_id"));
    return {
      spu_id: call.text("spu_id"),
      outer_spu_id: product.sn,
      skus: product.skus.map(detailRow),
      title: product.name,
      brand_id: product.brandId,
      brand_name: "ABC",
      audit_status: product.shop?.audit,
    };
  },
  getSkuById: (call) => detailRow(shopSku(call)),
  onShelf: (call) => shelve(call, "onShelfProduct", "1"),
  offShelf: (call) => shelve(call, "offShelfProduct", "0"),
};

function shopSku(call: Call): Sku {
  const sku = call.store.shopSkus.get(call.text("sku_id"));
  if (sku === undefined) throw new Refusal(`sku不存在:${call.text("sku_id")}`);
  return sku;
}

export const MARKET_PRICES: Service = {
  getSkuPrice: (call) => {
    const { skuId, marketPrice, sellPrice } = shopSku(call);
    return { sku_id: skuId, market_price: double(marketPrice), sale_price: double(sellPrice) };
  },
  updateSkuPrice: (call) => {
    const sku = shopSku(call);
    const [market, sale] = [fenOf(call.num("market_price")), fenOf(call.num("sale_price"))];
    if (sale <= 0 || market < sale) throw new Refusal("销售价必须大于0且不高于市场价");
    Object.assign(sku, { marketPrice: market, sellPrice: sale });
    log(call.store, { kind: "price_set", variantId: sku.skuId, price: yuan(sale), by: "api" });
    return { success: true };
  },
};

export const SCHEDULES: Service = {
  getSchedules: (call) => {
    const of = (name: string): number => {
      const at = parseTime(call.text(name)) ?? parseDate(call.text(name));
      if (at === null) throw badArgument(name);
      return at;
    };
    const [from, to] = [of("start_date"), of("end_date")];
    const all = call.store.schedules.filter(
      ({ id, start, end, warehouse }) =>
        start <= to &&
        end >= from &&
        (!call.has("warehouse") || call.text("warehouse") === warehouse) &&
        (!call.has("schedule_id") || call.text("schedule_id") === String(id)),
    );
    const rows = pageOf(call, all, MOST).rows.map(({ id, name, start, end, warehouse }) => ({
      schedule_id: id,
      schedule_name: name,
      start_time: toText(start),
      end_time: toText(end),
      agio: "3折起",
      brand_name: ["ABC"],
      mobile_show_from: toText(start),
      mobile_show_to: toText(end),
      pc_show_from: toText(start),
      pc_show_to: toText(end),
      channels: ["1"],
      warehouses: [warehouse],
    }));
    return { schedules: rows, total: all.length };
  },
};
