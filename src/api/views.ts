/** Rows as they are shown. */

import type { ActionView } from "../core/db/action-list.ts";
import type { AlertView } from "../core/db/alert-list.ts";
import { toDate } from "../core/db/database.ts";
import type { ListingView, VariantView } from "../core/db/listings.ts";
import type { SkuView } from "../core/db/skus.ts";
import type { LevelView, OfferView } from "../core/db/stock.ts";
import { padMoney } from "../core/money.ts";

/** An amount with its currency's digits; null where one of them is not known. */
export function renderMoney(amount: string | null, currency: string | null) {
  return amount === null || currency === null ? null : padMoney({ amount, currency });
}

export function renderListing(row: ListingView) {
  return {
    id: row.id,
    store_id: row.store_id,
    version: Number(row.version),
    external_id: row.external_id,
    marketplace: row.marketplace,
    title: row.title,
    status: row.status,
    external_status: row.external_status,
    category: row.category,
    url: row.url,
    image_url: row.image_url,
    variants: row.variants.map(renderVariant),
    warnings: row.warnings,
    updated_at_source: toDate(row.source_updated_at),
    synced_at: toDate(row.synced_at),
    updated_at: toDate(row.updated_at),
    gone_at: toDate(row.gone_at),
  };
}

function renderVariant(row: VariantView) {
  const { seller_code, sku, price, regular_price, currency, gone, ...rest } = row;
  return {
    ...rest,
    sku: seller_code,
    mapped_sku: sku,
    price: renderMoney(price, currency),
    regular_price: renderMoney(regular_price, currency),
    gone,
  };
}

export function renderSku(row: SkuView) {
  const onHand = Number(row.on_hand);
  const reserved = Number(row.reserved);
  return {
    id: row.id,
    code: row.code,
    title: row.title,
    barcode: row.barcode,
    bundle: row.bundle,
    components: row.components,
    safety_stock: row.safety_stock,
    set_apart: row.set_apart,
    retired_at: toDate(row.retired_at),
    on_hand: row.bundle ? null : onHand,
    reserved: row.bundle ? null : reserved,
    available: row.bundle ? null : onHand - reserved - row.safety_stock - row.set_apart,
    version: Number(row.version),
    created_at: toDate(row.created_at),
    updated_at: toDate(row.updated_at),
  };
}

export function renderLevel(row: LevelView) {
  return {
    sku_id: row.sku_id,
    sku: row.sku,
    title: row.title,
    location: row.location,
    on_hand: row.on_hand,
    reserved: row.reserved,
    safety_stock: row.safety_stock,
    available: row.on_hand - row.reserved - row.safety_stock,
    sellable: row.sellable,
    counted_at: toDate(row.counted_at),
    count_basis: row.count_basis,
    version: Number(row.version),
    updated_at: toDate(row.updated_at),
  };
}

export function renderOffer(row: OfferView) {
  const value = (text: string | null) =>
    text === null ? null : row.aspect === "stock" ? Number(text) : renderMoney(text, row.currency);
  return {
    id: row.id,
    store_id: row.store_id,
    variant_id: row.variant_id,
    listing_external_id: row.listing_external_id,
    variant_external_id: row.variant_external_id,
    seller_code: row.seller_code,
    sku: row.sku,
    aspect: row.aspect,
    place: row.place === "" ? null : row.place,
    desired: value(row.desired),
    desired_version: Number(row.desired_version),
    desired_at: toDate(row.desired_at),
    cause: row.cause,
    sent: value(row.sent_value),
    sent_at: toDate(row.sent_at),
    confirmed: value(row.confirmed_value),
    confirmed_at: toDate(row.confirmed_at),
    observed: value(row.observed_value),
    observed_at: toDate(row.observed_at),
    dirty: row.dirty,
    state: row.state,
    attempts: row.attempts,
    due_at: toDate(row.due_at),
    error: row.error_text === null ? null : { code: row.error_code, text: row.error_text },
  };
}

export function renderAlert(row: AlertView) {
  return {
    ...row,
    due_at: toDate(row.due_at),
    opened_at: toDate(row.opened_at),
    last_at: toDate(row.last_at),
    resolved_at: toDate(row.resolved_at),
  };
}

export function renderAction(row: ActionView) {
  const { error_category, error_code, error_text, ...rest } = row;
  return {
    ...rest,
    error: error_category === null ? null : { category: error_category, code: error_code, text: error_text },
    due_at: toDate(row.due_at),
    created_at: toDate(row.created_at),
    finished_at: toDate(row.finished_at),
    updated_at: toDate(row.updated_at),
  };
}
