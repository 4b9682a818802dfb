/** Documents of listings as unified listings, purchase orders and schedules as campaigns. Pure. */
import type { MapContext, RawDocument } from "../../../core/adapter.ts";
import { look } from "../../../core/model/look.ts";
import { type Listing, type Unified, unified, type Variant, type Warning } from "../../../core/model/records.ts";
import { UNSAID_VARIANT } from "../../../core/model/unsaid.ts";
import type { ListingStatus } from "../../../core/model/vocabulary.ts";
import type { Tree } from "../../../core/tree.ts";
import { AUDIT, JITX_STATE, PRODUCT_STATUS, SHELF } from "../codes.ts";
import { settingsOf } from "../config.ts";
import { placeOf } from "../orders/record.ts";
import { isFields, rowOf, yuan } from "../schemas.ts";

export function toUnified(raw: RawDocument, { settings }: Pick<MapContext, "settings">): Unified {
  const row = rowOf(raw.payload);
  if (raw.form.startsWith("purchase@")) return purchaseToCampaign(raw, row, settingsOf(settings).standing_place);
  if (raw.form.startsWith("schedule@")) return scheduleToCampaign(raw, row);
  return unified({ listings: [raw.form.startsWith("shop@") ? shopToListing(raw, row) : supplyToListing(raw, row)] });
}

const optionsOf = (props: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(isFields(props) ? props : {}).map(([name, value]) => [name, String(value)]));

const unitsOf = (rows: readonly Tree[]): number =>
  rows.reduce((sum, row) => sum + (row.count("leaving_stock") ?? 0), 0);

/** What a variant shows, and where: quantities of the same place are one. */
function variantOf(externalId: string, price: string | null, stocks: readonly Tree[]) {
  const places = new Map<string, number>();
  for (const row of stocks) {
    const place = placeOf(row.text("cooperation_no"), row.text("warehouse"), row.text("area_warehouse_id"));
    if (place !== null) places.set(place, row.count("leaving_stock") ?? 0);
  }
  return {
    ...UNSAID_VARIANT,
    externalId,
    title: null,
    price: price === null ? null : yuan(price),
    quantity: stocks.length === 0 ? null : unitsOf(stocks),
    places: [...places].map(([place, quantity]) => ({ place, quantity })),
    fulfilledBy: "seller" as const,
  };
}

function shopToListing(raw: RawDocument, row: Tree): Listing {
  const spu_id = rowOf(row.fields.product).need("spu_id");
  const warnings: Warning[] = [];
  const [shelf, audit] = [row.text("product/shelf_status"), row.text("product/audit_status")];
  const shown = shelf === null ? "unknown" : look(SHELF, "shelf_status", shelf.toLowerCase(), "unknown", warnings);
  const status = AUDIT[audit?.toLowerCase() ?? ""] ?? shown;
  const variants = row.list("skus").map((sku): Variant => {
    const sku_id = sku.need("sku_id");
    const own = (name: string) => row.list(name).filter((one) => one.text("sku_id") === sku_id);
    const price = own("prices")[0];
    // A price is written with the list price beside it.
    const market = price?.decimal("market_price") ?? null;
    return {
      ...variantOf(sku_id, price?.decimal("sale_price") ?? null, own("stocks")),
      sellerCode: sku.text("outer_sku_id"),
      options: optionsOf(sku.fields.sale_props),
      externalProductId: spu_id,
      codes: { spu_id, ...(market === null ? {} : { market_price: market }) },
      active: status === "active",
    };
  });
  const isSoldOut = variants.length > 0 && variants.every(({ quantity }) => quantity === 0);
  return {
    externalId: raw.externalId,
    marketplace: "vipshop",
    title: row.text("product/title") ?? "",
    status: status === "active" && isSoldOut ? "out_of_stock" : status,
    externalStatus: [shelf, audit].filter((code) => code !== null).join("/"),
    category: row.text("product/third_category_name"),
    url: null,
    imageUrl: row.text("product/image_url"),
    variants,
    partial: row.fields.skus === null,
    warnings,
  };
}

/** Active while an offer is open, unless the product itself is not for sale. `open` null: nobody looked. */
function supplyToListing(raw: RawDocument, row: Tree): Listing {
  const product = rowOf(row.fields.product);
  const barcode = product.need("barcode");
  const warnings: Warning[] = [];
  const code = row.text("status");
  // Where no answer tells its state, its offers do.
  const own =
    code === null
      ? ("active" as const)
      : look<ListingStatus>(PRODUCT_STATUS, "state of a product", code, "unknown", warnings);
  const { open } = row.fields;
  const isOpen = Array.isArray(open) ? open.length > 0 : row.list("stocks").length > 0;
  const stocks = row.list("stocks");
  const counted = stocks.filter((one) => one.text("leaving_stock") !== null);
  const isSoldOut = counted.length > 0 && unitsOf(counted) === 0;
  const status = own !== "active" ? own : !isOpen ? "inactive" : isSoldOut ? "out_of_stock" : "active";
  const variant: Variant = {
    ...variantOf(barcode, product.decimal("sell_price"), counted),
    sellerCode: barcode,
    barcode,
    options: { ...optionsOf(product.fields.flat_sale_props), ...optionsOf(product.fields.sale_props) },
    externalProductId: product.text("sn"),
    codes: {},
    active: status === "active" || status === "out_of_stock",
  };
  return {
    externalId: raw.externalId,
    marketplace: "vipshop",
    title: product.text("product_name") ?? "",
    status,
    externalStatus: code ?? "",
    category: product.text("category_id"),
    url: null,
    imageUrl: product.text("small_image", "product_image"),
    variants: [variant],
    partial: false,
    warnings,
  };
}

/**
 * What is held is what was committed: units that are left, and those that were sold under the purchase order. At the standing
 * place nothing is: what is offered there is what there is.
 */
function purchaseToCampaign(raw: RawDocument, row: Tree, standing = ""): Unified {
  const units = new Map<string, number>();
  const count = (rows: readonly Tree[], name: string) => {
    for (const one of rows) {
      const barcode = one.text("barcode");
      if (barcode !== null) units.set(barcode, (units.get(barcode) ?? 0) + (one.count(name) ?? 0));
    }
  };
  count(row.list("stocks"), "leaving_stock");
  const isCancelled = (one: Tree) => JITX_STATE[one.text("order_status") ?? ""]?.status === "cancelled";
  count(
    row.list("sold").filter((one) => !isCancelled(one)),
    "amount",
  );
  const purchase = rowOf(row.fields.purchase);
  const title = [purchase.text("schedule_name", "brand_name"), purchase.text("po_no")];
  const place = placeOf(purchase.text("cooperation_no"), purchase.text("warehouse"));
  const isStanding = place !== null && `${standing}/`.startsWith(`${place}/`);
  const items = [...units].map(([barcode, quantity]) => ({
    variantExternalId: barcode,
    sellerCode: barcode,
    quantity,
  }));
  return campaign(raw, purchase, "sell_st_time", "sell_et_time", {
    title: title.filter((part) => part !== null).join(" "),
    place,
    items: isStanding ? [] : items,
  });
}

/** A schedule (older interface) names no goods: it is shown, and holds nothing. */
const scheduleToCampaign = (raw: RawDocument, row: Tree): Unified =>
  campaign(raw, row, "start_time", "end_time", { title: row.text("schedule_name") ?? "", place: null, items: [] });

type Told = Pick<Unified["campaigns"][number], "title" | "place" | "items">;

function campaign({ externalId }: RawDocument, row: Tree, from: string, to: string, told: Told): Unified {
  const [startsAt, endsAt] = [row.time(from), row.time(to)];
  if (startsAt === null || endsAt === null) throw new Error("the campaign has no dates");
  return unified({ campaigns: [{ externalId, ...told, startsAt, endsAt, externalStatus: row.text("schedule_id") }] });
}
