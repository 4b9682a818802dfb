/** An item as a listing of one variant, on the marketplace that it was asked for. Pure. */
import { look } from "../../../core/model/look.ts";
import {
  type Listing,
  type Money,
  type Unified,
  unified,
  type Variant,
  type Warning,
} from "../../../core/model/records.ts";
import { UNSAID_VARIANT } from "../../../core/model/unsaid.ts";
import type { ListingStatus } from "../../../core/model/vocabulary.ts";
import type { Tree } from "../../../core/tree.ts";
import { moneyIn, wordsIn } from "../schemas.ts";
import { variantId } from "./ids.ts";

/** What the seller ships; other channels are the platform's own warehouses. */
export const SELLERS_CHANNEL = "DEFAULT";

const channels = (item: Tree): Tree[] => item.list("fulfillmentAvailability");
const platformChannel = (item: Tree): string | null =>
  channels(item)
    .map((row) => row.text("fulfillmentChannelCode"))
    .find((code) => code !== null && code !== SELLERS_CHANNEL) ?? null;

/** What the seller can ship; null where the platform counts it. */
export const quantityIn = (item: Tree): number | null =>
  channels(item)
    .find((row) => row.text("fulfillmentChannelCode") === SELLERS_CHANNEL)
    ?.count("quantity") ?? null;

/** What everybody pays. */
export function priceIn(item: Tree, marketplace: string): Money | null {
  const own = item.list("offers").filter((offer) => offer.text("marketplaceId") === marketplace);
  const offer = own.find(
    (each) => each.text("offerType") === "B2C" && (each.text("audience/value") ?? "ALL") === "ALL",
  );
  return offer ? moneyIn(offer, "price") : null;
}

export function toUnified(item: Tree, marketplace: string): Unified {
  const warnings: Warning[] = [];
  const sku = item.need("sku");
  const summary = item.list("summaries").find((row) => row.text("marketplaceId") === marketplace) ?? null;
  const words = wordsIn(summary?.fields.status);
  const listing: Listing = {
    externalId: variantId(marketplace, sku),
    marketplace,
    title: summary?.text("itemName") ?? "",
    status: statusOf(item, summary, marketplace, warnings),
    externalStatus: words.join(","),
    category: summary?.text("productType") ?? null,
    url: null,
    imageUrl: summary?.text("mainImage/link") ?? null,
    variants: isParent(item) ? [] : [toVariant(item, summary, marketplace, words.includes(BUYABLE))],
    partial: false,
    warnings: [...warnings, ...issuesIn(item, marketplace)],
  };
  return unified({ listings: [listing] });
}

const links = (item: Tree): Tree[] => item.list("relationships").flatMap((row) => row.list("relationships"));
/** The head of a family is not for sale. */
const isParent = (item: Tree): boolean => links(item).some((link) => wordsIn(link.fields.childSkus).length > 0);
const parentOf = (item: Tree): string | null =>
  links(item)
    .filter((link) => link.text("type") === "VARIATION")
    .flatMap((link) => wordsIn(link.fields.parentSkus))[0] ?? null;

function toVariant(item: Tree, summary: Tree | null, marketplace: string, active: boolean): Variant {
  const sku = item.need("sku");
  const [channel, parent, type] = [platformChannel(item), parentOf(item), summary?.text("productType") ?? null];
  return {
    ...UNSAID_VARIANT,
    externalId: variantId(marketplace, sku),
    sellerCode: sku,
    title: null,
    options: {},
    price: priceIn(item, marketplace),
    quantity: channel === null ? quantityIn(item) : null,
    places: [],
    externalProductId: summary?.text("asin") ?? null,
    codes: {
      channel: channel ?? SELLERS_CHANNEL,
      ...(type === null ? {} : { product_type: type }),
      ...(parent === null ? {} : { parent_sku: parent }),
    },
    fulfilledBy: channel === null ? "seller" : "platform",
    active,
  };
}

const BUYABLE = "BUYABLE";
const WORDS: Readonly<Record<string, boolean>> = { BUYABLE: true, DISCOVERABLE: true };
const SUPPRESSED = ["LISTING_SUPPRESSED", "CATALOG_ITEM_REMOVED"];

function statusOf(item: Tree, summary: Tree | null, marketplace: string, warnings: Warning[]): ListingStatus {
  if (summary === null) return "draft";
  const words = wordsIn(summary.fields.status);
  const isKnown = words
    .map((word) => look(WORDS, "status of a listing", word, false, warnings))
    .every((known) => known);
  if (!isKnown) return "unknown";
  const quantity = platformChannel(item) === null ? quantityIn(item) : null;
  if (words.includes(BUYABLE)) return quantity === 0 ? "out_of_stock" : "active";
  const issues = issuesOf(item, marketplace);
  if (issues.some(isEnforced)) return "rejected";
  if (issues.some((issue) => wordsIn(issue.fields.categories).includes("QUALIFICATION_REQUIRED")))
    return "under_review";
  return quantity === 0 ? "out_of_stock" : "inactive";
}

/** Issues without marketplaces concern all. */
const issuesOf = (item: Tree, marketplace: string): Tree[] =>
  item.list("issues").filter((issue) => {
    const named = wordsIn(issue.fields.marketplaceIds);
    return named.length === 0 || named.includes(marketplace);
  });

const actionsOf = (issue: Tree): string[] =>
  issue.list("enforcements/actions").flatMap((row) => row.text("action") ?? []);

/** Suppressed, unless the listing is exempt from it. */
const isEnforced = (issue: Tree): boolean =>
  issue.text("enforcements/exemption/status") !== "EXEMPT" &&
  actionsOf(issue).some((action) => SUPPRESSED.includes(action));

/** Errors, with what the platform does about them. */
const issuesIn = (item: Tree, marketplace: string): Warning[] =>
  issuesOf(item, marketplace)
    .filter((issue) => issue.text("severity") === "ERROR")
    .map((issue) => {
      const enforced = actionsOf(issue).join(", ");
      const words = `${issue.text("code") ?? ""}: ${issue.text("message") ?? ""}`;
      return { code: "listing_issue", detail: enforced === "" ? words : `${words} (${enforced})` };
    });
