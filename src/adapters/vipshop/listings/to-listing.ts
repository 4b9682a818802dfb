/** Documents of listings as unified listings, purchase orders and schedules as campaigns. Pure. */
import { z } from "zod";
import type { RawDocument } from "../../../core/adapter.ts";
import { look } from "../../../core/model/look.ts";
import { type Listing, type Unified, unified, type Variant, type Warning } from "../../../core/model/records.ts";
import type { ListingStatus } from "../../../core/model/vocabulary.ts";
import { AUDIT, PRODUCT_STATUS, PRODUCT_STATUS_NAME, SHELF } from "../codes.ts";
import { placeOf } from "../orders/record.ts";
import { idOrNull, intOrNull, list, sums, texts, times, yuan } from "../schemas.ts";

export function toUnified(raw: RawDocument): Unified {
  if (raw.form.startsWith("purchase@")) return purchaseToCampaign(raw);
  if (raw.form.startsWith("schedule@")) return scheduleToCampaign(raw);
  return unified({ listings: [raw.form.startsWith("shop@") ? shopToListing(raw) : supplyToListing(raw)] });
}

const base = (externalId: string, warnings: Warning[]) => ({
  externalId,
  marketplace: "vipshop",
  category: null,
  url: null,
  warnings,
});

const PROPS = z.preprocess((value) => value ?? {}, z.record(z.string(), z.unknown()));
const optionsOf = (props: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(props).map(([name, value]) => [name, String(value)]));

const SHOP = z.looseObject({
  product: z.looseObject({
    ...texts("title", "shelf_status", "audit_status", "image_url", "outer_spu_id", "third_category_name"),
    spu_id: idOrNull(),
    sku_ids: z.unknown().optional(),
  }),
  skus: list(z.looseObject({ sku_id: idOrNull(), ...texts("outer_sku_id"), sale_props: PROPS })).nullable(),
  prices: list(z.looseObject({ sku_id: idOrNull(), ...sums("sale_price", "market_price") })),
  stocks: list(z.looseObject({ sku_id: idOrNull(), leaving_stock: intOrNull(), ...texts("warehouse") })),
});

function shopToListing(raw: RawDocument): Listing {
  const { product, skus, prices, stocks } = SHOP.parse(raw.payload);
  if (product.spu_id === null) throw new Error("the product has no spu_id");
  const warnings: Warning[] = [];
  const shelf = product.shelf_status?.toLowerCase() ?? null;
  const audited = AUDIT[product.audit_status?.toLowerCase() ?? ""];
  const status = audited ?? (shelf === null ? "unknown" : look(SHELF, "shelf_status", shelf, "unknown", warnings));
  const variants = (skus ?? []).flatMap((sku): Variant[] => {
    if (sku.sku_id === null) return [];
    const price = prices.find(({ sku_id }) => sku_id === sku.sku_id);
    const own = stocks.filter(({ sku_id }) => sku_id === sku.sku_id);
    return [
      {
        ...variantOf(sku.sku_id, sku.outer_sku_id, price?.sale_price ?? null),
        options: optionsOf(sku.sale_props),
        quantity: own.length === 0 ? null : unitsOf(own),
        places: own.flatMap(({ warehouse: place, leaving_stock }) =>
          place === null ? [] : [{ place, quantity: leaving_stock ?? 0 }],
        ),
        externalProductId: product.spu_id,
        codes: { spu_id: product.spu_id ?? "" },
        active: status === "active",
      },
    ];
  });
  const isSoldOut = variants.length > 0 && variants.every(({ quantity }) => quantity === 0);
  return {
    ...base(raw.externalId, warnings),
    title: product.title ?? "",
    status: status === "active" && isSoldOut ? "out_of_stock" : status,
    externalStatus: [product.shelf_status, product.audit_status].filter((code) => code !== null).join("/"),
    category: product.third_category_name,
    imageUrl: product.image_url,
    variants,
    partial: skus === null,
  };
}

const unitsOf = (rows: readonly { leaving_stock: number | null }[]): number =>
  rows.reduce((sum, row) => sum + (row.leaving_stock ?? 0), 0);

const variantOf = (externalId: string, sellerCode: string | null, price: string | null) => ({
  externalId,
  sellerCode,
  barcode: null,
  title: null,
  price: price === null ? null : yuan(price),
  regularPrice: null,
  fulfilledBy: "seller" as const,
});

const OFFER = z.looseObject(texts("cooperation_no", "warehouse"));
const SUPPLY = z.looseObject({
  product: z.looseObject({
    barcode: idOrNull(),
    ...texts("product_name", "sn", "small_image", "product_image", "category_id"),
    ...sums("sell_price", "market_price"),
    flat_sale_props: PROPS,
    sale_props: PROPS,
  }),
  status: z.union([z.string(), z.number()]).nullish(),
  offers: list(OFFER),
  stocks: list(
    z.looseObject({ ...texts("cooperation_no", "warehouse", "area_warehouse_id"), leaving_stock: intOrNull() }),
  ),
  cooperations: list(OFFER),
  /** Places whose co-operation ran when it was read; null: nobody looked. */
  open: z.array(z.string()).nullable(),
});

/** Active while an offer is open, unless the product itself is not for sale. */
function supplyToListing(raw: RawDocument): Listing {
  const { product, status: told, offers, stocks, open } = SUPPLY.parse(raw.payload);
  if (product.barcode === null) throw new Error("the product has no barcode");
  const warnings: Warning[] = [];
  const code = told === null || told === undefined ? "PASS" : (PRODUCT_STATUS_NAME[String(told)] ?? String(told));
  const own = look<ListingStatus>(PRODUCT_STATUS, "state of a product", code, "unknown", warnings);
  const isOpen = open === null ? offers.length > 0 : open.length > 0;
  const offered = isOpen ? (stocks.length > 0 && unitsOf(stocks) === 0 ? "out_of_stock" : "active") : "inactive";
  const status = own === "active" ? offered : own;
  const places = new Map(
    stocks.map((row) => [
      placeOf(row.cooperation_no, row.warehouse, row.area_warehouse_id) ?? "",
      row.leaving_stock ?? 0,
    ]),
  );
  const variant: Variant = {
    ...variantOf(product.barcode, product.barcode, product.sell_price),
    barcode: product.barcode,
    options: optionsOf({ ...product.flat_sale_props, ...product.sale_props }),
    quantity: stocks.length === 0 ? null : unitsOf(stocks),
    places: [...places].filter(([place]) => place !== "").map(([place, quantity]) => ({ place, quantity })),
    externalProductId: product.sn,
    codes: {},
    active: status === "active" || status === "out_of_stock",
  };
  return {
    ...base(raw.externalId, warnings),
    title: product.product_name ?? "",
    status,
    externalStatus: code,
    category: product.category_id,
    imageUrl: product.small_image ?? product.product_image,
    variants: [variant],
    partial: false,
  };
}

const PURCHASE = z.looseObject({
  purchase: z.looseObject({
    ...texts("po_no", "schedule_id", "schedule_name", "brand_name", "warehouse", "cooperation_no", "co_mode"),
    ...times("sell_st_time", "sell_et_time"),
  }),
  stocks: list(z.looseObject({ barcode: idOrNull(), leaving_stock: intOrNull() })),
  sold: list(z.looseObject({ barcode: idOrNull(), amount: intOrNull() })),
});

/** What is held is what was committed: units that are left, and those that were sold under the purchase order. */
function purchaseToCampaign(raw: RawDocument): Unified {
  const { purchase, stocks, sold } = PURCHASE.parse(raw.payload);
  const { sell_st_time: startsAt, sell_et_time: endsAt } = purchase;
  if (startsAt === null || endsAt === null) throw new Error("the purchase order has no dates of sale");
  const units = new Map<string, number>();
  for (const { barcode, units: more } of [
    ...stocks.map((row) => ({ barcode: row.barcode, units: row.leaving_stock })),
    ...sold.map((row) => ({ barcode: row.barcode, units: row.amount })),
  ])
    if (barcode !== null) units.set(barcode, (units.get(barcode) ?? 0) + (more ?? 0));
  const title = [purchase.schedule_name ?? purchase.brand_name, purchase.po_no]
    .filter((part) => part !== null)
    .join(" ");
  return unified({
    campaigns: [
      {
        externalId: raw.externalId,
        title,
        place: placeOf(purchase.cooperation_no, purchase.warehouse),
        startsAt,
        endsAt,
        externalStatus: purchase.schedule_id,
        items: [...units].map(([barcode, quantity]) => ({ variantExternalId: barcode, sellerCode: barcode, quantity })),
      },
    ],
  });
}

const SCHEDULE = z.looseObject({ ...texts("schedule_id", "schedule_name"), ...times("start_time", "end_time") });

/** A schedule (older interface) names no goods: it is shown, and holds nothing. */
function scheduleToCampaign(raw: RawDocument): Unified {
  const { schedule_name, schedule_id, start_time: startsAt, end_time: endsAt } = SCHEDULE.parse(raw.payload);
  if (startsAt === null || endsAt === null) throw new Error("the schedule has no dates");
  const title = schedule_name ?? schedule_id ?? "";
  const campaign = {
    externalId: raw.externalId,
    title,
    place: null,
    startsAt,
    endsAt,
    externalStatus: schedule_id,
    items: [],
  };
  return unified({ campaigns: [campaign] });
}
