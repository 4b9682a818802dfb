/** Setting quantities: one variant, many of one listing, the calls of Tmall shops, the warehouse. https://open.taobao.com/api.htm?docId=21169 */

import { stockRow } from "./item-view.ts";
import type { Call, Method } from "./method.ts";
import { itemOf } from "./methods-items.ts";
import { liveSkus, setQuantity, shownOf } from "./stock.ts";
import type { Choice } from "./store.ts";
import { invalidParameter, missingParameter, refusal } from "./top-error.ts";
import type { Item, Sku } from "./types.ts";
import { List, type Row } from "./wire.ts";

/** Variants that one call may set. */
const MOST = 20;
const FULL = 1;
const INCREMENT = 2;

type Setting = Choice & { quantity: number };

export const STOCK_METHODS: readonly Method[] = [
  {
    name: "taobao.item.quantity.update",
    level: "w1",
    parameters: { num_iid: "number!", sku_id: "number", outer_id: "text", quantity: "number!", type: "number" },
    run: (call) => {
      const { parameters } = call;
      const item = itemOf(call);
      const quantity = parameters.int("quantity") ?? 0;
      const type = typeOf(parameters.int("type"));
      const choices = choicesOf(item, parameters.text("sku_id"), parameters.text("outer_id"));
      const settings = choices.map((choice) => ({ ...choice, quantity: next(choice, quantity, type) }));
      if (settings.some((setting) => setting.quantity < 0)) throw invalidParameter("quantity", "below nothing");
      return apply(call, item, settings);
    },
  },
  {
    name: "taobao.skus.quantity.update",
    level: "w1",
    parameters: { num_iid: "number!", skuid_quantities: "text", outerid_quantities: "text", type: "number" },
    run: (call) => {
      const { parameters } = call;
      const item = itemOf(call);
      const type = typeOf(parameters.int("type"));
      const bySku = parameters.text("skuid_quantities");
      const name = bySku === undefined ? "outerid_quantities" : "skuid_quantities";
      const pairs = pairsOf(name, bySku ?? parameters.text("outerid_quantities"));
      const settings = pairs.flatMap(([key, quantity]) => {
        if (type === FULL && quantity < 0) throw invalidParameter(name, "below nothing");
        const choices = bySku === undefined ? choicesOf(item, undefined, key) : choicesOf(item, key, undefined);
        // An increment that goes below nothing ends at nothing.
        return choices.map((choice) => ({ ...choice, quantity: Math.max(0, next(choice, quantity, type)) }));
      });
      return apply(call, item, settings);
    },
  },
  {
    name: "tmall.item.quantity.update",
    level: "w1",
    only: "B",
    parameters: { item_id: "number!", item_quantity: "number", sku_quantities: "json", options: "json" },
    run: tmallUpdate,
  },
  {
    name: "taobao.inventory.merchant.adjust",
    level: "w1",
    parameters: { inventory_check: "json!" },
    run: adjustWarehouse,
  },
];

function typeOf(type: number | undefined): number {
  if (type !== undefined && type !== FULL && type !== INCREMENT) throw invalidParameter("type", "1 or 2");
  return type ?? FULL;
}

function next(choice: Choice, quantity: number, type: number): number {
  return type === INCREMENT ? shownOf(choice) + quantity : quantity;
}

/** The variants that an id or a code names; several may share a code. */
function choicesOf(item: Item, skuId: string | undefined, code: string | undefined): Choice[] {
  if (skuId !== undefined || code !== undefined) {
    const found = liveSkus(item).filter((sku) => (skuId === undefined ? sku.code === code : sku.id === skuId));
    if (found.length > 0) return found.map((sku) => ({ item, sku }));
    if (skuId === undefined && item.skus.length === 0 && item.code === code) return [{ item, sku: null }];
    throw refusal("isv.item-not-exist:sku", "the item has no such variant");
  }
  if (item.skus.length > 0)
    throw refusal(
      "isv.invalid-parameter:quantity",
      "the item has sale properties, its quantity cannot be changed directly",
    );
  return [{ item, sku: null }];
}

function pairsOf(name: string, text: string | undefined): [string, number][] {
  if (text === undefined) throw missingParameter("skuid_quantities");
  const pairs = text.split(";").filter((part) => part !== "");
  if (pairs.length > MOST) throw invalidParameter(name, `more than ${MOST} variants`);
  return pairs.map((part) => {
    const cut = part.lastIndexOf(":");
    const quantity = part.slice(cut + 1);
    if (cut < 1 || !/^-?\d{1,9}$/.test(quantity)) throw invalidParameter(name, `cannot read ${part}`);
    return [part.slice(0, cut), Number(quantity)];
  });
}

/** Sets all of them or, when one is wrong, none. */
function apply({ store }: Call, item: Item, settings: readonly Setting[]): Row {
  for (const { quantity, ...choice } of settings) setQuantity(store, choice, quantity, "api");
  return stockRow(
    item,
    settings.flatMap(({ sku }) => sku ?? []),
  );
}

export interface TmallEntry {
  sku_id?: string | number;
  properties?: string;
  outer_id?: string;
}

/** The variants that entries of a Tmall call name. Throws when they are named in more than one way. */
export function tmallTargets<T extends TmallEntry>(
  item: Item,
  name: string,
  entries: unknown,
): { entry: T; skus: Sku[] }[] {
  if (!Array.isArray(entries)) throw invalidParameter(name, "not a list");
  if (entries.length > MOST) throw invalidParameter(name, `more than ${MOST} variants`);
  const modes = new Set<string>();
  const targets = (entries as T[]).map((entry) => {
    const mode = (["sku_id", "properties", "outer_id"] as const).find((key) => entry[key] !== undefined);
    if (mode === undefined) throw invalidParameter(name, "an entry names no variant");
    modes.add(mode);
    const wanted = String(entry[mode]);
    const keyOf = (sku: Sku): string => ({ sku_id: sku.id, properties: sku.properties, outer_id: sku.code })[mode];
    const skus = liveSkus(item).filter((sku) => keyOf(sku) === wanted);
    if (skus.length === 0) throw refusal("isv.item-not-exist:sku", `the item has no variant ${wanted}`);
    return { entry, skus };
  });
  if (modes.size > 1) throw invalidParameter(name, "variants are named in more than one way");
  return targets;
}

function tmallUpdate(call: Call): Row {
  const { parameters, store } = call;
  const item = itemOf(call, "item_id");
  const options = (parameters.json("options") ?? {}) as { type?: number; outer_biz_key?: string };
  const type = typeOf(options.type === undefined ? undefined : Number(options.type));
  const key = options.outer_biz_key;
  if (key !== undefined && !/^[0-9a-fA-F]+$/.test(key))
    throw invalidParameter("options", "outer_biz_key is not hexadecimal");
  const settings: Setting[] = [];
  if (parameters.has("sku_quantities")) {
    const targets = tmallTargets<TmallEntry & { quantity?: number | string }>(
      item,
      "sku_quantities",
      parameters.json("sku_quantities"),
    );
    for (const { entry, skus } of targets) {
      const quantity = Number(entry.quantity);
      if (!Number.isInteger(quantity)) throw invalidParameter("sku_quantities", "an entry has no quantity");
      for (const sku of skus) settings.push({ item, sku, quantity: next({ item, sku }, quantity, type) });
    }
  } else {
    const quantity = parameters.int("item_quantity");
    if (quantity === undefined) throw missingParameter("item_quantity");
    const [choice] = choicesOf(item, undefined, undefined);
    if (choice !== undefined) settings.push({ ...choice, quantity: next(choice, quantity, type) });
  }
  if (settings.some(({ quantity }) => quantity < 0)) throw invalidParameter("sku_quantities", "below nothing");
  // A key that was seen before: the increment was applied then.
  const isRepeated = type === INCREMENT && key !== undefined && item.bizKeys.has(key);
  if (key !== undefined) item.bizKeys.add(key);
  if (!isRepeated) for (const { quantity, ...choice } of settings) setQuantity(store, choice, quantity, "api");
  return { quantity_update_result: item.id };
}

interface WarehouseCheck {
  check_mode?: number;
  store_code?: string;
  order_id?: string;
  detail_list?: { sub_order_id?: string; sc_item_id?: string; sku_id?: string; quantity?: number | string }[];
}

/** The seller's own warehouse; each line of the check stands for itself. */
function adjustWarehouse({ store, parameters }: Call): Row {
  const check = parameters.json("inventory_check") as WarehouseCheck;
  if (check.check_mode === undefined || check.store_code === undefined || check.order_id === undefined)
    throw missingParameter("inventory_check");
  const results = (check.detail_list ?? []).map((detail): Row => {
    const id = String(detail.sub_order_id ?? "");
    const skuId = detail.sku_id === undefined ? null : String(detail.sku_id);
    const item = skuId === null ? store.items.get(String(detail.sc_item_id)) : store.skuOwner.get(skuId);
    const sku = item?.skus.find((candidate) => candidate.id === skuId) ?? null;
    if (item === undefined || id === "" || (sku === null && item.skus.length > 0))
      return { sub_order_id: id, success: false, error_code: "ITEM_NOT_EXIST", error_msg: "no such item" };
    if (item.bizKeys.has(`adjust ${id}`)) return { sub_order_id: id, success: true };
    const quantity = next({ item, sku }, Number(detail.quantity), Number(check.check_mode));
    if (!Number.isInteger(quantity) || quantity < 0)
      return { sub_order_id: id, success: false, error_code: "QUANTITY_ERROR", error_msg: "below nothing" };
    item.bizKeys.add(`adjust ${id}`);
    setQuantity(store, { item, sku }, quantity, "api");
    return { sub_order_id: id, success: true };
  });
  return { result: { success: true, adjust_results: new List("inventory_check_result_dto", results) } };
}
