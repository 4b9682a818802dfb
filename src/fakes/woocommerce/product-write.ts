/** Reads bodies of product and variation writes, and applies them with the platform's silent rules. */

import type { Cause } from "../fake.ts";
import { setMeta } from "./order-new.ts";
import type { Json } from "./order-view.ts";
import { metaFrom, recordsOf, textFrom } from "./order-write.ts";
import { enumFault, typeFault } from "./params.ts";
import { slugOf } from "./php.ts";
import { allChildren, isOnSale } from "./product-view.ts";
import { derivedStatus } from "./stock.ts";
import { changeProduct, indexProduct, log, nowOf, type Store, take, unindexProduct } from "./store.ts";
import { parseTime, toInstant } from "./time.ts";
import type { Product } from "./types.ts";
import { invalidParams, type ParamFault, WpError } from "./wp-error.ts";

const STATUSES = ["draft", "pending", "private", "publish", "future", "auto-draft", "trash"];
const TYPES = ["simple", "grouped", "external", "variable"];
const BACKORDERS = ["no", "notify", "yes"];
const STOCK_STATUSES = ["instock", "outofstock", "onbackorder"];

/** Checks a body against the schema; items of a batch skip all but the check of the quantity. */
export function checkProductBody(body: Json, isVariation: boolean): void {
  const faults: ParamFault[] = [];
  const lists: [string, readonly string[]][] = [
    ["status", STATUSES],
    ["backorders", BACKORDERS],
    ["stock_status", STOCK_STATUSES],
  ];
  if (!isVariation) lists.push(["type", TYPES]);
  for (const [name, values] of lists) {
    if (body[name] !== undefined && !values.includes(String(body[name]))) faults.push(enumFault(name, values));
  }
  for (const name of ["regular_price", "sale_price", "sku", "name", "weight", "global_unique_id"]) {
    if (body[name] !== undefined && typeof body[name] !== "string") faults.push(typeFault(name, "string"));
  }
  if (body.manage_stock !== undefined && !isVariation && !isBoolean(body.manage_stock)) {
    faults.push(typeFault("manage_stock", "boolean"));
  }
  if (faults.length > 0) throw invalidParams(faults);
  checkQuantity(body);
}

/** Creates a product or variation. */
export function createProduct(store: Store, body: Json, parent: Product | null, by: Cause = "api"): Product {
  const sku = textFrom(body.sku);
  checkSku(store, sku, null);
  const options = recordsOf(body.attributes).map((item) => ({
    name: textFrom(item.name),
    option: textFrom(item.option),
  }));
  const name = parent === null ? textFrom(body.name, "Product") : options.map(({ option }) => option).join(", ");
  const product: Product = {
    id: take(store, "post"),
    type: parent !== null ? "variation" : ((TYPES.find((type) => type === body.type) as Product["type"]) ?? "simple"),
    parentId: parent?.id ?? 0,
    name,
    slug: slugOf(parent === null ? name : `${parent.name} ${name}`),
    status: "publish",
    sku,
    gtin: "",
    description: "",
    shortDescription: "",
    price: "",
    regularPrice: "",
    salePrice: "",
    saleFrom: null,
    saleTo: null,
    managesStock: false,
    stock: null,
    stockStatus: "instock",
    backorders: "no",
    weight: "",
    dimensions: { length: "", width: "", height: "" },
    isVirtual: false,
    catalogVisibility: "visible",
    isFeatured: false,
    menuOrder: 0,
    attributes: [],
    options: parent === null ? [] : options,
    children: [],
    meta: [],
    created: nowOf(store),
    modified: nowOf(store),
    totalSales: 0,
  };
  write(store, product, body);
  indexProduct(store, product);
  if (parent === null) log(store, { kind: "listing_added", listingId: String(product.id) });
  else changeProduct(store, parent, () => parent.children.push(product.id));
  if (product.type !== "variable" || product.managesStock) bookVariant(store, product);
  store.announce("product", product.id, "created");
  if (by !== "owner") store.announce("product", product.id, "updated");
  return product;
}

/** Applies a body to a product or variation; even the same values move its time of change. */
export function updateProduct(store: Store, product: Product, body: Json, by: Cause = "api"): void {
  if (body.sku !== undefined && body.sku !== product.sku) checkSku(store, textFrom(body.sku), product);
  const { stock, price, managesStock, sku, status } = product;
  store.shelf = null;
  const before = { stock, price, managed: managesStock, sku };
  changeProduct(store, product, () => write(store, product, body));
  if (product.sku !== before.sku) {
    store.skus.delete(before.sku);
    if (product.sku !== "") store.skus.set(product.sku, product.id);
  }
  if (status === "trash" || product.status === "trash") {
    if (status !== product.status) moveByTrash(store, product);
    return;
  }
  const variantId = String(product.id);
  if (product.type === "variable" && product.managesStock && !before.managed) bookVariant(store, product);
  else if (product.stock !== before.stock || product.managesStock !== before.managed) {
    log(store, { kind: "stock_set", variantId, quantity: product.managesStock ? product.stock : null, by });
  }
  if (product.price !== before.price) log(store, { kind: "price_set", variantId, price: product.price, by });
}

/** Puts a product into the trash, with its variations; its SKU stays taken. */
export function trashProduct(store: Store, product: Product): void {
  changeProduct(store, product, () => {
    product.status = "trash";
  });
  moveByTrash(store, product);
}

/** Removes a product for good, with its variations. */
export function removeProduct(store: Store, product: Product): void {
  const wasTrashed = product.status === "trash";
  for (const item of [...allChildren(store, product), product]) {
    unindexProduct(store, item);
    if (!wasTrashed) bookGone(store, item);
  }
  const parent = store.products.get(product.parentId);
  if (parent !== undefined) {
    changeProduct(store, parent, () => {
      parent.children = parent.children.filter((id) => id !== product.id);
    });
  }
  if (!wasTrashed) store.announce("product", product.id, "deleted");
}

/** What the store's own hourly job does: prices of sales that have begun or ended. Returns how many it changed. */
export function runScheduledSales(store: Store): number {
  let changed = 0;
  for (const product of store.products.values()) {
    if (product.saleFrom === null && product.saleTo === null) continue;
    const price = isOnSale(store, product) ? product.salePrice : product.regularPrice;
    if (price === product.price) continue;
    changed += 1;
    changeProduct(store, product, () => {
      product.price = price;
    });
    log(store, { kind: "price_set", variantId: String(product.id), price, by: "owner" });
  }
  return changed;
}

function write(store: Store, product: Product, body: Json): void {
  const isVariation = product.type === "variation";
  product.sku = textFrom(body.sku, product.sku);
  product.gtin = textFrom(body.global_unique_id, product.gtin);
  product.status = textFrom(body.status, product.status);
  product.description = textFrom(body.description, product.description);
  product.shortDescription = textFrom(body.short_description, product.shortDescription);
  product.weight = textFrom(body.weight, product.weight);
  product.backorders = BACKORDERS.find((value) => value === body.backorders) ?? product.backorders;
  product.catalogVisibility = textFrom(body.catalog_visibility, product.catalogVisibility);
  if (typeof body.virtual === "boolean") product.isVirtual = body.virtual;
  if (typeof body.featured === "boolean") product.isFeatured = body.featured;
  if (body.menu_order !== undefined) product.menuOrder = Number(body.menu_order);
  if (!isVariation && body.name !== undefined) product.name = textFrom(body.name);
  const size = recordsOf([body.dimensions])[0];
  if (size !== undefined) {
    const { length, width, height } = product.dimensions;
    product.dimensions = {
      length: textFrom(size.length, length),
      width: textFrom(size.width, width),
      height: textFrom(size.height, height),
    };
  }
  if (!isVariation && Array.isArray(body.attributes)) {
    product.attributes = recordsOf(body.attributes).map((item) => ({
      name: textFrom(item.name),
      isVisible: item.visible === true,
      isVariation: item.variation === true,
      options: Array.isArray(item.options) ? item.options.map(String) : [],
    }));
  }
  setMeta(store, product.meta, metaFrom(body.meta_data));
  writeStock(product, body);
  writePrice(store, product, body);
}

/** A quantity without managed stock is ignored in silence; `"parent"` counts as not managed. */
function writeStock(product: Product, body: Json): void {
  if (body.manage_stock !== undefined) {
    product.managesStock = body.manage_stock === true || body.manage_stock === "true" || body.manage_stock === 1;
    if (!product.managesStock) product.stock = null;
  }
  if (product.managesStock) {
    if (body.stock_quantity !== undefined && body.stock_quantity !== null) product.stock = Number(body.stock_quantity);
    product.stock ??= 0;
    product.stockStatus = derivedStatus(product);
  } else if (STOCK_STATUSES.includes(String(body.stock_status))) product.stockStatus = String(body.stock_status);
}

/** A sale price above the regular one is dropped in silence; the active price follows at once or by schedule. */
function writePrice(store: Store, product: Product, body: Json): void {
  product.regularPrice = textFrom(body.regular_price, product.regularPrice);
  product.salePrice = textFrom(body.sale_price, product.salePrice);
  product.saleFrom = saleDate(store, body, "date_on_sale_from", product.saleFrom);
  product.saleTo = saleDate(store, body, "date_on_sale_to", product.saleTo);
  if (product.salePrice !== "" && Number(product.salePrice) > Number(product.regularPrice)) product.salePrice = "";
  const isTouched = ["regular_price", "sale_price", "date_on_sale_from", "date_on_sale_to"].some(
    (name) => body[name] !== undefined || body[`${name}_gmt`] !== undefined,
  );
  if (isTouched) product.price = isOnSale(store, product) ? product.salePrice : product.regularPrice;
}

function saleDate(store: Store, body: Json, name: string, otherwise: number | null): number | null {
  for (const [field, isGmt] of [
    [`${name}_gmt`, true],
    [name, false],
  ] as const) {
    const value = body[field];
    if (value === undefined) continue;
    if (value === null || value === "") return null;
    const time = parseTime(/T/.test(String(value)) ? String(value) : `${value}T00:00:00`);
    if (time !== null) return toInstant(time, store.zone, isGmt);
  }
  return otherwise;
}

/** Refuses a fraction of a unit, wherever it is sent. */
export function checkQuantity(body: Json): void {
  const quantity = body.stock_quantity;
  if (quantity === undefined || quantity === null) return;
  if (!Number.isInteger(Number(quantity))) throw invalidParams([typeFault("stock_quantity", "integer")]);
}

/** A SKU is unique among all products, those in the trash included. */
function checkSku(store: Store, sku: string, own: Product | null): void {
  if (sku === "") return;
  const taken = store.products.get(store.skus.get(sku) ?? 0);
  if (taken === undefined || taken === own) return;
  if (taken.status === "trash") {
    const message = `The product with SKU (${sku}) you are trying to insert is already present in the lookup table`;
    throw new WpError("woocommerce_rest_product_not_created", message, 400);
  }
  let number = 1;
  while (store.skus.has(`${sku}-${number}`)) number += 1;
  const data = { status: 400, resource_id: taken.id, unique_sku: `${sku}-${number}` };
  throw new WpError("product_invalid_sku", "Invalid or duplicated SKU.", 400, data);
}

/** Books a product that just went into the trash or came out of it, and takes its variations along. */
function moveByTrash(store: Store, product: Product): void {
  const isGone = product.status === "trash";
  store.shelf = null;
  for (const child of allChildren(store, product)) {
    if ((child.status === "trash") === isGone) continue;
    changeProduct(store, child, () => {
      child.status = product.status;
    });
    if (isGone) bookGone(store, child);
    else bookVariant(store, child);
  }
  if (isGone) bookGone(store, product);
  else {
    if (product.parentId === 0) log(store, { kind: "listing_added", listingId: String(product.id) });
    if (product.type !== "variable" || product.managesStock) bookVariant(store, product);
  }
  store.announce("product", product.id, isGone ? "deleted" : "restored");
}

function bookVariant(store: Store, product: Product): void {
  log(store, {
    kind: "variant_added",
    listingId: String(product.parentId === 0 ? product.id : product.parentId),
    variantId: String(product.id),
    sku: product.sku,
    quantity: product.managesStock ? product.stock : null,
    price: product.price,
  });
}

function bookGone(store: Store, product: Product): void {
  log(store, { kind: "variant_removed", variantId: String(product.id) });
  if (product.parentId === 0) log(store, { kind: "listing_removed", listingId: String(product.id) });
}

function isBoolean(value: unknown): boolean {
  return typeof value === "boolean" || ["true", "false", "1", "0"].includes(String(value));
}
