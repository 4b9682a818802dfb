/** A listing with its variants. Pure. */
import type { MapContext, RawDocument } from "../../../core/adapter.ts";
import { type Listing, type Unified, unified, type Variant, type Warning } from "../../../core/model/records.ts";
import type { ListingStatus } from "../../../core/model/vocabulary.ts";
import { money } from "../../../core/money.ts";
import { CURRENCY } from "../config.ts";
import { ITEM, type ItemDocument, type SkuDocument } from "../schemas/listing.ts";

export function toUnified(raw: RawDocument, context: MapContext): Unified {
  const item = ITEM.parse(raw.payload);
  const warnings: Warning[] = [];
  const status = statusOf(item, raw.via?.banner ?? null, warnings);
  const isOn = status === "active";
  const listing: Listing = {
    externalId: item.num_iid,
    marketplace: context.marketplaces[0]?.code ?? null,
    title: item.title,
    status,
    externalStatus: item.approve_status,
    category: item.cid,
    url: item.detail_url,
    imageUrl: item.pic_url,
    variants: item.skus.length === 0 ? [onlyVariant(item, isOn)] : item.skus.map((sku) => toVariant(sku, item, isOn)),
    partial: false,
    warnings,
  };
  return unified({ listings: [listing] });
}

/** The list that named the listing tells apart what its own status does not. */
function statusOf(item: ItemDocument, banner: string | null, warnings: Warning[]): ListingStatus {
  if (item.approve_status === "onsale") return item.num === 0 ? "out_of_stock" : "active";
  if (item.approve_status !== "instock") {
    warnings.push({ code: "unknown_code", detail: `listing status: "${item.approve_status}" is not known` });
    return "unknown";
  }
  if (item.violation || banner === "violation_off_shelf") return "rejected";
  if (banner === "never_on_shelf") return "draft";
  if (banner === "sold_out") return "out_of_stock";
  return "inactive";
}

function onlyVariant(item: ItemDocument, isOn: boolean): Variant {
  return {
    ...common(item.price, item.num),
    externalId: item.num_iid,
    sellerCode: item.outer_id,
    barcode: item.barcode,
    title: null,
    options: {},
    codes: {},
    active: isOn,
  };
}

/** Price methods of Taobao name a variant by its properties. */
function toVariant(sku: SkuDocument, item: ItemDocument, isOn: boolean): Variant {
  const options = optionsOf(sku.properties_name);
  return {
    ...common(sku.price ?? item.price, sku.quantity),
    externalId: sku.sku_id,
    sellerCode: sku.outer_id,
    barcode: sku.barcode,
    title: Object.values(options).join(" ") || null,
    options,
    codes: sku.properties === null ? {} : { properties: sku.properties },
    active: isOn && sku.status !== "delete",
  };
}

function common(price: string | null, quantity: number | null) {
  return {
    price: price === null ? null : money(price, CURRENCY),
    // These are list prices; what buyers pay during a promotion is not shown.
    regularPrice: null,
    quantity,
    places: [],
    externalProductId: null,
    fulfilledBy: "seller" as const,
  };
}

/** `pid:vid:name:value;…`; a colon inside a name is written `#cln#`, a semicolon `#scln#`. */
function optionsOf(names: string | null): Record<string, string> {
  const decode = (text: string) => text.replaceAll("#cln#", ":").replaceAll("#scln#", ";");
  const pairs = (names ?? "").split(";").flatMap((part) => {
    const [, , name, value] = part.split(":");
    return name && value !== undefined ? [[decode(name), decode(value)] as const] : [];
  });
  return Object.fromEntries(pairs);
}
