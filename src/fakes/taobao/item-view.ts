/** A listing and its variants as answers show them. https://open.taobao.com/api.htm?docId=24625 */

import { yuan } from "./money.ts";
import { liveSkus, totalOf } from "./stock.ts";
import type { Store } from "./store.ts";
import { DAY, toText } from "./time.ts";
import type { Item, Sku } from "./types.ts";
import { id64, List, type Row } from "./wire.ts";

/** A sold-out listing stays `onsale` and shows nothing left; it is listed apart. */
export function approveStatus(item: Item): "onsale" | "instock" {
  return item.shelf === "onsale" || item.shelf === "sold_out" ? "onsale" : "instock";
}

/** What lists show. */
export function itemHead(store: Store, item: Item): Row {
  return {
    approve_status: approveStatus(item),
    num_iid: id64(item.id),
    title: item.title,
    nick: store.shop.nick,
    type: "fixed",
    cid: item.cid,
    seller_cids: ",1001,",
    pic_url: `https://img.alicdn.example/${item.id}.jpg`,
    num: totalOf(item),
    props: "20000:29534;21541:38487",
    valid_thru: 7,
    list_time: item.listed === null ? undefined : toText(item.listed),
    delist_time: item.listed === null ? undefined : toText(item.delisted ?? item.listed + 7 * DAY),
    price: yuan(item.price),
    has_discount: false,
    has_showcase: false,
    modified: toText(item.modified),
    outer_id: item.code,
    is_virtual: item.isVirtual,
    sold_quantity: item.sold,
  };
}

/** Everything of a listing; without variants it has no list of them. */
export function itemRow(store: Store, item: Item): Row {
  const { sold_quantity, ...head } = itemHead(store, item);
  return {
    ...head,
    sold_quantity,
    created: toText(item.created),
    barcode: item.barcode,
    detail_url: `https://item.taobao.example/item.htm?id=${item.id}`,
    props_name: "20000:29534:品牌:示例#cln#牌;21541:38487:产地:杭州",
    sub_stock: item.takesAtPayment ? 2 : 1,
    with_hold_quantity: item.skus.length === 0 ? item.held : liveSkus(item).reduce((sum, sku) => sum + sku.held, 0),
    violation: item.shelf === "violation_off_shelf",
    item_imgs: new List("item_img", [{ id: 0, position: 0, url: `https://img.alicdn.example/${item.id}.jpg` }]),
    skus: new List("sku", item.skus.map(skuMember)),
  };
}

/** A variant inside its listing. */
export function skuMember(sku: Sku): Row {
  return {
    sku_id: id64(sku.id),
    properties: sku.properties,
    properties_name: sku.propertiesName,
    quantity: sku.quantity,
    with_hold_quantity: sku.held,
    price: yuan(sku.price),
    outer_id: sku.code,
    barcode: sku.barcode || undefined,
    created: toText(sku.created),
    modified: toText(sku.modified),
    status: sku.isDeleted ? "delete" : "normal",
  };
}

export function skuRow(item: Item, sku: Sku): Row {
  return { ...skuMember(sku), num_iid: id64(item.id) };
}

/** What a stock call answers: the listing and the variants that it touched. */
export function stockRow(item: Item, skus: readonly Sku[]): Row {
  return {
    item: {
      num_iid: id64(item.id),
      num: totalOf(item),
      modified: toText(item.modified),
      skus: new List(
        "sku",
        skus.map((sku) => ({ sku_id: id64(sku.id), quantity: sku.quantity, modified: toText(sku.modified) })),
      ),
    },
  };
}
