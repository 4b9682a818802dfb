/** Products, variants and stock as the API tells them. */

import { availableOf, shownOf } from "./stock.ts";
import type { Store } from "./store.ts";
import type { InventoryItem, Level, PriceList, Product, Variant } from "./types.ts";
import { changes, countsWithRaw, major, time, timeOrNull, times, type View } from "./wire.ts";

const UNSAID = Object.fromEntries(
  "hs_code origin_country mid_code material weight length height width thumbnail"
    .split(" ")
    .map((name) => [name, null]),
);

/** Told of a variant. */
export const VARIANT_FIELDS: readonly string[] = ["*", "*options", "*prices", "*product"];
export const PRODUCT_FIELDS: readonly string[] = [
  ..."* *options *options.values *tags *images *sales_channels *variants *variants.options *variants.prices".split(" "),
];
export const ITEM_FIELDS: readonly string[] = ["*", "*location_levels"];

export function productColumns(product: Product): View {
  const { id, title, handle, status, metadata } = product;
  const flags = { is_giftcard: false, discountable: true, subtitle: null, description: null };
  const links = { external_id: null, type_id: null, type: null, collection_id: null, collection: null };
  return { id, title, handle, status, metadata, ...flags, ...links, ...UNSAID, ...times(product) };
}

export function variantColumns(variant: Variant): View {
  return {
    id: variant.id,
    title: variant.title,
    sku: variant.sku,
    barcode: variant.barcode,
    ean: null,
    upc: null,
    allow_backorder: variant.allowsBackorder,
    manage_inventory: variant.isManaged,
    metadata: variant.metadata,
    variant_rank: variant.product.variants.indexOf(variant),
    product_id: variant.product.id,
    ...UNSAID,
    ...times(variant),
  };
}

/** A variant with all that could be asked for; its number is told only where it is named. */
export function variantView(variant: Variant, product = true): View {
  const { id, parts } = variant;
  return {
    ...variantColumns(variant),
    options: [{ id: `optval_${id.slice(8)}`, value: variant.title, option_id: `opt_${variant.product.id.slice(5)}` }],
    images: [],
    prices: variant.prices.map((price) => ({
      id: price.id,
      amount: major(price.amount),
      currency_code: price.currency,
      min_quantity: price.minQuantity,
      max_quantity: price.maxQuantity,
      variant_id: id,
      rules: price.region === null ? {} : { region_id: price.region },
      created_at: time(price.created),
      updated_at: time(price.created),
    })),
    inventory_items: parts.map((part) => ({
      variant_id: id,
      inventory_item_id: part.item.id,
      id: part.id,
      required_quantity: part.required,
      inventory: itemView(part.item),
      ...times(variant),
    })),
    ...(product ? { product: productColumns(variant.product) } : {}),
  };
}

/** `inventory_quantity` is worked out where it is asked for by name. */
export function withQuantity(view: View, variant: Variant, fields: string | null): View {
  return /(^|,)\+?inventory_quantity(,|$)/.test(fields ?? "")
    ? { ...view, inventory_quantity: shownOf(variant) ?? 0 }
    : view;
}

/** A product with all that could be asked for. */
export function productView(store: Store, product: Product): View {
  const alive = product.variants.filter(({ deleted }) => deleted === null);
  return {
    ...productColumns(product),
    options: [
      {
        id: `opt_${product.id.slice(5)}`,
        title: "Size",
        values: alive.map(({ id, title }) => ({ id: `optval_${id.slice(8)}`, value: title })),
        ...times(product),
      },
    ],
    tags: [],
    images: [],
    variants: alive.map((variant) => variantView(variant, false)),
    sales_channels: [channelView(store)],
  };
}

export function channelView(store: Store): View {
  const since = times({ created: store.born, updated: store.born });
  return { id: store.ids.channel, name: "Web", description: null, is_disabled: false, metadata: null, ...since };
}

export function levelView(level: Level): View {
  return {
    id: level.id,
    location_id: level.location,
    metadata: null,
    inventory_item_id: level.item.id,
    ...times(level),
    available_quantity: availableOf(level),
    ...countsWithRaw({ stocked_quantity: level.stocked, reserved_quantity: level.reserved, incoming_quantity: 0 }),
  };
}

export function itemView(item: InventoryItem): View {
  const levels = [...item.levels.values()];
  return {
    id: item.id,
    sku: item.sku,
    title: item.title,
    description: item.title,
    requires_shipping: true,
    unit_of_measure: null,
    ...UNSAID,
    metadata: null,
    reserved_quantity: levels.reduce((sum, { reserved }) => sum + reserved, 0),
    stocked_quantity: levels.reduce((sum, { stocked }) => sum + stocked, 0),
    ...changes(item),
    location_levels: levels.map(levelView),
  };
}

export function priceListView(list: PriceList): View {
  return {
    id: list.id,
    title: list.title,
    description: list.title,
    type: "sale",
    status: list.status,
    starts_at: timeOrNull(list.starts),
    ends_at: timeOrNull(list.ends),
    rules: {},
    ...times(list),
    prices: list.prices.map(({ id, variant, amount, currency }) => ({
      id,
      variant_id: variant.id,
      amount: major(amount),
      currency_code: currency,
      min_quantity: null,
      max_quantity: null,
      rules: {},
    })),
  };
}
