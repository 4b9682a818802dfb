/** A listing with its variants, as taobao.items.seller.list.get answers it. */
import { z } from "zod";
import { id, idOrNull, text, textOrNull } from "../../../core/wire.ts";
import { decimalOrNull, flag, intOrNull, list, wordsOrNull } from "./helpers.ts";

const SKU = z.looseObject({
  sku_id: id(),
  properties: wordsOrNull(),
  properties_name: wordsOrNull(),
  quantity: intOrNull(),
  price: decimalOrNull(),
  outer_id: wordsOrNull(),
  barcode: wordsOrNull(),
  status: wordsOrNull(),
});
export type SkuDocument = z.infer<typeof SKU>;

const WITHOUT_SKUS = {
  num_iid: id(),
  title: text(),
  cid: idOrNull(),
  approve_status: text(),
  violation: flag(),
  num: intOrNull(),
  with_hold_quantity: intOrNull(),
  sub_stock: intOrNull(),
  price: decimalOrNull(),
  outer_id: wordsOrNull(),
  barcode: wordsOrNull(),
  pic_url: textOrNull(),
  detail_url: textOrNull(),
};

export const ITEM = z.looseObject({ ...WITHOUT_SKUS, skus: list(SKU) });
export type ItemDocument = z.infer<typeof ITEM>;

/** What a write of quantities answers of the listing. */
export const WRITTEN_ITEM = z.looseObject({
  num_iid: id(),
  num: intOrNull(),
  skus: list(z.looseObject({ sku_id: id(), quantity: intOrNull() })),
});
