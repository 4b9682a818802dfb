/** Payloads that are read, loose: what is not named here is kept in the document. */
import { z } from "zod";
import { localToInstant } from "../../core/local-time.ts";
import { type Fields, isFields, recordsOf } from "../../core/tree.ts";
import {
  decimal,
  decimalOrNull,
  decimalOrZero,
  id,
  idOrNull,
  int,
  intOrNull,
  text,
  textOrNull,
} from "../../core/wire.ts";
import { ZONE } from "./config.ts";

export { type Fields, isFields, recordsOf };

const DAY_MS = 86_400_000;

/** A time as text of Beijing or in milliseconds since 1970; the years 1 and 1970 mean none. */
export function toInstant(value: unknown): Date | null {
  const isEpoch = /^[12]\d{12}$/.test(String(value));
  const at = isEpoch ? new Date(Number(value)) : typeof value === "string" ? localToInstant(value.trim(), ZONE) : null;
  return at === null || Number.isNaN(at.getTime()) || at.getTime() < DAY_MS ? null : at;
}

/** An id as it stands in a row, or null. */
export function idIn(value: unknown): string | null {
  const found = idOrNull().safeParse(value);
  return found.success ? found.data : null;
}

const time = () => z.unknown().optional().transform(toInstant);
/** As `time`, where none and one that cannot be read are not the same: whether it was paid hangs on it. */
const certainTime = () =>
  z
    .unknown()
    .optional()
    .transform((value, context) => {
      const at = toInstant(value);
      const words = String(value ?? "").trim();
      if (at === null && words !== "" && !NO_TIME.test(words))
        context.addIssue({ code: "custom", message: "expected a date and time" });
      return at;
    });
const NO_TIME = /^(?:0$|0000-|0001-|1970-)/;
/** `4-在线支付` and `4` are both 4. */
const leading = () =>
  z
    .unknown()
    .optional()
    .transform((value) => /^\s*(\d+)/.exec(String(value ?? ""))?.[1] ?? null);
const list = <T extends z.ZodType>(item: T) => z.preprocess(recordsOf, z.array(item));
/** An object; empty ones come as `[]`. */
const part = <T extends z.ZodType>(item: T) => z.preprocess((value) => (isFields(value) ? value : {}), item);

/** `skuUuid` inside `itemExt`, which is JSON text. */
const SKU_UUID = z
  .unknown()
  .optional()
  .transform((value) => {
    const json = typeof value === "string" ? value : JSON.stringify(value ?? null);
    const [, quoted, digits] = /"skuUuid"\s*:\s*(?:"([^"]+)"|(\d+))/.exec(json) ?? [];
    return quoted ?? digits ?? null;
  });

const ITEM = z.looseObject({
  skuId: idOrNull(),
  outerSkuId: textOrNull(),
  skuName: textOrNull(),
  jdPrice: decimalOrZero(),
  itemTotal: intOrNull(),
  num: intOrNull(),
  wareId: idOrNull(),
  itemExt: SKU_UUID,
});
export type Item = z.infer<typeof ITEM>;

const PARTY = { fullname: textOrNull(), mobile: textOrNull(), telephone: textOrNull(), fullAddress: textOrNull() };

export const ORDER = z.looseObject({
  orderId: id(),
  orderType: leading(),
  payType: leading(),
  orderPayment: decimalOrNull(),
  freightPrice: decimalOrZero(),
  serviceFee: decimalOrZero(),
  taxFee: decimalOrZero(),
  tuiHuoWuYou: decimalOrZero(),
  sellerDiscount: decimalOrZero(),
  balanceUsed: decimalOrZero(),
  orderState: text(),
  orderRemark: textOrNull(),
  venderRemark: textOrNull(),
  orderStartTime: time(),
  paymentConfirmTime: certainTime(),
  orderEndTime: time(),
  modified: time(),
  parentOrderId: idOrNull(),
  directParentOrderId: idOrNull(),
  returnOrder: leading(),
  storeOrder: textOrNull(),
  idSopShipmenttype: idOrNull(),
  storeId: idOrNull(),
  waybill: textOrNull(),
  logisticsId: textOrNull(),
  pin: textOrNull(),
  open_id_buyer: textOrNull(),
  xid_buyer: textOrNull(),
  consigneeInfo: part(
    z.looseObject({
      ...PARTY,
      desen_mobile: textOrNull(),
      desen_telephone: textOrNull(),
      province: textOrNull(),
      city: textOrNull(),
      county: textOrNull(),
      town: textOrNull(),
    }),
  ),
  itemInfoList: list(ITEM),
  couponDetailList: list(z.looseObject({ skuId: idOrNull(), couponType: leading(), couponPrice: decimalOrZero() })),
  /** What has left in part; null where nothing has. */
  partialLogisticsInfoModel: z
    .unknown()
    .optional()
    .transform((value) => (recordsOf(value).some((part) => Object.keys(part).length > 0) ? goodsIn(value) : null)),
});
export type OrderDocument = z.infer<typeof ORDER>;

/** Goods that have left in part: `{skuUuid, skuId, num}`, at whatever depth the parcels hold them. */
function goodsIn(value: unknown): { uuid: string | null; sku: string | null; count: number }[] {
  if (Array.isArray(value)) return value.flatMap(goodsIn);
  if (!isFields(value)) return [];
  const count = Number(value.num);
  if (Number.isSafeInteger(count) && ("skuId" in value || "skuUuid" in value))
    return [{ uuid: idIn(value.skuUuid), sku: idIn(value.skuId), count }];
  return Object.values(value).flatMap(goodsIn);
}

export const UNPAID_ORDER = z.looseObject({
  orderId: id(),
  payment: decimalOrNull(),
  orderType: leading(),
  parentId: idOrNull(),
  orderCreated: time(),
  created: time(),
  modified: time(),
  status: textOrNull(),
  pin: textOrNull(),
  userName: textOrNull(),
  mobile: textOrNull(),
  phone: textOrNull(),
  address: textOrNull(),
  desen_mobile: textOrNull(),
  itemList: list(ITEM),
});

const SKU = z.looseObject({
  skuId: id(),
  status: leading(),
  jdPrice: decimalOrNull(),
  outerId: textOrNull(),
  barCode: textOrNull(),
  skuName: textOrNull(),
  stockNum: intOrNull(),
  saleAttrs: list(z.looseObject({ attrId: idOrNull(), attrValues: texts(), attrValueAlias: texts() })),
});

function texts() {
  return z
    .unknown()
    .optional()
    .transform((value) => (Array.isArray(value) ? value.map(String) : []));
}

/** `skus` null: only the ware was read. */
export const LISTING = z.looseObject({
  ware: z.looseObject({
    wareId: id(),
    title: textOrNull(),
    wareStatus: textOrNull(),
    categoryId: idOrNull(),
    logo: textOrNull(),
    stockNum: intOrNull(),
  }),
  skus: z.array(SKU).nullable(),
});

export const REFUND = z.looseObject({
  id: id(),
  orderId: idOrNull(),
  applyTime: time(),
  checkTime: time(),
  applyRefundSum: decimalOrNull(),
  status: text(),
  reason: textOrNull(),
  skuVoList: list(z.looseObject({ skuId: idOrNull(), skuUuid: textOrNull(), skuCount: intOrNull() })),
});

export const SERVICE = z.looseObject({
  serviceId: id(),
  orderId: idOrNull(),
  applyTime: time(),
  updateDate: time(),
  customerExpect: text(),
  customerExpectName: textOrNull(),
  serviceStatus: text(),
  processResult: idOrNull(),
  actualPayPrice: decimalOrNull(),
  skuId: idOrNull(),
  skuUuid: textOrNull(),
  serviceCount: intOrNull(),
  questionDesc: textOrNull(),
  sysVersion: textOrNull(),
});

export const BILL = z.looseObject({
  orderId: idOrNull(),
  completed: time(),
  createTime: time(),
  feeList: z.preprocess(
    recordsOf,
    z
      .array(
        z.looseObject({
          detailId: id(),
          skuId: idOrNull(),
          skuUuid: textOrNull(),
          money: decimal(),
          direction: textOrNull(),
          currency: textOrNull(),
          feeType: text(),
          settlementTime: time(),
          billNo: textOrNull(),
          settleRemark: textOrNull(),
        }),
      )
      .min(1),
  ),
});

export const SHOP = z.looseObject({ vender_id: id(), shop_id: idOrNull(), shop_name: textOrNull() });
export const TOKEN = z.looseObject({
  access_token: z.string().min(1),
  refresh_token: textOrNull(),
  expires_in: intOrNull(),
  time: time(),
});
export const SEARCHED = z.looseObject({ orderTotal: int() });
