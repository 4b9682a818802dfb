/** Products, variants, their prices, and lists of sale prices. */

import { z } from "zod";
import { answerList, answerOne, bodyOf, byId, type Call, type Route } from "./call.ts";
import { addProduct, addVariant, deleteProduct, deleteVariant, newPrice, setPrices } from "./catalogue.ts";
import {
  PRODUCT_FIELDS,
  priceListView,
  productView,
  VARIANT_FIELDS,
  variantView,
  withQuantity,
} from "./product-view.ts";
import { nowMs, type Store } from "./store.ts";
import type { Price, Product, Variant } from "./types.ts";
import { hundredths, invalid, notFound, type View } from "./wire.ts";

const METADATA = z.record(z.string(), z.unknown()).nullish();
const STATUS = z.enum(["draft", "proposed", "published", "rejected"]);
const PRICE = z.strictObject({
  id: z.string().optional(),
  currency_code: z.string(),
  amount: z.number(),
  min_quantity: z.number().nullish(),
  max_quantity: z.number().nullish(),
  rules: z.record(z.string(), z.string()).optional(),
});
const VARIANT = {
  title: z.string().optional(),
  sku: z.string().nullish(),
  barcode: z.string().nullish(),
  manage_inventory: z.boolean().optional(),
  allow_backorder: z.boolean().optional(),
  options: z.record(z.string(), z.string()).optional(),
  prices: z.array(PRICE).optional(),
  metadata: METADATA,
};
const VARIANT_UPDATE = z.strictObject(VARIANT);
const VARIANT_BATCH = z.strictObject({
  create: z.array(z.strictObject({ ...VARIANT, title: z.string() })).optional(),
  update: z.array(z.strictObject({ ...VARIANT, id: z.string() })).optional(),
  delete: z.array(z.string()).optional(),
});
const PRODUCT_CREATE = z.strictObject({
  title: z.string(),
  status: STATUS.optional(),
  shipping_profile_id: z.string().optional(),
  options: z.array(z.strictObject({ title: z.string(), values: z.array(z.string()) })).optional(),
  sales_channels: z.array(z.strictObject({ id: z.string() })).optional(),
  variants: z.array(z.strictObject({ ...VARIANT, title: z.string() })).optional(),
  metadata: METADATA,
});
const PRODUCT_UPDATE = z.strictObject({ title: z.string().optional(), status: STATUS.optional(), metadata: METADATA });
type VariantBody = z.infer<typeof VARIANT_UPDATE>;

const productOf = ({ store, params }: Call): Product => byId(store.products, params.id, "Product");

function answerProduct(call: Call, product: Product): View {
  return answerOne(call, "product", productView(call.store, product), PRODUCT_FIELDS);
}

function variantOf(product: Product, id: string | undefined): Variant {
  const variant = product.variants.find((one) => one.id === id && one.deleted === null);
  if (variant === undefined) throw notFound(`Variant with id: ${id} was not found`);
  return variant;
}

function assertFreeSku(store: Store, sku: string | null | undefined, own: Variant | null): void {
  if (sku === null || sku === undefined) return;
  for (const variant of store.variants.values())
    if (variant.sku === sku && variant !== own) throw invalid(`Product variant with sku: ${sku}, already exists.`);
}

function pricesOf(store: Store, rows: NonNullable<VariantBody["prices"]>): Price[] {
  return rows.map(({ currency_code, amount, min_quantity, max_quantity, rules }) => {
    if (amount < 0) throw invalid("Amount must not be negative");
    const bounds = { minQuantity: min_quantity ?? null, maxQuantity: max_quantity ?? null };
    const where = { currency: currency_code.toLowerCase(), region: rules?.region_id ?? null };
    return newPrice(store, { amount: hundredths(amount), ...where, ...bounds });
  });
}

function createVariant(store: Store, product: Product, body: VariantBody): Variant {
  assertFreeSku(store, body.sku, null);
  const { title = "Default", sku, prices = [] } = body;
  const own = prices.find(({ currency_code }) => currency_code === store.currency);
  const amount = hundredths(own?.amount ?? 0);
  const variant = addVariant(store, product, { title, sku: sku ?? null, amount, stock: null });
  variant.prices = pricesOf(store, prices);
  return variant;
}

function changeVariant(store: Store, variant: Variant, body: VariantBody): void {
  const { sku, prices, title, barcode, metadata } = body;
  assertFreeSku(store, sku, variant);
  for (const { rules } of prices ?? [])
    for (const name of Object.keys(rules ?? {})) if (name !== "region_id") throw invalid(`Unknown price rule ${name}`);
  if (sku !== undefined) variant.sku = sku;
  if (title !== undefined) variant.title = title;
  if (barcode !== undefined) variant.barcode = barcode;
  if (metadata !== undefined) variant.metadata = metadata;
  variant.updated = nowMs(store);
  if (prices === undefined) return;
  setPrices(store, variant, pricesOf(store, prices), "api");
}

export const PRODUCT_ROUTES: readonly Route[] = [
  {
    method: "get",
    path: "/admin/products",
    operation: "products.list",
    run: (call) =>
      answerList(call, "products", {
        rows: call.store.products.values(),
        view: (product: Product) => {
          const view = productView(call.store, product);
          const fields = (call.query.get("fields") ?? "").replaceAll(
            "variants.inventory_quantity",
            "inventory_quantity",
          );
          const variants = (view.variants as View[]).map((one) =>
            withQuantity(one, byId(call.store.variants, String(one.id), "Variant"), fields),
          );
          return { ...view, variants };
        },
        defaults: PRODUCT_FIELDS,
        filters: { status: ({ status }) => status, sales_channel_id: () => call.store.ids.channel },
        text: ({ title, handle, variants }) => `${title} ${handle} ${variants.map(({ sku }) => sku).join(" ")}`,
      }),
  },
  {
    method: "get",
    path: "/admin/products/:id",
    operation: "products.get",
    run: (call) => answerProduct(call, productOf(call)),
  },
  {
    method: "post",
    path: "/admin/products",
    operation: "products.create",
    run(call) {
      const { store } = call;
      const { title, status = "draft", variants = [] } = bodyOf(call, PRODUCT_CREATE);
      for (const { sku } of variants) assertFreeSku(store, sku, null);
      const product = addProduct(store, title, status);
      for (const variant of variants) createVariant(store, product, variant);
      return answerProduct(call, product);
    },
  },
  {
    method: "post",
    path: "/admin/products/:id",
    operation: "products.update",
    run(call) {
      const product = productOf(call);
      const { title, status, metadata } = bodyOf(call, PRODUCT_UPDATE);
      Object.assign(product, { title: title ?? product.title, status: status ?? product.status });
      if (metadata !== undefined) product.metadata = metadata;
      product.updated = nowMs(call.store);
      return answerProduct(call, product);
    },
  },
  {
    method: "delete",
    path: "/admin/products/:id",
    operation: "products.delete",
    run(call) {
      const { id } = productOf(call);
      deleteProduct(call.store, productOf(call));
      return { id, object: "product", deleted: true };
    },
  },
  {
    method: "post",
    path: "/admin/products/:id/variants/batch",
    operation: "variants.batch",
    run(call) {
      const { store } = call;
      const product = productOf(call);
      const body = bodyOf(call, VARIANT_BATCH);
      const updates = (body.update ?? []).map(({ id, ...rest }) => ({ variant: variantOf(product, id), rest }));
      const gone = (body.delete ?? []).map((id) => variantOf(product, id));
      for (const { variant, rest } of updates) assertFreeSku(store, rest.sku, variant);
      const created = (body.create ?? []).map((one) => createVariant(store, product, one));
      for (const { variant, rest } of updates) changeVariant(store, variant, rest);
      for (const variant of gone) deleteVariant(store, variant);
      return {
        created: created.map((one) => variantView(one, false)),
        updated: updates.map(({ variant }) => variantView(variant, false)),
        deleted: { ids: gone.map(({ id }) => id), object: "variant", deleted: true },
      };
    },
  },
  {
    method: "post",
    path: "/admin/products/:id/variants/:variant",
    operation: "variants.update",
    run(call) {
      const product = productOf(call);
      changeVariant(call.store, variantOf(product, call.params.variant), bodyOf(call, VARIANT_UPDATE));
      return answerProduct(call, product);
    },
  },
  {
    method: "get",
    path: "/admin/product-variants",
    operation: "variants.list",
    run: (call) =>
      answerList(call, "variants", {
        rows: call.store.variants.values(),
        view: (variant: Variant) => withQuantity(variantView(variant), variant, call.query.get("fields")),
        defaults: VARIANT_FIELDS,
        filters: { sku: ({ sku }) => sku, product_id: ({ product }) => product.id },
        text: ({ sku, title }) => `${sku} ${title}`,
      }),
  },
  {
    method: "get",
    path: "/admin/price-lists",
    operation: "price-lists.list",
    run: (call) =>
      answerList(call, "price_lists", {
        rows: call.store.priceLists,
        view: priceListView,
        defaults: ["*", "*prices"],
      }),
  },
];
