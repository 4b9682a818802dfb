/** Lines of orders, products, variants and stock as the API tells them. */

import { listOf, partsOf } from "./pages.ts";
import { onHand, shownOf } from "./stock.ts";
import type { Store } from "./store.ts";
import { unsentOf } from "./totals.ts";
import type { Item, Level, Line, Location, Order, Product, Variant } from "./types.ts";
import { bag, decimal, gid, time, timeOrNull, type View } from "./wire.ts";

/** A line with all that can be asked for. */
export function lineItem(store: Store, order: Order, line: Line): View {
  const money = (cents: number): View => bag(store.currency, order, cents);
  const { variant } = line;
  const goods = line.unit * line.quantity;
  return {
    __typename: "LineItem",
    id: gid("LineItem", line.id),
    title: line.title,
    name: variant === null ? line.title : `${line.title} - ${variant.title}`,
    variantTitle: variant?.title ?? null,
    sku: line.sku,
    vendor: variant?.product.vendor ?? null,
    quantity: line.quantity,
    currentQuantity: line.current,
    unfulfilledQuantity: line.isGiftCard ? 0 : unsentOf(line),
    refundableQuantity: line.current,
    requiresShipping: !line.isGiftCard,
    isGiftCard: line.isGiftCard,
    customAttributes: [],
    variant: () => (variant === null ? null : variantView(store, variant)),
    product: () => (variant === null ? null : productView(store, variant.product)),
    originalUnitPriceSet: money(line.unit),
    // The order's discounts came by a code, and are left out.
    discountedUnitPriceSet: money(line.unit),
    discountedTotalSet: money(goods),
    originalTotalSet: money(goods),
    totalDiscountSet: money(0),
    discountAllocations: line.discount === 0 ? [] : [{ allocatedAmountSet: money(line.discount) }],
    taxLines: line.tax === 0 ? [] : [{ title: "State tax", rate: 0.0725, priceSet: money(line.tax) }],
  };
}

export function productView(store: Store, product: Product): View {
  const counts = product.variants.map((variant) => shownOf(variant) ?? 0);
  return {
    __typename: "Product",
    id: gid("Product", product.id),
    legacyResourceId: String(product.id),
    title: product.title,
    handle: product.handle,
    vendor: product.vendor,
    productType: product.type,
    status: product.status,
    createdAt: time(product.created),
    updatedAt: time(product.updated),
    publishedAt: timeOrNull(product.published),
    onlineStoreUrl: product.published === null ? null : `https://${store.domain}/products/${product.handle}`,
    totalInventory: counts.reduce((sum, count) => sum + count, 0),
    tags: product.tags,
    featuredMedia: null,
    variants: partsOf(product.variants, (variant) => variantView(store, variant)),
  };
}

export function variantView(store: Store, variant: Variant): View {
  const { product, item } = variant;
  const shown = shownOf(variant);
  return {
    __typename: "ProductVariant",
    id: gid("ProductVariant", variant.id),
    legacyResourceId: String(variant.id),
    title: variant.title,
    displayName: `${product.title} - ${variant.title}`,
    sku: variant.sku,
    barcode: variant.barcode,
    price: decimal(variant.price),
    compareAtPrice: variant.compareAt === null ? null : decimal(variant.compareAt),
    inventoryQuantity: shown ?? 0,
    inventoryPolicy: variant.policy,
    availableForSale: product.status === "ACTIVE" && (variant.policy === "CONTINUE" || (shown ?? 1) > 0),
    createdAt: time(variant.created),
    updatedAt: time(variant.updated),
    position: product.variants.indexOf(variant) + 1,
    selectedOptions: [{ name: "Size", value: variant.title }],
    product: () => productView(store, product),
    inventoryItem: () => itemView(store, item),
  };
}

export function itemView(store: Store, item: Item): View {
  const { variant } = item;
  const levels = [...item.levels.values()];
  return {
    __typename: "InventoryItem",
    id: gid("InventoryItem", item.id),
    legacyResourceId: String(item.id),
    sku: variant.sku,
    tracked: item.isTracked,
    requiresShipping: true,
    measurement: { id: gid("InventoryItemMeasurement", item.id), weight: { value: 350, unit: "GRAMS" } },
    unitCost: null,
    createdAt: time(item.created),
    updatedAt: time(item.updated),
    variant: () => variantView(store, variant),
    variants: partsOf([variant], (one) => variantView(store, one)),
    inventoryLevel: ({ locationId }: { locationId: string }) => {
      const level = levels.find(({ location }) => gid("Location", location.id) === locationId);
      return level === undefined ? null : levelView(store, level);
    },
    inventoryLevels: listOf(() => levels, { view: (level) => levelView(store, level) }),
  };
}

const NAMES = new Set("available on_hand committed incoming reserved damaged safety_stock quality_control".split(" "));

export function levelView(store: Store, level: Level): View {
  return {
    __typename: "InventoryLevel",
    id: `${gid("InventoryLevel", level.id)}?inventory_item_id=${level.item.id}`,
    isActive: true,
    updatedAt: time(level.updated),
    location: locationView(level.location),
    item: () => itemView(store, level.item),
    quantities: ({ names }: { names: string[] }) =>
      names
        .filter((name) => NAMES.has(name))
        .map((name) => ({
          id: `${gid("InventoryQuantity", level.id)}?name=${name}`,
          name,
          quantity: name === "on_hand" ? onHand(level) : level.counts[name as keyof Level["counts"]],
          updatedAt: time(level.updated),
        })),
  };
}

export function locationView(location: Location): View {
  return {
    __typename: "Location",
    id: gid("Location", location.id),
    legacyResourceId: String(location.id),
    name: location.name,
    isActive: location.isActive,
    fulfillsOnlineOrders: location.isActive,
    hasActiveInventory: location.isActive,
    address: { city: "New York", countryCode: "US", address1: "1 Dock", zip: "10001" },
  };
}
