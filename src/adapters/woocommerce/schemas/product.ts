/** `/products` and variations. https://woocommerce.github.io/woocommerce-rest-api-docs/#product-properties */
import { z } from "zod";
import { decimalOrNull, id, idOrNull, instantOrNull, text, textOrNull } from "../../../core/wire.ts";
import { flag, list, words, wordsOrNull } from "./helpers.ts";

const FLAG = flag();

/** True, false, or "parent": a variation that draws on its product's stock. */
const MANAGE_STOCK = z
  .unknown()
  .optional()
  .transform((value): "true" | "false" | "parent" => {
    if (value === "parent") return "parent";
    return FLAG.parse(value) ? "true" : "false";
  });

const STOCK = {
  sku: textOrNull(),
  global_unique_id: textOrNull(),
  price: decimalOrNull(),
  regular_price: decimalOrNull(),
  sale_price: decimalOrNull(),
  manage_stock: MANAGE_STOCK,
  stock_quantity: decimalOrNull(),
  stock_status: words(),
  backorders: words(),
};

/** A variation has one option per attribute; a product lists all of them. */
export const VARIATION = z.object({
  id: id(),
  type: words(),
  parent_id: idOrNull(),
  status: words(),
  name: words(),
  permalink: textOrNull(),
  date_modified_gmt: instantOrNull(),
  ...STOCK,
  attributes: list(z.object({ name: words(), option: words() })),
});
export type VariationDocument = z.infer<typeof VARIATION>;

export const PRODUCT = z.object({
  id: id(),
  parent_id: idOrNull(),
  type: words(),
  status: text(),
  name: words(),
  permalink: textOrNull(),
  date_modified_gmt: instantOrNull(),
  ...STOCK,
  categories: list(z.object({ name: words() })),
  images: list(z.object({ src: textOrNull() })),
  variations: list(id()),
});
export type ProductDocument = z.infer<typeof PRODUCT>;

/** A listing as it is kept: the product, and its variations where they were read. */
export const LISTING = z.object({
  product: PRODUCT,
  variations: z.array(VARIATION).nullable(),
});

/** One variation with its product's head (null where only the variation is known). */
export const LISTING_PART = z.object({ product: PRODUCT.nullable(), variation: VARIATION });

/** An item of a batch answer: the whole object, or its refusal. */
export const BATCH_ITEM = z.object({
  id: idOrNull(),
  manage_stock: MANAGE_STOCK,
  stock_quantity: decimalOrNull(),
  regular_price: decimalOrNull(),
  sale_price: decimalOrNull(),
  error: z.object({ code: wordsOrNull(), message: wordsOrNull(), data: z.unknown() }).optional(),
});
export type BatchItem = z.infer<typeof BATCH_ITEM>;

export const BATCH_ANSWER = z.object({ update: list(BATCH_ITEM) });
