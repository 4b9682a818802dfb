/** Reading listings: shelves, details, variants, by number and by the seller's code; and moving them between shelves. */

import { pickFields } from "./fields.ts";
import { itemHead, itemRow, skuRow } from "./item-view.ts";
import { type Call, type Method, oneOf } from "./method.ts";
import { yuan } from "./money.ts";
import { pageOf } from "./paging.ts";
import { liveSkus, setQuantity, totalOf } from "./stock.ts";
import { changeItem, nowOf, type Store } from "./store.ts";
import { toText } from "./time.ts";
import { invalidParameter, refusal } from "./top-error.ts";
import { itemTopic } from "./topics.ts";
import type { Item, Shelf } from "./types.ts";
import { id64, List, type Row } from "./wire.ts";

const PAGE = { usual: 40, most: 200 };
/** A search that reaches behind this many listings is refused. */
const DEEPEST = 20_000;
const LAST_PAGE = 101;
const BANNERS = ["regular_shelved", "never_on_shelf", "off_shelf", "for_shelved", "sold_out", "violation_off_shelf"];
const FOR_SHELVED: readonly Shelf[] = ["regular_shelved", "never_on_shelf", "off_shelf"];
const COLUMNS: Readonly<Record<string, (item: Item) => number>> = {
  list_time: (item) => item.listed ?? 0,
  delist_time: (item) => item.delisted ?? 0,
  num: totalOf,
  modified: (item) => item.modified,
  sold_quantity: (item) => item.sold,
};

const SEARCH = {
  fields: "text!",
  q: "text",
  cid: "number",
  seller_cids: "text",
  page_no: "number",
  page_size: "number",
  order_by: "text",
  has_discount: "boolean",
  is_taobao: "boolean",
  is_ex: "boolean",
  start_modified: "date",
  end_modified: "date",
  auction_type: "text",
} as const;

/** The listing of a call. Throws when the shop has no such listing. */
export function itemOf(call: Call, name = "num_iid"): Item {
  const item = call.store.items.get(call.parameters.id(name));
  if (item === undefined) throw refusal("isv.item-not-exist", "the item does not exist, or is not yours");
  return item;
}

export const ITEM_METHODS: readonly Method[] = [
  {
    name: "taobao.items.onsale.get",
    level: "r1",
    parameters: { ...SEARCH, has_showcase: "boolean", is_cspu: "boolean", is_combine: "boolean" },
    run: (call) => {
      const deep = (call.parameters.int("page_no") ?? 1) * (call.parameters.int("page_size") ?? PAGE.usual);
      if (deep > DEEPEST) throw invalidParameter("page_no", `page_no * page_size is more than ${DEEPEST}`);
      return search(call, (item) => item.shelf === "onsale");
    },
  },
  {
    name: "taobao.items.inventory.get",
    level: "r1",
    parameters: { ...SEARCH, banner: "text" },
    run: (call) => {
      if ((call.parameters.int("page_no") ?? 1) > LAST_PAGE) throw invalidParameter("page_no", `at most ${LAST_PAGE}`);
      const banner = oneOf(call, "banner", BANNERS) ?? "for_shelved";
      const shelves: readonly string[] = banner === "for_shelved" ? FOR_SHELVED : [banner];
      return search(call, (item) => shelves.includes(item.shelf));
    },
  },
  {
    name: "taobao.item.seller.get",
    level: "r1",
    parameters: { fields: "text!", num_iid: "number!" },
    run: (call) => ({ item: pickFields(itemRow(call.store, itemOf(call)), call.fields) }),
  },
  {
    name: "taobao.items.seller.list.get",
    level: "r1",
    parameters: { fields: "text!", num_iids: "list!<20" },
    run: (call) => {
      // Here the variants are asked for as `sku`.
      const fields = new Set(
        [...call.fields].flatMap((name) => (name === "skus" ? [] : name === "sku" ? ["skus"] : [name])),
      );
      const items = call.parameters.list("num_iids").flatMap((id) => call.store.items.get(id) ?? []);
      return {
        items: new List(
          "item",
          items.map((item) => pickFields(itemRow(call.store, item), fields)),
        ),
      };
    },
  },
  {
    name: "taobao.item.skus.get",
    level: "r1",
    parameters: { fields: "list!<20", num_iids: "list!<40" },
    run: (call) => {
      const items = call.parameters.list("num_iids").flatMap((id) => call.store.items.get(id) ?? []);
      const rows = items.flatMap((item) => item.skus.map((sku) => pickFields(skuRow(item, sku), call.fields)));
      return { skus: new List("sku", rows) };
    },
  },
  {
    name: "taobao.item.sku.get",
    level: "r1",
    parameters: { fields: "text!", sku_id: "number!", num_iid: "number" },
    run: (call) => {
      const id = call.parameters.id("sku_id");
      const item = call.store.skuOwner.get(id);
      const sku = item?.skus.find((candidate) => candidate.id === id);
      if (item === undefined || sku === undefined) throw refusal("isv.item-not-exist", "no such variant");
      return { sku: pickFields(skuRow(item, sku), call.fields) };
    },
  },
  {
    name: "taobao.items.custom.get",
    level: "r1",
    parameters: { fields: "text!", outer_id: "list!<40" },
    run: (call) => {
      const codes = new Set(call.parameters.list("outer_id"));
      const items = [...call.store.items.values()].filter((item) => codes.has(item.code));
      return {
        items: new List(
          "item",
          items.map((item) => pickFields(itemRow(call.store, item), call.fields)),
        ),
      };
    },
  },
  {
    name: "taobao.skus.custom.get",
    level: "r1",
    parameters: { fields: "text!", outer_id: "text!" },
    run: (call) => {
      const found = call.store.codes.get(call.parameters.id("outer_id")) ?? [];
      const rows = found.flatMap(({ item, sku }) => (sku === null ? [] : [pickFields(skuRow(item, sku), call.fields)]));
      return { skus: new List("sku", rows) };
    },
  },
  {
    name: "taobao.item.update.listing",
    level: "w1",
    parameters: { num_iid: "number!", num: "number!" },
    run: (call) => {
      const item = itemOf(call);
      const num = call.parameters.int("num") ?? 0;
      if (num < 0) throw invalidParameter("num", "below nothing");
      return { item: shelve(call.store, item, num) };
    },
  },
  {
    name: "taobao.item.update.delisting",
    level: "w1",
    parameters: { num_iid: "number!" },
    run: (call) => ({ item: unshelve(call.store, itemOf(call)) }),
  },
  {
    name: "alibaba.item.operate.upshelf",
    level: "w1",
    parameters: { item_id: "number!", quantity: "number" },
    run: (call) => {
      shelve(call.store, itemOf(call, "item_id"), call.parameters.int("quantity") ?? null);
      return { result: true };
    },
  },
  {
    name: "alibaba.item.operate.downshelf",
    level: "w1",
    parameters: { item_id: "number!" },
    run: (call) => {
      unshelve(call.store, itemOf(call, "item_id"));
      return { result: true };
    },
  },
];

function search(call: Call, fits: (item: Item) => boolean): Row {
  const { store, parameters } = call;
  const [column = "", direction = ""] = (parameters.text("order_by") ?? "list_time:desc").split(":");
  const numberOf = COLUMNS[column];
  if (numberOf === undefined || !["asc", "desc"].includes(direction))
    throw invalidParameter("order_by", "unknown column");
  const sign = direction === "asc" ? 1 : -1;
  const words = parameters.text("q");
  const rows = store.itemsByModified
    .between(parameters.time("start_modified") ?? 0, parameters.time("end_modified") ?? nowOf(store))
    .filter((item) => fits(item) && (words === undefined || item.title.includes(words)))
    .sort((a, b) => sign * (numberOf(a) - numberOf(b)) || sign * (a.id < b.id ? -1 : 1));
  const page = pageOf(call, rows, PAGE);
  const items = page.rows.map((item) => pickFields(itemHead(store, item), call.fields));
  return { ...page.counts, items: new List("item", items) };
}

/** Puts a listing on sale with so many pieces; the number counts where there are no variants. */
export function shelve(store: Store, item: Item, num: number | null): Row {
  if (item.shelf === "violation_off_shelf")
    throw refusal("isv.item-listing-service-error:ITEM_VIOLATION", "the item was taken down by the platform");
  const stock = item.skus.length === 0 ? (num ?? item.quantity) : totalOf(item);
  if (stock <= 0) throw refusal("isv.item-listing-service-error:ITEM_QUANTITY_ERROR", "nothing is in stock");
  if (item.skus.length === 0 && num !== null) setQuantity(store, { item, sku: null }, num, "api");
  changeItem(store, item, () => {
    item.shelf = "onsale";
    item.listed = nowOf(store);
    item.delisted = null;
  });
  announceItem(store, item, "taobao_item_ItemUpshelf");
  return { num_iid: id64(item.id), modified: toText(item.modified) };
}

export function unshelve(store: Store, item: Item): Row {
  changeItem(store, item, () => {
    if (item.shelf !== "violation_off_shelf") item.shelf = "off_shelf";
    item.delisted = nowOf(store);
  });
  announceItem(store, item, "taobao_item_ItemDownshelf");
  return { num_iid: id64(item.id), modified: toText(item.modified) };
}

export function announceItem(store: Store, item: Item, topic: string, more: Row = {}): void {
  const content = itemTopic(store.shop, item, totalOf(item), yuan(item.price), liveSkus(item)[0] ?? null);
  store.messages.add(topic, { ...content, ...more });
}
