/** Products and their variations: lists, reads, writes, batches. */

import { runBatch } from "./batch.ts";
import { cutPage, listAnswer, listParams } from "./lists.ts";
import type { Json } from "./order-view.ts";
import { flagOf, idsOf, isBefore, listOf, type ParamSpec, readParams, textOf, timeOf, type Values } from "./params.ts";
import { isOnSale, popularityOf, priceOf, productView, stockStatusOf, variationView } from "./product-view.ts";
import {
  checkProductBody,
  checkQuantity,
  createProduct,
  removeProduct,
  trashProduct,
  updateProduct,
} from "./product-write.ts";
import { type Answer, type Call, created, idOf, ok, type Route, route } from "./routing.ts";
import type { Store } from "./store.ts";
import type { Product } from "./types.ts";
import { WpError } from "./wp-error.ts";

const ORDERINGS = [
  "date",
  "id",
  "include",
  "title",
  "slug",
  "modified",
  "price",
  "popularity",
  "rating",
  "menu_order",
  "post__in",
];

const STATUSES = ["any", "future", "trash", "draft", "pending", "private", "publish", "auto-draft"];

const FILTERS: Readonly<Record<string, ParamSpec>> = {
  sku: { type: "text" },
  search_sku: { type: "text" },
  status: { type: "enum", values: STATUSES },
  include_status: { type: "enumList", values: STATUSES },
  exclude_status: { type: "enumList", values: STATUSES },
  type: { type: "enum", values: ["simple", "grouped", "external", "variable", "variation"] },
  stock_status: { type: "enum", values: ["instock", "outofstock", "onbackorder"] },
  on_sale: { type: "boolean" },
  featured: { type: "boolean" },
  parent: { type: "idList" },
};

const WRONG_ROUTE =
  "To manipulate product variations you should use the /products/&lt;product_id&gt;/variations/&lt;id&gt; endpoint.";

/** The routes of products; `/variations` is absent from old stores. */
export function productRoutes(store: Store): Route[] {
  const batch = { operation: "products.batch", run: batchProducts };
  const variationBatch = { operation: "variations.batch", run: batchVariations };
  const routes = [
    route("/products", {
      GET: { operation: "products.list", run: listProducts },
      POST: { operation: "products.create", run: postProduct },
    }),
    route("/products/<id>", {
      GET: { operation: "products.get", run: (call) => ok(productView(call.store, readable(call))) },
      PUT: { operation: "products.update", run: putProduct },
      DELETE: { operation: "products.delete", run: deleteProduct },
    }),
    route("/products/batch", { POST: batch, PUT: batch }),
    route("/products/<product_id>/variations", {
      GET: { operation: "variations.list", run: listVariations },
      POST: { operation: "variations.create", run: postVariation },
    }),
    route("/products/<product_id>/variations/<id>", {
      GET: {
        operation: "variations.get",
        run: (call) => ok(variationView(call.store, variationOf(call), "parent")),
      },
      PUT: { operation: "variations.update", run: putVariation },
      DELETE: { operation: "variations.delete", run: deleteVariation },
    }),
    route("/products/<product_id>/variations/batch", { POST: variationBatch, PUT: variationBatch }),
  ];
  if (!isBefore(store.version, 9)) {
    routes.push(route("/variations", { GET: { operation: "variations.listAll", run: listAllVariations } }));
  }
  return routes;
}

function listProducts(call: Call): Answer {
  const values = listParams(call, ORDERINGS, FILTERS);
  const isSkuSearch = textOf(values, "sku") !== undefined || textOf(values, "search_sku") !== undefined;
  const isKind = (product: Product): boolean => isSkuSearch || product.type !== "variation";
  return select(call, values, isKind, (product) => productView(call.store, product));
}

function listVariations(call: Call): Answer {
  const parent = parentOf(call);
  const values = listParams(call, ORDERINGS, FILTERS);
  const isChild = (product: Product): boolean => product.parentId === parent.id;
  return select(call, values, isChild, (product) => variationView(call.store, product, "parent"));
}

function listAllVariations(call: Call): Answer {
  const values = listParams(call, ORDERINGS, FILTERS);
  const isVariation = (product: Product): boolean => product.type === "variation";
  return select(call, values, isVariation, (product) => variationView(call.store, product, "all"));
}

function select(
  call: Call,
  values: Values,
  isKind: (product: Product) => boolean,
  view: (product: Product) => Json,
): Answer {
  const { store } = call;
  const time = (name: string): number | undefined => timeOf(values, name, store.zone, store.version);
  const orderby = String(call.query.get("orderby") ?? "date");
  const tests = [isKind, ...filters(call, values)];
  const isByChange = orderby === "modified";
  const index = isByChange ? store.productsByModified : store.productsByCreated;
  const changes = { after: time("modified_after"), before: time("modified_before") };
  const births = { after: time("after"), before: time("before") };
  const [own, other] = isByChange ? [changes, births] : [births, changes];
  const stamp = (product: Product): number => (isByChange ? product.created : product.modified);
  const { after, before } = other;
  if (after !== undefined) tests.push((product) => stamp(product) > after);
  if (before !== undefined) tests.push((product) => stamp(product) < before);
  const matches = (product: Product): boolean => tests.every((test) => test(product));
  const range = index.range(own.after, own.before);
  const rows = sorted(store, orderby, index.rows, values);
  const window = rows === index.rows ? range : { start: 0, end: rows.length };
  return listAnswer(call, values, cutPage(rows, window, values, matches), view, [["context", "view"]]);
}

function sorted(store: Store, orderby: string, rows: readonly Product[], values: Values): readonly Product[] {
  if (orderby === "date" || orderby === "modified") return rows;
  const include = [...(idsOf(values, "include") ?? [])];
  const key = (product: Product): number | string => {
    if (orderby === "price") return Number(priceOf(store, product));
    if (orderby === "popularity") return popularityOf(store, product);
    if (orderby === "include" || orderby === "post__in") return -include.indexOf(product.id);
    if (orderby === "menu_order") return product.menuOrder;
    return orderby === "title" || orderby === "slug" ? product.slug : product.id;
  };
  return rows.toSorted((a, b) => {
    const [left, right] = [key(a), key(b)];
    return left < right ? -1 : left > right ? 1 : a.id - b.id;
  });
}

function filters(call: Call, values: Values): ((product: Product) => boolean)[] {
  const { store } = call;
  const tests: ((product: Product) => boolean)[] = [];
  const skus = textOf(values, "sku")?.split(",");
  const skuPart = textOf(values, "search_sku")?.toLowerCase();
  const search = textOf(values, "search")?.toLowerCase();
  const type = textOf(values, "type");
  const stockStatus = textOf(values, "stock_status");
  const isSale = flagOf(values, "on_sale");
  const isFeatured = flagOf(values, "featured");
  const [include, exclude, parents] = ["include", "exclude", "parent"].map((name) => idsOf(values, name));
  const statuses = listOf(values, "include_status") ?? [textOf(values, "status") ?? "any"];
  const unwanted = listOf(values, "exclude_status");
  if (!statuses.includes("any")) tests.push((product) => statuses.includes(product.status));
  else tests.push((product) => product.status !== "trash" && product.status !== "auto-draft");
  if (unwanted !== undefined) tests.push((product) => !unwanted.includes(product.status));
  if (skus !== undefined) tests.push((product) => product.sku !== "" && skus.includes(product.sku));
  if (skuPart !== undefined) tests.push((product) => product.sku.toLowerCase().includes(skuPart));
  if (search !== undefined) tests.push((product) => product.name.toLowerCase().includes(search));
  if (type !== undefined) tests.push((product) => product.type === type);
  if (stockStatus !== undefined) tests.push((product) => stockStatusOf(store, product) === stockStatus);
  if (isSale !== undefined) tests.push((product) => isOnSale(store, product) === isSale);
  if (isFeatured !== undefined) tests.push((product) => product.isFeatured === isFeatured);
  if (include !== undefined) tests.push((product) => include.has(product.id));
  if (exclude !== undefined) tests.push((product) => !exclude.has(product.id));
  if (parents !== undefined) tests.push((product) => parents.has(product.parentId));
  return tests;
}

function postProduct(call: Call): Answer {
  checkProductBody(call.body, false);
  const product = createProduct(call.store, call.body, null);
  return created(call.store, productView(call.store, product, true), `products/${product.id}`);
}

function putProduct(call: Call): Answer {
  checkProductBody(call.body, false);
  const product = writable(call.store, idOf(call));
  updateProduct(call.store, product, call.body);
  return ok(productView(call.store, product, true));
}

function deleteProduct(call: Call): Answer {
  const product = readable(call);
  const isForced = flagOf(readParams(call.query, { force: { type: "boolean" } }), "force") === true;
  const json = productView(call.store, product);
  if (!isForced && product.status === "trash") {
    throw new WpError("woocommerce_rest_already_trashed", "The product has already been deleted.", 410);
  }
  if (isForced) removeProduct(call.store, product);
  else trashProduct(call.store, product);
  return ok(json);
}

function batchProducts(call: Call): Answer {
  const { store } = call;
  return runBatch(call, {
    create: (item) => {
      checkQuantity(item);
      return productView(store, createProduct(store, item, null), true);
    },
    update: (id, item) => {
      const product = writable(store, id);
      checkQuantity(item);
      updateProduct(store, product, item);
      return productView(store, product, true);
    },
    remove: (id) => {
      const product = writable(store, id);
      const json = productView(store, product);
      removeProduct(store, product);
      return json;
    },
  });
}

function postVariation(call: Call): Answer {
  const parent = parentOf(call);
  checkProductBody(call.body, true);
  const product = createProduct(call.store, call.body, parent);
  const path = `products/${parent.id}/variations/${product.id}`;
  return created(call.store, variationView(call.store, product, "parent", true), path);
}

function putVariation(call: Call): Answer {
  checkProductBody(call.body, true);
  const product = variationOf(call);
  updateProduct(call.store, product, call.body);
  return ok(variationView(call.store, product, "parent"));
}

function deleteVariation(call: Call): Answer {
  const product = variationOf(call);
  const isForced = flagOf(readParams(call.query, { force: { type: "boolean" } }), "force") === true;
  const json = variationView(call.store, product, "parent");
  if (isForced) removeProduct(call.store, product);
  else trashProduct(call.store, product);
  return ok(json);
}

function batchVariations(call: Call): Answer {
  const { store } = call;
  const parent = parentOf(call);
  return runBatch(call, {
    create: (item) => {
      checkQuantity(item);
      return variationView(store, createProduct(store, item, parent), "parent", true);
    },
    update: (id, item) => {
      const product = ofParent(store, parent.id, id, 400);
      checkQuantity(item);
      updateProduct(store, product, item);
      return variationView(store, product, "parent");
    },
    remove: (id) => {
      const product = ofParent(store, parent.id, id, 400);
      const json = variationView(store, product, "parent");
      removeProduct(store, product);
      return json;
    },
  });
}

function readable(call: Call): Product {
  const product = call.store.products.get(idOf(call));
  if (product === undefined) throw new WpError("woocommerce_rest_product_invalid_id", "Invalid ID.", 404);
  return product;
}

function writable(store: Store, id: number): Product {
  const product = store.products.get(id);
  if (product === undefined) throw new WpError("woocommerce_rest_product_invalid_id", "Invalid ID.", 400);
  if (product.type === "variation") throw new WpError("woocommerce_rest_invalid_product_id", WRONG_ROUTE, 404);
  return product;
}

function parentOf(call: Call): Product {
  const parent = call.store.products.get(idOf(call, "product_id"));
  if (parent === undefined || parent.type === "variation") {
    throw new WpError("woocommerce_rest_product_invalid_id", "Invalid ID.", 404);
  }
  return parent;
}

function variationOf(call: Call): Product {
  return ofParent(call.store, idOf(call, "product_id"), idOf(call), 404);
}

function ofParent(store: Store, parentId: number, id: number, status: number): Product {
  const product = store.products.get(id);
  if (product?.type === "variation" && product.parentId === parentId) return product;
  const code = "woocommerce_rest_product_variation_invalid_id";
  throw new WpError(code, product === undefined ? "Invalid ID." : "Invalid product variation.", status);
}
