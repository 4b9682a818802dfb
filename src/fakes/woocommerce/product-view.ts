/** Products and variations as the API shows them. */

import { currencyFacts } from "./money.ts";
import { titleOf } from "./order-new.ts";
import { apiRoot, dates, type Json, links, metaView } from "./order-view.ts";
import { slugOf } from "./php.ts";
import { derivedStatus, holderOf } from "./stock.ts";
import { nowOf, type Store } from "./store.ts";
import { sumOf } from "./totals.ts";
import type { Product } from "./types.ts";

/** True while the lower price holds. */
export function isOnSale(store: Store, product: Product): boolean {
  if (product.type === "variable") return children(store, product).some((child) => isOnSale(store, child));
  if (product.salePrice === "" || Number(product.salePrice) >= Number(product.regularPrice)) return false;
  const now = nowOf(store);
  return (product.saleFrom ?? 0) <= now && now < (product.saleTo ?? Number.POSITIVE_INFINITY);
}

/** The active price: of a variable product its cheapest variation's. */
export function priceOf(store: Store, product: Product): string {
  if (product.type !== "variable") return product.price;
  const prices = children(store, product)
    .map((child) => child.price)
    .filter((price) => price !== "");
  return prices.toSorted((a, b) => Number(a) - Number(b))[0] ?? "";
}

/** The variations of a variable product, those in the trash left out. */
export function children(store: Store, product: Product): Product[] {
  return allChildren(store, product).filter((child) => child.status !== "trash");
}

/** The variations of a variable product. */
export function allChildren(store: Store, product: Product): Product[] {
  return product.children.map((id) => store.products.get(id)).filter((child) => child !== undefined);
}

/** The stock status: counted, or of a variable product its best variation's. */
export function stockStatusOf(store: Store, product: Product): string {
  const holder = holderOf(store, product);
  if (holder !== null) return derivedStatus(holder);
  if (product.type !== "variable") return product.stockStatus;
  const statuses = children(store, product).map((child) => stockStatusOf(store, child));
  return ["instock", "onbackorder"].find((status) => statuses.includes(status)) ?? "outofstock";
}

/** A product, or a variation as the product list shows it; `isWrite` in answers to writes. */
export function productView(store: Store, product: Product, isWrite = false): Json {
  const isVariation = product.type === "variation";
  const parent = store.products.get(product.parentId);
  const up = isVariation ? { up: [{ href: `${apiRoot(store)}wc/v3/products/${product.parentId}` }] } : {};
  const price = priceOf(store, product);
  return {
    id: product.id,
    name: titleOf(product, parent),
    slug: isVariation && parent !== undefined ? slugOf(`${parent.name} ${product.name}`) : product.slug,
    permalink: permalinkOf(store, product),
    ...dates(store, "date_created", product.created),
    ...dates(store, "date_modified", product.modified),
    type: product.type,
    status: product.status,
    featured: product.isFeatured,
    catalog_visibility: product.catalogVisibility,
    description: isWrite || product.description === "" ? product.description : `${product.description}\n`,
    short_description: product.shortDescription,
    sku: product.sku,
    price,
    regular_price: product.regularPrice,
    sale_price: product.salePrice,
    ...dates(store, "date_on_sale_from", product.saleFrom),
    ...dates(store, "date_on_sale_to", product.saleTo),
    on_sale: isOnSale(store, product),
    purchasable: price !== "" && product.status === "publish",
    total_sales: isVariation ? "0" : product.totalSales,
    virtual: product.isVirtual,
    downloadable: false,
    downloads: [],
    download_limit: -1,
    download_expiry: -1,
    external_url: "",
    button_text: "",
    tax_status: "taxable",
    tax_class: "",
    ...stockFields(store, product),
    sold_individually: false,
    weight: product.weight,
    dimensions: product.dimensions,
    shipping_required: !product.isVirtual,
    shipping_taxable: !product.isVirtual,
    shipping_class: "",
    shipping_class_id: 0,
    reviews_allowed: !isVariation,
    average_rating: isWrite ? "0" : "0.00",
    rating_count: 0,
    upsell_ids: [],
    cross_sell_ids: [],
    parent_id: product.parentId,
    purchase_note: "",
    categories: isVariation ? [] : [{ id: 15, name: "Uncategorized", slug: "uncategorized" }],
    brands: [],
    tags: [],
    images: [],
    attributes: isVariation ? optionsView(product) : attributesView(product),
    default_attributes: [],
    variations: children(store, product).map((child) => child.id),
    grouped_products: [],
    menu_order: product.menuOrder,
    price_html: priceHtml(store, product, price),
    related_ids: [],
    meta_data: metaView(product.meta),
    stock_status: stockStatusOf(store, product),
    has_options: product.type === "variable",
    post_password: "",
    global_unique_id: product.gtin,
    ...(isWrite ? { permalink_template: `${store.home}/product/%pagename%/`, generated_slug: product.slug } : {}),
    _links: { ...links(store, `products/${product.id}`, "products"), ...up },
  };
}

/** A variation as the variation lists show it; `scope` is the list it is in. */
export function variationView(store: Store, product: Product, scope: "parent" | "all", isNew = false): Json {
  const root = `${apiRoot(store)}wc/v3/`;
  const ofParent = `products/${product.parentId}/variations`;
  const price = priceOf(store, product);
  const { backorders, ...stock } = stockFields(store, product);
  return {
    id: product.id,
    type: "variation",
    ...dates(store, "date_created", product.created),
    ...dates(store, "date_modified", product.modified),
    description: product.description,
    permalink: permalinkOf(store, product),
    sku: product.sku,
    global_unique_id: product.gtin,
    price,
    regular_price: product.regularPrice,
    sale_price: product.salePrice,
    ...dates(store, "date_on_sale_from", product.saleFrom),
    ...dates(store, "date_on_sale_to", product.saleTo),
    on_sale: isOnSale(store, product),
    status: product.status,
    purchasable: price !== "" && product.status === "publish",
    virtual: product.isVirtual,
    downloadable: false,
    downloads: [],
    download_limit: -1,
    download_expiry: -1,
    tax_status: "taxable",
    tax_class: isNew ? "parent" : "",
    manage_stock: stock.manage_stock,
    stock_quantity: stock.stock_quantity,
    stock_status: stockStatusOf(store, product),
    backorders,
    backorders_allowed: stock.backorders_allowed,
    backordered: stock.backordered,
    low_stock_amount: null,
    weight: product.weight,
    dimensions: product.dimensions,
    shipping_class: "",
    shipping_class_id: 0,
    image: null,
    gallery_image_ids: [],
    attributes: optionsView(product),
    menu_order: product.menuOrder,
    meta_data: metaView(product.meta),
    name: product.name,
    parent_id: product.parentId,
    _links:
      scope === "parent"
        ? {
            ...links(store, `${ofParent}/${product.id}`, ofParent),
            up: [{ href: `${root}products/${product.parentId}` }],
          }
        : {
            self: [{ href: `${root}variations/${product.id}` }],
            collection: [{ href: `${root}variations` }],
            up: [{ href: `${root}products/0` }],
          },
  };
}

function stockFields(store: Store, product: Product): Json {
  const holder = holderOf(store, product);
  const backorders = holder?.backorders ?? product.backorders;
  return {
    manage_stock: holder === null ? false : holder === product ? true : "parent",
    stock_quantity: holder?.stock ?? null,
    backorders,
    backorders_allowed: backorders !== "no",
    backordered: holder !== null && stockStatusOf(store, product) === "onbackorder",
    low_stock_amount: null,
  };
}

function permalinkOf(store: Store, product: Product): string {
  const parent = store.products.get(product.parentId);
  if (parent === undefined) return `${store.home}/product/${product.slug}/`;
  const query = product.options.map(({ name, option }) => `attribute_${name.toLowerCase()}=${option}`).join("&");
  return `${store.home}/product/${parent.slug}/?${query}`;
}

function attributesView(product: Product): Json[] {
  return product.attributes.map((attribute) => ({
    id: 0,
    name: attribute.name,
    slug: attribute.name,
    position: 0,
    visible: attribute.isVisible,
    variation: attribute.isVariation,
    options: attribute.options,
  }));
}

function optionsView(product: Product): Json[] {
  return product.options.map(({ name, option }) => ({ id: 0, name, slug: name.toLowerCase(), option }));
}

function priceHtml(store: Store, product: Product, price: string): string {
  if (price === "") return "";
  const { entity } = currencyFacts(store.currency);
  const symbol = `<span class="woocommerce-Price-currencySymbol" translate="no">${entity}</span>`;
  const html = (value: string): string =>
    `<span class="woocommerce-Price-amount amount"><bdi>${symbol}${value}</bdi></span>`;
  if (!isOnSale(store, product) || product.type === "variable") return html(price);
  const spoken = entity.replace("&#36;", "&#036;");
  const was = `<span class="screen-reader-text">Original price was: ${spoken}${product.regularPrice}.</span>`;
  const now = `<span class="screen-reader-text">Current price is: ${spoken}${price}.</span>`;
  return `<del aria-hidden="true">${html(product.regularPrice)}</del> ${was}<ins aria-hidden="true">${html(price)}</ins>${now}`;
}

/** How many units of a product and its variations were sold, for sorting by popularity. */
export function popularityOf(store: Store, product: Product): number {
  return product.totalSales + sumOf(children(store, product).map((child) => child.totalSales));
}
