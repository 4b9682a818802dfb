/** A listing document as unified records. Pure. */
import type { MapContext, RawDocument } from "../../../core/adapter.ts";
import { type Listing, type Unified, unified, type Variant, type Warning } from "../../../core/model/records.ts";
import type { ListingStatus } from "../../../core/model/vocabulary.ts";
import { money } from "../../../core/money.ts";
import { storable } from "../../../core/storable-text.ts";
import { PRODUCT_STATUS } from "../codes.ts";
import {
  isNoRecord,
  LISTING,
  LISTING_PART,
  type ProductDocument,
  refuseNoRecord,
  type VariationDocument,
} from "../schemas/index.ts";
import { PART_FORM, productProblem } from "./documents.ts";

/** Products without stock of their own: a group leads to its members. */
const WITHOUT_VARIANT = new Set(["grouped"]);

export function toUnified(raw: RawDocument, context: MapContext): Unified {
  if (isNoRecord(raw)) refuseNoRecord(raw, "product", productProblem);
  return raw.form === PART_FORM ? toPart(raw.payload, context) : toWhole(raw.payload, context);
}

function toWhole(payload: unknown, context: MapContext): Unified {
  const { product, variations } = LISTING.parse(payload);
  const listing = toListing(product, variations, context);
  if (listing.status !== "deleted") return unified({ listings: [listing] });
  return unified({ listings: [listing], deleted: [{ resource: "listings", externalId: listing.externalId }] });
}

function toListing(product: ProductDocument, variations: VariationDocument[] | null, context: MapContext): Listing {
  const { status, warnings } = listingStatus(product);
  const isParent = product.variations.length > 0 || product.type.startsWith("variable");
  const isOn = status === "active" || status === "out_of_stock";
  const variants = isParent
    ? (variations ?? []).map((variation) => variationVariant(variation, product, isOn, context))
    : WITHOUT_VARIANT.has(product.type)
      ? []
      : [simpleVariant(product, isOn, context)];
  return { ...headOf(product), status, variants, partial: isParent && variations === null, warnings };
}

function toPart(payload: unknown, context: MapContext): Unified {
  const { product, variation } = LISTING_PART.parse(payload);
  const parent = variation.parent_id ?? product?.id;
  if (product) {
    const { status, warnings } = listingStatus(product);
    const isOn = status === "active" || status === "out_of_stock";
    const variants = [variationVariant(variation, product, isOn, context)];
    return unified({ listings: [{ ...headOf(product), status, variants, partial: true, warnings }] });
  }
  if (!parent) throw new Error(`variation ${variation.id} names no product`);
  const warning = { code: "head_unknown", detail: `The product ${parent} of this variation is not in the document.` };
  const { status, warnings } = listingStatus({ ...variation, status: variation.status || "publish" });
  return unified({
    listings: [
      {
        externalId: parent,
        marketplace: null,
        title: variation.name,
        status,
        externalStatus: variation.status,
        category: null,
        url: variation.permalink,
        imageUrl: null,
        variants: [variationVariant(variation, null, true, context)],
        partial: true,
        warnings: [warning, ...warnings],
      },
    ],
  });
}

function headOf(product: ProductDocument): Omit<Listing, "status" | "variants" | "partial" | "warnings"> {
  return {
    externalId: product.id,
    marketplace: null,
    title: product.name,
    externalStatus: product.status,
    category: product.categories.map((category) => category.name).join(", ") || null,
    url: product.permalink,
    imageUrl: product.images[0]?.src ?? null,
  };
}

function listingStatus(product: Pick<ProductDocument, "status" | "stock_status">): {
  status: ListingStatus;
  warnings: Warning[];
} {
  const status = PRODUCT_STATUS[product.status];
  if (status === undefined)
    return {
      status: "unknown",
      warnings: [{ code: "unknown_status", detail: `"${product.status}" is no known status.` }],
    };
  const soldOut = status === "active" && product.stock_status === "outofstock";
  return { status: soldOut ? "out_of_stock" : status, warnings: [] };
}

function simpleVariant(product: ProductDocument, isOn: boolean, context: MapContext): Variant {
  return {
    ...offerOf(product, context),
    externalId: product.id,
    title: null,
    options: {},
    quantity: product.manage_stock === "true" ? wholeUnits(product.stock_quantity) : null,
    codes: { manage_stock: product.manage_stock },
    active: isOn,
  };
}

/**
 * A variation that draws on its product's stock shows that stock; so do its siblings. `codes.manage_stock` is then
 * "parent": the units are one lot, and a push gives the variation a stock of its own.
 */
function variationVariant(
  variation: VariationDocument,
  product: ProductDocument | null,
  isOn: boolean,
  context: MapContext,
): Variant {
  const parent = variation.parent_id ?? product?.id ?? null;
  const shared = variation.manage_stock === "parent";
  const quantity = shared ? (product?.stock_quantity ?? variation.stock_quantity) : variation.stock_quantity;
  return {
    ...offerOf(variation, context),
    externalId: variation.id,
    title: variation.name || null,
    options: Object.fromEntries(variation.attributes.map(({ name, option }) => [storable(name), option])),
    quantity: variation.manage_stock === "false" ? null : wholeUnits(quantity),
    codes: { manage_stock: variation.manage_stock, ...(parent === null ? {} : { parent }) },
    // A variation that is not public is switched off by itself.
    active: isOn && (variation.status === "publish" || variation.status === ""),
  };
}

type Offer = Pick<ProductDocument, "sku" | "global_unique_id" | "price" | "regular_price">;

function offerOf(offer: Offer, context: MapContext) {
  const amount = (value: string | null) => (value === null ? null : money(value, context.currency));
  return {
    sellerCode: offer.sku,
    barcode: offer.global_unique_id,
    price: amount(offer.price),
    regularPrice: amount(offer.regular_price),
    places: [],
    externalProductId: null,
    fulfilledBy: "seller" as const,
  };
}

/** Stock may be a fraction with some plugins, and below zero where backorders are allowed. */
function wholeUnits(quantity: string | null): number | null {
  return quantity === null ? null : Math.floor(Number(quantity));
}
