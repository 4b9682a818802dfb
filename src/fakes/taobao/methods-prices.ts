/** Setting prices and the seller's codes. The listing's own price lies between those of its variants. https://open.taobao.com/api.htm?docId=24249 */

import type { Call, Method } from "./method.ts";
import { announceItem, itemOf } from "./methods-items.ts";
import { type TmallEntry, tmallTargets } from "./methods-stock.ts";
import { parseYuan, yuan } from "./money.ts";
import { choiceId, liveSkus, setQuantity } from "./stock.ts";
import { type Choice, changeItem, log, nowOf, type Store } from "./store.ts";
import { toText } from "./time.ts";
import { invalidParameter, refusal } from "./top-error.ts";
import type { Cause, Item, Sku } from "./types.ts";
import { id64, type Row } from "./wire.ts";

const SKU_PRICE = {
  num_iid: "number!",
  properties: "text!",
  quantity: "number",
  price: "price",
  outer_id: "text",
  lang: "text",
  item_price: "price",
  ignorewarning: "text",
} as const;

export const PRICE_METHODS: readonly Method[] = [
  { name: "taobao.item.sku.price.update", level: "w1", only: "C", parameters: SKU_PRICE, run: skuUpdate },
  { name: "taobao.item.sku.update", level: "w1", only: "C", parameters: SKU_PRICE, run: skuUpdate },
  {
    name: "taobao.item.price.update",
    level: "w1",
    only: "C",
    parameters: { num_iid: "number!", price: "price!" },
    run: (call) => {
      const item = itemOf(call);
      setPrices(call.store, item, new Map(), call.parameters.price("price"), "api");
      return { item: { num_iid: id64(item.id), modified: toText(item.modified) } };
    },
  },
  {
    name: "tmall.item.price.update",
    level: "w1",
    only: "B",
    parameters: { item_id: "number!", item_price: "price", sku_prices: "json", options: "json" },
    run: tmallUpdate,
  },
  {
    name: "tmall.item.outerid.update",
    level: "w1",
    only: "B",
    parameters: { item_id: "number!", outer_id: "text", sku_outers: "json" },
    run: (call) => {
      const item = itemOf(call, "item_id");
      const entries = (call.parameters.json("sku_outers") ?? []) as {
        sku_id?: string;
        properties?: string;
        outer_id?: string;
      }[];
      const pairs = entries.map((entry) => {
        const sku = item.skus.find(
          ({ id, properties }) => id === String(entry.sku_id) || properties === entry.properties,
        );
        if (sku === undefined || entry.outer_id === undefined)
          throw refusal("isv.item-not-exist:sku", "no such variant");
        return [sku, entry.outer_id] as const;
      });
      for (const [sku, code] of pairs) recode(call.store, { item, sku }, code);
      const own = call.parameters.text("outer_id");
      if (own !== undefined) recode(call.store, { item, sku: null }, own);
      return { outerid_update_result: item.id };
    },
  },
];

function skuUpdate({ store, parameters, ...call }: Call): Row {
  const item = itemOf({ store, parameters, ...call });
  const properties = parameters.text("properties");
  const sku = liveSkus(item).find((candidate) => candidate.properties === properties);
  if (sku === undefined) throw refusal("isv.item-not-exist:sku", "the item has no variant of these properties");
  const [price, quantity, code] = [parameters.price("price"), parameters.int("quantity"), parameters.text("outer_id")];
  if (quantity !== undefined && quantity < 0) throw invalidParameter("quantity", "below nothing");
  setPrices(store, item, new Map(price === undefined ? [] : [[sku, price]]), parameters.price("item_price"), "api");
  if (quantity !== undefined) setQuantity(store, { item, sku }, quantity, "api");
  if (code !== undefined) recode(store, { item, sku }, code);
  return { sku: { num_iid: id64(item.id), sku_id: id64(sku.id), modified: toText(sku.modified) } };
}

function tmallUpdate({ store, parameters, ...call }: Call): Row {
  const item = itemOf({ store, parameters, ...call }, "item_id");
  const prices = new Map<Sku, number>();
  if (parameters.has("sku_prices")) {
    const targets = tmallTargets<TmallEntry & { price?: string }>(item, "sku_prices", parameters.json("sku_prices"));
    for (const { entry, skus } of targets) {
      const price = parseYuan(String(entry.price ?? ""));
      if (price === null) throw invalidParameter("sku_prices", "an entry has no price");
      for (const sku of skus) prices.set(sku, price);
    }
  }
  setPrices(store, item, prices, parameters.price("item_price"), "api");
  return { price_update_result: item.id };
}

/** Sets prices of variants and of the listing. Throws when the listing's price leaves the range of the variants. */
export function setPrices(
  store: Store,
  item: Item,
  prices: ReadonlyMap<Sku, number>,
  own: number | undefined,
  by: Cause,
): void {
  if (own === 0 || [...prices.values()].includes(0)) throw invalidParameter("price", "nothing is not a price");
  const all = liveSkus(item).map((sku) => prices.get(sku) ?? sku.price);
  const price = own ?? item.price;
  if (all.length > 0 && (price < Math.min(...all) || price > Math.max(...all)))
    throw refusal("isv.invalid-parameter:item_price", "the item's price must lie between those of its variants");
  const book = (choice: Choice, value: number): void =>
    log(store, { kind: "price_set", variantId: choiceId(choice), price: yuan(value), by });
  for (const [sku, value] of prices) book({ item, sku }, value);
  if (item.skus.length === 0 && own !== undefined) book({ item, sku: null }, own);
  changeItem(store, item, () => {
    for (const [sku, value] of prices) Object.assign(sku, { price: value, modified: nowOf(store) });
    item.price = price;
  });
  announceItem(store, item, "taobao_item_ItemUpdate", { changed_fields: "price" });
}

function recode(store: Store, choice: Choice, code: string): void {
  const { item, sku } = choice;
  const before = (sku ?? item).code;
  changeItem(store, item, () => {
    (sku ?? item).code = code;
  });
  if (sku === null && item.skus.length > 0) return;
  const others = (store.codes.get(before) ?? []).filter((other) => other.item !== item || other.sku !== sku);
  store.codes.set(before, others);
  store.codes.set(code, [...(store.codes.get(code) ?? []), choice]);
}
